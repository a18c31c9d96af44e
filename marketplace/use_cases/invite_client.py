"""The client's way in: a code that is printed in a letter or handed over, and replaces any earlier one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_clients
from marketplace.models.clients import Client
from marketplace.models.people import Organiser
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.invite import Invitee, invite_person
from marketplace.use_cases.refusals import Missing, Refused


@dataclass(frozen=True)
class ClientInvited:
    """`code` is shown this once; only its hash is kept. None when she was invited by mail instead."""

    account_id: int
    code: str | None
    expires_at: datetime | None


def invite_client(desk: Desk, actor: Actor, client_id: int, *, by_letter: bool = True) -> ClientInvited:
    """Give the client a new code (or a link by mail); the earlier code and her open sessions end.

    Refused: client_ended. Missing for a stranger's client.
    """
    with desk.transaction(actor, Action.INVITE_CLIENT) as tx:
        client = tx.session.scalar(select(Client).where(Client.id == client_id, visible_clients(tx.actor)))
        if client is None:
            raise Missing("client")
        if client.ended_on is not None:
            raise Refused("client_ended", None, day=client.ended_on)
        organiser = tx.session.scalars(select(Organiser.name).where(Organiser.id == tx.organiser_id)).one()
        invited = invite_person(
            tx,
            Invitee(
                name=f"{client.first_name} {client.last_name}",
                role=Role.CLIENT,
                email=client.email,
                phone=client.phone,
                language=client.language,
                organiser_id=tx.organiser_id,
                client_id=client.id,
                place=organiser["fi"],
            ),
            by_letter=by_letter,
        )
        return ClientInvited(invited.account_id, invited.code, invited.expires_at)
