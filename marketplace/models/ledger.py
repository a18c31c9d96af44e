"""Posting to the ledger: the only way in. Keeps the balances that are locked (budget, voucher) in step."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.ledger.entry import Entry
from marketplace.models.ledger_rows import LedgerEntry, LedgerLine
from marketplace.models.programmes import Budget
from marketplace.models.vouchers import Voucher


class NoBudget(Exception):
    """There is no budget for the programme and year."""


def lock_budget(session: Session, programme_id: int, year: int) -> Budget:
    """The budget row, locked until the transaction ends. First in the lock order: budget, voucher, order-log head."""
    found = session.scalar(
        select(Budget)
        .where(Budget.programme_id == programme_id, Budget.year == year)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NoBudget(f"programme {programme_id} has no budget for {year}")
    return found


def lock_voucher(session: Session, voucher_id: int) -> Voucher | None:
    """The voucher row as it is now, locked until the transaction ends. Others may still book on it by its key (a line's
    payment, for example): such a booking never waits for this lock, so that the two cannot wait for each other."""
    return session.scalar(
        select(Voucher)
        .where(Voucher.id == voucher_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def post(
    session: Session, entry: Entry | None, at: datetime, *, budget: Budget | None = None, voucher: Voucher | None = None
) -> bool:
    """Save one balanced entry; False when its key was posted before (nothing is changed then) or there is no entry.

    The locked budget and voucher are handed in when the entry touches their balances (`free`; `reserved_*`): forgetting
    one is a programming error and raises ValueError.
    """
    if entry is None:
        return False
    context = entry.context
    saved = session.execute(
        insert(LedgerEntry)
        .values(
            organiser_id=context.organiser_id,
            key=entry.key,
            recipe=entry.recipe,
            day=context.day,
            posted_at=at,
            programme_id=context.programme_id,
            budget_year=context.budget_year,
            municipality=context.municipality,
            voucher_id=context.voucher_id,
            provider_id=context.provider_id,
            cost_centre=context.cost_centre,
            reason=context.reason,
            actor_id=context.actor_id,
        )
        .on_conflict_do_nothing(index_elements=["organiser_id", "key"])
        .returning(LedgerEntry.id)
    ).scalar()
    if saved is None:
        return False
    session.execute(
        insert(LedgerLine),
        [
            {"organiser_id": context.organiser_id, "entry_id": saved, "account": line.account, "cents": line.cents}
            for line in entry.lines
        ],
    )
    for line in entry.lines:
        _keep_balance(line.account, line.cents, context.budget_year, budget, voucher)
    session.flush()
    return True


def _keep_balance(account: str, cents: int, year: int, budget: Budget | None, voucher: Voucher | None) -> None:
    if account == "free":
        if budget is None or budget.year != year:
            raise ValueError("an entry that moves free money needs its locked budget")
        budget.free_cents += cents
    elif account in ("reserved_service", "reserved_bonus"):
        if voucher is None:
            raise ValueError("an entry that moves a reservation needs its locked voucher")
        if account == "reserved_service":
            voucher.reserved_service_cents += cents
        else:
            voucher.reserved_bonus_cents += cents
