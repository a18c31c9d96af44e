"""What the pages about a version's prices read: the table, what it still lacks, and what one client would be promised."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.prices import MultiplierLine, PriceLine
from marketplace.models.programmes import Area, Programme, ServicePackage, TermsVersion
from marketplace.models.schema import Words
from marketplace.pricing.bands import Band, bands_of
from marketplace.pricing.prices import Cell, PriceRow, missing
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.price_table import Places, check_free_by_law, places_of, table_of
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.use_cases.terms_meaning import Meaning, meaning_of
from marketplace.use_cases.terms_values import draft_of
from marketplace.use_cases.write_prices import MULTIPLIED, MultiplierDraft, PriceDraft

MOST_NAMED = 12
"""How many of the missing combinations are named; of the rest only the number is said."""


@dataclass(frozen=True)
class ScopeWords:
    """Where and from when a row holds; None is everyone, everywhere, any time, the version's first day."""

    need_class: Words | None
    area: Words | None
    band: str | None
    valid_from: date | None


@dataclass(frozen=True)
class PriceView:
    """One price row. `row_id` is None for the one price of the terms form, which is changed there."""

    row_id: int | None
    scope: ScopeWords
    kind: str
    value_cents: int
    cap_cents: int | None
    cap_percent: int | None


@dataclass(frozen=True)
class MultiplierView:
    row_id: int
    scope: ScopeWords
    percent: int


@dataclass(frozen=True)
class MissingView:
    """A combination without a price."""

    need_class: Words | None
    area: Words
    band: str


@dataclass(frozen=True)
class PriceChoices:
    """What a row can be written for: classes by code, areas by id, bands."""

    classes: tuple[tuple[str, Words], ...]
    areas: tuple[tuple[int, Words], ...]
    bands: tuple[str, ...]
    multiplied: tuple[str, ...]


@dataclass(frozen=True)
class PricePage:
    """A version's price table with its coverage check. `breaks_law`: a row would leave the client something to pay though
    the service is free by law. `preview` is None where the table lacks a price for the client that was asked for."""

    terms_id: int
    package_id: int
    package: Words
    unit: str
    number: int
    state: str
    valid_from: date
    free_by_law: bool
    rows: tuple[PriceView, ...]
    multipliers: tuple[MultiplierView, ...]
    missing: tuple[MissingView, ...]
    missing_number: int
    combinations: int
    breaks_law: bool
    choices: PriceChoices
    preview_class: str | None
    preview_area: int | None
    preview_day: date
    preview: Meaning | None


def price_page(
    desk: Desk, actor: Actor, terms_id: int, need_class: str | None = None, area_id: int | None = None,
    day: date | None = None,
) -> PricePage:  # fmt: skip
    """The table, and the promise to a client of a class in an area who is granted a voucher on a day (the first ones and
    the version's first day when not told, or not known). Missing for a stranger's version."""
    with desk.reading(actor, Action.SEE_TERMS) as tx:
        terms, package, programme = _version(tx, terms_id)
        places, choices = places_of(tx, package.id), _choices(tx, package)
        table = table_of(tx, terms, package.unit)
        cells = places.cells(package.unit)
        empty = missing(table, cells, terms.valid_from)
        codes = {row.id: row.code for row in tx.session.execute(select(Area.id, Area.code))}
        area_id = area_id if area_id in codes else next(iter(codes), None)
        if need_class not in places.classes:
            need_class = None
        day = max(day or terms.valid_from, terms.valid_from)
        preview = meaning_of(tx, programme, package, draft_of(terms), table, need_class, codes.get(area_id or 0), day)
        names = dict(choices.areas)
        return PricePage(
            terms_id=terms.id, package_id=package.id, package=package.name, unit=package.unit, number=terms.number,
            state=terms.state, valid_from=terms.valid_from, free_by_law=package.free_by_law,
            rows=_rows(tx, terms, places, names), multipliers=_multipliers(tx, terms, places, names),
            missing=tuple(_missing(cell, places) for cell in empty[:MOST_NAMED]), missing_number=len(empty),
            combinations=len(cells), breaks_law=_breaks_law(package, table.rows), choices=choices,
            preview_class=need_class, preview_area=area_id, preview_day=day, preview=preview,
        )  # fmt: skip


@dataclass(frozen=True)
class RowPage:
    """What the form of one row needs. `draft`: its values, when it is changed."""

    terms_id: int
    package: Words
    unit: str
    number: int
    valid_from: date
    free_by_law: bool
    package_id: int
    choices: PriceChoices
    price: PriceDraft | None = None
    multiplier: MultiplierDraft | None = None


def new_row_page(desk: Desk, actor: Actor, terms_id: int) -> RowPage:
    """For a new row of a version. Missing for a stranger's."""
    with desk.reading(actor, Action.WRITE_TERMS) as tx:
        return _row_page(tx, terms_id)


def price_row_page(desk: Desk, actor: Actor, row_id: int) -> RowPage:
    """For changing a price row. Missing for a stranger's."""
    with desk.reading(actor, Action.WRITE_TERMS) as tx:
        line = tx.session.get(PriceLine, row_id)
        if line is None:
            raise Missing("price row")
        price = PriceDraft(line.kind, line.value_cents, line.cap_cents, line.cap_percent, line.need_class, line.area_id,
                           line.band, line.valid_from)  # fmt: skip
        return _row_page(tx, line.terms_id, price=price)


def multiplier_page(desk: Desk, actor: Actor, row_id: int) -> RowPage:
    """For changing a multiplier. Missing for a stranger's."""
    with desk.reading(actor, Action.WRITE_TERMS) as tx:
        line = tx.session.get(MultiplierLine, row_id)
        if line is None:
            raise Missing("multiplier")
        multiplier = MultiplierDraft(line.band, line.percent, line.need_class, line.area_id, line.valid_from)
        return _row_page(tx, line.terms_id, multiplier=multiplier)


def _row_page(
    tx: Tx, terms_id: int, price: PriceDraft | None = None, multiplier: MultiplierDraft | None = None
) -> RowPage:
    terms, package, _programme = _version(tx, terms_id)
    return RowPage(
        terms.id, package.name, package.unit, terms.number, terms.valid_from, package.free_by_law, package.id,
        _choices(tx, package), price, multiplier,
    )  # fmt: skip


def _version(tx: Tx, terms_id: int) -> tuple[TermsVersion, ServicePackage, Programme]:
    row = tx.session.execute(
        select(TermsVersion, ServicePackage, Programme)
        .join(ServicePackage, ServicePackage.id == TermsVersion.package_id)
        .join(Programme, Programme.id == ServicePackage.programme_id)
        .where(TermsVersion.id == terms_id)
    ).one_or_none()
    if row is None:
        raise Missing("terms")
    return row[0], row[1], row[2]


def _choices(tx: Tx, package: ServicePackage) -> PriceChoices:
    areas = tx.session.execute(select(Area.id, Area.name).order_by(Area.id)).all()
    bands = tuple(band.value for band in bands_of(package.unit))
    return PriceChoices(
        tuple(places_of(tx, package.id).classes.items()),
        tuple((row[0], row[1]) for row in areas),
        bands,
        tuple(band.value for band in MULTIPLIED if band.value in bands),
    )


def _scope(line: PriceLine | MultiplierLine, places: Places, areas: dict[int, Words]) -> ScopeWords:
    return ScopeWords(
        None if line.need_class is None else places.classes[line.need_class],
        None if line.area_id is None else areas[line.area_id],
        line.band,
        line.valid_from,
    )


def _rows(tx: Tx, terms: TermsVersion, places: Places, areas: dict[int, Words]) -> tuple[PriceView, ...]:
    """The general rows first, then by class, area and time, the oldest first."""
    found = []
    if terms.price_cents is not None:
        found.append(PriceView(None, ScopeWords(None, None, None, None), "fixed", terms.price_cents, None, None))
    lines = tx.session.scalars(select(PriceLine).where(PriceLine.terms_id == terms.id)).all()
    for line in sorted(lines, key=_place):
        found.append(
            PriceView(
                line.id, _scope(line, places, areas), line.kind, line.value_cents, line.cap_cents, line.cap_percent
            )
        )
    return tuple(found)


def _multipliers(tx: Tx, terms: TermsVersion, places: Places, areas: dict[int, Words]) -> tuple[MultiplierView, ...]:
    lines = tx.session.scalars(select(MultiplierLine).where(MultiplierLine.terms_id == terms.id)).all()
    return tuple(
        MultiplierView(line.id, _scope(line, places, areas), line.percent) for line in sorted(lines, key=_place)
    )


def _place(line: PriceLine | MultiplierLine) -> tuple[object, ...]:
    bands = [band.value for band in Band]
    band = bands.index(line.band) if line.band else -1
    return line.need_class or "", line.area_id or 0, band, line.valid_from or date.min


def _missing(cell: Cell, places: Places) -> MissingView:
    need = None if cell.need_class is None else places.classes[cell.need_class]
    return MissingView(need, places.areas[cell.area], cell.band.value)


def _breaks_law(package: ServicePackage, rows: tuple[PriceRow, ...]) -> bool:
    try:
        check_free_by_law(package, rows)
    except Refused:
        return True
    return False
