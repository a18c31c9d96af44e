"""The life cycles as a page to read: a drawing and a table of each.

python -m marketplace.vouchers.diagram > docs/lifecycles.md
"""

import sys
from collections.abc import Iterable

from marketplace.roles import PROVIDERS, Role
from marketplace.vouchers.cycles import CYCLES
from marketplace.vouchers.lifecycle import LifeCycle, Move

OPENING = """# Life cycles

Every state and move of the house, drawn from the tables in `marketplace/vouchers/cycles.py`. This page is generated
(`python -m marketplace.vouchers.diagram > docs/lifecycles.md`); a test fails when it is stale.

A move is refused as `unknown_move`, `wrong_role` or `wrong_state`, looked at in this order, and a refused move changes
nothing. The role `provider` stands for the provider's manager and coach; `system` does only what a date or another move
has settled.
"""


def page() -> str:
    """The whole page, as Markdown with Mermaid drawings."""
    return "\n".join([OPENING, *(section(cycle) for cycle in CYCLES.values())])


def section(cycle: LifeCycle) -> str:
    """One life cycle: what it is, its drawing, its table."""
    title = cycle.name.replace("_", " ").capitalize()
    return "\n".join([f"## {title}", "", cycle.about, "", "```mermaid", drawing(cycle), "```", "", table(cycle), ""])


def drawing(cycle: LifeCycle) -> str:
    """The life cycle as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {cycle.initial}"]
    for move in cycle.moves:
        label = f"{move.name} ({', '.join(_roles(move.by))})"
        lines += [f"    {source} --> {move.target_from(source)}: {label}" for source in _in_order(cycle, move)]
    lines += [f"    {state} --> [*]" for state in cycle.states if state in cycle.terminal]
    return "\n".join(lines)


def table(cycle: LifeCycle) -> str:
    """The life cycle's moves as a Markdown table."""
    rows = ["| Move | Made by | From | To | Meaning |", "|---|---|---|---|---|"]
    for move in cycle.moves:
        cells = (move.name, ", ".join(_roles(move.by)), ", ".join(_in_order(cycle, move)), move.target, move.meaning)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _in_order(cycle: LifeCycle, move: Move) -> list[str]:
    return [state for state in cycle.states if state in move.sources]


def _roles(by: frozenset[Role]) -> Iterable[str]:
    shown = by - PROVIDERS if by >= PROVIDERS else by
    return (["provider"] if by >= PROVIDERS else []) + [role.value for role in Role if role in shown]


if __name__ == "__main__":
    sys.stdout.write(page())
