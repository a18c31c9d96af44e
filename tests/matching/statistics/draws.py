"""Lists to measure: drawn by VO1 itself, or put in an order that is not fair."""

from collections.abc import Callable, Sequence
from random import Random

from marketplace.matching.order import Unit, order
from marketplace.matching.statistics.exposure import Impression

KEY, RANDOMNESS = bytes(range(32)), bytes(32)


def units(count: int, sisters: int = 1) -> list[Unit]:
    """`count` units, each its own group, but for the first `sisters` of them, which are one."""
    return [Unit(f"u{n:03d}", "g000" if n < sisters else f"g{n:03d}") for n in range(count)]


def impression(row: Sequence[str], who: Sequence[Unit]) -> Impression:
    groups = dict(who)
    return Impression(tuple(row), tuple(groups[unit] for unit in row))


def drawn(sets: Sequence[Sequence[Unit]], first: int = 1) -> list[Impression]:
    """One list for each of the sets, drawn by VO1 with running numbers from `first`."""
    return [
        impression(order(KEY, RANDOMNESS, number, "valmennus", who, []), who) for number, who in enumerate(sets, first)
    ]


def some_of(everyone: Sequence[Unit], count: int, least: int, random: Random) -> list[list[Unit]]:
    """Eligible sets of different sizes, as areas and services make them: a dozen that come again and again."""
    kinds = [random.sample(list(everyone), random.randint(least, len(everyone))) for _ in range(12)]
    return [random.choice(kinds) for _ in range(count)]


def pushed(lists: list[Impression], unit: str, share: float, random: Random) -> list[Impression]:
    """The same lists, but in some of them the unit was put first."""

    def first(one: Impression) -> Impression:
        at = one.units.index(unit)
        move: Callable[[tuple[str, ...]], tuple[str, ...]] = lambda row: (row[at], *row[:at], *row[at + 1 :])  # noqa: E731
        return Impression(move(one.units), move(one.groups))

    return [first(one) if unit in one.units and random.random() < share else one for one in lists]
