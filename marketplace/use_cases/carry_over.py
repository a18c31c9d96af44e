"""Finance's dated carry-over decision: at year end, what open vouchers have reserved moves to the next year's budget.

The day of an event decides its year (money.md 5), so a voucher that is still open after New Year needs its money there.
Vouchers whose last day was in the old year stay where they are: what is recorded in their tail belongs to the old year,
and what is left of them is the old year's free money. A bonus follows by itself in the year in which it matures.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Integer, cast, func, select
from sqlalchemy.dialects.postgresql import insert

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.ledger import NoBudget, lock_budget, lock_voucher
from marketplace.models.programmes import Budget, Programme
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.bookings import carry
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Missing, Refused

LONGEST = 200
"""Characters of the decision's name."""


@dataclass(frozen=True)
class CarryOverOrder:
    """By which decision (as its record names it) and of which day a programme's year is carried over to the next."""

    programme_id: int
    year: int
    decision: str
    decided_on: date


@dataclass(frozen=True)
class CarriedOver:
    """What moved now; zero when everything had moved before."""

    vouchers: int
    service_cents: int
    bonus_cents: int


def carry_over(desk: Desk, actor: Actor, order: CarryOverOrder) -> CarriedOver:
    """Store the decision on the year's budget and move every open voucher's reservation to the next year, whose budget
    is made (with nothing appropriated) when it is not there. Doing it again moves only what has not moved.

    Refused: text_missing, text_too_long (`decision`), decided_in_future (`decided_on`), year_not_over,
    decided_otherwise (the year has another decision already), no_budget. Missing for a stranger's programme.
    """
    with desk.transaction(actor, Action.CARRY_OVER) as tx:
        if tx.session.scalar(select(Programme.id).where(Programme.id == order.programme_id)) is None:
            raise Missing("programme")
        decision = _decision(tx, order)
        budget = _budgets(tx, order.programme_id, order.year)
        if budget.carry_over_decision not in (None, decision):
            raise Refused("decided_otherwise", "decision", decision=budget.carry_over_decision)
        budget.carry_over_decision = decision
        tx.session.flush()
        return _move_all(tx, budget)


def carry_over_rest(desk: Desk, actor: Actor, programme_id: int, year: int) -> CarriedOver:
    """Move what has come to stand in the old year since the decision (a voucher that was given more time, say).
    Missing when there is no such budget, or no decision yet."""
    with desk.transaction(actor, Action.CARRY_OVER) as tx:
        decided = select(Budget.id).where(
            Budget.programme_id == programme_id, Budget.year == year, Budget.carry_over_decision.is_not(None)
        )
        if tx.session.scalar(decided) is None:
            raise Missing("budget")
        return _move_all(tx, _budgets(tx, programme_id, year))


def goes_on() -> ColumnElement[bool]:
    """Vouchers that can be used in the year after the one in which their reservation stands."""
    last_day = func.coalesce(Voucher.ended_on, Voucher.valid_to)
    return func.extract("year", last_day) > cast(Voucher.reserved_year, Integer)


def _decision(tx: Tx, order: CarryOverOrder) -> str:
    words = order.decision.strip()
    if not words:
        raise Refused("text_missing", "decision")
    if len(words) > LONGEST:
        raise Refused("text_too_long", "decision", most=LONGEST)
    if order.decided_on > tx.today:
        raise Refused("decided_in_future", "decided_on")
    if tx.today.year <= order.year:
        raise Refused("year_not_over", None, first=date(order.year + 1, 1, 1))
    day = order.decided_on
    return f"{words}, {day.day}.{day.month}.{day.year}"


def _budgets(tx: Tx, programme_id: int, year: int) -> Budget:
    """The year's budget, locked, and the next year's after it: vouchers are locked after both."""
    try:
        budget = lock_budget(tx.session, programme_id, year)
    except NoBudget:
        raise Refused("no_budget", None, year=year) from None
    tx.session.execute(
        insert(Budget)
        .values(organiser_id=tx.organiser_id, programme_id=programme_id, year=year + 1)
        .on_conflict_do_nothing(index_elements=["organiser_id", "programme_id", "year"])
    )
    lock_budget(tx.session, programme_id, year + 1)
    return budget


def _move_all(tx: Tx, budget: Budget) -> CarriedOver:
    year = budget.year
    standing = tx.session.scalars(
        select(Voucher.id)
        .where(
            Voucher.programme_id == budget.programme_id,
            Voucher.reserved_year == year,
            Voucher.state != "closed",
            goes_on(),
        )
        .order_by(Voucher.id)
    ).all()
    vouchers = service = bonus = 0
    for voucher_id in standing:
        voucher = lock_voucher(tx.session, voucher_id)
        assert voucher is not None
        if voucher.reserved_year != year or voucher.state == "closed":
            continue  # moved by an event's fall, or closed, before we had it
        service += voucher.reserved_service_cents
        bonus += voucher.reserved_bonus_cents
        vouchers += 1
        key = f"carry_over/{voucher.id}"
        carry(tx, voucher, year, year + 1, key, voucher.reserved_service_cents, voucher.reserved_bonus_cents)
        voucher.reserved_year = year + 1
        tx.session.flush()
    tx.audit(
        "budget.carry_over",
        "programme",
        budget.programme_id,
        reason=budget.carry_over_decision or "",
        year=year,
        vouchers=vouchers,
        service_cents=service,
        bonus_cents=bonus,
    )
    return CarriedOver(vouchers, service, bonus)
