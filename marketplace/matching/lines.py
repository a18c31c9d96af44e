"""The lines of the order log: how each of the seven types is built, checked and put into bytes.

A builder returns the fields of one line; `encode` adds its place in the chain and gives the bytes that are stored.
Every field is checked both ways, and nothing that a client, a caseworker or a choice could be known by has a field at
all (docs/fairness.md, the log). Days are dates in Europe/Helsinki, hashes are 64 lower-case hexadecimal digits.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from marketplace.matching.beacon import NO_RANDOMNESS, NO_SOURCE, drand_randomness
from marketplace.matching.canonical import LIMIT, canonical, hash_of, parse_line, sha256_hex
from marketplace.matching.order import Unit
from marketplace.matching.registry import Reason, State

FORMAT = "valinta-order-log/1"
FIRST_PREV = "0" * 64
Line = dict[str, Any]


class Kind(StrEnum):
    """The seven types of line."""

    GENESIS = "genesis"
    COMMIT = "commit"
    BEACON = "beacon"
    REGISTRY = "registry"
    REISSUE = "reissue"
    LIST = "list"
    REVEAL = "reveal"


class BadLine(ValueError):
    """A line that must not be written: `field` names what is wrong ("" when it is the line as a whole)."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}" if field else why)
        self.field = field


def genesis_line(organiser: str) -> Line:
    """The first line. organiser: the organiser's code. Raises BadLine, as all the builders here do."""
    return _built(Kind.GENESIS, format=FORMAT, organiser=organiser)


def commit_line(day: date, commitment: str, *, late: bool = False) -> Line:
    """The promise of a day's key. commitment: `order.commit` of it. late: made on the day itself, not 30 days ahead."""
    return _built(Kind.COMMIT, day=day.isoformat(), commit=commitment, **({"late": 1} if late else {}))


def beacon_line(
    day: date, source: str, randomness: bytes, *, round_number: int | None = None, signature: bytes | None = None
) -> Line:
    """The day's public randomness (32 bytes), before the day's first list and never changed.

    source: "drand:<chain hash>", "lottery:<name>" or "none". round_number: of the chain, or the lottery's own number of
    the draw; left out for none. signature: drand's, whose SHA-256 is the randomness; left out for the others.
    """
    fields: Line = {"round": "" if round_number is None else str(round_number)}
    if signature is not None:
        fields["signature"] = signature.hex()
    return _built(Kind.BEACON, day=day.isoformat(), source=source, randomness=randomness.hex(), **fields)


def registry_line(day: date, unit: Unit, offers: Iterable[tuple[str, str]], state: State, reason: Reason) -> Line:
    """One change of one unit. offers: (service, area) pairs in any order, each once. day: the day of the change."""
    return _built(
        Kind.REGISTRY,
        day=day.isoformat(),
        unit=unit.unit,
        group=unit.group,
        offers=[list(offer) for offer in sorted(offers)],
        state=str(state),
        reason_code=str(reason),
    )


def reissue_line(list_seq: int, replaces: int, reason_code: str) -> Line:
    """Says that the next line, the list `list_seq`, stands in place of the list `replaces`, whose decision was cancelled."""
    return _built(Kind.REISSUE, list_seq=list_seq, replaces=replaces, reason_code=reason_code)


def list_line(list_seq: int, day: date, pair: tuple[str, str], drawn: Sequence[Unit], order: Sequence[str]) -> Line:
    """The draw of one voucher, written at the decision and before anything is shown.

    list_seq: 1 and up, without gaps. pair: (service, area). drawn: the eligible units. order: `order.order` of exactly
    these, with nobody late. Raises BadLine when the order is not an order of the drawn units.
    """
    if sorted(order) != sorted(unit.unit for unit in drawn):
        raise BadLine("order_hash", "the order does not hold exactly the drawn units")
    return _built(
        Kind.LIST,
        list_seq=list_seq,
        day=day.isoformat(),
        service=pair[0],
        area=pair[1],
        n=len(drawn),
        eligible_hash=eligible_hash(drawn),
        order_hash=order_hash(list_seq, order),
    )


def reveal_line(day: date, key: bytes) -> Line:
    """The day's key (32 bytes), on the 31st day after the day."""
    return _built(Kind.REVEAL, day=day.isoformat(), key=key.hex())


def eligible_hash(units: Iterable[Unit]) -> str:
    """SHA-256 of the canonical JSON of [[unit, group], ..] sorted. The units may come in any order."""
    return hash_of(sorted((unit.unit, unit.group) for unit in units))


def order_hash(list_seq: int, order: Sequence[str]) -> str:
    """SHA-256 of the canonical JSON of [list_seq, [units in order]], at the draw."""
    return hash_of([list_seq, list(order)])


def encode(line: Mapping[str, Any], seq: int, prev: str) -> bytes:
    """The bytes of a line at its place in the chain, with the newline: exactly what is stored and hashed.

    line: what a builder returned. seq: 0 for the genesis line, then one more each. prev: `line_hash` of the line
    before, 64 zeros for the genesis line. Raises BadLine when the line is not a line of its type in that place.
    """
    whole = {**line, "seq": seq, "prev": prev}
    check(whole)
    return canonical(whole) + b"\n"


def decode(raw: bytes) -> Line:
    """The fields of a stored line. Raises NotCanonical for bytes not in canonical form, BadLine for wrong fields."""
    line = parse_line(raw)
    check(line)
    return line


def line_hash(raw: bytes) -> str:
    """What the next line carries as `prev`, and the head hash: SHA-256 of the line's bytes without its newline."""
    return sha256_hex(raw.removesuffix(b"\n"))


def check(line: Mapping[str, Any]) -> None:
    """Raise BadLine unless the line has exactly the fields of its type, each in its form. seq and prev belong to it."""
    try:
        kind = Kind(line.get("type", ""))
    except ValueError as error:
        raise BadLine("type", "there is no such type of line") from error
    rules = {**_PLACE, **_FIELDS[kind]}
    for field in line:
        if field not in rules:
            raise BadLine(field, f"a {kind} line has no such field")
    for field, rule in rules.items():
        if field in line:
            if not rule.fits(line[field]):
                raise BadLine(field, rule.says)
        elif not rule.optional:
            raise BadLine(field, f"a {kind} line must have it")
    if (line["seq"] == 0, line["prev"] == FIRST_PREV) != (kind is Kind.GENESIS,) * 2:
        raise BadLine("seq", "the genesis line, and only it, has the seq 0 and 64 zeros for prev")
    if kind is Kind.BEACON:
        _check_beacon(line)


def _check_beacon(line: Mapping[str, Any]) -> None:
    source: str = line["source"]
    if (source == NO_SOURCE) != (line["round"] == ""):
        raise BadLine("round", "it is empty for the source none, and only then")
    if source == NO_SOURCE and line["randomness"] != NO_RANDOMNESS.hex():
        raise BadLine("randomness", "it is 32 zero bytes for the source none")
    if source.startswith("drand:") != ("signature" in line):
        raise BadLine("signature", "drand has one, and only drand")
    if "signature" in line and drand_randomness(bytes.fromhex(line["signature"])).hex() != line["randomness"]:
        raise BadLine("randomness", "it is not the SHA-256 of the signature")


class _Rule(NamedTuple):
    fits: Callable[[Any], bool]
    says: str
    optional: bool = False


def _matches(pattern: str, says: str, *, optional: bool = False) -> _Rule:
    match = re.compile(pattern).fullmatch
    return _Rule(lambda value: isinstance(value, str) and match(value) is not None, says, optional)


def _number(least: int) -> _Rule:
    return _Rule(
        lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value < LIMIT,
        f"it must be a whole number from {least} and below 2**53",
    )


def _is_day(value: Any) -> bool:
    if not isinstance(value, str) or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_offers(value: Any) -> bool:
    if not isinstance(value, list):
        return False
    if not all(isinstance(offer, list) and len(offer) == 2 and all(map(_CODE.fits, offer)) for offer in value):
        return False
    return all(one < two for one, two in zip(value, value[1:], strict=False))


_CODE = _matches("[a-z0-9-]{1,64}", "it must be 1 to 64 characters of a-z, 0-9 and the hyphen")
_HEX32 = _matches("[0-9a-f]{64}", "it must be 64 lower-case hexadecimal digits")
_DAY = _Rule(_is_day, "it must be a day, YYYY-MM-DD")
_PLACE = {"type": _CODE, "seq": _number(0), "prev": _HEX32}
_FIELDS: dict[Kind, dict[str, _Rule]] = {
    Kind.GENESIS: {"format": _matches(re.escape(FORMAT), f"it must be {FORMAT}"), "organiser": _CODE},
    Kind.COMMIT: {
        "day": _DAY,
        "commit": _HEX32,
        "late": _Rule(lambda value: value == 1 and type(value) is int, "it is 1 or left out", optional=True),
    },
    Kind.BEACON: {
        "day": _DAY,
        "source": _matches(
            "none|drand:[0-9a-f]{64}|lottery:[a-z0-9-]{1,64}", "it must be a drand chain, lottery or none"
        ),
        "round": _matches("(0|[1-9][0-9]{0,15})?", "it must be a decimal number without leading zeros, or empty"),
        "randomness": _HEX32,
        "signature": _matches("([0-9a-f]{2})+", "it must be lower-case hexadecimal bytes", optional=True),
    },
    Kind.REGISTRY: {
        "day": _DAY,
        "unit": _CODE,
        "group": _CODE,
        "offers": _Rule(_is_offers, "it must be [service, area] pairs, sorted, each once"),
        "state": _matches("|".join(State), "it must be applied, approved, suspended or ended"),
        "reason_code": _matches("|".join(Reason), "it must be authority or own-request"),
    },
    Kind.REISSUE: {"list_seq": _number(1), "replaces": _number(1), "reason_code": _CODE},
    Kind.LIST: {
        "list_seq": _number(1),
        "day": _DAY,
        "service": _CODE,
        "area": _CODE,
        "n": _number(0),
        "eligible_hash": _HEX32,
        "order_hash": _HEX32,
    },
    Kind.REVEAL: {"day": _DAY, "key": _HEX32},
}


def _built(kind: Kind, **fields: Any) -> Line:
    line = {"type": str(kind), **fields}
    place = {"seq": 0, "prev": FIRST_PREV} if kind is Kind.GENESIS else {"seq": 1, "prev": "f" * 64}
    check({**line, **place})
    return line
