"""The logins of a demonstration, for its login pages. They exist where an organiser is marked as one, and open only in
demo mode."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import public
from marketplace.models.people import Account, Membership, Organiser
from marketplace.models.providers import Provider
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk

FIRST = 1  # of each role, so that the list stays short
PER_ROLE = {Role.CLIENT: 3, Role.PROVIDER_MANAGER: 2, Role.APPROVER: 2, Role.FINANCE: 2}


@dataclass(frozen=True)
class DemoLogin:
    email: str
    name: str
    role: Role
    organiser_name: dict[str, str] | None
    provider_name: str | None


def demo_logins(desk: Desk, roles: Collection[Role]) -> tuple[DemoLogin, ...]:
    """A few logins of each role, the earliest made first. Where a rule needs four eyes there are two."""
    found: list[DemoLogin] = []
    with desk.reading(public(None), Action.LOG_IN) as tx:
        for role in sorted(roles, key=list(Role).index):
            rows = tx.session.execute(
                select(Account.email, Account.name, Organiser.name, Provider.name)
                .join(Membership, Membership.account_id == Account.id)
                .outerjoin(Organiser, Organiser.id == Membership.organiser_id)
                .outerjoin(Provider, Provider.id == Membership.provider_id)
                .where(
                    Account.demonstration,
                    Account.email.is_not(None),
                    Account.password_hash.is_not(None),
                    Account.ended_at.is_(None),
                    Membership.ended_at.is_(None),
                    Membership.role == role.value,
                )
                .order_by(Membership.id)
                .limit(PER_ROLE.get(role, FIRST))
            )
            for email, name, organiser, company in rows:
                assert email is not None, "asked for above"
                found.append(DemoLogin(email, name, role, organiser, company))
    return tuple(found)
