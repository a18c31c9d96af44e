"""Payment batches: made, approved by a second person, sent, and paid only when a confirmation says so (money.md 2, 9)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Exists, exists, func, select
from stdnum import iban

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.clock import helsinki_day
from marketplace.ledger import recipes
from marketplace.ledger.accounts import Account
from marketplace.models.events import Event, Milestone
from marketplace.models.invoices import Invoice, InvoiceLine, Payment, PaymentBatch
from marketplace.models.numbers import numbered
from marketplace.models.providers import Provider
from marketplace.roles import Role
from marketplace.use_cases.conflicts import refuse_conflict
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.line_steps import Recipe, move_line
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_provider
from marketplace.use_cases.receivables import forgive_unpaid, net, one_at_a_time, owe_again, to_net
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
        batch = _batch(tx, batch_id)
        if batch.made_by == tx.account_id:
            raise Refused("own_batch")
        _none_of_interest(tx, batch)
        move(tx, "batch", batch, "approve")
        batch.approved_by, batch.approved_at = tx.account_id, tx.now
        tx.audit("batch.approve", "payment_batch", batch.id, number=batch.number)


def cancel_batch(desk: Desk, actor: Actor, batch_id: int) -> None:
    """Cancel a batch that has not been sent: its lines are approved again and can go into another."""
    with desk.transaction(actor, Action.MAKE_BATCH) as tx:
        one_at_a_time(tx)
        batch = _batch(tx, batch_id)
        move(tx, "batch", batch, "cancel")
        for payment in _payments(tx, batch):
            payment.state = "cancelled"
            for line in _lines(tx, payment):
                move_line(tx, line, "unbatch", recipes.unbatch)
                line.payment_id = None
        tx.audit("batch.cancel", "payment_batch", batch.id, number=batch.number)


def send_batch(desk: Desk, actor: Actor, batch_id: int) -> None:
    """Note that the approved batch has gone to the bank. A payment that the provider's debt covers whole is done.

    Refused: conflict_of_interest (names), contested_in_batch (lines) when a client has objected to an event in it
    meanwhile, netting_changed (payee) when a provider's debt has become smaller. Either way the batch is cancelled and
    made anew.
    """
    with desk.transaction(actor, Action.MAKE_BATCH) as tx:
        one_at_a_time(tx)
        batch = _batch(tx, batch_id)
        _none_of_interest(tx, batch)
        move(tx, "batch", batch, "send")
        batch.sent_at = tx.now
        for payment in _payments(tx, batch):
            payment.state = "sent"
            for line in _lines(tx, payment):
                move_line(tx, line, "send", recipes.send)
            net(tx, payment)
            if payment.amount_cents == 0:
                _paid(tx, payment, tx.today, f"netted:{payment.netted_cents}")
        _none_contested(tx, batch)
        _close_if_answered(tx, batch)
        tx.audit("batch.send", "payment_batch", batch.id, number=batch.number)


def confirm_payment(desk: Desk, actor: Actor, order: ConfirmPayment) -> None:
    """Mark one sent payment as paid by a recorded confirmation. Refused: confirmation_missing, day_in_future,
    before_sent, conflict_of_interest (names)."""
    with desk.transaction(actor, Action.CONFIRM_PAYMENT) as tx:
        words = _confirmation(order.confirmation)
        batch, payment = _answered(tx, order.payment_id, "sent")
        refuse_conflict(tx, [payment.provider_id])
        _since_sent(tx, batch, order.paid_on, "paid_on")
        _confirm(tx, payment, order.paid_on, words)
        _close_if_answered(tx, batch)


def confirm_batch(desk: Desk, actor: Actor, order: ConfirmBatch) -> int:
    """Mark every payment of a sent batch that waits for the bank as paid; returns how many. Refused as
    `confirm_payment`. Stale when none waits."""
    with desk.transaction(actor, Action.CONFIRM_PAYMENT) as tx:
        words = _confirmation(order.confirmation)
        batch = _batch(tx, order.batch_id)
        _none_of_interest(tx, batch)
        waiting = [payment for payment in _payments(tx, batch) if payment.state == "sent"]
        if not waiting:
            raise Stale("no_longer_possible", None, cycle="batch", state=batch.state)
        _since_sent(tx, batch, order.paid_on, "paid_on")
        for payment in waiting:
            _confirm(tx, payment, order.paid_on, words)
        _close_if_answered(tx, batch)
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
        batch, payment = _answered(tx, order.payment_id, "sent", "paid")
        refuse_conflict(tx, [payment.provider_id])
        _since_sent(tx, batch, order.returned_on, "returned_on")
        if payment.amount_cents == 0:
            raise Refused("nothing_was_sent")
        was_paid = payment.state == "paid"
        payment.state, payment.confirmed_on, payment.confirmation = "returned", order.returned_on, order.reason.strip()
        owe_again(tx, payment)
        for line in _lines(tx, payment):
            _come_back(tx, payment, line, was_paid, order.reason.strip())
        _close_if_answered(tx, batch)
        tx.audit("payment.return", "payment", payment.id, reason=order.reason.strip())
        tell_provider(tx, payment.provider_id, "payment_returned", f"returned/{payment.id}",
                      amount_cents=payment.amount_cents, reason=order.reason.strip())  # fmt: skip


def contested() -> Exists:
    """Whether the client contests what an invoice line bills."""
    return exists(select(Event.id).where(Event.id == InvoiceLine.event_id, Event.state == "objected"))


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


def _batch(tx: Tx, batch_id: int) -> PaymentBatch:
    batch = tx.session.scalar(
        select(PaymentBatch)
        .where(PaymentBatch.id == batch_id, PaymentBatch.organiser_id == tx.organiser_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if batch is None:
        raise Missing("batch")
    return batch


def _payments(tx: Tx, batch: PaymentBatch) -> Sequence[Payment]:
    return tx.session.scalars(
        select(Payment).where(Payment.batch_id == batch.id).order_by(Payment.id).with_for_update(key_share=True)
    ).all()


def _none_of_interest(tx: Tx, batch: PaymentBatch) -> None:
    """Whoever has an interest in one of a batch's payees has no hand in the batch (fairness B2.24)."""
    refuse_conflict(tx, {payment.provider_id for payment in _payments(tx, batch)})


def _lines(tx: Tx, payment: Payment) -> Sequence[InvoiceLine]:
    return tx.session.scalars(
        select(InvoiceLine)
        .where(InvoiceLine.payment_id == payment.id)
        .order_by(InvoiceLine.id)
        .with_for_update(key_share=True)
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


def _confirm(tx: Tx, payment: Payment, paid_on: date, words: str) -> None:
    _paid(tx, payment, paid_on, words)
    tx.audit("payment.confirm", "payment", payment.id, reason=words)
    tell_provider(tx, payment.provider_id, "payment_made", f"paid/{payment.id}", amount_cents=payment.amount_cents,
                  paid_on=paid_on, reference=payment.reference)  # fmt: skip


def _paid(tx: Tx, payment: Payment, paid_on: date, confirmation: str) -> None:
    payment.state, payment.confirmed_on, payment.confirmation = "paid", paid_on, confirmation
    for line in _lines(tx, payment):
        move_line(tx, line, "confirm", recipes.confirm_paid, reason=confirmation)
    tx.session.flush()


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


def _close_if_answered(tx: Tx, batch: PaymentBatch) -> None:
    tx.session.flush()
    waiting = tx.session.scalar(
        select(func.count()).select_from(Payment).where(Payment.batch_id == batch.id, Payment.state == "sent")
    )
    if not waiting and batch.state == "sent":
        move(tx, "batch", batch, "confirm", Role.SYSTEM)


def _confirmation(typed: str) -> str:
    if not typed.strip():
        raise Refused("confirmation_missing", "confirmation")
    return typed.strip()


def _since_sent(tx: Tx, batch: PaymentBatch, day: date, field: str) -> None:
    """The bank answers on a day between the sending and today."""
    if day > tx.today:
        raise Refused("bank_day_in_future", field, today=tx.today)
    if batch.sent_at is not None and day < helsinki_day(batch.sent_at):
        raise Refused("bank_day_before_sent", field, sent_on=helsinki_day(batch.sent_at))
