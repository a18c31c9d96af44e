"""The countdown to each milestone of a reported job, the same for provider, client and caseworker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.models.events import Milestone, Outcome
from marketplace.models.vouchers import Voucher
from marketplace.outcomes.facts import Condition
from marketplace.pricing.rules import MilestoneRule
from marketplace.pricing.snapshot import Snapshot
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.outcome_facts import COUNTED, VERIFIED, Facts


@dataclass(frozen=True)
class Countdown:
    """One milestone. `state`: as the milestone's own, or `waiting` while the report waits to be verified.

    `day`: when it matured, will mature if all goes on, or broke; `days_done` never exceeds `days`. `reason`: why it
    stands where it does. `amount_cents`: what the grant promised for it.
    """

    number: int
    days: int
    days_done: int
    state: str
    day: date
    reason: str
    amount_cents: int
    min_weekly_hours_hundredths: int
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Made:
    """The milestones of some vouchers' outcomes, as they are kept."""

    rows: tuple[Milestone, ...]

    def of(self, outcome: Outcome) -> dict[int, Milestone]:
        return {mark.number: mark for mark in self.rows if mark.outcome_id == outcome.id}

    def taken(self, outcome: Outcome, number: int) -> bool:
        """Does another outcome of the same voucher count this number?"""
        return any(
            mark.voucher_id == outcome.voucher_id and mark.outcome_id != outcome.id and mark.number == number
            for mark in self.rows
            if mark.state in COUNTED
        )


def countdown(facts: Facts, made: Made, outcome: Outcome, voucher: Voucher) -> tuple[Countdown, ...]:
    """Each milestone of the promise that this job can earn, or has earned."""
    marks = made.of(outcome)
    rules = [
        rule
        for rule in Snapshot.from_json(voucher.snapshot).milestones
        if rule.no in marks or (outcome.state == "reported" and rule.amount_cents and not made.taken(outcome, rule.no))
    ]
    return tuple(_mark(facts, outcome, voucher, rule, marks.get(rule.no)) for rule in rules)


def _mark(facts: Facts, outcome: Outcome, voucher: Voucher, rule: MilestoneRule, mark: Milestone | None) -> Countdown:
    judged = facts.judged(outcome, voucher, rule)
    settled = mark is not None and mark.state != "waiting"
    state = mark.state if mark is not None else judged.state
    if state == "matured" and mark is None:
        state = "waiting"  # the days may be full, but nobody has verified the job yet
    earned = state in ("matured", "billed")
    verified = Condition("verified", outcome.state in VERIFIED)
    asked = tuple(Condition(one.code, one.met or earned) for one in judged.conditions)
    return Countdown(
        number=rule.no,
        days=rule.days,
        days_done=judged.days_done,
        state=state,
        day=judged.day,
        reason=mark.reason if mark is not None and settled and mark.reason else judged.reason_code.value,
        amount_cents=mark.amount_cents if mark is not None else rule.amount_cents,
        min_weekly_hours_hundredths=rule.min_weekly_hours_hundredths,
        conditions=(*asked[:-2], verified, *asked[-2:]),
    )


def made_of(tx: Tx, outcomes: Sequence[Outcome]) -> Made:
    """The milestones of the vouchers of some outcomes: one query."""
    vouchers = {outcome.voucher_id for outcome in outcomes}
    return Made(tuple(tx.session.scalars(select(Milestone).where(Milestone.voucher_id.in_(vouchers)))))
