"""Exact distributions against known values and against counting."""

from fractions import Fraction
from itertools import product
from math import comb, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.matching.statistics.exact import (
    NOTHING,
    Counts,
    benjamini_hochberg,
    binomial,
    binomials,
    hypergeometric,
    total,
)


def test_a_binomial_has_its_known_tails() -> None:
    ten = binomial(10, 0.5)
    assert ten.at_least(8) == pytest.approx(56 / 1024)
    assert ten.at_most(1) == pytest.approx(11 / 1024)
    assert ten.two_sided(8) == pytest.approx(112 / 1024)
    assert ten.two_sided(5) == 1.0
    assert ten.within(0.95) == (2, 8)


@given(st.integers(0, 60), st.integers(1, 9))
def test_a_binomial_agrees_with_fractions(trials: int, tenths: int) -> None:
    chance = Fraction(tenths, 10)
    found = binomial(trials, tenths / 10)
    for count in range(trials + 1):
        exact = comb(trials, count) * chance**count * (1 - chance) ** (trials - count)
        mass = found.mass[count - found.start] if 0 <= count - found.start < len(found.mass) else 0.0
        assert isclose(mass, float(exact), rel_tol=1e-9, abs_tol=1e-15)


@given(st.integers(1, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(0, n))))
def test_a_hypergeometric_agrees_with_counting(said: tuple[int, int, int]) -> None:
    everyone, marked, taken = said
    found = hypergeometric(everyone, marked, taken)
    for place, mass in enumerate(found.mass):
        count = found.start + place
        assert isclose(mass, comb(marked, count) * comb(everyone - marked, taken - count) / comb(everyone, taken),
                       rel_tol=1e-9)  # fmt: skip
    assert sum(found.mass) == pytest.approx(1)


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from([0.1, 0.25, 0.5, 1.0])), max_size=3))
def test_a_sum_agrees_with_going_through_all_cases(parts: list[tuple[int, float]]) -> None:
    trials = [chance for count, chance in parts for _ in range(count)]
    by_count: dict[int, float] = {}
    for outcome in product((0, 1), repeat=len(trials)):
        weight = 1.0
        for happened, chance in zip(outcome, trials, strict=True):
            weight *= chance if happened else 1 - chance
        by_count[sum(outcome)] = by_count.get(sum(outcome), 0.0) + weight
    found = total(binomial(count, chance) for count, chance in parts)
    for count, weight in by_count.items():
        assert found.at_least(count) - found.at_least(count + 1) == pytest.approx(weight, abs=1e-12)


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=40), st.integers(0, 40))
def test_the_two_tails_cover_everything(chances: list[float], count: int) -> None:
    found = binomials(dict.fromkeys(chances, 1))
    assert found.at_least(count) + found.at_most(count - 1) == pytest.approx(1)
    assert found.at_least(0) == pytest.approx(1)


def test_many_trials_stay_a_short_list() -> None:
    assert len(binomial(100_000, 1 / 24).mass) < 2200
    assert binomial(100_000, 1 / 24).at_least(4167) == pytest.approx(0.5, abs=0.02)


def test_nothing_is_nothing() -> None:
    assert total([]) == NOTHING == Counts(0, (1.0,))
    assert binomials({}).two_sided(0) == 1.0
    with pytest.raises(ValueError):
        hypergeometric(3, 4, 1)
    with pytest.raises(ValueError):
        binomial(-1, 0.5)


def test_false_discoveries_are_limited_as_in_the_article() -> None:
    """The fifteen p-values of Benjamini and Hochberg's own example: four hypotheses are rejected at .05."""
    p_values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
                0.7590, 1.0]  # fmt: skip
    flagged = benjamini_hochberg(dict(enumerate(p_values)), 0.05)
    assert sorted(flagged) == [0, 1, 2, 3]
    assert flagged[0] == pytest.approx(0.0015)
    assert benjamini_hochberg({}, 0.05) == {}
