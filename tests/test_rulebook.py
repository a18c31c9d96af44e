"""The rulebook's terms: numbers, differences, and that each named check is one that the program has."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.rulebook import (
    ENFORCED,
    GENERAL,
    Term,
    differences,
    enforced_percent,
    moved,
    next_key,
    parts,
    pieces,
)
from marketplace.vouchers.line_checks import CHECKS as LINE_CHECKS

ROOT = Path(__file__).resolve().parent.parent


def term(key: int, text: str = "Teksti", part: str = GENERAL, check: str | None = None) -> Term:
    return Term(key, part, {"fi": text}, check)


TERMS = st.lists(
    st.tuples(st.integers(1, 30), st.text("abc ", min_size=1).filter(str.strip), st.sampled_from([GENERAL, "a", "b"])),
    unique_by=lambda one: one[0],
    max_size=8,
).map(lambda rows: tuple(term(key, text, part) for key, text, part in rows))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((0, GENERAL, {"fi": "x"}, None), "starts from one"),
        ((1, GENERAL, {"sv": "x"}, None), "no Finnish"),
        ((1, GENERAL, {"fi": "x"}, "wishful_thinking"), "no check"),
    ],
)
def test_a_term_that_is_none(values: tuple[int, str, dict[str, str], str | None], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Term(*values)


def test_the_general_part_comes_first_and_each_part_counts_from_one() -> None:
    found = parts([term(5, part="valmennus"), term(2), term(9, part="valmennus"), term(4)])
    assert [(part, [(row.number, row.term.key) for row in rows]) for part, rows in found] == [
        (GENERAL, [(1, 2), (2, 4)]),
        ("valmennus", [(1, 5), (2, 9)]),
    ]


def test_what_changes_is_said_term_by_term() -> None:
    before = [term(1, "Käynti kirjataan heti."), term(2, "Poistuva."), term(3, "Pysyy."), term(4, "Tarkistus.")]
    after = [
        term(1, "Käynti kirjataan samana päivänä."), term(3, "Pysyy."), term(4, "Tarkistus.", check="payee_known"),
        term(5, "Uusi."),
    ]  # fmt: skip
    found = {one.kind: one for one in differences(before, after)}
    assert set(found) == {"changed", "moved", "check", "added", "removed"}
    assert [(piece.kind, piece.text) for piece in found["changed"].pieces] == [
        ("same", "Käynti kirjataan "), ("gone", "heti."), ("new", "samana päivänä."),
    ]  # fmt: skip
    assert (found["moved"].before, found["moved"].after) == (3, 2)
    assert (found["check"].check_before, found["check"].check_after) == (None, "payee_known")
    assert (found["added"].after, found["removed"].before) == (4, 2)


@given(TERMS)
def test_nothing_differs_from_itself(terms: tuple[Term, ...]) -> None:
    assert differences(terms, terms) == ()


@given(TERMS, TERMS)
def test_every_term_that_is_not_in_both_is_said(before: tuple[Term, ...], after: tuple[Term, ...]) -> None:
    found = differences(before, after)
    old, new = {one.key for one in before}, {one.key for one in after}
    assert sum(one.kind == "added" for one in found) == len(new - old)
    assert sum(one.kind == "removed" for one in found) == len(old - new)


@given(st.text("ab \n"), st.text("ab \n"))
def test_the_marked_words_give_both_texts_back(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(one.text for one in found if one.kind != "new") == before
    assert "".join(one.text for one in found if one.kind != "gone") == after


@given(TERMS, st.integers(-3, 3), st.data())
def test_moving_keeps_every_term_and_the_other_parts_order(
    terms: tuple[Term, ...], steps: int, data: st.DataObject
) -> None:
    if not terms:
        return
    key = data.draw(st.sampled_from([one.key for one in terms]))
    after = moved(terms, key, steps)
    assert sorted(one.key for one in after) == sorted(one.key for one in terms)
    part = next(one.part for one in terms if one.key == key)
    assert [one for one in after if one.part != part] == [one for one in terms if one.part != part]


def test_keys_are_not_used_again_and_shares_are_counted() -> None:
    assert next_key([term(3)], [term(7)]) == 8
    assert next_key() == 1
    assert enforced_percent([term(1, check="payee_known"), term(2), term(3)]) == 33
    assert enforced_percent([]) == 0


def test_every_named_check_is_one_that_the_program_runs_and_has_been_seen_to_refuse() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "marketplace" / "use_cases").glob("*.py"))
    tests = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "tests").rglob("test_*.py")
        if path.name != Path(__file__).name
    )
    of_lines = {code for code, _check in LINE_CHECKS}
    for check, code in ENFORCED.items():
        assert code in of_lines or f'"{code}"' in sources, f"{check}: nothing refuses with {code}"
        assert code in tests, f"{check}: no test shows {code}"
