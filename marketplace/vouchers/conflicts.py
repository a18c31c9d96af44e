"""Whose hands are off a case: the conflict rule of fairness B2.24, as one pure function.

Hallintolaki 434/2003 27-30 §: an official with an interest in the matter takes no part in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Interest:
    """A declared interest in a control group, from a day until a day (None: for the time being). Both days belong to it."""

    group: int
    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it is in force on the day."""
        return self.since <= day and (self.until is None or day <= self.until)


def conflicting(interests: Iterable[Interest], groups: Iterable[int], day: date) -> frozenset[int]:
    """The groups of the case (eligible in it, or paid by it) in which an interest is in force on the day. Empty: she
    may act."""
    return frozenset(groups) & {one.group for one in interests if one.holds(day)}
