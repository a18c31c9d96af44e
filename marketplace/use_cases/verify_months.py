"""Do the frozen months read back byte for byte? Their hashes, their order, and that no more was taken back than stood."""

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from marketplace.ledger.checks import Finding
from marketplace.ledger.months import month_number
from marketplace.models.freezing import month_hash
from marketplace.models.months import FrozenMonth, FrozenRow, MonthSeal
from marketplace.use_cases.verify_ledger import Checked

OVERDRAWN = """
select distinct coalesce('event ' || event_id, 'milestone ' || milestone_id) as source from (
    select event_id, milestone_id, sum(amount_cents) over (
        partition by event_id, milestone_id order by month_id, number) as stands
    from frozen_row where organiser_id = :organiser
) as running where stands < 0 order by source
"""


def verify_months(session: Session, organiser_id: int) -> Checked:
    """Recompute every frozen month of an organiser from its stored rows. Reads in the session it is given."""
    months = session.execute(
        select(FrozenMonth.id, FrozenMonth.month, MonthSeal.rows, MonthSeal.total_cents, MonthSeal.sha256)
        .outerjoin(MonthSeal, MonthSeal.month_id == FrozenMonth.id)
        .where(FrozenMonth.organiser_id == organiser_id)
        .order_by(FrozenMonth.month)
    ).all()
    sums = {
        month_id: (count, int(cents))
        for month_id, count, cents in session.execute(
            select(FrozenRow.month_id, func.count(), func.sum(FrozenRow.amount_cents))
            .where(FrozenRow.organiser_id == organiser_id)
            .group_by(FrozenRow.month_id)
        )
    }
    findings: list[Finding] = []
    previous, before = "", None
    for month_id, month, rows, cents, sealed in months:
        where = f"{month:%Y-%m}"
        if before is not None and month_number(month) != month_number(before) + 1:
            findings.append(Finding("month_missing", where, f"the frozen month before it is {before:%Y-%m}"))
        found = sums.get(month_id, (0, 0))
        if found != (rows, cents):
            findings.append(Finding("month_differs", where, f"sealed {rows} rows, {cents} cents; found {found}"))
        if sealed != month_hash(session, month_id, month, previous):
            findings.append(Finding("month_changed", where, "its rows are not those that were sealed"))
        previous, before = sealed or "", month
    findings += [
        Finding("taken_back_twice", source, "more was taken back than was frozen")
        for source in session.scalars(text(OVERDRAWN), {"organiser": organiser_id})
    ]
    looked_at = {"months": len(months), "rows": sum(count for count, _ in sums.values())}
    return Checked("months", looked_at, tuple(findings))
