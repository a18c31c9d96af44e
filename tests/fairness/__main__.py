"""python -m tests.fairness [--seed N] [--lists N]: is the draw equal for all? Exit code 1 when a limit is missed.

The real draw (VO1) is put beside two orders that are in use elsewhere and are not equal: each check must let the first
through and stop the others, or it would prove nothing.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from random import Random

from marketplace.matching.order import Unit, order
from marketplace.matching.statistics.chance import SHARE, exposure
from marketplace.matching.statistics.exact import binomial
from marketplace.matching.statistics.exposure import Impression
from marketplace.matching.statistics.places import first_places
from tests.fairness.chi_square import positions_p

GROUPS, SISTERS, LISTS_A_DAY = 24, 5, 8
LEAST_P = 0.001

Draw = Callable[[int, Sequence[Unit]], list[str]]


@dataclass(frozen=True)
class Figure:
    """One check: what was measured, between which limits it must be."""

    what: str
    value: float
    low: float
    high: float

    @property
    def kept(self) -> bool:
        return self.low <= self.value <= self.high


class Keys:
    """Days' keys and randomness, as a house would have them; the same seed gives the same days."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._days: dict[int, tuple[bytes, bytes]] = {}

    def draw(self, number: int, who: Sequence[Unit]) -> list[str]:
        day = number // LISTS_A_DAY
        if day not in self._days:
            self._days[day] = self._random.randbytes(32), self._random.randbytes(32)
        return order(*self._days[day], number, "valmennus", who, [])


def by_name(_number: int, who: Sequence[Unit]) -> list[str]:
    """A to Z."""
    return sorted(unit.unit for unit in who)


def by_fixed_hash(_number: int, who: Sequence[Unit]) -> list[str]:
    """Ties broken by a hash of the code: the same for every client, for ever."""
    return sorted((unit.unit for unit in who), key=lambda unit: sha256(unit.encode()).digest())


def figures(draw: Draw, lists: int, random: Random) -> Iterator[Figure]:
    """All checks of one way to draw."""
    alone = [Unit(f"u{n:02d}", f"g{n:02d}") for n in range(GROUPS)]
    same = _lists(draw, [alone] * lists)
    yield Figure(f"each of {GROUPS} equally often in each place: chi-square p", positions_p(same), LEAST_P, 1.0)
    yield from _exposed("24 providers", same, random)
    attackers = [Unit(f"aaa{n}", "attacker") for n in range(SISTERS)]
    stuffed = _lists(draw, [[*attackers, *alone[1:]]] * lists)
    yield from _attack(stuffed)
    kinds = [random.sample(alone, random.randint(4, GROUPS)) for _ in range(12)]
    unequal = _lists(draw, [random.choice(kinds) for _ in range(lists)])
    yield from _exposed("unequal eligible sets", unequal, random)
    wrong = sum(one.flagged for one in first_places(unequal))
    yield Figure("unequal eligible sets: groups first too often or too seldom", wrong, 0, 0)


def _lists(draw: Draw, sets: list[list[Unit]]) -> list[Impression]:
    found = []
    for number, who in enumerate(sets, start=1):
        groups, row = dict(who), draw(number, who)
        found.append(Impression(tuple(row), tuple(groups[unit] for unit in row)))
    return found


def _exposed(what: str, lists: list[Impression], random: Random) -> Iterator[Figure]:
    found = exposure(lists, random)
    assert found is not None, "there are lists enough"
    yield Figure(f"{what}: expected-exposure disparity (1/N = {1 / len(lists):.5f})", found.disparity.value, 0.0,
                 found.disparity.limit)  # fmt: skip
    yield Figure(f"{what}: Gini of exposure", found.gini.value, 0.0, found.gini.limit)
    yield Figure(f"{what}: largest by smallest exposure", found.spread.value, 1.0, found.spread.limit)
    out = sum(not one.inside for one in found.units)
    yield Figure(f"{what}: providers outside their 99.9 % band", out, 0, 1)


def _attack(lists: list[Impression]) -> Iterator[Figure]:
    """Five sisters with names that begin with AAA: together they may have what one provider has, at the top."""
    count = len(lists)
    for places, what in ((1, "first"), (3, "among the first three")):
        held = sum("attacker" in one.groups[:places] for one in lists)
        low, high = binomial(count, places / GROUPS).within(SHARE)
        yield Figure(f'five sisters named "AAA" are {what}: share', held / count, low / count, high / count)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fairness", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="other keys, other eligible sets")
    parser.add_argument("--lists", type=int, default=1200)
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    ways: list[tuple[str, Draw, bool]] = [
        ("VO1, the real draw", Keys(Random(asked.seed)).draw, True),
        ("A to Z (must be caught)", by_name, False),
        ("a fixed hash (must be caught)", by_fixed_hash, False),
    ]
    right = True
    for name, draw, honest in ways:
        print(f"\n{name}: {asked.lists} lists")
        found = list(figures(draw, asked.lists, Random(asked.seed + 1)))
        for one in found:
            print(
                f"  {'ok    ' if one.kept else 'MISSED'} {one.what}: {one.value:.5g} (limits {one.low:.5g} to {one.high:.5g})"
            )
        kept = all(one.kept for one in found)
        right = right and kept is honest
    print(
        f"\n{'All as it must be' if right else 'NOT as it must be'} ({time.monotonic() - began:.0f} s, seed {asked.seed})."
    )
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
