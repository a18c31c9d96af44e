"""What a provider's people see of reported jobs: where each milestone stands, what is missing, when it matures."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_outcomes, visible_vouchers
from marketplace.models.clients import Client
from marketplace.models.events import Evidence, Milestone, Outcome
from marketplace.models.people import Account
from marketplace.models.programmes import ServicePackage
from marketplace.models.providers import Provider
from marketplace.models.schema import Words
from marketplace.models.vouchers import Voucher
from marketplace.outcomes.milestones import Job, Judgement, judge
from marketplace.pricing.rules import MilestoneRule
from marketplace.pricing.snapshot import Snapshot
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.outcome_steps import COUNTED, VERIFIED
from marketplace.use_cases.own_company import provider_id_of
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.report_outcome import own_choice

PAGE = 50
SOON = timedelta(days=14)


@dataclass(frozen=True)
class Condition:
    """One thing that a milestone asks, and whether it is met. `code`: start, hours, employer, subsidised, verified,
    days, shown."""

    code: str
    met: bool


@dataclass(frozen=True)
class Countdown:
    """One milestone. `state`: as the milestone's own, or `waiting` while the report waits to be verified.

    `day`: when it matured, will mature if all goes on, or broke; `days_done` never exceeds `days`. `reason`: why it
    stands where it does. `amount_cents`: what the grant promised for it.
    """

    number: int
    days: int
    days_done: int
    state: str
    day: date
    reason: str
    amount_cents: int
    min_weekly_hours_hundredths: int
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class OutcomeRow:
    """One reported job. `name`: the client's, while the client is the company's."""

    id: int
    voucher_id: int
    number: str
    name: str | None
    service: Words
    state: str
    employer: str
    employer_business_id: str | None
    contract: str
    subsidised: bool
    starts_on: date
    ends_on: date | None
    weekly_hours_hundredths: int
    reported_at: datetime
    reporter: str
    settle_reason: str | None
    shown_to: date | None
    countdown: tuple[Countdown, ...]

    @property
    def living(self) -> bool:
        return self.state in ("reported", "verified")


@dataclass(frozen=True)
class OutcomeList:
    rows: tuple[OutcomeRow, ...]
    total: int
    page: int
    pages: int
    today: date


@dataclass(frozen=True)
class OutcomeForm:
    """What the form to report a job needs. `milestones`: what the grant promises, by number."""

    voucher_id: int
    number: str
    name: str
    first_day: date
    last_day: date
    milestones: tuple[Countdown, ...]


def outcome_form(desk: Desk, actor: Actor, voucher_id: int) -> OutcomeForm:
    """The form to report a job. Missing when the client is not the company's, or never was confirmed."""
    with desk.reading(actor, Action.REPORT_OUTCOME) as tx:
        choice = own_choice(tx, voucher_id)
        voucher, client = tx.session.execute(
            select(Voucher, Client).join(Client, Client.id == Voucher.client_id).where(Voucher.id == voucher_id)
        ).one()
        snapshot = Snapshot.from_json(voucher.snapshot)
        tx.audit("client.read", "voucher", voucher.id, clients=(client.id,))
        assert choice.start_on is not None
        return OutcomeForm(
            voucher_id=voucher.id,
            number=voucher.number,
            name=f"{client.first_name} {client.last_name}",
            first_day=max(voucher.valid_from, choice.start_on),
            last_day=voucher.ended_on or voucher.valid_to,
            milestones=tuple(_promise(rule, tx.today) for rule in snapshot.milestones if rule.amount_cents),
        )


def outcome_list(desk: Desk, actor: Actor, page: int = 1, only_living: bool = False) -> OutcomeList:
    """The company's reported jobs, the living ones first."""
    with desk.reading(actor, Action.REPORT_OUTCOME) as tx:
        page = max(page, 1)
        living = Outcome.state.in_(("reported", "verified"))
        where = [visible_outcomes(tx.actor), *([living] if only_living else [])]
        total = tx.session.scalars(select(func.count()).select_from(Outcome).where(*where)).one()
        order = [case((living, 0), else_=1), Outcome.starts_on.desc(), Outcome.id]
        rows, clients = _rows(tx, where, order, (page - 1) * PAGE)
        if rows:
            tx.audit("client.read", "outcome_list", None, clients=clients)
        return OutcomeList(tuple(rows), total, page, -(-total // PAGE), tx.today)


def outcome_page(desk: Desk, actor: Actor, outcome_id: int) -> OutcomeRow:
    """One job that the company has reported. Missing for a stranger's."""
    with desk.reading(actor, Action.REPORT_OUTCOME) as tx:
        rows, clients = _rows(tx, [visible_outcomes(tx.actor), Outcome.id == outcome_id], [Outcome.id], 0)
        if not rows:
            raise Missing("outcome")
        tx.audit("client.read", "outcome", outcome_id, clients=clients)
        return rows[0]


def maturing_soon(tx: Tx) -> tuple[int, int]:
    """How many of the company's milestones become due within two weeks, and how many of those lack evidence so far."""
    rows, _ = _rows(tx, [visible_outcomes(tx.actor), Outcome.state == "verified"], [Outcome.id], 0)
    soon = [
        (row, mark) for row in rows for mark in row.countdown if mark.state == "waiting" and mark.day <= tx.today + SOON
    ]
    lacking = [row for row, mark in soon if row.shown_to is None or row.shown_to < mark.day - timedelta(days=1)]
    return len(soon), len(lacking)


def _rows(
    tx: Tx, where: Sequence[ColumnElement[bool]], order: Sequence[Any], offset: int
) -> tuple[list[OutcomeRow], tuple[int, ...]]:
    found = tx.session.execute(
        select(Outcome, Voucher, Client, ServicePackage.name, Account.name, visible_vouchers(tx.actor))
        .join(Voucher, Voucher.id == Outcome.voucher_id)
        .join(Client, Client.id == Voucher.client_id)
        .join(ServicePackage, ServicePackage.id == Voucher.package_id)
        .join(Account, Account.id == Outcome.reported_by)
        .where(*where)
        .order_by(*order)
        .limit(PAGE)
        .offset(offset)
    ).all()
    facts = _facts(tx, [row[0] for row in found]) if found else None
    rows = []
    for outcome, voucher, client, service, reporter, mine in found:
        assert facts is not None
        rows.append(
            OutcomeRow(
                id=outcome.id,
                voucher_id=voucher.id,
                number=voucher.number,
                name=f"{client.first_name} {client.last_name}" if mine else None,
                service=service,
                state=outcome.state,
                employer=outcome.employer,
                employer_business_id=outcome.employer_business_id,
                contract=outcome.contract,
                subsidised=outcome.subsidised,
                starts_on=outcome.starts_on,
                ends_on=outcome.ends_on,
                weekly_hours_hundredths=outcome.weekly_hours_hundredths,
                reported_at=outcome.reported_at,
                reporter=reporter,
                settle_reason=outcome.settle_reason,
                shown_to=facts.shown_to(outcome),
                countdown=facts.countdown(outcome, voucher),
            )
        )
    return rows, tuple({row[2].id for row in found})


@dataclass(frozen=True)
class _Facts:
    """What the countdowns of several outcomes stand on, read in a fixed number of queries."""

    today: date
    own_group: frozenset[str]
    jobs: dict[int, list[Outcome]]  # verified jobs by voucher, in order
    milestones: dict[int, dict[int, Milestone]]  # by outcome and number
    taken: dict[int, set[int]]  # numbers that other outcomes of the voucher count, by outcome
    shown: dict[int, date]  # by outcome

    def shown_to(self, outcome: Outcome) -> date | None:
        run = [outcome.id, *(job.id for job in self._later(outcome))]
        days = [self.shown[one] for one in run if one in self.shown]
        return max(days) if days else None

    def _later(self, outcome: Outcome) -> list[Outcome]:
        return [job for job in self.jobs.get(outcome.voucher_id, []) if job.id > outcome.id]

    def countdown(self, outcome: Outcome, voucher: Voucher) -> tuple[Countdown, ...]:
        """Each milestone of the promise that this job can earn, or has earned."""
        snapshot = Snapshot.from_json(voucher.snapshot)
        marks = self.milestones.get(outcome.id, {})
        rules = [
            rule
            for rule in snapshot.milestones
            if rule.no in marks
            or (outcome.state == "reported" and rule.amount_cents and not self._taken(outcome, rule))
        ]
        return tuple(self._mark(outcome, voucher, rule, marks.get(rule.no)) for rule in rules)

    def _taken(self, outcome: Outcome, rule: MilestoneRule) -> bool:
        return rule.no in self.taken.get(outcome.id, set())

    def _mark(self, outcome: Outcome, voucher: Voucher, rule: MilestoneRule, mark: Milestone | None) -> Countdown:
        judged = self._judge(outcome, voucher, rule)
        settled = mark is not None and mark.state != "waiting"
        state = mark.state if mark is not None else judged.state
        if state == "matured" and mark is None:
            state = "waiting"  # the days may be full, but nobody has verified the job yet
        reason = mark.reason if mark is not None and settled and mark.reason else judged.reason_code.value
        broken = state == "broken"
        return Countdown(
            number=rule.no,
            days=rule.days,
            days_done=judged.days_done,
            state=state,
            day=judged.day,
            reason=reason,
            amount_cents=mark.amount_cents if mark is not None else rule.amount_cents,
            min_weekly_hours_hundredths=rule.min_weekly_hours_hundredths,
            conditions=self._conditions(outcome, rule, judged, state, reason if broken else ""),
        )

    def _judge(self, outcome: Outcome, voucher: Voucher, rule: MilestoneRule) -> Judgement:
        return judge(
            rule,
            _job(outcome),
            voucher.valid_from,
            voucher.ended_on or voucher.valid_to,
            self.today,
            later_jobs=[_job(job) for job in self._later(outcome)],
            excluded_employers=self.own_group,
            proven_to=self.shown_to(outcome) or outcome.starts_on,
        )

    def _conditions(
        self, outcome: Outcome, rule: MilestoneRule, judged: Judgement, state: str, broken: str
    ) -> tuple[Condition, ...]:
        earned = state in ("matured", "billed")
        shown = self.shown_to(outcome)
        found = [Condition("start", broken != "started_outside_validity")]
        if rule.min_weekly_hours_hundredths:
            found.append(Condition("hours", outcome.weekly_hours_hundredths >= rule.min_weekly_hours_hundredths))
        found.append(Condition("employer", broken not in ("excluded_employer", "employer_changed")))
        if not rule.subsidised_counts:
            found.append(Condition("subsidised", not outcome.subsidised))
        found.append(Condition("verified", outcome.state in VERIFIED))
        found.append(Condition("days", earned or judged.days_done >= rule.days))
        found.append(Condition("shown", earned or (shown is not None and shown >= judged.day - timedelta(days=1))))
        return tuple(found)


def _facts(tx: Tx, outcomes: list[Outcome]) -> _Facts:
    vouchers = {outcome.voucher_id for outcome in outcomes}
    jobs: dict[int, list[Outcome]] = defaultdict(list)
    verified = select(Outcome).where(Outcome.voucher_id.in_(vouchers), Outcome.state.in_(VERIFIED))
    for job in tx.session.scalars(verified.order_by(Outcome.starts_on, Outcome.id)):
        jobs[job.voucher_id].append(job)
    milestones: dict[int, dict[int, Milestone]] = defaultdict(dict)
    counted: dict[int, list[Milestone]] = defaultdict(list)
    for mark in tx.session.scalars(select(Milestone).where(Milestone.voucher_id.in_(vouchers))):
        milestones[mark.outcome_id][mark.number] = mark
        if mark.state in COUNTED:
            counted[mark.voucher_id].append(mark)
    ids = {outcome.id for outcome in outcomes} | {job.id for run in jobs.values() for job in run}
    shown = tx.session.execute(
        select(Evidence.outcome_id, func.max(Evidence.covers_to).label("day"))
        .where(Evidence.outcome_id.in_(ids), Evidence.grade != "provider")
        .group_by(Evidence.outcome_id)
    )
    return _Facts(
        today=tx.today,
        own_group=_own_group(tx),
        jobs=jobs,
        milestones=milestones,
        taken={
            outcome.id: {mark.number for mark in counted[outcome.voucher_id] if mark.outcome_id != outcome.id}
            for outcome in outcomes
        },
        shown={row.outcome_id: row.day for row in shown},
    )


def _own_group(tx: Tx) -> frozenset[str]:
    group = select(Provider.control_group_id).where(Provider.id == provider_id_of(tx)).scalar_subquery()
    return frozenset(tx.session.scalars(select(Provider.business_id).where(Provider.control_group_id == group)))


def _job(outcome: Outcome) -> Job:
    return Job(
        outcome.starts_on,
        outcome.ends_on,
        outcome.weekly_hours_hundredths,
        outcome.employer_business_id,
        outcome.subsidised,
    )


def _promise(rule: MilestoneRule, today: date) -> Countdown:
    return Countdown(rule.no, rule.days, 0, "waiting", today, "not_yet", rule.amount_cents,
                     rule.min_weekly_hours_hundredths)  # fmt: skip
