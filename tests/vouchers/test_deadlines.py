"""Deadlines against the calendar and the ready cases T1 to T4; ages."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.vouchers.deadlines import (
    APPEAL_DAYS,
    AppealClock,
    AppealRoute,
    Channel,
    appeal_clock,
    is_office_day,
    notice_day,
    rectification_deadline,
    roll_forward,
    tail_end,
    working_days_after,
)
from marketplace.vouchers.identity import age_on, day_of_age, in_age_group

days = st.dates(date(2020, 1, 1), date(2060, 12, 31))
quick = settings(deadline=None)


@pytest.mark.parametrize(
    ("case", "channel", "sent_on", "limit", "notice", "last_day"),
    [
        ("T1", Channel.POST, date(2026, 6, 1), 30, date(2026, 6, 8), date(2026, 7, 8)),
        ("T1", Channel.POST, date(2026, 6, 1), 14, date(2026, 6, 8), date(2026, 6, 22)),
        ("T2", Channel.POST, date(2026, 11, 12), 30, date(2026, 11, 19), date(2026, 12, 21)),
        ("T3", Channel.POST, date(2026, 11, 17), 30, date(2026, 11, 24), date(2026, 12, 28)),
        ("T4", Channel.ELECTRONIC, date(2026, 11, 3), 14, date(2026, 11, 6), date(2026, 11, 20)),
        ("receipt", Channel.HANDED_OVER, date(2026, 11, 3), 14, date(2026, 11, 3), date(2026, 11, 17)),
    ],
)
def test_the_ready_cases(case: str, channel: Channel, sent_on: date, limit: int, notice: date, last_day: date) -> None:
    assert appeal_clock(channel, sent_on, limit) == AppealClock(sent_on, notice, last_day), case
    assert rectification_deadline(channel, sent_on, limit) == last_day


@pytest.mark.parametrize(
    ("last_day", "rolled"),
    [
        (date(2026, 1, 1), date(2026, 1, 2)),  # New Year, Thursday
        (date(2026, 1, 6), date(2026, 1, 7)),  # Epiphany, Tuesday
        (date(2026, 4, 3), date(2026, 4, 7)),  # Good Friday, over Easter Monday
        (date(2026, 5, 1), date(2026, 5, 4)),  # May Day, Friday
        (date(2026, 5, 14), date(2026, 5, 15)),  # Ascension, Thursday
        (date(2026, 6, 19), date(2026, 6, 22)),  # Midsummer Eve, Friday
        (date(2026, 10, 31), date(2026, 11, 2)),  # All Saints, Saturday
        (date(2027, 12, 6), date(2027, 12, 7)),  # Independence Day, Monday
        (date(2026, 12, 24), date(2026, 12, 28)),  # Christmas Eve, Thursday
        (date(2027, 12, 31), date(2027, 12, 31)),  # New Year's Eve is an office day
        (date(2026, 4, 2), date(2026, 4, 2)),  # so is Maundy Thursday
    ],
)
def test_a_limit_never_ends_on_a_day_off(last_day: date, rolled: date) -> None:
    assert roll_forward(last_day) == rolled


def test_the_days_off_of_a_year_are_those_of_the_law() -> None:
    """Pins the calendar against a change of the library."""
    weekdays_off = {
        day
        for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(365))
        if day.weekday() < 5 and not is_office_day(day)
    }
    assert weekdays_off == {
        date(2026, 1, 1),
        date(2026, 1, 6),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 14),
        date(2026, 6, 19),
        date(2026, 12, 24),
        date(2026, 12, 25),
    }


@quick
@given(days, st.sampled_from(Channel), st.sampled_from(sorted(APPEAL_DAYS.values())))
def test_the_clock_never_runs_short(sent_on: date, channel: Channel, limit: int) -> None:
    clock = appeal_clock(channel, sent_on, limit)
    whole_days = (clock.last_day - clock.notice_on).days
    assert limit <= whole_days <= limit + 5
    assert is_office_day(clock.last_day)
    assert clock.in_time(clock.last_day)
    assert not clock.in_time(clock.last_day + timedelta(days=1))


def test_the_routes_are_14_and_30_days_and_no_other() -> None:
    assert {route.value: APPEAL_DAYS[route] for route in AppealRoute} == {
        "rectification_30": 30,
        "local_government_14": 14,
    }
    with pytest.raises(ValueError, match="14 or 30"):
        appeal_clock(Channel.POST, date(2026, 6, 1), 21)


def test_a_moment_is_no_day() -> None:
    for call in (notice_day, lambda channel, day: tail_end(day), lambda channel, day: working_days_after(day, 1)):
        with pytest.raises(TypeError):
            call(Channel.POST, datetime(2026, 6, 1, 12))


def test_a_tail_is_thirty_days_and_ends_on_any_day() -> None:
    assert tail_end(date(2026, 11, 24)) == date(2026, 12, 24)
    assert tail_end(date(2026, 11, 24), 0) == date(2026, 11, 24)
    with pytest.raises(ValueError):
        tail_end(date(2026, 11, 24), -1)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # Friday to Monday
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # Saturday too
        (date(2026, 12, 22), 3, date(2026, 12, 29)),  # over Christmas
        (date(2026, 11, 16), 5, date(2026, 11, 23)),
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
    ],
)
def test_working_days_are_counted_from_the_day_after(day: date, count: int, expected: date) -> None:
    assert working_days_after(day, count) == expected


def test_working_days_do_not_run_backwards() -> None:
    with pytest.raises(ValueError):
        working_days_after(date(2026, 11, 21), -1)


# --- ages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(1990, 5, 17), date(2026, 5, 16), 35),
        (date(1990, 5, 17), date(2026, 5, 17), 36),
        (date(2000, 2, 29), date(2026, 2, 28), 25),
        (date(2000, 2, 29), date(2026, 3, 1), 26),
        (date(2000, 2, 29), date(2028, 2, 29), 28),
        (date(2026, 5, 17), date(2026, 5, 17), 0),
    ],
)
def test_age_in_full_years(birth: date, day: date, age: int) -> None:
    assert age_on(birth, day) == age


@quick
@given(st.dates(date(1920, 1, 1), date(2020, 1, 1)), st.integers(0, 100))
def test_one_grows_older_on_the_day_of_age(birth: date, years: int) -> None:
    turned = day_of_age(birth, years)
    assert age_on(birth, turned) == years
    if years:
        assert age_on(birth, turned - timedelta(days=1)) == years - 1


def test_both_ends_of_an_age_group_belong_to_it() -> None:
    birth = date(1970, 3, 10)
    assert in_age_group(birth, date(2026, 3, 9), lowest=30, highest=55)
    assert not in_age_group(birth, date(2026, 3, 10), lowest=30, highest=55)
    assert in_age_group(birth, date(2000, 3, 10), lowest=30)
    assert not in_age_group(birth, date(2000, 3, 9), lowest=30)
    assert in_age_group(birth, date(2026, 3, 10))
    with pytest.raises(ValueError):
        age_on(birth, date(1970, 3, 9))
