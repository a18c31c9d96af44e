"""A choice receipt: proven as it was signed, and refused when a single byte of it is another."""

from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.integrations.signing import is_signed, new_key, sign
from marketplace.matching.canonical import canonical
from marketplace.matching.check_code import check_code
from marketplace.matching.receipt import Unproven, facts_of, read_receipt, write_receipt

PRIVATE, PUBLIC = new_key()
KEYS = {PUBLIC.hex()}


def facts(units: list[str], **other: Any) -> dict[str, Any]:
    return {
        "organiser": "kuopio",
        "voucher": "2026-000123",
        "service": "valmennus",
        "area": "kuopio",
        "list_seq": 7,
        "at_seq": 17,
        "check_code": check_code(7, 17, units),
        "list": [{"unit": unit, "name": f"Työvalmennus {unit} Öy", "free_places": 3} for unit in units],
        "filters": {},
        "left_by_filters": units,
        "chosen": units[0] if units else "",
        "chosen_at": "2026-11-16T10:00:00+00:00",
        "channel": "own_login",
        "language": "fi",
        **other,
    }


def written(units: list[str], **other: Any) -> bytes:
    return write_receipt(facts(units, **other), PUBLIC, lambda message: sign(PRIVATE, message))


def fault(raw: bytes, keys: set[str] = KEYS) -> str:
    with pytest.raises(Unproven) as caught:
        read_receipt(raw, keys, is_signed)
    return caught.value.code


def test_what_was_signed_is_proven() -> None:
    found = read_receipt(written(["u1", "u2", "u3"]), KEYS, is_signed)
    assert (found.units, found.chosen, found.voucher) == (("u1", "u2", "u3"), "u1", "2026-000123")
    assert found.check_code == check_code(7, 17, ["u1", "u2", "u3"])


def test_every_changed_byte_is_found() -> None:
    raw = written(["u1", "u2"])
    for place in range(len(raw)):
        for other in {raw[place] ^ 1, raw[place] ^ 0x20, 0x20, 0x30} - {raw[place]}:
            fault(raw[:place] + bytes([other]) + raw[place + 1 :])


def test_every_missing_or_added_byte_is_found() -> None:
    raw = written(["u1", "u2"])
    for place in range(len(raw)):
        fault(raw[:place] + raw[place + 1 :])
        fault(raw[:place] + b" " + raw[place:])
    fault(raw + b"\n")


@given(st.lists(st.from_regex("[a-z0-9-]{1,8}", fullmatch=True), min_size=2, max_size=9, unique=True), st.randoms())
@settings(max_examples=60)
def test_any_list_is_proven_and_no_other_order_of_it(units: list[str], random: Any) -> None:
    raw = written(units)
    assert list(read_receipt(raw, KEYS, is_signed).units) == units
    place = random.randrange(len(raw))
    fault(raw[:place] + bytes([raw[place] ^ (1 << random.randrange(8))]) + raw[place + 1 :])


def test_a_signed_list_with_a_wrong_code_or_a_choice_outside_it_is_found() -> None:
    assert fault(written(["u1", "u2"], check_code="AAAAAAAA")) == "wrong_code"
    assert fault(written(["u1", "u2"], chosen="u9")) == "wrong_code"


def test_another_key_and_another_format_are_told_apart() -> None:
    other_private, other_public = new_key()
    forged = write_receipt(facts(["u1"]), other_public, lambda message: sign(other_private, message))
    assert fault(forged) == "unknown_key"
    # a forger who puts the organiser's key beside his own signature gets no further
    claimed = write_receipt(facts(["u1"]), PUBLIC, lambda message: sign(other_private, message))
    assert fault(claimed) == "changed"
    body = {"format": "something/else"}
    signed = {"key": PUBLIC.hex(), "receipt": body, "signature": sign(PRIVATE, canonical(body)).hex()}
    assert fault(canonical(signed) + b"\n") == "not_a_receipt"
    assert fault(b"hello\n") == fault(b"") == fault(sha256(b"x").digest()) == "not_a_receipt"


def test_a_field_too_few_is_not_written() -> None:
    short = facts(["u1"])
    del short["channel"]
    with pytest.raises(ValueError, match="a receipt has the fields"):
        write_receipt(short, PUBLIC, lambda message: sign(PRIVATE, message))


def test_plain_values_become_facts() -> None:
    assert facts_of({"a": True, "b": None, "c": [False, 3, "x"]}) == {"a": "yes", "c": ["no", 3, "x"]}
