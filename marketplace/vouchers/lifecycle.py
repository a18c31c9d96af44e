"""The machinery of life cycles: states and moves as data, one function that says what a move leads to.

A life cycle can be printed, drawn and tested through, because nothing about it hides in an `if`. The tables are in
`cycles.py`; this file knows nothing about vouchers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from marketplace.roles import Role

SAME = "same"
"""The target of a move that leaves the state as it is (an extension, for example)."""

RefusalReason = Literal["unknown_move", "wrong_role", "wrong_state"]


class MoveRefused(Exception):
    """A move that may not be made.

    reason: `unknown_move` (this life cycle has no such move), `wrong_role` (somebody else makes it) or `wrong_state`
    (not now). The role is looked at before the state, so that a stranger to the move learns nothing of the state.
    """

    def __init__(self, reason: RefusalReason, *, cycle: str, state: str, move: str, role: Role) -> None:
        super().__init__(f"{cycle}: {role} cannot {move} in {state}: {reason}")
        self.reason: RefusalReason = reason
        self.cycle = cycle
        self.state = state
        self.move = move
        self.role = role


@dataclass(frozen=True)
class Move:
    """One move: who makes it, from which states, to which state (or SAME), and what it means in a few plain words."""

    name: str
    by: frozenset[Role]
    sources: frozenset[str]
    target: str
    meaning: str = ""

    def target_from(self, state: str) -> str:
        """The state the move leads to from `state`."""
        return state if self.target == SAME else self.target


@dataclass(frozen=True)
class LifeCycle:
    """A life cycle: its states in reading order, where it starts, where it ends for good, and its moves.

    Errors: ValueError when the table is not sound: a name that is unknown or twice there, a move without a source or a
    role, a state nobody can reach, an end that can be left, or a dead end that is not declared an end.
    """

    name: str
    states: tuple[str, ...]
    initial: str
    terminal: frozenset[str]
    moves: tuple[Move, ...]
    about: str = ""

    def __post_init__(self) -> None:
        problems = [*self._bad_names(), *self._bad_ends(), *self._unreachable()]
        if problems:
            raise ValueError(f"life cycle {self.name}: " + "; ".join(problems))

    def move(self, name: str) -> Move | None:
        """The move of that name, or None."""
        return next((move for move in self.moves if move.name == name), None)

    def _bad_names(self) -> Iterable[str]:
        names = [move.name for move in self.moves]
        yield from (f"{name} is there twice" for name in _doubles([*self.states]) | _doubles(names))
        mentioned = {self.initial} | self.terminal
        for move in self.moves:
            mentioned |= move.sources | {move.target}
            if not move.sources or not move.by:
                yield f"{move.name} needs a source and a role"
        if SAME in self.states:
            yield f"no state may be called {SAME}"
        yield from (f"{name} is not a state" for name in sorted(mentioned - set(self.states) - {SAME}))

    def _bad_ends(self) -> Iterable[str]:
        left = {source for move in self.moves for source in move.sources if move.target_from(source) != source}
        touched = {source for move in self.moves for source in move.sources}
        yield from (f"{state} is an end that can be left" for state in sorted(self.terminal & touched))
        yield from (f"{state} is a dead end" for state in self.states if state not in left | self.terminal)

    def _unreachable(self) -> Iterable[str]:
        reached, frontier = {self.initial}, {self.initial}
        while frontier:
            frontier = {move.target_from(state) for move in self.moves for state in move.sources & frontier} - reached
            reached |= frontier
        yield from (f"{state} cannot be reached" for state in self.states if state not in reached)


def next_state(cycle: LifeCycle, state: str, move: str, role: Role) -> str:
    """The state that the move leads to when the role makes it in the state.

    Errors: MoveRefused with its reason; ValueError for a state that the life cycle does not know.
    """
    if state not in cycle.states:
        raise ValueError(f"life cycle {cycle.name} has no state {state}")
    found = cycle.move(move)
    reason: RefusalReason
    if found is None:
        reason = "unknown_move"
    elif role not in found.by:
        reason = "wrong_role"
    elif state not in found.sources:
        reason = "wrong_state"
    else:
        return found.target_from(state)
    raise MoveRefused(reason, cycle=cycle.name, state=state, move=move, role=role)


def possible_moves(cycle: LifeCycle, state: str, role: Role) -> tuple[Move, ...]:
    """The moves the role may make in the state, in the order of the table: which buttons a page shows."""
    return tuple(move for move in cycle.moves if role in move.by and state in move.sources)


def _doubles(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}
