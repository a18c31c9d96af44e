"""How fast it is. The numbers are printed (`pytest -s -m slow tests/matching`); the bounds are wide on purpose."""

from datetime import timedelta
from time import perf_counter

import pytest

from marketplace.matching.order import order
from marketplace.matching.verify import verify
from tests.matching.logs import FIRST_DAY, KEY, RANDOMNESS, good_book, market


@pytest.mark.slow
def test_a_year_of_lists_is_verified_in_seconds() -> None:
    book = good_book(days=30, lists_a_day=40, units=60)
    start = perf_counter()
    report = verify(book.raw, head=book.head, today=FIRST_DAY + timedelta(days=100), strict=True)
    seconds = perf_counter() - start
    print(f"\n{report.lists} lists of 60 verified in {seconds:.2f} s")
    assert (report.exit_code, report.lists_verified) == (0, 1200)
    assert seconds < 20


@pytest.mark.slow
def test_a_thousand_units_are_ordered_in_milliseconds() -> None:
    units = market(1000, 700)
    start = perf_counter()
    for list_seq in range(20):
        order(KEY, RANDOMNESS, list_seq, "valmennus", units, [])
    milliseconds = (perf_counter() - start) / 20 * 1000
    print(f"\n1,000 units ordered in {milliseconds:.1f} ms")
    assert milliseconds < 200
