"""No count of one to four is told, nor can be worked out from what is told."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.matching.statistics.suppression import K, Told, tell, tell_row

CELL = st.one_of(st.integers(0, 6), st.integers(0, 30))
ROWS = st.lists(CELL, min_size=1, max_size=6)
TABLES = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 8), min_size=width, max_size=width), min_size=1, max_size=2)
)


def test_one_small_count_takes_another_with_it() -> None:
    assert tell_row([20, 3, 8, 12]) == ((20, None, None, 12), 43)
    assert tell_row([20, 0, 8]) == ((20, 0, 8), 28)
    assert tell_row([1, 1, 9, 30]) == ((None, None, None, 30), 41)


def test_a_small_total_is_not_told_either() -> None:
    assert tell_row([0, 3]) == ((0, None), None)
    assert tell_row([]) == ((), 0)


def test_odd_tables_are_refused() -> None:
    with pytest.raises(ValueError):
        tell([[1, 2], [3]])
    with pytest.raises(ValueError):
        tell([[-1]])


@given(ROWS)
def test_what_is_told_is_true_and_never_small(counts: list[int]) -> None:
    cells, total = tell_row(counts)
    assert all(
        told is None or (told == count and (told == 0 or told >= K)) for told, count in zip(cells, counts, strict=True)
    )
    assert total is None or total == sum(counts)
    assert all(told == 0 for told, count in zip(cells, counts, strict=True) if count == 0)


@given(ROWS)
def test_a_hidden_count_may_always_be_five_or_more(counts: list[int]) -> None:
    cells, total = tell_row(counts)
    hidden = cells.count(None)
    if hidden and total is not None:
        rest = total - sum(cell for cell in cells if cell is not None)
        assert hidden >= 2
        assert rest - (hidden - 1) >= K


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_no_hidden_count_of_a_table_can_be_worked_out(table: list[list[int]]) -> None:
    """All tables that look the same from outside are gone through: each hidden cell has several values in them."""
    told = tell(table)
    hidden = [(x, y) for x, row in enumerate(told.cells) for y, cell in enumerate(row) if cell is None]
    if not hidden or len(hidden) > 4:
        return
    values: dict[tuple[int, int], set[int]] = {at: set() for at in hidden}
    for guess in product(range(1, max(map(sum, table)) + 5), repeat=len(hidden)):
        filled = [[cell if cell is not None else 0 for cell in row] for row in told.cells]
        for (x, y), value in zip(hidden, guess, strict=True):
            filled[x][y] = value
        if _fits(filled, told):
            for at, value in zip(hidden, guess, strict=True):
                values[at].add(value)
    assert all(len(possible) > 1 for possible in values.values())


def _fits(filled: list[list[int]], told: Told) -> bool:
    rows = [sum(row) for row in filled]
    columns = [sum(column) for column in zip(*filled, strict=True)]
    pairs = [*zip(told.rows, rows, strict=True), *zip(told.columns, columns, strict=True), (told.total, sum(rows))]
    return all(said is None or said == real for said, real in pairs)
