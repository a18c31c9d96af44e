"""drand by file: the checks that need no network, on a real round of the League of Entropy's chain."""

import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest

from marketplace.integrations.drand import BadRounds, DrandFile, objects
from marketplace.matching.beacon import Chain, chain_of, first_round

INFO = {
    "public_key": "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31",
    "period": 30,
    "genesis_time": 1595431050,
    "hash": "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce",
    "groupHash": "176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a",
}
REAL = {
    "round": 72785,
    "randomness": "8b676484b5fb1f37f9ec5c413d7d29883504e5b669f604a1ce68b3388e9ae3d9",
    "signature": "82f5d3d2de4db19d40a6980e8aa37842a0e55d1df06bd68bddc8d60002e8e959eb9cfa368b3c1b77d18f02a54fe047b8"
    "0f0989315f83b12a74fd8679c4f12aae86eaf6ab5690b34f1fddd50ee3cc6f6cdf59e95526d5a5d82aaa84fa6f181e42",
}
CHAIN = chain_of(INFO)
DAY = date(2026, 11, 16)
NOON = datetime(2026, 11, 16, 10, tzinfo=UTC)


def a_round(number: int, salt: bytes = b"") -> dict[str, object]:
    signature = sha256(salt + str(number).encode()).digest() * 3
    return {"round": number, "randomness": sha256(signature).hexdigest(), "signature": signature.hex()}


def test_a_real_chain_and_a_real_round_hold() -> None:
    assert Chain("8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce", 1595431050, 30) == CHAIN
    assert len(DrandFile(json.dumps(REAL), CHAIN, NOON)) == 1


@pytest.mark.parametrize("field", ["public_key", "period", "genesis_time", "hash", "groupHash"])
def test_a_description_that_was_changed_is_not_the_chains(field: str) -> None:
    value = INFO[field]
    changed = value + 1 if isinstance(value, int) else ("00" + str(value)[2:])
    with pytest.raises(ValueError, match="hash of this description"):
        chain_of({**INFO, field: changed})
    with pytest.raises(ValueError, match="must have"):
        chain_of({name: said for name, said in INFO.items() if name != field})


@pytest.mark.parametrize("shape", ["lines", "array", "one after another", "pretty array", "with a mark at the start"])
def test_every_shape_that_a_file_may_have(shape: str) -> None:
    wanted = first_round(CHAIN, DAY)
    rounds = [INFO, *(a_round(number) for number in (wanted - 1, wanted, wanted + 1))]
    text = {
        "lines": "\n".join(map(json.dumps, rounds)) + "\n",
        "array": json.dumps(rounds),
        "one after another": "".join(map(json.dumps, rounds)),
        "pretty array": json.dumps(rounds, indent=2),
        "with a mark at the start": "\ufeff" + "\r\n".join(map(json.dumps, rounds)),
    }[shape]
    drawn = DrandFile(text, CHAIN, NOON).of_day(DAY)
    assert drawn is not None
    assert (drawn.source, drawn.round) == (CHAIN.source, wanted)
    assert drawn.signature is not None and drawn.value == sha256(drawn.signature).digest()  # noqa: PT018


def test_only_the_first_round_of_the_day_will_do() -> None:
    wanted = first_round(CHAIN, DAY)
    others = "\n".join(json.dumps(a_round(number)) for number in (wanted - 1, wanted + 1, wanted + 100))
    assert DrandFile(others, CHAIN, NOON).of_day(DAY) is None


BAD = [
    ("", 1, "empty"),
    ("   \n", 1, "empty"),
    ("[]", 1, "empty"),
    ("not json", 1, "not JSON"),
    (json.dumps(a_round(1)) + "\n{oops", 2, "not JSON"),
    ("[" + json.dumps(a_round(1)), 1, "no end"),
    (json.dumps(a_round(1)) + "\n7\n", 2, "should be a round"),
    (json.dumps(a_round(1)) + "\n\n" + json.dumps({"round": 2}), 3, "hexadecimal"),
    (json.dumps({**a_round(1), "round": "1"}), 1, "whole number"),
    (json.dumps({**a_round(1), "round": True}), 1, "whole number"),
    (json.dumps({**a_round(1), "signature": "AB" * 48}), 1, "small letters"),
    ("\n\n" + json.dumps({**a_round(1), "randomness": "00" * 32}), 3, "not the SHA-256"),
    (json.dumps(a_round(1)) + "\n" + json.dumps(a_round(1, b"other")), 2, "two values"),
    (json.dumps(a_round(first_round(CHAIN, DAY + timedelta(days=1)))), 1, "does not exist yet"),
    (json.dumps(a_round(2**53 - 1)), 1, "does not exist yet"),
    (json.dumps({**INFO, "period": 31}), 1, "hash of this description"),
    ("[" * 3000, 1, "no end"),
    ("{" + '"a":[' * 100_000, 1, "not JSON"),
]


@pytest.mark.parametrize(("text", "line", "why"), BAD)
def test_a_bad_file_is_refused_with_its_line_and_the_reason(text: str, line: int, why: str) -> None:
    with pytest.raises(BadRounds, match=why) as caught:
        DrandFile(text, CHAIN, NOON)
    assert caught.value.line == line


def test_the_description_of_another_chain_is_refused() -> None:
    parts = (30).to_bytes(4, "big") + (1).to_bytes(8, "big") + b"\x01" + b"\x02"
    other = {"public_key": "01", "period": 30, "genesis_time": 1, "groupHash": "02", "hash": sha256(parts).hexdigest()}
    with pytest.raises(BadRounds, match="the organiser uses"):
        DrandFile(json.dumps(other), CHAIN, NOON)


def test_a_named_chain_hashes_its_name_too() -> None:
    parts = (3).to_bytes(4, "big") + (9).to_bytes(8, "big") + b"\x01" + b"\x02" + b"quicknet"
    info = {"public_key": "01", "period": 3, "genesis_time": 9, "groupHash": "02", "metadata": {"beaconID": "quicknet"}}
    assert chain_of({**info, "hash": sha256(parts).hexdigest()}).period == 3


def test_lines_are_counted_where_objects_begin() -> None:
    assert [line for line, _ in objects('{"a":\n1}\n\n{"b":2} {"c":3}')] == [1, 4, 4]
