"""Periods of days, closed at both ends: a voucher that is valid from the 1st to the 31st is valid on both."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

ONE_DAY = timedelta(days=1)


def plain_day(value: object, name: str = "day") -> date:
    """Give the value back if it is a date without a time.

    Errors: TypeError for a datetime (which Python counts as a date) and for anything else.
    """
    if isinstance(value, datetime) or not isinstance(value, date):
        raise TypeError(f"{name} must be a date, not {type(value).__name__}")
    return value


def last_of_month(year: int, month: int) -> date:
    """The last day of a calendar month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - ONE_DAY


def add_months(day: date, count: int) -> date:
    """The same day of the month `count` months later (or earlier); the month's last day when it is shorter.

    31 January + 1 month = 28 or 29 February. Errors: TypeError when `day` is not a plain date.
    """
    plain_day(day)
    year, month_index = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month_index + 1, min(day.day, last_of_month(year, month_index + 1).day))


@dataclass(frozen=True, order=True)
class Period:
    """The days from `first` to `last`, both included.

    Errors: TypeError for anything but plain dates; ValueError when last is before first.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        plain_day(self.first, "first")
        plain_day(self.last, "last")
        if self.last < self.first:
            raise ValueError(f"a period cannot end ({self.last}) before it starts ({self.first})")

    @classmethod
    def half_open(cls, first: date, end: date) -> Self:
        """The period from `first` up to, but not including, `end`. Errors: ValueError when it has no day."""
        return cls(first, end - ONE_DAY)

    @classmethod
    def of_days(cls, first: date, days: int) -> Self:
        """The period of so many days from `first` on. Errors: ValueError when days is below one."""
        return cls(first, first + timedelta(days=days - 1))

    @property
    def end(self) -> date:
        """The first day after the period: its half-open end."""
        return self.last + ONE_DAY

    @property
    def days(self) -> int:
        """How many days the period has; at least one."""
        return (self.last - self.first).days + 1

    def contains(self, day: date) -> bool:
        """Is the day within the period, both ends included? Errors: TypeError when it is not a plain date."""
        return self.first <= plain_day(day) <= self.last

    def covers(self, other: "Period") -> bool:
        """Does every day of the other period belong to this one?"""
        return self.first <= other.first and other.last <= self.last

    def overlaps(self, other: "Period") -> bool:
        """Have the two periods at least one day in common?"""
        return self.first <= other.last and other.first <= self.last

    def common(self, other: "Period") -> "Period | None":
        """The days the two periods share, or None."""
        if not self.overlaps(other):
            return None
        return Period(max(self.first, other.first), min(self.last, other.last))

    def months(self) -> tuple["Period", ...]:
        """The whole calendar months that the period touches, in order."""
        return tuple(self._months())

    def _months(self) -> Iterator["Period"]:
        month = month_of(self.first)
        while month.first <= self.last:
            yield month
            month = month_of(month.end)


def month_of(day: date) -> Period:
    """The calendar month of the day. Errors: TypeError when it is not a plain date."""
    plain_day(day)
    return Period(day.replace(day=1), last_of_month(day.year, day.month))


def year_of(day: date) -> Period:
    """The calendar year of the day. Errors: TypeError when it is not a plain date."""
    plain_day(day)
    return Period(date(day.year, 1, 1), date(day.year, 12, 31))
