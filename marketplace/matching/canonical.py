"""Canonical JSON: one value has one spelling in bytes, so that it can be hashed.

The rules are those of RFC 8785 for the values the order log knows: strings, arrays, objects and whole numbers whose
size is below 2**53. Fractions, null, true and false are refused: the log has no use for them (docs/fairness.md).
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, NoReturn, TypeAlias

Value: TypeAlias = "str | int | Sequence[Value] | Mapping[str, Value]"

LIMIT = 2**53
_MAX_DEPTH = 32
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


class NotCanonical(ValueError):
    """The value or the bytes have no place in canonical JSON; the message says why."""


def canonical(value: Value) -> bytes:
    """The one canonical spelling of a value: sorted keys, no spaces, UTF-8, no newline at the end.

    Keys are sorted by their UTF-16 code units, as RFC 8785 asks. Tuples count as arrays, a StrEnum's members as strings.
    Raises NotCanonical for a fraction, null, a truth value, a number of 2**53 or more, a broken surrogate, bytes, a key
    that is no string, or nesting deeper than 32.
    """
    try:
        return _write(_plain(value, 0)).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical("a string holds half of a surrogate pair") from error


def sha256_hex(data: bytes) -> str:
    """SHA-256 of the bytes: 64 lower-case hexadecimal digits."""
    return sha256(data).hexdigest()


def hash_of(value: Value) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON of a value. Raises NotCanonical as `canonical` does."""
    return sha256_hex(canonical(value))


def parse_line(raw: bytes) -> dict[str, Any]:
    """Read one line of a log, which must be exactly the canonical spelling of an object and a newline.

    Returns the object (str, int, list and dict only). Raises NotCanonical for anything else: a missing or a second
    newline, bytes that are not UTF-8, broken JSON, equal keys, spaces, another order of keys, text after the object, a
    value outside the domain.
    """
    if not raw.endswith(b"\n"):
        raise NotCanonical("the line does not end in a newline")
    body = raw[:-1]
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_object, parse_float=_refuse, parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise NotCanonical("the line is not UTF-8") from error
    except RecursionError as error:
        raise NotCanonical("the line is nested too deeply") from error
    except NotCanonical:
        raise
    except ValueError as error:
        raise NotCanonical(f"the line is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise NotCanonical("the line is not an object")
    if canonical(value) != body:
        raise NotCanonical("the line is JSON, but not in its canonical spelling")
    return value


def _plain(value: object, depth: int) -> Any:
    """The value with its objects in sorted key order, or NotCanonical."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        if not -LIMIT < value < LIMIT:
            raise NotCanonical("a number is 2**53 or more")
        return value
    if depth >= _MAX_DEPTH:
        raise NotCanonical("the value is nested too deeply")
    if isinstance(value, (list, tuple)):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise NotCanonical("a key is not a string")
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return {key: _plain(value[key], depth + 1) for key in keys}
    raise NotCanonical(f"a value of type {type(value).__name__} has no place here")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonical("an object has two equal keys")
    return found


def _refuse(text: str) -> NoReturn:
    raise NotCanonical(f"{text} is not a whole number")
