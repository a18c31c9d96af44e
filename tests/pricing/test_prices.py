"""The table of prices: the most specific row, ties, coverage, and the variants that organisers have published."""

import random
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from marketplace.pricing.bands import Band, band_at, bands_of
from marketplace.pricing.events import unit_price
from marketplace.pricing.prices import (
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
    complete,
    first_tie,
    missing,
    own_prices,
    tie_among,
)
from tests.pricing import tables
from tests.pricing.tables import AREAS, CLASSES, FIRST, multiplier, row

quick = settings(deadline=None)
LATER = date(2026, 4, 1)


def cell(band: Band = Band.DAY, need_class: str | None = None, area: str = "kuopio", unit: str = "hour") -> Cell:
    return Cell(unit, need_class, area, band)


# --- bands ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "minute", "band"),
    [
        (date(2026, 11, 16), 17 * 60 + 59, Band.DAY),
        (date(2026, 11, 16), 18 * 60, Band.EVENING),
        (date(2026, 11, 16), None, Band.DAY),
        (date(2026, 11, 21), 20 * 60, Band.SATURDAY),
        (date(2026, 11, 22), 9 * 60, Band.SUNDAY),
        (date(2026, 1, 6), 9 * 60, Band.SUNDAY),  # Epiphany
        (date(2026, 10, 31), 9 * 60, Band.SUNDAY),  # All Saints' Day, a Saturday
        (date(2026, 12, 24), 9 * 60, Band.SUNDAY),  # Christmas Eve
        (date(2026, 6, 19), 9 * 60, Band.SUNDAY),  # Midsummer Eve
        (date(2026, 12, 31), 19 * 60, Band.EVENING),
    ],
)
def test_the_band_is_that_of_the_moment_of_beginning(day: date, minute: int | None, band: Band) -> None:
    assert band_at("hour", day, minute) is band


def test_a_whole_day_has_no_evening_and_a_month_no_weekday() -> None:
    assert band_at("day", date(2026, 11, 16), 20 * 60) is Band.DAY
    assert band_at("day", date(2026, 11, 22)) is Band.SUNDAY
    assert band_at("month", date(2026, 11, 22)) is Band.DAY
    with pytest.raises(ValueError, match="minute"):
        band_at("hour", FIRST, 1440)


# --- which row ------------------------------------------------------------------------------------------------------


def test_the_most_specific_row_holds_and_then_the_newest() -> None:
    table = PriceTable((row(5_000), row(6_000, need_class="a"), row(5_500, start=LATER)))
    assert table.price(cell(), FIRST).value_cents == 5_000
    assert table.price(cell(need_class="a"), FIRST).value_cents == 6_000
    assert table.price(cell(), LATER).value_cents == 5_500
    # a newer general row does not push out the group's own
    assert table.price(cell(need_class="a"), LATER).value_cents == 6_000


def test_a_missing_price_names_the_missing_row() -> None:
    table = PriceTable((row(need_class="a"),))
    with pytest.raises(MissingPrice) as error:
        table.price(cell(need_class="b", area="muut"), FIRST)
    assert error.value.cell == cell(need_class="b", area="muut")
    assert missing(table, cells_of("hour", CLASSES, AREAS), FIRST) == [
        Cell("hour", "b", area, band) for area in AREAS for band in Band
    ]
    assert missing(PriceTable((row(start=LATER),)), cells_of("month", (), AREAS), FIRST) != []


def test_rows_that_cross_are_a_tie_until_a_row_says_what_holds_there() -> None:
    crossing = (row(5_000), row(6_000, need_class="a"), row(7_000, area="muut"))
    tie = first_tie(PriceTable(crossing))
    assert tie is not None
    assert (tie.cell.need_class, tie.cell.area) == ("a", "muut")
    assert set(tie.scopes) == {Scope(need_class="a"), Scope(area="muut")}
    assert first_tie(PriceTable((*crossing, row(8_000, need_class="a", area="muut")))) is None
    # one that starts later than the two leaves a tie until then
    assert first_tie(PriceTable((*crossing, row(8_000, need_class="a", area="muut", start=LATER)))) is not None
    assert first_tie(PriceTable((row(1), row(2)))) is not None


@quick
@given(st.lists(tables.rows(), max_size=6), st.lists(tables.multipliers(), max_size=3), tables.cells, tables.days,
       st.randoms(use_true_random=False))  # fmt: skip
def test_the_order_of_rows_means_nothing(
    rows: list[PriceRow], multipliers: list[Multiplier], place: Cell, day: date, dice: random.Random
) -> None:
    table = PriceTable(tuple(rows), tuple(multipliers))
    shuffled = PriceTable(
        tuple(dice.sample(rows, len(rows))), tuple(dice.sample(multipliers, len(multipliers)))
    )  # fmt: skip
    assert (first_tie(table) is None) == (first_tie(shuffled) is None)
    assume(first_tie(table) is None)
    assert _answer(table, place, day) == _answer(shuffled, place, day)


@quick
@given(st.lists(tables.rows(), max_size=6), tables.rows(), tables.cells, tables.days)
def test_a_row_changes_only_its_own_cells(rows: list[PriceRow], new: PriceRow, place: Cell, day: date) -> None:
    before, after = PriceTable(tuple(rows)), PriceTable((*rows, new))
    assume(first_tie(before) is None)
    assume(first_tie(after) is None)
    if not new.scope.covers(place) or day < new.start:
        assert _answer(before, place, day) == _answer(after, place, day)
    elif all(new.scope.inside(one.scope) for one in rows):
        assert after.row(place, day) is new


@quick
@given(st.lists(tables.rows(), max_size=6), st.lists(tables.multipliers(), max_size=3), tables.cells, tables.days)
def test_what_the_coverage_check_passes_never_lacks_a_price(
    rows: list[PriceRow], multipliers: list[Multiplier], place: Cell, day: date
) -> None:
    table = PriceTable(tuple(rows), tuple(multipliers))
    assume(first_tie(table) is None)
    cells = cells_of("hour", CLASSES, AREAS)
    found = missing(table, cells, FIRST)
    for one in cells:
        assert (one in found) == isinstance(_answer(table, one, FIRST), MissingPrice)
    if not found and place in cells:
        assert not isinstance(_answer(table, place, day), Exception)


@quick
@given(st.lists(tables.rows(), max_size=5), tables.cells, tables.days)
def test_what_is_saved_has_no_tie_anywhere(rows: list[PriceRow], place: Cell, day: date) -> None:
    table = PriceTable(tuple(rows))
    if isinstance(_answer(table, place, day), Tie):
        assert first_tie(table) is not None
    new_area = Cell("hour", place.need_class, "made-later", place.band)
    if first_tie(table) is None:
        assert not isinstance(_answer(table, new_area, day), Tie)


def _answer(table: PriceTable, place: Cell, day: date) -> object:
    try:
        return table.price(place, day)
    except (MissingPrice, Tie) as error:
        return error if isinstance(error, Tie) else _Missing(error)


class _Missing(MissingPrice):
    """Equal by place and day, to be compared."""

    def __init__(self, error: MissingPrice) -> None:
        super().__init__(error.cell, error.day)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MissingPrice) and (self.cell, self.day) == (other.cell, other.day)

    def __hash__(self) -> int:
        return hash((self.cell, self.day))


# --- rows that contradict themselves --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "caps"),
    [
        (PriceKind.FIXED, {"cap_cents": 6_000}),
        (PriceKind.FREE, {"cap_percent": 10}),
        (PriceKind.CEILING, {}),
        (PriceKind.CEILING, {"cap_cents": 4_999}),
        (PriceKind.CEILING, {"cap_percent": 10}),
        (PriceKind.MARKUP, {}),
        (PriceKind.MARKUP, {"cap_cents": 10, "cap_percent": 10}),
        (PriceKind.MARKUP, {"cap_cents": -1}),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(kind: PriceKind, caps: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"limits|ceiling|negative"):
        row(5_000, kind, **caps)


def test_a_band_that_the_unit_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="happens"):
        row(unit="month", band=Band.SUNDAY)
    with pytest.raises(ValueError, match="above zero"):
        multiplier(Band.SUNDAY, 0)
    assert bands_of("month") == (Band.DAY,)


# --- the published variants (domain.md 2.3) -------------------------------------------------------------------------


def asked(table: PriceTable, price_cents: int, unit: str = "hour", day: date = FIRST) -> dict[Band, int]:
    return own_prices(table.prices(unit, None, "kuopio", day), [OwnPrice(Scope(), FIRST, price_cents)], unit, None,
                      "kuopio", day)  # fmt: skip


def test_a_value_with_a_free_price_above_it() -> None:
    """The service portal's own example: price 25, value 15, the client pays 10."""
    table = PriceTable((row(1_500, PriceKind.FREE),))
    one = unit_price(table.price(cell(), FIRST), asked(table, 2_500))
    assert (one.price_cents, one.organiser_cents, one.client_cents) == (2_500, 1_500, 1_000)
    cheap = unit_price(table.price(cell(), FIRST), asked(table, 1_200))
    assert (cheap.organiser_cents, cheap.client_cents) == (1_200, 0)
    assert not complete(table.prices("hour", None, "kuopio", FIRST), {})


@pytest.mark.parametrize("most_cents", [5_000, 3_500])
def test_a_mark_up_with_a_cap_in_euros(most_cents: int) -> None:
    """Espoo: at most 50 euros a child above; Turku: at most 35."""
    table = PriceTable((row(80_000, PriceKind.MARKUP, unit="month", cap_cents=most_cents),))
    found = table.price(cell(unit="month"), FIRST)
    assert found.limit_cents == 80_000 + most_cents
    assert unit_price(found, asked(table, 80_000 + most_cents, "month")).client_cents == most_cents
    assert asked(table, 80_001 + most_cents, "month") == {}
    # a provider that has said nothing asks the value
    assert own_prices([found], [], "month", None, "kuopio", FIRST) == {Band.DAY: 80_000}


def test_a_mark_up_in_per_cent_and_a_ceiling() -> None:
    table = PriceTable((row(4_999, PriceKind.MARKUP, cap_percent=15),))
    assert table.price(cell(), FIRST).limit_cents == 5_749  # 5 748.85, rounded once
    ceiling = PriceTable((row(5_000, PriceKind.CEILING, cap_cents=6_000),))
    assert asked(ceiling, 6_000)[Band.DAY] == 6_000
    assert asked(ceiling, 6_001) == {}


def test_multipliers_by_time() -> None:
    """Lapland's home care: 36 euros an hour, x 1.15 in the evening, x 1.2 on Saturday, x 2 on Sunday and holidays."""
    table = PriceTable(
        (row(3_600),),
        (multiplier(Band.EVENING, 115), multiplier(Band.SATURDAY, 120), multiplier(Band.SUNDAY, 200)),
    )
    found = {one.band: one.price_cents for one in table.prices("hour", None, "kuopio", FIRST)}
    assert found == {Band.DAY: 3_600, Band.EVENING: 4_140, Band.SATURDAY: 4_320, Band.SUNDAY: 7_200}
    own = PriceTable((*table.rows, row(5_000, band=Band.SUNDAY)), table.multipliers)
    assert own.price(cell(Band.SUNDAY), FIRST).value_cents == 5_000  # a price of its own is not multiplied


def test_need_classes_and_a_dated_maximum() -> None:
    """Lapland's disability housing: 97, 120, 160, 185 euros by class; at most 160 a day, 180 from April."""
    table = PriceTable(
        tuple(row(value, unit="day", need_class=code)
              for code, value in (("1", 9_700), ("2", 12_000), ("3", 16_000), ("4", 18_500)))
    )  # fmt: skip
    prices = [table.price(cell(need_class=code, unit="day"), FIRST).price_cents for code in "1234"]
    assert prices == [9_700, 12_000, 16_000, 18_500]
    with pytest.raises(MissingPrice):
        table.price(cell(need_class="5", unit="day"), FIRST)
    dated = PriceTable((row(16_000, unit="day"), row(18_000, unit="day", start=LATER)))
    assert dated.price(cell(unit="day"), date(2026, 3, 31)).value_cents == 16_000
    assert dated.price(cell(unit="day"), LATER).value_cents == 18_000


def test_a_providers_own_rows_tie_like_any_other() -> None:
    rows = [OwnPrice(Scope(need_class="a"), FIRST, 1), OwnPrice(Scope(area="kuopio"), FIRST, 2)]
    assert tie_among(rows, "hour") is not None
