"""The choice receipt: what a client was shown and what she chose, as one line of canonical JSON with a signature.

    {"key": 64 hex digits, "receipt": {...}, "signature": 128 hex digits} and a newline

The signature is over the canonical JSON of `receipt`, whose "format" is "valinta/receipt/1". Every byte of the file is
either signed, the signature, the key that it must be, or a mark that canonical JSON puts in one way only: so no byte can be
changed unnoticed. How a signature is checked is handed in; this room only knows what must be signed (docs/fairness.md).
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.matching.canonical import NotCanonical, Value, canonical, parse_line
from marketplace.matching.check_code import check_code

FORMAT = "valinta/receipt/1"
FIELDS = frozenset(
    {"format", "organiser", "voucher", "service", "area", "list_seq", "at_seq", "check_code", "list", "left_by_filters",
     "filters", "chosen", "chosen_at", "channel", "language"}
)  # fmt: skip
TOGETHER = "together"
"""A field that only the receipt of a list with shared cards has: the units of each card, in the order of the cards."""
_HEX_KEY = re.compile("[0-9a-f]{64}")
_HEX_SIGNATURE = re.compile("[0-9a-f]{128}")
_NUMBERS = frozenset({"list_seq", "at_seq"})
_ARRAYS = frozenset({"list", "left_by_filters"})

IsSigned = Callable[[bytes, bytes, bytes], bool]
"""(public key, signature, message): whether the signature is the key's own of exactly this message."""

NOT_A_RECEIPT, CHANGED, UNKNOWN_KEY, WRONG_CODE = "not_a_receipt", "changed", "unknown_key", "wrong_code"


class Unproven(ValueError):
    """The file proves nothing. `code`: not_a_receipt, changed, unknown_key or wrong_code; the message says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Receipt:
    """A receipt that holds: `units` are the codes of the list as shown, in order; `facts` everything that is signed."""

    key: str
    organiser: str
    voucher: str
    list_seq: int
    at_seq: int
    check_code: str
    units: tuple[str, ...]
    chosen: str
    chosen_at: str
    facts: Mapping[str, Any]


def facts_of(value: Any) -> Value:
    """Plain values as canonical JSON takes them: what is None is left out, true and false become "yes" and "no"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return {name: facts_of(item) for name, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [facts_of(item) for item in value]
    plain: str | int = value
    return plain


def write_receipt(facts: Mapping[str, Value], key: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """The file: one line and its newline. `facts` are FIELDS without the format, and TOGETHER where cards were shared; `sign`
    signs with the private half of `key`. Raises ValueError when a field is missing, NotCanonical for a value that has no
    place there."""
    receipt = {"format": FORMAT, **facts}
    if receipt.keys() - {TOGETHER} != FIELDS:
        raise ValueError(f"a receipt has the fields {sorted(FIELDS)}")
    signature = sign(canonical(receipt))
    return canonical({"key": key.hex(), "receipt": receipt, "signature": signature.hex()}) + b"\n"


def read_receipt(raw: bytes, keys: Collection[str], is_signed: IsSigned) -> Receipt:
    """Prove a receipt: its form, that one of `keys` (public, hexadecimal) signed it, and that its check code is that of
    the units listed. Raises Unproven."""
    key, facts, signature = _parts(raw)
    if key not in keys:
        raise Unproven(
            UNKNOWN_KEY, f"it says that it is signed with the key {key}, which is not one of the keys to trust"
        )
    if not is_signed(bytes.fromhex(key), bytes.fromhex(signature), canonical(facts)):
        raise Unproven(CHANGED, "the signature does not fit: something was changed after it was signed")
    _check_form(facts)
    units = tuple(card["unit"] for card in facts["list"])
    found = Receipt(
        key=key,
        organiser=facts["organiser"],
        voucher=facts["voucher"],
        list_seq=facts["list_seq"],
        at_seq=facts["at_seq"],
        check_code=facts["check_code"],
        units=units,
        chosen=facts["chosen"],
        chosen_at=facts["chosen_at"],
        facts=facts,
    )
    real = check_code(found.list_seq, found.at_seq, units)
    if real != found.check_code:
        raise Unproven(WRONG_CODE, f"the list has the check code {real}, but the receipt says {found.check_code}")
    if found.chosen not in units:
        raise Unproven(WRONG_CODE, "the chosen provider is not on the list")
    return found


def _parts(raw: bytes) -> tuple[str, dict[str, Any], str]:
    try:
        whole = parse_line(raw)
    except NotCanonical as error:
        raise Unproven(NOT_A_RECEIPT, str(error)) from error
    key, facts, signature = whole.get("key"), whole.get("receipt"), whole.get("signature")
    if whole.keys() != {"key", "receipt", "signature"} or not isinstance(facts, dict):
        raise Unproven(NOT_A_RECEIPT, "a receipt has a key, a receipt and a signature, and nothing else")
    if not isinstance(key, str) or not _HEX_KEY.fullmatch(key):
        raise Unproven(NOT_A_RECEIPT, "its key is not 64 lower-case hexadecimal digits")
    if not isinstance(signature, str) or not _HEX_SIGNATURE.fullmatch(signature):
        raise Unproven(NOT_A_RECEIPT, "its signature is not 128 lower-case hexadecimal digits")
    return key, facts, signature


def _check_form(facts: Mapping[str, Any]) -> None:
    """What was signed is a receipt of this format, and not something else that the key has signed."""
    if facts.get("format") != FORMAT:
        raise Unproven(NOT_A_RECEIPT, f"its format is not {FORMAT}")
    kinds: dict[str, type] = {name: int if name in _NUMBERS else list if name in _ARRAYS else str for name in FIELDS}
    kinds["filters"] = dict
    cards = facts.get("list")
    if (
        facts.keys() - {TOGETHER} != FIELDS
        or not all(isinstance(facts[name], kind) for name, kind in kinds.items())
        or not all(isinstance(card, dict) and isinstance(card.get("unit"), str) for card in cards or [])
        or not _laid_out(facts, cards or [])
    ):
        raise Unproven(NOT_A_RECEIPT, "its fields are not those of this format")


def _laid_out(facts: Mapping[str, Any], listed: list[dict[str, Any]]) -> bool:
    """Whether the shared cards, where there are any, hold every unit of the list once, each card where its first unit is
    and with its units in the list's order."""
    if TOGETHER not in facts:
        return True
    place = {card["unit"]: number for number, card in enumerate(listed)}
    said = facts[TOGETHER]
    if not isinstance(said, list) or not all(isinstance(card, list) and card for card in said):
        return False
    units = [unit for card in said for unit in card]
    if not all(isinstance(unit, str) for unit in units) or sorted(units) != sorted(place):
        return False
    in_order = all([place[unit] for unit in card] == sorted(place[unit] for unit in card) for card in said)
    firsts = [place[card[0]] for card in said]
    return in_order and firsts == sorted(firsts)
