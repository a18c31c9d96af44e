"""Before the choice: questions without staff and without a name, visits that bind nobody, and a note that is one's own."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.clock import SetClock
from marketplace.models.contacts import AskMessage, OwnNote
from marketplace.models.outbox import Message
from marketplace.models.trail import AuditEvent
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.ask_provider import (
    AnswerOrder,
    AskOrder,
    agree_visit,
    answer_question,
    ask_provider,
    my_thread,
    my_threads,
    thread_to_us,
    threads_to_us,
)
from marketplace.use_cases.compare_pages import compare_page
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.own_notes import NoteOrder, keep_note, own_note
from marketplace.use_cases.refusals import Forbidden, Missing, Refused
from tests.makers import client, granted, opened, provider, world


class Asking:
    """A client with a voucher, and two companies on her list."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.world = world(desk)
        self.company, self.other = provider(desk, self.world), provider(desk, self.world)
        self.holder = client(desk, self.world, email="aino@example.org", name=("Ainokainen", "Salaneva"))
        self.voucher_id = granted(desk, self.world, self.holder).voucher_id

    def ask(self, words: str = "Voiko tulla bussilla?", *, visit: bool = False, unit: str | None = None) -> None:
        order = AskOrder(self.voucher_id, unit or self.company.unit, words, visit)
        ask_provider(self.desk, self.holder.actor, order)

    def answer(self, words: str = "Kyllä voi.", *times: tuple[object, str]) -> None:
        thread = threads_to_us(self.desk, self.company.coach)[0]
        assert thread.id is not None
        answer_question(self.desk, self.company.coach, AnswerOrder(thread.id, words, times))  # type: ignore[arg-type]

    def messages(self) -> int:
        with opened(self.desk, self.world.auditor) as tx:
            return len(tx.session.scalars(select(AskMessage.id)).all())


@pytest.fixture
def asking(desk: Desk) -> Asking:
    return Asking(desk)


def refused(asking: Asking, code: str, call: object) -> None:
    before = asking.messages()
    with pytest.raises(Refused) as caught:
        call()  # type: ignore[operator]
    assert caught.value.code == code
    assert asking.messages() == before


def test_both_see_the_thread_and_the_provider_no_name(asking: Asking) -> None:
    asking.ask()
    thread = threads_to_us(asking.desk, asking.company.coach)[0]
    assert thread.waits_for == "provider"
    assert "Salaneva" not in repr(thread_to_us(asking.desk, asking.company.manager, thread.id or 0))
    asking.answer()
    mine = my_thread(asking.desk, asking.holder.actor, asking.voucher_id, asking.company.unit)
    assert [(one.sender, one.words) for one in mine.said] == [
        ("client", "Voiko tulla bussilla?"), ("provider", "Kyllä voi.")
    ]  # fmt: skip
    with opened(asking.desk, asking.world.administrator) as tx:
        told = tx.session.scalars(select(Message).where(Message.key.contains("question/"))).all()
        assert {message.recipient for message in told} >= {"aino@example.org"}
        assert all("bussilla" not in m.body and "Kyllä" not in m.body and "Salaneva" not in m.body for m in told)
        said = tx.session.scalars(select(AuditEvent).where(AuditEvent.action.startswith("question."))).all()
        assert {event.action for event in said} == {"question.write", "question.read"}
        assert all("bussilla" not in str(event.details) for event in said)


def test_a_visit_is_wished_offered_and_agreed_and_the_order_does_not_move(asking: Asking) -> None:
    before = [card.unit for card in compare_page(asking.desk, asking.holder.actor, asking.voucher_id).everyone]
    day = asking.desk.clock.today() + timedelta(days=2)
    asking.ask("Aamut sopivat.", visit=True)
    asking.answer("", (day, "10:00"), (day, "14:30"))
    time = f"{day.isoformat()} 14:30"
    refused(
        asking, "time_not_offered",
        lambda: agree_visit(asking.desk, asking.holder.actor, asking.voucher_id, asking.company.unit, "2026-01-01 10:00"),
    )  # fmt: skip
    agree_visit(asking.desk, asking.holder.actor, asking.voucher_id, asking.company.unit, time)
    thread = my_threads(asking.desk, asking.holder.actor)[0]
    assert (thread.said[-1].kind, thread.said[-1].times, thread.offered) == ("visit_agreed", (time,), None)
    after = compare_page(asking.desk, asking.holder.actor, asking.voucher_id)
    assert [card.unit for card in after.everyone] == before
    with opened(asking.desk, asking.world.auditor) as tx:
        assert tx.session.get_one(Voucher, asking.voucher_id).provider_id is None


def test_nobody_writes_without_end(asking: Asking, clock: SetClock) -> None:
    for _ in range(3):
        asking.ask()
    refused(asking, "wait_for_answer", asking.ask)
    for _ in range(3):
        asking.answer()
    refused(asking, "wait_for_client", asking.answer)
    for _ in range(3):
        asking.ask()
    asking.answer()
    for _ in range(3):
        asking.ask(unit=asking.other.unit)
    asking.ask()
    refused(asking, "asked_enough_today", asking.ask)
    clock.move_to(clock.today() + timedelta(days=2))
    asking.ask()


def test_empty_long_and_late_words_are_refused(asking: Asking, clock: SetClock) -> None:
    refused(asking, "ask_words_missing", lambda: asking.ask("  "))
    refused(asking, "words_too_long", lambda: asking.ask("x" * 1001))
    asking.ask()
    yesterday = clock.today() - timedelta(days=1)
    refused(asking, "visit_time_wrong", lambda: asking.answer("", (yesterday, "10:00")))
    refused(asking, "visit_time_wrong", lambda: asking.answer("", (clock.today(), "25:00")))
    refused(asking, "ask_words_missing", lambda: asking.answer(""))
    clock.move_to(clock.today() + timedelta(days=400))
    refused(asking, "voucher_over_to_ask", asking.ask)


def test_strangers_and_staff_see_neither_threads_nor_notes(asking: Asking) -> None:
    asking.ask()
    keep_note(asking.desk, asking.holder.actor, NoteOrder(asking.voucher_id, asking.company.unit, "Mukava ääni."))
    thread_id = threads_to_us(asking.desk, asking.company.coach)[0].id or 0
    with pytest.raises(Missing):
        thread_to_us(asking.desk, asking.other.coach, thread_id)
    assert threads_to_us(asking.desk, asking.other.coach) == ()
    stranger = client(asking.desk, asking.world).actor
    for call in (my_thread, own_note):
        with pytest.raises(Missing):
            call(asking.desk, stranger, asking.voucher_id, asking.company.unit)
        for staff in (asking.world.caseworker, asking.world.auditor):
            with pytest.raises(Forbidden):
                call(asking.desk, staff, asking.voucher_id, asking.company.unit)
    with pytest.raises(Missing):
        my_thread(asking.desk, asking.holder.actor, asking.voucher_id, "u-nobody")


def test_a_note_is_sealed_and_leaves_no_trace(asking: Asking) -> None:
    for words in ("Mukava ääni.", "Kävin siellä."):
        keep_note(asking.desk, asking.holder.actor, NoteOrder(asking.voucher_id, asking.company.unit, words))
    assert own_note(asking.desk, asking.holder.actor, asking.voucher_id, asking.company.unit) == "Kävin siellä."
    with opened(asking.desk, asking.world.auditor) as tx:
        assert b"siell" not in tx.session.scalars(select(OwnNote.sealed)).one()
        assert not tx.session.scalars(select(AuditEvent).where(AuditEvent.action.contains("note"))).all()
    keep_note(asking.desk, asking.holder.actor, NoteOrder(asking.voucher_id, asking.company.unit, " "))
    assert own_note(asking.desk, asking.holder.actor, asking.voucher_id, asking.company.unit) == ""
