"""Freezing a month: from then on it is read, never reckoned again. What changes later is a row of the next month."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, text

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.ledger.months import month_number
from marketplace.models.einvoices import InvoicingSettings
from marketplace.models.freezing import insert_rows, month_hash
from marketplace.models.months import FrozenMonth, FrozenRow, MonthSeal
from marketplace.period import Period, add_months, month_of
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Refused


@dataclass(frozen=True)
class Frozen:
    """What a month came to; the hash of its bytes."""

    month: date
    rows: int
    total_cents: int
    sha256: str


def freeze_month(desk: Desk, actor: Actor, day: date) -> Frozen:
    """Freeze the month of a day. The first month that an organiser freezes is where its frozen months begin; after that
    they follow each other without a gap.

    Refused: month_not_over, month_frozen, month_out_of_order (expected: the first day of the month whose turn it is).
    """
    with desk.transaction(actor, Action.FREEZE_MONTH) as tx:
        return _freeze(tx, month_of(day))


def freeze_due(desk: Desk, actor: Actor) -> int:
    """The worker's duty: from the organiser's set day on, freeze the months that are over; returns how many. Without a
    set day nothing is frozen by itself."""
    done = 0
    while True:
        with desk.transaction(actor, Action.FREEZE_MONTH) as tx:
            month = _due(tx)
            if month is None:
                return done
            _freeze(tx, month)
        done += 1


def next_month(tx: Tx) -> date | None:
    """The first day of the month whose turn it is; None before the first month was frozen."""
    newest = tx.session.scalar(select(func.max(FrozenMonth.month)).where(FrozenMonth.organiser_id == tx.organiser_id))
    return add_months(newest, 1) if newest else None


def _due(tx: Tx) -> Period | None:
    day = tx.session.scalar(select(InvoicingSettings.freeze_day))
    if day is None:
        return None
    # before the set day the month before is still open; the one before that had its day
    last_due = add_months(tx.today.replace(day=1), -1 if tx.today.day >= day else -2)
    turn = next_month(tx) or last_due
    return month_of(turn) if month_number(turn) <= month_number(last_due) else None


def _freeze(tx: Tx, month: Period) -> Frozen:
    # finance and the worker at once: the second finds the month frozen
    tx.session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"freeze/{tx.organiser_id}"}
    )
    _check(tx, month)
    made = FrozenMonth(
        organiser_id=tx.organiser_id, month=month.first, frozen_at=tx.now, frozen_by=tx.actor.account_id
    )
    tx.session.add(made)
    tx.session.flush()
    start = tx.session.scalars(
        select(func.min(FrozenMonth.month)).where(FrozenMonth.organiser_id == tx.organiser_id)
    ).one()
    insert_rows(tx.session, tx.organiser_id, made.id, start, month)
    rows, cents = tx.session.execute(
        select(func.count(), func.coalesce(func.sum(FrozenRow.amount_cents), 0)).where(FrozenRow.month_id == made.id)
    ).one()
    sealed = month_hash(tx.session, made.id, month.first, _previous(tx, month.first))
    tx.session.add(
        MonthSeal(organiser_id=tx.organiser_id, month_id=made.id, rows=rows, total_cents=int(cents), sha256=sealed)
    )
    tx.audit("month.freeze", "frozen_month", made.id, month=f"{month.first:%Y-%m}", rows=rows, total_cents=int(cents),
             sha256=sealed)  # fmt: skip
    return Frozen(month.first, rows, int(cents), sealed)


def _check(tx: Tx, month: Period) -> None:
    if tx.today <= month.last:
        raise Refused("month_not_over", "month")
    turn = next_month(tx)
    if turn is None or turn == month.first:
        return
    if month_number(month.first) < month_number(turn):
        raise Refused("month_frozen", "month")
    raise Refused("month_out_of_order", "month", expected=turn)


def _previous(tx: Tx, month: date) -> str:
    found = tx.session.scalar(
        select(MonthSeal.sha256)
        .join(FrozenMonth, FrozenMonth.id == MonthSeal.month_id)
        .where(FrozenMonth.organiser_id == tx.organiser_id, FrozenMonth.month == add_months(month, -1))
    )
    return found or ""
