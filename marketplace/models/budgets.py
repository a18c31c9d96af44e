"""The ledger's balances by programme and year, added up by the database."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.models.ledger_rows import LedgerEntry, LedgerLine

Balances = dict[str, int]


def balances(session: Session, programme_ids: Iterable[int] | None = None, year: int | None = None) -> dict[
    tuple[int, int], Balances
]:  # fmt: skip
    """Account balances in cents (debit positive) of each (programme, budget year) that has any entry."""
    query = (
        select(LedgerEntry.programme_id, LedgerEntry.budget_year, LedgerLine.account, func.sum(LedgerLine.cents))
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .group_by(LedgerEntry.programme_id, LedgerEntry.budget_year, LedgerLine.account)
    )
    if programme_ids is not None:
        query = query.where(LedgerEntry.programme_id.in_(list(programme_ids)))
    if year is not None:
        query = query.where(LedgerEntry.budget_year == year)
    found: dict[tuple[int, int], Balances] = {}
    for programme_id, budget_year, account, cents in session.execute(query):
        found.setdefault((programme_id, budget_year), {})[account] = int(cents)
    return found
