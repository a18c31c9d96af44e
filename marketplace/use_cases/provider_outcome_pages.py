"""What a provider's people see of reported jobs: where each milestone stands, what is missing, when it matures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_outcomes, visible_vouchers
from marketplace.models.clients import Client
from marketplace.models.events import Outcome
from marketplace.models.people import Account
from marketplace.models.programmes import ServicePackage
from marketplace.models.schema import Words
from marketplace.models.vouchers import Voucher
from marketplace.pricing.rules import MilestoneRule
from marketplace.pricing.snapshot import Snapshot
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.outcome_countdown import Countdown, countdown, made_of
from marketplace.use_cases.outcome_facts import facts_of
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.report_outcome import own_choice

PAGE = 50
SOON = timedelta(days=14)


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
    outcomes = [row[0] for row in found]
    facts, made = facts_of(tx, outcomes), made_of(tx, outcomes)
    rows = []
    for outcome, voucher, client, service, reporter, mine in found:
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
                countdown=countdown(facts, made, outcome, voucher),
            )
        )
    return rows, tuple({row[2].id for row in found})


def _promise(rule: MilestoneRule, today: date) -> Countdown:
    return Countdown(rule.no, rule.days, 0, "waiting", today, "not_yet", rule.amount_cents,
                     rule.min_weekly_hours_hundredths)  # fmt: skip
