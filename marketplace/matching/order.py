"""VO1: the neutral order of providers, a keyed draw for each voucher.

This file decides which provider is shown first. It sees a key, public randomness, the number of the list, a service
code and the codes of the units and their groups. It can see nothing else and imports nothing but hashing (VO1,
docs/fairness.md).

    lp(b)      = two bytes of length, then b
    H(k, ..)   = HMAC-SHA256(k, lp(part 1) || lp(part 2) || ..)
    seed       = H(key, "valinta/order/1", randomness, list_seq in 8 bytes, service)
    tiers      : the m drawn units of a group, sorted by (H(seed, "U", unit), unit), hold tiers 0 .. m-1;
                 the j-th late unit of the group (j = 1, 2, ..) holds tier m+j-1
    place      : ascending by (tier, H(seed, "G", group, tier in 2 bytes), unit)
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from hmac import digest as hmac_digest
from struct import pack
from typing import NamedTuple

BYTES = 32  # of a day's key and of a day's randomness


class Unit(NamedTuple):
    """One provider as the draw sees it: the code of the unit and the code of its control group."""

    unit: str
    group: str


class Placement(NamedTuple):
    """Where a unit stands and why: its tier, and the digest (32 bytes) that placed it within the tier."""

    unit: str
    group: str
    tier: int
    digest: bytes


def commit(key: bytes) -> str:
    """The public promise of a day's key: SHA-256 of its 32 bytes, in hexadecimal. ValueError for another length."""
    return sha256(_exact(key, "key")).hexdigest()


def order(
    key: bytes, randomness: bytes, list_seq: int, service: str, drawn: Sequence[Unit], late: Sequence[Unit]
) -> list[str]:
    """The codes of all units in their neutral order (VO1, docs/fairness.md).

    key, randomness: 32 bytes each, the day's. list_seq: 1 and up for a voucher's list, 0 for the day's public list.
    drawn: the units that were eligible at the draw, in any order. late: the units that were first approved after it, in
    the order of the seq of their first approving registry line. Both empty gives an empty list.
    Raises ValueError for a key or randomness of another length, a list_seq that does not fit in 8 bytes, a unit given
    twice, or a code that is hashed and longer than 65,535 bytes.
    """
    return [placement.unit for placement in placements(key, randomness, list_seq, service, drawn, late)]


def placements(
    key: bytes, randomness: bytes, list_seq: int, service: str, drawn: Sequence[Unit], late: Sequence[Unit]
) -> list[Placement]:
    """The same order with each unit's tier and digest, for whoever must explain it. Arguments and errors as `order`."""
    root = seed(key, randomness, list_seq, service)
    found = sorted(_placed(root, _members(root, drawn, late)), key=_place)
    if len({placement.unit for placement in found}) != len(found):
        raise ValueError("a unit was given twice")
    return found


def seed(key: bytes, randomness: bytes, list_seq: int, service: str) -> bytes:
    """The 32 bytes from which everything in one list follows. Raises ValueError as `order` does."""
    if isinstance(list_seq, bool) or not 0 <= list_seq < 2**64:
        raise ValueError("list_seq must be a whole number from 0 that fits in 8 bytes")
    parts = (b"valinta/order/1", _exact(randomness, "randomness"), pack(">Q", list_seq), service.encode())
    return _h(_exact(key, "key"), *parts)


def sibling_digest(root: bytes, unit: str) -> bytes:
    """H(seed, "U", unit): 32 bytes that rank the drawn units of one group among themselves. root: the list's seed."""
    return _h(root, b"U", unit.encode())


def _members(root: bytes, drawn: Sequence[Unit], late: Sequence[Unit]) -> dict[str, list[str]]:
    """The units of each group in the order of their tiers: the drawn by digest, then the late as they came."""
    groups: dict[str, list[str]] = {}
    for unit, group in drawn:
        groups.setdefault(group, []).append(unit)
    for units in groups.values():
        if len(units) > 1:
            units.sort(key=lambda unit: (sibling_digest(root, unit), unit.encode()))
    for unit, group in late:
        groups.setdefault(group, []).append(unit)
    return groups


def _placed(root: bytes, groups: dict[str, list[str]]) -> Iterator[Placement]:
    label = _lp(b"G")
    for group, units in groups.items():
        start = label + _lp(group.encode())
        if len(units) > 2**16:
            raise ValueError("a group has more units than there are tiers")
        for tier, unit in enumerate(units):
            yield Placement(unit, group, tier, hmac_digest(root, start + pack(">HH", 2, tier), "sha256"))


def _place(placement: Placement) -> tuple[int, bytes, bytes]:
    return placement.tier, placement.digest, placement.unit.encode()


def _h(key: bytes, *parts: bytes) -> bytes:
    return hmac_digest(key, b"".join(map(_lp, parts)), "sha256")


def _lp(part: bytes) -> bytes:
    if len(part) >= 2**16:
        raise ValueError("a part is longer than its two bytes of length can say")
    return pack(">H", len(part)) + part


def _exact(value: bytes, what: str) -> bytes:
    if len(value) != BYTES:
        raise ValueError(f"the {what} must be {BYTES} bytes")
    return value
