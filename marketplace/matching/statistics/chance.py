"""What chance allows: the same lists drawn again, thousands of times, by lot.

For each set of eligible units that really occurred, a pool of draws is made; a repetition of the period takes as many draws
from the pools as there were lists. The pools are corrected to have the exact mean. Randomness is handed in (seeded), so that
anyone who has the same lists finds the same bands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random

from marketplace.matching.statistics.exact import binomial
from marketplace.matching.statistics.exposure import (
    Eligible,
    Impression,
    Seen,
    chances_in,
    disparity,
    eligible,
    gini,
    group_sizes,
    mean_weight,
    seen,
    spread,
    unequal_part,
    weights,
)

SHARE = 0.999
"""Chance stays inside the band with this probability."""
REPETITIONS = 5_000
POOL = 1500
FEWEST = 20
"""With fewer lists a band says nothing: none is made."""


@dataclass(frozen=True, slots=True)
class UnitBand:
    """One unit's exposure by its equal share (1.00), between what chance allows."""

    unit: str
    seen: Seen
    low: float
    high: float

    @property
    def inside(self) -> bool:
        return self.low <= self.seen.ratio <= self.high


@dataclass(frozen=True, slots=True)
class Limited:
    """A figure, its average by chance, and what chance exceeds once in a thousand periods."""

    value: float
    usual: float
    limit: float

    @property
    def inside(self) -> bool:
        return self.value <= self.limit


@dataclass(frozen=True, slots=True)
class Exposure:
    """A period's exposure. lists: how many impressions. Units with fewer than FEWEST impressions have no band."""

    lists: int
    units: tuple[UnitBand, ...]
    gini: Limited
    spread: Limited
    disparity: Limited

    @property
    def inside(self) -> bool:
        """Whether all three figures are within what chance allows."""
        return self.gini.inside and self.spread.inside and self.disparity.inside

    @property
    def outside(self) -> int:
        """How many units are outside their band."""
        return sum(not one.inside for one in self.units)

    @property
    def outside_by_chance(self) -> float:
        """How often chance puts at least so many outside, 1 when nobody is (the units taken as independent)."""
        return binomial(len(self.units), 1 - SHARE).at_least(self.outside)


def exposure(
    lists: Iterable[Impression], random: Random, repetitions: int = REPETITIONS, pool: int = POOL
) -> Exposure | None:
    """Measure the lists and draw their chance bands. None when there are fewer than FEWEST.

    Units that were eligible in fewer than FEWEST lists are in the lists but have no figure of their own.
    """
    lists = list(lists)
    if len(lists) < FEWEST:
        return None
    sets = eligible(lists)
    found = seen(lists)
    units = sorted(found)
    told = [place for place, unit in enumerate(units) if found[unit].impressions >= FEWEST]
    expected = [found[unit].expected for unit in units]
    scale = unequal_part(sets)
    ratios: list[list[float]] = []
    figures: list[tuple[float, float, float]] = []
    for row in again(sets, units, random, repetitions, pool):
        shares = [row[place] / expected[place] for place in told]
        ratios.append(shares)
        figures.append((gini(shares), spread(shares), _disparity(row, expected, scale)))
    values = [found[units[place]].ratio for place in told]
    real = _disparity([found[unit].exposure for unit in units], expected, scale)
    limited = [
        Limited(value, sum(column) / repetitions, sorted(column)[-outside(repetitions, 1 - SHARE)])
        for value, column in zip((gini(values), spread(values), real), zip(*figures, strict=True), strict=True)
    ]
    bands = tuple(
        _band(units[place], found, column) for place, column in zip(told, zip(*ratios, strict=True), strict=True)
    )
    return Exposure(len(lists), bands, *limited)


def again(
    sets: Mapping[Eligible, int], units: list[str], random: Random, repetitions: int, pool: int
) -> list[list[float]]:
    """The exposure of each of `units`, in `repetitions` periods drawn by lot from the same eligible sets."""
    place_of = {unit: place for place, unit in enumerate(units)}
    rows = [[0.0] * len(units) for _ in range(repetitions)]
    for who, count in sorted(sets.items(), key=lambda item: sorted(item[0])):
        members = sorted(who)
        draws = [draw(who, random) for _ in range(pool)]
        shares = chances_in(who)
        wrong = [
            count * (mean_weight(shares[unit]) - sum(column) / pool)
            for (unit, _), column in zip(members, zip(*draws, strict=True), strict=True)
        ]
        places = [place_of[unit] for unit, _ in members]
        for row in rows:
            picked = random.choices(draws, k=count)
            for place, more, column in zip(places, wrong, zip(*picked, strict=True), strict=True):
                row[place] += sum(column) + more
    return rows


def draw(who: Eligible, random: Random) -> tuple[float, ...]:
    """One draw by lot: the weight that each unit got, in the order of `sorted(who)`. Groups have their tiers, as in VO1."""
    members = sorted(who)
    worth = weights(len(members))
    sizes = group_sizes(group for _, group in members)
    if len(sizes) == len(members):
        return tuple(random.sample(worth, len(worth)))
    sisters: dict[str, list[str]] = {}
    for unit, group in members:
        sisters.setdefault(group, []).append(unit)
    for row in sisters.values():
        random.shuffle(row)
    got: dict[str, float] = {}
    for tier in range(max(sizes.values())):
        here = [row[tier] for row in sisters.values() if len(row) > tier]
        random.shuffle(here)
        got.update(zip(here, worth[len(got) :], strict=False))
    return tuple(got[unit] for unit, _ in members)


def outside(count: int, share: float) -> int:
    """The how-manieth from the end begins what is outside: a limit that `share` of the values exceed. At least the last."""
    return max(1, round(count * share))


def _band(unit: str, found: Mapping[str, Seen], column: Iterable[float]) -> UnitBand:
    ordered = sorted(column)
    out = outside(len(ordered), (1 - SHARE) / 2)
    return UnitBand(unit, found[unit], ordered[out - 1], ordered[-out])


def _disparity(row: Iterable[float], expected: Iterable[float], scale: float) -> float:
    return disparity((one - other for one, other in zip(row, expected, strict=True)), scale)
