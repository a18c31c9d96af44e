"""Does the place on the list sway the choice? Possible to ask because the order is drawn by lot (docs/fairness.md, figures).

Two tests that need no model: is the chosen card higher than a lot would put it (the mean of ln rank), and is it first more
often than by lot (with the odds, and an interval for them). Both look one way: towards the top.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import erfc, log, sqrt

from marketplace.matching.statistics.exact import Counts, binomials
from marketplace.matching.statistics.exposure import Impression, chances_in

FEWEST = 30
"""With fewer choices the tests say nothing."""
REDESIGN = 1.3
"""Above these odds for the first card the page is to be redesigned, never the order (fairness B5)."""
LARGEST = 50.0


@dataclass(frozen=True, slots=True)
class PositionEffect:
    """choices: how many were looked at. rank_p: one-sided p-value of the rank test. firsts, expected: choices of the first
    card, and by lot. first_p: one-sided, exact. odds: how many times likelier the first card is than by lot, with a 95 %
    interval."""

    choices: int
    rank_p: float
    firsts: int
    expected: float
    first_p: float
    odds: float
    low: float
    high: float


def position_effect(choices: Iterable[tuple[Impression, str]]) -> PositionEffect | None:
    """Test choices, each with the list as drawn and the unit that was chosen from it. Choices of units that were not in
    the draw, and lists of one, say nothing and are left out. None when fewer than FEWEST are left."""
    lower, variance = 0.0, 0.0
    firsts = 0
    first_chances: Counter[float] = Counter()
    for one, unit in choices:
        if unit not in one.units or len(one.units) < 2:
            continue
        places = chances_in(frozenset(zip(one.units, one.groups, strict=True)))[unit]
        rank = one.units.index(unit) + 1
        mean = sum(chance * log(place) for place, chance in enumerate(places, start=1))
        lower += log(rank) - mean
        variance += sum(chance * (log(place) - mean) ** 2 for place, chance in enumerate(places, start=1))
        firsts += rank == 1
        first_chances[round(places[0], 12)] += 1
    count = first_chances.total()
    if count < FEWEST:
        return None
    return PositionEffect(
        choices=count,
        rank_p=_below(lower / sqrt(variance)),
        firsts=firsts,
        expected=sum(chance * times for chance, times in first_chances.items()),
        first_p=binomials(first_chances).at_least(firsts),
        odds=_odds(first_chances, lambda by_chance: _mean(by_chance) - firsts),
        low=_odds(first_chances, lambda by_chance: by_chance.at_least(firsts) - 0.025) if firsts else 0.0,
        high=_odds(first_chances, lambda by_chance: 0.025 - by_chance.at_most(firsts)),
    )


def _below(deviations: float) -> float:
    """The chance of a value this low or lower in a normal distribution."""
    return erfc(-deviations / sqrt(2)) / 2


def _mean(by_chance: Counts) -> float:
    return sum(count * mass for count, mass in enumerate(by_chance.mass, start=by_chance.start))


def _odds(chances: Counter[float], rises: Callable[[Counts], float]) -> float:
    """The odds at which something that rises with them passes zero, by halving; between 0 and LARGEST."""
    low, high = 0.0, LARGEST
    for _ in range(40):
        middle = (low + high) / 2
        swayed: Counter[float] = Counter()
        for chance, times in chances.items():
            swayed[middle * chance / (1 - chance + middle * chance)] += times
        low, high = (low, middle) if rises(binomials(swayed)) > 0 else (middle, high)
    return (low + high) / 2
