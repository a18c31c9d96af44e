"""Is every unit in every place equally often? The chi-square test of a table of places."""

from collections.abc import Sequence
from math import erfc, sqrt

from marketplace.matching.statistics.exposure import Impression


def positions_p(lists: Sequence[Impression]) -> float:
    """The p-value, for lists of the same units without sisters. The rows and columns of the table are tied (each list has
    every place once), so (n - 1) / n of the usual sum has (n - 1)^2 degrees of freedom."""
    units = sorted(lists[0].units)
    count = len(units)
    expected = len(lists) / count
    times = {(unit, place): 0 for unit in units for place in range(count)}
    for one in lists:
        for place, unit in enumerate(one.units):
            times[unit, place] += 1
    off = sum((seen - expected) ** 2 / expected for seen in times.values())
    return chi_square_p(off * (count - 1) / count, (count - 1) ** 2)


def chi_square_p(value: float, degrees: int) -> float:
    """The chance of this value or more, by Wilson's and Hilferty's cube root (good to three digits from 30 degrees on)."""
    part = 2 / (9 * degrees)
    deviations = ((value / degrees) ** (1 / 3) - (1 - part)) / sqrt(part)
    return erfc(deviations / sqrt(2)) / 2
