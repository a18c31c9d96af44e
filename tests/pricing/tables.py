"""Makers of price tables for tests: the published variants of the domain notes, and random ones."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from marketplace.pricing.bands import Band, bands_of
from marketplace.pricing.prices import Cell, Multiplier, OwnPrice, PriceKind, PriceRow, PriceTable, Scope
from marketplace.pricing.rules import EventKind, EventRule
from marketplace.pricing.snapshot import Snapshot, voucher_value

FIRST = date(2026, 1, 1)
CLASSES = ("a", "b")
AREAS = ("kuopio", "muut")


def row(value_cents: int = 5_000, kind: PriceKind = PriceKind.FIXED, **values: Any) -> PriceRow:
    """A row for every class, area and band from the first day of 2026, unless `values` say otherwise."""
    unit, start = values.pop("unit", "hour"), values.pop("start", FIRST)
    caps = {name: values.pop(name) for name in ("cap_cents", "cap_percent") if name in values}
    return PriceRow(Scope(**values), unit, start, kind, value_cents, **caps)


def multiplier(band: Band, percent: int, start: date = FIRST, **scope: Any) -> Multiplier:
    return Multiplier(Scope(band=band, **scope), start, percent)


def promise(table: PriceTable, day: date, units_hundredths: int = 4_000, *, unit: str = "hour",
            need_class: str | None = None, area: str = "kuopio", rules: tuple[EventRule, ...] = ()) -> Snapshot:  # fmt: skip
    """The snapshot of a grant on `day`."""
    bands = table.prices(unit, need_class, area, day)
    usual = (
        EventRule(EventKind.DELIVERED, 100, 100),
        EventRule(EventKind.NO_SHOW, 100, 50),
        EventRule(EventKind.LATE_CANCEL, 50, 25),
        EventRule(EventKind.PROVIDER_CANCEL, 0, 0),
    )
    top = max(one.value_cents for one in bands)
    first = bands[0]
    return Snapshot(
        programme_code="tyohon",
        package_code="valmennus",
        terms_no=1,
        legal_basis="SHL 17 §",
        unit=unit,
        price_cents=first.value_cents,
        units_hundredths=units_hundredths,
        value_cents=voucher_value(top, units_hundredths),
        event_rules=rules or usual,
        need_class=need_class,
        area=area,
        bands=bands,
    )


days = st.integers(0, 120).map(lambda number: FIRST + timedelta(days=number))
classes = st.sampled_from((None, *CLASSES))
areas = st.sampled_from((None, *AREAS))


@st.composite
def scopes(draw: st.DrawFn, unit: str = "hour") -> Scope:
    return Scope(draw(classes), draw(areas), draw(st.sampled_from((None, *bands_of(unit)))))


@st.composite
def rows(draw: st.DrawFn, unit: str = "hour") -> PriceRow:
    value = draw(st.integers(1, 20_000))
    kind = draw(st.sampled_from(PriceKind))
    caps: dict[str, int] = {}
    if kind is PriceKind.CEILING:
        caps["cap_cents"] = value + draw(st.integers(0, 10_000))
    elif kind is PriceKind.MARKUP:
        caps[draw(st.sampled_from(("cap_cents", "cap_percent")))] = draw(st.integers(0, 200))
    return PriceRow(draw(scopes(unit)), unit, draw(days), kind, value, **caps)


@st.composite
def multipliers(draw: st.DrawFn) -> Multiplier:
    band = draw(st.sampled_from((Band.EVENING, Band.SATURDAY, Band.SUNDAY)))
    return Multiplier(Scope(draw(classes), draw(areas), band), draw(days), draw(st.integers(1, 300)))


cells = st.builds(
    Cell, st.just("hour"), st.sampled_from((None, *CLASSES)), st.sampled_from(AREAS), st.sampled_from(tuple(Band))
)


@st.composite
def own_rows(draw: st.DrawFn) -> OwnPrice:
    scope = Scope(draw(classes), draw(areas), draw(st.sampled_from((None, *Band))))
    return OwnPrice(scope, draw(days), draw(st.integers(0, 30_000)))
