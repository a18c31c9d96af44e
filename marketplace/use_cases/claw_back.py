"""A caseworker takes a bonus back: a decision with reasons and an appeal route, and the money from wherever it stands."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_outcomes
from marketplace.ledger import recipes
from marketplace.ledger.accounts import Account, stands_on
from marketplace.models.events import Milestone, Outcome
from marketplace.models.invoices import InvoiceLine
from marketplace.models.ledger import lock_budget, post
from marketplace.models.programmes import Budget, Programme
from marketplace.models.providers import Provider
from marketplace.models.vouchers import Voucher
from marketplace.roles import Role
from marketplace.use_cases.approvals import provider_language
from marketplace.use_cases.bookings import bring_reservation, carry, voucher_context
from marketplace.use_cases.credit_steps import credit_fallen
from marketplace.use_cases.decisions import Draft, make_decision
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.event_steps import UNDER_WAY
from marketplace.use_cases.line_steps import move_line
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_provider
from marketplace.use_cases.outcome_steps import HeldOutcome, hold_outcome
from marketplace.use_cases.refusals import Missing, Refused, Stale

GROUNDS = ("false_statement", "no_evidence", "paid_in_error")
"""Why a bonus is taken back; a false statement of the payee has no time limit."""
EARNED = ("matured", "billed")


@dataclass(frozen=True)
class ClawBackOrder:
    """Which milestone of an outcome, on which ground, and the reasons as the provider reads them."""

    outcome_id: int
    number: int
    ground: str
    reasons: str
    once: str | None = None


def claw_back(desk: Desk, actor: Actor, order: ClawBackOrder) -> int:
    """Take back one matured bonus; returns the decision's id. Before it is paid it is cancelled; after that the provider
    owes it (money.md 4).

    Refused: choice_unknown (`ground`), reasons_missing (`reasons`), milestone_not_earned (`number`), clawback_too_late
    (day; the terms' limit has passed), payment_under_way. Missing for a stranger's. Stale when it was taken back before.
    """
    with desk.transaction(actor, Action.VERIFY_OUTCOME) as tx:
        if done := tx.first_click("claw_back", order.once):
            return int(done["decision_id"])
        if order.ground not in GROUNDS:
            raise Refused("choice_unknown", "ground")
        budget, held, milestone = _hold(tx, order)
        _check_time(tx, held, milestone, order.ground)
        line = tx.session.scalar(
            select(InvoiceLine)
            .where(InvoiceLine.milestone_id == milestone.id)
            .order_by(InvoiceLine.id.desc())
            .limit(1)
            .with_for_update(key_share=True)
        )
        if line is not None and line.state in UNDER_WAY:
            raise Refused("payment_under_way")
        paid = line is not None and line.state == "paid"
        decision_id = _decide(tx, held, milestone, order, paid)
        account = stands_on(line.state if line else None)
        move(tx, "milestone", milestone, "claw_back")
        milestone.reason, milestone.decision_id = order.ground, decision_id
        if line is not None and line.state in ("passed", "approved", "bank_returned"):
            move_line(tx, line, "withdraw", None, reason=order.reasons.strip(), role=Role.SYSTEM)
            line.return_code, line.return_reason = "stands", order.reasons.strip()
        tx.session.flush()
        _give_back(tx, held, milestone, budget, account, paid)
        tx.audit(
            "outcome.claw_back", "outcome", held.outcome.id, clients=(held.outcome.client_id,),
            reason=order.reasons.strip(), milestone=milestone.number, ground=order.ground, decision_id=decision_id,
        )  # fmt: skip
        tell_provider(
            tx, milestone.provider_id, "bonus_clawed_back", f"bonus_clawed_back/{milestone.id}",
            number=held.voucher.number, milestone=milestone.number, amount_cents=milestone.amount_cents,
        )  # fmt: skip
        if line is not None:
            credit_fallen(tx, line, order.reasons.strip())
        tx.remember_click("claw_back", order.once, decision_id=decision_id)
        return decision_id


def _hold(tx: Tx, order: ClawBackOrder) -> tuple[Budget, HeldOutcome, Milestone]:
    """The budget of the bonus's year, the outcome with its voucher, and the milestone, locked in the house's order."""
    place = tx.session.execute(
        select(Milestone.id, Milestone.state, Milestone.budget_year, Voucher.programme_id)
        .join(Voucher, Voucher.id == Milestone.voucher_id)
        .join(Outcome, Outcome.id == Milestone.outcome_id)
        .where(Outcome.id == order.outcome_id, visible_outcomes(tx.actor), Milestone.number == order.number)
    ).one_or_none()
    if place is None:
        if tx.session.scalar(select(Outcome.id).where(Outcome.id == order.outcome_id, visible_outcomes(tx.actor))):
            raise Refused("milestone_not_earned", "number")
        raise Missing("outcome")
    if place.state == "clawed_back":
        raise Stale("no_longer_possible")
    if place.state not in EARNED or place.budget_year is None:
        raise Refused("milestone_not_earned", "number")
    budget = lock_budget(tx.session, place.programme_id, place.budget_year)
    held = hold_outcome(tx, order.outcome_id)
    milestone = tx.session.scalars(
        select(Milestone)
        .where(Milestone.id == place.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    return budget, held, milestone


def _check_time(tx: Tx, held: HeldOutcome, milestone: Milestone, ground: str) -> None:
    days = held.snapshot.milestone(milestone.number).clawback_days
    if days is None or ground == "false_statement":
        return
    last = milestone.due_on + timedelta(days=days)
    if tx.today > last:
        raise Refused("clawback_too_late", None, day=last)


def _decide(tx: Tx, held: HeldOutcome, milestone: Milestone, order: ClawBackOrder, paid: bool) -> int:
    provider = tx.session.get_one(Provider, milestone.provider_id)
    language = provider_language(tx, provider.id)
    draft = Draft(
        kind="clawback",
        programme=tx.session.get_one(Programme, held.voucher.programme_id),
        outcome="clawed_back",
        reasons=order.reasons,
        language=language,
        provider_id=provider.id,
        facts={
            "party": provider.name,
            "party_lines": [provider.business_id],
            "voucher_number": held.voucher.number,
            "milestone": milestone.number,
            "amount_cents": milestone.amount_cents,
            "ground": order.ground,
            "paid": paid,
        },
    )
    return make_decision(tx, draft).id


def _give_back(
    tx: Tx, held: HeldOutcome, milestone: Milestone, budget: Budget, account: Account, paid: bool
) -> None:
    """The money is the voucher's bonus again in the year in which it matured, and then free, or with the rest of the
    reservation where the grant's promise still holds."""
    voucher, cents, year = held.voucher, milestone.amount_cents, budget.year
    key = f"clawback/{milestone.id}"
    if voucher.state != "closed" and voucher.reserved_year < year:
        rest = voucher.reserved_service_cents, voucher.reserved_bonus_cents
        bring_reservation(tx, voucher, year, f"{key}/rest", *rest)
        voucher.reserved_year = year
    context = voucher_context(tx, voucher, year, f"clawback:{milestone.reason}", milestone.provider_id)
    entry = (
        recipes.reverse_after_payment(key, context, cents, Account.RESERVED_BONUS)
        if paid
        else recipes.reverse_before_payment(key, context, cents, account, Account.RESERVED_BONUS)
    )
    post(tx.session, entry, tx.now, voucher=voucher)
    if voucher.state == "closed" or held.snapshot.bonus_reserved_at == "outcome":
        entry = recipes.return_unused(f"{key}/return", context, 0, cents)
        post(tx.session, entry, tx.now, budget=budget, voucher=voucher)
    else:
        carry(tx, voucher, year, voucher.reserved_year, f"{key}/carry", 0, cents)
