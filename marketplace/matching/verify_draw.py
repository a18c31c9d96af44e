"""The verifier's own writing of the draw VO1 and of the registry: nothing here is shared with the program that draws.

Where `order.py` walks by groups and calls HMAC, this file walks by units and builds HMAC from SHA-256 itself.
"""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

Pool = tuple[tuple[str, str], ...]  # (unit, group) pairs, sorted


class Keyed:
    """HMAC-SHA256 under one key, over parts that each carry their length in two bytes."""

    def __init__(self, key: bytes) -> None:
        block = (key if len(key) <= 64 else sha256(key).digest()).ljust(64, b"\0")
        self._inner = sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = sha256(bytes(byte ^ 0x5C for byte in block))

    def __call__(self, *parts: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        for part in parts:
            inner.update(len(part).to_bytes(2, "big") + part)
        outer.update(inner.digest())
        return outer.digest()


def redraw(key: bytes, randomness: bytes, list_seq: int, service: str, pool: Iterable[tuple[str, str]]) -> list[str]:
    """The order VO1 of a draw: unit codes, best place first."""
    seed = Keyed(key)(b"valinta/order/1", randomness, list_seq.to_bytes(8, "big"), service.encode())
    keyed = Keyed(seed)
    units = [(unit.encode(), group.encode()) for unit, group in pool]
    size = Counter(group for _, group in units)
    ranked = sorted(units, key=lambda each: (keyed(b"U", each[0]) if size[each[1]] > 1 else b"", each[0]))
    used: Counter[bytes] = Counter()
    places = []
    for unit, group in ranked:
        tier = used[group]
        used[group] += 1
        places.append((tier, keyed(b"G", group, tier.to_bytes(2, "big")), unit))
    return [unit.decode() for _, _, unit in sorted(places)]


class Registry:
    """The registry as the lines so far make it; gives the pool of a pair as fast as it is asked."""

    def __init__(self) -> None:
        self.unapplied: set[str] = set()
        self._offers: dict[str, frozenset[tuple[str, str]]] = {}
        self._approved: dict[tuple[str, str], dict[str, str]] = {}
        self._pools: dict[tuple[str, str], tuple[Pool, str]] = {}

    def take(self, fields: dict[str, Any]) -> None:
        """Apply one registry line: it replaces everything that the unit's earlier lines said."""
        unit = fields["unit"]
        if unit not in self._offers and fields["state"] != "applied":
            self.unapplied.add(unit)
        for pair in self._offers.get(unit, ()):
            self._approved.get(pair, {}).pop(unit, None)
            self._pools.pop(pair, None)
        offers = frozenset((service, area) for service, area in fields["offers"])
        self._offers[unit] = offers
        for pair in offers:
            if fields["state"] == "approved":
                self._approved.setdefault(pair, {})[unit] = fields["group"]
            self._pools.pop(pair, None)

    def pool(self, service: str, area: str) -> tuple[Pool, str]:
        """Who is eligible for the pair now, sorted, and the hash that a list line must carry for them."""
        pair = (service, area)
        if pair not in self._pools:
            pool = tuple(sorted(self._approved.get(pair, {}).items()))
            self._pools[pair] = pool, hash_of([list(each) for each in pool])
        return self._pools[pair]


def hash_of(value: Any) -> str:
    """SHA-256 of the JSON of lists, numbers and plain codes, without spaces."""
    return sha256(json.dumps(value, separators=(",", ":")).encode()).hexdigest()


def due_round(genesis_time: int, period: int, day: date) -> int:
    """The first drand round at or after 00:00 in Helsinki of the day; rounds count from 1 at genesis_time."""
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Europe/Helsinki"))
    return max(0, (int(start.timestamp()) - genesis_time + period - 1) // period) + 1
