"""The month as an invoice: built from what was recorded, checked line by line, sent once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from marketplace.access.actor import Actor
from marketplace.clock import SetClock
from marketplace.models.events import Event, Evidence, Milestone, Outcome
from marketplace.models.invoices import Invoice, InvoiceLine, LineMove
from marketplace.models.ledger_rows import LedgerEntry
from marketplace.models.outbox import Message
from marketplace.models.providers import Provider
from marketplace.roles import Role
from marketplace.use_cases.answer_choice import ConfirmOrder, confirm_choice
from marketplace.use_cases.approve_lines import SendBackOrder, send_back_line
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.invoice_pages import draft_page, invoice_list, invoice_page
from marketplace.use_cases.object_to_event import ObjectionOrder, object_to_event, withdraw_objection
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.refusals import Forbidden, Missing, Refused
from marketplace.use_cases.reverse_event import reverse_event
from marketplace.use_cases.send_invoice import InvoiceOrder, Sent, send_invoice
from tests.makers import Running, active_voucher, chosen, opened, person, provider

TODAY = date(2026, 11, 16)
START = date(2026, 10, 5)


@pytest.fixture
def run(desk: Desk, clock: SetClock) -> Running:
    """A voucher in use since 5 October; today is 16 November."""
    clock.move_to(START)
    made = active_voucher(desk)
    clock.move_to(TODAY)
    return made


def visit(desk: Desk, run: Running, day: date, hundredths: int = 100, kind: str = "delivered", note: str = "") -> int:
    return record_event(desk, run.company.coach, EventOrder(run.voucher_id, kind, day, hundredths, note)).event_id


def send(desk: Desk, run: Running, month: date = START, once: str | None = None) -> Sent:
    return send_invoice(desk, run.company.manager, InvoiceOrder(month, once))


def lines_of(desk: Desk, run: Running, invoice_id: int) -> list[InvoiceLine]:
    with opened(desk, run.world.finance) as tx:
        query = select(InvoiceLine).where(InvoiceLine.invoice_id == invoice_id).order_by(InvoiceLine.number)
        return list(tx.session.scalars(query))


def count(desk: Desk, actor: Actor, model: Any) -> int:
    with opened(desk, actor) as tx:
        return tx.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_month_is_billed_from_what_was_recorded(desk: Desk, run: Running) -> None:
    visit(desk, run, date(2026, 10, 6), 250)
    visit(desk, run, date(2026, 10, 7), 100, "no_show")
    visit(desk, run, date(2026, 10, 8), 100, "provider_cancel")  # costs nothing: not billed
    visit(desk, run, date(2026, 11, 2), 100)  # of another month
    sent = send(desk, run)
    assert (sent.passed, sent.returned) == (2, 0)
    lines = lines_of(desk, run, sent.invoice_id)
    assert [(line.day, line.amount_cents, line.state) for line in lines] == [
        (date(2026, 10, 6), 13_250, "passed"),
        (date(2026, 10, 7), 2_650, "passed"),
    ]
    assert all(check["ok"] for line in lines for check in line.checks["checks"])
    with opened(desk, run.world.finance) as tx:
        invoice = tx.session.get_one(Invoice, sent.invoice_id)
        assert (invoice.total_cents, invoice.month) == (15_900, date(2026, 10, 1))
        assert invoice.due_on == TODAY + timedelta(days=30)
        assert tx.session.scalar(select(func.count()).where(LedgerEntry.recipe == "make_payable")) == 2
        assert tx.session.scalar(select(func.count()).where(Message.key.contains("invoice/"))) == 2


def test_what_earlier_months_left_comes_along_and_numbers_run_on(desk: Desk, run: Running) -> None:
    visit(desk, run, date(2026, 10, 6))
    first = send(desk, run)
    visit(desk, run, date(2026, 10, 20))
    visit(desk, run, date(2026, 11, 3))
    second = send(desk, run, TODAY)
    assert (first.passed, second.passed) == (1, 2)
    assert [first.number[-4:], second.number[-4:]] == ["0001", "0002"]


def test_a_second_click_sends_once(desk: Desk, run: Running) -> None:
    visit(desk, run, date(2026, 10, 6))
    assert send(desk, run, once="a" * 32) == send(desk, run, once="a" * 32)
    assert count(desk, run.world.finance, Invoice) == 1


@pytest.mark.parametrize(
    ("month", "code"), [(date(2026, 12, 1), "month_in_future"), (date(2026, 10, 1), "nothing_to_bill")]
)
def test_what_cannot_be_sent_changes_nothing(desk: Desk, run: Running, month: date, code: str) -> None:
    visit(desk, run, TODAY)
    with pytest.raises(Refused) as refused:
        send(desk, run, month)
    assert refused.value.code == code
    assert count(desk, run.world.finance, Invoice) == 0
    assert count(desk, run.world.finance, InvoiceLine) == 0


def test_a_coach_and_a_stranger_send_nothing(desk: Desk, run: Running) -> None:
    visit(desk, run, date(2026, 10, 6))
    with pytest.raises(Forbidden):
        send_invoice(desk, run.company.coach, InvoiceOrder(START))
    with pytest.raises(Refused, match="nothing_to_bill"):
        send_invoice(desk, provider(desk, run.world).manager, InvoiceOrder(START))
    assert count(desk, run.world.finance, Invoice) == 0


def test_a_twin_comes_back_once_and_until_it_is_mended(desk: Desk, run: Running) -> None:
    visit(desk, run, date(2026, 10, 6), 200)
    twin = visit(desk, run, date(2026, 10, 6), 200)
    visit(desk, run, date(2026, 10, 6), 200, note="Iltapäivä")
    sent = send(desk, run)
    assert (sent.passed, sent.returned) == (2, 1)
    back = next(line for line in lines_of(desk, run, sent.invoice_id) if line.event_id == twin)
    assert (back.state, back.return_code) == ("returned", "no_twin")
    with opened(desk, run.world.finance) as tx:
        assert tx.session.get_one(Invoice, sent.invoice_id).total_cents == 2 * 10_600
    # it is not sent again as it is, but it stays to be mended
    with pytest.raises(Refused, match="nothing_to_bill"):
        send(desk, run)
    draft = draft_page(desk, run.company.manager, START)
    assert [line.event_id for line in draft.waiting] == [twin]
    assert [row.event_id for row in invoice_list(desk, run.company.manager).to_mend] == [twin]
    reverse_event(desk, run.company.coach, twin, "Kirjattu kahdesti")
    assert invoice_list(desk, run.company.manager).to_mend == ()
    assert draft_page(desk, run.company.manager, START).waiting == ()


def test_two_providers_same_visit_day_are_no_twins(desk: Desk, run: Running, clock: SetClock) -> None:
    other = provider(desk, run.world)
    visit(desk, run, TODAY)
    choice_id = chosen(desk, run.holder, other, run.voucher_id)
    confirm_choice(desk, other.manager, ConfirmOrder(choice_id, TODAY))
    record_event(desk, other.coach, EventOrder(run.voucher_id, "delivered", TODAY, 100))
    assert send(desk, run, TODAY).returned == 0
    assert send_invoice(desk, other.manager, InvoiceOrder(TODAY)).returned == 0


def test_without_an_account_number_every_line_comes_back_and_goes_after_it_is_given(desk: Desk, run: Running) -> None:
    visit(desk, run, date(2026, 10, 6))
    _set_iban(desk, run, "")
    assert send(desk, run).returned == 1
    with pytest.raises(Refused, match="nothing_to_bill"):
        send(desk, run)
    _set_iban(desk, run, "FI2112345600000785")
    assert send(desk, run).passed == 1


def _set_iban(desk: Desk, run: Running, iban: str) -> None:
    with opened(desk, run.company.manager) as tx:
        tx.session.execute(update(Provider).where(Provider.id == run.company.provider_id).values(iban=iban))


def test_a_line_that_finance_sent_back_is_billed_again(desk: Desk, run: Running) -> None:
    event_id = visit(desk, run, date(2026, 10, 6))
    sent = send(desk, run)
    (line,) = lines_of(desk, run, sent.invoice_id)
    send_back_line(desk, run.world.finance, SendBackOrder(line.id, "Oliko käynti 6. vai 7. päivä?"))
    (waits,) = invoice_list(desk, run.company.manager).to_mend
    assert (waits.event_id, waits.return_reason) == (event_id, "Oliko käynti 6. vai 7. päivä?")
    (again,) = draft_page(desk, run.company.manager, START).lines
    assert (again.returned_code, again.fault) == ("sent_back", None)
    second = send(desk, run)
    assert (second.passed, invoice_list(desk, run.company.manager).to_mend) == (1, ())
    with opened(desk, run.world.finance) as tx:
        states = tx.session.scalars(select(InvoiceLine.state).where(InvoiceLine.event_id == event_id)).all()
        assert sorted(states) == ["passed", "returned"]


def test_a_contested_event_waits_and_a_dropped_objection_lets_it_go(desk: Desk, run: Running) -> None:
    event_id = visit(desk, run, date(2026, 10, 6))
    first = send(desk, run)
    objected = object_to_event(desk, run.holder.actor, ObjectionOrder(event_id, "En ollut paikalla"))
    (line,) = lines_of(desk, run, first.invoice_id)
    assert (line.state, line.return_code) == ("returned", "not_contested")
    page = invoice_page(desk, run.company.manager, first.invoice_id)
    assert page.lines[0].objection_id == objected.objection_id
    assert not page.lines[0].open_return  # it waits for the caseworker, not for the provider's repair
    assert page.lines[0].steps[-1].who is None  # the client's name stands nowhere
    with pytest.raises(Refused, match="nothing_to_bill"):
        send(desk, run)
    withdraw_objection(desk, run.holder.actor, objected.objection_id)
    assert send(desk, run).passed == 1


def test_a_reversed_event_is_not_billed(desk: Desk, run: Running) -> None:
    event_id = visit(desk, run, date(2026, 10, 6))
    reverse_event(desk, run.company.coach, event_id, "Väärä päivä")
    with pytest.raises(Refused, match="nothing_to_bill"):
        send(desk, run)


def matured(desk: Desk, run: Running, evidence: str | None = "employer") -> int:
    """A milestone that matured on 15 October, as its caseworker would have left it."""
    with opened(desk, run.world.caseworker) as tx:
        outcome = Outcome(
            organiser_id=run.world.organiser_id, voucher_id=run.voucher_id, client_id=run.holder.client_id,
            provider_id=run.company.provider_id, kind="employment", employer="Savon Leipä Oy", contract="permanent",
            subsidised=False, starts_on=START, weekly_hours_hundredths=3_750, state="verified",
            reported_by=run.company.coach.account_id, reported_at=tx.now,
        )  # fmt: skip
        tx.session.add(outcome)
        tx.session.flush()
        if evidence:
            tx.session.add(
                Evidence(organiser_id=run.world.organiser_id, outcome_id=outcome.id, grade=evidence,
                         description="Palkkalaskelma", seen_on=TODAY, covers_to=TODAY,
                         recorded_by=run.world.caseworker.account_id, at=tx.now)
            )  # fmt: skip
        milestone = Milestone(
            organiser_id=run.world.organiser_id, outcome_id=outcome.id, voucher_id=run.voucher_id,
            client_id=run.holder.client_id, provider_id=run.company.provider_id,
            programme_id=run.world.programme_id, number=1, due_on=date(2026, 10, 15),
            amount_cents=70_000, state="matured", settled_at=tx.now, reason="lasted", budget_year=2026,
        )  # fmt: skip
        tx.session.add(milestone)
        tx.session.flush()
        return milestone.id


def test_a_matured_milestone_is_a_line_and_comes_back_matured(desk: Desk, run: Running) -> None:
    milestone_id = matured(desk, run)
    visit(desk, run, date(2026, 10, 20))
    sent = send(desk, run)
    event_line, bonus = lines_of(desk, run, sent.invoice_id)
    assert (event_line.milestone_id, bonus.milestone_id, bonus.amount_cents) == (None, milestone_id, 70_000)
    with opened(desk, run.world.finance) as tx:
        assert tx.session.get_one(Milestone, milestone_id).state == "billed"
    send_back_line(desk, run.world.finance, SendBackOrder(bonus.id, "Tarkistetaan työsuhde"))
    with opened(desk, run.world.finance) as tx:
        assert tx.session.get_one(Milestone, milestone_id).state == "matured"
    assert invoice_list(desk, run.company.manager).to_mend[0].milestone == 1
    assert send(desk, run).passed == 1


@pytest.mark.parametrize("evidence", [None, "provider"])
def test_a_bonus_that_only_its_payee_has_shown_comes_back(desk: Desk, run: Running, evidence: str | None) -> None:
    milestone_id = matured(desk, run, evidence)
    sent = send(desk, run)
    (line,) = lines_of(desk, run, sent.invoice_id)
    assert (line.state, line.return_code) == ("returned", "result_shown")
    with opened(desk, run.world.finance) as tx:
        assert tx.session.get_one(Milestone, milestone_id).state == "matured"


def test_every_step_of_a_line_is_told(desk: Desk, run: Running) -> None:
    visit(desk, run, date(2026, 10, 6))
    sent = send(desk, run)
    page = invoice_page(desk, run.company.manager, sent.invoice_id)
    (line,) = page.lines
    assert [(step.move, step.who) for step in line.steps] == [
        ("recorded", run.company.coach.name),
        ("sent_in", run.company.manager.name),
        ("pass", None),
    ]
    assert (page.row.state, page.row.done, page.row.total_cents) == ("passed", 2, 5_300)


def test_invoices_are_the_managers_and_the_companys_own(desk: Desk, run: Running) -> None:
    visit(desk, run, date(2026, 10, 6))
    sent = send(desk, run)
    with pytest.raises(Forbidden):
        invoice_page(desk, run.company.coach, sent.invoice_id)
    with pytest.raises(Missing):
        invoice_page(desk, provider(desk, run.world).manager, sent.invoice_id)
    assert invoice_list(desk, provider(desk, run.world).manager).rows == ()


def test_two_managers_at_once_send_one_invoice(own_desk: Desk, clock: SetClock) -> None:
    clock.move_to(START)
    run = active_voucher(own_desk)
    clock.move_to(TODAY)
    for day in range(6, 16):
        visit(own_desk, run, date(2026, 10, day))
    managers = [run.company.manager] + [
        person(
            own_desk, Role.PROVIDER_MANAGER, organiser_id=run.world.organiser_id, provider_id=run.company.provider_id
        )
        for _ in range(7)
    ]

    def press(manager: Actor) -> str:
        try:
            return send_invoice(own_desk, manager, InvoiceOrder(START)).number
        except Refused as refused:
            return refused.code

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(press, managers))
    assert answers.count("nothing_to_bill") == 7
    assert count(own_desk, run.world.finance, Invoice) == 1
    assert count(own_desk, run.world.finance, InvoiceLine) == 10
    assert count(own_desk, run.world.finance, LineMove) == 10


def test_an_objection_while_the_invoice_is_sent_leaves_either_or(own_desk: Desk, clock: SetClock) -> None:
    """Sending and objecting at the same instant: the event ends contested, and no living line bills it."""
    clock.move_to(START)
    run = active_voucher(own_desk)
    clock.move_to(TODAY)
    events = [visit(own_desk, run, date(2026, 10, day)) for day in range(6, 14)]

    def either(job: int) -> None:
        if job == 0:
            send(own_desk, run)
        else:
            object_to_event(own_desk, run.holder.actor, ObjectionOrder(events[job - 1], "En ollut"))

    with ThreadPoolExecutor(9) as pool:
        list(pool.map(either, range(9)))
    with opened(own_desk, run.world.finance) as tx:
        states = set(tx.session.scalars(select(Event.state).where(Event.id.in_(events))))
        living = tx.session.scalars(select(InvoiceLine.id).where(InvoiceLine.state != "returned")).all()
        unbalanced = tx.session.scalars(
            text("select entry_id from ledger_line group by entry_id having sum(cents) <> 0")
        ).all()
    assert (states, list(living), list(unbalanced)) == ({"objected"}, [], [])
