"""A client's way in: a code on paper, shown once, or a link by mail. A new one ends the old one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.people import Organiser
from marketplace.models.schema import Words
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.invite import Invitee, invite_person
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.register_client import own_client


@dataclass(frozen=True)
class ClientInvited:
    """`code`: for the letter, to be shown once; None when a mail was sent to `email`. `address`: None when it is
    protected, and the letter is handed over."""

    account_id: int
    client_id: int
    name: str
    language: str
    address: str | None
    email: str | None
    code: str | None
    expires_at: datetime | None
    organiser: Words
    phone: str


def invite_client(desk: Desk, actor: Actor, client_id: int, *, by_mail: bool = False) -> ClientInvited:
    """Make the client's way in: a letter's code, or a link by mail to a client who has an e-mail address. The earlier
    code and her open sessions end.

    Refused: client_ended (day). Missing for a stranger's.
    """
    with desk.transaction(actor, Action.INVITE_CLIENT) as tx:
        client = own_client(tx, client_id, lock=True)
        if client.ended_on is not None:
            raise Refused("client_ended", None, day=client.ended_on)
        organiser = tx.session.scalars(select(Organiser).where(Organiser.id == tx.organiser_id)).one()
        language = client.language if client.language in ("fi", "sv", "en") else "fi"
        made = invite_person(
            tx,
            Invitee(
                name=f"{client.first_name} {client.last_name}",
                role=Role.CLIENT,
                email=client.email,
                phone=client.phone,
                language=language,
                organiser_id=tx.organiser_id,
                client_id=client.id,
                place=organiser.name.get(language) or organiser.name["fi"],
                demonstration=organiser.demonstration,
            ),
            by_letter=not by_mail,
        )
        return ClientInvited(
            account_id=made.account_id,
            client_id=client.id,
            name=f"{client.first_name} {client.last_name}",
            language=language,
            address=None if client.protected_address else client.address,
            email=client.email if made.code is None else None,
            code=made.code,
            expires_at=made.expires_at,
            organiser=organiser.name,
            phone=organiser.phone,
        )
