"""What procurement's and the approvers' pages read: what waits for them, applications, and providers."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select, true

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_applications, visible_decisions
from marketplace.models.decisions import Decision, Delivery
from marketplace.models.people import Account
from marketplace.models.programmes import Area, Programme, ServicePackage, TermsVersion
from marketplace.models.providers import (
    Application,
    ApplicationItem,
    Approval,
    ApprovalMove,
    ControlGroup,
    Provider,
    RulebookVersion,
    Site,
)
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.approvals import accepted_rulebook, rulebook_in_force
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.own_company import newest_rulebook
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.rulebook_pages import not_accepted

Words = dict[str, str]
MOST_SHOWN = 10
MOST_LISTED = 500


@dataclass(frozen=True)
class Making:
    """A programme, a version of terms or of the rulebook in the making. kind: programme, terms or rulebook."""

    kind: str
    thing_id: int
    name: Words
    number: int | None
    state: str
    valid_from: date | None
    returned: str | None


@dataclass(frozen=True)
class ApplicationLine:
    application_id: int
    provider: str
    business_id: str
    state: str
    submitted_at: datetime | None
    pairs: int


@dataclass(frozen=True)
class ProcurementToday:
    """What waits for procurement: applications (the oldest ones), what it has in the making, who is suspended, how many
    decisions about providers have no delivery yet, and packages that cannot be granted for want of terms."""

    applications: tuple[ApplicationLine, ...]
    making: tuple[Making, ...]
    suspended: tuple[tuple[int, str], ...]
    unsent: int
    without_terms: tuple[tuple[int, Words], ...]
    rulebook_late: tuple[tuple[int, str], ...]  # providers that have let the time of the newest rulebook pass


def procurement_today(desk: Desk, actor: Actor) -> ProcurementToday:
    """Procurement's first page, in nine queries at most."""
    with desk.reading(actor, Action.SEE_TODAY) as tx:
        suspended = tx.session.execute(
            select(Provider.id, Provider.name)
            .join(Approval, Approval.provider_id == Provider.id)
            .where(Approval.state == "suspended")
            .group_by(Provider.id)
            .order_by(Provider.name)
        )
        no_delivery = ~select(Delivery.id).where(Delivery.decision_id == Decision.id).exists()
        unsent = select(func.count()).select_from(Decision).where(visible_decisions(tx.actor), no_delivery)
        any_terms = select(TermsVersion.id).where(TermsVersion.package_id == ServicePackage.id).exists()
        bare = select(ServicePackage.id, ServicePackage.name).where(~any_terms).order_by(ServicePackage.id)
        return ProcurementToday(
            _applications(tx, Application.state == "submitted", oldest_first=True)[:MOST_SHOWN],
            _making(tx, ("draft",)),
            tuple((provider_id, name) for provider_id, name in suspended),
            tx.session.scalar(unsent) or 0,
            tuple((package_id, name) for package_id, name in tx.session.execute(bare)),
            _rulebook_late(tx),
        )


def approver_today(desk: Desk, actor: Actor) -> tuple[Making, ...]:
    """What waits for a second officer."""
    with desk.reading(actor, Action.SEE_TODAY) as tx:
        return _making(tx, ("submitted",))


def application_list(desk: Desk, actor: Actor) -> tuple[ApplicationLine, ...]:
    """The applications: those that wait for a decision first, the newest at the top of the rest."""
    with desk.reading(actor, Action.SEE_PROVIDERS) as tx:
        lines = _applications(tx, true())
        return tuple(sorted(lines, key=lambda line: line.state != "submitted"))


@dataclass(frozen=True)
class Item:
    """One package in one area. `now`: the state of the approval that the provider has for it already."""

    item_id: int
    package: Words
    area: Words
    now: str | None


@dataclass(frozen=True)
class SiteLine:
    name: str
    street: str
    municipality: str
    languages: tuple[str, ...]
    accessible: str


@dataclass(frozen=True)
class CompanyFacts:
    """What the provider has told of itself."""

    provider_id: int
    name: str
    business_id: str
    legal_form: str
    vat_registered: bool
    control_group: str
    group_members: tuple[str, ...]  # other companies of the same group
    iban: str
    e_invoice_address: str | None
    email: str
    phone: str
    own_words: str
    way_of_work: str
    sites: tuple[SiteLine, ...]


@dataclass(frozen=True)
class ApplicationPage:
    application_id: int
    state: str
    made_at: datetime
    submitted_at: datetime | None
    question: str | None
    answer: str | None
    company: CompanyFacts
    items: tuple[Item, ...]
    rulebook_accepted: int | None
    rulebook_in_force: int | None
    decision_id: int | None
    decision_number: str | None


def application_page(desk: Desk, actor: Actor, application_id: int) -> ApplicationPage:
    """One application with the company behind it. Missing for a stranger's, and for a draft."""
    with desk.reading(actor, Action.SEE_PROVIDERS) as tx:
        row = tx.session.scalar(
            select(Application).where(Application.id == application_id, visible_applications(tx.actor))
        )
        if row is None:
            raise Missing("application")
        items = tx.session.execute(
            select(ApplicationItem.id, ServicePackage.name, Area.name, Approval.state)
            .join(ServicePackage, ServicePackage.id == ApplicationItem.package_id)
            .join(Area, Area.id == ApplicationItem.area_id)
            .outerjoin(
                Approval,
                (Approval.provider_id == row.provider_id)
                & (Approval.package_id == ApplicationItem.package_id)
                & (Approval.area_id == ApplicationItem.area_id),
            )
            .where(ApplicationItem.application_id == row.id)
            .order_by(ApplicationItem.id)
        )
        accepted, in_force = accepted_rulebook(tx, row.provider_id), rulebook_in_force(tx)
        number = tx.session.scalar(select(Decision.number).where(Decision.id == row.decision_id))
        return ApplicationPage(
            row.id, row.state, row.made_at, row.submitted_at, row.question, row.answer,
            _company(tx, row.provider_id), tuple(Item(*item) for item in items),
            accepted.number if accepted else None, in_force.number if in_force else None, row.decision_id, number,
        )  # fmt: skip


@dataclass(frozen=True)
class ProviderLine:
    """A provider in the list. `state`: approved when any of its approvals is, else suspended, else ended."""

    provider_id: int
    name: str
    business_id: str
    state: str
    pairs: int
    clients: int
    free_places: int | None
    places_as_of: date | None
    paused: bool


def provider_list(desk: Desk, actor: Actor) -> tuple[ProviderLine, ...]:
    """The organiser's providers by name, those on the list first; one query."""
    with desk.reading(actor, Action.SEE_PROVIDERS) as tx:
        living = Approval.state != "ended"
        clients = (
            select(func.count())
            .select_from(Voucher)
            .where(Voucher.provider_id == Provider.id, Voucher.state.in_(["chosen", "active"]))
            .correlate(Provider)
            .scalar_subquery()
        )
        rows = tx.session.execute(
            select(
                Provider.id,
                Provider.name,
                Provider.business_id,
                func.bool_or(Approval.state == "approved"),
                func.bool_or(Approval.state == "suspended"),
                func.count().filter(living),
                clients,
                func.sum(Approval.free_places).filter(living),
                func.max(Approval.places_as_of).filter(living),
                func.coalesce(func.bool_and(Approval.paused).filter(living), False),
            )
            .join(Approval, Approval.provider_id == Provider.id)
            .group_by(Provider.id)
            .order_by(Provider.name)
        )
        lines = [
            ProviderLine(row[0], row[1], row[2], _state(row[3], row[4]), row[5], row[6],
                         None if row[7] is None else int(row[7]), row[8], row[9])
            for row in rows
        ]  # fmt: skip
        return tuple(sorted(lines, key=lambda line: line.state == "ended"))


@dataclass(frozen=True)
class ApprovalLine:
    approval_id: int
    package: Words
    area: Words
    state: str
    valid_from: date
    ended_on: date | None
    free_places: int | None
    next_start: date | None
    places_as_of: date | None
    paused: bool


@dataclass(frozen=True)
class MoveLine:
    move: str
    package: Words
    area: Words
    day: date
    actor: str | None
    reason: str


@dataclass(frozen=True)
class ProviderPage:
    company: CompanyFacts
    state: str
    approvals: tuple[ApprovalLine, ...]
    clients: int
    moves: tuple[MoveLine, ...]
    decisions: tuple[tuple[int, str, str, date], ...]  # id, number, kind, made on
    today: date


def provider_page(desk: Desk, actor: Actor, provider_id: int) -> ProviderPage:
    """One provider with its approvals, sites, history and decisions. Missing for one that has no approval here."""
    with desk.reading(actor, Action.SEE_PROVIDERS) as tx:
        approvals = _approvals(tx, provider_id)
        if not approvals:
            raise Missing("provider")
        moves = tx.session.execute(
            select(
                ApprovalMove.move, ServicePackage.name, Area.name, ApprovalMove.day, Account.name, ApprovalMove.reason
            )
            .join(Approval, Approval.id == ApprovalMove.approval_id)
            .join(ServicePackage, ServicePackage.id == Approval.package_id)
            .join(Area, Area.id == Approval.area_id)
            .outerjoin(Account, Account.id == ApprovalMove.actor_id)
            .where(Approval.provider_id == provider_id)
            .order_by(ApprovalMove.id.desc())
        )
        decisions = tx.session.execute(
            select(Decision.id, Decision.number, Decision.kind, Decision.made_on)
            .where(Decision.provider_id == provider_id, visible_decisions(tx.actor))
            .order_by(Decision.id.desc())
        )
        clients = tx.session.scalar(
            select(func.count())
            .select_from(Voucher)
            .where(Voucher.provider_id == provider_id, Voucher.state.in_(["chosen", "active"]))
        )
        states = {approval.state for approval in approvals}
        return ProviderPage(
            _company(tx, provider_id),
            _state("approved" in states, "suspended" in states),
            approvals,
            clients or 0,
            tuple(MoveLine(*row) for row in moves),
            tuple((one[0], one[1], one[2], one[3]) for one in decisions),
            tx.today,
        )


def _state(approved: bool, suspended: bool) -> str:
    return "approved" if approved else "suspended" if suspended else "ended"


def _approvals(tx: Tx, provider_id: int) -> tuple[ApprovalLine, ...]:
    rows = tx.session.execute(
        select(Approval, ServicePackage.name, Area.name)
        .join(ServicePackage, ServicePackage.id == Approval.package_id)
        .join(Area, Area.id == Approval.area_id)
        .where(Approval.provider_id == provider_id)
        .order_by(Approval.state == "ended", Approval.id)
    )
    return tuple(
        ApprovalLine(row.id, package, area, row.state, row.valid_from, row.ended_on, row.free_places, row.next_start,
                     row.places_as_of, row.paused)
        for row, package, area in rows
    )  # fmt: skip


def _applications(tx: Tx, where: ColumnElement[bool], oldest_first: bool = False) -> tuple[ApplicationLine, ...]:
    pairs = (
        select(func.count())
        .select_from(ApplicationItem)
        .where(ApplicationItem.application_id == Application.id)
        .correlate(Application)
        .scalar_subquery()
    )
    when = Application.submitted_at
    rows = tx.session.execute(
        select(Application.id, Provider.name, Provider.business_id, Application.state, when, pairs)
        .join(Provider, Provider.id == Application.provider_id)
        .where(visible_applications(tx.actor), where)
        .order_by(when if oldest_first else when.desc(), Application.id)
        .limit(MOST_LISTED)
    )
    return tuple(ApplicationLine(*row) for row in rows)


def _making(tx: Tx, states: tuple[str, ...]) -> tuple[Making, ...]:
    programmes = tx.session.scalars(select(Programme).where(Programme.state.in_(states)).order_by(Programme.id))
    terms = tx.session.execute(
        select(TermsVersion, ServicePackage.name)
        .join(ServicePackage, ServicePackage.id == TermsVersion.package_id)
        .where(TermsVersion.state.in_(states))
        .order_by(TermsVersion.valid_from)
    )
    rulebooks = tx.session.scalars(select(RulebookVersion).where(RulebookVersion.state.in_(states)))
    return (
        *(Making("rulebook", r.id, {}, r.number, r.state, r.valid_from, r.return_reason) for r in rulebooks),
        *(Making("programme", row.id, row.name, None, row.state, None, row.return_reason) for row in programmes),
        *(
            Making("terms", row.id, name, row.number, row.state, row.valid_from, row.return_reason)
            for row, name in terms
        ),
    )


def _rulebook_late(tx: Tx) -> tuple[tuple[int, str], ...]:
    newest = newest_rulebook(tx)
    if newest is None or newest.accept_by is None or newest.accept_by >= tx.today:
        return ()
    return tuple((row[0], row[1]) for row in tx.session.execute(not_accepted(newest.id)))


def _company(tx: Tx, provider_id: int) -> CompanyFacts:
    provider, group = tx.session.execute(
        select(Provider, ControlGroup.code)
        .join(ControlGroup, ControlGroup.id == Provider.control_group_id)
        .where(Provider.id == provider_id)
    ).one()
    others = select(Provider.name).where(
        Provider.control_group_id == provider.control_group_id, Provider.id != provider.id
    )
    sites = tx.session.scalars(
        select(Site).where(Site.provider_id == provider.id, Site.closed_on.is_(None)).order_by(Site.id)
    )
    return CompanyFacts(
        provider.id, provider.name, provider.business_id, provider.legal_form, provider.vat_registered, group,
        tuple(tx.session.scalars(others.order_by(Provider.name))), provider.iban, provider.e_invoice_address,
        provider.email, provider.phone, provider.own_words, provider.way_of_work,
        tuple(SiteLine(one.name, one.street, one.municipality, tuple(one.languages), one.accessible) for one in sites),
    )  # fmt: skip
