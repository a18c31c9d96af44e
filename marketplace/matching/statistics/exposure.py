"""How much each provider was seen, against its equal share: exposure per eligible impression (docs/fairness.md, figures).

An impression is one voucher's list, as it was drawn. A place is worth 1/log2(1 + rank), as in the literature on exposure.
The equal share is what VO1 gives on average to a unit of that list: places are equal between the groups of a tier, and
between the sisters of a group over its tiers. Whoever has 1.00 was seen as much as chance gives everybody.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import fsum, log2, sqrt
from typing import NamedTuple


class Impression(NamedTuple):
    """One list as drawn: the codes of its units in order, and of the group of each."""

    units: tuple[str, ...]
    groups: tuple[str, ...]


Eligible = frozenset[tuple[str, str]]
"""Who could be drawn: (unit, group)."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One unit over many lists. exposure: the sum of its places' weights; expected: the same at equal shares."""

    impressions: int
    exposure: float
    expected: float

    @property
    def ratio(self) -> float:
        """1.00 is the equal share."""
        return self.exposure / self.expected if self.expected else 1.0


@lru_cache(1024)
def weight(rank: int) -> float:
    """What a place is worth: 1 for the first, 0.63 for the second, 0.29 for the tenth."""
    if rank < 1:
        raise ValueError("ranks begin at 1")
    return 1 / log2(1 + rank)


def weights(count: int) -> tuple[float, ...]:
    """The weights of the places 1 to `count`."""
    return tuple(weight(rank) for rank in range(1, count + 1))


def eligible(lists: Iterable[Impression]) -> dict[Eligible, int]:
    """How many lists were drawn from each set of eligible units."""
    return Counter(frozenset(zip(one.units, one.groups, strict=True)) for one in lists)


@lru_cache(4096)
def tiers(sizes: tuple[int, ...]) -> tuple[int, ...]:
    """How many cards each tier has, from the sizes of the groups (VO1: a group has one card in each of its tiers)."""
    return tuple(sum(size > tier for size in sizes) for tier in range(max(sizes, default=0)))


def group_sizes(groups: Iterable[str]) -> dict[str, int]:
    return dict(Counter(groups))


@lru_cache(4096)
def chances(size: int, widths: tuple[int, ...]) -> tuple[float, ...]:
    """The chance of each place (index 0 is the first) for a unit whose group has `size` units, in tiers of these widths."""
    return tuple(1 / (size * width) if tier < size else 0.0 for tier, width in enumerate(widths) for _ in range(width))


def chances_in(who: Eligible) -> dict[str, tuple[float, ...]]:
    """For each unit of an eligible set, the chance of each place."""
    sizes = group_sizes(group for _, group in who)
    widths = tiers(tuple(sorted(sizes.values(), reverse=True)))
    return {unit: chances(sizes[group], widths) for unit, group in who}


@lru_cache(4096)
def mean_weight(places: tuple[float, ...]) -> float:
    """The equal share: what the places are worth on average, by their chances."""
    return sum(chance * weight(rank) for rank, chance in enumerate(places, start=1))


def seen(lists: Iterable[Impression]) -> dict[str, Seen]:
    """Each unit's exposure over the lists in which it was eligible, beside its equal share."""
    lists = list(lists)
    sets = eligible(lists)
    impressions: Counter[str] = Counter()
    expected: dict[str, float] = {}
    for who, count in sets.items():
        for unit, places in chances_in(who).items():
            impressions[unit] += count
            expected[unit] = expected.get(unit, 0.0) + count * mean_weight(places)
    exposure = dict.fromkeys(impressions, 0.0)
    for one in lists:
        for rank, unit in enumerate(one.units, start=1):
            exposure[unit] += weight(rank)
    return {unit: Seen(impressions[unit], exposure[unit], expected[unit]) for unit in sorted(impressions)}


def gini(values: Sequence[float]) -> float:
    """0 when all are equal, near 1 when one has everything."""
    ordered = sorted(values)
    whole, count = sum(ordered), len(ordered)
    if not whole:
        return 0.0
    return (
        2 * sum(place * value for place, value in enumerate(ordered, start=1)) / (count * whole) - (count + 1) / count
    )


def spread(values: Sequence[float]) -> float:
    """The largest by the smallest; infinite when the smallest is 0, and 1 of nothing."""
    if not values:
        return 1.0
    return max(values) / min(values) if min(values) else float("inf")


def unequal_part(sets: Mapping[Eligible, int]) -> float:
    """What the squared differences would add up to if each list put the same units first: the scale of `disparity`."""
    return fsum(count * sqrt(_variance(who)) for who, count in sets.items()) ** 2


def disparity(differences: Iterable[float], scale: float) -> float:
    """Expected-exposure disparity (EE-D; Diaz et al. 2020), normalised: 1 for a list that never changes, and on average
    1/N for N draws by lot, also when the eligible sets differ.

    differences: exposure minus equal share, a unit each. scale: `unequal_part` of the same lists.
    """
    return sum(one * one for one in differences) / scale if scale else 0.0


def _variance(who: Eligible) -> float:
    """The sum, over a list's units, of the variance of what one draw gives to each."""
    whole = sum(one * one for one in weights(len(who)))
    return max(0.0, whole - sum(mean_weight(places) ** 2 for places in chances_in(who).values()))
