"""Rules that contradict themselves, the metrics beside days in a row, and the examples beside the rule's form."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.outcomes.contradictions import contradictions
from marketplace.outcomes.examples import worked_examples
from marketplace.outcomes.facts import Case, Job, Pay, Reason, Shown
from marketplace.outcomes.milestones import judge
from marketplace.pricing.rules import MilestoneRule

FIRST, LAST, START = date(2026, 1, 1), date(2026, 6, 30), date(2026, 3, 1)
SIX_WEEKS = MilestoneRule(1, 42, 50_000, 1_800)
SIX_MONTHS = MilestoneRule(2, 182, 100_000, 1_800)
LATE = date(2029, 1, 1)
quick = settings(deadline=None)


def after(days: int) -> date:
    return START + timedelta(days=days)


def job(start: date = START, end: date | None = None, hours: int = 3_000, employer: str = "a", **other: Any) -> Job:
    return Job(start, end, hours, employer, shown=(Shown("employer", end or LATE, START),), **other)


def case(first: Job, *others: Job) -> Case:
    return Case(first, FIRST, LAST, others)


def codes(*rules: MilestoneRule, tiers: Sequence[int] = (1, 2, 3)) -> list[tuple[str, int, str]]:
    return [(one.code, one.no, one.field) for one in contradictions(dict.fromkeys(tiers, rules))]


def test_a_sensible_rule_contradicts_nothing() -> None:
    assert codes(SIX_WEEKS, SIX_MONTHS) == []
    assert codes() == []


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"days": 42}, "milestone_not_later", "days"),
        ({"full_within_days": 181}, "window_before_days", "full_within_days"),
        ({"metric": "cumulative_days"}, "window_missing", "full_within_days"),
        ({"claim_within_days": 181}, "claim_before_days", "claim_within_days"),
        ({"previous_employer_days": 90, "previous_employer_min_days": 90}, "previous_never",
         "previous_employer_min_days"),
        ({"min_weekly_hours_hundredths": 6_001}, "hours_impossible", "min_weekly_hours_hundredths"),
        ({"metric": "weekly_hours", "min_weekly_hours_hundredths": 0, "full_within_days": 400}, "hours_missing",
         "min_weekly_hours_hundredths"),
        ({"metric": "earnings", "full_within_days": 400}, "earnings_missing", "earnings_cents"),
        ({"kinds": ()}, "kinds_missing", "kinds"),
        ({"kinds": ("job", "progress")}, "progress_alone", "kinds"),
        ({"kinds": ("progress",)}, "points_missing", "least_points_hundredths"),
        ({"person_cap_cents": 149_999}, "amount_above_cap", "tier_1"),
    ],
)  # fmt: skip
def test_a_contradiction_is_said_at_its_field(change: dict[str, Any], code: str, field: str) -> None:
    assert codes(SIX_WEEKS, replace(SIX_MONTHS, **change))[0] == (code, 2, field)


def test_a_tier_further_from_work_is_never_paid_less() -> None:
    found = list(contradictions({1: [SIX_WEEKS], 2: [SIX_WEEKS], 3: [replace(SIX_WEEKS, amount_cents=49_999)]}))
    assert [(one.code, one.field, one.values) for one in found] == [
        ("tiers_overlap", "tier_3", {"least_cents": 50_000})
    ]


def test_cumulative_days_add_up_over_breaks_within_the_window() -> None:
    rule = replace(SIX_WEEKS, metric="cumulative_days", full_within_days=100)
    parts = [job(START, after(19)), job(after(40), after(59)), job(after(90), None)]
    assert judge(rule, case(*parts), LATE).day == after(92)
    late = [job(START, after(19)), job(after(80), None)]
    judged = judge(rule, case(*late), LATE)
    assert (judged.state, judged.day, judged.reason_code, judged.days_done) == (
        "broken", after(100), Reason.WINDOW_CLOSED, 40,
    )  # fmt: skip


def test_an_average_of_hours_evens_out_across_employers() -> None:
    rule = replace(SIX_WEEKS, metric="weekly_hours", full_within_days=200, employer_change_allowed=True)
    slow, more = job(START, None, 1_000), job(after(21), None, 1_600, "b")
    assert judge(rule, case(slow, more), LATE).day == after(42)
    assert judge(rule, case(slow), LATE).reason_code is Reason.TOO_FEW_HOURS


def test_pay_adds_up_and_pay_for_earlier_work_does_not_count() -> None:
    rule = replace(SIX_WEEKS, metric="earnings", earnings_cents=300_000, full_within_days=300)
    before = Pay(after(-30), after(-1), 900_000)
    slips = tuple(Pay(after(30 * n), after(30 * n + 29), 100_000) for n in range(3))
    assert judge(rule, case(job(pay=(before, *slips))), LATE).day == after(90)
    short = judge(rule, case(job(pay=(before, *slips[:2]))), LATE)
    assert (short.state, short.reason_code, short.days_done) == ("broken", Reason.WINDOW_CLOSED, 200_000)


def test_only_a_share_may_be_subsidised() -> None:
    rule = replace(SIX_WEEKS, subsidised_percent=50)
    first, then = job(START, after(29), subsidised=True), job(after(30), None)
    assert judge(rule, case(first, then), LATE).day == after(30 + 21)
    assert judge(rule, case(job(subsidised=True)), LATE).state == "waiting"
    assert judge(SIX_WEEKS, case(first, then), LATE).day == after(42)


def test_a_measured_step_needs_two_measurements_and_somebody_else_than_the_payee() -> None:
    rule = replace(SIX_WEEKS, kinds=("progress",), least_points_hundredths=200, min_weekly_hours_hundredths=0)
    step = job(START, after(60), kind="progress", points_hundredths=250)
    assert judge(rule, case(step), LATE).state == "matured"
    assert judge(rule, case(replace(step, points_hundredths=199)), LATE).reason_code is Reason.TOO_LITTLE_PROGRESS
    assert judge(rule, case(replace(step, ended_on=after(41))), LATE).state == "broken"
    own = replace(step, shown=(Shown("provider", LATE, LATE),))
    assert judge(rule, case(own), LATE).reason_code is Reason.NOT_SHOWN
    assert judge(rule, case(job()), LATE).reason_code is Reason.KIND_NOT_COUNTED


def test_the_examples_are_the_engines_own() -> None:
    found = {one.code: one for one in worked_examples((SIX_WEEKS, SIX_MONTHS), FIRST, 181)}
    assert found["permanent"].paid_cents((50_000, 100_000)) == 150_000
    assert found["permanent"].days == (42, 182)
    assert found["last_day"].paid_cents((50_000, 100_000)) == 150_000
    assert found["two_jobs"].paid_cents((50_000, 100_000)) == 150_000
    assert found["agency"].paid_cents((50_000, 100_000)) == 50_000
    assert {code for code, one in found.items() if one.paid_cents((1, 1)) == 0} == {
        "day_late", "few_hours", "own_group", "own_business", "own_word",
    }  # fmt: skip


@st.composite
def any_rules(draw: st.DrawFn) -> MilestoneRule:
    metric = draw(st.sampled_from(["consecutive_days", "cumulative_days", "weekly_hours", "earnings"]))
    days = draw(st.integers(1, 200))
    return MilestoneRule(
        1, days, 1, draw(st.integers(0, 3_000)),
        metric=metric,
        employer_change_allowed=draw(st.booleans()),
        max_gap_days=draw(st.integers(0, 30)),
        full_within_days=draw(st.integers(days, 400)),
        earnings_cents=draw(st.integers(1, 500_000)),
        subsidised_percent=draw(st.integers(0, 100)),
        claim_within_days=draw(st.none() | st.integers(days, 500)),
    )  # fmt: skip


@st.composite
def any_jobs(draw: st.DrawFn) -> Job:
    start = after(draw(st.integers(0, 100)))
    end = draw(st.none() | st.integers(0, 300))
    slips = tuple(Pay(start + timedelta(days=7 * n), start + timedelta(days=7 * n + 6), draw(st.integers(0, 90_000)))
                  for n in range(draw(st.integers(0, 6))))  # fmt: skip
    return job(start, None if end is None else start + timedelta(days=end), draw(st.integers(0, 4_000)),
               draw(st.sampled_from("abc")), subsidised=draw(st.booleans()), pay=slips)  # fmt: skip


@quick
@given(any_rules(), any_jobs(), st.lists(any_jobs(), max_size=3), st.integers(0, 700), st.integers(0, 700))
def test_every_metric_stays_settled_as_time_goes_by(
    rule: MilestoneRule, first: Job, others: list[Job], one: int, two: int
) -> None:
    earlier, later = sorted((one, two))
    whole = Case(first, FIRST, LAST, tuple(others))
    before, then = judge(rule, whole, after(earlier)), judge(rule, whole, after(later))
    if before.state != "waiting":
        assert then == before
    assert 0 <= before.days_done <= then.days_done <= max(rule.days, rule.earnings_cents)


@quick
@given(any_rules(), any_jobs(), any_jobs())
def test_more_work_never_pays_less(rule: MilestoneRule, first: Job, more: Job) -> None:
    """Another job beside it, with its own evidence, takes nothing away (unless the sum is subsidised)."""
    plain = replace(rule, subsidised_percent=100)
    alone = judge(plain, Case(first, FIRST, LAST), LATE)
    if alone.state == "matured":
        assert judge(plain, Case(first, FIRST, LAST, (more,)), LATE).state == "matured"
