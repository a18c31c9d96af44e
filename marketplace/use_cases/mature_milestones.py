"""Milestones by date: those whose days are full and shown mature, those that can no longer be reached break."""

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.events import Milestone, Outcome
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.outcome_steps import hold_outcome, settle_milestones


def mature_due(desk: Desk, actor: Actor) -> int:
    """Judge every waiting milestone that a day may have settled, voucher by voucher, each in its own transaction.
    Returns how many moved."""
    with desk.reading(actor, Action.RUN_DUE_WORK) as tx:
        rows = tx.session.execute(
            select(Milestone.voucher_id, Milestone.outcome_id)
            .join(Outcome, Outcome.id == Milestone.outcome_id)
            .where(
                Milestone.organiser_id == tx.organiser_id,
                Milestone.state == "waiting",
                (Milestone.due_on <= tx.today) | (Outcome.ends_on < tx.today),
            )
            .order_by(Milestone.voucher_id, Milestone.outcome_id)
        )
        due = {row.voucher_id: row.outcome_id for row in rows}
    settled = 0
    for outcome_id in due.values():
        with desk.transaction(actor, Action.RUN_DUE_WORK) as tx:
            held = hold_outcome(tx, outcome_id)
            moved = settle_milestones(tx, held)
            if moved:
                tx.audit(
                    "outcome.settle_milestones",
                    "outcome",
                    outcome_id,
                    clients=(held.voucher.client_id,),
                    moved=moved,
                )
            settled += moved
    return settled
