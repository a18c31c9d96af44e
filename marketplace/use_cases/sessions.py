"""Reading who a session belongs to: one query a request."""

from dataclasses import dataclass

from sqlalchemy import select

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
    query = (
        select(
            Membership.role,
            Membership.organiser_id,
            Membership.provider_id,
            Membership.client_id,
            Account.id,
            Account.name,
            Account.language,
            Account.demonstration,
            Organiser.id,
            Organiser.name,
            Provider.name,
        )
        .join(Account, Account.id == Membership.account_id)
        .outerjoin(Provider, Provider.id == Membership.provider_id)
        # staff and clients have their organiser; a provider's people work with the one they have picked
        .outerjoin(
            Organiser,
            (Organiser.id == Membership.organiser_id)
            | (Membership.organiser_id.is_(None) & (Organiser.id == organiser_id)),
        )
        .where(
            Membership.id == membership_id,
            Membership.ended_at.is_(None),
            Account.ended_at.is_(None),
            Account.session_no == session_no,
        )
    )
    with desk.looking() as session:
        row = session.execute(query).one_or_none()
    if row is None:
        return None
    (
        role,
        own_organiser,
        provider_id,
        client_id,
        account_id,
        name,
        language,
        demo,
        organiser,
        organiser_name,
        company,
    ) = row
    if own_organiser is not None and own_organiser != organiser:
        return None
    return Session(
        actor=Actor(
            role=Role(role),
            account_id=account_id,
            organiser_id=organiser,
            provider_id=provider_id,
            client_id=client_id,
            name=name,
            language=language,
        ),
        membership_id=membership_id,
        session_no=session_no,
        organiser_name=organiser_name,
        provider_name=company,
        demonstration=demo,
    )
