"""The bands of time that prices know: a weekday's day, its evening, Saturday, and Sunday with the holidays.

The band of an event is that of the moment at which it begins. A holiday is a day of the Finnish calendar of holidays,
with Christmas Eve and Midsummer Eve, on which public offices are closed as well.
"""

from datetime import date
from enum import StrEnum
from functools import cache

import holidays

from marketplace.money import whole

MINUTES_A_DAY = 24 * 60
EVENING_FROM = 18 * 60
"""Minute of the day at which the evening begins, unless the terms say otherwise."""

SATURDAY, SUNDAY = 5, 6


class Band(StrEnum):
    """When an event begins."""

    DAY = "day"
    EVENING = "evening"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


BANDS_OF_UNIT: dict[str, tuple[Band, ...]] = {
    "hour": tuple(Band),
    "session": tuple(Band),
    "day": (Band.DAY, Band.SATURDAY, Band.SUNDAY),
    "month": (Band.DAY,),
    "lump_sum": (Band.DAY,),
}
"""The bands in which something of a unit can happen: a whole day has no evening, a month or a lump sum no weekday."""


def bands_of(unit: str) -> tuple[Band, ...]:
    """The bands of a unit. Errors: KeyError for a strange unit."""
    return BANDS_OF_UNIT[unit]


def band_at(unit: str, day: date, minute: int | None = None, evening_from: int = EVENING_FROM) -> Band:
    """The band of an event that begins on `day` at `minute` (of the day, Helsinki time; None: not known, no evening).

    Errors: ValueError for a minute that no day has.
    """
    if minute is not None and not 0 <= whole(minute, "minute") < MINUTES_A_DAY:
        raise ValueError(f"no day has a minute {minute}")
    if day.weekday() == SUNDAY or day in holidays_of(day.year):
        found = Band.SUNDAY
    elif day.weekday() == SATURDAY:
        found = Band.SATURDAY
    else:
        found = Band.EVENING if minute is not None and minute >= evening_from else Band.DAY
    return found if found in bands_of(unit) else Band.DAY


@cache
def holidays_of(year: int) -> frozenset[date]:
    """The Finnish holidays of a year, with the two eves."""
    return frozenset(holidays.country_holidays("FI", years=year, expand=False))
