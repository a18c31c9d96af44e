"""Mail leaves once, waits when it cannot, and is given up in the end."""

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from sqlalchemy import select

from marketplace.access.actor import system
from marketplace.clock import SetClock
from marketplace.integrations.mail import FolderPost, SmtpPost
from marketplace.models.outbox import Message
from marketplace.ports import Undeliverable
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.manage_staff import InviteStaff, invite_staff
from marketplace.use_cases.send_messages import MOST_ATTEMPTS, send_messages
from tests import makers


class Mailbox:
    """What a real SMTP server took; `answer` makes it refuse."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_RCPT(self, _server: SMTP, _session: object, envelope: Envelope, to: str, _options: object) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(to)
        return self.answer

    async def handle_DATA(self, _server: SMTP, _session: object, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def smtp(mailbox: Mailbox) -> Iterator[SmtpPost]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield SmtpPost("127.0.0.1", port, "valinta@example.fi")
    controller.stop()


class Broken:
    """A post that cannot hand anything over."""

    def __init__(self, error: OSError) -> None:
        self.error, self.tries = error, 0

    def send(self, recipient: str, subject: str, body: str, key: str) -> str:
        self.tries += 1
        raise self.error


def invited(desk: Desk) -> makers.World:
    world = makers.world(desk)
    invite_staff(desk, world.administrator, InviteStaff("Märta Ö", "marta@example.org", Role.CASEWORKER, "sv"))
    return world


def message_of(desk: Desk, world: makers.World) -> Message:
    with makers.opened(desk, world.administrator) as tx:
        return tx.session.scalars(select(Message).where(Message.organiser_id == world.organiser_id)).one()


def test_a_mail_goes_through_a_real_server_once_with_its_letters_whole(
    desk: Desk, smtp: SmtpPost, mailbox: Mailbox
) -> None:
    world = invited(desk)
    assert send_messages(desk, system(world.organiser_id), smtp).sent == 1
    assert not send_messages(desk, system(world.organiser_id), smtp)
    (mail,) = mailbox.mails
    assert mail["To"] == "marta@example.org"
    assert mail["Message-ID"].endswith("@example.fi>")
    assert "Märta Ö" in mail.get_content()
    assert "[code]" not in mail.get_content()
    assert "/admin/invitation/" in mail.get_content()
    kept = message_of(desk, world)
    assert (kept.state, kept.sealed_code, kept.attempts) == ("sent", None, 1)
    assert "[code]" in kept.body  # what is kept opens nothing


def test_what_cannot_be_sent_waits_longer_each_time_and_is_given_up(desk: Desk, clock: SetClock) -> None:
    world = invited(desk)
    broken = Broken(ConnectionRefusedError("no server"))
    assert send_messages(desk, system(world.organiser_id), broken).later == 1
    assert not send_messages(desk, system(world.organiser_id), broken), "not before its time"
    clock.move_to(clock.now() + timedelta(minutes=1))
    assert send_messages(desk, system(world.organiser_id), broken).later == 1
    clock.move_to(clock.now() + timedelta(minutes=4))
    assert not send_messages(desk, system(world.organiser_id), broken), "the second wait is five minutes"
    for _ in range(MOST_ATTEMPTS - 2):
        clock.move_to(clock.now() + timedelta(days=1))
        assert send_messages(desk, system(world.organiser_id), broken)
    kept = message_of(desk, world)
    assert (kept.state, kept.attempts, broken.tries) == ("failed", MOST_ATTEMPTS, MOST_ATTEMPTS)
    assert kept.last_error is not None
    assert "no server" in kept.last_error
    clock.move_to(clock.now() + timedelta(days=9))
    assert not send_messages(desk, system(world.organiser_id), broken)


def test_an_address_that_nobody_has_is_given_up_at_once(desk: Desk, smtp: SmtpPost, mailbox: Mailbox) -> None:
    world = invited(desk)
    mailbox.answer = "550 no such person"
    assert send_messages(desk, system(world.organiser_id), smtp).failed == 1
    assert message_of(desk, world).state == "failed"


def test_a_full_mailbox_is_tried_again(desk: Desk, smtp: SmtpPost, mailbox: Mailbox) -> None:
    world = invited(desk)
    mailbox.answer = "452 mailbox full"
    assert send_messages(desk, system(world.organiser_id), smtp).later == 1
    assert message_of(desk, world).state == "waiting"


def test_another_organisers_mail_is_left_alone(desk: Desk, smtp: SmtpPost, mailbox: Mailbox) -> None:
    invited(desk)
    other = makers.world(desk)
    assert not send_messages(desk, system(other.organiser_id), smtp)
    assert not send_messages(desk, system(None), smtp)
    assert mailbox.mails == []


def test_a_claimed_mail_that_was_never_marked_is_sent_again_after_its_lease(desk: Desk, clock: SetClock) -> None:
    world = invited(desk)

    class Killed(BaseException):
        pass

    class Crash:
        def send(self, recipient: str, subject: str, body: str, key: str) -> str:
            raise Killed

    with pytest.raises(Killed):
        send_messages(desk, system(world.organiser_id), Crash())
    keep = Broken(OSError("x"))
    assert not send_messages(desk, system(world.organiser_id), keep)
    clock.move_to(clock.now() + timedelta(minutes=11))
    assert send_messages(desk, system(world.organiser_id), keep)


def test_two_workers_send_each_mail_once(own_desk: Desk) -> None:
    world = makers.world(own_desk)
    for number in range(12):
        order = InviteStaff(f"Person {number}", f"p{number}@example.org", Role.FINANCE, "fi")
        invite_staff(own_desk, world.administrator, order)
    taken: list[str] = []

    class Slow:
        def send(self, recipient: str, subject: str, body: str, key: str) -> str:
            taken.append(recipient)
            return "ok"

    workers = [
        threading.Thread(target=send_messages, args=(own_desk, system(world.organiser_id), Slow())) for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken) == sorted(f"p{number}@example.org" for number in range(12))


def test_a_demonstrations_mail_becomes_files(tmp_path: Path) -> None:
    post = FolderPost(tmp_path, "valinta@localhost")
    name = post.send("aino@example.org", "Äiti\nBcc: x@example.org", "Hyvää päivää", "k")
    mail = message_from_bytes((tmp_path / name).read_bytes(), policy=policy.default)
    assert mail["Subject"] == "Äiti Bcc: x@example.org"
    assert mail["Bcc"] is None
    with pytest.raises(Undeliverable):
        post.send("aino@example.org\nBcc: x@example.org", "a", "b", "k")
