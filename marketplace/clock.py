"""The clock: the only place that asks what time it is. Everyone else is handed a Clock, a moment or a day."""

from datetime import UTC, date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")
NOON = time(12)


class Clock(Protocol):
    """What the house needs of a clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    def today(self) -> date:
        """The present day in Finland."""
        ...


def helsinki_day(moment: datetime) -> date:
    """The calendar day in Finland at the moment: 22:30 UTC in winter is already tomorrow.

    Errors: ValueError for a moment without a time zone.
    """
    return _aware(moment).astimezone(HELSINKI).date()


def helsinki_moment(day: date, at: time = NOON) -> datetime:
    """The moment, in UTC, at which Finnish clocks show `at` on the day. Errors: TypeError when `day` is a datetime."""
    if isinstance(day, datetime):
        raise TypeError("day must be a date, not a datetime")
    return datetime.combine(day, at, HELSINKI).astimezone(UTC)


class SystemClock:
    """The clock on the wall."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The present day in Finland."""
        return helsinki_day(self.now())


class SetClock:
    """A clock that stands where it was set: for tests, demonstrations and replays.

    `at` is a day (then it is noon in Finland) or an aware moment. Errors: ValueError for a moment without a time zone.
    """

    def __init__(self, at: date) -> None:
        self._moment = _moment_of(at)

    def now(self) -> datetime:
        """The moment the clock was set to, aware, in UTC."""
        return self._moment

    def today(self) -> date:
        """The day in Finland that the clock was set to."""
        return helsinki_day(self._moment)

    def move_to(self, at: date) -> None:
        """Set the clock to another day (noon in Finland) or moment, later or earlier."""
        self._moment = _moment_of(at)


def _moment_of(at: date) -> datetime:
    return _aware(at).astimezone(UTC) if isinstance(at, datetime) else helsinki_moment(at)


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment
