"""A provider's person turns to another organiser: one at a time, so that no page mixes two organisers' matters."""

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.people import Account, Membership, Organiser
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Missing


def pick_organiser(desk: Desk, actor: Actor, organiser_id: int) -> str:
    """The content of the session cookie with this organiser in it (see sessions.py). Any organiser may be picked: a
    company may apply to every one. Missing when there is no such organiser, or for whoever is not a provider's person.
    """
    with desk.transaction(actor, Action.SEE_OWN_COMPANY) as tx:
        row = tx.session.execute(
            select(Membership.id, Account.session_no)
            .join(Account, Account.id == Membership.account_id)
            .where(
                Membership.account_id == tx.account_id,
                Membership.provider_id == actor.provider_id,
                Membership.role == str(actor.role),
                Membership.ended_at.is_(None),
            )
        ).one_or_none()
        if row is None or tx.session.get(Organiser, organiser_id) is None:
            raise Missing("organiser")
        tx.audit("account.pick_organiser", "organiser", organiser_id)
        return f"{row[0]}:{organiser_id}:{row[1]}"
