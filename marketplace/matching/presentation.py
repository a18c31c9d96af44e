"""One card a group: how a list is laid out when sister companies share a card (docs/fairness.md, one card a group).

The order is not touched: it is drawn, logged and given its check code unit by unit. This room only says which units stand
in one card, and the card stands at the place of the first of them.
"""

from collections.abc import Iterable
from typing import TypeVar

Shown = TypeVar("Shown")


def cards(rendered: Iterable[tuple[Shown, str]]) -> tuple[tuple[Shown, ...], ...]:
    """The cards of a list, from its rendered units with their groups in the list's order.

    Nothing is lost or added, a card stands where its group's first unit does, and within it the units keep their order.
    """
    found: dict[str, list[Shown]] = {}
    for unit, group in rendered:
        found.setdefault(group, []).append(unit)
    return tuple(map(tuple, found.values()))
