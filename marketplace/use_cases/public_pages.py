"""What anyone may see without a login: the organisers, their services, and the list of their providers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor, public
from marketplace.matching.check_code import check_code
from marketplace.matching.order import order
from marketplace.matching.presentation import cards
from marketplace.matching.registry import Pair
from marketplace.models.order_log import at_seq, drawn_now, randomness_of
from marketplace.models.people import Organiser
from marketplace.models.programmes import Area, Programme, ServicePackage
from marketplace.models.providers import Approval, Provider, Site
from marketplace.models.schema import Json, Words
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.order_log import head, key_of, open_day
from marketplace.use_cases.order_rules import NONE, has_beacon, latest_open_day, one_card_on, rule_of
from marketplace.use_cases.provider_cards import Card, claims_of, is_known, read_cards
from marketplace.use_cases.refusals import Missing

PUBLIC_LIST = 0
"""The list_seq of the public list of a day (fairness B1)."""


@dataclass(frozen=True)
class PublicOrganiser:
    id: int
    code: str
    name: Words
    kind: str
    municipalities: tuple[str, ...]
    contact: str
    email: str
    phone: str
    address: str
    demonstration: bool


@dataclass(frozen=True)
class PublicPackage:
    id: int
    code: str
    name: Words
    card: Json
    providers: int


@dataclass(frozen=True)
class PublicArea:
    id: int
    code: str
    name: Words
    municipalities: tuple[str, ...]


@dataclass(frozen=True)
class OrganiserFront:
    organiser: PublicOrganiser
    packages: tuple[PublicPackage, ...]
    areas: tuple[PublicArea, ...]
    providers: int


@dataclass(frozen=True)
class PublicList:
    """The providers of one pair in the neutral order of the day `drawn_on`. `code` is the check code of all of them,
    unfiltered. `together`: the units of each card, where sister companies share one; else each alone.

    `package` and `area` are None when the organiser has none yet; then there are no cards either.
    """

    organiser: PublicOrganiser
    packages: tuple[PublicPackage, ...]
    areas: tuple[PublicArea, ...]
    package: PublicPackage | None
    area: PublicArea | None
    today: date
    drawn_on: date
    code: str
    cards: tuple[Card, ...]
    together: tuple[tuple[str, ...], ...]

    @property
    def shared(self) -> bool:
        """Whether a card holds more than one provider."""
        return len(self.together) < len(self.cards)

    @property
    def laid_out(self) -> list[Card]:
        """The providers from top to bottom of the page."""
        by_unit = {card.unit: card for card in self.cards}
        return [by_unit[unit] for card in self.together for unit in card]

    @property
    def places(self) -> dict[str, int]:
        """Each unit's place in the order of the check code, from 1 on."""
        return {card.unit: place for place, card in enumerate(self.cards, start=1)}

    def cards_of(self, shown: Iterable[Card]) -> tuple[tuple[Card, ...], ...]:
        """Some of `laid_out` as cards."""
        first = {unit: card[0] for card in self.together for unit in card}
        return cards((card, first[card.unit]) for card in shown)


@dataclass(frozen=True)
class PublicSite:
    name: str
    street: str
    municipality: str
    languages: tuple[str, ...]
    accessible: str


@dataclass(frozen=True)
class PublicService:
    """One service and area in which the provider is on the list. `known`: told within 30 days."""

    package: Words
    package_code: str
    area: Words
    area_code: str
    since: date
    free_places: int | None
    next_start: date | None
    as_of: date | None
    known: bool
    paused: bool


@dataclass(frozen=True)
class PublicProfile:
    organiser: PublicOrganiser
    today: date
    unit: str
    name: str
    business_id: str
    legal_form: str
    own_words: str
    way_of_work: str
    email: str
    phone: str
    sites: tuple[PublicSite, ...]
    services: tuple[PublicService, ...]
    competences: list[dict[str, Any]]


def front_page(desk: Desk, actor: Actor) -> tuple[PublicOrganiser, ...]:
    """All organisers."""
    with desk.reading(public(None, actor.language), Action.SEE_PUBLIC) as tx:
        return tuple(_organiser(row) for row in tx.session.scalars(select(Organiser).order_by(Organiser.code)))


def organiser_front(desk: Desk, actor: Actor, code: str) -> OrganiserFront:
    """An organiser's own front page. Missing when there is none of that code."""
    who = of_organiser(desk, actor, code)
    with desk.reading(who, Action.SEE_PUBLIC) as tx:
        approved = select(func.count(Approval.provider_id.distinct())).where(Approval.state == "approved")
        return OrganiserFront(
            organiser=_organiser(tx.session.get_one(Organiser, tx.organiser_id)),
            packages=_packages(tx),
            areas=_areas(tx),
            providers=tx.session.scalar(approved) or 0,
        )


def public_list(desk: Desk, actor: Actor, code: str, package: str | None, area: str | None) -> PublicList:
    """The public list of a package in an area, by their codes; without codes the first pair that somebody serves.

    The first look of a day writes the day's commitment and beacon into the order log. Missing for unknown codes.
    """
    who = of_organiser(desk, actor, code)
    with desk.transaction(who, Action.SEE_PUBLIC) as tx:
        packages, areas = _packages(tx), _areas(tx)
        chosen, place = _pair(tx, packages, areas, package, area)
        listed: tuple[Card, ...] = ()
        together: tuple[tuple[str, ...], ...] = ()
        check, drawn_on = "", tx.today
        if chosen is not None and place is not None:
            drawn_on, listed, check, together = _drawn_cards(tx, chosen, place)
        return PublicList(
            organiser=_organiser(tx.session.get_one(Organiser, tx.organiser_id)),
            packages=packages,
            areas=areas,
            package=chosen,
            area=place,
            today=tx.today,
            drawn_on=drawn_on,
            code=check,
            cards=listed,
            together=together,
        )


def public_profile(desk: Desk, actor: Actor, code: str, unit: str) -> PublicProfile:
    """One provider on the organiser's list, by its code. Missing when it is on no list of this organiser now."""
    who = of_organiser(desk, actor, code)
    with desk.reading(who, Action.SEE_PUBLIC) as tx:
        provider = tx.session.scalar(select(Provider).where(Provider.unit == unit))
        services = _services(tx, provider.id) if provider is not None else ()
        if provider is None or not services:
            raise Missing("provider")
        sites = tx.session.scalars(
            select(Site)
            .where(Site.provider_id == provider.id, Site.closed_on.is_(None))
            .order_by(Site.municipality, Site.name, Site.id)
        )
        return PublicProfile(
            organiser=_organiser(tx.session.get_one(Organiser, tx.organiser_id)),
            today=tx.today,
            unit=provider.unit,
            name=provider.name,
            business_id=provider.business_id,
            legal_form=provider.legal_form,
            own_words=provider.own_words,
            way_of_work=provider.way_of_work,
            email=provider.email,
            phone=provider.phone,
            sites=tuple(
                PublicSite(site.name, site.street, site.municipality, tuple(site.languages), site.accessible)
                for site in sites
            ),
            services=services,
            competences=claims_of(tx, provider.id),
        )


def of_organiser(desk: Desk, actor: Actor, code: str) -> Actor:
    """Anyone, looking at the organiser of this code: organisers are public, their rows are kept apart. Missing when
    there is none."""
    with desk.reading(public(None, actor.language), Action.SEE_PUBLIC) as tx:
        organiser_id = tx.session.scalar(select(Organiser.id).where(Organiser.code == code))
    if organiser_id is None:
        raise Missing("organiser")
    return public(organiser_id, actor.language)


def _drawn_cards(
    tx: Tx, package: PublicPackage, area: PublicArea
) -> tuple[date, tuple[Card, ...], str, tuple[tuple[str, ...], ...]]:
    """The day, the providers in the order VO1 with list_seq 0 and the day's key, the check code of what they are, and the
    cards in which they are laid out."""
    pair = Pair(package.code, area.code)
    day, key, randomness = _day(tx)
    drawn = drawn_now(tx.session, pair)
    by_unit = read_cards(tx, package.id, area.id)
    units = [
        unit for unit in order(key, randomness, PUBLIC_LIST, pair.service, drawn, []) if unit in by_unit
    ]
    code = check_code(PUBLIC_LIST, at_seq(tx.session, pair), units)
    groups = dict(drawn)
    # asked only where sister companies stand on the list
    one_card = len(set(groups.values())) < len(groups) and tx.session.scalar(select(one_card_on(day)))
    together = cards((unit, groups[unit]) for unit in units) if one_card else tuple((unit,) for unit in units)
    return day, tuple(by_unit[unit] for unit in units), code, together


def _day(tx: Tx) -> tuple[date, bytes, bytes]:
    """The day of the public list, with its key and randomness. The log's head is locked only by the first look of a day,
    so that a crowd of visitors never makes a grant wait.

    Where public randomness is expected and has not come yet, nobody's look closes the day to it: the list of the latest
    day that has been opened stays meanwhile.
    """
    day = tx.today
    if not has_beacon(tx, day) and rule_of(tx).source != NONE:
        day = latest_open_day(tx) or day
    key, randomness = key_of(tx, day), randomness_of(tx.session, day)
    if key is None or randomness is None:
        return tx.today, *open_day(tx, head(tx))
    return day, key, randomness


def _organiser(row: Organiser) -> PublicOrganiser:
    return PublicOrganiser(
        id=row.id,
        code=row.code,
        name=row.name,
        kind=row.kind,
        municipalities=tuple(row.municipalities),
        contact=row.contact,
        email=row.email,
        phone=row.phone,
        address=row.address,
        demonstration=row.demonstration,
    )


def _packages(tx: Tx) -> tuple[PublicPackage, ...]:
    counted = (
        select(Approval.package_id, func.count(Approval.provider_id.distinct()).label("providers"))
        .where(Approval.state == "approved")
        .group_by(Approval.package_id)
        .subquery()
    )
    rows = tx.session.execute(
        select(ServicePackage, func.coalesce(counted.c.providers, 0))
        .join(Programme, Programme.id == ServicePackage.programme_id)
        .outerjoin(counted, counted.c.package_id == ServicePackage.id)
        .where(Programme.state == "published")
        .order_by(ServicePackage.id)
    )
    return tuple(
        PublicPackage(package.id, package.code, package.name, package.card, number) for package, number in rows
    )


def _areas(tx: Tx) -> tuple[PublicArea, ...]:
    rows = tx.session.scalars(select(Area).order_by(Area.id))
    return tuple(PublicArea(area.id, area.code, area.name, tuple(area.municipalities)) for area in rows)


def _pair(
    tx: Tx, packages: tuple[PublicPackage, ...], areas: tuple[PublicArea, ...], package: str | None, area: str | None
) -> tuple[PublicPackage | None, PublicArea | None]:
    known_packages = {one.code: one for one in packages}
    known_areas = {one.code: one for one in areas}
    if (package and package not in known_packages) or (area and area not in known_areas):
        raise Missing("pair")
    if package and area:
        return known_packages[package], known_areas[area]
    served = set(
        tx.session.execute(
            select(ServicePackage.code, Area.code)
            .select_from(Approval)
            .join(ServicePackage, ServicePackage.id == Approval.package_id)
            .join(Area, Area.id == Approval.area_id)
            .where(Approval.state == "approved")
            .distinct()
        ).all()
    )
    asked = [
        (one, two) for one in packages for two in areas if package in (None, one.code) and area in (None, two.code)
    ]
    with_someone = ((one, two) for one, two in asked if (one.code, two.code) in served)
    return next(with_someone, asked[0] if asked else (None, None))


def _services(tx: Tx, provider_id: int) -> tuple[PublicService, ...]:
    rows = tx.session.execute(
        select(Approval, ServicePackage, Area)
        .join(ServicePackage, ServicePackage.id == Approval.package_id)
        .join(Area, Area.id == Approval.area_id)
        .where(Approval.provider_id == provider_id, Approval.state == "approved")
        .order_by(ServicePackage.id, Area.id)
    )
    return tuple(
        PublicService(
            package=package.name,
            package_code=package.code,
            area=area.name,
            area_code=area.code,
            since=approval.valid_from,
            free_places=approval.free_places,
            next_start=approval.next_start,
            as_of=approval.places_as_of,
            known=is_known(approval.places_as_of, tx.today),
            paused=approval.paused,
        )
        for approval, package, area in rows
    )
