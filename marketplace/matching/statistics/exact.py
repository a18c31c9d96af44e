"""Exact distributions of counts: sums of independent binomials and hypergeometrics, and what to do with many p-values.

A distribution is kept where it has any weight at all (more than 1e-18), so that the sum of thousands of draws stays a
short list of numbers.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from math import exp, lgamma, log, log1p
from typing import TypeVar

DUST = 1e-18

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Counts:
    """A distribution over whole numbers: `mass[i]` is the probability of `start + i`."""

    start: int
    mass: tuple[float, ...]

    def at_least(self, count: int) -> float:
        """P(X >= count)."""
        return min(1.0, sum(self.mass[max(0, count - self.start) :]))

    def at_most(self, count: int) -> float:
        """P(X <= count)."""
        return min(1.0, sum(self.mass[: max(0, count - self.start + 1)]))

    def two_sided(self, count: int) -> float:
        """Twice the smaller tail, at most 1: how surprising a count is in either direction."""
        return min(1.0, 2 * min(self.at_least(count), self.at_most(count)))

    def within(self, share: float) -> tuple[int, int]:
        """The counts between which chance stays with at least this probability, half of the rest on each side."""
        tail = (1 - share) / 2
        return self._first(tail), self._last(tail)

    def _first(self, tail: float) -> int:
        gone = 0.0
        for place, mass in enumerate(self.mass):
            gone += mass
            if gone > tail:
                return self.start + place
        return self.start + len(self.mass) - 1

    def _last(self, tail: float) -> int:
        gone = 0.0
        for place in range(len(self.mass) - 1, -1, -1):
            gone += self.mass[place]
            if gone > tail:
                return self.start + place
        return self.start


NOTHING = Counts(0, (1.0,))
"""The count of nothing: 0 for certain."""


def add(one: Counts, other: Counts) -> Counts:
    """The distribution of the sum of two independent counts."""
    if len(one.mass) < len(other.mass):
        one, other = other, one
    found = [0.0] * (len(one.mass) + len(other.mass) - 1)
    for shift, factor in enumerate(other.mass):
        if factor:
            for place, mass in enumerate(one.mass, start=shift):
                found[place] += mass * factor
    return _trimmed(one.start + other.start, found)


def total(parts: Iterable[Counts]) -> Counts:
    """The distribution of the sum of independent counts; of none, 0."""
    return reduce(add, parts, NOTHING)


def binomial(trials: int, chance: float) -> Counts:
    """How often something of this chance happens in independent trials."""
    if trials < 0 or not 0 <= chance <= 1:
        raise ValueError("trials from 0, chance from 0 to 1")
    if trials == 0 or chance == 0:
        return NOTHING
    if chance == 1:
        return Counts(trials, (1.0,))
    log_yes, log_no = log(chance), log1p(-chance)
    masses = [exp(_log_choose(trials, k) + k * log_yes + (trials - k) * log_no) for k in _near(trials * chance, trials)]
    return _trimmed(_near(trials * chance, trials)[0], masses)


def binomials(chances: Mapping[float, int]) -> Counts:
    """How often something happens in independent trials of different chances: {chance: trials}."""
    return total(binomial(trials, chance) for chance, trials in sorted(chances.items()))


@lru_cache(65536)
def hypergeometric(all_of_them: int, marked: int, taken: int) -> Counts:
    """How many marked ones are among `taken`, drawn without looking from `all_of_them` of which `marked` are marked."""
    if not 0 <= marked <= all_of_them or not 0 <= taken <= all_of_them:
        raise ValueError("no more marked or taken than there are")
    low, high = max(0, taken + marked - all_of_them), min(marked, taken)
    whole = _log_choose(all_of_them, taken)
    masses = [
        exp(_log_choose(marked, k) + _log_choose(all_of_them - marked, taken - k) - whole) for k in range(low, high + 1)
    ]
    return _trimmed(low, masses)


def benjamini_hochberg(p_values: Mapping[Key, float], share: float) -> dict[Key, float]:
    """The hypotheses to be looked at, with their adjusted p-value (q), when at most `share` of them may be false alarms
    (Benjamini and Hochberg 1995)."""
    ordered = sorted(p_values.items(), key=lambda item: item[1])
    adjusted: dict[Key, float] = {}
    least = 1.0
    for rank in range(len(ordered), 0, -1):
        key, p_value = ordered[rank - 1]
        least = min(least, p_value * len(ordered) / rank)
        adjusted[key] = least
    return {key: q for key, q in adjusted.items() if q <= share}


def _near(middle: float, most: int) -> range:
    """The counts that can have any weight: 15 standard deviations and a bit around the middle."""
    room = int(15 * (middle + 1) ** 0.5) + 15
    return range(max(0, int(middle) - room), min(most, int(middle) + room) + 1)


def _log_choose(things: int, taken: int) -> float:
    return lgamma(things + 1) - lgamma(taken + 1) - lgamma(things - taken + 1)


def _trimmed(start: int, masses: Sequence[float]) -> Counts:
    first, last = 0, len(masses)
    while first < last - 1 and masses[first] < DUST:
        first += 1
    while last > first + 1 and masses[last - 1] < DUST:
        last -= 1
    return Counts(start + first, tuple(masses[first:last]))
