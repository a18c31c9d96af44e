"""A provider pays back itself what it owes after a paid event was reversed: it has left, and no payment is to come."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.ledger import recipes
from marketplace.models.invoices import Payment
from marketplace.models.ledger import post
from marketplace.models.ledger_rows import LedgerEntry
from marketplace.models.programmes import Programme
from marketplace.use_cases.bookings import programme_context
from marketplace.use_cases.conflicts import refuse_conflict
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.receivables import Debts, one_at_a_time, owed_by
from marketplace.use_cases.refusals import Missing, Refused


@dataclass(frozen=True)
class DebtOrder:
    """How much came (cents), when, and what shows it."""

    provider_id: int
    amount_cents: int
    paid_on: date
    confirmation: str
    once: str | None = None


def collect_debt(desk: Desk, actor: Actor, order: DebtOrder) -> int:
    """Book what a provider has paid back, the oldest year first; returns the cents that it still owes.

    Refused: confirmation_missing, bank_day_in_future (`paid_on`), amount_not_positive, more_than_owed (owed_cents),
    debt_in_batch while an unsent batch is about to take the debt off a payment. Missing when it owes nothing.
    """
    with desk.transaction(actor, Action.CONFIRM_PAYMENT) as tx:
        if done := tx.first_click("collect_debt", order.once):
            return int(done["left_cents"])
        _check(tx, order)
        refuse_conflict(tx, [order.provider_id])
        one_at_a_time(tx)
        debts = owed_by(tx, order.provider_id)
        if not debts:
            raise Missing("debt")
        owed = sum(debts.values())
        if order.amount_cents > owed:
            raise Refused("more_than_owed", "amount", owed_cents=owed)
        _none_in_batch(tx, order.provider_id)
        _book(tx, order, debts)
        tx.audit(
            "receivable.collect",
            "provider",
            order.provider_id,
            reason=order.confirmation.strip(),
            amount_cents=order.amount_cents,
            paid_on=order.paid_on.isoformat(),
        )
        tx.remember_click("collect_debt", order.once, left_cents=owed - order.amount_cents)
        return owed - order.amount_cents


def _check(tx: Tx, order: DebtOrder) -> None:
    if not order.confirmation.strip():
        raise Refused("confirmation_missing", "confirmation")
    if order.paid_on > tx.today:
        raise Refused("bank_day_in_future", "paid_on", today=tx.today)
    if order.amount_cents <= 0:
        raise Refused("amount_not_positive", "amount")


def _none_in_batch(tx: Tx, provider_id: int) -> None:
    waiting = select(Payment.id).where(
        Payment.organiser_id == tx.organiser_id,
        Payment.provider_id == provider_id,
        Payment.state == "in_batch",
        Payment.netted_cents > 0,
    )
    if tx.session.scalar(waiting.limit(1)) is not None:
        raise Refused("debt_in_batch")


def _book(tx: Tx, order: DebtOrder, debts: Debts) -> None:
    left = order.amount_cents
    for (programme_id, year), owed in debts.items():
        part = min(left, owed)
        if part == 0:
            break
        programme = tx.session.get_one(Programme, programme_id)
        context = replace(programme_context(tx, programme, year, "paid_back"), provider_id=order.provider_id)
        series = f"debt/{order.provider_id}/{programme_id}/{year}/"
        # one at a time, so the count is this booking's own number
        earlier = tx.session.scalar(
            select(func.count()).select_from(LedgerEntry).where(LedgerEntry.key.startswith(series, autoescape=True))
        )
        post(tx.session, recipes.collect_receivable(f"{series}{(earlier or 0) + 1}", context, part), tx.now)
        left -= part
