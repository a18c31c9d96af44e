"""First places, one unit's places, and whether the place sways the choice."""

from random import Random

import pytest

from marketplace.matching.statistics.places import first_places, places_of
from marketplace.matching.statistics.position import position_effect
from tests.matching.statistics.draws import drawn, pushed, some_of, units

LISTS = drawn([units(24)] * 1200)


def test_honest_first_places_raise_no_flag() -> None:
    found = first_places(LISTS)
    assert sum(one.firsts for one in found) == 1200
    assert found[0].expected == pytest.approx(50)
    assert not any(one.flagged for one in found)


def test_a_push_of_five_percent_is_flagged_and_of_whom() -> None:
    flagged = [one.group for one in first_places(pushed(LISTS, "u003", 0.05, Random(1))) if one.flagged]
    assert flagged == ["g003"]


def test_sisters_count_as_one() -> None:
    found = {one.group: one for one in first_places(drawn([units(8, sisters=4)] * 500))}
    assert found["g000"].expected == pytest.approx(100)
    assert not any(one.flagged for one in found.values())


def test_chances_of_unequal_sets_are_added_up() -> None:
    lists = drawn(some_of(units(12), 300, 3, Random(2)))
    assert sum(one.expected for one in first_places(lists)) == pytest.approx(300)
    assert first_places([]) == ()


def test_own_places_stand_against_chance() -> None:
    rows = places_of("u005", LISTS)
    assert [(row.first, row.last) for row in rows] == [(1, 1), (2, 2), (3, 3), (4, 6), (7, 12), (13, None)]
    assert sum(row.times for row in rows) == 1200
    assert rows[0].expected == pytest.approx(50)
    assert rows[3].expected == pytest.approx(150)
    assert all(row.inside for row in rows)
    assert not places_of("u005", pushed(LISTS, "u005", 0.1, Random(1)))[0].inside


def test_rows_without_a_chance_are_left_out() -> None:
    assert [row.first for row in places_of("u000", drawn([units(2)] * 3))] == [1, 2]
    assert places_of("u000", []) == ()


def test_choices_by_lot_show_no_effect_and_choices_of_the_first_do() -> None:
    random = Random(6)
    by_lot = [(one, random.choice(one.units)) for one in LISTS[:600]]
    found = position_effect(by_lot)
    assert found is not None
    assert found.rank_p > 0.01
    assert found.first_p > 0.01
    assert found.low < 1 < found.high
    swayed = [(one, one.units[0] if random.random() < 0.1 else random.choice(one.units)) for one in LISTS[:600]]
    found = position_effect(swayed)
    assert found is not None
    assert found.rank_p < 0.001
    assert found.first_p < 0.001
    assert found.low > 1.3
    assert found.low < found.odds < found.high


def test_the_odds_are_those_of_the_textbook_when_all_lists_are_alike() -> None:
    """Twelve cards, 300 choices, 50 of the first: odds 50/250 against 1/11, that is 2.2."""
    lists = drawn([units(12)] * 300)
    found = position_effect([(one, one.units[0 if n < 50 else 1 + n % 11]) for n, one in enumerate(lists)])
    assert found is not None
    assert found.odds == pytest.approx(2.2, abs=0.001)
    assert found.firsts == 50
    assert found.expected == pytest.approx(25)


def test_few_choices_and_lists_of_one_say_nothing() -> None:
    assert position_effect([(one, one.units[0]) for one in LISTS[:29]]) is None
    assert position_effect([(one, "u000") for one in drawn([units(1)] * 100)]) is None
    assert position_effect([(one, "u999") for one in LISTS[:50]]) is None
