"""Steps that book a voucher's money: the context every entry carries, and the year the money stands in (money.md 5)."""

from sqlalchemy import select

from marketplace.ledger import recipes
from marketplace.ledger.entry import Context, Entry
from marketplace.models.ledger import lock_budget, lock_voucher, post
from marketplace.models.programmes import Budget, Programme
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.refusals import Missing, Refused


def programme_context(tx: Tx, programme: Programme, year: int, reason: str) -> Context:
    """The context of a booking that concerns a programme's whole budget."""
    return Context(
        organiser_id=tx.organiser_id,
        programme_id=programme.id,
        budget_year=year,
        municipality=None,
        voucher_id=None,
        provider_id=None,
        cost_centre=programme.cost_centre,
        reason=reason,
        actor_id=tx.actor.account_id,
        day=tx.today,
    )


def voucher_context(tx: Tx, voucher: Voucher, year: int, reason: str, provider_id: int | None = None) -> Context:
    """The context of a booking that concerns one voucher."""
    cost_centre = tx.session.scalars(select(Programme.cost_centre).where(Programme.id == voucher.programme_id)).one()
    return Context(
        organiser_id=voucher.organiser_id,
        programme_id=voucher.programme_id,
        budget_year=year,
        municipality=voucher.municipality,
        voucher_id=voucher.id,
        provider_id=provider_id,
        cost_centre=cost_centre,
        reason=reason,
        actor_id=tx.actor.account_id,
        day=tx.today,
    )


def locked(tx: Tx, voucher_id: int, *, with_budget: bool = False) -> tuple[Voucher, Budget | None]:
    """The voucher, locked; with its reservation's budget locked before it where free money may move. Missing if none."""
    budget = None
    if with_budget:
        place = tx.session.execute(
            select(Voucher.programme_id, Voucher.reserved_year).where(Voucher.id == voucher_id)
        ).one_or_none()
        if place is None:
            raise Missing("voucher")
        budget = lock_budget(tx.session, *place)
        now = tx.session.scalars(select(Voucher.reserved_year).where(Voucher.id == voucher_id)).one()
        if now != budget.year:
            # a carry-over was saved while we waited for the budget: both budgets before the voucher (years only grow)
            budget = lock_budget(tx.session, place.programme_id, now)
    voucher = lock_voucher(tx.session, voucher_id)
    if voucher is None:
        raise Missing("voucher")
    if budget is not None and budget.year != voucher.reserved_year:
        # the reservation was carried over between the two reads: take the newer budget too (years only grow)
        budget = lock_budget(tx.session, voucher.programme_id, voucher.reserved_year)
    return voucher, budget


def bring_reservation(tx: Tx, voucher: Voucher, year: int, key: str, service_cents: int, bonus_cents: int = 0) -> None:
    """Make the voucher's reserved cents stand in `year` before they are used there.

    The event's date decides the year; a reservation that stands in another one is moved by the earlier year's dated
    carry-over decision, in either direction. Refused while there is no such decision.
    """
    carry(tx, voucher, voucher.reserved_year, year, key, service_cents, bonus_cents)


def carry(tx: Tx, voucher: Voucher, source: int, year: int, key: str, service_cents: int, bonus_cents: int = 0) -> None:
    """Move reserved cents of a (locked) voucher from one year's books to another's, year by year. Refused
    (year_not_carried_over) while an earlier year on the way has no carry-over decision."""
    if service_cents + bonus_cents == 0:
        return
    step = 1 if source < year else -1
    for leaving in range(source, year, step):
        decision = tx.session.scalar(
            select(Budget.carry_over_decision).where(
                Budget.programme_id == voucher.programme_id, Budget.year == min(leaving, leaving + step)
            )
        )
        if not decision:
            raise Refused("year_not_carried_over", "day", year=year, reserved_year=source)
        _cross(tx, voucher, leaving, leaving + step, f"{key}/{leaving}", decision, service_cents, bonus_cents)


def _cross(
    tx: Tx, voucher: Voucher, source: int, target: int, key: str, decision: str, service_cents: int, bonus_cents: int
) -> None:
    """One step over a year's end, with its appropriation; the twin entries are matched by the ledger's checks."""
    leave, arrive = (
        (recipes.carry_over_out, recipes.carry_over_in)
        if source < target
        else (recipes.carry_back_out, recipes.carry_back_in)
    )
    reason = f"carry_over:{decision}"
    for entry in (
        leave(f"{key}/out", voucher_context(tx, voucher, source, reason), service_cents, bonus_cents),
        arrive(f"{key}/in", voucher_context(tx, voucher, target, reason), service_cents, bonus_cents),
    ):
        post(tx.session, entry, tx.now, voucher=voucher)


def return_rest(tx: Tx, voucher: Voucher, budget: Budget, key: str, reason: str) -> None:
    """Give back to the budget what is still reserved on a (locked) voucher."""
    entry: Entry | None = recipes.return_unused(
        key,
        voucher_context(tx, voucher, voucher.reserved_year, reason),
        voucher.reserved_service_cents,
        voucher.reserved_bonus_cents,
    )
    post(tx.session, entry, tx.now, budget=budget, voucher=voucher)
