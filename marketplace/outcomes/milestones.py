"""Outcome bonuses: has a result lasted long enough for a milestone, may it still, or not any more?

How days are counted: the first day of work is day one. A job that started on 1 March has lasted 42 whole days when
11 April is over, so a milestone of 42 days matures on 12 April: start + days. A last day of work is worked, so a fixed
term from 1 March to 11 April matures too, on the day after. The start must fall inside the voucher's validity; the
milestone may mature long after it (test case T8). Maturity is computed from facts and never typed.

A milestone is counted once a person and period, whoever claims it: days that one claim counts, paid or on its way, are
not counted again for the same milestone, nor in another programme unless the rule names it. With one employer a person's
milestone is counted once for ever: hiring the same person again starts no new count.
"""

from dataclasses import replace
from datetime import date, timedelta

from marketplace.money import not_negative
from marketplace.outcomes.facts import GRADES, Case, Condition, Counted, Job, Judgement, Reason, Rule
from marketplace.outcomes.runs import REACHES, Reach, carries, lacking, progress
from marketplace.period import ONE_DAY, plain_day


def maturity_day(start: date, days: int) -> date:
    """The day on which a job without a break has lasted `days` whole days: start + days (see the top of the file)."""
    return plain_day(start, "start") + timedelta(days=not_negative(days, "days"))


def judge(rule: Rule, case: Case, today: date) -> Judgement:
    """Judge one milestone of one claim on the day `today`.

    A job with a planned end waits until that end (and the forgiven gap) has passed: it may yet be continued. What can
    never count (the start, the employer, the kind, days that are counted already) breaks at once, and says why.
    """
    start, job = case.job.start, case.job
    unfit = _outside(rule, case) or unfit_job(rule, case, job) or _at_the_start(rule, case)
    if unfit is not None:
        return _said(rule, case, Judgement("broken", start, unfit, 0), None)
    measure = progress if job.kind == "progress" else REACHES[rule.metric]
    reach = measure(rule, case, lambda other: unfit_job(rule, case, other), today)
    taken = _taken(rule, case, reach)
    if taken is not None:
        return _said(rule, case, Judgement("broken", start, taken, 0, start), reach)
    return _said(rule, case, _by_reach(rule, case, reach, today), reach)


def _by_reach(rule: Rule, case: Case, reach: Reach, today: date) -> Judgement:
    start = case.job.start
    if reach.full_on is None:
        if reach.broken_on is not None and today >= reach.broken_on:
            return Judgement("broken", reach.broken_on, reach.why, reach.done, start)
        return Judgement("waiting", reach.expected_on, Reason.NOT_YET, reach.done, start)
    if today < reach.full_on:
        return Judgement("waiting", reach.full_on, Reason.NOT_YET, reach.done, start)
    if not _is_shown(rule, case, reach.full_on):
        deadline = claim_deadline(rule, case.job)
        if deadline is not None and today > deadline:
            return Judgement("broken", max(deadline + ONE_DAY, reach.full_on), Reason.SHOWN_TOO_LATE, reach.done, start)
        return Judgement("waiting", reach.full_on, Reason.NOT_SHOWN, reach.done, start)
    return Judgement("matured", reach.full_on, Reason.LASTED, reach.done, start)


def unfit_job(rule: Rule, case: Case, job: Job) -> Reason | None:
    """Why a job by itself does not count towards a claim, or None."""
    if job.kind not in rule.kinds:
        return Reason.KIND_NOT_COUNTED
    own = job.own_group or (job.employer_business_id is not None and job.employer_business_id in case.own_group)
    if rule.own_group_excluded and own:
        return Reason.EXCLUDED_EMPLOYER
    if job.subsidised and not rule.subsidised_counts:
        return Reason.SUBSIDISED
    if job.self_employed and not rule.self_employment_counts:
        return Reason.SELF_EMPLOYED
    if _worked_there_before(rule, case, job):
        return Reason.PREVIOUS_EMPLOYER
    return None


def _worked_there_before(rule: Rule, case: Case, job: Job) -> bool:
    """Did the person work for this employer before the claimed job, lately and for long enough to rule it out?"""
    if rule.previous_employer_days == 0:
        return False
    if job.previous_employer:
        return True
    since = case.job.start - timedelta(days=rule.previous_employer_days)
    days = 0
    for earlier in case.other_jobs:
        if earlier is job or earlier.start >= case.job.start or not earlier.same_employer(job):
            continue
        last = min(earlier.ended_on or case.job.start - ONE_DAY, case.job.start - ONE_DAY)
        days += max(0, (last - max(earlier.start, since)).days + 1)
    return days > rule.previous_employer_min_days


def _outside(rule: Rule, case: Case) -> Reason | None:
    last = case.voucher_last + timedelta(days=rule.start_window_days)
    return None if case.voucher_first <= case.job.start <= last else Reason.STARTED_OUTSIDE_VALIDITY


def _at_the_start(rule: Rule, case: Case) -> Reason | None:
    """What is wrong with the work on its first day: the contract is too short, or hours or pay of all jobs together."""
    job = case.job
    if job.kind == "progress":
        return None
    if job.planned_to is not None and (job.planned_to - job.start).days + 1 < rule.min_contract_days:
        return Reason.CONTRACT_TOO_SHORT
    if rule.metric == "weekly_hours":
        return None  # an average evens out
    held = [one for one in case.jobs if one.held_on(job.start) and unfit_job(rule, case, one) is None]
    return lacking(rule, held)


def _taken(rule: Rule, case: Case, reach: Reach) -> Reason | None:
    """What the person's other milestones leave no room for: the same days twice, another programme, the cap."""
    first, last = case.job.start, (reach.full_on or reach.expected_on) - ONE_DAY
    together = [one for one in case.counted if one.first <= last and first <= one.last]
    employer = case.job.employer_business_id
    same = [one for one in case.counted if one.no == rule.no and one.programme == case.programme]
    if any(one in together or (employer is not None and one.employer_business_id == employer) for one in same):
        return Reason.ALREADY_COUNTED
    if any(one.programme not in (case.programme, *rule.cumulates_with) for one in together):
        return Reason.NOT_CUMULATIVE
    paid = sum(one.cents for one in case.counted if one.programme == case.programme)
    if rule.person_cap_cents is not None and paid + rule.amount_cents > rule.person_cap_cents:
        return Reason.OVER_CAP
    return None


def counted(rule: Rule, case: Case, judgement: Judgement) -> Counted:
    """What a claim that stands counts: the days from its first one to the day before it is full, and its cents."""
    first = judgement.first or case.job.start
    last = max(first, judgement.day - ONE_DAY)
    return Counted(case.programme, rule.no, first, last, rule.amount_cents, case.job.employer_business_id)


def claim_deadline(rule: Rule, job: Job) -> date | None:
    """The last day on which evidence may be shown, None where the rule sets none."""
    return None if rule.claim_within_days is None else job.start + timedelta(days=rule.claim_within_days)


def strong_enough(rule: Rule, grade: str) -> bool:
    """Does evidence of this grade show anything? The provider's own word never does."""
    return grade != "provider" and GRADES.index(grade) <= GRADES.index(rule.min_grade)


def proven_to(rule: Rule, case: Case) -> date | None:
    """The last day that good evidence, seen in time, covers: of the claimed job, or of one that carries its count on. None
    without any, or while nothing shows that the claimed job began on the day that was reported."""
    deadline = claim_deadline(rule, case.job)
    good = [
        (job, one)
        for job in case.jobs
        if job is case.job or (job.start >= case.job.start and carries(rule, case, job))
        for one in job.shown
        if strong_enough(rule, one.grade) and (deadline is None or one.seen_on <= deadline)
    ]
    if not any(job is case.job and (one.covers_from or job.start) <= job.start for job, one in good):
        return None
    return max(one.covers_to for _job, one in good)


def _is_shown(rule: Rule, case: Case, full_on: date) -> bool:
    if not case.needs_evidence:
        return True
    to = proven_to(rule, case)
    return to is not None and to >= full_on - ONE_DAY


CONDITIONS: tuple[tuple[str, frozenset[Reason]], ...] = (
    ("start", frozenset({Reason.STARTED_OUTSIDE_VALIDITY})),
    ("kind", frozenset({Reason.KIND_NOT_COUNTED, Reason.SELF_EMPLOYED})),
    ("employer", frozenset({Reason.EXCLUDED_EMPLOYER, Reason.PREVIOUS_EMPLOYER, Reason.EMPLOYER_CHANGED})),
    ("contract", frozenset({Reason.CONTRACT_TOO_SHORT})),
    ("hours", frozenset({Reason.TOO_FEW_HOURS})),
    ("pay", frozenset({Reason.PAY_TOO_SMALL})),
    ("subsidised", frozenset({Reason.SUBSIDISED})),
    ("once", frozenset({Reason.ALREADY_COUNTED, Reason.NOT_CUMULATIVE, Reason.OVER_CAP})),
)
"""What a milestone asks beside its days and their evidence, and the reasons that say it is not met."""


def _said(rule: Rule, case: Case, judgement: Judgement, reach: Reach | None) -> Judgement:
    """The judgement with what the milestone asks, one by one: only what this rule really asks, or what is not met."""
    asked = {
        "start": True,
        "employer": True,
        "contract": rule.min_contract_days > 0,
        "hours": rule.min_weekly_hours_hundredths > 0,
        "pay": rule.min_monthly_pay_cents > 0,
        "subsidised": not rule.subsidised_counts or rule.subsidised_percent < 100,
    }
    found = [
        Condition(code, judgement.reason_code not in reasons)
        for code, reasons in CONDITIONS
        if asked.get(code, False) or judgement.reason_code in reasons
    ]
    asks = rule.earnings_cents if rule.metric == "earnings" else rule.days
    found.append(Condition("days", judgement.days_done >= asks))
    full_on = judgement.day if reach is None else reach.full_on or reach.expected_on
    found.append(Condition("shown", _is_shown(rule, case, full_on)))
    return replace(judgement, conditions=tuple(found))
