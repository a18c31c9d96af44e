"""Two people paying at the same instant: every line is paid once, every debt is taken once."""

from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from marketplace.models.invoices import InvoiceLine, LineMove, Payment, PaymentBatch
from marketplace.use_cases.approve_lines import approve_invoice
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.pay import (
    BatchOrder,
    ConfirmPayment,
    approve_batch,
    cancel_batch,
    confirm_payment,
    make_batch,
    send_batch,
)
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.reverse_event import reverse_event
from marketplace.use_cases.send_invoice import InvoiceOrder, send_invoice
from tests.concurrency.at_once import at_once, counted, faults
from tests.makers import Running, World, active_voucher, opened


def bill(desk: Desk, run: Running, *quantities: int) -> tuple[int, list[int]]:
    """Deliveries of today, on an invoice; its id and the events'."""
    today = desk.clock.today()
    events = [
        record_event(
            desk, run.company.coach, EventOrder(run.voucher_id, "delivered", today, quantity, f"{number}")
        ).event_id
        for number, quantity in enumerate(quantities)
    ]
    return send_invoice(desk, run.company.manager, InvoiceOrder(today)).invoice_id, events


@pytest.fixture
def run(own_desk: Desk) -> Running:
    return active_voucher(own_desk)


def soon(desk: Desk) -> date:
    return desk.clock.today() + timedelta(days=2)


def sent(desk: Desk, w: World) -> int:
    batch_id = make_batch(desk, w.finance, BatchOrder(soon(desk)))
    approve_batch(desk, w.other_finance, batch_id)
    send_batch(desk, w.finance, batch_id)
    return batch_id


def moves(desk: Desk, w: World, name: str) -> int:
    with opened(desk, w.finance) as tx:
        return int(tx.session.scalar(select(func.count(LineMove.id)).where(LineMove.move == name)) or 0)


def test_two_batches_at_once_take_every_line_once(own_desk: Desk, run: Running) -> None:
    w = run.world
    invoice_id, _ = bill(own_desk, run, 100, 150, 200)
    approve_invoice(own_desk, w.finance, invoice_id)
    order = BatchOrder(soon(own_desk))
    results = at_once([partial(make_batch, own_desk, who, order) for who in (w.finance, w.other_finance) * 3])
    assert counted(results) == {"done": 1, "nothing_to_pay": 5}
    with opened(own_desk, w.finance) as tx:
        assert tx.session.scalar(select(func.count(PaymentBatch.id))) == 1
        assert tx.session.scalars(select(Payment.lines_cents)).all() == [450 * 53]
    assert moves(own_desk, w, "batch") == 3
    assert faults(own_desk, w.auditor) == []


def test_two_confirmations_of_one_payment_are_one(own_desk: Desk, run: Running) -> None:
    w = run.world
    invoice_id, _ = bill(own_desk, run, 100)
    approve_invoice(own_desk, w.finance, invoice_id)
    sent(own_desk, w)
    with opened(own_desk, w.finance) as tx:
        payment_id = tx.session.scalars(select(Payment.id)).one()
    order = ConfirmPayment(payment_id, own_desk.clock.today(), "Tiliote")
    results = at_once([partial(confirm_payment, own_desk, who, order) for who in (w.finance, w.other_finance) * 2])
    assert counted(results) == {"done": 1, "no_longer_possible": 3}
    assert moves(own_desk, w, "confirm") == 1
    assert faults(own_desk, w.auditor) == []


def test_sending_and_cancelling_one_batch_at_once_do_one_of_them(own_desk: Desk, run: Running) -> None:
    w = run.world
    invoice_id, _ = bill(own_desk, run, 100)
    approve_invoice(own_desk, w.finance, invoice_id)
    batch_id = make_batch(own_desk, w.finance, BatchOrder(soon(own_desk)))
    approve_batch(own_desk, w.other_finance, batch_id)
    calls = [
        partial(send_batch, own_desk, w.finance, batch_id),
        partial(cancel_batch, own_desk, w.other_finance, batch_id),
    ]
    assert counted(at_once(calls * 2)) == {"done": 1, "no_longer_possible": 3}
    assert faults(own_desk, w.auditor) == []


def test_a_line_is_either_approved_or_falls_with_its_event(own_desk: Desk, run: Running) -> None:
    """Approving an invoice, making a batch and taking its events back, all at once and again and again."""
    w = run.world
    for _ in range(4):
        invoice_id, events = bill(own_desk, run, 50, 75, 100)
        at_once(
            [
                partial(approve_invoice, own_desk, w.finance, invoice_id),
                partial(make_batch, own_desk, w.other_finance, BatchOrder(soon(own_desk))),
                *(partial(reverse_event, own_desk, run.company.manager, event_id, "Väärin") for event_id in events[:2]),
            ]
        )
        assert faults(own_desk, w.auditor) == []


def test_a_debt_is_taken_off_one_payment_only(own_desk: Desk, run: Running) -> None:
    w = run.world
    invoice_id, (event_id, _) = bill(own_desk, run, 400, 100)
    approve_invoice(own_desk, w.finance, invoice_id)
    sent(own_desk, w)
    with opened(own_desk, w.finance) as tx:
        payment_id = tx.session.scalars(select(Payment.id)).one()
    confirm_payment(own_desk, w.finance, ConfirmPayment(payment_id, own_desk.clock.today(), "Tiliote"))
    reverse_event(own_desk, run.company.manager, event_id, "Väärä asiakas")
    batches = []
    for quantity in (110, 120):
        invoice_id, _ = bill(own_desk, run, quantity)
        approve_invoice(own_desk, w.finance, invoice_id)
        batches.append(make_batch(own_desk, w.finance, BatchOrder(soon(own_desk))))
        approve_batch(own_desk, w.other_finance, batches[-1])
    assert counted(at_once([partial(send_batch, own_desk, w.finance, one) for one in batches])) == {"done": 2}
    with opened(own_desk, w.finance) as tx:
        netted = tx.session.scalars(select(Payment.netted_cents).order_by(Payment.id)).all()
        states = tx.session.scalars(select(InvoiceLine.state).order_by(InvoiceLine.id)).all()
    assert netted == [0, 110 * 53, 120 * 53]  # 400 were owed: both payments are covered whole
    assert states == ["paid"] * 4
    assert faults(own_desk, w.auditor) == []
