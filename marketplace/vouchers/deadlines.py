"""Deadlines of decisions and vouchers: when a party had notice, until when it may ask for rectification, and tails.

The rules of the law as section 9.2 of the domain notes has them; the route (14 or 30 days) comes with the legal basis
of the programme and is never assumed. `sent_on` is the true day of sending, from the channel: an appeal clock that hangs
on a typed date is wrong.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

import holidays

from marketplace.money import not_negative
from marketplace.period import ONE_DAY, plain_day

SATURDAY = 5
TAIL_DAYS = 30


class Channel(StrEnum):
    """How a decision reached the party."""

    POST = "post"
    ELECTRONIC = "electronic"
    HANDED_OVER = "handed_over"


NOTICE_AFTER_DAYS: dict[Channel, int] = {Channel.POST: 7, Channel.ELECTRONIC: 3, Channel.HANDED_OVER: 0}
"""Days from sending to presumed notice: a letter the 7th, an ordinary electronic notice the 3rd; a receipt the same."""


class AppealRoute(StrEnum):
    """The route of a decision; it comes with the programme's legal basis."""

    RECTIFICATION_30 = "rectification_30"
    LOCAL_GOVERNMENT_14 = "local_government_14"


APPEAL_DAYS: dict[AppealRoute, int] = {AppealRoute.RECTIFICATION_30: 30, AppealRoute.LOCAL_GOVERNMENT_14: 14}


@dataclass(frozen=True)
class AppealClock:
    """The three days of a decision: sent, presumed known, and the last day for asking for rectification."""

    sent_on: date
    notice_on: date
    last_day: date

    def in_time(self, filed_on: date) -> bool:
        """Did a request that arrived on the day arrive in time? The whole last day is in time."""
        return plain_day(filed_on, "filed_on") <= self.last_day


def is_office_day(day: date) -> bool:
    """May a time limit end on the day? Not on a holy day, Independence Day, May Day, Christmas Eve, Midsummer Eve,
    Saturday or Sunday."""
    return plain_day(day).weekday() < SATURDAY and day not in _days_off(day.year)


def roll_forward(day: date) -> date:
    """The day itself, or the next office day when a time limit may not end on it."""
    while not is_office_day(day):
        day += ONE_DAY
    return day


def notice_day(channel: Channel, sent_on: date) -> date:
    """The day on which the party is taken to have had notice; it may be a holiday, only the last day is rolled.

    A party who shows that it came later (or did not come) is right: then a caseworker counts from the proven day with
    `Channel.HANDED_OVER`.
    """
    return plain_day(sent_on, "sent_on") + timedelta(days=NOTICE_AFTER_DAYS[channel])


def appeal_clock(channel: Channel, sent_on: date, days: int) -> AppealClock:
    """The appeal clock of a decision: `days` (14 or 30) after notice, notice day not counted, rolled to an office day.

    Errors: ValueError for another number of days.
    """
    if days not in APPEAL_DAYS.values():
        raise ValueError(f"a request for rectification takes 14 or 30 days, not {days}")
    notice_on = notice_day(channel, sent_on)
    return AppealClock(sent_on, notice_on, roll_forward(notice_on + timedelta(days=days)))


def rectification_deadline(channel: Channel, sent_on: date, days: int) -> date:
    """The last day for asking for rectification. Errors: as `appeal_clock`."""
    return appeal_clock(channel, sent_on, days).last_day


def tail_end(last_day: date, days: int = TAIL_DAYS) -> date:
    """The last day on which events up to `last_day` may still be recorded; what is left returns the day after.

    A tail ends on any day of the week: recording needs no office. Errors: ValueError for negative days.
    """
    return plain_day(last_day, "last_day") + timedelta(days=not_negative(days, "days"))


def working_days_after(day: date, count: int) -> date:
    """The `count`-th office day after the day, which is not counted itself; with zero the day as it is.

    For time limits in working days, such as settling an objection. Errors: ValueError below zero.
    """
    plain_day(day)
    for _ in range(not_negative(count, "count")):
        day = roll_forward(day + ONE_DAY)
    return day


@cache
def _days_off(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FI", years=year, expand=False))
