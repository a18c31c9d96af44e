"""Milestones of a job, with the ready cases T7 and T8."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.outcomes.facts import Case, Job, Judgement, Reason, Shown
from marketplace.outcomes.milestones import judge, maturity_day
from marketplace.pricing.rules import MilestoneRule
from marketplace.vouchers.cycles import MILESTONE

FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
START = date(2026, 3, 1)
SIX_WEEKS = MilestoneRule(1, 42, 50_000, 1_800)
SIX_MONTHS = MilestoneRule(2, 182, 100_000, 1_800)
JOB = Job(START, None, 3_000, "0101263-6")
USER_FIRM = "0171450-7"
quick = settings(deadline=None)


def after(days: int) -> date:
    return START + timedelta(days=days)


def at(
    rule: MilestoneRule,
    job: Job,
    today: date,
    *,
    later_jobs: Iterable[Job] = (),
    excluded_employers: Iterable[str] = (),
    proven_to: date | None = None,
) -> Judgement:
    if proven_to is not None:
        job = replace(job, shown=(Shown("employer", proven_to, today),))
    case = Case(job, FIRST, LAST, tuple(later_jobs), frozenset(excluded_employers), proven_to is not None)
    return judge(rule, case, today)


def test_forty_two_days_are_full_when_the_last_of_them_is_over() -> None:
    assert maturity_day(START, 42) == date(2026, 4, 12)
    assert at(SIX_WEEKS, JOB, date(2026, 4, 11)) == Judgement("waiting", date(2026, 4, 12), Reason.NOT_YET, 41)
    assert at(SIX_WEEKS, JOB, date(2026, 4, 12)) == Judgement("matured", date(2026, 4, 12), Reason.LASTED, 42)
    assert at(SIX_WEEKS, JOB, date(2026, 12, 31)) == Judgement("matured", date(2026, 4, 12), Reason.LASTED, 42)


def test_a_job_that_has_not_begun_waits() -> None:
    assert at(SIX_WEEKS, JOB, date(2026, 2, 1)) == Judgement("waiting", date(2026, 4, 12), Reason.NOT_YET, 0)


@pytest.mark.parametrize(
    ("ended_on", "today", "expected"),
    [
        (after(41), after(42), Judgement("matured", after(42), Reason.LASTED, 42)),
        (after(41), after(41), Judgement("waiting", after(42), Reason.NOT_YET, 41)),
        (after(40), after(42), Judgement("broken", after(41), Reason.ENDED_BEFORE, 41)),
        (after(40), after(41), Judgement("broken", after(41), Reason.ENDED_BEFORE, 41)),
        # a planned end that is too early: it may yet be continued
        (after(40), after(40), Judgement("waiting", after(42), Reason.NOT_YET, 40)),
        (after(9), after(5), Judgement("waiting", after(42), Reason.NOT_YET, 5)),
    ],
)
def test_the_last_day_of_work_is_worked(ended_on: date, today: date, expected: Judgement) -> None:
    assert at(SIX_WEEKS, replace(JOB, ended_on=ended_on), today) == expected


@pytest.mark.parametrize(("start", "inside"), [(FIRST, True), (LAST, True), (date(2025, 12, 31), False)])
def test_the_start_falls_inside_the_validity(start: date, inside: bool) -> None:
    judgement = at(SIX_WEEKS, replace(JOB, start=start), date(2027, 1, 1))
    assert judgement.state == ("matured" if inside else "broken")
    assert inside or judgement == Judgement("broken", start, Reason.STARTED_OUTSIDE_VALIDITY, 0)


def test_t8_started_a_day_late_is_never_payable_and_matured_outside_is() -> None:
    day_late = replace(JOB, start=LAST + timedelta(days=1))
    assert at(SIX_WEEKS, day_late, date(2027, 6, 1)).reason_code is Reason.STARTED_OUTSIDE_VALIDITY
    last_moment = replace(JOB, start=LAST)
    judgement = at(SIX_MONTHS, last_moment, date(2027, 6, 1))
    assert judgement.state == "matured"
    assert judgement.day > LAST


def test_t7_from_the_agency_to_the_user_firm_in_the_fourth_month() -> None:
    agency = replace(JOB, ended_on=after(119))
    firm = Job(after(120), None, 3_000, USER_FIRM)
    late = date(2027, 1, 1)
    same_only = SIX_MONTHS
    any_employer = replace(SIX_MONTHS, employer_change_allowed=True)
    assert at(SIX_WEEKS, agency, late, later_jobs=[firm]).state == "matured"
    assert at(same_only, agency, late, later_jobs=[firm]) == Judgement(
        "broken", after(120), Reason.EMPLOYER_CHANGED, 120
    )
    assert at(any_employer, agency, late, later_jobs=[firm]) == Judgement("matured", after(182), Reason.LASTED, 182)


def test_a_continued_contract_carries_the_count_on() -> None:
    first = replace(JOB, ended_on=after(119))
    second = Job(after(120), after(200), 3_000, JOB.employer_business_id)
    assert at(SIX_MONTHS, first, after(300), later_jobs=[second]).day == after(182)


def test_a_forgiven_gap_is_not_counted_as_work() -> None:
    first = replace(JOB, ended_on=after(99))
    second = Job(after(110), None, 3_000, JOB.employer_business_id)  # ten days without work
    forgiving = replace(SIX_MONTHS, max_gap_days=10)
    assert at(forgiving, first, after(109)) == Judgement("waiting", after(182), Reason.NOT_YET, 100)
    assert at(forgiving, first, after(110)) == Judgement("broken", after(110), Reason.ENDED_BEFORE, 100)
    assert at(forgiving, first, after(192), later_jobs=[second]) == Judgement("matured", after(192), Reason.LASTED, 182)
    strict = replace(SIX_MONTHS, max_gap_days=9)
    assert at(strict, first, after(192), later_jobs=[second]).reason_code is Reason.ENDED_BEFORE


def test_days_are_counted_once_however_many_jobs_there_are() -> None:
    """Two part-time contracts at the same time are not twice the days."""
    first = replace(JOB, ended_on=after(99))
    overlapping = Job(after(50), after(150), 3_000, JOB.employer_business_id)
    contained = Job(after(10), after(20), 3_000, JOB.employer_business_id)
    judgement = at(SIX_MONTHS, first, after(300), later_jobs=[overlapping, contained])
    assert (judgement.state, judgement.days_done) == ("broken", 151)
    open_ended = at(SIX_MONTHS, JOB, after(182), later_jobs=[overlapping])
    assert open_ended == Judgement("matured", after(182), Reason.LASTED, 182)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"weekly_hours_hundredths": 1_799}, Reason.TOO_FEW_HOURS),
        ({"employer_business_id": USER_FIRM}, Reason.EXCLUDED_EMPLOYER),
        ({"subsidised": True}, Reason.SUBSIDISED),
    ],
)
def test_a_job_that_does_not_count(change: dict[str, object], reason: Reason) -> None:
    rule = replace(SIX_WEEKS, subsidised_counts=False)
    job = replace(JOB, **change)  # type: ignore[arg-type]
    judged = at(rule, job, after(60), excluded_employers={USER_FIRM})
    assert judged == Judgement("broken", START, reason, 0)
    first = replace(JOB, ended_on=after(19))
    later = replace(job, start=after(20))
    free = replace(rule, employer_change_allowed=True)
    followed = at(free, first, after(60), later_jobs=[later], excluded_employers={USER_FIRM})
    assert followed == Judgement("broken", after(20), reason, 20)


def test_exactly_enough_hours_are_enough_and_subsidised_work_counts_unless_the_rule_says_so() -> None:
    assert at(SIX_WEEKS, replace(JOB, weekly_hours_hundredths=1_800, subsidised=True), after(42)).state == "matured"


def test_a_household_is_never_the_same_employer() -> None:
    first = Job(START, after(19), 3_000, None)
    second = Job(after(20), None, 3_000, None)
    judged = at(SIX_WEEKS, first, after(60), later_jobs=[second])
    assert judged.reason_code is Reason.EMPLOYER_CHANGED


def test_a_milestone_waits_for_evidence_that_covers_its_days() -> None:
    short = at(SIX_WEEKS, JOB, after(60), proven_to=after(40))
    assert short == Judgement("waiting", after(42), Reason.NOT_SHOWN, 42)
    assert at(SIX_WEEKS, JOB, after(60), proven_to=after(41)).state == "matured"


def test_impossible_jobs_are_refused() -> None:
    with pytest.raises(ValueError):
        replace(JOB, ended_on=START - timedelta(days=1))
    with pytest.raises(ValueError):
        replace(JOB, weekly_hours_hundredths=-1)
    with pytest.raises(TypeError):
        replace(JOB, weekly_hours_hundredths=37.5)
    with pytest.raises(TypeError):
        replace(JOB, start=datetime(2026, 3, 1))


offsets = st.integers(0, 400)


@st.composite
def jobs(draw: st.DrawFn) -> Job:
    start = after(draw(st.integers(0, 250)))
    length = draw(st.none() | st.integers(0, 250))
    return Job(
        start,
        None if length is None else start + timedelta(days=length),
        draw(st.integers(0, 4_000)),
        draw(st.sampled_from([None, "0101263-6", USER_FIRM])),
        draw(st.booleans()),
    )


@st.composite
def rules(draw: st.DrawFn) -> MilestoneRule:
    return MilestoneRule(
        1,
        draw(st.integers(1, 200)),
        1,
        draw(st.integers(0, 3_000)),
        draw(st.booleans()),
        draw(st.integers(0, 30)),
        draw(st.booleans()),
    )


@quick
@given(rules(), jobs(), st.lists(jobs(), max_size=4), offsets, offsets)
def test_a_settled_milestone_stays_settled_as_time_goes_by(
    rule: MilestoneRule, job: Job, later: list[Job], one: int, two: int
) -> None:
    earlier, after_it = sorted((one, two))
    before = at(rule, job, after(earlier), later_jobs=later)
    then = at(rule, job, after(after_it), later_jobs=later)
    assert before.state in MILESTONE.states
    assert 0 <= before.days_done <= then.days_done <= rule.days
    if before.state != "waiting":
        assert then == before
    elif then.state == "matured":
        assert then.day == before.day
        assert after(earlier) < then.day <= after(after_it)
        assert then.days_done == rule.days
    if then.state == "broken":
        assert then.day <= after(after_it) or then.reason_code is Reason.STARTED_OUTSIDE_VALIDITY or not then.days_done


@quick
@given(rules(), jobs(), st.lists(jobs(), max_size=4), offsets)
def test_a_stricter_rule_never_pays_more(rule: MilestoneRule, job: Job, later: list[Job], today: int) -> None:
    strict = replace(rule, employer_change_allowed=False, max_gap_days=0, days=rule.days + 1, subsidised_counts=False)
    if at(strict, job, after(today), later_jobs=later).state == "matured":
        assert at(rule, job, after(today), later_jobs=later).state == "matured"


@dataclass(frozen=True)
class OtherRule:
    """The judge takes anybody's rule of the right shape: the rooms do not know each other."""

    days: int = 10
    min_weekly_hours_hundredths: int = 0
    employer_change_allowed: bool = False
    max_gap_days: int = 0
    subsidised_counts: bool = True
    no: int = 1
    amount_cents: int = 100
    metric: str = "consecutive_days"
    kinds: tuple[str, ...] = ("job",)
    full_within_days: int | None = None
    start_window_days: int = 0
    min_contract_days: int = 0
    min_monthly_pay_cents: int = 0
    earnings_cents: int = 0
    least_points_hundredths: int = 0
    subsidised_percent: int = 100
    self_employment_counts: bool = False
    own_group_excluded: bool = True
    previous_employer_days: int = 0
    previous_employer_min_days: int = 0
    person_cap_cents: int | None = None
    cumulates_with: tuple[str, ...] = ()
    claim_within_days: int | None = None
    min_grade: str = "client"


def test_any_rule_of_the_right_shape_will_do() -> None:
    assert judge(OtherRule(), Case(JOB, FIRST, LAST, needs_evidence=False), after(10)).state == "matured"
