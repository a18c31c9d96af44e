"""The step that reads a version's prices from its rows, for whoever prices by it: the grant, the pages, the checks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.models.prices import MultiplierLine, NeedClass, PriceLine, ProviderPrice
from marketplace.models.programmes import Area, ServicePackage, TermsVersion
from marketplace.models.schema import Words
from marketplace.pricing.bands import Band
from marketplace.pricing.prices import (
    BandPrice,
    Cell,
    MissingPrice,
    Multiplier,
    OwnPrice,
    PriceKind,
    PriceRow,
    PriceTable,
    Scope,
    Tie,
    cells_of,
    first_tie,
    missing,
)
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.refusals import Refused


@dataclass(frozen=True)
class Places:
    """What a package's prices are told apart by: its classes of need and the organiser's areas, by code."""

    classes: dict[str, Words]
    areas: dict[str, Words]

    def words(self, cell: Cell) -> tuple[object, ...]:
        """A cell in the words of a refusal: the class (where there are any), the area, the band."""
        need = () if cell.need_class is None else (self.classes.get(cell.need_class, {"fi": cell.need_class}),)
        return (*need, self.areas.get(cell.area, {"fi": cell.area}), cell.band)

    def cells(self, unit: str) -> list[Cell]:
        """Every cell that the package uses."""
        return cells_of(unit, list(self.classes), list(self.areas))


def places_of(tx: Tx, package_id: int) -> Places:
    """The package's classes and the organiser's areas, each in the order in which they were made."""
    classes = tx.session.execute(
        select(NeedClass.code, NeedClass.name).where(NeedClass.package_id == package_id).order_by(NeedClass.id)
    )
    areas = tx.session.execute(select(Area.code, Area.name).order_by(Area.id))
    return Places({row[0]: row[1] for row in classes}, {row[0]: row[1] for row in areas})


def table_of(tx: Tx, terms: TermsVersion, unit: str) -> PriceTable:
    """The whole price table of a stored version: its rows, and its one price for everyone where it has one."""
    rows = tx.session.execute(
        select(PriceLine, Area.code).outerjoin(Area, Area.id == PriceLine.area_id).where(PriceLine.terms_id == terms.id)
    )
    multipliers = tx.session.execute(
        select(MultiplierLine, Area.code)
        .outerjoin(Area, Area.id == MultiplierLine.area_id)
        .where(MultiplierLine.terms_id == terms.id)
    )
    return PriceTable(
        (
            *general_rows(terms.price_cents, unit, terms.valid_from),
            *(row_of(line, area, terms.valid_from) for line, area in rows),
        ),
        tuple(multiplier_of(line, area, terms.valid_from) for line, area in multipliers),
    )


def general_rows(price_cents: int | None, unit: str, first_day: date) -> tuple[PriceRow, ...]:
    """The row that a version's one price for everyone stands for."""
    if price_cents is None:
        return ()
    return (PriceRow(Scope(), unit, first_day, PriceKind.FIXED, price_cents),)


def row_of(line: PriceLine, area: str | None, first_day: date) -> PriceRow:
    """A stored row as the pricing room reads it; an open start is the version's first day."""
    scope = Scope(line.need_class, area, Band(line.band) if line.band else None)
    start = line.valid_from or first_day
    return PriceRow(scope, line.unit, start, PriceKind(line.kind), line.value_cents, line.cap_cents, line.cap_percent)


def multiplier_of(line: MultiplierLine, area: str | None, first_day: date) -> Multiplier:
    """A stored multiplier as the pricing room reads it."""
    scope = Scope(line.need_class, area, Band(line.band))
    return Multiplier(scope, line.valid_from or first_day, line.percent)


def promised_prices(
    table: PriceTable, places: Places, unit: str, need_class: str | None, area: str, day: date
) -> tuple[BandPrice, ...]:
    """The prices of all bands that a grant on the day promises. Refused (price_missing, naming the missing row) where the
    table has none: a missing price is never taken for zero."""
    try:
        return table.prices(unit, need_class, area, day)
    except MissingPrice as error:
        raise Refused("price_missing", None, row=places.words(error.cell), day=error.day) from None
    except Tie as error:
        raise Refused("price_tie", None, row=places.words(error.cell), day=error.day) from None


def check_no_tie(table: PriceTable, places: Places, field: str | None) -> None:
    """Refused (price_tie) when two rows would hold at once, naming where and from when."""
    tie = first_tie(table)
    if tie is not None:
        raise Refused("price_tie", field, row=places.words(tie.cell), day=tie.day)


def check_whole(tx: Tx, package: ServicePackage, terms: TermsVersion) -> None:
    """What is asked of a table before it is published. Refused: price_tie, prices_missing (the first cell and how many),
    free_by_law (a row that would leave the client a part where the service is free by law)."""
    table, places = table_of(tx, terms, package.unit), places_of(tx, package.id)
    check_no_tie(table, places, None)
    empty = missing(table, places.cells(package.unit), terms.valid_from)
    if empty:
        raise Refused("prices_missing", None, number=len(empty), row=places.words(empty[0]))
    check_free_by_law(package, table.rows)


def check_free_by_law(package: ServicePackage, rows: Iterable[PriceRow], field: str | None = None) -> None:
    """Where the law makes the service free, no row may leave the client anything to pay (domain.md, fact 3)."""
    if package.free_by_law and any(not row.always_free for row in rows):
        raise Refused("free_by_law", field)


def own_rows_of(tx: Tx, package_id: int, provider_ids: Sequence[int]) -> dict[int, list[OwnPrice]]:
    """What providers ask for the package, by provider; one query."""
    found: dict[int, list[OwnPrice]] = {}
    rows = tx.session.execute(
        select(ProviderPrice, Area.code)
        .outerjoin(Area, Area.id == ProviderPrice.area_id)
        .where(
            ProviderPrice.organiser_id == tx.organiser_id,
            ProviderPrice.package_id == package_id,
            ProviderPrice.provider_id.in_(provider_ids),
            ProviderPrice.withdrawn_at.is_(None),
        )
    )
    for line, area in rows:
        scope = Scope(line.need_class, area, Band(line.band) if line.band else None)
        found.setdefault(line.provider_id, []).append(OwnPrice(scope, line.valid_from, line.price_cents))
    return found
