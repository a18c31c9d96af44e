"""Steps of a verified outcome: its milestones are judged by the promise of the grant, matured, or broken.

A milestone is counted once a person and period, whoever claims it. Jobs that followed one another are judged as one run
where the terms allow it. Only evidence that somebody else than the payee can be asked about shows that a job has lasted.
"""

from dataclasses import dataclass

from sqlalchemy import select, text

from marketplace.access.filters import visible_outcomes
from marketplace.ledger import recipes
from marketplace.models.events import Milestone, Outcome
from marketplace.models.ledger import post
from marketplace.models.programmes import Budget
from marketplace.models.vouchers import Voucher
from marketplace.outcomes.facts import GRADES as GRADES
from marketplace.outcomes.facts import Judgement
from marketplace.period import ONE_DAY
from marketplace.pricing.snapshot import Snapshot
from marketplace.roles import Role
from marketplace.use_cases.bookings import bring_reservation, voucher_context
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.endings import locked_to_end, promised_bonus, release_bonus
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_provider
from marketplace.use_cases.outcome_facts import COUNTED, VERIFIED, facts_of
from marketplace.use_cases.refusals import Missing, Refused

__all__ = ("COUNTED", "GRADES", "VERIFIED", "HeldOutcome", "hold_outcome", "make_milestones", "reserve_at_report",
           "settle_milestones")  # fmt: skip


@dataclass(frozen=True)
class HeldOutcome:
    """An outcome with its voucher and budget, locked."""

    outcome: Outcome
    voucher: Voucher
    budget: Budget
    snapshot: Snapshot


def hold_outcome(tx: Tx, outcome_id: int) -> HeldOutcome:
    """Lock an outcome that the actor may see: its person's bonuses, budget, voucher, outcome. Missing for a stranger's.

    The person comes first, so that two claims of the same days, on two vouchers and by two providers, are judged one
    after the other.
    """
    place = tx.session.execute(
        select(Outcome.voucher_id, Outcome.client_id).where(Outcome.id == outcome_id, visible_outcomes(tx.actor))
    ).one_or_none()
    if place is None:
        raise Missing("outcome")
    one_claim_at_a_time(tx, place.client_id)
    voucher, budget = locked_to_end(tx, place.voucher_id)
    outcome = tx.session.scalars(
        select(Outcome)
        .where(Outcome.id == outcome_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    return HeldOutcome(outcome, voucher, budget, Snapshot.from_json(voucher.snapshot))


def one_claim_at_a_time(tx: Tx, client_id: int) -> None:
    """Wait for whoever judges this person's bonuses now, and make others wait."""
    key = {"key": f"bonus/{tx.organiser_id}/{client_id}"}
    tx.session.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), key)


def make_milestones(tx: Tx, held: HeldOutcome) -> None:
    """The milestones of an outcome that has just been verified, as the grant promised them. Those that an earlier job on
    the voucher has earned, or may still earn, are not made again. What the job can never earn (too few hours, the
    provider's own company, days that another claim counts) breaks before any money is asked for; what it has earned
    already matures.

    Reserves what the voucher's bonus reservation lacks. Refused: over_budget_bonus (free_cents, needed_cents).
    """
    settle_milestones(tx, held)
    counted = set(
        tx.session.scalars(
            select(Milestone.number).where(Milestone.voucher_id == held.voucher.id, Milestone.state.in_(COUNTED))
        )
    )
    for rule in held.snapshot.milestones:
        if rule.amount_cents == 0 or rule.no in counted:
            continue
        judgement = facts_of(tx, [held.outcome]).judged(held.outcome, held.voucher, rule)
        broken = judgement.state == "broken"
        tx.session.add(
            Milestone(
                organiser_id=held.voucher.organiser_id,
                outcome_id=held.outcome.id,
                voucher_id=held.voucher.id,
                client_id=held.voucher.client_id,
                provider_id=held.outcome.provider_id,
                programme_id=held.voucher.programme_id,
                number=rule.no,
                due_on=judgement.day,
                counted_from=held.outcome.starts_on,
                counted_to=max(held.outcome.starts_on, judgement.day - ONE_DAY),
                amount_cents=rule.amount_cents,
                state="broken" if broken else "waiting",
                settled_at=tx.now if broken else None,
                reason=judgement.reason_code.value if broken else None,
            )
        )
        tx.session.flush()
    settle_milestones(tx, held, mature=False)
    _reserve_missing(tx, held)
    settle_milestones(tx, held)


def settle_milestones(tx: Tx, held: HeldOutcome, *, mature: bool = True) -> int:
    """Judge the voucher's waiting milestones today: break and (unless told otherwise) mature what is ready. Returns how
    many moved. One that matures in a year to which its reservation has not been carried over yet goes on waiting."""
    moved = 0
    waiting = _waiting(tx, held)
    facts = facts_of(tx, {outcome.id: outcome for _milestone, outcome in waiting}.values())
    for milestone, outcome in waiting:
        judgement = facts.judged(outcome, held.voucher, held.snapshot.milestone(milestone.number))
        if judgement.state == "broken":
            _break(tx, held, milestone, judgement.reason_code)
            moved += 1
        elif judgement.state == "matured" and mature:
            moved += _mature(tx, held, milestone, judgement)
    return moved


def _waiting(tx: Tx, held: HeldOutcome) -> list[tuple[Milestone, Outcome]]:
    rows = tx.session.execute(
        select(Milestone, Outcome)
        .join(Outcome, Outcome.id == Milestone.outcome_id)
        .where(Milestone.voucher_id == held.voucher.id, Milestone.state == "waiting")
        .order_by(Milestone.number)
    )
    return [(milestone, outcome) for milestone, outcome in rows]


def reserve_at_report(tx: Tx, held: HeldOutcome) -> None:
    """Where the outcome reserves the bonus: reserve at the report what its milestones can come to, so that the money is
    there when the job has been verified (money.md 3). What other claims count already, or what the job can never earn, is
    not reserved. Refused: over_budget_bonus (free_cents, needed_cents)."""
    if held.snapshot.bonus_reserved_at != "outcome":
        return
    facts = facts_of(tx, [held.outcome])
    living = select(Milestone.number).where(Milestone.voucher_id == held.voucher.id, Milestone.state.in_(COUNTED))
    taken = set(tx.session.scalars(living))
    may_come = sum(
        rule.amount_cents
        for rule in held.snapshot.milestones
        if rule.no not in taken and facts.judged(held.outcome, held.voucher, rule).state != "broken"
    )
    waiting = sum(mark.amount_cents for mark, _outcome in _waiting(tx, held))
    _reserve(tx, held, waiting + may_come - held.voucher.reserved_bonus_cents, "report")


def _reserve_missing(tx: Tx, held: HeldOutcome) -> None:
    _reserve(tx, held, promised_bonus(tx, held.voucher) - held.voucher.reserved_bonus_cents, "reserve")


def _reserve(tx: Tx, held: HeldOutcome, missing: int, step: str) -> None:
    voucher, budget = held.voucher, held.budget
    if missing <= 0:
        return
    if budget.free_cents < missing:
        raise Refused("over_budget_bonus", None, free_cents=budget.free_cents, needed_cents=missing)
    context = voucher_context(tx, voucher, voucher.reserved_year, "outcome", held.outcome.provider_id)
    entry = recipes.reserve_bonus(f"outcome/{held.outcome.id}/{step}", context, missing)
    post(tx.session, entry, tx.now, budget=budget, voucher=voucher)


def _mature(tx: Tx, held: HeldOutcome, milestone: Milestone, judgement: Judgement) -> bool:
    """The bonus belongs to the year of the day on which its days were full (money.md 5)."""
    key, voucher, year = f"milestone/{milestone.id}", held.voucher, judgement.day.year
    try:
        bring_reservation(tx, voucher, year, f"{key}/carry", 0, milestone.amount_cents)
    except Refused:
        return False
    move(tx, "milestone", milestone, "mature", Role.SYSTEM)
    milestone.settled_at, milestone.reason, milestone.budget_year = tx.now, judgement.reason_code.value, year
    milestone.counted_to = judgement.day - ONE_DAY
    context = voucher_context(tx, voucher, year, f"milestone:{milestone.number}", milestone.provider_id)
    post(tx.session, recipes.mature_bonus(key, context, milestone.amount_cents), tx.now, voucher=voucher)
    tell_provider(
        tx,
        milestone.provider_id,
        "bonus_matured",
        f"bonus_matured/{milestone.id}",
        number=voucher.number,
        milestone=milestone.number,
        amount_cents=milestone.amount_cents,
    )
    return True


def _break(tx: Tx, held: HeldOutcome, milestone: Milestone, reason: str) -> None:
    move(tx, "milestone", milestone, "break", Role.SYSTEM)
    milestone.settled_at, milestone.reason = tx.now, str(reason)
    tx.session.flush()
    release_bonus(tx, held.voucher, held.budget, f"milestone/{milestone.id}/broken", f"milestone_broken:{reason}")
