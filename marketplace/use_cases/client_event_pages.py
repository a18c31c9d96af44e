"""What has been recorded on the client's vouchers: every event, what it cost, what is left, and her objections."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_events, visible_vouchers
from marketplace.models.events import Event, Objection
from marketplace.models.people import Account
from marketplace.models.programmes import ServicePackage
from marketplace.models.providers import Provider
from marketplace.models.schema import Words
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.object_to_event import last_day_to_object
from marketplace.use_cases.refusals import Missing


@dataclass(frozen=True)
class ObjectionView:
    """The client's objection and what became of it."""

    id: int
    state: str
    words: str
    raised_at: datetime
    settle_by: date
    answer: str | None
    answered_at: datetime | None
    settled_at: datetime | None
    settlement: str | None

    @property
    def open(self) -> bool:
        return self.state in ("open", "answered")


@dataclass(frozen=True)
class EventView:
    """One event. `left_hundredths`: what the voucher had left after it. `object_by`: None when it can no longer be
    objected to."""

    id: int
    voucher_id: int
    day: date
    kind: str
    unit: str
    quantity_hundredths: int
    units_used_hundredths: int
    left_hundredths: int
    amount_cents: int
    own_share_cents: int
    provider: str
    coach: str
    note: str
    recorded_at: datetime
    state: str
    reverse_reason: str | None
    object_by: date | None
    objections: tuple[ObjectionView, ...]

    @property
    def objection(self) -> ObjectionView | None:
        """The latest one."""
        return self.objections[-1] if self.objections else None


@dataclass(frozen=True)
class VoucherEvents:
    """One voucher's events, newest first."""

    id: int
    number: str
    package: Words
    unit: str
    units_hundredths: int
    units_left_hundredths: int
    events: tuple[EventView, ...]


def my_events(desk: Desk, actor: Actor) -> tuple[VoucherEvents, ...]:
    """The client's vouchers, newest first, each with its events. Three queries."""
    with desk.reading(actor, Action.SEE_OWN_VOUCHER) as tx:
        vouchers = tx.session.execute(
            select(Voucher, ServicePackage.name)
            .join(ServicePackage, ServicePackage.id == Voucher.package_id)
            .where(visible_vouchers(tx.actor))
            .order_by(Voucher.id.desc())
        ).all()
        events = _by_voucher(tx)
        return tuple(
            VoucherEvents(
                id=voucher.id,
                number=voucher.number,
                package=package,
                unit=voucher.snapshot["unit"],
                units_hundredths=voucher.snapshot["units_hundredths"],
                units_left_hundredths=voucher.units_left_hundredths,
                events=tuple(reversed(events.get(voucher.id, []))),
            )
            for voucher, package in vouchers
        )


def my_event(desk: Desk, actor: Actor, event_id: int) -> EventView:
    """One of the client's own events. Missing for a stranger's."""
    with desk.reading(actor, Action.SEE_OWN_VOUCHER) as tx:
        voucher_id = tx.session.scalar(select(Event.voucher_id).where(Event.id == event_id, visible_events(tx.actor)))
        if voucher_id is None:
            raise Missing("event")
        return next(event for event in _by_voucher(tx, voucher_id)[voucher_id] if event.id == event_id)


def _by_voucher(tx: Tx, voucher_id: int | None = None) -> dict[int, list[EventView]]:
    """The client's events by voucher, in the order in which they happened."""
    query = _query(tx)
    if voucher_id is not None:
        query = query.where(Event.voucher_id == voucher_id)
    rows = tx.session.execute(query).all()
    objections = _objections(tx, [row[0].id for row in rows])
    found: dict[int, list[EventView]] = defaultdict(list)
    left: dict[int, int] = {}
    for row in rows:
        event, snapshot = row[0], row[1]
        before = left.get(event.voucher_id, snapshot["units_hundredths"])
        left[event.voucher_id] = before - (0 if event.state == "reversed" else event.units_used_hundredths)
        found[event.voucher_id].append(_view(tx, row, left[event.voucher_id], objections.get(event.id, [])))
    return found


def _query(tx: Tx) -> Select[*tuple[Any, ...]]:
    return (
        select(Event, Voucher.snapshot, Provider.name, Account.name)
        .join(Voucher, Voucher.id == Event.voucher_id)
        .join(Provider, Provider.id == Event.provider_id)
        .join(Account, Account.id == Event.coach_id)
        .where(visible_events(tx.actor))
        .order_by(Event.day, Event.id)
    )


def _objections(tx: Tx, events: list[int]) -> dict[int, list[ObjectionView]]:
    rows = tx.session.scalars(select(Objection).where(Objection.event_id.in_(events)).order_by(Objection.id))
    found: dict[int, list[ObjectionView]] = defaultdict(list)
    for row in rows:
        found[row.event_id].append(
            ObjectionView(
                row.id, row.state, row.words, row.raised_at, row.settle_by, row.answer, row.answered_at,
                row.settled_at, row.settlement,
            )
        )  # fmt: skip
    return found


def _view(tx: Tx, row: Row[*tuple[Any, ...]], left: int, objections: list[ObjectionView]) -> EventView:
    event, snapshot, provider, coach = row
    until = last_day_to_object(event)
    settled = any(one.state in ("upheld", "dismissed") for one in objections)
    may_object = event.state == "recorded" and tx.today <= until and not settled
    return EventView(
        id=event.id,
        voucher_id=event.voucher_id,
        day=event.day,
        kind=event.kind,
        unit=snapshot["unit"],
        quantity_hundredths=event.quantity_hundredths,
        units_used_hundredths=event.units_used_hundredths,
        left_hundredths=left,
        amount_cents=event.amount_cents,
        own_share_cents=0 if event.state == "reversed" else event.own_share_cents,
        provider=provider,
        coach=coach,
        note=event.note,
        recorded_at=event.recorded_at,
        state=event.state,
        reverse_reason=event.reverse_reason,
        object_by=until if may_object else None,
        objections=tuple(objections),
    )
