"""Makers of small worlds for these tests: keys, registries, and order logs that hold or are broken on purpose."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from marketplace.matching import lines
from marketplace.matching.order import Unit, commit, order
from marketplace.matching.registry import Pair, Reason, RegistryLine, State, drawn_units

KEY = bytes(range(32))
RANDOMNESS = bytes.fromhex("8b676484b5fb1f37f9ec5c413d7d29883504e5b669f604a1ce68b3388e9ae3d9")  # drand round 72785
COACHING = Pair("valmennus", "pohjois-savo")
MAPPING = Pair("kartoitus", "pohjois-savo")
FIRST_DAY = date(2026, 3, 2)


def key_of(day: date) -> bytes:
    return sha256(f"key {day}".encode()).digest()


def signature_of(day: date) -> bytes:
    return sha256(f"signature {day}".encode()).digest() * 3


def market(count: int, groups: int) -> list[Unit]:
    return [Unit(f"u{number:04}", f"g{number % groups:04}") for number in range(count)]


class Book:
    """Writes a log line after line, as the marketplace would, and lets a test cheat at any point."""

    def __init__(self, organiser: str = "kuopio") -> None:
        self.raw: list[bytes] = []
        self.lists = 0
        self.registry: list[RegistryLine] = []
        self.randomness: dict[date, bytes] = {}
        self.add(lines.genesis_line(organiser))

    @property
    def head(self) -> str:
        return lines.line_hash(self.raw[-1])

    def add(self, line: lines.Line) -> int:
        prev = self.head if self.raw else lines.FIRST_PREV
        self.raw.append(lines.encode(line, len(self.raw), prev))
        return len(self.raw) - 1

    def commit(self, day: date, *, late: bool = False) -> None:
        self.add(lines.commit_line(day, commit(key_of(day)), late=late))

    def beacon(self, day: date, source: str = "none") -> None:
        if source == "none":
            self.randomness[day] = bytes(32)
            self.add(lines.beacon_line(day, "none", bytes(32)))
            return
        signature = signature_of(day)
        self.randomness[day] = sha256(signature).digest()
        self.add(lines.beacon_line(day, source, self.randomness[day], round_number=72785, signature=signature))

    def register(
        self, day: date, unit: Unit, offers: Sequence[Pair] = (COACHING,), state: State = State.APPROVED
    ) -> None:
        seq = self.add(lines.registry_line(day, unit, offers, state, Reason.AUTHORITY))
        self.registry.append(RegistryLine(seq, unit.unit, unit.group, frozenset(offers), state))

    def draw(self, day: date, pair: Pair = COACHING, **cheat: Any) -> int:
        self.lists += 1
        pool = drawn_units(self.registry, pair, len(self.raw))
        drawn = order(key_of(day), self.randomness[day], self.lists, pair.service, pool, [])
        return self.add({**lines.list_line(self.lists, day, pair, pool, drawn), **cheat})

    def reveal(self, day: date) -> None:
        self.add(lines.reveal_line(day, key_of(day)))


def good_book(days: int = 3, lists_a_day: int = 4, units: int = 12) -> Book:
    """Days of lists from FIRST_DAY on, committed 40 days ahead, one drand chain, all keys revealed on their 31st day."""
    book = Book()
    applied = FIRST_DAY - timedelta(days=40)
    for unit in market(units, max(1, units * 2 // 3)):
        book.register(applied, unit, [COACHING, MAPPING], State.APPLIED)
        book.register(applied, unit, [COACHING, MAPPING], State.APPROVED)
    dates = [FIRST_DAY + timedelta(days=number) for number in range(days)]
    for day in dates:
        book.commit(day)
    for day in dates:
        book.beacon(day, "drand:" + "ab" * 32)
        for number in range(lists_a_day):
            book.draw(day, COACHING if number % 3 else MAPPING)
    for day in dates:
        book.reveal(day)
    return book


def rechained(raw: Sequence[bytes], change: Callable[[list[dict[str, Any]]], None]) -> list[bytes]:
    """The log after a change, with every seq and prev made right again: what an insider with a text editor would do."""
    fields = [lines.decode(line) for line in raw]
    change(fields)
    made: list[bytes] = []
    prev = lines.FIRST_PREV
    for seq, line in enumerate(fields):
        made.append(lines.encode(line, seq, prev))
        prev = lines.line_hash(made[-1])
    return made


def random_units(random: Random, most: int = 14, groups: int = 6) -> list[Unit]:
    """Up to `most` units with random codes in up to `groups` groups."""
    codes = random.sample(range(10_000), random.randint(0, most))
    return [Unit(f"u{code}", f"g{random.randrange(groups)}") for code in codes]


def random_registry(random: Random, length: int, units: int = 8, groups: int = 4) -> list[RegistryLine]:
    """A registry history with every kind of change, on seqs with gaps as in a real log."""
    found = []
    seq = 0
    for _ in range(length):
        seq += random.randint(1, 3)
        offers = frozenset(pair for pair in (COACHING, MAPPING) if random.random() < 0.7)
        state = random.choice([State.APPROVED] * 4 + [State.SUSPENDED] * 2 + [State.ENDED, State.APPLIED])
        unit = random.randrange(units)
        group = unit % groups if random.random() < 0.9 else random.randrange(groups)
        found.append(RegistryLine(seq, f"u{unit}", f"g{group}", offers, state))
    return found
