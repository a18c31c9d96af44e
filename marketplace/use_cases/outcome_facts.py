"""What the judging of outcomes stands on, read for many outcomes in a fixed number of queries: the person's jobs with their
evidence, the payee's group, and the milestones that count the person's days already, whoever claimed them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import aliased

from marketplace.models.events import Evidence, Milestone, Outcome
from marketplace.models.programmes import Programme
from marketplace.models.providers import Provider
from marketplace.models.vouchers import Voucher
from marketplace.outcomes.facts import Case, Counted, Job, Judgement, Shown
from marketplace.outcomes.milestones import judge
from marketplace.period import ONE_DAY
from marketplace.pricing.rules import MilestoneRule
from marketplace.use_cases.desk import Tx

VERIFIED = ("verified", "ended")
COUNTED = ("waiting", "matured", "billed")
"""Milestones that count their days: paid, or on their way."""


@dataclass(frozen=True)
class Facts:
    """Of several outcomes: all verified jobs of their clients, and everything that a judgement asks beside them."""

    today: date
    groups: dict[int, frozenset[str]]  # business ids under the same control, by provider
    jobs: dict[int, list[Outcome]]  # verified jobs, by client
    shown: dict[int, tuple[Shown, ...]]  # by outcome
    counted: dict[int, list[tuple[int, Counted]]]  # by client, each with the outcome that counts it

    def case(self, outcome: Outcome, voucher: Voucher, number: int) -> Case:
        """One claim as the outcomes room judges its milestone of this number."""
        own, *rest = self._jobs(outcome)
        others = [job for other in self.jobs.get(outcome.client_id, []) if other.id != outcome.id
                  for job in self._jobs(other)]  # fmt: skip
        return Case(
            own,
            voucher.valid_from,
            voucher.ended_on or voucher.valid_to,
            (*rest, *others),
            self.groups.get(outcome.provider_id, frozenset()),
            counted=tuple(
                one for by, one in self.counted.get(outcome.client_id, []) if by != outcome.id or one.no != number
            ),
            programme=voucher.snapshot["programme_code"],
        )

    def judged(self, outcome: Outcome, voucher: Voucher, rule: MilestoneRule) -> Judgement:
        """Where one milestone of an outcome stands today, by what has been shown. Nothing is changed."""
        return judge(rule, self.case(outcome, voucher, rule.no), self.today)

    def shown_to(self, outcome: Outcome) -> date | None:
        """The last day that anybody but the provider has shown of the job, or of a later one of the same person."""
        run = [outcome, *(job for job in self.jobs.get(outcome.client_id, []) if job.starts_on > outcome.starts_on)]
        days = [one.covers_to for job in run for one in self.shown.get(job.id, ()) if one.grade != "provider"]
        return max(days, default=None)

    def _jobs(self, outcome: Outcome) -> list[Job]:
        """An outcome as the engine knows it: in two parts when wage subsidy is paid for the first one only."""
        shown = self.shown.get(outcome.id, ())
        job = Job(
            start=outcome.starts_on,
            ended_on=outcome.ends_on,
            weekly_hours_hundredths=outcome.weekly_hours_hundredths,
            employer_business_id=outcome.employer_business_id,
            subsidised=outcome.subsidised,
            kind=_kind(outcome),
            self_employed=outcome.contract == "self_employed",
            previous_employer=outcome.previous_employer_stated,
            own_group=outcome.own_group_stated,
            planned_to=outcome.planned_ends_on,
            monthly_pay_cents=outcome.monthly_pay_cents or 0,
            shown=shown,
        )
        last = outcome.subsidised_to
        if not outcome.subsidised or last is None or last < job.start or (job.ended_on and job.ended_on <= last):
            return [job]
        after = replace(job, start=last + ONE_DAY, subsidised=False, planned_to=None)
        return [replace(job, ended_on=last), after]


def _kind(outcome: Outcome) -> str:
    if outcome.kind != "employment":
        return outcome.kind
    return "apprenticeship" if outcome.contract == "apprenticeship" else "job"


def facts_of(tx: Tx, outcomes: Iterable[Outcome]) -> Facts:
    """The facts of some outcomes: four queries, however many there are."""
    outcomes = list(outcomes)
    clients = {outcome.client_id for outcome in outcomes}
    jobs: dict[int, list[Outcome]] = defaultdict(list)
    verified = select(Outcome).where(Outcome.client_id.in_(clients), Outcome.state.in_(VERIFIED))
    for job in tx.session.scalars(verified.order_by(Outcome.starts_on, Outcome.id)):
        jobs[job.client_id].append(job)
    ids = {outcome.id for outcome in outcomes} | {job.id for run in jobs.values() for job in run}
    return Facts(
        tx.today,
        _groups(tx, {outcome.provider_id for outcome in outcomes}),
        jobs,
        _shown(tx, ids),
        _counted(tx, clients),
    )


def _groups(tx: Tx, providers: set[int]) -> dict[int, frozenset[str]]:
    """The business ids of each provider and of all companies under the same control: a job there is no outcome."""
    sister = aliased(Provider)
    rows = tx.session.execute(
        select(Provider.id, sister.business_id)
        .join(sister, sister.control_group_id == Provider.control_group_id)
        .where(Provider.id.in_(providers))
    )
    found: dict[int, set[str]] = defaultdict(set)
    for provider_id, business_id in rows:
        found[provider_id].add(business_id)
    return {provider_id: frozenset(ids) for provider_id, ids in found.items()}


def _shown(tx: Tx, outcomes: set[int]) -> dict[int, tuple[Shown, ...]]:
    rows = tx.session.execute(
        select(Evidence.outcome_id, Evidence.grade, Evidence.covers_to, Evidence.seen_on, Evidence.covers_from)
        .where(Evidence.outcome_id.in_(outcomes))
        .order_by(Evidence.id)
    )
    found: dict[int, list[Shown]] = defaultdict(list)
    for outcome_id, grade, covers_to, seen_on, covers_from in rows:
        found[outcome_id].append(Shown(grade, covers_to, seen_on, covers_from))
    return {outcome_id: tuple(each) for outcome_id, each in found.items()}


def _counted(tx: Tx, clients: set[int]) -> dict[int, list[tuple[int, Counted]]]:
    rows = tx.session.execute(
        select(Milestone, Programme.code, Outcome.starts_on, Outcome.employer_business_id)
        .join(Outcome, Outcome.id == Milestone.outcome_id)
        .join(Programme, Programme.id == Milestone.programme_id)
        .where(Milestone.client_id.in_(clients), Milestone.state.in_(COUNTED))
        .order_by(Milestone.id)
    )
    found: dict[int, list[tuple[int, Counted]]] = defaultdict(list)
    for mark, programme, starts_on, employer in rows:
        first = mark.counted_from or starts_on
        last = max(first, mark.counted_to or mark.due_on - timedelta(days=1))
        one = Counted(programme, mark.number, first, last, mark.amount_cents, employer)
        found[mark.client_id].append((mark.outcome_id, one))
    return found
