"""Ordinary and awkward cases, judged by a bonus rule before anybody is promised it: the examples beside the rule's form.

Each case is judged by the very engine that will judge real claims, on a day when everything has been decided.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from marketplace.outcomes.facts import Case, Job, Judgement, Pay, Rule, Shown
from marketplace.outcomes.milestones import judge

LATE_DAYS = 3 * 366
AGENCY, FIRM, OWN = "agency", "firm", "own"
EXAMPLE_HOURS = 3_000
EXAMPLE_MONTHLY_CENTS = 180_000


@dataclass(frozen=True)
class Example:
    """A case by its code, and how each milestone would be judged. `days`: from the first day of work to the judgement's
    day, one a milestone."""

    code: str
    judgements: tuple[Judgement, ...]
    days: tuple[int, ...]

    def paid_cents(self, amounts: Sequence[int]) -> int:
        """What the case pays, when the milestones are worth these amounts."""
        pairs = zip(self.judgements, amounts, strict=True)
        return sum(cents for judgement, cents in pairs if judgement.state == "matured")


def worked_examples(rules: Sequence[Rule], first_day: date, validity_days: int) -> tuple[Example, ...]:
    """The cases that say most about these milestones, for a voucher that is valid so many days from `first_day` on."""
    last_day = first_day + timedelta(days=validity_days - 1)
    found = []
    for code, case in _cases(rules, first_day, last_day):
        late = last_day + timedelta(days=LATE_DAYS)
        judged = tuple(judge(rule, _fitted(rule, case, late, own_word=code == "own_word"), late) for rule in rules)
        found.append(Example(code, judged, tuple((one.day - case.job.start).days for one in judged)))
    return tuple(found)


def _cases(rules: Sequence[Rule], first_day: date, last_day: date) -> Iterator[tuple[str, Case]]:
    hours = max((rule.min_weekly_hours_hundredths for rule in rules), default=0)
    job = Job(min(first_day + timedelta(days=14), last_day), None, max(EXAMPLE_HOURS, hours), AGENCY)
    plain = Case(job, first_day, last_day, own_group=frozenset({OWN}))

    def day(number: int) -> date:
        return job.start + timedelta(days=number)

    yield "permanent", plain
    yield "last_day", replace(plain, job=replace(job, start=last_day))
    yield "day_late", replace(plain, job=replace(job, start=last_day + timedelta(days=1)))
    yield "three_months", replace(plain, job=replace(job, ended_on=day(89), planned_to=day(89)))
    if hours:
        yield "few_hours", replace(plain, job=replace(job, weekly_hours_hundredths=hours - 100))
        half = (hours + 1) // 2
        beside = replace(job, start=first_day, weekly_hours_hundredths=half, employer_business_id=FIRM)
        yield "two_jobs", replace(plain, job=replace(job, weekly_hours_hundredths=half), other_jobs=(beside,))
    after = replace(job, start=day(120), employer_business_id=FIRM)
    yield "agency", replace(plain, job=replace(job, ended_on=day(119)), other_jobs=(after,))
    again = replace(job, start=day(70))
    yield "break", replace(plain, job=replace(job, ended_on=day(59)), other_jobs=(again,))
    yield "subsidised", replace(plain, job=replace(job, subsidised=True))
    yield "half_subsidised", replace(
        plain, job=replace(job, subsidised=True, ended_on=day(89)), other_jobs=(replace(job, start=day(90)),)
    )
    yield "own_group", replace(plain, job=replace(job, employer_business_id=OWN))
    yield "hired_again", replace(plain, job=replace(job, previous_employer=True))
    yield "own_business", replace(plain, job=replace(job, self_employed=True))
    yield "own_word", plain


def _fitted(rule: Rule, case: Case, late: date, *, own_word: bool) -> Case:
    """The case with the evidence and pay that such a job would have, as a result of a kind that the rule pays for."""
    grade = "provider" if own_word else rule.min_grade

    def fitted(job: Job) -> Job:
        kind = job.kind if job.kind in rule.kinds or not rule.kinds else rule.kinds[0]
        ended = job.ended_on
        if kind == "progress" and ended is None:
            ended = job.start + timedelta(days=rule.days)
        to = ended or late
        seen = job.start if rule.claim_within_days is None else job.start + timedelta(days=rule.claim_within_days)
        return replace(
            job,
            kind=kind,
            ended_on=ended,
            monthly_pay_cents=max(EXAMPLE_MONTHLY_CENTS, rule.min_monthly_pay_cents),
            points_hundredths=rule.least_points_hundredths,
            pay=_pay(job.start, to),
            shown=(Shown(grade, to, seen),),
        )

    return replace(case, job=fitted(case.job), other_jobs=tuple(fitted(job) for job in case.other_jobs))


def _pay(start: date, end: date) -> tuple[Pay, ...]:
    """A pay slip for every thirty days."""
    slips = []
    while start + timedelta(days=29) <= end:
        slips.append(Pay(start, start + timedelta(days=29), EXAMPLE_MONTHLY_CENTS))
        start += timedelta(days=30)
    return tuple(slips)
