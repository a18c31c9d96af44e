"""Steps about what providers owe after a paid event was reversed: how much, netted from a payment, owed again, or gone
with a payment that came back (money.md 4)."""

from dataclasses import replace

from sqlalchemy import func, select, text

from marketplace.ledger import recipes
from marketplace.ledger.entry import Context
from marketplace.models.invoices import InvoiceLine, Payment
from marketplace.models.ledger import post
from marketplace.models.ledger_rows import LedgerEntry, LedgerLine
from marketplace.models.programmes import Programme
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.bookings import programme_context, voucher_context
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.refusals import Refused

Debts = dict[tuple[int, int], int]
"""Cents owed by (programme, budget year)."""


def one_at_a_time(tx: Tx) -> None:
    """Batches of one organiser are made, sent, cancelled and returned one after another, so that a debt is netted once."""
    tx.session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"batch/{tx.organiser_id}"}
    )


def debts(tx: Tx, provider_id: int | None = None) -> dict[int, Debts]:
    """What each provider (or one of them) owes, the oldest year first."""
    query = (
        select(LedgerEntry.provider_id, LedgerEntry.programme_id, LedgerEntry.budget_year, func.sum(LedgerLine.cents))
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .where(
            LedgerEntry.organiser_id == tx.organiser_id,
            LedgerLine.account == "receivable",
            LedgerEntry.provider_id.is_not(None),
        )
        .group_by(LedgerEntry.provider_id, LedgerEntry.programme_id, LedgerEntry.budget_year)
        .order_by(LedgerEntry.provider_id, LedgerEntry.budget_year, LedgerEntry.programme_id)
    )
    if provider_id is not None:
        query = query.where(LedgerEntry.provider_id == provider_id)
    found: dict[int, Debts] = {}
    for provider, programme, year, cents in tx.session.execute(query):
        if cents > 0:
            found.setdefault(int(provider or 0), {})[programme, year] = int(cents)
    return found


def owed_by(tx: Tx, provider_id: int) -> Debts:
    """What one provider owes."""
    return debts(tx, provider_id).get(provider_id, {})


def to_net(tx: Tx, provider_id: int, total_cents: int) -> int:
    """How much of a provider's debt its payment of so many cents takes off; what an unsent batch is about to net
    already is not netted twice."""
    promised = tx.session.scalar(
        select(func.coalesce(func.sum(Payment.netted_cents), 0)).where(
            Payment.provider_id == provider_id,
            Payment.organiser_id == tx.organiser_id,
            Payment.state == "in_batch",
        )
    )
    return min(total_cents, max(0, sum(owed_by(tx, provider_id).values()) - int(promised or 0)))


def net(tx: Tx, payment: Payment) -> None:
    """Take the provider's debt off its payment, the oldest year first. Refused (netting_changed) when the debt is
    smaller than when the batch was made."""
    left = payment.netted_cents
    for (programme_id, year), owed in owed_by(tx, payment.provider_id).items():
        part = min(left, owed)
        if part == 0:
            break
        context = _debt_context(tx, programme_id, year, payment.provider_id, "netted")
        key = f"payment/{payment.id}/net/{programme_id}/{year}"
        post(tx.session, recipes.net_receivable(key, context, part), tx.now)
        left -= part
    if left:
        raise Refused("netting_changed", None, payee=payment.payee)


def owe_again(tx: Tx, payment: Payment) -> None:
    """The payment came back: what was taken off it is owed as before."""
    for entry, cents in _netted(tx, payment):
        key = f"payment/{payment.id}/restore/{entry.id}"
        context = _debt_context(tx, entry.programme_id, entry.budget_year, payment.provider_id, "payment_returned")
        post(tx.session, recipes.restore_receivable(key, context, cents), tx.now)


def forgive_unpaid(tx: Tx, payment: Payment, line: InvoiceLine) -> None:
    """The line's event fell after it was paid, and now its payment has come back: the provider has nothing to give back.
    Refused (debt_settled_elsewhere) when the debt has been taken off another payment meanwhile."""
    if owed_by(tx, payment.provider_id).get(_books(tx, line), 0) < line.amount_cents:
        raise Refused("debt_settled_elsewhere", None, payee=payment.payee, amount_cents=line.amount_cents)
    voucher = tx.session.get_one(Voucher, line.voucher_id)
    context = voucher_context(tx, voucher, line.budget_year, "payment_returned", payment.provider_id)
    key = f"payment/{payment.id}/unpaid/{line.id}"
    post(tx.session, recipes.collect_receivable(key, context, line.amount_cents), tx.now)


def _books(tx: Tx, line: InvoiceLine) -> tuple[int, int]:
    programme = tx.session.scalars(select(Voucher.programme_id).where(Voucher.id == line.voucher_id)).one()
    return programme, line.budget_year


def _netted(tx: Tx, payment: Payment) -> list[tuple[LedgerEntry, int]]:
    rows = tx.session.execute(
        select(LedgerEntry, LedgerLine.cents)
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .where(
            LedgerEntry.organiser_id == tx.organiser_id,
            LedgerEntry.key.startswith(f"payment/{payment.id}/net/"),
            LedgerLine.account == "receivable_counter",
        )
        .order_by(LedgerEntry.id)
    )
    return [(entry, cents) for entry, cents in rows]


def _debt_context(tx: Tx, programme_id: int, year: int, provider_id: int, reason: str) -> Context:
    programme = tx.session.get_one(Programme, programme_id)
    return replace(programme_context(tx, programme, year, reason), provider_id=provider_id)
