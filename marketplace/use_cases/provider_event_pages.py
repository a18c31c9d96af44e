"""What a provider's people see of events: the form to record one, the month's list, one to take back, and the clients who
have left but for whom earlier visits can still be recorded."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, case, exists, func, or_, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_events, visible_vouchers
from marketplace.clock import helsinki_day
from marketplace.models.clients import Client
from marketplace.models.events import Event, Objection
from marketplace.models.invoices import InvoiceLine
from marketplace.models.people import Account, Organiser
from marketplace.models.programmes import ServicePackage
from marketplace.models.schema import Words
from marketplace.models.vouchers import Choice, Voucher
from marketplace.period import month_of
from marketplace.pricing.snapshot import Snapshot
from marketplace.use_cases.card_prices import BandCost, costs_of
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.event_steps import UNDER_WAY
from marketplace.use_cases.kept_prices import kept_prices
from marketplace.use_cases.own_company import provider_id_of
from marketplace.use_cases.record_event import confirmed_choice
from marketplace.use_cases.refusals import Missing
from marketplace.vouchers.deadlines import tail_end

PAGE = 50


@dataclass(frozen=True)
class EventRow:
    """One event. `line`: the state of its living invoice line, if any, or `returned` when its line came back and it is on
    no other; `objection_id`: an open objection to it.
    `name`: the client's, while the client is the company's."""

    id: int
    voucher_id: int
    number: str
    name: str | None
    day: date
    kind: str
    unit: str
    quantity_hundredths: int
    units_used_hundredths: int
    amount_cents: int
    note: str
    coach: str
    recorded_at: datetime
    state: str
    reverse_reason: str | None
    line: str | None
    objection_id: int | None

    @property
    def under_way(self) -> bool:
        """The bank is paying it just now: it cannot be taken back before that is over."""
        return self.line in UNDER_WAY

    @property
    def can_reverse(self) -> bool:
        return self.state != "reversed" and not self.under_way


@dataclass(frozen=True)
class KindRow:
    """One kind of event that the grant has a price for."""

    code: str
    unit_use_percent: int
    paid_share_percent: int


@dataclass(frozen=True)
class EventForm:
    """What is needed to record an event. `name` is None for a former client: of her only the voucher's number is left."""

    voucher_id: int
    number: str
    name: str | None
    service: Words
    unit: str
    prices: tuple[BandCost, ...]  # by band, the weekday's day first; those that cost the same left out
    asks_time: bool  # whether the price depends on when on a weekday it began
    kinds: tuple[KindRow, ...]
    units_left_hundredths: int
    first_day: date
    last_day: date
    record_by: date | None
    today: date

    @property
    def former(self) -> bool:
        return self.name is None


@dataclass(frozen=True)
class EventList:
    """A month's events, newest first. `recorded_cents`: what stands (not reversed) costs altogether."""

    month: date
    rows: tuple[EventRow, ...]
    total: int
    recorded_cents: int
    page: int
    pages: int
    has_next_month: bool


@dataclass(frozen=True)
class FormerClient:
    """A voucher whose client has left the company: nothing of the person, only what recording needs."""

    voucher_id: int
    number: str
    service: Words
    first_day: date
    last_day: date
    record_by: date


def event_form(desk: Desk, actor: Actor, voucher_id: int) -> EventForm:
    """The form to record an event on a voucher, also on a former client's. Missing without a confirmed choice."""
    with desk.reading(actor, Action.RECORD_EVENT) as tx:
        choice = confirmed_choice(tx, voucher_id)
        voucher, package, client, mine = tx.session.execute(
            select(Voucher, ServicePackage, Client, visible_vouchers(tx.actor))
            .join(ServicePackage, ServicePackage.id == Voucher.package_id)
            .join(Client, Client.id == Voucher.client_id)
            .where(Voucher.id == voucher_id)
        ).one()
        mine = mine and voucher.choice_id == choice.id
        snapshot = Snapshot.from_json(voucher.snapshot)
        left = None if mine or choice.ended_at is None else helsinki_day(choice.ended_at)
        last = min(voucher.ended_on or voucher.valid_to, left or tx.today, tx.today)
        assert choice.start_on is not None
        tx.audit("client.read", "voucher", voucher.id, clients=(client.id,))
        return EventForm(
            voucher_id=voucher.id,
            number=voucher.number,
            name=f"{client.first_name} {client.last_name}" if mine else None,
            service=package.name,
            unit=package.unit,
            prices=costs_of(snapshot, kept_prices(choice.prices)).brief,
            asks_time=snapshot.time_matters,
            kinds=tuple(
                KindRow(rule.kind.value, rule.unit_use_percent, rule.paid_share_percent)
                for rule in snapshot.event_rules
            ),
            units_left_hundredths=voucher.units_left_hundredths,
            first_day=max(voucher.valid_from, choice.start_on),
            last_day=last,
            record_by=voucher.tail_to if left is None else tail_end(left, _tail_days(tx)),
            today=tx.today,
        )


def event_list(desk: Desk, actor: Actor, month: date | None = None, page: int = 1) -> EventList:
    """What the company has recorded for the days of a month; of the present one, when none is named."""
    with desk.reading(actor, Action.SEE_PROVIDER_CLIENTS) as tx:
        days = month_of(month or tx.today)
        page = max(page, 1)
        of_month = and_(visible_events(tx.actor), Event.day.between(days.first, days.last))
        total, cents = tx.session.execute(
            select(
                func.count(),
                func.coalesce(func.sum(Event.amount_cents).filter(Event.state != "reversed"), 0),
            ).where(of_month)
        ).one()
        found = tx.session.execute(
            _events(tx)
            .where(of_month)
            .order_by(Event.day.desc(), Event.id.desc())
            .limit(PAGE)
            .offset((page - 1) * PAGE)
        ).all()
        rows = [_row(row) for row in found]
        tx.audit("client.read", "event_list", None, clients=tuple({row.client_id for row in found}))
        return EventList(days.first, tuple(rows), total, int(cents), page, -(-total // PAGE), days.end <= tx.today)


def event_page(desk: Desk, actor: Actor, event_id: int) -> EventRow:
    """One event of the company's own. Missing for a stranger's."""
    with desk.reading(actor, Action.REVERSE_EVENT) as tx:
        found = tx.session.execute(_events(tx).where(visible_events(tx.actor), Event.id == event_id)).one_or_none()
        if found is None:
            raise Missing("event")
        tx.audit("client.read", "event", event_id, clients=(found.client_id,))
        return _row(found)


def event_rows(tx: Tx, voucher_id: int) -> list[EventRow]:
    """The company's events on one voucher, newest first."""
    query = _events(tx).where(visible_events(tx.actor), Event.voucher_id == voucher_id)
    return [_row(row) for row in tx.session.execute(query.order_by(Event.day.desc(), Event.id.desc()))]


def former_clients(desk: Desk, actor: Actor) -> list[FormerClient]:
    """Vouchers whose clients have left, while their earlier visits can still be recorded; the soonest deadline first."""
    with desk.reading(actor, Action.RECORD_EVENT) as tx:
        found = _former(tx)
        tx.audit("client.read", "client_list", None, clients=tuple(client_id for _, client_id in found))
        return [row for row, _ in found]


def former_count(tx: Tx) -> int:
    return len(_former(tx))


def _former(tx: Tx) -> list[tuple[FormerClient, int]]:
    days = _tail_days(tx)
    since = tx.now - timedelta(days=days + 1)
    rows = tx.session.execute(
        select(Choice, Voucher, ServicePackage.name)
        .join(Voucher, Voucher.id == Choice.voucher_id)
        .join(ServicePackage, ServicePackage.id == Voucher.package_id)
        .where(
            Choice.organiser_id == tx.organiser_id,
            Choice.provider_id == provider_id_of(tx),
            Choice.start_on.is_not(None),
            Choice.state == "released",
            Choice.ended_at >= since,
            Voucher.state != "closed",
            # the client may have come back since: then she is a client like the others
            or_(Voucher.provider_id.is_(None), Voucher.provider_id != Choice.provider_id),
        )
        .order_by(Choice.ended_at, Choice.id)
    )
    latest = {}
    for choice, voucher, service in rows:
        assert choice.ended_at is not None
        assert choice.start_on is not None
        left = helsinki_day(choice.ended_at)
        record_by = tail_end(left, days)
        if voucher.tail_to is not None:
            record_by = min(record_by, voucher.tail_to)
        if tx.today <= record_by:
            first = max(choice.start_on, voucher.valid_from)
            row = FormerClient(voucher.id, voucher.number, service, first, left, record_by)
            latest[voucher.id] = (row, voucher.client_id)
    return list(latest.values())


def _tail_days(tx: Tx) -> int:
    return tx.session.scalars(select(Organiser.tail_days).where(Organiser.id == tx.organiser_id)).one()


def _events(tx: Tx) -> Select[*tuple[Any, ...]]:
    living = and_(InvoiceLine.event_id == Event.id, InvoiceLine.state != "returned")
    contested = and_(Objection.event_id == Event.id, Objection.state.in_(("open", "answered")))
    returned = InvoiceLine.__table__.alias("returned_line")
    came_back = exists(select(returned.c.id).where(returned.c.event_id == Event.id, returned.c.state == "returned"))
    return (
        select(
            Event,
            Voucher.number,
            ServicePackage.unit,
            Account.name.label("coach"),
            case((InvoiceLine.id.is_not(None), InvoiceLine.state), (came_back, "returned")).label("line"),
            Objection.id.label("objection_id"),
            Voucher.client_id,
            visible_vouchers(tx.actor).label("mine"),
            Client.first_name,
            Client.last_name,
        )
        .join(Voucher, Voucher.id == Event.voucher_id)
        .join(Client, Client.id == Voucher.client_id)
        .join(ServicePackage, ServicePackage.id == Voucher.package_id)
        .join(Account, Account.id == Event.coach_id)
        .outerjoin(InvoiceLine, living)
        .outerjoin(Objection, contested)
    )


def _row(row: Row[*tuple[Any, ...]]) -> EventRow:
    event, number, unit, coach, line, objection_id, _client_id, mine, first_name, last_name = row
    return EventRow(
        id=event.id,
        voucher_id=event.voucher_id,
        number=number,
        name=f"{first_name} {last_name}" if mine else None,
        day=event.day,
        kind=event.kind,
        unit=unit,
        quantity_hundredths=event.quantity_hundredths,
        units_used_hundredths=event.units_used_hundredths,
        amount_cents=event.amount_cents,
        note=event.note,
        coach=coach,
        recorded_at=event.recorded_at,
        state=event.state,
        reverse_reason=event.reverse_reason,
        line=line,
        objection_id=objection_id,
    )
