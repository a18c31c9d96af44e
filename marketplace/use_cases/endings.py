"""Steps that end a voucher, whoever ends it and why: refused, revoked, ended or expired, and then closed.

An ended voucher keeps its money while its tail runs, because what was delivered before the end may still be recorded
(money.md 5). Only a voucher that no provider ever took is closed at once: nothing can be on its way.
"""

from datetime import date

from sqlalchemy import func, select

from marketplace.ledger import recipes
from marketplace.models.events import Milestone, Outcome
from marketplace.models.ledger import post
from marketplace.models.people import Organiser
from marketplace.models.programmes import Budget
from marketplace.models.vouchers import Choice, Voucher
from marketplace.roles import Role
from marketplace.use_cases.bookings import locked, voucher_context
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.moves import move, move_voucher
from marketplace.use_cases.notices import tell_provider
from marketplace.vouchers.deadlines import tail_end


def locked_to_end(tx: Tx, voucher_id: int) -> tuple[Voucher, Budget]:
    """The voucher and its reservation's budget, locked in the house's order. Missing when there is no such voucher."""
    voucher, budget = locked(tx, voucher_id, with_budget=True)
    assert budget is not None
    return voucher, budget


def end_voucher(
    tx: Tx,
    voucher: Voucher,
    budget: Budget,
    name: str,
    last_day: date,
    reason: str,
    *,
    decision_id: int | None = None,
    role: Role | None = None,
) -> None:
    """End a voucher by the move `name` (refuse, revoke, end or expire) with `last_day` as its last day of service.

    voucher and budget come from `locked_to_end`. The living choice ends, its provider is told until when it may record
    what it delivered, and the tail begins; without any confirmed provider the voucher is closed and its money is free
    at once. Stale when the voucher is no longer open.
    """
    last = min(last_day, voucher.valid_to)
    tail_days = tx.session.scalars(select(Organiser.tail_days).where(Organiser.id == tx.organiser_id)).one()
    move_voucher(tx, voucher, name, reason=reason, decision_id=decision_id, role=role)
    voucher.ended_on = last if last < voucher.valid_to else None
    voucher.tail_to = tail_end(last, tail_days)
    _end_choice(tx, voucher, name, last)
    tx.session.flush()
    if not voucher.had_provider:
        close_voucher(tx, voucher, budget, f"{name}:never_started")


def close_voucher(tx: Tx, voucher: Voucher, budget: Budget, reason: str) -> None:
    """Close a (locked) voucher that has ended: what is left is free again, but for bonuses that may still come."""
    move_voucher(tx, voucher, "close", reason=reason, role=Role.SYSTEM)
    bonus = voucher.reserved_bonus_cents - promised_bonus(tx, voucher)
    entry = recipes.return_unused(
        f"close/{voucher.id}",
        voucher_context(tx, voucher, voucher.reserved_year, "tail_over"),
        voucher.reserved_service_cents,
        max(bonus, 0),
    )
    post(tx.session, entry, tx.now, budget=budget, voucher=voucher)
    tx.session.flush()


def promised_bonus(tx: Tx, voucher: Voucher) -> int:
    """Cents of the voucher's reserved bonus that somebody may still earn: milestones that wait, or everything while a
    reported outcome waits to be verified."""
    reported = select(Outcome.id).where(Outcome.voucher_id == voucher.id, Outcome.state == "reported").limit(1)
    if tx.session.scalar(reported) is not None:
        return voucher.reserved_bonus_cents
    waiting = tx.session.scalar(
        select(func.coalesce(func.sum(Milestone.amount_cents), 0)).where(
            Milestone.voucher_id == voucher.id, Milestone.state == "waiting"
        )
    )
    return int(waiting or 0)


def release_bonus(tx: Tx, voucher: Voucher, budget: Budget, key: str, reason: str) -> None:
    """Give back bonus money that can no longer come, after a milestone broke or a report fell.

    Where the grant reserved the bonus, the promise holds while the voucher lives: a later job may still earn it, so the
    money waits until the voucher is closed. Where each outcome reserves its own, it is free at once.
    """
    if voucher.state != "closed" and voucher.snapshot["bonus_reserved_at"] == "grant":
        return
    loose = voucher.reserved_bonus_cents - promised_bonus(tx, voucher)
    if loose <= 0:
        return
    context = voucher_context(tx, voucher, voucher.reserved_year, reason)
    post(tx.session, recipes.return_unused(key, context, 0, loose), tx.now, budget=budget, voucher=voucher)


def _end_choice(tx: Tx, voucher: Voucher, name: str, last: date) -> None:
    if voucher.choice_id is None:
        return
    choice = tx.session.scalars(
        select(Choice).where(Choice.id == voucher.choice_id).with_for_update(key_share=True)
    ).one()
    confirmed = choice.state == "confirmed"
    move(tx, "choice", choice, "end", Role.SYSTEM)
    choice.ended_at, choice.end_reason = tx.now, f"voucher_{name}"
    if not confirmed:
        # a provider that never took the client has nothing to record, and no reason to see her any more
        voucher.choice_id = voucher.provider_id = None
    tx.session.flush()
    tell_provider(
        tx,
        choice.provider_id,
        "voucher_over",
        f"voucher_over/{voucher.id}/{choice.id}",
        number=voucher.number,
        confirmed=confirmed,
        last_day=last,
        tail_to=voucher.tail_to,
    )
