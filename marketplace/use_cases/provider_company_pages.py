"""What a company's own pages show: its data, sites, people, free places."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_approvals
from marketplace.models.people import Account, Membership, Organiser
from marketplace.models.programmes import Area, ServicePackage
from marketplace.models.providers import Application, Approval, Provider, Site
from marketplace.models.schema import Words
from marketplace.pricing.vat import Supplier
from marketplace.roles import Role
from marketplace.use_cases.apply import OPEN
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.own_company import Lacks, lacks, newest_rulebook, own_provider, provider_id_of
from marketplace.use_cases.provider_cards import is_known
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.tax_facts import supplier_history


@dataclass(frozen=True)
class SiteRow:
    id: int
    name: str
    street: str
    municipality: str
    languages: tuple[str, ...]
    accessible: str


@dataclass(frozen=True)
class CompanyPage:
    """`siblings`: names of the other companies of the control group. `iban` is shown whole to managers only."""

    name: str
    business_id: str
    legal_form: str
    vat_registered: bool
    iban: str
    e_invoice_address: str | None
    email: str
    phone: str
    own_words: str
    way_of_work: str
    unit: str
    siblings: tuple[str, ...]
    sites: tuple[SiteRow, ...]
    lacks: Lacks
    may_edit: bool
    supervised: bool | None
    own_control: bool | None
    e_invoice_operator: str
    street: str
    postcode: str
    town: str
    vat_since: date | None = None  # empty in the form: the day is given only with a change


@dataclass(frozen=True)
class SitePage:
    """A site to change (None: a new one), and the municipalities that organisers know, for the box's list."""

    site: SiteRow | None
    municipalities: tuple[str, ...]


@dataclass(frozen=True)
class PlacesRow:
    """One approval as its provider tells of it. `known`: told within 30 days, so clients see it."""

    approval_id: int
    package: Words
    area: Words
    state: str
    paused: bool
    free_places: int | None
    next_start: date | None
    as_of: date | None
    known: bool


@dataclass(frozen=True)
class PersonRow:
    membership_id: int
    name: str
    email: str | None
    role: Role
    since: datetime
    has_come: bool  # has set a password
    is_self: bool


@dataclass(frozen=True)
class CompanyTasks:
    """What the company's data asks of its manager today."""

    organiser_picked: bool
    company_incomplete: bool
    own_words_missing: bool
    question: int | None  # the application that procurement has asked about
    draft: int | None  # an application that has not been sent
    may_apply: bool  # nothing applied for and no place on the list yet
    rulebook: int | None  # number of a version to accept
    places_to_tell: int


def company_page(desk: Desk, actor: Actor) -> CompanyPage:
    with desk.reading(actor, Action.SEE_OWN_COMPANY) as tx:
        provider = own_provider(tx)
        siblings = tx.session.scalars(
            select(Provider.name)
            .where(Provider.control_group_id == provider.control_group_id, Provider.id != provider.id)
            .order_by(Provider.name)
        )
        manager = actor.role is Role.PROVIDER_MANAGER
        history = supplier_history(tx, provider.id)
        stated = history[-1][1] if history else Supplier(provider.vat_registered)
        return CompanyPage(
            name=provider.name,
            business_id=provider.business_id,
            legal_form=provider.legal_form,
            vat_registered=provider.vat_registered,
            iban=provider.iban if manager else "",
            e_invoice_address=provider.e_invoice_address,
            email=provider.email,
            phone=provider.phone,
            own_words=provider.own_words,
            way_of_work=provider.way_of_work,
            unit=provider.unit,
            siblings=tuple(siblings),
            sites=_open_sites(tx),
            lacks=lacks(tx, provider),
            may_edit=manager,
            supervised=stated.supervised,
            own_control=stated.own_control,
            e_invoice_operator=provider.e_invoice_operator,
            street=provider.street,
            postcode=provider.postcode,
            town=provider.town,
        )


def site_page(desk: Desk, actor: Actor, site_id: int | None) -> SitePage:
    """Missing for a stranger's or a closed site."""
    with desk.reading(actor, Action.EDIT_COMPANY) as tx:
        site = None
        if site_id is not None:
            site = next((row for row in _open_sites(tx) if row.id == site_id), None)
            if site is None:
                raise Missing("site")
        known = tx.session.scalars(select(func.unnest(Organiser.municipalities)).distinct())
        return SitePage(site, tuple(sorted(known)))


def places_page(desk: Desk, actor: Actor) -> tuple[PlacesRow, ...]:
    """The company's living approvals with this organiser."""
    with desk.reading(actor, Action.TELL_PLACES) as tx:
        rows = tx.session.execute(
            select(Approval, ServicePackage.name, Area.name)
            .join(ServicePackage, ServicePackage.id == Approval.package_id)
            .join(Area, Area.id == Approval.area_id)
            .where(visible_approvals(actor), Approval.state != "ended")
            .order_by(ServicePackage.code, Area.code)
        )
        return tuple(
            PlacesRow(
                approval_id=approval.id,
                package=package,
                area=area,
                state=approval.state,
                paused=approval.paused,
                free_places=approval.free_places,
                next_start=approval.next_start,
                as_of=approval.places_as_of,
                known=is_known(approval.places_as_of, tx.today),
            )
            for approval, package, area in rows
        )


def people_page(desk: Desk, actor: Actor) -> tuple[PersonRow, ...]:
    """The company's people who have access now, managers first."""
    with desk.reading(actor, Action.INVITE_COACH) as tx:
        rows = tx.session.execute(
            select(Membership, Account)
            .join(Account, Account.id == Membership.account_id)
            .where(
                Membership.provider_id == provider_id_of(tx),
                Membership.ended_at.is_(None),
                Account.ended_at.is_(None),
            )
            .order_by(Membership.role.desc(), Account.name, Membership.id)
        )
        return tuple(
            PersonRow(
                membership_id=membership.id,
                name=account.name,
                email=account.email,
                role=Role(membership.role),
                since=membership.since,
                has_come=account.password_hash is not None,
                is_self=account.id == actor.account_id and membership.role == actor.role,
            )
            for membership, account in rows
        )


def company_tasks(desk: Desk, actor: Actor) -> CompanyTasks:
    with desk.reading(actor, Action.EDIT_COMPANY) as tx:
        provider = own_provider(tx)
        missing = lacks(tx, provider)
        if actor.organiser_id is None:
            return CompanyTasks(False, missing.data, missing.own_words, None, None, False, None, 0)
        # at most one is open
        under_way = tx.session.scalar(
            select(Application).where(Application.provider_id == provider.id, Application.state.in_(OPEN)).limit(1)
        )
        state = under_way.state if under_way else None
        told = tx.session.scalars(
            select(Approval.places_as_of).where(
                Approval.provider_id == provider.id, Approval.state == "approved", Approval.paused.is_(False)
            )
        ).all()
        rulebook = newest_rulebook(tx) if missing.rulebook and told else None
        return CompanyTasks(
            organiser_picked=True,
            company_incomplete=missing.data,
            own_words_missing=missing.own_words,
            question=under_way.id if under_way and state == "info_requested" else None,
            draft=under_way.id if under_way and state == "draft" else None,
            may_apply=under_way is None and not told,
            rulebook=rulebook.number if rulebook else None,
            places_to_tell=sum(not is_known(day, tx.today) for day in told),
        )


def _open_sites(tx: Tx) -> tuple[SiteRow, ...]:
    rows = tx.session.scalars(
        select(Site)
        .where(Site.provider_id == provider_id_of(tx), Site.closed_on.is_(None))
        .order_by(Site.municipality, Site.name, Site.id)
    )
    return tuple(
        SiteRow(site.id, site.name, site.street, site.municipality, tuple(site.languages), site.accessible)
        for site in rows
    )
