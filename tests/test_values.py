"""The values everything stands on: money, periods, the clock, the roles."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.clock import SetClock, SystemClock, helsinki_day, helsinki_moment
from marketplace.money import divide, not_negative, product, share, split_gross, times, whole
from marketplace.period import Period, add_months, last_of_month, month_of, plain_day, year_of
from marketplace.roles import PROVIDERS, STAFF, Role

amounts = st.integers(-(10**12), 10**12)
quantities = st.integers(0, 10**7)
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
quick = settings(deadline=None)


def half_up(number: Fraction) -> int:
    sign = -1 if number < 0 else 1
    return sign * int(abs(number) + Fraction(1, 2))


# --- money ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity_hundredths", "price_cents", "expected"),
    [(100, 5_000, 5_000), (25, 4_590, 1_148), (25, 4_589, 1_147), (1, 50, 1), (1, 49, 0), (0, 5_000, 0), (-1, 50, -1)],
)
def test_a_line_is_rounded_half_up(quantity_hundredths: int, price_cents: int, expected: int) -> None:
    assert times(quantity_hundredths, price_cents) == expected


def test_product_rounds_once_where_two_roundings_would_drift() -> None:
    # 0.01 h x 0.50 EUR x 50 %: a quarter of a cent is nothing; rounded twice it would have been a cent
    assert share(times(1, 50), 50) == 1
    assert product(1, 50, 50) == 0


@quick
@given(quantities, amounts, st.integers(0, 100))
def test_product_is_the_exact_number_rounded(quantity: int, price: int, percent: int) -> None:
    assert product(quantity, price, percent) == half_up(Fraction(quantity * price * percent, 10_000))


@quick
@given(amounts, st.integers(1, 10**6))
def test_the_rounding_mirrors_at_zero_and_is_never_off_by_more_than_a_half(numerator: int, denominator: int) -> None:
    assert divide(-numerator, denominator) == -divide(numerator, denominator)
    assert abs(divide(numerator, denominator) * denominator - numerator) * 2 <= denominator


@pytest.mark.parametrize(
    ("gross", "rate", "expected"),
    [
        (12_550, 2_550, (10_000, 2_550)),
        (125_500_000, 2_550, (100_000_000, 25_500_000)),
        (10_000, 0, (10_000, 0)),
        (1, 2_550, (1, 0)),
        (-12_550, 2_550, (-10_000, -2_550)),
    ],
)
def test_vat_is_split_out_of_the_gross(gross: int, rate: int, expected: tuple[int, int]) -> None:
    assert split_gross(gross, rate) == expected


@quick
@given(amounts, st.integers(0, 10_000))
def test_net_and_vat_always_sum_to_the_gross(gross: int, rate: int) -> None:
    net, vat = split_gross(gross, rate)
    assert net + vat == gross
    assert net * gross >= 0
    assert vat * gross >= 0


@pytest.mark.parametrize("bad", [1.0, True, Decimal(1), "1", None])
def test_only_integers_are_money(bad: object) -> None:
    for call in (
        lambda: times(bad, 1),  # type: ignore[arg-type]
        lambda: times(1, bad),  # type: ignore[arg-type]
        lambda: product(1, 1, bad),  # type: ignore[arg-type]
        lambda: share(bad, 1),  # type: ignore[arg-type]
        lambda: share(1, bad),  # type: ignore[arg-type]
        lambda: split_gross(bad, 0),  # type: ignore[arg-type]
        lambda: split_gross(1, bad),  # type: ignore[arg-type]
        lambda: divide(bad, 1),  # type: ignore[arg-type]
        lambda: whole(bad),
        lambda: not_negative(bad),
    ):
        with pytest.raises(TypeError):
            call()


def test_nonsense_is_refused() -> None:
    for call in (lambda: divide(1, 0), lambda: divide(1, -2), lambda: split_gross(1, -1), lambda: not_negative(-1)):
        with pytest.raises(ValueError):
            call()


# --- periods -------------------------------------------------------------------------------------------------------


def test_both_ends_of_a_period_belong_to_it() -> None:
    period = Period(date(2026, 3, 1), date(2026, 3, 31))
    assert period.contains(date(2026, 3, 1))
    assert period.contains(date(2026, 3, 31))
    assert not period.contains(date(2026, 2, 28))
    assert not period.contains(period.end)
    assert period.days == 31
    assert Period.half_open(period.first, period.end) == period == Period.of_days(period.first, 31)


@quick
@given(days, days, days, days)
def test_overlap_common_and_covers_agree(a: date, b: date, c: date, d: date) -> None:
    one, two = Period(min(a, b), max(a, b)), Period(min(c, d), max(c, d))
    common = one.common(two)
    assert one.overlaps(two) == two.overlaps(one) == (common is not None)
    assert one.covers(two) == (common == two)
    if common is not None:
        assert one.covers(common)
        assert two.covers(common)


@quick
@given(days, st.integers(0, 800))
def test_months_join_without_gap_and_hold_the_period(first: date, length: int) -> None:
    period = Period(first, first + timedelta(days=length))
    months = period.months()
    assert Period(months[0].first, months[-1].last).covers(period)
    assert all(left.end == right.first for left, right in zip(months, months[1:], strict=False))
    assert all(month == month_of(month.last) for month in months)


def test_months_of_a_short_period() -> None:
    assert Period(date(2026, 1, 31), date(2026, 2, 1)).months() == (
        month_of(date(2026, 1, 5)),
        month_of(date(2026, 2, 5)),
    )
    assert month_of(date(2028, 2, 10)) == Period(date(2028, 2, 1), date(2028, 2, 29))
    assert year_of(date(2028, 2, 10)) == Period(date(2028, 1, 1), date(2028, 12, 31))
    assert last_of_month(2026, 12) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 12, 15), 0, date(2026, 12, 15)),
    ],
)
def test_adding_months_stays_in_the_month(day: date, count: int, expected: date) -> None:
    assert add_months(day, count) == expected


def test_a_period_refuses_moments_and_running_backwards() -> None:
    with pytest.raises(TypeError):
        Period(datetime(2026, 1, 1), date(2026, 1, 2))
    with pytest.raises(TypeError):
        plain_day("2026-01-01")
    with pytest.raises(ValueError):
        Period(date(2026, 1, 2), date(2026, 1, 1))
    with pytest.raises(ValueError):
        Period.of_days(date(2026, 1, 2), 0)


# --- the clock -----------------------------------------------------------------------------------------------------


def test_the_finnish_day_changes_before_the_utc_day() -> None:
    assert helsinki_day(datetime(2026, 1, 31, 21, 59, tzinfo=UTC)) == date(2026, 1, 31)
    assert helsinki_day(datetime(2026, 1, 31, 22, 0, tzinfo=UTC)) == date(2026, 2, 1)
    assert helsinki_day(datetime(2026, 6, 30, 21, 0, tzinfo=UTC)) == date(2026, 7, 1)  # summer time
    assert helsinki_moment(date(2026, 6, 30), time(0)) == datetime(2026, 6, 29, 21, tzinfo=UTC)


def test_a_set_clock_stands_still_until_it_is_moved() -> None:
    clock = SetClock(date(2026, 3, 2))
    assert clock.now() == clock.now() == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert clock.today() == date(2026, 3, 2)
    clock.move_to(datetime(2026, 3, 3, 1, tzinfo=timezone(timedelta(hours=2))))
    assert clock.now() == datetime(2026, 3, 2, 23, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    assert clock.today() == date(2026, 3, 3)


def test_moments_without_a_zone_are_refused() -> None:
    for call in (
        lambda: SetClock(datetime(2026, 1, 1)),
        lambda: SetClock(date(2026, 1, 1)).move_to(datetime(2026, 1, 1)),
        lambda: helsinki_day(datetime(2026, 1, 1)),
    ):
        with pytest.raises(ValueError):
            call()
    with pytest.raises(TypeError):
        helsinki_moment(datetime(2026, 1, 1, tzinfo=UTC))


def test_the_wall_clock_is_aware() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.today() in {helsinki_day(clock.now()), helsinki_day(clock.now()) - timedelta(days=1)}


# --- roles ---------------------------------------------------------------------------------------------------------


def test_every_role_is_a_client_a_provider_staff_or_the_system() -> None:
    assert {Role.CLIENT, Role.SYSTEM} | PROVIDERS | STAFF == set(Role)
    assert not PROVIDERS & STAFF
    assert Role("caseworker") is Role.CASEWORKER
