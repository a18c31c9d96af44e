"""The invented people as actors: read from the accounts that the use cases made."""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor, system
from marketplace.models.people import Account, Membership
from marketplace.models.providers import Application, ApplicationItem
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk


@dataclass
class Cast:
    """Who plays: staff by role, a provider's people by company, clients by id."""

    organiser_id: int
    staff: dict[Role, list[Actor]] = field(default_factory=lambda: defaultdict(list))
    managers: dict[int, Actor] = field(default_factory=dict)
    coaches: dict[int, list[Actor]] = field(default_factory=lambda: defaultdict(list))
    clients: dict[int, Actor] = field(default_factory=dict)

    def one(self, role: Role) -> Actor:
        return self.staff[role][0]

    def two(self, role: Role) -> Actor:
        """The second pair of eyes."""
        return self.staff[role][1]


def read_cast(desk: Desk, organiser_id: int, since_membership: int = 0, into: Cast | None = None) -> Cast:
    """Everyone who has a role with the organiser or with a company, newest last."""
    cast = into or Cast(organiser_id)
    with desk.reading(system(organiser_id), Action.RUN_DUE_WORK) as tx:
        rows = tx.session.execute(
            select(Membership, Account.name, Account.language)
            .join(Account, Account.id == Membership.account_id)
            .where(
                Membership.ended_at.is_(None),
                (Membership.organiser_id == organiser_id) | Membership.provider_id.is_not(None),
                Membership.id > since_membership,
            )
            .order_by(Membership.id)
        ).all()
    for membership, name, language in rows:
        role = Role(membership.role)
        actor = Actor(
            role=role,
            account_id=membership.account_id,
            organiser_id=organiser_id,
            provider_id=membership.provider_id,
            client_id=membership.client_id,
            name=name,
            language=language,
        )
        if membership.client_id is not None:
            cast.clients[membership.client_id] = actor
        elif membership.provider_id is not None:
            if role is Role.PROVIDER_MANAGER:
                cast.managers.setdefault(membership.provider_id, actor)
            cast.coaches[membership.provider_id].append(actor)
        else:
            cast.staff[role].append(actor)
    return cast


def client_actor(desk: Desk, organiser_id: int, client_id: int) -> Actor:
    """A client who has been invited, as an actor."""
    with desk.reading(system(organiser_id), Action.RUN_DUE_WORK) as tx:
        account_id, name = tx.session.execute(
            select(Account.id, Account.name)
            .join(Membership, Membership.account_id == Account.id)
            .where(Membership.client_id == client_id, Membership.ended_at.is_(None))
        ).one()
    return Actor(Role.CLIENT, account_id, organiser_id, None, client_id, name)


def submitted_applications(desk: Desk, cast: Cast) -> list[tuple[int, tuple[int, ...]]]:
    with desk.reading(system(cast.organiser_id), Action.RUN_DUE_WORK) as tx:
        rows = tx.session.execute(
            select(ApplicationItem.application_id, ApplicationItem.id)
            .join(Application, Application.id == ApplicationItem.application_id)
            .where(Application.state == "submitted", Application.organiser_id == cast.organiser_id)
            .order_by(ApplicationItem.application_id, ApplicationItem.id)
        ).all()
    found: dict[int, list[int]] = {}
    for application, item in rows:
        found.setdefault(application, []).append(item)
    return [(application, tuple(items)) for application, items in found.items()]
