"""The published head of an order log: what a signed daily file says, and whether a log still reaches it.

A head is one object: format, organiser, day, seq and hash of the log's last line, list_seq of its last list, public_key
and signature (hexadecimal, Ed25519 over the canonical JSON of all the other fields). Whoever kept one can tell for ever
whether a later log still holds that line (docs/fairness.md, the log).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from marketplace.matching.canonical import LIMIT, canonical, sha256_hex

FORMAT = "valinta-order-head/1"
_FORMS = {
    "format": re.escape(FORMAT),
    "organiser": "[a-z0-9-]{1,64}",
    "day": r"\d{4}-\d\d-\d\d",
    "hash": "[0-9a-f]{64}",
    "public_key": "[0-9a-f]{64}",
    "signature": "[0-9a-f]{128}",
}
_NUMBERS = ("seq", "list_seq")


class BadHead(ValueError):
    """This is not the head of an order log; the message says why."""


def unsigned_head(organiser: str, day: date, seq: int, digest: str, list_seq: int, public_key: bytes) -> dict[str, Any]:
    """Everything a head says, without the signature. digest: the hash of the line `seq`, in hexadecimal."""
    return {
        "format": FORMAT,
        "organiser": organiser,
        "day": day.isoformat(),
        "seq": seq,
        "hash": digest,
        "list_seq": list_seq,
        "public_key": public_key.hex(),
    }


def signed_bytes(head: Mapping[str, Any]) -> bytes:
    """The bytes that the signature is over: the canonical JSON of the other fields."""
    return canonical({name: value for name, value in head.items() if name != "signature"})


def checked_head(value: object) -> dict[str, Any]:
    """The fields of a head that was read from somewhere. Raises BadHead when one is missing, extra or out of form."""
    if not isinstance(value, dict):
        raise BadHead("it is not a JSON object")
    for name in sorted(set(value) ^ {*_FORMS, *_NUMBERS}):
        raise BadHead(f"the field {name} is {'not known' if name in value else 'missing'}")
    for name, form in _FORMS.items():
        if not isinstance(value[name], str) or not re.fullmatch(form, value[name], re.ASCII):
            raise BadHead(f"the field {name} is not in its form")
    for name in _NUMBERS:
        if type(value[name]) is not int or not 0 <= value[name] < LIMIT:
            raise BadHead(f"the field {name} is not in its form")
    return dict(value)


def reaches(lines: Iterable[bytes], head: Mapping[str, Any]) -> str:
    """Whether a log (its lines with their newlines) holds the head's line: "" when it does, else what is wrong."""
    for seq, raw in enumerate(lines):
        if seq == head["seq"]:
            if sha256_hex(raw.removesuffix(b"\n")) == head["hash"]:
                return ""
            return f"line {seq} of the log is another than the one that was published"
    return f"the log ends before line {head['seq']}, which was published"
