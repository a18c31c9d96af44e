"""The conflict rule (fairness B2.24), with Hypothesis."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from marketplace.vouchers.conflicts import Interest, conflicting

DAY = date(2026, 11, 16)
days = st.integers(-40, 40).map(lambda n: DAY + timedelta(days=n))
interests = st.builds(Interest, st.integers(1, 5), days, st.none() | days)


@given(st.lists(interests), st.sets(st.integers(1, 5)))
def test_only_what_is_declared_and_in_force_and_in_the_case_conflicts(held: list[Interest], groups: set[int]) -> None:
    found = conflicting(held, groups, DAY)
    assert found == {
        group for group in groups
        if any(one.group == group and one.since <= DAY and (one.until is None or one.until >= DAY) for one in held)
    }  # fmt: skip


@given(st.lists(interests), interests, st.sets(st.integers(1, 5)))
def test_declaring_more_never_frees_anybody(held: list[Interest], more: Interest, groups: set[int]) -> None:
    assert conflicting(held, groups, DAY) <= conflicting([*held, more], groups, DAY)


def test_both_days_belong_to_it() -> None:
    one = Interest(1, DAY, DAY + timedelta(days=2))
    assert [one.holds(DAY + timedelta(days=n)) for n in (-1, 0, 2, 3)] == [False, True, True, False]
