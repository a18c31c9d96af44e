"""Exposure, its equal share, and what chance allows."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.matching.statistics.chance import FEWEST, draw, exposure
from marketplace.matching.statistics.exposure import (
    Impression,
    chances_in,
    disparity,
    eligible,
    gini,
    mean_weight,
    seen,
    spread,
    unequal_part,
    weight,
    weights,
)
from tests.matching.statistics.draws import drawn, impression, pushed, some_of, units

SETS = st.lists(st.sampled_from(["ga", "gb", "gc", "gd"]), min_size=1, max_size=7).map(
    lambda groups: frozenset((f"u{n}", group) for n, group in enumerate(groups))
)


def test_places_have_their_known_weights() -> None:
    assert weight(1) == 1
    assert weight(3) == 0.5
    assert weight(7) == pytest.approx(1 / 3)
    with pytest.raises(ValueError):
        weight(0)


def test_gini_and_spread_have_their_known_values() -> None:
    assert gini([1, 1, 1, 1]) == pytest.approx(0)
    assert gini([0, 0, 0, 1]) == pytest.approx(0.75)
    assert gini([1, 2, 3, 4]) == pytest.approx(0.25)
    assert gini([]) == 0
    assert spread([2, 4, 3]) == 2
    assert spread([0, 1]) == float("inf")
    assert spread([]) == 1


def test_a_list_that_never_changes_has_the_known_inequality() -> None:
    """Alphabetical order of 24: max/min 4.64 and Gini .221 (fairness A4)."""
    values = [one.exposure for one in seen([impression([u.unit for u in units(24)], units(24))] * 50).values()]
    assert spread(values) == pytest.approx(4.64, abs=0.005)
    assert gini(values) == pytest.approx(0.221, abs=0.0005)


def test_disparity_is_one_for_a_list_that_never_changes() -> None:
    lists = [impression([u.unit for u in units(12)], units(12))] * 40
    found = seen(lists)
    scale = unequal_part(eligible(lists))
    assert disparity((one.exposure - one.expected for one in found.values()), scale) == pytest.approx(1)
    assert disparity([], 0) == 0


@given(SETS)
def test_every_place_has_one_card_and_every_card_one_place(who: frozenset[tuple[str, str]]) -> None:
    table = chances_in(who)
    for places in table.values():
        assert sum(places) == pytest.approx(1)
    for column in zip(*table.values(), strict=True):
        assert sum(column) == pytest.approx(1)
    assert sum(map(mean_weight, table.values())) == pytest.approx(sum(weights(len(who))))


@given(SETS, st.integers(0, 1000))
def test_a_draw_gives_every_place_once_and_keeps_the_tiers(who: frozenset[tuple[str, str]], number: int) -> None:
    got = draw(who, Random(number))
    assert sorted(got, reverse=True) == list(weights(len(who)))
    table = chances_in(who)
    for (unit, _), worth in zip(sorted(who), got, strict=True):
        assert table[unit][weights(len(who)).index(worth)] > 0


def test_draws_by_lot_and_by_vo1_give_places_equally_often() -> None:
    """The chances that the bands stand on are those of the real draw, sisters too."""
    who = units(6, sisters=3)
    table = chances_in(frozenset(who))
    lists = drawn([who] * 3000)
    for unit, group in who[2:4]:
        first = sum(one.units[0] == unit for one in lists) / 3000
        assert first == pytest.approx(table[unit][0], abs=0.03), group


def test_honest_lists_stay_inside_and_are_seen_equally() -> None:
    random = Random(3)
    lists = drawn(some_of(units(24), 600, 8, random))
    found = exposure(lists, random, repetitions=2000)
    assert found is not None
    assert found.inside
    assert all(one.inside for one in found.units)
    assert found.disparity.usual == pytest.approx(1 / 600, rel=0.05)
    assert sum(one.seen.exposure for one in found.units) == pytest.approx(sum(one.seen.expected for one in found.units))


def test_a_card_that_is_pushed_up_in_one_list_of_twenty_is_seen() -> None:
    """Features d2: an injected bias of 5 % is flagged; the same lists without it are not."""
    random = Random(4)
    honest = drawn([units(24)] * 1200)
    assert exposure(honest, random, 1000).inside  # type: ignore[union-attr]
    found = exposure(pushed(honest, "u007", 0.05, random), random, 1000)
    assert found is not None
    assert not found.disparity.inside or any(not one.inside for one in found.units if one.unit == "u007")


def test_sisters_are_expected_where_their_tiers_are() -> None:
    random = Random(5)
    found = exposure(drawn([units(12, sisters=5)] * 400), random, 1000)
    assert found is not None
    assert found.inside
    assert all(one.inside for one in found.units)


def test_the_same_seed_finds_the_same_bands() -> None:
    lists = drawn(some_of(units(10), 60, 4, Random(1)))
    assert exposure(lists, Random(9), 200) == exposure(lists, Random(9), 200)


def test_too_few_lists_have_no_band() -> None:
    assert exposure(drawn([units(5)] * (FEWEST - 1)), Random(1), 100) is None
    rare = drawn([units(5)] * FEWEST) + [Impression(("u900",), ("g900",))]
    found = exposure(rare, Random(1), 100)
    assert found is not None
    assert [one.unit for one in found.units] == [f"u{n:03d}" for n in range(5)]
