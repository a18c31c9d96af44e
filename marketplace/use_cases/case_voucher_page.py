"""One voucher as its caseworker sees it: what was promised, where its money is, what has happened, who was chosen."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_vouchers
from marketplace.models.assisting import AssistSession, AssistStep, ChoiceProposal
from marketplace.models.clients import Client
from marketplace.models.decisions import Decision
from marketplace.models.events import Event, Milestone, Objection, Outcome
from marketplace.models.invoices import InvoiceLine
from marketplace.models.people import Account
from marketplace.models.programmes import ServicePackage
from marketplace.models.providers import Provider
from marketplace.models.schema import Words
from marketplace.models.vouchers import Choice, Voucher, VoucherMove
from marketplace.pricing.snapshot import Snapshot, bonus_maximum
from marketplace.use_cases.card_prices import providers_set_prices
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Missing
from marketplace.vouchers.cycles import OPEN_VOUCHER


@dataclass(frozen=True)
class VoucherMoney:
    """In cents. `used`: recorded and not taken back; `paid` is a part of it. `left`: still reserved for service."""

    value_cents: int
    used_cents: int
    paid_cents: int
    left_cents: int
    bonus_most_cents: int
    bonus_reserved_cents: int
    bonus_earned_cents: int


@dataclass(frozen=True)
class ChoiceView:
    provider: str
    state: str
    chosen_at: datetime
    check_code: str
    start_on: date | None
    decline_reason: str | None
    ended_at: datetime | None
    channel: str
    assisted: bool


@dataclass(frozen=True)
class EventLine:
    """`objection_id`: the newest objection to it."""

    id: int
    day: date
    kind: str
    quantity_hundredths: int
    amount_cents: int
    state: str
    provider: str
    coach: str
    note: str
    reverse_reason: str | None
    objection_id: int | None


@dataclass(frozen=True)
class MoveView:
    """`decision`: the number of the decision behind the move, with its id."""

    at: datetime
    move: str
    who: str | None
    role: str
    reason: str
    decision_id: int | None
    decision: str | None


@dataclass(frozen=True)
class OutcomeLine:
    id: int
    employer: str
    starts_on: date
    state: str


@dataclass(frozen=True)
class AssistView:
    """One time that the client was assisted with this voucher. `running_id`: the acting caseworker may go on with it."""

    caseworker: str
    reason: str
    started_at: datetime
    ended_at: datetime | None
    looks: int
    running_id: int | None


@dataclass(frozen=True)
class CaseVoucher:
    id: int
    number: str
    client_id: int
    client: str
    package: Words
    unit: str
    state: str
    price_cents: int
    providers_set_prices: bool
    units_hundredths: int
    units_left_hundredths: int
    valid_from: date
    valid_to: date
    ended_on: date | None
    tail_to: date | None
    caseworker: str
    decision_id: int
    provider: str | None
    money: VoucherMoney
    choices: tuple[ChoiceView, ...]
    events: tuple[EventLine, ...]
    moves: tuple[MoveView, ...]
    outcomes: tuple[OutcomeLine, ...]
    assists: tuple[AssistView, ...]
    waiting: tuple[int, str] | None  # the proposal that waits for the client: its id, the provider's name
    today: date

    @property
    def open(self) -> bool:
        return self.state in OPEN_VOUCHER

    @property
    def in_tail(self) -> bool:
        return not self.open and self.state != "closed"


def case_voucher_page(desk: Desk, actor: Actor, voucher_id: int) -> CaseVoucher:
    """Everything of one voucher. Missing for a stranger's."""
    with desk.reading(actor, Action.AMEND_VOUCHER) as tx:
        row = tx.session.execute(
            select(Voucher, Client.first_name, Client.last_name, ServicePackage.name, Account.name, Provider.name)
            .join(Client, Client.id == Voucher.client_id)
            .join(ServicePackage, ServicePackage.id == Voucher.package_id)
            .join(Account, Account.id == Voucher.caseworker_id)
            .outerjoin(Provider, Provider.id == Voucher.provider_id)
            .where(Voucher.id == voucher_id, visible_vouchers(actor))
        ).one_or_none()
        if row is None:
            raise Missing("voucher")
        voucher, first, last, package, caseworker, provider = row
        snapshot = Snapshot.from_json(voucher.snapshot)
        tx.audit("client.read", "voucher", voucher.id, clients=(voucher.client_id,), page="voucher")
        return CaseVoucher(
            id=voucher.id,
            number=voucher.number,
            client_id=voucher.client_id,
            client=f"{first} {last}",
            package=package,
            unit=snapshot.unit,
            state=voucher.state,
            price_cents=snapshot.price_cents,
            providers_set_prices=providers_set_prices(snapshot),
            units_hundredths=snapshot.units_hundredths,
            units_left_hundredths=voucher.units_left_hundredths,
            valid_from=voucher.valid_from,
            valid_to=voucher.valid_to,
            ended_on=voucher.ended_on,
            tail_to=voucher.tail_to,
            caseworker=caseworker,
            decision_id=voucher.decision_id,
            provider=provider,
            money=_money(tx, voucher, snapshot),
            choices=_choices(tx, voucher.id),
            events=_events(tx, voucher.id),
            moves=_moves(tx, voucher.id),
            outcomes=_outcomes(tx, voucher.id),
            assists=_assists(tx, voucher.id),
            waiting=_waiting(tx, voucher.id),
            today=tx.today,
        )


def _money(tx: Tx, voucher: Voucher, snapshot: Snapshot) -> VoucherMoney:
    used = tx.session.scalar(
        select(func.sum(Event.amount_cents)).where(Event.voucher_id == voucher.id, Event.state != "reversed")
    )
    paid = tx.session.scalar(
        select(func.sum(InvoiceLine.amount_cents))
        .join(Event, Event.id == InvoiceLine.event_id)
        .where(InvoiceLine.voucher_id == voucher.id, InvoiceLine.state == "paid", Event.state != "reversed")
    )
    earned = tx.session.scalar(
        select(func.sum(Milestone.amount_cents)).where(
            Milestone.voucher_id == voucher.id, Milestone.state.in_(("matured", "billed"))
        )
    )
    return VoucherMoney(
        value_cents=snapshot.value_cents,
        used_cents=int(used or 0),
        paid_cents=int(paid or 0),
        left_cents=voucher.reserved_service_cents,
        bonus_most_cents=bonus_maximum(snapshot),
        bonus_reserved_cents=voucher.reserved_bonus_cents,
        bonus_earned_cents=int(earned or 0),
    )


def _choices(tx: Tx, voucher_id: int) -> tuple[ChoiceView, ...]:
    rows = tx.session.execute(
        select(
            Provider.name,
            Choice.state,
            Choice.chosen_at,
            Choice.check_code,
            Choice.start_on,
            Choice.decline_reason,
            Choice.ended_at,
            Choice.channel,
            Choice.assist_id.is_not(None),
        )
        .join(Provider, Provider.id == Choice.provider_id)
        .where(Choice.voucher_id == voucher_id)
        .order_by(Choice.id.desc())
    )
    return tuple(ChoiceView(*row) for row in rows)


def _events(tx: Tx, voucher_id: int) -> tuple[EventLine, ...]:
    objection = (
        select(func.max(Objection.id)).where(Objection.event_id == Event.id).correlate(Event)
    ).scalar_subquery()
    rows = tx.session.execute(
        select(
            Event.id,
            Event.day,
            Event.kind,
            Event.quantity_hundredths,
            Event.amount_cents,
            Event.state,
            Provider.name,
            Account.name,
            Event.note,
            Event.reverse_reason,
            objection,
        )
        .join(Provider, Provider.id == Event.provider_id)
        .join(Account, Account.id == Event.coach_id)
        .where(Event.voucher_id == voucher_id)
        .order_by(Event.day.desc(), Event.id.desc())
    )
    return tuple(EventLine(*row) for row in rows)


def _moves(tx: Tx, voucher_id: int) -> tuple[MoveView, ...]:
    rows = tx.session.execute(
        select(
            VoucherMove.at,
            VoucherMove.move,
            Account.name,
            VoucherMove.role,
            VoucherMove.reason,
            VoucherMove.decision_id,
            Decision.number,
        )
        .outerjoin(Account, Account.id == VoucherMove.actor_id)
        .outerjoin(Decision, Decision.id == VoucherMove.decision_id)
        .where(VoucherMove.voucher_id == voucher_id)
        .order_by(VoucherMove.id.desc())
    )
    return tuple(MoveView(*row) for row in rows)


def _outcomes(tx: Tx, voucher_id: int) -> tuple[OutcomeLine, ...]:
    rows = tx.session.execute(
        select(Outcome.id, Outcome.employer, Outcome.starts_on, Outcome.state)
        .where(Outcome.voucher_id == voucher_id)
        .order_by(Outcome.id.desc())
    )
    return tuple(OutcomeLine(*row) for row in rows)


def _assists(tx: Tx, voucher_id: int) -> tuple[AssistView, ...]:
    looks = (
        select(func.count()).where(AssistStep.assist_id == AssistSession.id).correlate(AssistSession).scalar_subquery()
    )
    rows = tx.session.execute(
        select(AssistSession, Account.name, looks)
        .join(Account, Account.id == AssistSession.caseworker_id)
        .where(AssistSession.voucher_id == voucher_id)
        .order_by(AssistSession.id.desc())
    )
    return tuple(
        AssistView(
            caseworker=name,
            reason=one.reason,
            started_at=one.started_at,
            ended_at=one.ended_at or (one.ends_at if one.ends_at <= tx.now else None),
            looks=number,
            running_id=one.id
            if one.ended_at is None and one.ends_at > tx.now and one.caseworker_id == tx.account_id
            else None,
        )
        for one, name, number in rows
    )


def _waiting(tx: Tx, voucher_id: int) -> tuple[int, str] | None:
    """The proposal that waits for the client (its id, the provider's name)."""
    row = tx.session.execute(
        select(ChoiceProposal.id, Provider.name)
        .join(Provider, Provider.id == ChoiceProposal.provider_id)
        .where(
            ChoiceProposal.voucher_id == voucher_id,
            ChoiceProposal.state == "waiting",
            ChoiceProposal.expires_at > tx.now,
        )
    ).one_or_none()
    return (row.id, row.name) if row is not None else None
