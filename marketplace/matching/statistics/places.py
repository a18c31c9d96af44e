"""Who came first how often, and where one unit stood: exact tests, no repetition needed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from marketplace.matching.statistics.chance import SHARE
from marketplace.matching.statistics.exact import Counts, binomials
from marketplace.matching.statistics.exposure import Impression, chances, group_sizes, tiers

ALPHA = 0.05
"""Divided by the number of groups (Bonferroni): one false alarm in twenty periods, whatever the number of groups."""

ROWS = ((1, 1), (2, 2), (3, 3), (4, 6), (7, 12), (13, None))
"""Places as they are told to a provider: first, second, third, fourth to sixth, seventh to twelfth, later."""


@dataclass(frozen=True, slots=True)
class FirstPlaces:
    """How often a group's card came first. low, high: what chance allows with 99.9 %. flagged: beyond what chance gives to
    any of the groups once in twenty periods."""

    group: str
    impressions: int
    firsts: int
    expected: float
    low: int
    high: int
    p_value: float
    flagged: bool


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """How often one unit stood in the places `first` to `last` (None: and later), and what chance allows with 99.9 %."""

    first: int
    last: int | None
    times: int
    expected: float
    low: int
    high: int

    @property
    def inside(self) -> bool:
        return self.low <= self.times <= self.high


def first_places(lists: Iterable[Impression]) -> tuple[FirstPlaces, ...]:
    """Each group's first places. A group is first with one chance among the groups of the list, whatever its size."""
    among: dict[str, Counter[int]] = {}
    firsts: Counter[str] = Counter()
    for one in lists:
        here = set(one.groups)
        for group in here:
            among.setdefault(group, Counter())[len(here)] += 1
        if one.groups:
            firsts[one.groups[0]] += 1
    found = []
    for group, counts in sorted(among.items()):
        by_chance = binomials({1 / groups: times for groups, times in counts.items()})
        p_value = by_chance.two_sided(firsts[group])
        expected = sum(times / groups for groups, times in counts.items())
        found.append(
            FirstPlaces(group, counts.total(), firsts[group], expected, *by_chance.within(SHARE), p_value,
                        p_value < ALPHA / len(among))
        )  # fmt: skip
    return tuple(found)


def places_of(unit: str, lists: Iterable[Impression]) -> tuple[PlaceRow, ...]:
    """Where one unit stood in its lists. Rows in which it could never stand are left out; no lists, no rows."""
    times: Counter[int] = Counter()
    by_place: list[Counter[tuple[float, ...]]] = []
    for one in lists:
        place = one.units.index(unit)
        times[place + 1] += 1
        sizes = group_sizes(one.groups)
        found = chances(sizes[one.groups[place]], tiers(tuple(sorted(sizes.values(), reverse=True))))
        by_place.append(Counter([found]))
    lots: Counter[tuple[float, ...]] = sum(by_place, Counter())
    return tuple(row for row in (_row(first, last, times, lots) for first, last in ROWS) if row is not None)


def _row(first: int, last: int | None, times: Counter[int], lots: Counter[tuple[float, ...]]) -> PlaceRow | None:
    chance_of: Counter[float] = Counter()
    for places, count in lots.items():
        chance_of[round(_between(places, first, last), 12)] += count
    if not any(chance_of):
        return None
    stood = sum(count for rank, count in times.items() if first <= rank <= (last or rank))
    by_chance: Counts = binomials(chance_of)
    expected = sum(chance * count for chance, count in chance_of.items())
    return PlaceRow(first, last, stood, expected, *by_chance.within(SHARE))


def _between(places: Sequence[float], first: int, last: int | None) -> float:
    return min(1.0, sum(places[first - 1 : last]))
