"""The step that keeps four eyes on what is published: who has had a hand in it does not publish it."""

from sqlalchemy import select

from marketplace.models.trail import AuditEvent
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.refusals import Refused


def second_person(tx: Tx, subject: str, subject_id: int, made_by: int) -> None:
    """Refused (four_eyes) when the acting person has made, edited or submitted the thing, in whatever role.

    The maker stands in the row; who else has edited it is in the audit trail.
    """
    hand = select(AuditEvent.id).where(
        AuditEvent.organiser_id == tx.organiser_id,
        AuditEvent.subject == subject,
        AuditEvent.subject_id == subject_id,
        AuditEvent.actor_id == tx.account_id,
        AuditEvent.action.in_([f"{subject}.{verb}" for verb in ("create", "edit", "submit")]),
    )
    if made_by == tx.account_id or tx.session.scalar(hand.limit(1)) is not None:
        raise Refused("four_eyes")
