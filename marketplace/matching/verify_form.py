"""The verifier's own reading of one line of the order log: bytes in, checked fields out.

Written for the verifier alone: it shares no code with what writes the log, so that one mistake cannot hide in both.
"""

import json
import re
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Any

LONGEST = 1_000_000  # bytes in one line
ZEROS = "0" * 64
REVEAL_AFTER = 31  # days


class Fault(Exception):
    """The log breaks its own form or sequence; the text is a sentence for a reader."""


def read(raw: bytes) -> dict[str, Any]:
    """The fields of one line with its newline; `day` is a date. Raises Fault."""
    if raw[-1:] != b"\n":
        raise Fault("The line does not end in a newline.")
    body = raw[:-1]
    if len(body) > LONGEST:
        raise Fault("The line is longer than a million bytes.")
    try:
        fields = json.loads(str(body, "utf-8"))
        spelled = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError) as error:
        raise Fault("The line is not JSON in UTF-8.") from error
    if not isinstance(fields, dict):
        raise Fault("The line is not a JSON object.")
    if spelled != body:
        raise Fault("The line is not in canonical form (sorted keys, no spaces, every key once).")
    _check_fields(fields)
    if "day" in fields:
        fields["day"] = date.fromisoformat(fields["day"])
    return fields


def _check_fields(fields: dict[str, Any]) -> None:
    kind = fields.get("type")
    if not isinstance(kind, str) or kind not in _FORMS:
        raise Fault("The line has no type that the format knows.")
    form = _FORMS[kind]
    needed = {name.rstrip("?") for name in form}
    for name in sorted(set(fields) - needed - {"type", "seq", "prev"}):
        raise Fault(f"A {kind} line has no field {name!r}.")
    for name, fits in (*form.items(), ("seq", _count), ("prev", _hash)):
        if name.endswith("?") and name[:-1] not in fields:
            continue
        name = name.rstrip("?")
        if name not in fields:
            raise Fault(f"The {kind} line lacks the field {name!r}.")
        if not fits(fields[name]):
            raise Fault(f"The field {name!r} of the {kind} line is not in its form.")
    if kind == "beacon":
        _check_beacon(fields)


def _check_beacon(fields: dict[str, Any]) -> None:
    source, randomness = fields["source"], fields["randomness"]
    if source == "none":
        if fields["round"] != "" or "signature" in fields:
            raise Fault("A day without a source has no round and no signature.")
        if randomness != ZEROS:
            raise Fault("A day without a source must have 32 zero bytes for its randomness.")
        return
    if fields["round"] == "":
        raise Fault("The beacon does not say which round it used.")
    if source.startswith("lottery:"):
        if "signature" in fields:
            raise Fault("A lottery has no signature.")
    elif "signature" not in fields:
        raise Fault("A drand beacon must carry its signature.")
    elif sha256(bytes.fromhex(fields["signature"])).hexdigest() != randomness:
        raise Fault("The randomness is not the SHA-256 of the drand signature.")


def _text(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= 9007199254740991


def _from_one(value: Any) -> bool:
    return _count(value) and value > 0


def _one(value: Any) -> bool:
    return type(value) is int and value == 1


def _day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _offers(value: Any) -> bool:
    if not isinstance(value, list):
        return False
    pairs = []
    for offer in value:
        if not isinstance(offer, list) or [_code(part) for part in offer] != [True, True]:
            return False
        pairs.append(tuple(offer))
    return pairs == sorted(set(pairs))


_hash = _text("[0-9a-f]{64}")
_code = _text("[a-z0-9-]{1,64}")
# A question mark ends the name of a field that may be left out.
_FORMS: dict[str, dict[str, Callable[[Any], bool]]] = {
    "genesis": {"format": _text("valinta-order-log/1"), "organiser": _code},
    "commit": {"day": _day, "commit": _hash, "late?": _one},
    "beacon": {
        "day": _day,
        "source": _text("none|drand:[0-9a-f]{64}|lottery:[a-z0-9-]{1,64}"),
        "round": _text("|0|[1-9][0-9]{0,15}"),
        "randomness": _hash,
        "signature?": _text("(?:[0-9a-f][0-9a-f])+"),
    },
    "registry": {
        "day": _day,
        "unit": _code,
        "group": _code,
        "offers": _offers,
        "state": _text("applied|approved|suspended|ended"),
        "reason_code": _text("authority|own-request"),
    },
    "reissue": {"list_seq": _from_one, "replaces": _from_one, "reason_code": _code},
    "list": {
        "list_seq": _from_one,
        "day": _day,
        "service": _code,
        "area": _code,
        "n": _count,
        "eligible_hash": _hash,
        "order_hash": _hash,
    },
    "reveal": {"day": _day, "key": _hash},
}
