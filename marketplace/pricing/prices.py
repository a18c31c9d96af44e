"""A table of prices: which row holds for a client's class of need, an area, a band of time and a day.

A row holds for a scope: any of class, area and band may be left open, which means "every". Of the rows that hold for a
cell on a day, first the newest of each scope is taken (rows have only start dates), then the most specific: a scope is
more specific than another when it lies wholly inside it. Two rows that overlap while neither lies inside the other
would both win where they meet: such a table has a tie and cannot be saved, until a row says what holds there.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from marketplace.money import PERCENT, divide, not_negative, share, whole
from marketplace.pricing.bands import Band, bands_of


class PriceKind(StrEnum):
    """Who says the price, and who pays what of it (domain.md 2.3)."""

    FIXED = "fixed"
    """The organiser's price is the price; the client pays nothing."""
    FREE = "free"
    """The organiser pays up to its value; the provider's price is free and the client pays the rest."""
    CEILING = "ceiling"
    """As free, but the provider's price has a ceiling; with the ceiling at the value the client pays nothing."""
    MARKUP = "markup"
    """As free, but the provider may ask only so much above the value, in per cent of it or in euros."""


@dataclass(frozen=True)
class Cell:
    """One place of the table. need_class: None for a package without classes."""

    unit: str
    need_class: str | None
    area: str
    band: Band


@dataclass(frozen=True)
class Scope:
    """Where a row holds; None is "every"."""

    need_class: str | None = None
    area: str | None = None
    band: Band | None = None

    def covers(self, cell: Cell) -> bool:
        return (
            self.need_class in (None, cell.need_class)
            and self.area in (None, cell.area)
            and self.band in (None, cell.band)
        )

    def inside(self, other: "Scope") -> bool:
        """Whether this scope is more specific: another one that lies wholly inside the other."""
        pairs = ((self.need_class, other.need_class), (self.area, other.area), (self.band, other.band))
        return self != other and all(theirs in (None, ours) for ours, theirs in pairs)


@dataclass(frozen=True)
class PriceRow:
    """One row: from a day on, what one unit costs in a scope. Gross cents.

    value_cents: what the organiser pays at most for one unit. cap_cents: the ceiling, or the largest mark-up in euros;
    cap_percent: the largest mark-up in per cent of the value. Errors: ValueError for a row that contradicts itself.
    """

    scope: Scope
    unit: str
    start: date
    kind: PriceKind
    value_cents: int
    cap_cents: int | None = None
    cap_percent: int | None = None

    def __post_init__(self) -> None:
        if not_negative(self.value_cents, "value_cents") == 0:
            raise ValueError("a price row has a value")
        given = (self.cap_cents is not None, self.cap_percent is not None)
        wanted = {
            PriceKind.FIXED: [(False, False)],
            PriceKind.FREE: [(False, False)],
            PriceKind.CEILING: [(True, False)],
            PriceKind.MARKUP: [(True, False), (False, True)],
        }
        if given not in wanted[self.kind]:
            raise ValueError(f"a row of kind {self.kind} has other limits")
        for cap in (self.cap_cents, self.cap_percent):
            if cap is not None:
                not_negative(cap, "cap")
        if self.kind is PriceKind.CEILING and self.cap_cents is not None and self.cap_cents < self.value_cents:
            raise ValueError("the ceiling is below the value")
        if self.scope.band is not None and self.scope.band not in bands_of(self.unit):
            raise ValueError(f"nothing of unit {self.unit} happens in the band {self.scope.band}")

    @property
    def always_free(self) -> bool:
        """Whether the client never pays anything by this row."""
        return self.kind is PriceKind.FIXED or (self.kind is PriceKind.CEILING and self.cap_cents == self.value_cents)


@dataclass(frozen=True)
class Multiplier:
    """By how much prices without a band of their own are multiplied in a band, in per cent (115 is 1.15)."""

    scope: Scope
    start: date
    percent: int

    def __post_init__(self) -> None:
        if self.scope.band is None:
            raise ValueError("a multiplier is for a band of time")
        if whole(self.percent, "percent") <= 0:
            raise ValueError("a multiplier is above zero")


@dataclass(frozen=True)
class OwnPrice:
    """What a provider asks for one unit, from a day on, in a scope. Gross cents."""

    scope: Scope
    start: date
    price_cents: int


@dataclass(frozen=True)
class BandPrice:
    """What holds in one band: kept in the voucher's snapshot. Gross cents for one unit.

    limit_cents: the highest price that a provider may ask; None when it is free. price_cents: the price where the grant
    knows it (fixed by the organiser); None where the provider says it. multiplier_percent: what a provider's price
    without a band of its own is multiplied by here.
    """

    band: Band
    kind: PriceKind
    value_cents: int
    limit_cents: int | None = None
    price_cents: int | None = None
    multiplier_percent: int = PERCENT

    def __post_init__(self) -> None:
        not_negative(self.value_cents, "value_cents")
        for cents in (self.limit_cents, self.price_cents):
            if cents is not None:
                not_negative(cents, "cents")
        not_negative(self.multiplier_percent, "multiplier_percent")


class MissingPrice(ValueError):
    """No row holds for the cell on the day; `cell` and `day` name the missing row. Never taken for zero."""

    def __init__(self, cell: Cell, day: date) -> None:
        super().__init__(f"no price for {cell} on {day}")
        self.cell, self.day = cell, day


class Tie(ValueError):
    """Two rows hold for the cell on the day and neither is more specific."""

    def __init__(self, cell: Cell, day: date, scopes: tuple[Scope, ...]) -> None:
        super().__init__(f"{len(scopes)} rows for {cell} on {day}")
        self.cell, self.day, self.scopes = cell, day, scopes


Row = TypeVar("Row", PriceRow, Multiplier, OwnPrice)


def chosen(rows: Iterable[Row], cell: Cell, day: date) -> Row | None:
    """The row that holds for a cell on a day, or None. Errors: Tie."""
    newest: dict[Scope, list[Row]] = {}
    for row in rows:
        if row.start <= day and row.scope.covers(cell):
            kept = newest.setdefault(row.scope, [])
            if kept and row.start > kept[0].start:
                kept.clear()
            if not kept or row.start == kept[0].start:
                kept.append(row)
    best = [scope for scope in newest if not any(other.inside(scope) for other in newest)]
    found = [row for scope in best for row in newest[scope]]
    if len(found) > 1:
        raise Tie(cell, day, tuple(row.scope for row in found))
    return found[0] if found else None


@dataclass(frozen=True)
class PriceTable:
    """All price rows and multipliers of one version of a package's terms. Their order means nothing."""

    rows: tuple[PriceRow, ...]
    multipliers: tuple[Multiplier, ...] = ()

    def row(self, cell: Cell, day: date) -> PriceRow:
        """The row that holds. Errors: MissingPrice, Tie."""
        found = chosen((row for row in self.rows if row.unit == cell.unit), cell, day)
        if found is None:
            raise MissingPrice(cell, day)
        return found

    def price(self, cell: Cell, day: date) -> BandPrice:
        """What holds in a cell from the day of a grant on: value, limit and price, each rounded once to a cent, because
        the price of a band is a published price. A row with a band of its own is not multiplied. Errors: as `row`."""
        row = self.row(cell, day)
        percent = self._percent(row, cell, day)
        value = share(row.value_cents, percent)
        limit: int | None = None
        if row.kind is PriceKind.CEILING and row.cap_cents is not None:
            limit = share(row.cap_cents, percent)
        elif row.cap_percent is not None:
            limit = divide(row.value_cents * percent * (PERCENT + row.cap_percent), PERCENT * PERCENT)
        elif row.cap_cents is not None:
            limit = share(row.value_cents + row.cap_cents, percent)
        price = value if row.kind is PriceKind.FIXED else None
        return BandPrice(cell.band, row.kind, value, limit, price, percent)

    def prices(self, unit: str, need_class: str | None, area: str, day: date) -> tuple[BandPrice, ...]:
        """The prices of every band of the unit, as a grant on `day` promises them. Errors: MissingPrice, Tie."""
        return tuple(self.price(Cell(unit, need_class, area, band), day) for band in bands_of(unit))

    def _percent(self, row: PriceRow, cell: Cell, day: date) -> int:
        if row.scope.band is not None:
            return PERCENT
        found = chosen(self.multipliers, cell, day)
        return PERCENT if found is None else found.percent


def cells_of(unit: str, need_classes: Sequence[str], areas: Sequence[str]) -> list[Cell]:
    """Every cell that a package uses: its classes (or none), the areas, and the bands of its unit."""
    classes: Sequence[str | None] = need_classes or (None,)
    return [Cell(unit, need, area, band) for need in classes for area in areas for band in bands_of(unit)]


def missing(table: PriceTable, cells: Iterable[Cell], first_day: date) -> list[Cell]:
    """The coverage check: the cells without a price on the first day of the terms. As rows only start and never end, an
    empty list means that no day from then on can lack a price. Errors: Tie."""
    return [cell for cell in cells if chosen((r for r in table.rows if r.unit == cell.unit), cell, first_day) is None]


def first_tie(table: PriceTable) -> Tie | None:
    """A place and a day where the table does not say which row holds, or None. Looks at every combination that the rows
    themselves name and at "any other", so that a class or an area made later can bring no tie either."""
    for unit in sorted({row.unit for row in table.rows}):
        rows = [row for row in table.rows if row.unit == unit]
        found = tie_among(rows, unit)
        if found is not None:
            return found
    return tie_among(table.multipliers, "hour")


def tie_among(rows: Sequence[Row], unit: str) -> Tie | None:
    """The first tie among rows of one unit, or None."""
    classes: list[str | None] = [None, *sorted({row.scope.need_class or "" for row in rows} - {""})]
    areas: list[str] = ["", *sorted({row.scope.area or "" for row in rows} - {""})]
    for day in sorted({row.start for row in rows}):
        for need in classes:
            for area in areas:
                for band in bands_of(unit):
                    try:
                        chosen(rows, Cell(unit, need, area, band), day)
                    except Tie as tie:
                        return tie
    return None


def own_prices(
    bands: Iterable[BandPrice], rows: Sequence[OwnPrice], unit: str, need_class: str | None, area: str, day: date
) -> dict[Band, int]:
    """A provider's prices on a day (of the choice, or of looking), by band, for the bands whose price it says itself.

    Its row without a band is multiplied as the organiser's prices are. Where only a mark-up is free, a provider that has
    said nothing asks the organiser's value; elsewhere a band without a price is left out, never taken for zero. A price
    above the limit counts as none: it was said before the limit came. Errors: Tie.
    """
    found: dict[Band, int] = {}
    for one in bands:
        if one.price_cents is not None:
            continue
        row = chosen(rows, Cell(unit, need_class, area, one.band), day)
        if row is not None:
            price = share(row.price_cents, PERCENT if row.scope.band is not None else one.multiplier_percent)
        elif one.kind is PriceKind.MARKUP:
            price = one.value_cents
        else:
            continue
        if one.limit_cents is None or price <= one.limit_cents:
            found[one.band] = price
    return found


def complete(bands: Iterable[BandPrice], own: Collection[Band]) -> bool:
    """Whether the price of every band is known: fixed at the grant, or among the provider's own."""
    return all(one.price_cents is not None or one.band in own for one in bands)
