"""Reading who a session belongs to: one query a request."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, func, select

from marketplace.access.actor import Actor
from marketplace.models.people import Account, Membership, Organiser
from marketplace.models.providers import Provider
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk


@dataclass(frozen=True)
class Session:
    """A living session. `cookie` is what the browser keeps (signed): membership, organiser and session number."""

    actor: Actor
    membership_id: int
    session_no: int
    organiser_name: dict[str, str] | None
    provider_name: str | None
    demonstration: bool

    @property
    def cookie(self) -> str:
        return f"{self.membership_id}:{self.actor.organiser_id or 0}:{self.session_no}"


def load_session(desk: Desk, cookie: str) -> Session | None:
    """The session of a cookie; None when it is malformed, ended, or older than the account's latest login."""
    try:
        membership_id, organiser_id, session_no = (int(part) for part in cookie.split(":"))
    except ValueError:
        return None
    with desk.looking() as session:
        asked = {"membership_id": membership_id, "organiser_id": organiser_id, "session_no": session_no}
        row = session.execute(_whose(), asked).one_or_none()
    if row is None:
        return None
    actor = Actor(
        role=Role(row.role),
        account_id=row.account_id,
        organiser_id=row.organiser_id,
        provider_id=row.provider_id,
        client_id=row.client_id,
        name=row.name,
        language=row.language,
    )
    return Session(
        actor=actor,
        membership_id=membership_id,
        session_no=session_no,
        organiser_name=row.organiser_name,
        provider_name=row.provider_name,
        demonstration=row.demonstration,
    )


@cache
def _whose() -> Select[*tuple[Any, ...]]:
    """Asked at every request, so the statement is built once."""
    picked = bindparam("organiser_id", type_=BigInteger)
    return (
        select(
            Membership.role,
            Membership.provider_id,
            Membership.client_id,
            Account.id.label("account_id"),
            Account.name,
            Account.language,
            Account.demonstration,
            Organiser.id.label("organiser_id"),
            Organiser.name.label("organiser_name"),
            Provider.name.label("provider_name"),
        )
        .join(Account, Account.id == Membership.account_id)
        .outerjoin(Provider, Provider.id == Membership.provider_id)
        # staff and clients have their own organiser, whatever the cookie says; a provider's people the one they picked
        .outerjoin(Organiser, Organiser.id == func.coalesce(Membership.organiser_id, picked))
        .where(
            Membership.id == bindparam("membership_id"),
            Membership.ended_at.is_(None),
            Account.ended_at.is_(None),
            Account.session_no == bindparam("session_no"),
        )
    )
