import json
from collections.abc import Mapping
from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.matching.canonical import NotCanonical, canonical, hash_of, parse_line, sha256_hex

text = st.text(st.characters(exclude_categories=["Cs"]))
number = st.integers(-(2**53) + 1, 2**53 - 1)
value = st.recursive(
    text | number, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4), max_leaves=12
)


class Colour(StrEnum):
    RED = "red"


def test_spelling_of_rfc_8785() -> None:
    # keys in UTF-16 order, as the example of the RFC: the smiley (D83D) stands before the Hebrew letter (FB33)
    keys = {"\u20ac": "1", "\r": "2", "\ufb33": "3", "1": "4", "\U0001f600": "5", "\u0080": "6", "\u00f6": "7"}
    assert list(json.loads(canonical(keys)).values()) == ["2", "4", "6", "7", "1", "5", "3"]
    assert canonical("\u20ac$\u000f\nA'B\"\\\\\"/\x7f") == b'"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f"'
    assert canonical("\b\t\f\r\x00\x1f") == b'"\\b\\t\\f\\r\\u0000\\u001f"'
    assert canonical({"b": [1, -2], "a": {}}) == b'{"a":{},"b":[1,-2]}'
    assert canonical((Colour.RED, 0)) == b'["red",0]'
    assert hash_of([]) == sha256_hex(b"[]")


@pytest.mark.parametrize(
    "bad", [1.0, None, True, False, 2**53, -(2**53), b"x", {1: "x"}, {"a": None}, [[0.5]], {"x"}, "\ud800", {"\udfff": 1}]
)
def test_what_has_no_place(bad: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(bad)  # type: ignore[arg-type]


def test_deep_nesting_is_refused() -> None:
    deep: object = "x"
    for _ in range(40):
        deep = [deep]
    with pytest.raises(NotCanonical):
        canonical(deep)  # type: ignore[arg-type]
    with pytest.raises(NotCanonical):
        parse_line(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n")


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(text, value, max_size=5))
def test_round_trip(line: Mapping[str, object]) -> None:
    raw = canonical(line) + b"\n"  # type: ignore[arg-type]
    assert parse_line(raw) == line
    assert raw.count(b"\n") == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\n", b"{}", b"{}\n\n", b"{}\r\n", b" {}\n", b"{} \n", b"[]\n", b'"x"\n', b"1\n", b"{}{}\n", b"{}x\n",
        b'{"a":1,"a":1}\n', b'{"a":1,"a":2}\n', b'{"b":1,"a":1}\n', b'{"a": 1}\n', b'{"a":1.0}\n', b'{"a":1e2}\n',
        b'{"a":-0}\n', b'{"a":01}\n', b'{"a":null}\n', b'{"a":true}\n', b'{"a":NaN}\n', b'{"a":Infinity}\n',
        b'{"a":9007199254740992}\n', b'{"a":"\\u0061"}\n', b'{"a":"\\/"}\n', b'{"a":"\\ud800"}\n', b'{"a":"\xff"}\n',
        b'\xef\xbb\xbf{}\n', b'{"a":"\\u00E4"}\n', b"{'a':1}\n", b'{"a":' + b"9" * 5000 + b"}\n",
    ],
)  # fmt: skip
def test_lines_that_are_refused(raw: bytes) -> None:
    with pytest.raises(NotCanonical):
        parse_line(raw)


@settings(max_examples=2000, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        line = parse_line(raw)
    except NotCanonical:
        return
    assert canonical(line) + b"\n" == raw
