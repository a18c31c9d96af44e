"""Who is eligible, and the invariants of what a client is shown; the numbers are those of docs/fairness.md."""

from collections.abc import Iterable
from random import Random

import pytest

from marketplace.matching import lines
from marketplace.matching.order import Unit, order
from marketplace.matching.registry import (
    NO_LINE,
    Pair,
    RegistryLine,
    State,
    at_seq,
    drawn_units,
    eligible,
    from_log,
    late_units,
    rendered,
    until,
)
from tests.matching.logs import COACHING, KEY, MAPPING, RANDOMNESS, good_book, random_registry

CASES = 10_000
BOTH = frozenset({COACHING, MAPPING})
ONE = frozenset({COACHING})
APPROVED, SUSPENDED, ENDED, APPLIED = State.APPROVED, State.SUSPENDED, State.ENDED, State.APPLIED


def line(
    seq: int, unit: str, state: State, group: str = "g1", offers: frozenset[Pair] = ONE
) -> RegistryLine:
    return RegistryLine(seq, unit, group, offers, state)


def test_only_an_approval_for_exactly_the_pair_counts() -> None:
    history = [
        line(1, "a", APPROVED),
        line(2, "b", APPLIED),
        line(3, "c", APPROVED, offers=frozenset({MAPPING})),
        line(4, "d", APPROVED, offers=frozenset({Pair("valmennus", "muualla")})),
        line(5, "e", SUSPENDED),
        line(6, "f", ENDED),
        line(7, "g", APPROVED, offers=frozenset()),
    ]
    assert eligible(history, COACHING) == [Unit("a", "g1")]
    assert eligible(history, MAPPING) == [Unit("c", "g1")]
    assert eligible([], COACHING) == []


def test_the_latest_line_before_the_list_decides() -> None:
    history = [line(1, "a", APPROVED), line(4, "a", SUSPENDED), line(6, "a", APPROVED, "g2")]
    assert drawn_units(history, COACHING, 1) == []
    assert drawn_units(history, COACHING, 3) == [Unit("a", "g1")]
    assert drawn_units(history, COACHING, 5) == []
    assert drawn_units(reversed(history), COACHING, 7) == [Unit("a", "g2")]


def test_late_units_rank_by_their_first_approving_line_after_the_list() -> None:
    history = [
        line(1, "drawn", APPROVED),
        line(2, "back", APPROVED),
        line(3, "back", SUSPENDED),
        # the list is line 10
        line(11, "new", APPLIED),
        line(12, "drawn", SUSPENDED),
        line(13, "other", APPROVED),
        line(14, "back", APPROVED, "g7"),
        line(15, "new", APPROVED, "g5"),
        line(16, "other", SUSPENDED),
        line(17, "drawn", APPROVED, "g9"),
        line(18, "other", APPROVED, "g8"),
    ]
    assert late_units(history, COACHING, 10) == [Unit("other", "g1"), Unit("back", "g7"), Unit("new", "g5")]
    assert late_units(until(history, 13), COACHING, 10) == [Unit("other", "g1")]
    assert drawn_units(history, COACHING, 10) == [Unit("drawn", "g1")]


def test_late_for_another_pair_is_not_late_here() -> None:
    history = [line(11, "a", APPROVED, offers=frozenset({MAPPING})), line(12, "b", APPROVED)]
    assert late_units(history, COACHING, 10) == [Unit("b", "g1")]


def test_rendered_hides_and_brings_back_in_the_old_place() -> None:
    history = [line(1, "a", APPROVED), line(2, "b", APPROVED), line(3, "c", APPROVED), line(5, "b", SUSPENDED)]
    found = ["c", "b", "a"]
    assert rendered(found, until(history, 4), COACHING) == ["c", "b", "a"]
    assert rendered(found, history, COACHING) == ["c", "a"]
    assert rendered(found, [*history, line(9, "b", APPROVED)], COACHING) == found
    assert rendered(found, [*history, line(9, "a", APPROVED, offers=frozenset({MAPPING}))], COACHING) == ["c"]


def test_at_seq_is_the_latest_line_that_touches_the_pair() -> None:
    history = [
        line(1, "a", APPLIED, offers=BOTH),
        line(2, "b", APPROVED, offers=frozenset({MAPPING})),
        line(3, "a", APPROVED),
        line(4, "b", APPROVED, offers=frozenset({MAPPING})),
        line(5, "a", APPROVED, offers=frozenset()),
        line(6, "a", ENDED, offers=frozenset()),
    ]
    assert [at_seq(until(history, seq), COACHING) for seq in range(7)] == [NO_LINE, 1, 1, 3, 3, 5, 5]
    assert [at_seq(until(history, seq), MAPPING) for seq in range(7)] == [NO_LINE, 1, 2, 3, 4, 4, 4]


def test_two_lines_with_one_seq_are_refused() -> None:
    with pytest.raises(ValueError):
        eligible([line(1, "a", APPROVED), line(1, "b", APPROVED)], COACHING)


def test_from_log() -> None:
    book = good_book()
    read = [from_log(fields) for fields in map(lines.decode, book.raw) if fields["type"] == "registry"]
    assert read == book.registry


def shown(history: Iterable[RegistryLine], list_line: int) -> list[str]:
    """What a client sees of a list after the lines given."""
    known = list(history)
    whole = order(
        KEY, RANDOMNESS, 3, "valmennus", drawn_units(known, COACHING, list_line), late_units(known, COACHING, list_line)
    )
    return rendered(whole, known, COACHING)


def test_invariant_08_cards_never_change_places_while_the_registry_moves() -> None:
    """Suspensions, returns, new siblings, new groups, changes of group: what was above stays above, for ever."""
    random = Random(8)
    for _ in range(CASES):
        history = random_registry(random, random.randint(1, 16))
        list_line = random.choice(history).seq + 1 if random.random() < 0.8 else 0
        history = [each for each in history if each.seq != list_line]
        final = order(
            KEY, RANDOMNESS, 3, "valmennus",
            drawn_units(history, COACHING, list_line), late_units(history, COACHING, list_line),
        )  # fmt: skip
        for each in history:
            if each.seq > list_line:
                now = shown(until(history, each.seq), list_line)
                in_final = set(now)
                assert now == [unit for unit in final if unit in in_final]
                assert sorted(now) == [unit.unit for unit in eligible(until(history, each.seq), COACHING)], "13: complete"


def test_invariant_08_what_comes_later_is_not_needed_for_an_old_receipt() -> None:
    random = Random(88)
    for _ in range(CASES // 10):
        history = random_registry(random, 14)
        list_line, moment = 0, random.choice(history).seq
        with_all = order(KEY, RANDOMNESS, 3, "valmennus", [], late_units(history, COACHING, list_line))
        assert rendered(with_all, until(history, moment), COACHING) == shown(until(history, moment), list_line)


def test_invariant_11_granting_adds_and_never_removes() -> None:
    random = Random(11)
    for _ in range(CASES):
        history = random_registry(random, random.randint(0, 12))
        before = {unit.unit for unit in eligible(history, COACHING)}
        unit = f"u{random.randrange(9)}"
        last = max((each for each in history if each.unit == unit), key=lambda each: each.seq, default=None)
        offers = (last.offers if last else frozenset()) | {random.choice([COACHING, MAPPING])}
        after = eligible([*history, RegistryLine(1000, unit, "g1", offers, APPROVED)], COACHING)
        assert before <= {each.unit for each in after} <= before | {unit}


def test_invariant_12_one_rule_for_all() -> None:
    """Units with equal approvals are both in or both out, whatever they are called and whoever controls them."""
    random = Random(12)
    for _ in range(CASES):
        history = random_registry(random, random.randint(1, 10))
        twin_of = random.choice(history).unit
        both = [each._replace(seq=each.seq * 2) for each in history]
        both += [
            each._replace(seq=each.seq * 2 + 1, unit=f"z{random.randrange(10**6)}-twin", group="other")
            for each in history
            if each.unit == twin_of
        ]
        twins = {each.unit for each in both if each.unit.endswith("-twin")}
        name = twins.pop()
        both = [each._replace(unit=name) if each.unit.endswith("-twin") else each for each in both]
        found = {unit.unit for unit in eligible(both, COACHING)}
        assert (twin_of in found) == (name in found)
        assert found - {name} == {unit.unit for unit in eligible(history, COACHING)}
