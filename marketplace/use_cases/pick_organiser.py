"""A provider's person turns to another organiser: one at a time, so that no page mixes two organisers' matters."""

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.people import Account, Membership, Organiser
from marketplace.models.providers import Provider
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.seats import Seat


def pick_organiser(desk: Desk, actor: Actor, organiser_id: int) -> Seat:
    """The seat at this organiser's. Any organiser may be picked, not only those that the company works with already: a
    company may apply to every one. Missing when there is no such organiser.
    """
    with desk.transaction(actor, Action.SEE_OWN_COMPANY) as tx:
        organiser = tx.session.get(Organiser, organiser_id)
        row = tx.session.execute(
            select(Membership.id, Account.session_no, Provider.name)
            .join(Account, Account.id == Membership.account_id)
            .join(Provider, Provider.id == Membership.provider_id)
            .where(
                Membership.account_id == tx.account_id,
                Membership.provider_id == actor.provider_id,
                Membership.role == str(actor.role),
                Membership.ended_at.is_(None),
            )
        ).one_or_none()
        if row is None or organiser is None:
            raise Missing("organiser")
        tx.audit("account.seat_taken", "membership", row[0], organiser_id=organiser_id)
        return Seat(row[0], Role(str(actor.role)), organiser.id, organiser.name, row[2], row[1])
