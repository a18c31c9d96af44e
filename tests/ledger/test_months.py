"""Frozen months by the pure rule: whatever happens, the frozen rows come to what is true, and no frozen row changes."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from marketplace.ledger.months import Cause, Fact, Kind, Row, Why, month_number, next_rows, overdrawn
from marketplace.period import add_months, month_of

FIRST = date(2026, 10, 1)
AT = datetime(2026, 10, 5, 9, tzinfo=UTC)
RECORDED = Cause(Why.RECORDED, AT, 7)
OCTOBER, NOVEMBER, DECEMBER = (month_of(add_months(FIRST, count)) for count in range(3))


def event(number: int, cents: int = 5300, day: date = date(2026, 10, 3), why: Cause = RECORDED) -> Fact:
    return Fact(("event", number), day, 100, cents, why)


def test_a_month_says_what_happened_in_it() -> None:
    late = event(2, day=date(2026, 9, 30))
    coming = event(3, day=date(2026, 11, 1))
    (row,) = next_rows(FIRST, OCTOBER, (), [event(1), late, coming])
    assert row == Row(Kind.ORIGINAL, ("event", 1), date(2026, 10, 3), 100, 5300, RECORDED)


def test_a_fall_after_the_freeze_is_taken_back_in_the_next_month() -> None:
    frozen = next_rows(FIRST, OCTOBER, (), [event(1)])
    fell = Cause(Why.REVERSED, datetime(2026, 11, 4, tzinfo=UTC), 9)
    (row,) = next_rows(FIRST, NOVEMBER, frozen, [event(1, 0, why=fell)])
    assert row == Row(Kind.TAKE_BACK, ("event", 1), date(2026, 10, 3), -100, -5300, fell)
    assert next_rows(FIRST, DECEMBER, (*frozen, row), [event(1, 0, why=fell)]) == ()


def test_a_part_credited_is_taken_back_and_said_anew() -> None:
    frozen = next_rows(FIRST, OCTOBER, (), [event(1)])
    cause = Cause(Why.CREDITED, datetime(2026, 11, 4, tzinfo=UTC), 9)
    rows = next_rows(FIRST, NOVEMBER, frozen, [event(1, 5000, why=cause)])
    assert [(row.kind, row.amount_cents, row.cause) for row in rows] == [
        (Kind.TAKE_BACK, -5300, cause),
        (Kind.NEW, 5000, cause),
    ]


def test_what_came_too_late_says_so_and_over_a_years_end() -> None:
    (row,) = next_rows(FIRST, month_of(date(2027, 1, 1)), (), [event(1, day=date(2026, 12, 31))])
    assert row.cause == Cause(Why.LATE, AT, 7)
    assert month_number(date(2027, 1, 1)) == month_number(date(2026, 12, 31)) + 1


def test_what_came_to_the_same_again_leaves_no_rows() -> None:
    frozen = next_rows(FIRST, OCTOBER, (), [event(1)])
    assert next_rows(FIRST, NOVEMBER, frozen, [replace(event(1), waits=True)]) == ()
    assert next_rows(FIRST, NOVEMBER, frozen, [event(1, why=Cause(Why.STANDS, AT, 3))]) == ()
    assert next_rows(FIRST, OCTOBER, (), [event(1, 0)]) == ()


@dataclass
class History:
    """Facts as they are now, and the months frozen so far."""

    facts: dict[int, Fact] = field(default_factory=dict)
    months: list[tuple[Row, ...]] = field(default_factory=list)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["record", "record", "reverse", "credit", "contest", "settle", "freeze"]),
        st.integers(0, 11),
        st.integers(1, 9999),
        st.integers(0, 70),
    ),
    max_size=60,
)


def play(history: History, step: tuple[str, int, int, int]) -> None:
    name, number, cents, back = step
    month = month_of(add_months(FIRST, len(history.months)))
    fact = history.facts.get(number)
    if name == "record" and fact is None:
        day = date.fromordinal(month.last.toordinal() - back)
        history.facts[number] = event(number, cents, day)
    elif name == "freeze":
        frozen = [row for rows in history.months for row in rows]
        history.months.append(next_rows(FIRST, month, frozen, history.facts.values()))
    elif fact is not None:
        history.facts[number] = changed(fact, name, cents)


def changed(fact: Fact, name: str, cents: int) -> Fact:
    if name == "reverse":
        return replace(fact, amount_cents=0, cause=Cause(Why.REVERSED, AT, 9), waits=False)
    if name == "credit" and fact.amount_cents > cents:
        return replace(fact, amount_cents=fact.amount_cents - cents, cause=Cause(Why.CREDITED, AT, 9))
    if name in ("contest", "settle") and fact.amount_cents:
        return replace(fact, waits=name == "contest")
    return fact


@given(STEPS)
def test_all_frozen_rows_come_to_what_is_true(steps: list[tuple[str, int, int, int]]) -> None:
    history = History()
    for step in steps:
        kept = list(history.months)
        play(history, step)
        assert history.months[: len(kept)] == kept  # a frozen month never changes
    for number, fact in history.facts.items():
        history.facts[number] = replace(fact, waits=False)
    play(history, ("freeze", 0, 1, 0))
    last = month_of(add_months(FIRST, len(history.months) - 1)).last
    truth = {fact.source: fact.amount_cents for fact in history.facts.values() if FIRST <= fact.day <= last}
    sums: dict[tuple[str, int], int] = {}
    for rows in history.months:
        for row in rows:
            sums[row.source] = sums.get(row.source, 0) + row.amount_cents
    assert {source: cents for source, cents in sums.items() if cents} == {
        source: cents for source, cents in truth.items() if cents
    }
    assert overdrawn(history.months) == []


@given(STEPS)
def test_each_row_is_what_its_kind_says(steps: list[tuple[str, int, int, int]]) -> None:
    history = History()
    for step in steps:
        play(history, step)
    said: set[tuple[str, int]] = set()
    for rows in history.months:
        assert len({(row.source, row.kind) for row in rows}) == len(rows)
        for row in rows:
            assert (row.amount_cents < 0) == (row.kind is Kind.TAKE_BACK)
            assert (row.source not in said) == (row.kind is Kind.ORIGINAL)
            said.add(row.source)


def test_more_taken_back_than_was_frozen_is_found() -> None:
    (row,) = next_rows(FIRST, OCTOBER, (), [event(1)])
    taken = replace(row, kind=Kind.TAKE_BACK, amount_cents=-5301)
    assert overdrawn([[row], [taken]]) == [("event", 1)]
