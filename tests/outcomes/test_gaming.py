"""Attempts to be paid more than the work is worth: each is played against the engine, in any order and by any number of
claimants, and none pays more than honest play; each says why it was refused."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.outcomes.facts import Case, Counted, Job, Judgement, Reason, Shown
from marketplace.outcomes.milestones import counted, judge
from marketplace.pricing.rules import MilestoneRule

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
LATE = date(2029, 1, 1)
BAKERY, FACTORY, OWN = "0101263-6", "0171450-7", "0116297-6"
RULES = (MilestoneRule(1, 42, 50_000, 1_800), MilestoneRule(2, 182, 100_000, 1_800))
quick = settings(deadline=None)


def shown(job: Job, *, since: date | None = None) -> Job:
    """The job with the employer's word for it: from its real first day until its real last one."""
    return replace(job, shown=(Shown("employer", job.ended_on or LATE, LATE, since or job.start),))


def claim(job: Job, others: Sequence[Job] = ()) -> Case:
    return Case(job, FIRST, LAST, tuple(others), frozenset({OWN}), programme="work")


def play(rules: Sequence[MilestoneRule], claims: Sequence[Case]) -> tuple[int, list[Judgement]]:
    """What the claims pay together, one after another, whoever makes them; and how each milestone was judged."""
    stand: list[Counted] = []
    cents, said = 0, []
    for one in claims:
        for rule in rules:
            case = replace(one, counted=tuple(stand))
            judgement = judge(rule, case, LATE)
            said.append(judgement)
            if judgement.state == "matured":
                cents += rule.amount_cents
            if judgement.state != "broken":
                stand.append(counted(rule, case, judgement))
    return cents, said


def honest(rules: Sequence[MilestoneRule], job: Job) -> int:
    return play(rules, [claim(shown(job))])[0]


@st.composite
def rules(draw: st.DrawFn) -> tuple[MilestoneRule, ...]:
    first = draw(st.integers(1, 90))
    common: dict[str, Any] = {
        "min_weekly_hours_hundredths": draw(st.integers(0, 2_000)),
        "employer_change_allowed": draw(st.booleans()),
        "max_gap_days": draw(st.integers(0, 20)),
        "previous_employer_days": draw(st.sampled_from([0, 365])),
    }
    return (
        MilestoneRule(1, first, 50_000, **common),
        MilestoneRule(2, first + draw(st.integers(1, 200)), 100_000, **common),
    )


@st.composite
def jobs(draw: st.DrawFn) -> Job:
    start = FIRST + timedelta(days=draw(st.integers(0, 100)))
    end = start + timedelta(days=draw(st.integers(0, 300)))
    return Job(start, end, draw(st.integers(0, 4_000)), BAKERY, planned_to=end)


def pieces(job: Job, cuts: Sequence[int]) -> list[Job]:
    """The same days of work on several papers."""
    assert job.ended_on is not None
    length = (job.ended_on - job.start).days + 1
    edges = sorted({0, length, *(cut % length for cut in cuts)})
    return [
        shown(replace(job, start=job.start + timedelta(days=a), ended_on=job.start + timedelta(days=b - 1),
                      planned_to=job.start + timedelta(days=b - 1)))
        for a, b in zip(edges, edges[1:], strict=False)
    ]  # fmt: skip


@quick
@given(rules(), jobs(), st.lists(st.integers(0, 400), max_size=5), st.randoms(use_true_random=False))
def test_splitting_a_contract_pays_no_more(
    asked: tuple[MilestoneRule, ...], job: Job, cuts: list[int], order: object
) -> None:
    parts = pieces(job, cuts)
    claims = [claim(part, [other for other in parts if other is not part]) for part in parts]
    order.shuffle(claims)  # type: ignore[attr-defined]
    assert play(asked, claims)[0] <= honest(asked, job)


@quick
@given(rules(), jobs(), st.integers(1, 4), st.integers(0, 40))
def test_hiring_again_and_again_pays_no_more(
    asked: tuple[MilestoneRule, ...], job: Job, rounds: int, pause: int
) -> None:
    """The person is let go and hired again by the same employer, each time with a voucher and claim of its own."""
    assert job.ended_on is not None
    length = (job.ended_on - job.start).days + 1
    cycle = timedelta(days=length + pause)
    hired = [
        shown(replace(job, start=job.start + cycle * turn, ended_on=job.ended_on + cycle * turn, planned_to=None))
        for turn in range(rounds)
    ]
    claims = [replace(claim(one, [other for other in hired if other is not one]), voucher_last=LATE) for one in hired]
    whole = replace(job, ended_on=hired[-1].ended_on, planned_to=None)
    assert play(asked, claims)[0] <= honest(asked, whole)


@quick
@given(rules(), jobs(), st.integers(2, 5))
def test_claiming_anothers_client_pays_once(asked: tuple[MilestoneRule, ...], job: Job, claimants: int) -> None:
    cents, said = play(asked, [claim(shown(job))] * claimants)
    assert cents == honest(asked, job)
    first, rest = said[: len(asked)], said[len(asked) :]
    for number, judgement in enumerate(rest):
        if first[number % len(asked)].state != "broken":
            assert judgement.reason_code is Reason.ALREADY_COUNTED


@quick
@given(rules(), jobs(), st.integers(1, 60))
def test_backdating_pays_no_more(asked: tuple[MilestoneRule, ...], job: Job, days: int) -> None:
    """The report says that the job began earlier than it did; the employer tells its real first day."""
    earlier = shown(replace(job, start=job.start - timedelta(days=days), planned_to=None), since=job.start)
    cents, said = play(asked, [claim(earlier)])
    assert cents == 0
    refused = {Reason.STARTED_OUTSIDE_VALIDITY, Reason.NOT_SHOWN, Reason.TOO_FEW_HOURS, Reason.ENDED_BEFORE}
    assert {judgement.reason_code for judgement in said} <= refused


@quick
@given(rules(), jobs(), st.booleans())
def test_hiring_into_the_own_group_pays_nothing(asked: tuple[MilestoneRule, ...], job: Job, stated: bool) -> None:
    """By the register, or by the provider's own statement of a company that the register does not know."""
    own = replace(job, own_group=True) if stated else replace(job, employer_business_id=OWN)
    cents, said = play(asked, [claim(shown(own))])
    assert cents == 0
    assert {judgement.reason_code for judgement in said} == {Reason.EXCLUDED_EMPLOYER}


@quick
@given(rules(), jobs(), st.integers(1, 40))
def test_two_papers_with_one_employer_are_no_more_hours(
    asked: tuple[MilestoneRule, ...], job: Job, papers: int
) -> None:
    held = [shown(job) for _ in range(papers)]
    assert play(asked, [claim(held[0], held[1:])])[0] == honest(asked, job)


@quick
@given(rules(), jobs(), st.integers(0, 250_000))
def test_the_cap_of_a_person_holds_over_all_claims(asked: tuple[MilestoneRule, ...], job: Job, cap: int) -> None:
    capped = [replace(one, person_cap_cents=cap) for one in asked]
    employers = [BAKERY, FACTORY, None]
    claims = [
        replace(claim(shown(replace(job, start=job.start + timedelta(days=400 * turn), ended_on=None,
                                    employer_business_id=employer))), voucher_last=LATE)
        for turn, employer in enumerate(employers)
    ]  # fmt: skip
    cents, said = play(capped, claims)
    assert cents <= cap
    if cap < 50_000:
        assert Reason.LASTED not in {judgement.reason_code for judgement in said}


def test_each_attempt_says_why() -> None:
    job = shown(Job(date(2026, 3, 1), None, 3_000, BAKERY))
    split = pieces(replace(job, ended_on=date(2026, 4, 1)), [20])
    again = shown(Job(date(2027, 3, 1), None, 3_000, BAKERY))
    attempts = {
        "splitting": play(RULES, [claim(split[0])])[1][0].reason_code,
        "hiring again": play(RULES, [claim(job), replace(claim(again), voucher_last=LATE)])[1][2].reason_code,
        "group company": play(RULES, [claim(replace(job, employer_business_id=OWN))])[1][0].reason_code,
        "backdating": play(RULES, [claim(replace(job, start=date(2025, 12, 31)))])[1][0].reason_code,
        "another's client": play(RULES, [claim(job), claim(job)])[1][2].reason_code,
        "two programmes": play(RULES, [claim(job), replace(claim(job), programme="bridge")])[1][2].reason_code,
        "own word": play(RULES, [claim(replace(job, shown=(Shown("provider", LATE, LATE),)))])[1][0].reason_code,
    }
    assert attempts == {
        "splitting": Reason.ENDED_BEFORE,
        "hiring again": Reason.ALREADY_COUNTED,
        "group company": Reason.EXCLUDED_EMPLOYER,
        "backdating": Reason.STARTED_OUTSIDE_VALIDITY,
        "another's client": Reason.ALREADY_COUNTED,
        "two programmes": Reason.NOT_CUMULATIVE,
        "own word": Reason.NOT_SHOWN,
    }
