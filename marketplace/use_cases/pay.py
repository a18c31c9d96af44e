"""Payment batches: made, approved by a second person, sent, and paid only when a confirmation says so (money.md 2, 9)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select, text

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.ledger import recipes
from marketplace.ledger.accounts import Account
from marketplace.ledger.entry import Context
from marketplace.models.invoices import Invoice, InvoiceLine, Payment, PaymentBatch
from marketplace.models.ledger import post
from marketplace.models.ledger_rows import LedgerEntry, LedgerLine
from marketplace.models.numbers import numbered
from marketplace.models.programmes import Programme
from marketplace.models.providers import Provider
from marketplace.roles import Role
from marketplace.use_cases.bookings import programme_context
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.line_steps import Recipe, move_line
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_provider
from marketplace.use_cases.refusals import Missing, Refused, Stale

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
class ReturnPayment:
    """The bank gave the money back: its code (such as AC04, account closed) and day."""

    payment_id: int
    returned_on: date
    reason: str


def make_batch(desk: Desk, actor: Actor, order: BatchOrder) -> int:
    """Put every approved line into a new batch, one payment a provider; returns the batch's id.

    What a provider owes from reversals after payment is taken off its payment (money.md 4). Refused: nothing_to_pay,
    pay_day_in_past.
    """
    with desk.transaction(actor, Action.MAKE_BATCH) as tx:
        if done := tx.first_click("make_batch", order.once):
            return int(done["batch_id"])
        if order.pay_on < tx.today:
            raise Refused("pay_day_in_past", "pay_on", today=tx.today)
        _one_batch_at_a_time(tx)
        lines = tx.session.scalars(
            select(InvoiceLine)
            .where(InvoiceLine.organiser_id == tx.organiser_id, InvoiceLine.state.in_(WAITING))
            .order_by(InvoiceLine.id)
            .with_for_update()
        ).all()
        if not lines:
            raise Refused("nothing_to_pay")
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
        for provider_id, own in sorted(theirs.items()):
            _payment(tx, batch, provider_id, own)
        tx.audit("batch.make", "payment_batch", batch.id, number=batch.number, lines=len(lines))
        tx.remember_click("make_batch", order.once, batch_id=batch.id)
        return batch.id


def approve_batch(desk: Desk, actor: Actor, batch_id: int) -> None:
    """A second person accepts the batch. Refused: own_batch (four eyes)."""
    with desk.transaction(actor, Action.APPROVE_BATCH) as tx:
        batch = _batch(tx, batch_id)
        if batch.made_by == tx.account_id:
            raise Refused("own_batch")
        move(tx, "batch", batch, "approve")
        batch.approved_by, batch.approved_at = tx.account_id, tx.now
        tx.audit("batch.approve", "payment_batch", batch.id, number=batch.number)


def cancel_batch(desk: Desk, actor: Actor, batch_id: int) -> None:
    """Cancel a batch that has not been sent: its lines are approved again and can go into another."""
    with desk.transaction(actor, Action.MAKE_BATCH) as tx:
        batch = _batch(tx, batch_id)
        move(tx, "batch", batch, "cancel")
        for payment in _payments(tx, batch):
            payment.state = "cancelled"
            for line in _lines(tx, payment):
                move_line(tx, line, "unbatch", recipes.unbatch)
                line.payment_id = None
        tx.audit("batch.cancel", "payment_batch", batch.id, number=batch.number)


def send_batch(desk: Desk, actor: Actor, batch_id: int) -> None:
    """Note that the approved batch has gone to the bank. A payment that the provider's debt covers whole is done."""
    with desk.transaction(actor, Action.MAKE_BATCH) as tx:
        batch = _batch(tx, batch_id)
        move(tx, "batch", batch, "send")
        batch.sent_at = tx.now
        for payment in _payments(tx, batch):
            payment.state = "sent"
            for line in _lines(tx, payment):
                move_line(tx, line, "send", recipes.send)
            _net(tx, payment)
            if payment.amount_cents == 0:
                _paid(tx, payment, tx.today, f"netted:{payment.netted_cents}")
        _close_if_answered(tx, batch)
        tx.audit("batch.send", "payment_batch", batch.id, number=batch.number)


def confirm_payment(desk: Desk, actor: Actor, order: ConfirmPayment) -> None:
    """Mark one sent payment as paid by a recorded confirmation. Refused: confirmation_missing, paid_in_future."""
    with desk.transaction(actor, Action.CONFIRM_PAYMENT) as tx:
        if not order.confirmation.strip():
            raise Refused("confirmation_missing", "confirmation")
        _not_future(tx, order.paid_on, "paid_on")
        batch, payment = _answered(tx, order.payment_id, "sent")
        _paid(tx, payment, order.paid_on, order.confirmation.strip())
        _close_if_answered(tx, batch)
        tx.audit("payment.confirm", "payment", payment.id, reason=order.confirmation.strip())
        tell_provider(tx, payment.provider_id, "payment_made", f"paid/{payment.id}", amount_cents=payment.amount_cents,
                      paid_on=order.paid_on, reference=payment.reference)  # fmt: skip


def return_payment(desk: Desk, actor: Actor, order: ReturnPayment) -> None:
    """The bank gave a payment back: its lines wait for a new batch, and what was netted is owed again."""
    with desk.transaction(actor, Action.CONFIRM_PAYMENT) as tx:
        if not order.reason.strip():
            raise Refused("confirmation_missing", "reason")
        _not_future(tx, order.returned_on, "returned_on")
        batch, payment = _answered(tx, order.payment_id, "sent", "paid")
        was_paid = payment.state == "paid"
        payment.state, payment.confirmed_on, payment.confirmation = "returned", order.returned_on, order.reason.strip()
        for line in _lines(tx, payment):
            move_line(tx, line, "bank_return", _returned_from(was_paid), reason=order.reason.strip())
        for entry, cents in _netted(tx, payment):
            key = f"payment/{payment.id}/restore/{entry.id}"
            context = _debt_context(tx, entry.programme_id, entry.budget_year, payment.provider_id, "payment_returned")
            post(tx.session, recipes.restore_receivable(key, context, cents), tx.now)
        _close_if_answered(tx, batch)
        tx.audit("payment.return", "payment", payment.id, reason=order.reason.strip())
        tell_provider(tx, payment.provider_id, "payment_returned", f"returned/{payment.id}",
                      amount_cents=payment.amount_cents, reason=order.reason.strip())  # fmt: skip


def owed_by(tx: Tx, provider_id: int) -> dict[tuple[int, int], int]:
    """What a provider owes after reversals of paid events, in cents, by (programme, budget year)."""
    rows = tx.session.execute(
        select(LedgerEntry.programme_id, LedgerEntry.budget_year, func.sum(LedgerLine.cents))
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .where(
            LedgerEntry.organiser_id == tx.organiser_id,
            LedgerEntry.provider_id == provider_id,
            LedgerLine.account == "receivable",
        )
        .group_by(LedgerEntry.programme_id, LedgerEntry.budget_year)
        .order_by(LedgerEntry.budget_year, LedgerEntry.programme_id)
    )
    return {(programme, year): int(cents) for programme, year, cents in rows if cents > 0}


def _one_batch_at_a_time(tx: Tx) -> None:
    tx.session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"batch/{tx.organiser_id}"}
    )


def _payment(tx: Tx, batch: PaymentBatch, provider_id: int, lines: list[InvoiceLine]) -> None:
    provider = tx.session.scalars(select(Provider).where(Provider.id == provider_id)).one()
    total = sum(line.amount_cents for line in lines)
    # what an unsent batch is about to net already is not netted twice
    promised = tx.session.scalar(
        select(func.coalesce(func.sum(Payment.netted_cents), 0)).where(
            Payment.provider_id == provider_id,
            Payment.organiser_id == tx.organiser_id,
            Payment.state == "in_batch",
        )
    )
    netted = min(total, max(0, sum(owed_by(tx, provider_id).values()) - int(promised or 0)))
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


def _batch(tx: Tx, batch_id: int) -> PaymentBatch:
    batch = tx.session.scalar(
        select(PaymentBatch)
        .where(PaymentBatch.id == batch_id, PaymentBatch.organiser_id == tx.organiser_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if batch is None:
        raise Missing("batch")
    return batch


def _payments(tx: Tx, batch: PaymentBatch) -> Iterable[Payment]:
    return tx.session.scalars(
        select(Payment).where(Payment.batch_id == batch.id).order_by(Payment.id).with_for_update()
    ).all()


def _lines(tx: Tx, payment: Payment) -> Iterable[InvoiceLine]:
    return tx.session.scalars(
        select(InvoiceLine).where(InvoiceLine.payment_id == payment.id).order_by(InvoiceLine.id).with_for_update()
    ).all()


def _answered(tx: Tx, payment_id: int, *states: str) -> tuple[PaymentBatch, Payment]:
    """The payment that the bank answers for, with its batch, both locked (batch first)."""
    batch_id = tx.session.scalar(
        select(Payment.batch_id).where(Payment.id == payment_id, Payment.organiser_id == tx.organiser_id)
    )
    if batch_id is None:
        raise Missing("payment")
    batch = _batch(tx, batch_id)
    payment = next(found for found in _payments(tx, batch) if found.id == payment_id)
    if payment.state not in states:
        raise Stale("no_longer_possible", None, cycle="payment", state=payment.state)
    return batch, payment


def _paid(tx: Tx, payment: Payment, paid_on: date, confirmation: str) -> None:
    payment.state, payment.confirmed_on, payment.confirmation = "paid", paid_on, confirmation
    for line in _lines(tx, payment):
        move_line(tx, line, "confirm", recipes.confirm_paid, reason=confirmation)
    tx.session.flush()


def _returned_from(was_paid: bool) -> Recipe:
    account = Account.USED_PAID if was_paid else Account.USED_SENT
    return lambda key, context, cents: recipes.payment_returned(key, context, cents, account)


def _net(tx: Tx, payment: Payment) -> None:
    """Take the provider's debt off its payment, oldest year first."""
    left = payment.netted_cents
    for (programme_id, year), owed in owed_by(tx, payment.provider_id).items():
        part = min(left, owed)
        if part == 0:
            break
        context = _debt_context(tx, programme_id, year, payment.provider_id, "netted")
        key = f"payment/{payment.id}/net/{programme_id}/{year}"
        post(tx.session, recipes.net_receivable(key, context, part), tx.now)
        left -= part


def _netted(tx: Tx, payment: Payment) -> list[tuple[LedgerEntry, int]]:
    rows = tx.session.execute(
        select(LedgerEntry, LedgerLine.cents)
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .where(
            LedgerEntry.organiser_id == tx.organiser_id,
            LedgerEntry.key.startswith(f"payment/{payment.id}/net/"),
            LedgerLine.account == "receivable_counter",
        )
    )
    return [(entry, cents) for entry, cents in rows]


def _debt_context(tx: Tx, programme_id: int, year: int, provider_id: int, reason: str) -> Context:
    programme = tx.session.get_one(Programme, programme_id)
    return replace(programme_context(tx, programme, year, reason), provider_id=provider_id)


def _close_if_answered(tx: Tx, batch: PaymentBatch) -> None:
    tx.session.flush()
    waiting = tx.session.scalar(
        select(func.count()).select_from(Payment).where(Payment.batch_id == batch.id, Payment.state == "sent")
    )
    if not waiting and batch.state == "sent":
        move(tx, "batch", batch, "confirm", Role.SYSTEM)


def _not_future(tx: Tx, day: date, field: str) -> None:
    if day > tx.today:
        raise Refused("day_in_future", field, today=tx.today)
