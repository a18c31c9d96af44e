"""Outcome bonuses: has a job lasted long enough for a milestone, may it still, or not any more?

How days are counted: the first day of work is day one. A job that started on 1 March has lasted 42 whole days when
11 April is over, so a milestone of 42 days matures on 12 April: start + days. A last day of work is worked, so a fixed
term from 1 March to 11 April matures too, on the day after. The start must fall inside the voucher's validity; the
milestone may mature long after it (test case T8).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal, Protocol

from marketplace.money import not_negative
from marketplace.period import ONE_DAY, plain_day

State = Literal["waiting", "matured", "broken"]


class Reason(StrEnum):
    """Why a milestone stands where it does."""

    NOT_YET = "not_yet"  # waiting: the days are not full
    NOT_SHOWN = "not_shown"  # waiting: the days are full, but the evidence does not cover them
    LASTED = "lasted"  # matured
    STARTED_OUTSIDE_VALIDITY = "started_outside_validity"
    TOO_FEW_HOURS = "too_few_hours"
    ENDED_BEFORE = "ended_before"
    EMPLOYER_CHANGED = "employer_changed"
    EXCLUDED_EMPLOYER = "excluded_employer"
    SUBSIDISED = "subsidised"


class Rule(Protocol):
    """What a milestone asks; the promise of the grant has it (`pricing.rules.MilestoneRule`)."""

    @property
    def days(self) -> int: ...
    @property
    def min_weekly_hours_hundredths(self) -> int: ...
    @property
    def employer_change_allowed(self) -> bool: ...
    @property
    def max_gap_days(self) -> int: ...
    @property
    def subsidised_counts(self) -> bool: ...


@dataclass(frozen=True)
class Job:
    """One employment. `ended_on` is its last day of work, planned or real; None while it is open-ended.

    employer_business_id is None for a household; such an employer is never taken to be the same as another.
    Errors: ValueError when it ends before it starts or hours are negative; TypeError for moments and floats.
    """

    start: date
    ended_on: date | None
    weekly_hours_hundredths: int
    employer_business_id: str | None
    subsidised: bool = False

    def __post_init__(self) -> None:
        plain_day(self.start, "start")
        not_negative(self.weekly_hours_hundredths, "weekly_hours_hundredths")
        if self.ended_on is not None and plain_day(self.ended_on, "ended_on") < self.start:
            raise ValueError("a job cannot end before it starts")


@dataclass(frozen=True)
class Judgement:
    """Where a milestone stands on a day.

    day: when it matured, will mature if all goes on (waiting), or broke. days_done: whole days of work that count, on
    the day of judging, never more than the milestone asks.
    """

    state: State
    day: date
    reason_code: Reason
    days_done: int


def maturity_day(start: date, days: int) -> date:
    """The day on which a job without a break has lasted `days` whole days: start + days (see the top of the file)."""
    return plain_day(start, "start") + timedelta(days=not_negative(days, "days"))


def judge(
    rule: Rule,
    job: Job,
    voucher_first: date,
    voucher_last: date,
    today: date,
    *,
    later_jobs: Sequence[Job] = (),
    excluded_employers: Collection[str] = (),
    proven_to: date | None = None,
) -> Judgement:
    """Judge one milestone of an employment outcome on the day `today`.

    later_jobs: jobs that followed the first one; such a job carries the count on when it meets the rule, starts within
    the forgiven gap and has the same employer, unless the rule allows another (T7). excluded_employers: business ids
    that never count, such as the provider's own group. proven_to: the last day that evidence covers; None when
    evidence is judged elsewhere. A job with a planned end waits until that end (and the forgiven gap) has passed: it
    may yet be continued.
    """
    unfit = _unfit(rule, job, excluded_employers)
    if not voucher_first <= job.start <= voucher_last:
        unfit = Reason.STARTED_OUTSIDE_VALIDITY
    if unfit is not None:
        return Judgement("broken", job.start, unfit, 0)

    spells, refused = _chain(rule, job, later_jobs, excluded_employers)
    full_on = _full_on(rule.days, spells)
    days_done = min(rule.days, _worked(spells, today))
    last_day = spells[-1][1]
    if full_on is None and last_day is not None:
        broken_on = last_day + timedelta(days=rule.max_gap_days + 1)
        if today >= broken_on:
            return Judgement("broken", broken_on, refused or Reason.ENDED_BEFORE, days_done)
        missing = rule.days - _worked(spells, last_day + ONE_DAY)
        return Judgement("waiting", last_day + timedelta(days=missing + 1), Reason.NOT_YET, days_done)
    assert full_on is not None
    if today < full_on:
        return Judgement("waiting", full_on, Reason.NOT_YET, days_done)
    if proven_to is not None and proven_to < full_on - ONE_DAY:
        return Judgement("waiting", full_on, Reason.NOT_SHOWN, days_done)
    return Judgement("matured", full_on, Reason.LASTED, days_done)


Spell = tuple[date, date | None]
"""First and last day of work, the last None while it goes on."""


def _unfit(rule: Rule, job: Job, excluded_employers: Collection[str]) -> Reason | None:
    """Why a job by itself does not count, or None."""
    if job.employer_business_id is not None and job.employer_business_id in excluded_employers:
        return Reason.EXCLUDED_EMPLOYER
    if job.weekly_hours_hundredths < rule.min_weekly_hours_hundredths:
        return Reason.TOO_FEW_HOURS
    if job.subsidised and not rule.subsidised_counts:
        return Reason.SUBSIDISED
    return None


def _chain(
    rule: Rule, first: Job, later_jobs: Iterable[Job], excluded_employers: Collection[str]
) -> tuple[list[Spell], Reason | None]:
    """The spells of work that count, in order and without overlap, and why the last follow-on job was not counted."""
    spells: list[Spell] = [(first.start, first.ended_on)]
    current, refused = first, None
    for job in sorted(later_jobs, key=lambda later: later.start):
        last_day = spells[-1][1]
        if last_day is None:
            break
        if job.ended_on is not None and job.ended_on <= last_day:
            continue
        if (job.start - last_day).days - 1 > rule.max_gap_days:
            break
        same = job.employer_business_id is not None and job.employer_business_id == current.employer_business_id
        unfit = _unfit(rule, job, excluded_employers)
        if unfit is None and not (same or rule.employer_change_allowed):
            unfit = Reason.EMPLOYER_CHANGED
        if unfit is not None:
            refused = unfit
            continue
        spells.append((max(job.start, last_day + ONE_DAY), job.ended_on))
        current, refused = job, None
    return spells, refused


def _full_on(days: int, spells: Iterable[Spell]) -> date | None:
    """The day after the one on which the spells have the days full, or None when they never do."""
    done = 0
    for first, last in spells:
        full = first + timedelta(days=days - done)
        if last is None or full <= last + ONE_DAY:
            return full
        done += (last - first).days + 1
    return None


def _worked(spells: Iterable[Spell], today: date) -> int:
    """Whole days of work before `today`."""
    worked = 0
    for first, last in spells:
        end = today if last is None else min(today, last + ONE_DAY)
        worked += max(0, (end - first).days)
    return worked
