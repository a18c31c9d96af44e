"""The facts that a milestone is judged on: what it asks, the work that was done, and what shows it."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal, Protocol

from marketplace.money import not_negative
from marketplace.period import plain_day

State = Literal["waiting", "matured", "broken"]

METRICS = ("consecutive_days", "cumulative_days", "weekly_hours", "earnings")
"""What is counted: days in a row, days in all, an average of weekly hours, or pay."""

KINDS = ("job", "apprenticeship", "study", "progress")
"""Kinds of result; a job is on the open market or wage-subsidised, which is a fact of its own."""

GRADES = ("register", "employer", "client", "provider")
"""Grades of evidence, the strongest first. The provider is the payee: its own word alone never shows anything."""


class Reason(StrEnum):
    """Why a milestone stands where it does."""

    NOT_YET = "not_yet"  # waiting: the days are not full
    NOT_SHOWN = "not_shown"  # waiting: the days are full, but the evidence does not cover them
    LASTED = "lasted"  # matured
    STARTED_OUTSIDE_VALIDITY = "started_outside_validity"
    KIND_NOT_COUNTED = "kind_not_counted"
    EXCLUDED_EMPLOYER = "excluded_employer"
    PREVIOUS_EMPLOYER = "previous_employer"
    SELF_EMPLOYED = "self_employed"
    SUBSIDISED = "subsidised"
    CONTRACT_TOO_SHORT = "contract_too_short"
    TOO_FEW_HOURS = "too_few_hours"
    PAY_TOO_SMALL = "pay_too_small"
    TOO_LITTLE_PROGRESS = "too_little_progress"
    ENDED_BEFORE = "ended_before"
    EMPLOYER_CHANGED = "employer_changed"
    WINDOW_CLOSED = "window_closed"
    SHOWN_TOO_LATE = "shown_too_late"
    ALREADY_COUNTED = "already_counted"
    NOT_CUMULATIVE = "not_cumulative"
    OVER_CAP = "over_cap"


class Rule(Protocol):
    """What a milestone asks; the promise of the grant has it (`pricing.rules.MilestoneRule`, which explains each)."""

    @property
    def no(self) -> int: ...
    @property
    def days(self) -> int: ...
    @property
    def amount_cents(self) -> int: ...
    @property
    def min_weekly_hours_hundredths(self) -> int: ...
    @property
    def employer_change_allowed(self) -> bool: ...
    @property
    def max_gap_days(self) -> int: ...
    @property
    def subsidised_counts(self) -> bool: ...
    @property
    def metric(self) -> str: ...
    @property
    def kinds(self) -> tuple[str, ...]: ...
    @property
    def full_within_days(self) -> int | None: ...
    @property
    def start_window_days(self) -> int: ...
    @property
    def min_contract_days(self) -> int: ...
    @property
    def min_monthly_pay_cents(self) -> int: ...
    @property
    def earnings_cents(self) -> int: ...
    @property
    def least_points_hundredths(self) -> int: ...
    @property
    def subsidised_percent(self) -> int: ...
    @property
    def self_employment_counts(self) -> bool: ...
    @property
    def own_group_excluded(self) -> bool: ...
    @property
    def previous_employer_days(self) -> int: ...
    @property
    def previous_employer_min_days(self) -> int: ...
    @property
    def person_cap_cents(self) -> int | None: ...
    @property
    def cumulates_with(self) -> tuple[str, ...]: ...
    @property
    def claim_within_days(self) -> int | None: ...
    @property
    def min_grade(self) -> str: ...


@dataclass(frozen=True)
class Pay:
    """Gross cents paid for the work of some days, both included. Errors: ValueError for days turned round or a negative
    sum."""

    first: date
    last: date
    cents: int

    def __post_init__(self) -> None:
        if plain_day(self.last, "last") < plain_day(self.first, "first"):
            raise ValueError("pay is for days that follow one another")
        not_negative(self.cents, "cents")


@dataclass(frozen=True)
class Shown:
    """One piece of evidence: who says so, until which day the work is shown to have lasted, and when it was seen.
    covers_from: the first day that it shows; None when it says nothing against the first day that was reported."""

    grade: str
    covers_to: date
    seen_on: date
    covers_from: date | None = None

    def __post_init__(self) -> None:
        if self.grade not in GRADES:
            raise ValueError(f"{self.grade} is not a grade of evidence")


@dataclass(frozen=True)
class Job:
    """One employment (or study, or measured step). `ended_on` is its last day, planned or real; None while it is open.

    employer_business_id is None for a household; such an employer is never taken to be the same as another.
    planned_to: the last day that the contract named at the outset, None for an open-ended one. previous_employer: it is
    known, or stated by the provider, that the person has worked for this employer before. monthly_pay_cents: net pay a
    month by the contract. pay: what was really paid. points_hundredths: the change between two measurements, of a step
    of progress that was measured on `start` and on `ended_on`. own_group: the provider has stated that the employer is of
    its own group. shown: the evidence of it.
    Errors: ValueError when it ends before it starts or a number is negative; TypeError for moments and floats.
    """

    start: date
    ended_on: date | None
    weekly_hours_hundredths: int
    employer_business_id: str | None
    subsidised: bool = False
    kind: str = "job"
    self_employed: bool = False
    previous_employer: bool = False
    own_group: bool = False
    planned_to: date | None = None
    monthly_pay_cents: int = 0
    pay: tuple[Pay, ...] = ()
    points_hundredths: int = 0
    shown: tuple[Shown, ...] = ()

    def __post_init__(self) -> None:
        plain_day(self.start, "start")
        not_negative(self.weekly_hours_hundredths, "weekly_hours_hundredths")
        not_negative(self.monthly_pay_cents, "monthly_pay_cents")
        if self.ended_on is not None and plain_day(self.ended_on, "ended_on") < self.start:
            raise ValueError("a job cannot end before it starts")
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind} is not a kind of result")

    def held_on(self, day: date) -> bool:
        """Is this one of its days?"""
        return self.start <= day and (self.ended_on is None or day <= self.ended_on)

    def same_employer(self, other: "Job") -> bool:
        """Is it with the same employer for certain?"""
        return self is other or (
            self.employer_business_id is not None and self.employer_business_id == other.employer_business_id
        )


@dataclass(frozen=True)
class Counted:
    """A milestone of the same person that is paid or on its way, whoever claimed it, with the days that it counts and the
    employer of the job that was claimed."""

    programme: str
    no: int
    first: date
    last: date
    cents: int
    employer_business_id: str | None = None


@dataclass(frozen=True)
class Case:
    """One claim of one person's result.

    job: the one that is claimed; its first day is day one. voucher_first, voucher_last: the validity within which it must
    begin. other_jobs: what else the person did, before, beside or after it; their hours and pay add up, and they may
    carry the count on. own_group: business ids of the payee and the companies under the same control. needs_evidence:
    False when evidence is judged elsewhere. counted: the person's other milestones, of this claim
    too. programme: the claim's own.
    """

    job: Job
    voucher_first: date
    voucher_last: date
    other_jobs: tuple[Job, ...] = ()
    own_group: frozenset[str] = frozenset()
    needs_evidence: bool = True
    counted: tuple[Counted, ...] = ()
    programme: str = ""

    @property
    def jobs(self) -> tuple[Job, ...]:
        return (self.job, *sorted(self.other_jobs, key=lambda job: job.start))


@dataclass(frozen=True)
class Condition:
    """One thing that a milestone asks, and whether it is met on the day of judging."""

    code: str
    met: bool


@dataclass(frozen=True)
class Judgement:
    """Where a milestone stands on a day.

    day: when it matured, will mature if all goes on (waiting), or broke. days_done: whole days of work that count, on
    the day of judging, never more than the milestone asks; cents of pay where pay is counted. first: day one of what is
    counted. conditions: what the milestone asks, one by one.
    """

    state: State
    day: date
    reason_code: Reason
    days_done: int
    first: date | None = field(default=None, compare=False)
    conditions: tuple[Condition, ...] = field(default=(), compare=False)
