"""Mail and text messages leave the house: each message is claimed, sent outside of any transaction, and marked.

A claim is a lease: the message's next moment is set ten minutes ahead before it is sent. Two workers never send the same
one, and after a crash between sending and marking it is sent once more, with the same Message-ID.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.outbox import Message
from marketplace.ports import Post, TextMessages, Undeliverable
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.secret_notices import whole_body

LEASE = timedelta(minutes=10)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 60, 180, 360, 720))
MOST_ATTEMPTS = len(WAITS) + 1


@dataclass(frozen=True)
class Claimed:
    id: int
    key: str
    recipient: str
    subject: str
    body: str
    attempts: int


@dataclass(frozen=True)
class Sent:
    """How many left, how many will be tried again, how many were given up."""

    sent: int = 0
    later: int = 0
    failed: int = 0

    def __bool__(self) -> bool:
        return bool(self.sent or self.later or self.failed)


def send_messages(desk: Desk, actor: Actor, post: Post, most: int = 100) -> Sent:
    """Send the mail that is due of the actor's organiser (or, without one, what belongs to no organiser)."""
    return _send_due(desk, actor, "mail", lambda one: post.send(one.recipient, one.subject, one.body, one.key), most)


def send_texts(desk: Desk, actor: Actor, texts: TextMessages, most: int = 100) -> Sent:
    """The same for text messages to phones."""
    return _send_due(desk, actor, "text", lambda one: texts.send(one.recipient, one.body, one.key), most)


def _send_due(desk: Desk, actor: Actor, channel: str, hand_over: Callable[[Claimed], str], most: int) -> Sent:
    sent = later = failed = 0
    for _ in range(most):
        claimed = _claim(desk, actor, channel)
        if claimed is None:
            break
        try:
            evidence = hand_over(claimed)
        except OSError as error:
            given_up = isinstance(error, Undeliverable) or claimed.attempts >= MOST_ATTEMPTS
            _not_sent(desk, actor, claimed, error, given_up)
            failed, later = failed + given_up, later + (not given_up)
        else:
            _sent(desk, actor, claimed, evidence)
            sent += 1
    return Sent(sent, later, failed)


def _claim(desk: Desk, actor: Actor, channel: str) -> Claimed | None:
    with desk.transaction(actor, Action.RUN_DUE_WORK) as tx:
        message = tx.session.scalar(
            select(Message)
            .where(
                Message.organiser_id.is_not_distinct_from(actor.organiser_id),
                Message.channel == channel,
                Message.state == "waiting",
                Message.next_at <= tx.now,
            )
            .order_by(Message.next_at, Message.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if message is None:
            return None
        message.attempts += 1
        message.next_at = tx.now + LEASE
        body = whole_body(tx.vault, message.body, message.sealed_code)
        return Claimed(message.id, message.key, message.recipient, message.subject, body, message.attempts)


def _sent(desk: Desk, actor: Actor, claimed: Claimed, evidence: str) -> None:
    with desk.transaction(actor, Action.RUN_DUE_WORK) as tx:
        message = tx.session.get_one(Message, claimed.id, with_for_update=True)
        message.state, message.sent_at, message.last_error, message.sealed_code = "sent", tx.now, None, None
        tx.audit("message.sent", "message", message.id, evidence=evidence, attempts=message.attempts)


def _not_sent(desk: Desk, actor: Actor, claimed: Claimed, error: OSError, given_up: bool) -> None:
    with desk.transaction(actor, Action.RUN_DUE_WORK) as tx:
        message = tx.session.get_one(Message, claimed.id, with_for_update=True)
        message.last_error = f"{type(error).__name__}: {error}"[:500]
        if given_up:
            message.state = "failed"
            tx.audit("message.failed", "message", message.id, attempts=message.attempts)
        else:
            message.next_at = tx.now + WAITS[claimed.attempts - 1]
