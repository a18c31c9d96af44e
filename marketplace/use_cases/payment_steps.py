"""The steps of paying: a batch and its payments locked, a payment paid, given back, and a batch that is done with."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Exists, exists, select

from marketplace.clock import helsinki_day
from marketplace.ledger import recipes
from marketplace.ledger.accounts import Account
from marketplace.models.events import Event, Milestone
from marketplace.models.invoices import InvoiceLine, Payment, PaymentBatch
from marketplace.roles import Role
from marketplace.use_cases.conflicts import refuse_conflict
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.line_steps import Recipe, move_line
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_provider
from marketplace.use_cases.receivables import forgive_unpaid, owe_again
from marketplace.use_cases.refusals import Missing, Refused, Stale

AT_BANK = ("sent", "acknowledged")
"""The states of a batch for whose payments the bank's answer is still to come."""


def contested() -> Exists:
    """Whether the client contests what an invoice line bills."""
    return exists(select(Event.id).where(Event.id == InvoiceLine.event_id, Event.state == "objected"))


def lock_batch(tx: Tx, batch_id: int) -> PaymentBatch:
    """The organiser's batch, locked. Missing for another organiser's."""
    batch = tx.session.scalar(
        select(PaymentBatch)
        .where(PaymentBatch.id == batch_id, PaymentBatch.organiser_id == tx.organiser_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if batch is None:
        raise Missing("batch")
    return batch


def lock_payments(tx: Tx, batch: PaymentBatch) -> Sequence[Payment]:
    """Every payment of a (locked) batch, locked."""
    return tx.session.scalars(
        select(Payment).where(Payment.batch_id == batch.id).order_by(Payment.id).with_for_update(key_share=True)
    ).all()


def none_of_interest(tx: Tx, batch: PaymentBatch) -> None:
    """Whoever has an interest in one of a batch's payees has no hand in the batch (fairness B2.24)."""
    refuse_conflict(tx, {payment.provider_id for payment in lock_payments(tx, batch)})


def lock_lines(tx: Tx, payment: Payment) -> Sequence[InvoiceLine]:
    """Every line that a payment pays, locked."""
    return tx.session.scalars(
        select(InvoiceLine)
        .where(InvoiceLine.payment_id == payment.id)
        .order_by(InvoiceLine.id)
        .with_for_update(key_share=True)
    ).all()


def answered(tx: Tx, payment_id: int, *states: str) -> tuple[PaymentBatch, Payment]:
    """The payment that the bank answers for, with its batch, both locked (batch first)."""
    batch_id = tx.session.scalar(
        select(Payment.batch_id).where(Payment.id == payment_id, Payment.organiser_id == tx.organiser_id)
    )
    if batch_id is None:
        raise Missing("payment")
    batch = lock_batch(tx, batch_id)
    payment = next(found for found in lock_payments(tx, batch) if found.id == payment_id)
    if payment.state not in states:
        raise Stale("no_longer_possible", None, cycle="payment", state=payment.state)
    return batch, payment


def confirm(tx: Tx, payment: Payment, paid_on: date, words: str) -> None:
    """A (locked) payment at the bank is paid, and its provider is told."""
    mark_paid(tx, payment, paid_on, words)
    tx.audit("payment.confirm", "payment", payment.id, reason=words)
    tell_provider(tx, payment.provider_id, "payment_made", f"paid/{payment.id}", amount_cents=payment.amount_cents,
                  paid_on=paid_on, reference=payment.reference)  # fmt: skip


def mark_paid(tx: Tx, payment: Payment, paid_on: date, confirmation: str) -> None:
    """A (locked) payment and its lines are paid; `confirmation` says how that is known."""
    payment.state, payment.confirmed_on, payment.confirmation = "paid", paid_on, confirmation
    for line in lock_lines(tx, payment):
        move_line(tx, line, "confirm", recipes.confirm_paid, reason=confirmation)
    tx.session.flush()


def take_back(tx: Tx, payment: Payment, returned_on: date, reason: str) -> None:
    """The bank gave a (locked) payment back: its lines wait for a new batch, and what was netted is owed again. Its
    provider is told. Refused: nothing_was_sent, debt_settled_elsewhere."""
    if payment.amount_cents == 0:
        raise Refused("nothing_was_sent")
    was_paid = payment.state == "paid"
    payment.state, payment.confirmed_on, payment.confirmation = "returned", returned_on, reason
    owe_again(tx, payment)
    for line in lock_lines(tx, payment):
        _come_back(tx, payment, line, was_paid, reason)
    tx.audit("payment.return", "payment", payment.id, reason=reason)
    tell_provider(tx, payment.provider_id, "payment_returned", f"returned/{payment.id}",
                  amount_cents=payment.amount_cents, reason=reason)  # fmt: skip


def _come_back(tx: Tx, payment: Payment, line: InvoiceLine, was_paid: bool, reason: str) -> None:
    if was_paid and _fell(tx, line):
        forgive_unpaid(tx, payment, line)
        move_line(tx, line, "bank_return", None, reason=reason)
        move_line(tx, line, "withdraw", None, reason="stands", role=Role.SYSTEM)
        line.return_code = "stands"
        return
    move_line(tx, line, "bank_return", _returned_from(was_paid), reason=reason)


def _fell(tx: Tx, line: InvoiceLine) -> bool:
    """What the line bills was taken back after it was paid."""
    if line.event_id is not None:
        return tx.session.scalars(select(Event.state).where(Event.id == line.event_id)).one() == "reversed"
    return tx.session.scalars(select(Milestone.state).where(Milestone.id == line.milestone_id)).one() == "clawed_back"


def _returned_from(was_paid: bool) -> Recipe:
    account = Account.USED_PAID if was_paid else Account.USED_SENT
    return lambda key, context, cents: recipes.payment_returned(key, context, cents, account)


def close_if_answered(tx: Tx, batch: PaymentBatch) -> None:
    """A (locked) batch is confirmed when the bank has answered for each of its payments, and acknowledged when it has for
    some."""
    tx.session.flush()
    states = set(
        tx.session.scalars(select(Payment.state).where(Payment.batch_id == batch.id, Payment.amount_cents > 0))
    )
    if "sent" not in states and batch.state in AT_BANK:
        move(tx, "batch", batch, "confirm", Role.SYSTEM)
    elif len(states) > 1 and batch.state == "sent":
        move(tx, "batch", batch, "acknowledge", Role.SYSTEM)


def since_sent(tx: Tx, batch: PaymentBatch, day: date, field: str) -> None:
    """The bank answers on a day between the sending and today."""
    if day > tx.today:
        raise Refused("bank_day_in_future", field, today=tx.today)
    if batch.sent_at is not None and day < helsinki_day(batch.sent_at):
        raise Refused("bank_day_before_sent", field, sent_on=helsinki_day(batch.sent_at))
