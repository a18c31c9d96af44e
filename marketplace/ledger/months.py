"""The rows of a month that never reopens.

A frozen month is an account of what its deliveries and bonuses came to when it was frozen. What changes later is not
changed there: the next month that is frozen takes the old row back and writes the new one, and says why. So the rows of all
frozen months together always come to what is true now, and every difference can be read as a sentence.

One source (a delivery, a milestone) is compared with its own rows alone: what has come to the same again leaves no rows. A
source that a client contests is left as it is until that is settled: neither frozen nor taken back.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from marketplace.period import Period, month_of

Source = tuple[str, int]
"""("event", 12) or ("milestone", 3)."""


class Kind(StrEnum):
    """What a row does: says a source for the first time, takes back what was frozen of it, says it anew."""

    ORIGINAL = "original"
    TAKE_BACK = "take_back"
    NEW = "new"


class Why(StrEnum):
    """Why a row is there. The first four stand on rows that say a source for the first time."""

    RECORDED = "recorded"
    LATE = "late"  # recorded when its own month was frozen already
    STANDS = "stands"  # the client contested it while its month was frozen, and it stood
    MATURED = "matured"
    REVERSED = "reversed"  # the provider took it back
    UPHELD = "upheld"  # the client's objection was right
    CREDITED = "credited"  # the provider credited a part of it after payment
    CLAWED_BACK = "clawed_back"  # a bonus that was taken back by a decision


@dataclass(frozen=True)
class Cause:
    """What changed, when, and by whose account (None: the house itself)."""

    why: Why
    at: datetime
    by: int | None = None


@dataclass(frozen=True)
class Fact:
    """What a source is worth as known now: cents, and hundredths of its unit; zero cents when it has fallen. `waits`: its
    client contests it."""

    source: Source
    day: date
    quantity_hundredths: int
    amount_cents: int
    cause: Cause
    waits: bool = False


@dataclass(frozen=True)
class Row:
    """A frozen row. A take-back's quantity and amount are below zero."""

    kind: Kind
    source: Source
    day: date
    quantity_hundredths: int
    amount_cents: int
    cause: Cause


def month_number(day: date) -> int:
    """A day's month as one running number: months are compared by it, so that a year's end is a month's end like any."""
    return day.year * 12 + day.month - 1


def next_rows(first: date, month: Period, frozen: Iterable[Row], facts: Iterable[Fact]) -> tuple[Row, ...]:
    """The rows of the next month to be frozen, by day and source.

    `first`: a day of the first month that was ever frozen; what happened before it is left alone. `frozen`: the rows of all
    earlier months. Facts of days after the month wait for their own.
    """
    stand: dict[Source, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in frozen:
        quantity, cents = stand[row.source]
        stand[row.source] = quantity + row.quantity_hundredths, cents + row.amount_cents
    known = stand.keys() | set()
    rows: list[Row] = []
    for fact in facts:
        if fact.waits or not month_number(first) <= month_number(fact.day) <= month_number(month.first):
            continue
        rows += _changes(fact, month, stand[fact.source], fact.source in known)
    return tuple(sorted(rows, key=lambda row: (row.day, row.source, row.kind is not Kind.TAKE_BACK)))


def _changes(fact: Fact, month: Period, stands: tuple[int, int], known: bool) -> list[Row]:
    truth = (fact.quantity_hundredths, fact.amount_cents) if fact.amount_cents else (0, 0)
    if truth == stands:
        return []
    rows = []
    if stands != (0, 0):
        rows.append(Row(Kind.TAKE_BACK, fact.source, fact.day, -stands[0], -stands[1], fact.cause))
    if truth != (0, 0):
        kind = Kind.NEW if known else Kind.ORIGINAL
        rows.append(Row(kind, fact.source, fact.day, *truth, fact.cause if known else _first_cause(fact, month)))
    return rows


def _first_cause(fact: Fact, month: Period) -> Cause:
    if fact.cause.why is Why.RECORDED and month_of(fact.day) != month:
        return Cause(Why.LATE, fact.cause.at, fact.cause.by)
    return fact.cause


def overdrawn(months: Sequence[Sequence[Row]]) -> list[Source]:
    """The sources of which more was ever taken back than was frozen, over months in their order; none when all is right."""
    stand: dict[Source, int] = defaultdict(int)
    found = []
    for row in (row for month in months for row in month):
        stand[row.source] += row.amount_cents
        if stand[row.source] < 0:
            found.append(row.source)
    return found
