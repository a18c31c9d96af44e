"""A provider tells what it asks for one unit, where the organiser's terms leave the price to it.

A price starts tomorrow at the earliest, so that what a client reads on a card today holds for her choice today. A voucher
keeps the price of its choice: a new price is for those who choose from its first day on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.prices import ProviderPrice
from marketplace.models.programmes import Area, Programme, ServicePackage, TermsVersion, terms_in_force
from marketplace.models.providers import Approval
from marketplace.models.schema import Words
from marketplace.money import PERCENT, share
from marketplace.pricing.bands import Band, bands_of
from marketplace.pricing.prices import BandPrice, Cell, MissingPrice, OwnPrice, Scope, Tie, chosen, tie_among
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.price_table import Places, own_rows_of, places_of, table_of
from marketplace.use_cases.refusals import Missing, Refused, Stale

MOST_CENTS = 100_000_00


@dataclass(frozen=True)
class OwnPriceOrder:
    """What is asked for one unit of a package, gross cents; None in need_class and band is "every"."""

    package_id: int
    price_cents: int
    valid_from: date
    need_class: str | None = None
    band: str | None = None
    once: str | None = None


def tell_price(desk: Desk, actor: Actor, order: OwnPriceOrder) -> int:
    """Tell a price; returns its id.

    Refused at its field: price_start_early (day), not_above_zero, choice_unknown, band_not_of_unit, price_row_twice,
    price_tie, price_not_yours (the organiser fixes it), price_above_limit (limit_cents, where). Missing for a package that
    the company has no approval for.
    """
    with desk.transaction(actor, Action.TELL_PRICE) as tx:
        if done := tx.first_click("tell_price", order.once):
            return int(done["price_id"])
        package = _own_package(tx, order.package_id)
        places = places_of(tx, package.id)
        scope = _check(tx, package, places, order)
        new = OwnPrice(scope, order.valid_from, order.price_cents)
        rows = own_rows_of(tx, package.id, [_provider(tx)]).get(_provider(tx), [])
        if any((row.scope, row.start) == (new.scope, new.start) for row in rows):
            raise Refused("price_row_twice", "valid_from")
        tie = tie_among([*rows, new], package.unit)
        if tie is not None:
            raise Refused("price_tie", "price", row=places.words(tie.cell), day=tie.day)
        _check_limits(tx, package, places, new, [*rows, new])
        line = ProviderPrice(
            organiser_id=tx.organiser_id, provider_id=_provider(tx), package_id=package.id, need_class=order.need_class,
            area_id=None, band=order.band, valid_from=order.valid_from, price_cents=order.price_cents,
            made_by=tx.account_id, made_at=tx.now,
        )  # fmt: skip
        tx.session.add(line)
        tx.session.flush()
        tx.audit("price.tell", "provider_price", line.id, package_id=package.id, price_cents=order.price_cents,
                 valid_from=order.valid_from.isoformat())  # fmt: skip
        tx.remember_click("tell_price", order.once, price_id=line.id)
        return line.id


def withdraw_price(desk: Desk, actor: Actor, price_id: int) -> None:
    """Take back a price that has not started. Stale (price_started) once it has; Missing for a stranger's."""
    with desk.transaction(actor, Action.TELL_PRICE) as tx:
        line = tx.session.scalar(
            select(ProviderPrice)
            .where(ProviderPrice.id == price_id, ProviderPrice.provider_id == _provider(tx))
            .with_for_update()
        )
        if line is None:
            raise Missing("price")
        if line.withdrawn_at is not None or line.valid_from <= tx.today:
            raise Stale("price_started")
        line.withdrawn_at = tx.now
        tx.audit("price.withdraw", "provider_price", line.id)


@dataclass(frozen=True)
class LimitView:
    """What a provider may ask in one band: the organiser's value, and the highest price (None: any)."""

    need_class: Words | None
    area: Words
    band: str
    kind: str
    value_cents: int
    limit_cents: int | None


@dataclass(frozen=True)
class OwnPriceView:
    price_id: int
    need_class: Words | None
    band: str | None
    valid_from: date
    price_cents: int
    state: str  # coming | told


@dataclass(frozen=True)
class OwnPricePackage:
    """A package whose price is the provider's to say, from the terms that hold now or come next."""

    package_id: int
    name: Words
    unit: str
    classes: tuple[tuple[str, Words], ...]
    bands: tuple[str, ...]
    limits: tuple[LimitView, ...]
    prices: tuple[OwnPriceView, ...]


@dataclass(frozen=True)
class OwnPricePage:
    packages: tuple[OwnPricePackage, ...]
    first_day: date  # the earliest first day of a new price


def own_price_page(desk: Desk, actor: Actor) -> OwnPricePage:
    """The packages of the company's approvals whose price it says itself, with what it has told."""
    with desk.reading(actor, Action.TELL_PRICE) as tx:
        packages = tx.session.scalars(
            select(ServicePackage).where(ServicePackage.id.in_(_approved(tx))).order_by(ServicePackage.id)
        ).all()
        found = [_package_view(tx, package) for package in packages]
        return OwnPricePage(tuple(one for one in found if one.limits), tx.today + timedelta(days=1))


def _package_view(tx: Tx, package: ServicePackage) -> OwnPricePackage:
    places = places_of(tx, package.id)
    limits: dict[tuple[str | None, str, Band], LimitView] = {}
    for _terms, cell, one in _leeway(tx, package, places, tx.today):
        need = None if cell.need_class is None else places.classes[cell.need_class]
        view = LimitView(need, places.areas[cell.area], one.band.value, one.kind.value, one.value_cents, one.limit_cents)
        limits.setdefault((cell.need_class, cell.area, cell.band), view)
    lines = tx.session.scalars(
        select(ProviderPrice)
        .where(
            ProviderPrice.package_id == package.id, ProviderPrice.provider_id == _provider(tx),
            ProviderPrice.withdrawn_at.is_(None),
        )
        .order_by(ProviderPrice.valid_from.desc(), ProviderPrice.id.desc())
    )  # fmt: skip
    prices = tuple(
        OwnPriceView(
            line.id, places.classes.get(line.need_class or ""), line.band, line.valid_from, line.price_cents,
            "coming" if line.valid_from > tx.today else "told",
        )
        for line in lines
    )  # fmt: skip
    return OwnPricePackage(
        package.id, package.name, package.unit, tuple(places.classes.items()),
        tuple(band.value for band in bands_of(package.unit)), tuple(limits.values()), prices,
    )  # fmt: skip


def _leeway(
    tx: Tx, package: ServicePackage, places: Places, day: date
) -> Iterator[tuple[TermsVersion, Cell, BandPrice]]:
    """Every cell of the company's areas whose price is a provider's to say, by the terms that hold on the day and by those
    published that start later."""
    now = terms_in_force(tx.session, package.id, day)
    coming = tx.session.scalars(
        select(TermsVersion)
        .where(TermsVersion.package_id == package.id, TermsVersion.state == "published", TermsVersion.valid_from > day)
        .order_by(TermsVersion.valid_from)
    )
    areas = set(
        tx.session.scalars(
            select(Area.code)
            .join(Approval, Approval.area_id == Area.id)
            .where(
                Approval.package_id == package.id, Approval.provider_id == _provider(tx), Approval.state != "ended",
                Approval.organiser_id == tx.organiser_id,
            )
        )
    )  # fmt: skip
    for terms in [*([now] if now else []), *coming]:
        table = table_of(tx, terms, package.unit)
        for need in (None, *places.classes):
            for area in places.areas:
                for band in bands_of(package.unit):
                    cell = Cell(package.unit, need, area, band)
                    try:
                        one = table.price(cell, max(day, terms.valid_from))
                    except MissingPrice:
                        continue
                    if area in areas and one.price_cents is None:
                        yield terms, cell, one


def _check_limits(tx: Tx, package: ServicePackage, places: Places, new: OwnPrice, rows: list[OwnPrice]) -> None:
    """The new price must be asked for somewhere, and nowhere above the limit. A limit of terms that start later is held to
    from the start as well: the price would stand when they begin."""
    wanted = False
    for terms, cell, one in _leeway(tx, package, places, new.start):
        day = max(new.start, terms.valid_from)
        try:
            if chosen(rows, cell, day) is not new:
                continue
        except Tie:
            continue
        wanted = True
        price = share(new.price_cents, PERCENT if new.scope.band is not None else one.multiplier_percent)
        if one.limit_cents is not None and price > one.limit_cents:
            raise Refused(
                "price_above_limit", "price", asked_cents=price, limit_cents=one.limit_cents, row=places.words(cell)
            )
    if not wanted:
        raise Refused("price_not_yours", "price")


def _check(tx: Tx, package: ServicePackage, places: Places, order: OwnPriceOrder) -> Scope:
    if order.valid_from <= tx.today:
        raise Refused("price_start_early", "valid_from", day=tx.today + timedelta(days=1))
    if not 0 < order.price_cents <= MOST_CENTS:
        raise Refused("not_above_zero", "price")
    if order.need_class is not None and order.need_class not in places.classes:
        raise Refused("choice_unknown", "need_class")
    if order.band is not None:
        if order.band not in set(Band):
            raise Refused("choice_unknown", "band")
        if order.band not in bands_of(package.unit):
            raise Refused("band_not_of_unit", "band")
    return Scope(order.need_class, None, Band(order.band) if order.band else None)


def _provider(tx: Tx) -> int:
    if tx.actor.provider_id is None:
        raise Missing("provider")
    return tx.actor.provider_id


def _approved(tx: Tx) -> list[int]:
    return list(
        tx.session.scalars(
            select(Approval.package_id)
            .join(ServicePackage, ServicePackage.id == Approval.package_id)
            .join(Programme, Programme.id == ServicePackage.programme_id)
            .where(
                Approval.provider_id == _provider(tx), Approval.organiser_id == tx.organiser_id,
                Approval.state != "ended",
            )
            .distinct()
        )
    )  # fmt: skip


def _own_package(tx: Tx, package_id: int) -> ServicePackage:
    if package_id not in _approved(tx):
        raise Missing("package")
    return tx.session.get_one(ServicePackage, package_id)
