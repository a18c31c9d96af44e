"""The yearly appropriation of a programme: set, raised and lowered as ledger entries, never below what is promised."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.ledger import recipes
from marketplace.ledger.accounts import position
from marketplace.models.budgets import balances
from marketplace.models.ledger import lock_budget, post
from marketplace.models.ledger_rows import LedgerEntry
from marketplace.models.programmes import Budget, Programme
from marketplace.use_cases.bookings import programme_context
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Missing, Refused

YEARS_AHEAD = 2
RECIPES = ("appropriate", "reduce_appropriation")


@dataclass(frozen=True)
class AppropriationOrder:
    """The whole appropriation of the year after the change (gross cents), why, and by whose decision."""

    programme_id: int
    year: int
    amount_cents: int
    reason: str
    board_decision: str
    once: str | None = None


@dataclass(frozen=True)
class Appropriated:
    """What it was, what it is now, and what of it is free."""

    before_cents: int
    amount_cents: int
    free_cents: int


def set_appropriation(desk: Desk, actor: Actor, order: AppropriationOrder) -> Appropriated:
    """Set the year's appropriation: the difference is booked.

    Refused: reasons_missing, text_missing, year_out_of_reach, programme_not_published, same_amount, and below_promised
    (least_cents) when it would take money that is promised to clients or used. Missing for a stranger's programme.
    """
    with desk.transaction(actor, Action.SET_APPROPRIATION) as tx:
        if done := tx.first_click("set_appropriation", order.once):
            return Appropriated(**done)
        programme = _programme(tx, order)
        budget = _budget(tx, programme.id, order.year)
        before = _appropriated(tx, programme.id, order.year)
        change = order.amount_cents - before
        if change == 0:
            raise Refused("same_amount", "amount")
        if budget.free_cents + change < 0:
            raise Refused("below_promised", "amount", least_cents=before - budget.free_cents)
        _post(tx, programme, budget, order, change)
        made = Appropriated(before, order.amount_cents, budget.free_cents)
        tx.audit(
            "budget.appropriate",
            "programme",
            programme.id,
            reason=order.reason,
            year=order.year,
            board_decision=order.board_decision,
            before_cents=before,
            amount_cents=order.amount_cents,
        )
        tx.remember_click("set_appropriation", order.once, **vars(made))
        return made


def _programme(tx: Tx, order: AppropriationOrder) -> Programme:
    programme = tx.session.scalar(select(Programme).where(Programme.id == order.programme_id))
    if programme is None:
        raise Missing("programme")
    if not order.reason.strip():
        raise Refused("reasons_missing", "reason")
    if not order.board_decision.strip():
        raise Refused("text_missing", "board_decision")
    if not tx.today.year <= order.year <= tx.today.year + YEARS_AHEAD:
        raise Refused("year_out_of_reach", "year", first=tx.today.year, last=tx.today.year + YEARS_AHEAD)
    if programme.state != "published":
        raise Refused("programme_not_published")
    if order.amount_cents < 0:
        raise Refused("amount_negative", "amount")
    return programme


def _budget(tx: Tx, programme_id: int, year: int) -> Budget:
    tx.session.execute(
        insert(Budget)
        .values(organiser_id=tx.organiser_id, programme_id=programme_id, year=year)
        .on_conflict_do_nothing(index_elements=["organiser_id", "programme_id", "year"])
    )
    return lock_budget(tx.session, programme_id, year)


def _appropriated(tx: Tx, programme_id: int, year: int) -> int:
    """The appropriation by the ledger, with what was carried over into the year and out of it."""
    found = balances(tx.session, [programme_id], year)
    return position(found.get((programme_id, year), {})).appropriated_cents


def _post(tx: Tx, programme: Programme, budget: Budget, order: AppropriationOrder, change: int) -> None:
    earlier = tx.session.scalar(
        select(func.count())
        .select_from(LedgerEntry)
        .where(
            LedgerEntry.programme_id == programme.id,
            LedgerEntry.budget_year == order.year,
            LedgerEntry.recipe.in_(RECIPES),
        )
    )
    # the budget is locked, so the count is this change's own number
    key = f"appropriation/{programme.id}/{order.year}/{(earlier or 0) + 1}"
    context = programme_context(tx, programme, order.year, f"appropriation:{order.board_decision.strip()}")
    recipe = recipes.appropriate if change > 0 else recipes.reduce_appropriation
    post(tx.session, recipe(key, context, abs(change)), tx.now, budget=budget)
