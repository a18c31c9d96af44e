"""What adds up to a milestone: days in a row, days in all, an average of weekly hours, or pay.

Time is cut at every day on which a job begins or ends, and each stretch between two cuts is decided once. Hours and pay
of jobs that are held on the same day add up across employers, whoever the employers are; which job may carry the count
on is another question (`carries`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.money import PERCENT
from marketplace.outcomes.facts import Case, Job, Reason, Rule
from marketplace.period import ONE_DAY

LONGEST_DAYS = 3 * 366
"""How far ahead an average is looked for when a rule sets no window; no promise of a grant is older than that."""


@dataclass(frozen=True)
class Stretch:
    """Days in a row that count alike; `last` is None while they go on. subsidised: only wage-subsidised work carries them."""

    first: date
    last: date | None
    subsidised: bool

    def before(self, today: date) -> int:
        """Its whole days before `today`."""
        end = today if self.last is None else min(today, self.last + ONE_DAY)
        return max(0, (end - self.first).days)


@dataclass(frozen=True)
class Reach:
    """How far the work goes. full_on: the day after the one on which the milestone is full, None when what is known never
    fills it. expected_on: when it would be full if all went on. broken_on, why: from which day on it cannot be reached any
    more. done: what counts on the day of judging."""

    full_on: date | None
    expected_on: date
    broken_on: date | None
    why: Reason
    done: int


Fit = Callable[[Job], Reason | None]
"""Why a job by itself does not count, or None."""


def carries(rule: Rule, case: Case, job: Job) -> bool:
    """May a job carry the count on? The claimed one's employer may; another one where the employer may change (T7)."""
    return rule.employer_change_allowed or job.same_employer(case.job)


def stretches(rule: Rule, case: Case, fit: Fit) -> list[Stretch]:
    """The days from the claimed job's first one on which a job carries the count and hours and pay suffice, in order."""
    good = [job for job in case.jobs if fit(job) is None]
    found: list[Stretch] = []
    for first, last in _cuts(case.job.start, good):
        held = [job for job in good if job.held_on(first)]
        carrying = [job for job in held if carries(rule, case, job)]
        if not carrying or lacking(rule, held) is not None:
            continue
        subsidised = all(job.subsidised for job in carrying)
        if found and found[-1].last == first - ONE_DAY and found[-1].subsidised == subsidised:
            found[-1] = Stretch(found[-1].first, last, subsidised)
        else:
            found.append(Stretch(first, last, subsidised))
    return found


def lacking(rule: Rule, held: Iterable[Job]) -> Reason | None:
    """What the jobs of one day lack together: hours a week, or pay a month; None when nothing."""
    one_each = _one_an_employer(held)
    if sum(job.weekly_hours_hundredths for job in one_each) < rule.min_weekly_hours_hundredths:
        return Reason.TOO_FEW_HOURS
    if sum(job.monthly_pay_cents for job in one_each) < rule.min_monthly_pay_cents:
        return Reason.PAY_TOO_SMALL
    return None


def _one_an_employer(held: Iterable[Job]) -> list[Job]:
    """Of several jobs with the same employer on one day only the largest: it is one employment, however many papers or
    claims tell of it."""
    found: list[Job] = []
    for job in sorted(held, key=lambda one: (-one.weekly_hours_hundredths, -one.monthly_pay_cents)):
        if not any(job.same_employer(other) for other in found):
            found.append(job)
    return found


def _cuts(start: date, jobs: Sequence[Job]) -> Iterator[tuple[date, date | None]]:
    days = {start, *(job.start for job in jobs), *(job.ended_on + ONE_DAY for job in jobs if job.ended_on)}
    ordered = sorted(day for day in days if day >= start)
    for first, following in zip(ordered, ordered[1:], strict=False):
        yield first, following - ONE_DAY
    if ordered:
        yield ordered[-1], None


def window_end(rule: Rule, case: Case) -> date | None:
    """The day on which the window in which the milestone must be full is over, None where there is none."""
    return None if rule.full_within_days is None else case.job.start + timedelta(days=rule.full_within_days)


def consecutive(rule: Rule, case: Case, fit: Fit, today: date) -> Reach:
    """Days in a row. Days without work within the forgiven gap are not counted, and do not stop the count."""
    run: list[Stretch] = []
    for stretch in stretches(rule, case, fit):
        last = run[-1].last if run else None
        if last is not None and (stretch.first - last).days - 1 > rule.max_gap_days:
            break
        run.append(stretch)
    full, closes = _full_on(rule, run), window_end(rule, case)
    if closes is not None and (full is None or full > closes):
        reach = _stopped(rule, case, fit, run, today)
        if reach.broken_on is None or closes < reach.broken_on:
            return Reach(
                None, full or reach.expected_on, closes, Reason.WINDOW_CLOSED, _done(rule, run, min(today, closes))
            )
        return reach
    if full is not None:
        return Reach(full, full, None, Reason.NOT_YET, _done(rule, run, today))
    return _stopped(rule, case, fit, run, today)


def _stopped(rule: Rule, case: Case, fit: Fit, run: Sequence[Stretch], today: date) -> Reach:
    """A run that ends before it is full: a planned end waits until the forgiven gap has passed, it may yet be continued."""
    last = run[-1].last
    done = _done(rule, run, today)
    if last is None:  # it goes on, but only subsidised days are left to come
        return Reach(None, today + timedelta(days=rule.days - done), None, Reason.SUBSIDISED, done)
    missing = rule.days - _done(rule, run, last + ONE_DAY)
    broken_on = last + timedelta(days=rule.max_gap_days + 1)
    return Reach(None, last + timedelta(days=missing + 1), broken_on, _why(rule, case, fit, last), done)


def _why(rule: Rule, case: Case, fit: Fit, last: date) -> Reason:
    """Why the run stops after `last`: what is wrong with the work that followed in time, or that there was none."""
    followers = [
        job
        for job in case.jobs
        if (job.start - last).days - 1 <= rule.max_gap_days and (job.ended_on is None or job.ended_on > last)
    ]
    for job in reversed(followers):
        unfit = fit(job)
        if unfit is None and not carries(rule, case, job):
            unfit = Reason.EMPLOYER_CHANGED
        if unfit is not None:
            return unfit
    held = [job for job in followers if job.held_on(max(last + ONE_DAY, followers[-1].start))]
    return lacking(rule, held) or Reason.ENDED_BEFORE if held else Reason.ENDED_BEFORE


def cumulative(rule: Rule, case: Case, fit: Fit, today: date) -> Reach:
    """Days in all, however many breaks there are, within the rule's window."""
    found = stretches(rule, case, fit)
    full, closes = _full_on(rule, found), window_end(rule, case)
    if full is not None and (closes is None or full <= closes):
        return Reach(full, full, None, Reason.NOT_YET, _done(rule, found, today))
    done = _done(rule, found, today if closes is None else min(today, closes))
    last = found[-1].last
    goes_on = max(today, case.job.start if last is None else last + ONE_DAY)
    return Reach(None, goes_on + timedelta(days=rule.days - done), closes, Reason.WINDOW_CLOSED, done)


def _full_on(rule: Rule, run: Iterable[Stretch]) -> date | None:
    """The day after the one on which the stretches have the days full, or None when they never do. Only a share of the
    days may be carried by subsidised work alone; more than that is worked, but not counted."""
    done = subsidised = 0
    most = rule.days * rule.subsidised_percent // PERCENT
    for stretch in run:
        needed = rule.days - done
        if stretch.subsidised and needed > most - subsidised:
            whole = most - subsidised if stretch.last is None else min(most - subsidised, _length(stretch))
            done, subsidised = done + whole, subsidised + whole
            continue
        full = stretch.first + timedelta(days=needed)
        if stretch.last is None or full <= stretch.last + ONE_DAY:
            return full
        done += _length(stretch)
        subsidised += _length(stretch) if stretch.subsidised else 0
    return None


def _length(stretch: Stretch) -> int:
    assert stretch.last is not None
    return (stretch.last - stretch.first).days + 1


def _done(rule: Rule, run: Iterable[Stretch], today: date) -> int:
    """Days before `today` that count, never more than the rule asks."""
    done = subsidised = 0
    most = rule.days * rule.subsidised_percent // PERCENT
    for stretch in run:
        days = stretch.before(today)
        if stretch.subsidised:
            days = min(days, most - subsidised)
            subsidised += days
        done += days
    return min(rule.days, done)


def average_hours(rule: Rule, case: Case, fit: Fit, today: date) -> Reach:
    """An average of weekly hours over so many days: the first such period, begun on day one or later, that reaches it.
    Weeks below the average and weeks above it even out, across employers."""
    good = [job for job in case.jobs if fit(job) is None and carries(rule, case, job)]
    start, closes = case.job.start, window_end(rule, case)
    end = closes or start + timedelta(days=LONGEST_DAYS)
    needed, total = rule.min_weekly_hours_hundredths * rule.days, 0
    rates: list[int] = []
    elapsed = min(rule.days, max(0, (min(today, end) - start).days))
    for offset in range((end - start).days):
        day = start + timedelta(days=offset)
        held = _one_an_employer(job for job in good if job.held_on(day))
        rates.append(sum(job.weekly_hours_hundredths for job in held))
        total += rates[offset] - (rates[offset - rule.days] if offset >= rule.days else 0)
        if offset + 1 >= rule.days and total >= needed:
            return Reach(day + ONE_DAY, day + ONE_DAY, None, Reason.NOT_YET, elapsed)
    return Reach(None, end, closes, Reason.TOO_FEW_HOURS, elapsed)


def earnings(rule: Rule, case: Case, fit: Fit, today: date) -> Reach:
    """Gross pay in all, of work done from day one on, within the window and not before the rule's days have passed.
    `done` is in cents. Of subsidised work no more than the allowed share of the sum is counted."""
    start, closes = case.job.start, window_end(rule, case)
    most = rule.earnings_cents * rule.subsidised_percent // PERCENT
    paid = sorted(
        (pay.last, pay.cents, job.subsidised)
        for job in case.jobs
        if fit(job) is None and carries(rule, case, job)
        for pay in job.pay
        if pay.first >= start and (closes is None or pay.last < closes)
    )
    earned = subsidised = done = 0
    full: date | None = None
    for last, cents, is_subsidised in paid:
        counts = min(cents, most - subsidised) if is_subsidised else cents
        subsidised += counts if is_subsidised else 0
        earned += counts
        if last < today:
            done = min(rule.earnings_cents, earned)
        if earned >= rule.earnings_cents and full is None:
            full = max(last + ONE_DAY, start + timedelta(days=rule.days))
    if full is not None and (closes is None or full <= closes):
        return Reach(full, full, None, Reason.NOT_YET, done)
    return Reach(None, closes or max(today, start + timedelta(days=rule.days)), closes, Reason.WINDOW_CLOSED, done)


def progress(rule: Rule, case: Case, fit: Fit, today: date) -> Reach:
    """A measured step: the change between two measurements that lie at least the rule's days apart."""
    job = case.job
    apart = job.start + timedelta(days=rule.days)
    if job.ended_on is None:
        return Reach(None, apart, None, Reason.NOT_YET, min(rule.days, max(0, (today - job.start).days)))
    done = min(rule.days, (job.ended_on - job.start).days)
    if job.points_hundredths < rule.least_points_hundredths:
        return Reach(None, job.ended_on, job.ended_on, Reason.TOO_LITTLE_PROGRESS, done)
    if job.ended_on < apart:
        return Reach(None, apart, job.ended_on, Reason.ENDED_BEFORE, done)
    return Reach(job.ended_on, job.ended_on, None, Reason.NOT_YET, done)


REACHES: dict[str, Callable[[Rule, Case, Fit, date], Reach]] = {
    "consecutive_days": consecutive,
    "cumulative_days": cumulative,
    "weekly_hours": average_hours,
    "earnings": earnings,
}
