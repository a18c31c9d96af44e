"""Which counts may be told: none from 1 to 4, and none from which such a one could be worked out (fairness B5).

A hidden count must not be found from the totals either. So in each row and column that hides something at least two counts
are hidden, and the hidden ones leave so much room between them that any of them might be 5 or more. A zero is told: it is
about nobody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

K = 5
"""The smallest count of people that is told."""

Line = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Counts that may be told, None where they may not: the cells, and the totals of rows and columns and of all."""

    cells: tuple[tuple[int | None, ...], ...]
    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    total: int | None


def tellable(count: int) -> bool:
    """Whether one count that stands alone may be told."""
    return count == 0 or count >= K


def tell_row(counts: Sequence[int]) -> tuple[tuple[int | None, ...], int | None]:
    """One row of counts and its total. Raises ValueError for a negative count."""
    told = tell([counts])
    return (told.cells[0] if told.cells else ()), told.total


def tell(table: Sequence[Sequence[int]]) -> Told:
    """A table of counts, each person in one cell, with its totals. Raises ValueError for a negative count or a ragged table.

    The totals stand in the table as a row and a column of their own, so that they are hidden and protected like the rest.
    """
    width = len(table[0]) if table else 0
    if any(len(row) != width for row in table) or any(count < 0 for row in table for count in row):
        raise ValueError("counts from 0, rows of one length")
    whole = [[*row, sum(row)] for row in table]
    whole.append([sum(column) for column in zip(*whole, strict=True)] if whole else [0])
    hidden = _hidden(whole)
    shown = [[None if (x, y) in hidden else count for y, count in enumerate(row)] for x, row in enumerate(whole)]
    return Told(
        cells=tuple(tuple(row[:-1]) for row in shown[:-1]),
        rows=tuple(row[-1] for row in shown[:-1]),
        columns=tuple(shown[-1][:-1]),
        total=shown[-1][-1],
    )


def _hidden(whole: list[list[int]]) -> set[tuple[int, int]]:
    """The small ones, and then others until every row and column that hides something is safe."""
    hidden = {(x, y) for x, row in enumerate(whole) for y, count in enumerate(row) if not tellable(count)}
    changed = True
    while changed:
        changed = False
        for line in _lines(len(whole), len(whole[0])):
            while (more := _one_more(whole, line, hidden)) is not None:
                hidden.add(more)
                changed = True
    return hidden


def _lines(height: int, width: int) -> Iterator[Line]:
    yield from (tuple((x, y) for y in range(width)) for x in range(height))
    yield from (tuple((x, y) for x in range(height)) for y in range(width))


def _one_more(whole: list[list[int]], line: Line, hidden: set[tuple[int, int]]) -> tuple[int, int] | None:
    """The smallest count that must be hidden too, None when the line is safe or has nothing left to hide.

    The last of a line is its total. A line whose total is hidden says nothing of the others.
    """
    *cells, sum_at = line
    inside = [at for at in cells if at in hidden]
    if sum_at in hidden or not inside:
        alone = sum_at in hidden and not inside
        left = [at for at in cells if at not in hidden and whole[at[0]][at[1]]] if alone else []
        return min(left, key=lambda at: whole[at[0]][at[1]], default=None)
    room = sum(whole[x][y] for x, y in inside) - len(inside) + 1
    if len(inside) > 1 and room >= K:
        return None
    left = [at for at in cells if at not in hidden and whole[at[0]][at[1]]]
    return min(left, key=lambda at: whole[at[0]][at[1]], default=sum_at)
