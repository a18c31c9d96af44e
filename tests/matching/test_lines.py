from datetime import date
from typing import Any

import pytest

from marketplace.matching import lines
from marketplace.matching.canonical import NotCanonical, sha256_hex
from marketplace.matching.lines import BadLine
from marketplace.matching.order import Unit
from marketplace.matching.registry import Reason, State
from tests.matching.logs import COACHING, KEY, MAPPING, good_book, signature_of

DAY = date(2026, 3, 2)
HASH = "ab" * 32
GOOD: dict[str, lines.Line] = {
    "genesis": lines.genesis_line("kuopio"),
    "commit": lines.commit_line(DAY, HASH, late=True),
    "beacon": lines.beacon_line(
        DAY, f"drand:{HASH}", bytes.fromhex(sha256_hex(signature_of(DAY))), round_number=7, signature=signature_of(DAY)
    ),
    "registry": lines.registry_line(DAY, Unit("u1", "g1"), [COACHING, MAPPING], State.APPROVED, Reason.AUTHORITY),
    "reissue": lines.reissue_line(2, 1, "cancelled-decision"),
    "list": lines.list_line(1, DAY, COACHING, [Unit("u1", "g1")], ["u1"]),
    "reveal": lines.reveal_line(DAY, KEY),
}


def encode(line: lines.Line) -> bytes:
    return lines.encode(line, 0, lines.FIRST_PREV) if line.get("type") == "genesis" else lines.encode(line, 5, HASH)


def test_what_the_builders_give() -> None:
    assert GOOD["genesis"] == {"type": "genesis", "format": "valinta-order-log/1", "organiser": "kuopio"}
    assert GOOD["commit"] == {"type": "commit", "day": "2026-03-02", "commit": HASH, "late": 1}
    assert "late" not in lines.commit_line(DAY, HASH)
    assert GOOD["registry"]["offers"] == [["kartoitus", "pohjois-savo"], ["valmennus", "pohjois-savo"]]
    assert GOOD["reissue"] == {"type": "reissue", "list_seq": 2, "replaces": 1, "reason_code": "cancelled-decision"}
    assert GOOD["list"]["n"] == 1
    assert GOOD["reveal"]["key"] == KEY.hex()
    none = lines.beacon_line(DAY, "none", bytes(32))
    assert none == {"type": "beacon", "day": "2026-03-02", "source": "none", "round": "", "randomness": "0" * 64}
    assert lines.beacon_line(DAY, "lottery:lotto", KEY, round_number=12)["round"] == "12"


def test_bytes_of_a_line() -> None:
    raw = encode(GOOD["genesis"])
    assert raw == (
        b'{"format":"valinta-order-log/1","organiser":"kuopio","prev":"' + b"0" * 64 + b'","seq":0,"type":"genesis"}\n'
    )
    assert lines.line_hash(raw) == sha256_hex(raw[:-1])
    for line in GOOD.values():
        raw = encode(line)
        assert {**line, "seq": lines.decode(raw)["seq"], "prev": lines.decode(raw)["prev"]} == lines.decode(raw)
        assert b"null" not in raw


BAD: list[tuple[str, str, Any]] = [
    ("genesis", "format", "valinta-order-log/2"),
    ("genesis", "organiser", "Kuopio"),
    ("genesis", "organiser", ""),
    ("genesis", "organiser", "a" * 65),
    ("commit", "day", "2026-02-30"),
    ("commit", "day", "20260302"),
    ("commit", "day", "2026-3-2"),
    ("commit", "day", "2026-W10-1"),
    ("commit", "day", "2026-03-02\n"),
    ("commit", "day", "\u0662026-03-02"),
    ("commit", "commit", HASH.upper()),
    ("commit", "commit", HASH[:-2]),
    ("commit", "late", 0),
    ("commit", "late", True),
    ("commit", "late", None),
    ("commit", "late", "1"),
    ("beacon", "source", "drand:ab"),
    ("beacon", "source", "none"),
    ("beacon", "source", "lottery:Lotto"),
    ("beacon", "source", "dice:x"),
    ("beacon", "round", ""),
    ("beacon", "round", "07"),
    ("beacon", "round", 7),
    ("beacon", "randomness", HASH),
    ("beacon", "signature", "abc"),
    ("beacon", "signature", ""),
    ("registry", "unit", "u 1"),
    ("registry", "group", "g\n"),
    ("registry", "offers", [["valmennus", "pohjois-savo"], ["kartoitus", "pohjois-savo"]]),
    ("registry", "offers", [["valmennus", "pohjois-savo"], ["valmennus", "pohjois-savo"]]),
    ("registry", "offers", [["valmennus"]]),
    ("registry", "offers", [["valmennus", "x", "y"]]),
    ("registry", "offers", ["valmennus"]),
    ("registry", "offers", None),
    ("registry", "state", "full"),
    ("registry", "reason_code", "because"),
    ("reissue", "replaces", 0),
    ("reissue", "list_seq", -1),
    ("reissue", "reason_code", "Decision cancelled by Anna"),
    ("list", "list_seq", 0),
    ("list", "list_seq", 2**53),
    ("list", "list_seq", 1.0),
    ("list", "n", -1),
    ("list", "n", True),
    ("list", "service", "työ"),
    ("list", "area", ""),
    ("list", "eligible_hash", ""),
    ("list", "order_hash", HASH + "00"),
    ("reveal", "key", KEY.hex()[:62]),
    ("reveal", "type", "reveals"),
    ("reveal", "type", 7),
    ("list", "client", "x"),
    ("list", "n?", 1),
]


@pytest.mark.parametrize(("kind", "field", "value"), BAD)
def test_bad_fields_are_refused(kind: str, field: str, value: Any) -> None:
    with pytest.raises(BadLine):
        encode({**GOOD[kind], field: value})


@pytest.mark.parametrize("kind", GOOD)
def test_missing_fields_are_refused(kind: str) -> None:
    for field in set(GOOD[kind]) - {"late"}:
        with pytest.raises(BadLine):
            encode({name: value for name, value in GOOD[kind].items() if name != field})


@pytest.mark.parametrize(
    ("kind", "seq", "prev"),
    [
        ("genesis", 1, lines.FIRST_PREV),
        ("genesis", 0, HASH),
        ("list", 0, HASH),
        ("list", 3, lines.FIRST_PREV),
        ("list", -1, HASH),
        ("list", 2**53, HASH),
        ("list", True, HASH),
        ("list", 3, HASH.upper()),
    ],
)
def test_wrong_places_are_refused(kind: str, seq: int, prev: str) -> None:
    with pytest.raises(BadLine):
        lines.encode(GOOD[kind], seq, prev)


def test_builders_refuse_too() -> None:
    with pytest.raises(BadLine):
        lines.beacon_line(DAY, "none", KEY)
    with pytest.raises(BadLine):
        lines.beacon_line(DAY, "lottery:lotto", KEY)
    with pytest.raises(BadLine):
        lines.beacon_line(DAY, "lottery:lotto", KEY, round_number=1, signature=KEY)
    with pytest.raises(BadLine):
        lines.beacon_line(DAY, f"drand:{HASH}", KEY, round_number=1)
    with pytest.raises(BadLine):
        lines.list_line(1, DAY, COACHING, [Unit("u1", "g1")], ["u2"])
    with pytest.raises(BadLine):
        lines.registry_line(DAY, Unit("u1", "g1"), [COACHING, COACHING], State.APPLIED, Reason.OWN_REQUEST)
    with pytest.raises(BadLine) as caught:
        lines.reveal_line(DAY, b"short")
    assert caught.value.field == "key"


def test_decode() -> None:
    for raw in good_book().raw:
        assert lines.encode(
            {k: v for k, v in lines.decode(raw).items() if k not in ("seq", "prev")},
            lines.decode(raw)["seq"],
            lines.decode(raw)["prev"],
        ) == raw
    with pytest.raises(NotCanonical):
        lines.decode(raw[:-1])
    with pytest.raises(BadLine):
        lines.decode(b"{}\n")
