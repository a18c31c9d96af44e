"""Random worlds in which everything happens that a log can hold: what both verifiers must read alike."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from marketplace.matching import lines
from marketplace.matching.order import Unit
from marketplace.matching.registry import Pair, State
from tests.matching.logs import FIRST_DAY, Book

DAY = timedelta(days=1)
PAIRS = [Pair(service, area) for service in ("valmennus", "kartoitus") for area in ("pohjois-savo", "muualla")]
STATES = [State.APPROVED] * 5 + [State.SUSPENDED] * 2 + [State.ENDED, State.APPLIED]
SOURCES = ["none", "drand:" + "ab" * 32, "lottery:lotto"]

Fields = list[dict[str, Any]]


def random_book(random: Random) -> Book:
    """An honest log: sister companies, newcomers, suspensions and returns, changed groups, every beacon, late and early
    promises, replaced lists, keys that were revealed and keys that were not."""
    book = Book()
    day = FIRST_DAY + random.randrange(300) * DAY
    count, groups = random.randint(1, 10), random.randint(1, 5)
    ahead = {day + n * DAY for n in range(6) if random.random() < 0.5}
    for coming in sorted(ahead):
        book.commit(coming)
    days: list[date] = []
    for _ in range(random.randint(1, 4)):
        if day not in ahead:
            book.commit(day, late=True)
        _beacon(book, day, random.choice(SOURCES))
        days.append(day)
        for _ in range(random.randint(2, 9)):
            _step(book, random, day, count, groups)
        day += random.randint(1, 2) * DAY
    for each in days:
        if random.random() < 0.8:
            book.reveal(each)
    for _ in range(random.randint(0, 4)):
        _change(book, random, day, count, groups)
    return book


def _beacon(book: Book, day: date, source: str) -> None:
    if source.startswith("lottery"):
        book.randomness[day] = bytes.fromhex(lines.line_hash(str(day).encode() + b"\n"))
        book.add(lines.beacon_line(day, source, book.randomness[day], round_number=day.toordinal()))
    else:
        book.beacon(day, source)


def _change(book: Book, random: Random, day: date, count: int, groups: int) -> None:
    number = random.randrange(count)
    group = number % groups if random.random() < 0.9 else random.randrange(groups)
    offers = sorted(pair for pair in PAIRS if random.random() < 0.6)
    book.register(day, Unit(f"u{number}", f"g{group}"), offers, random.choice(STATES))


def _step(book: Book, random: Random, day: date, count: int, groups: int) -> None:
    for _ in range(random.randint(0, 4)):
        _change(book, random, day, count, groups)
    if book.lists and random.random() < 0.15:
        book.add(lines.reissue_line(book.lists + 1, random.randint(1, book.lists), "cancelled-decision"))
        book.draw(day, random.choice(PAIRS))
    elif random.random() < 0.8:
        book.draw(day, random.choice(PAIRS))


def spelled(line: dict[str, Any]) -> bytes:
    """A line in canonical form, past the writer's checks."""
    return json.dumps(line, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def rechained(raw: Sequence[bytes], change: Callable[[Fields], None]) -> list[bytes]:
    """The log after a change, every seq and prev made right again, whatever the lines hold."""
    fields: Fields = [json.loads(line) for line in raw]
    change(fields)
    made: list[bytes] = []
    prev = lines.FIRST_PREV
    for seq, line in enumerate(fields):
        made.append(spelled({**line, "seq": seq, "prev": prev}))
        prev = lines.line_hash(made[-1])
    return made


def kinds(raw: Iterable[bytes]) -> list[str]:
    return [json.loads(line)["type"] for line in raw]
