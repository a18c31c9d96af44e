"""A region's own list of clients, row by row.

Each row is one transaction: the register's own (`register_client`). A list that is stopped in the middle leaves whole
rows, sent again it finds them here, and nobody else waits for a long one to end.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.people import Account, Membership, Organiser
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.importing import ADDED, Taken
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.register_client import NewClient, own_client, register_client

COMPARED = (
    "first_name", "last_name", "municipality", "language", "address", "protected_address", "phone", "email",
    "unemployed_since", "benefit_days",
)  # fmt: skip


@dataclass(frozen=True)
class ClientSurroundings:
    """What a list's words mean with one organiser, read once: its municipalities as it writes them, its caseworkers by
    e-mail. Keys without capitals."""

    municipalities: Mapping[str, str]
    caseworkers: Mapping[str, int]


def client_surroundings(desk: Desk, actor: Actor) -> ClientSurroundings:
    """Read what the rows of a list are understood by."""
    with desk.reading(actor, Action.EDIT_CLIENT) as tx:
        places = tx.session.scalars(select(Organiser.municipalities).where(Organiser.id == tx.organiser_id)).one()
        people = tx.session.execute(
            select(Account.email, Account.id)
            .join(Membership, Membership.account_id == Account.id)
            .where(
                Membership.organiser_id == tx.organiser_id,
                Membership.role == Role.CASEWORKER.value,
                Membership.ended_at.is_(None),
                Account.ended_at.is_(None),
                Account.email.is_not(None),
            )
        )
        return ClientSurroundings(
            municipalities={place.casefold(): place for place in places},
            caseworkers={email.casefold(): number for email, number in people if email is not None},
        )


def import_client(
    desk: Desk, actor: Actor, known: ClientSurroundings, order: NewClient, caseworker: str | None = None
) -> Taken:
    """Add one client of a list, or find her here. `caseworker`: the e-mail of hers, when the list names one.

    One who is here already is not changed: what the list says differently is reported, and a person decides (the
    register may be newer than the list). That it was looked at stands in her trail.
    Refused as `register_client`, but for client_exists; and not_a_caseworker.
    """
    if caseworker is not None and caseworker.casefold() not in known.caseworkers:
        raise Refused("not_a_caseworker", "caseworker")
    place = known.municipalities.get(" ".join(order.facts.municipality.split()).casefold())
    order = replace(
        order,
        facts=replace(order.facts, municipality=place or order.facts.municipality),
        caseworker_id=known.caseworkers[caseworker.casefold()] if caseworker else None,
    )
    try:
        register_client(desk, actor, order)
    except Refused as refused:
        if refused.code != "client_exists":
            raise
        return _known(desk, actor, int(str(refused.values["client_id"])), order)
    return ADDED


def _known(desk: Desk, actor: Actor, client_id: int, order: NewClient) -> Taken:
    with desk.reading(actor, Action.EDIT_CLIENT) as tx:
        client = own_client(tx, client_id)
        tx.audit("client.read", "client", client.id, clients=(client.id,), page="import")
        differs = [name for name in COMPARED if getattr(client, name) != getattr(order.facts, name)]
        if order.caseworker_id is not None and order.caseworker_id != client.caseworker_id:
            differs.append("caseworker")
        return Taken(False, tuple(differs))
