"""Reported outcomes as a caseworker verifies them: the job, what shows it, and where each milestone stands."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_outcomes
from marketplace.models.clients import Client
from marketplace.models.events import Evidence, Milestone, Outcome
from marketplace.models.people import Account
from marketplace.models.providers import Provider
from marketplace.models.vouchers import Voucher
from marketplace.pricing.snapshot import Snapshot
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.outcome_facts import facts_of
from marketplace.use_cases.refusals import Missing

PAGE = 50


@dataclass(frozen=True)
class OutcomeLine:
    """`next_due`: when the next milestone is full, None when none waits."""

    id: int
    state: str
    client_id: int
    client: str
    provider: str
    employer: str
    starts_on: date
    reported_at: datetime
    next_due: date | None


@dataclass(frozen=True)
class OutcomeList:
    rows: tuple[OutcomeLine, ...]
    page: int
    pages: int


@dataclass(frozen=True)
class EvidenceView:
    grade: str
    description: str
    seen_on: date
    covers_to: date
    recorder: str


@dataclass(frozen=True)
class MilestoneView:
    """`days_done` of `days`: how far it is today; `reason`: why it stands where it does."""

    number: int
    days: int
    days_done: int
    due_on: date
    amount_cents: int
    state: str
    reason: str | None


@dataclass(frozen=True)
class OutcomePage:
    """`promised`: what verifying would promise, by milestone, while the report waits."""

    line: OutcomeLine
    voucher_id: int
    voucher: str
    employer_business_id: str | None
    contract: str
    subsidised: bool
    ends_on: date | None
    weekly_hours_hundredths: int
    reporter: str
    settler: str | None
    settled_at: datetime | None
    settle_reason: str | None
    evidence: tuple[EvidenceView, ...]
    milestones: tuple[MilestoneView, ...]
    today: date

    @property
    def earned(self) -> tuple[MilestoneView, ...]:
        """The milestones whose bonus could be taken back."""
        return tuple(one for one in self.milestones if one.state in ("matured", "billed"))


def outcome_list(desk: Desk, actor: Actor, page: int = 1) -> OutcomeList:
    """The organiser's outcomes: reports that wait first, then the newest."""
    with desk.reading(actor, Action.VERIFY_OUTCOME) as tx:
        total = tx.session.scalars(select(func.count()).select_from(Outcome).where(visible_outcomes(actor))).one()
        pages = max(1, -(-total // PAGE))
        page = min(max(1, page), pages)
        order = (case((Outcome.state == "reported", 0), (Outcome.state == "verified", 1), else_=2), Outcome.id.desc())
        query = _lines().where(visible_outcomes(actor)).order_by(*order).offset((page - 1) * PAGE).limit(PAGE)
        rows = tuple(_line(row) for row in tx.session.execute(query))
        if rows:
            clients = tuple(row.client_id for row in rows)
            tx.audit("client.read", "outcome_list", None, clients=clients, page="outcomes")
        return OutcomeList(rows, page, pages)


def outcome_page(desk: Desk, actor: Actor, outcome_id: int) -> OutcomePage:
    """One outcome whole. Missing for a stranger's."""
    with desk.reading(actor, Action.VERIFY_OUTCOME) as tx:
        row = tx.session.execute(_lines().where(Outcome.id == outcome_id, visible_outcomes(actor))).one_or_none()
        if row is None:
            raise Missing("outcome")
        outcome, voucher = row[0], row[1]
        people = dict(
            tx.session.execute(
                select(Account.id, Account.name).where(Account.id.in_([outcome.reported_by, outcome.settled_by or 0]))
            ).all()
        )
        tx.audit("client.read", "outcome", outcome.id, clients=(outcome.client_id,), page="outcome")
        return OutcomePage(
            line=_line(row),
            voucher_id=voucher.id,
            voucher=voucher.number,
            employer_business_id=outcome.employer_business_id,
            contract=outcome.contract,
            subsidised=outcome.subsidised,
            ends_on=outcome.ends_on,
            weekly_hours_hundredths=outcome.weekly_hours_hundredths,
            reporter=people[outcome.reported_by],
            settler=people.get(outcome.settled_by),
            settled_at=outcome.settled_at,
            settle_reason=outcome.settle_reason,
            evidence=_evidence(tx, outcome.id),
            milestones=_milestones(tx, outcome, voucher),
            today=tx.today,
        )


def _lines() -> Any:
    due = (
        select(func.min(Milestone.due_on))
        .where(Milestone.outcome_id == Outcome.id, Milestone.state == "waiting")
        .correlate(Outcome)
        .scalar_subquery()
    )
    return (
        select(Outcome, Voucher, Client.first_name, Client.last_name, Provider.name, due)
        .join(Voucher, Voucher.id == Outcome.voucher_id)
        .join(Client, Client.id == Outcome.client_id)
        .join(Provider, Provider.id == Outcome.provider_id)
    )


def _line(row: Any) -> OutcomeLine:
    outcome, _voucher, first, last, provider, due = row
    return OutcomeLine(
        id=outcome.id,
        state=outcome.state,
        client_id=outcome.client_id,
        client=f"{first} {last}",
        provider=provider,
        employer=outcome.employer,
        starts_on=outcome.starts_on,
        reported_at=outcome.reported_at,
        next_due=due,
    )


def _evidence(tx: Tx, outcome_id: int) -> tuple[EvidenceView, ...]:
    rows = tx.session.execute(
        select(Evidence.grade, Evidence.description, Evidence.seen_on, Evidence.covers_to, Account.name)
        .join(Account, Account.id == Evidence.recorded_by)
        .where(Evidence.outcome_id == outcome_id)
        .order_by(Evidence.id.desc())
    )
    return tuple(EvidenceView(*row) for row in rows)


def _milestones(tx: Tx, outcome: Outcome, voucher: Voucher) -> tuple[MilestoneView, ...]:
    """The outcome's milestones; for a report that waits, those that verifying it would begin."""
    snapshot = Snapshot.from_json(voucher.snapshot)
    made = {one.number: one for one in tx.session.scalars(select(Milestone).where(Milestone.outcome_id == outcome.id))}
    facts = facts_of(tx, [outcome])
    views = []
    for rule in snapshot.milestones:
        found = made.get(rule.no)
        if rule.amount_cents == 0 or (found is None and outcome.state != "reported"):
            continue
        judgement = facts.judged(outcome, voucher, rule)
        settled = found is not None and found.state != "waiting"
        views.append(
            MilestoneView(
                number=rule.no,
                days=rule.days,
                days_done=judgement.days_done,
                due_on=found.due_on if found else judgement.day,
                amount_cents=rule.amount_cents,
                state=found.state if found else "waiting",
                reason=found.reason if found and settled else judgement.reason_code.value,
            )
        )
    return tuple(views)
