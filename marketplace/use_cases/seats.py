"""Where a person can sit down after logging in: each of her roles, and for a provider's person each organiser."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, or_, select, text

from marketplace.models.people import Account, Membership, Organiser
from marketplace.models.providers import Application, Approval, Provider
from marketplace.roles import Role
from marketplace.use_cases.desk import Tx


@dataclass(frozen=True)
class Seat:
    """One role at one place. `cookie` is what the browser keeps of it (see sessions.py)."""

    membership_id: int
    role: Role
    organiser_id: int | None
    organiser_name: dict[str, str] | None
    provider_name: str | None
    session_no: int

    @property
    def cookie(self) -> str:
        return f"{self.membership_id}:{self.organiser_id or 0}:{self.session_no}"

    @property
    def key(self) -> str:
        """What names the seat in a form."""
        return f"{self.membership_id}:{self.organiser_id or 0}"


def seats_of(tx: Tx, account: Account) -> tuple[Seat, ...]:
    """The account's seats: staff and clients one a role; a provider's people one for each organiser whose list the
    company is on or has applied to, or for every organiser when there is none yet (so that it can apply)."""
    rows = tx.session.execute(
        select(Membership, Organiser, Provider)
        .outerjoin(Organiser, Organiser.id == Membership.organiser_id)
        .outerjoin(Provider, Provider.id == Membership.provider_id)
        .where(Membership.account_id == account.id, Membership.ended_at.is_(None))
        .order_by(Membership.id)
    ).all()
    seats: list[Seat] = []
    for membership, organiser, provider in rows:
        places: Sequence[Organiser | None] = [organiser] if provider is None else _organisers_of(tx, provider.id)
        for place in places or [None]:
            seats.append(
                Seat(
                    membership_id=membership.id,
                    role=Role(membership.role),
                    organiser_id=place.id if place else None,
                    organiser_name=place.name if place else None,
                    provider_name=provider.name if provider else None,
                    session_no=account.session_no,
                )
            )
    return tuple(seats)


def _organisers_of(tx: Tx, provider_id: int) -> Sequence[Organiser]:
    """The organisers that a company works with. Each organiser's rows are looked at as that organiser, because row
    security shows no others."""
    everyone = tx.session.scalars(select(Organiser).order_by(Organiser.id)).all()
    before = tx.session.scalar(text("select current_setting('app.organiser', true)"))
    known = []
    for organiser in everyone:
        _look_as(tx, str(organiser.id))
        application = exists().where(Application.provider_id == provider_id)
        approval = exists().where(Approval.provider_id == provider_id)
        if tx.session.scalar(select(or_(application, approval))):
            known.append(organiser)
    _look_as(tx, before or "")
    return known or everyone


def _look_as(tx: Tx, organiser: str) -> None:
    tx.session.execute(text("select set_config('app.organiser', :organiser, true)"), {"organiser": organiser})
