"""Paying: what is refused changes nothing; debts are netted, come back and are paid back; contested lines wait."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from marketplace.clock import SetClock
from marketplace.models.invoices import InvoiceLine, LineMove, Payment, PaymentBatch
from marketplace.models.providers import Provider
from marketplace.use_cases.approve_lines import (
    ApproveOrder,
    SendBackOrder,
    approve_invoice,
    approve_lines,
    send_back_line,
)
from marketplace.use_cases.collect_debt import DebtOrder, collect_debt
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.object_to_event import ObjectionOrder, object_to_event, withdraw_objection
from marketplace.use_cases.pay import (
    BatchOrder,
    ConfirmBatch,
    ConfirmPayment,
    ReturnPayment,
    approve_batch,
    cancel_batch,
    confirm_batch,
    confirm_payment,
    make_batch,
    return_payment,
    send_batch,
)
from marketplace.use_cases.receivables import owed_by
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.refusals import Forbidden, Missing, Refused, Stale
from marketplace.use_cases.reverse_event import reverse_event
from marketplace.use_cases.send_invoice import InvoiceOrder, send_invoice
from tests.makers import Running, World, active_voucher, opened, world
from tests.use_cases.settling import faults, stands

HOUR = 5_300


@pytest.fixture
def run(desk: Desk) -> Running:
    return active_voucher(desk)


def bill(desk: Desk, run: Running, *quantities: int) -> tuple[int, list[int]]:
    today = desk.clock.today()
    events = [
        record_event(
            desk, run.company.coach, EventOrder(run.voucher_id, "delivered", today, quantity, f"{number}")
        ).event_id
        for number, quantity in enumerate(quantities)
    ]
    return send_invoice(desk, run.company.manager, InvoiceOrder(today)).invoice_id, events


def approved(desk: Desk, run: Running, *quantities: int) -> list[int]:
    """Deliveries of these sizes, billed and approved; the events."""
    invoice_id, events = bill(desk, run, *quantities)
    approve_invoice(desk, run.world.finance, invoice_id)
    return events


def batched(desk: Desk, w: World) -> int:
    return make_batch(desk, w.finance, BatchOrder(desk.clock.today()))


def sent(desk: Desk, w: World) -> int:
    batch_id = batched(desk, w)
    approve_batch(desk, w.other_finance, batch_id)
    send_batch(desk, w.finance, batch_id)
    return batch_id


def paid(desk: Desk, w: World) -> int:
    """Everything approved is sent and confirmed; returns the payment's id."""
    confirm_batch(desk, w.finance, ConfirmBatch(sent(desk, w), desk.clock.today(), "Tiliote"))
    return newest(desk, w).id


def newest(desk: Desk, w: World) -> Payment:
    with opened(desk, w.finance) as tx:
        return tx.session.scalars(select(Payment).order_by(Payment.id.desc()).limit(1)).one()


def line_states(desk: Desk, w: World) -> list[str]:
    with opened(desk, w.finance) as tx:
        return list(tx.session.scalars(select(InvoiceLine.state).order_by(InvoiceLine.id)))


def owed(desk: Desk, run: Running) -> int:
    with opened(desk, run.world.finance) as tx:
        return sum(owed_by(tx, run.company.provider_id).values())


def indebted(desk: Desk, run: Running, quantity: int = 200) -> None:
    """The company owes this many hundredths of an hour."""
    (event_id,) = approved(desk, run, quantity)
    paid(desk, run.world)
    reverse_event(desk, run.company.manager, event_id, "Väärä asiakas")


def test_approving_needs_other_eyes_and_waiting_lines(desk: Desk, run: Running) -> None:
    w = run.world
    invoice_id, _ = bill(desk, run, 100, 150)
    with pytest.raises(Refused, match="nothing_picked"):
        approve_lines(desk, w.finance, ApproveOrder(invoice_id, ()))
    with pytest.raises(Missing):
        approve_invoice(desk, world(desk).finance, invoice_id)
    with pytest.raises(Missing):
        approve_lines(desk, w.finance, ApproveOrder(invoice_id, (10**9,)))
    with pytest.raises(Forbidden):
        approve_invoice(desk, w.auditor, invoice_id)
    with opened(desk, w.finance) as tx:
        lines = tx.session.scalars(select(InvoiceLine.id)).all()
    assert line_states(desk, w) == ["passed", "passed"]
    assert approve_lines(desk, w.finance, ApproveOrder(invoice_id, (lines[0], lines[0]))) == 1
    assert approve_invoice(desk, w.finance, invoice_id) == 1
    with pytest.raises(Stale):
        approve_invoice(desk, w.finance, invoice_id)
    assert line_states(desk, w) == ["approved", "approved"]
    assert faults(desk, w) == []


def test_whoever_sent_the_invoice_does_not_approve_it(desk: Desk, run: Running) -> None:
    w = run.world
    both = replace(run.company.manager, role=w.finance.role, provider_id=None)  # one person with two roles
    invoice_id, _ = bill(desk, run, 100)
    with pytest.raises(Refused, match="own_entry"):
        approve_invoice(desk, both, invoice_id)
    coach = replace(run.company.coach, role=w.finance.role, provider_id=None)
    with pytest.raises(Refused, match="own_entry"):
        approve_invoice(desk, coach, invoice_id)
    assert line_states(desk, w) == ["passed"]


def test_a_line_goes_back_with_its_reason_and_comes_again(desk: Desk, run: Running) -> None:
    w = run.world
    invoice_id, _ = bill(desk, run, 100)
    with opened(desk, w.finance) as tx:
        line_id = tx.session.scalars(select(InvoiceLine.id)).one()
    with pytest.raises(Refused, match="reason_missing"):
        send_back_line(desk, w.finance, SendBackOrder(line_id, "  "))
    assert send_back_line(desk, w.finance, SendBackOrder(line_id, "Kesto?")) == invoice_id
    with pytest.raises(Stale):
        send_back_line(desk, w.finance, SendBackOrder(line_id, "Kesto?"))
    with opened(desk, w.finance) as tx:
        moves = tx.session.execute(select(LineMove.move, LineMove.reason).order_by(LineMove.id)).all()
    assert [tuple(move) for move in moves] == [("pass", ""), ("send_back", "Kesto?")]
    assert stands(desk, w, "used_payable") == 0
    assert faults(desk, w) == []


def test_a_batch_is_one_persons_and_anothers(desk: Desk, run: Running, clock: SetClock) -> None:
    w = run.world
    approved(desk, run, 100)
    with pytest.raises(Refused, match="pay_day_in_past"):
        make_batch(desk, w.finance, BatchOrder(clock.today() - timedelta(days=1)))
    order = BatchOrder(clock.today(), once="a" * 32)
    batch_id = make_batch(desk, w.finance, order)
    assert make_batch(desk, w.finance, order) == batch_id
    with pytest.raises(Refused, match="own_batch"):
        approve_batch(desk, w.finance, batch_id)
    with pytest.raises(Stale):
        send_batch(desk, w.finance, batch_id)
    with pytest.raises(Missing):
        approve_batch(desk, world(desk).finance, batch_id)
    assert newest(desk, w).state == "in_batch"
    approve_batch(desk, w.other_finance, batch_id)
    cancel_batch(desk, w.finance, batch_id)
    assert line_states(desk, w) == ["approved"]
    assert stands(desk, w, "used_in_batch") == 0
    with pytest.raises(Stale):
        cancel_batch(desk, w.finance, batch_id)
    sent(desk, w)
    with pytest.raises(Refused, match="nothing_to_pay"):
        batched(desk, w)
    assert faults(desk, w) == []


def test_the_bank_answers_between_the_sending_and_today(desk: Desk, run: Running, clock: SetClock) -> None:
    w = run.world
    approved(desk, run, 100)
    clock.move_to(clock.today() + timedelta(days=1))
    batch_id = sent(desk, w)
    payment_id, today = newest(desk, w).id, clock.today()
    for day, code in (
        (today + timedelta(days=1), "bank_day_in_future"),
        (today - timedelta(days=1), "bank_day_before_sent"),
    ):
        with pytest.raises(Refused, match=code):
            confirm_payment(desk, w.finance, ConfirmPayment(payment_id, day, "Tiliote"))
        with pytest.raises(Refused, match=code):
            return_payment(desk, w.finance, ReturnPayment(payment_id, day, "AC04"))
    with pytest.raises(Refused, match="confirmation_missing"):
        confirm_batch(desk, w.finance, ConfirmBatch(batch_id, today, " "))
    assert newest(desk, w).state == "sent"
    assert confirm_batch(desk, w.finance, ConfirmBatch(batch_id, today, "Tiliote")) == 1
    with pytest.raises(Stale):
        confirm_batch(desk, w.finance, ConfirmBatch(batch_id, today, "Tiliote"))
    with opened(desk, w.finance) as tx:
        assert tx.session.scalars(select(PaymentBatch.state)).one() == "confirmed"
    assert faults(desk, w) == []


def test_what_a_client_contests_is_not_paid_before_it_is_settled(desk: Desk, run: Running) -> None:
    w = run.world
    contested, _ = approved(desk, run, 100, 200)
    batch_id = batched(desk, w)
    objection_id = object_to_event(desk, run.holder.actor, ObjectionOrder(contested, "En ollut.")).objection_id
    approve_batch(desk, w.other_finance, batch_id)
    with pytest.raises(Refused, match="contested_in_batch"):
        send_batch(desk, w.finance, batch_id)
    assert line_states(desk, w) == ["in_batch", "in_batch"]
    cancel_batch(desk, w.finance, batch_id)
    sent(desk, w)
    assert line_states(desk, w) == ["approved", "sent"]
    with pytest.raises(Refused, match="nothing_to_pay"):
        batched(desk, w)
    withdraw_objection(desk, run.holder.actor, objection_id)
    sent(desk, w)
    assert line_states(desk, w) == ["sent", "sent"]
    assert faults(desk, w) == []


def test_a_payee_without_an_account_waits(desk: Desk, run: Running) -> None:
    w = run.world
    other = active_voucher(desk, w)
    approved(desk, run, 100)
    approved(desk, other, 100)
    with opened(desk, w.finance) as tx:
        tx.session.execute(update(Provider).where(Provider.id == run.company.provider_id).values(iban=""))
    batched(desk, w)
    assert line_states(desk, w) == ["approved", "in_batch"]
    with pytest.raises(Refused, match="no_account"):
        batched(desk, w)
    with opened(desk, w.finance) as tx:
        assert len(tx.session.scalars(select(PaymentBatch.id)).all()) == 1
    assert faults(desk, w) == []


def test_a_debt_is_taken_off_the_next_payment_and_owed_again_when_that_comes_back(desk: Desk, run: Running) -> None:
    w = run.world
    indebted(desk, run, 200)
    assert owed(desk, run) == 2 * HOUR
    approved(desk, run, 300)
    sent(desk, w)
    payment = newest(desk, w)
    assert (payment.lines_cents, payment.netted_cents, payment.amount_cents) == (3 * HOUR, 2 * HOUR, HOUR)
    assert owed(desk, run) == 0
    return_payment(desk, w.finance, ReturnPayment(payment.id, desk.clock.today(), "AC04"))
    assert owed(desk, run) == 2 * HOUR
    assert faults(desk, w) == []


def test_a_payment_that_the_debt_covers_never_saw_the_bank(desk: Desk, run: Running) -> None:
    w = run.world
    indebted(desk, run, 300)
    approved(desk, run, 100)
    sent(desk, w)
    payment = newest(desk, w)
    assert (payment.state, payment.amount_cents, owed(desk, run)) == ("paid", 0, 2 * HOUR)
    with pytest.raises(Refused, match="nothing_was_sent"):
        return_payment(desk, w.finance, ReturnPayment(payment.id, desk.clock.today(), "AC04"))
    assert newest(desk, w).state == "paid"
    assert faults(desk, w) == []


def test_a_fallen_event_whose_payment_comes_back_is_owed_no_more(desk: Desk, run: Running) -> None:
    w = run.world
    fallen, _ = approved(desk, run, 200, 100)
    payment_id = paid(desk, w)
    reverse_event(desk, run.company.manager, fallen, "Väärä asiakas")
    return_payment(desk, w.finance, ReturnPayment(payment_id, desk.clock.today(), "AC04"))
    assert owed(desk, run) == 0
    assert line_states(desk, w) == ["returned", "bank_returned"]
    assert stands(desk, w, "used_returned") == HOUR
    assert faults(desk, w) == []


def test_a_debt_that_was_settled_elsewhere_stops_the_return(desk: Desk, run: Running) -> None:
    w = run.world
    (fallen,) = approved(desk, run, 200)
    payment_id = paid(desk, w)
    reverse_event(desk, run.company.manager, fallen, "Väärä asiakas")
    approved(desk, run, 300)
    paid(desk, w)
    with pytest.raises(Refused, match="debt_settled_elsewhere"):
        return_payment(desk, w.finance, ReturnPayment(payment_id, desk.clock.today(), "AC04"))
    assert line_states(desk, w) == ["paid", "paid"]
    assert faults(desk, w) == []


def test_a_provider_pays_its_debt_back(desk: Desk, run: Running, clock: SetClock) -> None:
    w, provider_id, today = run.world, run.company.provider_id, clock.today()
    with pytest.raises(Missing):
        collect_debt(desk, w.finance, DebtOrder(provider_id, HOUR, today, "Tiliote"))
    indebted(desk, run, 200)
    for order, code in (
        (DebtOrder(provider_id, HOUR, today, " "), "confirmation_missing"),
        (DebtOrder(provider_id, HOUR, today + timedelta(days=1), "Tiliote"), "bank_day_in_future"),
        (DebtOrder(provider_id, 0, today, "Tiliote"), "amount_not_positive"),
        (DebtOrder(provider_id, 2 * HOUR + 1, today, "Tiliote"), "more_than_owed"),
    ):
        with pytest.raises(Refused, match=code):
            collect_debt(desk, w.finance, order)
    assert owed(desk, run) == 2 * HOUR
    order = DebtOrder(provider_id, HOUR, today, "Tiliote", once="c" * 32)
    assert collect_debt(desk, w.finance, order) == HOUR
    assert collect_debt(desk, w.finance, order) == HOUR
    approved(desk, run, 300)
    batch_id = batched(desk, w)
    with pytest.raises(Refused, match="debt_in_batch"):
        collect_debt(desk, w.finance, DebtOrder(provider_id, HOUR, today, "Tiliote"))
    cancel_batch(desk, w.finance, batch_id)
    assert collect_debt(desk, w.finance, DebtOrder(provider_id, HOUR, today, "Tiliote")) == 0
    assert owed(desk, run) == 0
    assert faults(desk, w) == []


def test_a_batch_whose_debt_has_become_smaller_is_made_anew(desk: Desk, run: Running) -> None:
    w = run.world
    indebted(desk, run, 200)
    first = newest(desk, w)
    approved(desk, run, 300)
    batch_id = batched(desk, w)
    approve_batch(desk, w.other_finance, batch_id)
    # the very payment that made the debt comes back meanwhile, so nothing is owed
    return_payment(desk, w.finance, ReturnPayment(first.id, desk.clock.today(), "AC04"))
    with pytest.raises(Refused, match="netting_changed"):
        send_batch(desk, w.finance, batch_id)
    cancel_batch(desk, w.finance, batch_id)
    sent(desk, w)
    assert newest(desk, w).netted_cents == 0
    assert faults(desk, w) == []
