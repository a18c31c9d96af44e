"""A verified job ends: the day is kept, and milestones that it can no longer reach break."""

from dataclasses import dataclass
from datetime import date

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.roles import PROVIDERS
from marketplace.use_cases.conflicts import refuse_conflict
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.moves import move
from marketplace.use_cases.outcome_steps import hold_outcome, settle_milestones
from marketplace.use_cases.refusals import Refused


@dataclass(frozen=True)
class JobEnd:
    """`last_day`: the last day of work."""

    outcome_id: int
    last_day: date
    reason: str


def end_job(desk: Desk, actor: Actor, order: JobEnd) -> int:
    """Keep that a job has ended; a caseworker may, and so may the provider, who is the first to know. Returns the
    outcome's id. Bonuses that have matured stay: they were earned.

    Refused: conflict_of_interest (names), reason_missing, day_in_future_end, end_before_start (day). Stale when the
    outcome is not verified or has ended. Missing for a stranger's.
    """
    action = Action.REPORT_OUTCOME if actor.role in PROVIDERS else Action.VERIFY_OUTCOME
    with desk.transaction(actor, action) as tx:
        if not order.reason.strip():
            raise Refused("reason_missing", "reason")
        held = hold_outcome(tx, order.outcome_id)
        outcome = held.outcome
        refuse_conflict(tx, [outcome.provider_id], [held.voucher.id])
        if order.last_day > tx.today:
            raise Refused("day_in_future_end", "last_day")
        if order.last_day < outcome.starts_on:
            raise Refused("end_before_start", "last_day", day=outcome.starts_on)
        move(tx, "outcome", outcome, "end")
        outcome.ends_on = order.last_day
        tx.session.flush()
        settle_milestones(tx, held)
        tx.audit(
            "outcome.end_job",
            "outcome",
            outcome.id,
            clients=(outcome.client_id,),
            reason=order.reason.strip(),
            last_day=order.last_day.isoformat(),
        )
        return outcome.id
