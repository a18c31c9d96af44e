"""Declared interests (fairness B2.24): every member of staff declares her own; auditor and administrator read the register.

Declarations belong to a person, not to an organiser: companies are shared, and so is a conscience.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.people import Account, Interest, InterestCheck, InterestEnd, Membership
from marketplace.models.providers import Approval, Provider
from marketplace.roles import STAFF, Role
from marketplace.use_cases.conflicts import LIVING
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.notices import tell_staff
from marketplace.use_cases.refusals import Missing, Refused

KINDS = ("owner", "office", "work", "family", "client", "other")
"""What ties a person to a company; hallintolaki 434/2003 28 § names the grounds of disqualification."""

YEAR = timedelta(days=365)
"""A declaration that nothing has changed holds this long."""

NEEDED = {Role.CASEWORKER: 1, Role.FINANCE: 2, Role.PROCUREMENT: 1}
"""How many free hands each kind of work needs: paying needs two pairs of eyes."""


@dataclass(frozen=True)
class InterestOrder:
    """`until`: the last day when it is known already, None for the time being."""

    provider_id: int
    kind: str
    since: date
    until: date | None = None
    once: str | None = None


@dataclass(frozen=True)
class InterestLine:
    """One declaration. `ended`: its last day, however it was told."""

    id: int
    who: str
    company: str
    group_companies: int
    kind: str
    since: date
    ended: date | None
    declared_at: datetime

    def holds(self, today: date) -> bool:
        return self.since <= today and (self.ended is None or self.ended >= today)


@dataclass(frozen=True)
class OwnInterests:
    """A person's own page. `checked_at`: when she last said that her list is right; `due`: it is time to say it again."""

    lines: tuple[InterestLine, ...]
    companies: tuple[tuple[int, str], ...]
    checked_at: datetime | None
    due: bool
    today: date


@dataclass(frozen=True)
class StaffCheck:
    """One member of staff in the register: when she last confirmed her declarations, and whether a year has passed."""

    name: str
    roles: tuple[str, ...]
    checked_at: datetime | None
    due: bool


@dataclass(frozen=True)
class Register:
    """Everybody's declarations. `short`: (role, companies) for whose cases too few of the role are free."""

    lines: tuple[InterestLine, ...]
    staff: tuple[StaffCheck, ...]
    short: tuple[tuple[str, str], ...]
    today: date


def own_interests(desk: Desk, actor: Actor) -> OwnInterests:
    """What the acting person has declared, and the companies that she can name."""
    with desk.reading(actor, Action.DECLARE_INTEREST) as tx:
        checked = tx.session.scalar(
            select(func.max(InterestCheck.at)).where(InterestCheck.account_id == tx.account_id)
        )
        companies = tx.session.execute(select(Provider.id, Provider.name).order_by(Provider.name, Provider.id))
        return OwnInterests(
            lines=_lines(tx, Interest.account_id == tx.account_id),
            companies=tuple((row.id, row.name) for row in companies),
            checked_at=checked,
            due=_due(tx, checked),
            today=tx.today,
        )


def declare_interest(desk: Desk, actor: Actor, order: InterestOrder) -> int:
    """Declare an interest in a company, and so in its whole group; returns its id. The administrator is told when too few
    colleagues are left to do the work without her.

    Refused: company_not_listed, interest_kind_not_listed, interest_days_wrong, interest_declared.
    """
    with desk.transaction(actor, Action.DECLARE_INTEREST) as tx:
        if done := tx.first_click("declare_interest", order.once):
            return int(done["interest_id"])
        if order.kind not in KINDS:
            raise Refused("interest_kind_not_listed", "kind")
        if order.until is not None and order.until < order.since:
            raise Refused("interest_days_wrong", "until")
        row = tx.session.execute(
            select(Provider.control_group_id, Provider.name).where(Provider.id == order.provider_id)
        ).one_or_none()
        if row is None:
            raise Refused("company_not_listed", "provider")
        same = _lines(tx, Interest.account_id == tx.account_id, Interest.provider_id == order.provider_id)
        if any(one.kind == order.kind and one.holds(max(order.since, tx.today)) for one in same):
            raise Refused("interest_declared", "provider")
        made = Interest(
            account_id=tx.account_id,
            control_group_id=row.control_group_id,
            provider_id=order.provider_id,
            kind=order.kind,
            since=order.since,
            until=order.until,
            at=tx.now,
        )
        tx.session.add(made)
        tx.session.flush()
        tx.audit("interest.declare", "interest", made.id, kind=order.kind, provider_id=order.provider_id)
        for role, names in _short(tx):
            tell_staff(tx, Role.ADMINISTRATOR, "nobody_free", f"nobody_free/{made.id}/{role}", who=role, names=names)
        tx.remember_click("declare_interest", order.once, interest_id=made.id)
        return made.id


def end_interest(desk: Desk, actor: Actor, interest_id: int, last_day: date) -> None:
    """Say that an own interest ends; it holds to the end of its last day. Refused: interest_end_past. Missing for another
    person's, and for one that has been ended."""
    with desk.transaction(actor, Action.DECLARE_INTEREST) as tx:
        found = tx.session.scalar(
            select(Interest.id)
            .outerjoin(InterestEnd, InterestEnd.interest_id == Interest.id)
            .where(Interest.id == interest_id, Interest.account_id == tx.account_id, InterestEnd.id.is_(None))
        )
        if found is None:
            raise Missing("interest")
        if last_day < tx.today:
            raise Refused("interest_end_past", "last_day")
        tx.session.add(InterestEnd(interest_id=found, last_day=last_day, at=tx.now))
        tx.audit("interest.end", "interest", found, last_day=last_day.isoformat())


def check_interests(desk: Desk, actor: Actor) -> None:
    """Say that one's own declarations are right and whole, also when there are none."""
    with desk.transaction(actor, Action.DECLARE_INTEREST) as tx:
        tx.session.add(InterestCheck(account_id=tx.account_id, at=tx.now))
        tx.audit("interest.check", "account", tx.account_id)


def interest_register(desk: Desk, actor: Actor) -> Register:
    """The register of the organiser's staff. Reading it is said to the audit."""
    with desk.reading(actor, Action.SEE_INTERESTS) as tx:
        people = tx.session.execute(
            select(Account.id, Account.name, func.array_agg(Membership.role.distinct()).label("roles"))
            .join(Membership, Membership.account_id == Account.id)
            .where(*_our_staff(tx))
            .group_by(Account.id)
            .order_by(Account.name, Account.id)
        ).all()
        ids = [row.id for row in people]
        checks = dict(
            tx.session.execute(
                select(InterestCheck.account_id, func.max(InterestCheck.at))
                .where(InterestCheck.account_id.in_(ids))
                .group_by(InterestCheck.account_id)
            ).all()
        )
        tx.audit("interest.read", "organiser", tx.organiser_id)
        return Register(
            lines=_lines(tx, Interest.account_id.in_(ids)),
            staff=tuple(
                StaffCheck(row.name, tuple(sorted(row.roles)), checks.get(row.id), _due(tx, checks.get(row.id)))
                for row in people
            ),
            short=tuple(_short(tx)),
            today=tx.today,
        )


def check_is_due(desk: Desk, actor: Actor) -> bool:
    """Whether it is time for the acting person to confirm her declarations: her first page asks."""
    with desk.reading(actor, Action.DECLARE_INTEREST) as tx:
        mine = InterestCheck.account_id == tx.account_id
        return _due(tx, tx.session.scalar(select(func.max(InterestCheck.at)).where(mine)))


def _due(tx: Tx, checked_at: datetime | None) -> bool:
    return checked_at is None or checked_at + YEAR <= tx.now


def _lines(tx: Tx, *which: ColumnElement[bool]) -> tuple[InterestLine, ...]:
    sibling = select(func.count(Provider.id)).where(Provider.control_group_id == Interest.control_group_id)
    first = select(func.min(Provider.name)).where(Provider.control_group_id == Interest.control_group_id)
    rows = tx.session.execute(
        select(
            Interest.id,
            Account.name,
            func.coalesce(Provider.name, first.correlate(Interest).scalar_subquery()),
            sibling.correlate(Interest).scalar_subquery(),
            Interest.kind,
            Interest.since,
            func.least(Interest.until, InterestEnd.last_day),
            Interest.at,
        )
        .join(Account, Account.id == Interest.account_id)
        .outerjoin(Provider, Provider.id == Interest.provider_id)
        .outerjoin(InterestEnd, InterestEnd.interest_id == Interest.id)
        .where(*which)
        .order_by(Account.name, Interest.since.desc(), Interest.id.desc())
    )
    return tuple(InterestLine(*row) for row in rows)


def _short(tx: Tx) -> list[tuple[str, str]]:
    """Each role of which too few are free, with the companies of the organiser's list for which that is so."""
    tied = (
        select(Interest.account_id, Interest.control_group_id)
        .outerjoin(InterestEnd, InterestEnd.interest_id == Interest.id)
        .where(
            Interest.since <= tx.today,
            or_(Interest.until.is_(None), Interest.until >= tx.today),
            or_(InterestEnd.id.is_(None), InterestEnd.last_day >= tx.today),
        )
        .distinct()
        .subquery("tied")
    )
    found: list[tuple[str, str]] = []
    for role, needed in NEEDED.items():
        people = set(
            tx.session.scalars(
                select(Membership.account_id)
                .join(Account, Account.id == Membership.account_id)
                .where(*_our_staff(tx), Membership.role == role.value)
            )
        )
        rows = tx.session.execute(
            select(Provider.name, func.array_agg(tied.c.account_id.distinct()))
            .join(tied, tied.c.control_group_id == Provider.control_group_id)
            .where(
                Provider.id.in_(
                    select(Approval.provider_id).where(
                        Approval.organiser_id == tx.organiser_id, Approval.state.in_(LIVING)
                    )
                )
            )
            .group_by(Provider.id)
            .order_by(Provider.name)
        ).all()
        names = [name for name, accounts in rows if people & set(accounts) and len(people - set(accounts)) < needed]
        if names:
            found.append((role.value, ", ".join(names)))
    return found


def _our_staff(tx: Tx) -> tuple[ColumnElement[bool], ...]:
    return (
        Membership.organiser_id == tx.organiser_id,
        Membership.role.in_([role.value for role in STAFF]),
        Membership.ended_at.is_(None),
        Account.ended_at.is_(None),
    )
