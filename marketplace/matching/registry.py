"""Who is eligible: the state of the registry of providers, replayed from the registry lines of the order log.

One rule for everyone: a unit is eligible for a pair (service, area) when its latest registry line says `approved` and
offers exactly that pair. Nothing else is looked at (docs/fairness.md, who is in the draw).

Every function takes the registry lines in any order (they are sorted by seq here) and needs, of each unit that ever
offered the pair, ALL its lines; lines of other units change nothing. "Before" and "after" mean the seq in the log,
never a date. Raises ValueError when two lines have the same seq.

Our readings where the rule leaves room:
- A line replaces the unit's whole earlier state: its group, its offers and its state.
- A unit that was approved for the pair, was suspended at the draw and is approved again after it is late, by its first
  approving line after the draw. "First approved" looks only at what follows the draw.
- A late unit keeps its rank and its tier while it is suspended or ended; it is only not rendered.
- A unit's group in one list is for ever that of its latest line before the draw, or of its first approving line after.
- A line touches a pair when its offers hold the pair, or the offers of the unit's preceding line did; the state does
  not matter, so an application for the pair touches it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from marketplace.matching.order import Unit

NO_LINE = -1  # at_seq when no registry line touches the pair


class State(StrEnum):
    """Where a unit stands with this organiser; only APPROVED is ever shown to a client."""

    APPLIED = "applied"
    APPROVED = "approved"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Reason(StrEnum):
    """Who asked for the change; the public log says nothing more."""

    AUTHORITY = "authority"
    OWN_REQUEST = "own-request"


class Pair(NamedTuple):
    """What a voucher is for: the code of the service and the code of the area."""

    service: str
    area: str


class RegistryLine(NamedTuple):
    """One change of one unit: the seq of its line in the log, and the state that the line gives the unit."""

    seq: int
    unit: str
    group: str
    offers: frozenset[Pair]
    state: State

    def approves(self, pair: Pair) -> bool:
        """The whole rule of eligibility."""
        return self.state is State.APPROVED and pair in self.offers


def from_log(line: Mapping[str, Any]) -> RegistryLine:
    """The value of a registry line as `lines.decode` gives it. Raises KeyError or ValueError for another shape."""
    offers = frozenset(Pair(service, area) for service, area in line["offers"])
    return RegistryLine(line["seq"], line["unit"], line["group"], offers, State(line["state"]))


def eligible(lines: Iterable[RegistryLine], pair: Pair) -> list[Unit]:
    """The units approved for the pair after all the lines given, sorted by code: the pool of the public list."""
    return sorted(Unit(line.unit, line.group) for line in _latest(lines).values() if line.approves(pair))


def drawn_units(lines: Iterable[RegistryLine], pair: Pair, list_line: int) -> list[Unit]:
    """The units in a list's draw, sorted by code: those whose latest line before the list's line approves them.

    list_line: the seq of the list line in the log (not its list_seq).
    """
    return eligible((line for line in lines if line.seq < list_line), pair)


def late_units(lines: Iterable[RegistryLine], pair: Pair, list_line: int) -> list[Unit]:
    """The units that were not drawn and were approved for the pair after the list's line, in the order they came.

    Each has the group of its first approving line after the list. It stays in the result when it is suspended later;
    hand in only the lines up to a moment to see the late units of that moment. list_line as in `drawn_units`.
    """
    known = list(lines)
    drawn = {unit.unit for unit in drawn_units(known, pair, list_line)}
    late: dict[str, Unit] = {}
    for line in _in_order(known):
        if line.seq > list_line and line.approves(pair) and line.unit not in drawn:
            late.setdefault(line.unit, Unit(line.unit, line.group))
    return list(late.values())


def rendered(order: Sequence[str], lines: Iterable[RegistryLine], pair: Pair) -> list[str]:
    """The order without the units that are not approved for the pair after all the lines given.

    Hand in the lines up to the moment that is shown. A unit that returns takes its old place, because the order itself
    never changes. Units that are full or have paused their own intake are approved, and so they stay.
    """
    shown = {unit.unit for unit in eligible(lines, pair)}
    return [unit for unit in order if unit in shown]


def at_seq(lines: Iterable[RegistryLine], pair: Pair) -> int:
    """The seq of the latest line that touches the pair, -1 (NO_LINE) when none does: a name for the registry's state.

    Hand in the lines up to the moment that is shown.
    """
    before: dict[str, frozenset[Pair]] = {}
    found = NO_LINE
    for line in _in_order(lines):
        if pair in line.offers or pair in before.get(line.unit, frozenset()):
            found = line.seq
        before[line.unit] = line.offers
    return found


def until(lines: Iterable[RegistryLine], seq: int) -> Iterator[RegistryLine]:
    """The lines up to and with a seq: the registry as it stood at an `at_seq`, for recomputing a receipt."""
    return (line for line in lines if line.seq <= seq)


def _latest(lines: Iterable[RegistryLine]) -> dict[str, RegistryLine]:
    return {line.unit: line for line in _in_order(lines)}


def _in_order(lines: Iterable[RegistryLine]) -> list[RegistryLine]:
    found = sorted(lines, key=lambda line: line.seq)
    if any(one.seq == two.seq for one, two in zip(found, found[1:], strict=False)):
        raise ValueError("two registry lines have the same seq")
    return found
