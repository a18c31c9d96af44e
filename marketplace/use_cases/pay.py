"""Payment batches: made, approved by a second person, sent, and paid only when a confirmation says so (money.md 2, 9)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from stdnum import iban

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.ledger import recipes
from marketplace.models.invoices import Invoice, InvoiceLine, Payment, PaymentBatch
from marketplace.models.numbers import numbered
from marketplace.models.providers import Provider
from marketplace.use_cases.bank_files import write_file
from marketplace.use_cases.conflicts import refuse_conflict
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.line_steps import move_line
from marketplace.use_cases.moves import move
from marketplace.use_cases.payment_steps import (
    answered,
    close_if_answered,
    confirm,
    contested,
    lock_batch,
    lock_lines,
    lock_payments,
    mark_paid,
    none_of_interest,
    since_sent,
    take_back,
)
from marketplace.use_cases.receivables import net, one_at_a_time, to_net
from marketplace.use_cases.refusals import Refused, Stale

WAITING = ("approved", "bank_returned")


@dataclass(frozen=True)
class BatchOrder:
    """Everything that is approved and not paid yet, to be paid on a day."""

    pay_on: date
    once: str | None = None


@dataclass(frozen=True)
class ConfirmPayment:
    """How one knows that the bank has paid: its own answer, or who saw what."""

    payment_id: int
    paid_on: date
    confirmation: str


@dataclass(frozen=True)
class ConfirmBatch:
    """The same for every payment of a batch that the bank has not answered for yet."""

    batch_id: int
    paid_on: date
    confirmation: str


@dataclass(frozen=True)
class ReturnPayment:
    """The bank gave the money back: its code (such as AC04, account closed) and day."""

    payment_id: int
    returned_on: date
    reason: str


def make_batch(desk: Desk, actor: Actor, order: BatchOrder) -> int:
    """Put every approved line into a new batch, one payment a provider; returns the batch's id. A line whose event the
    client contests stays out until the objection is settled, and so does a provider without an account number.

    What a provider owes from reversals after payment is taken off its payment (money.md 4). Refused: nothing_to_pay,
    pay_day_in_past, no_account, conflict_of_interest (names).
    """
    with desk.transaction(actor, Action.MAKE_BATCH) as tx:
        if done := tx.first_click("make_batch", order.once):
            return int(done["batch_id"])
        if order.pay_on < tx.today:
            raise Refused("pay_day_in_past", "pay_on", today=tx.today)
        one_at_a_time(tx)
        lines = tx.session.scalars(
            select(InvoiceLine)
            .where(InvoiceLine.organiser_id == tx.organiser_id, InvoiceLine.state.in_(WAITING), ~contested())
            .order_by(InvoiceLine.id)
            .with_for_update(key_share=True)
        ).all()
        if not lines:
            raise Refused("nothing_to_pay")
        refuse_conflict(tx, {line.provider_id for line in lines})
        batch = PaymentBatch(
            organiser_id=tx.organiser_id,
            number=numbered(tx.session, tx.organiser_id, "batch", tx.today.year),
            state="draft",
            pay_on=order.pay_on,
            made_by=tx.account_id,
            made_at=tx.now,
        )
        tx.session.add(batch)
        tx.session.flush()
        theirs: dict[int, list[InvoiceLine]] = defaultdict(list)
        for line in lines:
            theirs[line.provider_id].append(line)
        made = [_payment(tx, batch, provider_id, own) for provider_id, own in sorted(theirs.items())]
        if not any(made):
            raise Refused("no_account")
        tx.audit("batch.make", "payment_batch", batch.id, number=batch.number, lines=len(lines))
        tx.remember_click("make_batch", order.once, batch_id=batch.id)
        return batch.id


def approve_batch(desk: Desk, actor: Actor, batch_id: int) -> None:
    """A second person accepts the batch. Refused: own_batch (four eyes), conflict_of_interest (names)."""
    with desk.transaction(actor, Action.APPROVE_BATCH) as tx:
        batch = lock_batch(tx, batch_id)
        if batch.made_by == tx.account_id:
            raise Refused("own_batch")
        none_of_interest(tx, batch)
        move(tx, "batch", batch, "approve")
        batch.approved_by, batch.approved_at = tx.account_id, tx.now
        tx.audit("batch.approve", "payment_batch", batch.id, number=batch.number)


def cancel_batch(desk: Desk, actor: Actor, batch_id: int) -> None:
    """Cancel a batch that has not been sent: its lines are approved again and can go into another."""
    with desk.transaction(actor, Action.MAKE_BATCH) as tx:
        one_at_a_time(tx)
        batch = lock_batch(tx, batch_id)
        move(tx, "batch", batch, "cancel")
        for payment in lock_payments(tx, batch):
            payment.state = "cancelled"
            for line in lock_lines(tx, payment):
                move_line(tx, line, "unbatch", recipes.unbatch)
                line.payment_id = None
        tx.audit("batch.cancel", "payment_batch", batch.id, number=batch.number)


def send_batch(desk: Desk, actor: Actor, batch_id: int) -> None:
    """The approved batch goes to the bank, once: its file is written and kept for ever. A payment that the provider's
    debt covers whole is done.

    Refused: conflict_of_interest (names), contested_in_batch (lines) when a client has objected to an event in it
    meanwhile, netting_changed (payee) when a provider's debt has become smaller. Either way the batch is cancelled and
    made anew.
    """
    with desk.transaction(actor, Action.MAKE_BATCH) as tx:
        one_at_a_time(tx)
        batch = lock_batch(tx, batch_id)
        none_of_interest(tx, batch)
        move(tx, "batch", batch, "send")
        batch.sent_at = tx.now
        payments = lock_payments(tx, batch)
        for payment in payments:
            payment.state = "sent"
            for line in lock_lines(tx, payment):
                move_line(tx, line, "send", recipes.send)
            net(tx, payment)
            if payment.amount_cents == 0:
                mark_paid(tx, payment, tx.today, f"netted:{payment.netted_cents}")
        _none_contested(tx, batch)
        write_file(tx, batch, payments)
        close_if_answered(tx, batch)
        tx.audit("batch.send", "payment_batch", batch.id, number=batch.number)


def confirm_payment(desk: Desk, actor: Actor, order: ConfirmPayment) -> None:
    """Mark one sent payment as paid by a recorded confirmation. Refused: confirmation_missing, day_in_future,
    before_sent, conflict_of_interest (names)."""
    with desk.transaction(actor, Action.CONFIRM_PAYMENT) as tx:
        words = _confirmation(order.confirmation)
        batch, payment = answered(tx, order.payment_id, "sent")
        refuse_conflict(tx, [payment.provider_id])
        since_sent(tx, batch, order.paid_on, "paid_on")
        confirm(tx, payment, order.paid_on, words)
        close_if_answered(tx, batch)


def confirm_batch(desk: Desk, actor: Actor, order: ConfirmBatch) -> int:
    """Mark every payment of a sent batch that waits for the bank as paid; returns how many. Refused as
    `confirm_payment`. Stale when none waits."""
    with desk.transaction(actor, Action.CONFIRM_PAYMENT) as tx:
        words = _confirmation(order.confirmation)
        batch = lock_batch(tx, order.batch_id)
        none_of_interest(tx, batch)
        waiting = [payment for payment in lock_payments(tx, batch) if payment.state == "sent"]
        if not waiting:
            raise Stale("no_longer_possible", None, cycle="batch", state=batch.state)
        since_sent(tx, batch, order.paid_on, "paid_on")
        for payment in waiting:
            confirm(tx, payment, order.paid_on, words)
        close_if_answered(tx, batch)
        return len(waiting)


def return_payment(desk: Desk, actor: Actor, order: ReturnPayment) -> None:
    """The bank gave a payment back: its lines wait for a new batch, and what was netted is owed again. A line whose
    event fell after it was paid does not wait: neither side owes anything for it any more.

    Refused: conflict_of_interest (names), confirmation_missing, day_in_future, before_sent, nothing_was_sent,
    debt_settled_elsewhere.
    """
    with desk.transaction(actor, Action.CONFIRM_PAYMENT) as tx:
        if not order.reason.strip():
            raise Refused("confirmation_missing", "reason")
        one_at_a_time(tx)
        batch, payment = answered(tx, order.payment_id, "sent", "paid")
        refuse_conflict(tx, [payment.provider_id])
        since_sent(tx, batch, order.returned_on, "returned_on")
        take_back(tx, payment, order.returned_on, order.reason.strip())
        close_if_answered(tx, batch)


def _payment(tx: Tx, batch: PaymentBatch, provider_id: int, lines: list[InvoiceLine]) -> bool:
    """One provider's payment; False when it has no account to pay to: its lines wait."""
    provider = tx.session.scalars(select(Provider).where(Provider.id == provider_id)).one()
    if not iban.is_valid(provider.iban or ""):
        return False
    total = sum(line.amount_cents for line in lines)
    netted = to_net(tx, provider_id, total)
    newest = tx.session.scalars(select(Invoice.reference).where(Invoice.id == max(x.invoice_id for x in lines))).one()
    payment = Payment(
        organiser_id=tx.organiser_id,
        batch_id=batch.id,
        provider_id=provider_id,
        payee=provider.name,
        iban=provider.iban,
        reference=newest,
        lines_cents=total,
        netted_cents=netted,
        amount_cents=total - netted,
        state="in_batch",
    )
    tx.session.add(payment)
    tx.session.flush()
    for line in lines:
        move_line(tx, line, "batch", recipes.rebatch if line.state == "bank_returned" else recipes.batch)
        line.payment_id = payment.id
    return True


def _none_contested(tx: Tx, batch: PaymentBatch) -> None:
    tx.session.flush()
    lines = tx.session.scalar(
        select(func.count())
        .select_from(InvoiceLine)
        .join(Payment, Payment.id == InvoiceLine.payment_id)
        .where(Payment.batch_id == batch.id, contested())
    )
    if lines:
        raise Refused("contested_in_batch", None, lines=lines)


def _confirmation(typed: str) -> str:
    if not typed.strip():
        raise Refused("confirmation_missing", "confirmation")
    return typed.strip()
