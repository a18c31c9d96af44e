"""What reserved money will probably come to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.pricing.forecast import Expected, expected, share_of, this_year, what_if

pasts = st.lists(st.tuples(st.integers(0, 500_000), st.integers(0, 500_000)), max_size=30)
lefts = st.lists(st.integers(0, 500_000), max_size=30)


@given(pasts, lefts)
def test_the_band_lies_between_nothing_and_everything(past: list[tuple[int, int]], left: list[int]) -> None:
    found = expected(left, share_of(past))
    assert 0 <= found.low <= found.cents <= found.high <= sum(left)


def test_past_vouchers_that_were_alike_leave_no_doubt() -> None:
    share = share_of([(1_000, 700)] * 8)
    assert (share.mean, share.variance, share.known) == (7_000, 0, True)
    assert expected([2_000, 3_000], share) == Expected(3_500, 3_500, 3_500)


def test_with_fewer_than_five_nothing_is_known() -> None:
    assert expected([2_000], share_of([(1_000, 500)] * 4)) == Expected(2_000, 0, 2_000)


def test_more_past_vouchers_make_a_narrower_band() -> None:
    few, many = share_of([(1_000, 200), (1_000, 1_000)] * 3), share_of([(1_000, 200), (1_000, 1_000)] * 100)
    wide, narrow = expected([10_000] * 20, few), expected([10_000] * 20, many)
    assert wide.high - wide.low > narrow.high - narrow.low > 0


@pytest.mark.parametrize(("days", "year_left", "part"), [(0, 10, 1_000), (10, 10, 1_000), (40, 10, 250), (40, 0, 0)])
def test_the_part_that_falls_to_the_year(days: int, year_left: int, part: int) -> None:
    assert this_year(1_000, days, year_left) == part


def test_more_vouchers_fit_or_not() -> None:
    share = share_of([(1_000, 500)] * 5)
    assert what_if(3, 40_000, 120_000, share).fits
    found = what_if(4, 40_000, 120_000, share)
    assert (found.fits, found.free_cents, found.expected.cents) == (False, -40_000, 80_000)
