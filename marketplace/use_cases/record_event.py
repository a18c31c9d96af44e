"""Recording a service event: never more than the voucher has left, never outside its validity or the approval."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.clock import helsinki_day
from marketplace.ledger import recipes
from marketplace.models.events import Event
from marketplace.models.ledger import post
from marketplace.models.people import Organiser
from marketplace.models.providers import Approval
from marketplace.models.vouchers import Choice, Voucher
from marketplace.pricing.bands import Band
from marketplace.pricing.events import EventPrice, NoPrice, TooMuch, price_event
from marketplace.pricing.replay import relief_on
from marketplace.pricing.snapshot import NoRule, Snapshot
from marketplace.use_cases.bookings import bring_reservation, locked, voucher_context
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.kept_prices import kept_prices, reliefs_of
from marketplace.use_cases.refusals import Missing, Refused

MOST_A_DAY = {"hour": 1200, "session": 300, "day": 100}
"""Hundredths of a unit that one client can get in one day at most; catches 60 typed for 6,0."""


@dataclass(frozen=True)
class EventOrder:
    """One delivery as the coach records it. `quantity_hundredths` is in the voucher's unit (0,25 h = 25); `begins_at` is the
    minute of the day at which it began, asked for where an evening is priced otherwise than a day."""

    voucher_id: int
    kind: str
    day: date
    quantity_hundredths: int
    note: str = ""
    begins_at: int | None = None
    once: str | None = None


@dataclass(frozen=True)
class Recorded:
    event_id: int
    amount_cents: int
    units_left_hundredths: int


def record_event(desk: Desk, actor: Actor, order: EventOrder) -> Recorded:
    """Record one event and book its price.

    Refused at its field: day_in_future, day_outside_validity, before_start, after_end, approval_not_valid, tail_over,
    begins_missing, too_many_units (units_left_hundredths), too_much_in_a_day, kind_not_in_terms, own_price_missing,
    quantity_not_positive, year_not_carried_over. Missing when the company has no confirmed choice on the voucher.
    """
    with desk.transaction(actor, Action.RECORD_EVENT) as tx:
        if done := tx.first_click("record_event", order.once):
            return Recorded(**done)
        choice = confirmed_choice(tx, order.voucher_id)
        voucher, _ = locked(tx, order.voucher_id)
        price = _check(tx, voucher, choice, order)
        event = Event(
            organiser_id=tx.organiser_id,
            voucher_id=voucher.id,
            choice_id=choice.id,
            provider_id=choice.provider_id,
            kind=order.kind,
            day=order.day,
            quantity_hundredths=order.quantity_hundredths,
            units_used_hundredths=price.units_used_hundredths,
            amount_cents=price.amount_cents,
            budget_year=order.day.year,
            band=band_of(voucher, order.day, order.begins_at),
            begins_at=order.begins_at,
            own_share_cents=price.own_share_cents,
            note=order.note.strip(),
            coach_id=tx.account_id,
            recorded_at=tx.now,
            state="recorded",
        )
        tx.session.add(event)
        tx.session.flush()
        _book(tx, voucher, event)
        tx.audit(
            "event.record",
            "event",
            event.id,
            clients=(voucher.client_id,),
            voucher_id=voucher.id,
            kind=event.kind,
            day=event.day.isoformat(),
            amount_cents=event.amount_cents,
        )
        recorded = Recorded(event.id, event.amount_cents, voucher.units_left_hundredths)
        tx.remember_click("record_event", order.once, **vars(recorded))
        return recorded


def preview_event(desk: Desk, actor: Actor, order: EventOrder) -> EventPrice:
    """What the event would take and cost if it were recorded now; nothing is saved. Refused as `record_event`."""
    with desk.reading(actor, Action.RECORD_EVENT) as tx:
        choice = confirmed_choice(tx, order.voucher_id)
        return _check(tx, tx.session.get_one(Voucher, order.voucher_id), choice, order)


def _check(tx: Tx, voucher: Voucher, choice: Choice, order: EventOrder) -> EventPrice:
    _check_day(tx, voucher, choice, order.day)
    price = _price(tx, voucher, choice, order)
    _check_amount_of_day(tx, voucher, order)
    return price


def confirmed_choice(tx: Tx, voucher_id: int) -> Choice:
    """The company's latest confirmed choice on the voucher, also when the client has left it since: what was delivered
    before that may still be recorded in the tail. Missing when the company has none."""
    choice = tx.session.scalar(
        select(Choice)
        .where(
            Choice.voucher_id == voucher_id,
            Choice.provider_id == tx.actor.provider_id,
            Choice.organiser_id == tx.organiser_id,
            Choice.start_on.is_not(None),
            or_(Choice.state == "confirmed", Choice.ended_at.is_not(None)),
        )
        .order_by(Choice.id.desc())
        .limit(1)
    )
    if choice is None:
        raise Missing("voucher")
    return choice


def _check_day(tx: Tx, voucher: Voucher, choice: Choice, day: date) -> None:
    if day > tx.today:
        raise Refused("day_in_future", "day", today=tx.today)
    if voucher.state == "closed" or (voucher.tail_to is not None and tx.today > voucher.tail_to):
        raise Refused("tail_over", None, day=voucher.tail_to or voucher.valid_to)
    last = voucher.ended_on or voucher.valid_to
    if not voucher.valid_from <= day <= last:
        raise Refused("day_outside_validity", "day", valid_from=voucher.valid_from, valid_to=last)
    assert choice.start_on is not None
    if day < choice.start_on:
        raise Refused("before_start", "day", start_on=choice.start_on)
    if choice.state != "confirmed":
        assert choice.ended_at is not None
        left = helsinki_day(choice.ended_at)
        tail = tx.session.scalars(select(Organiser.tail_days).where(Organiser.id == tx.organiser_id)).one()
        if day > left:
            raise Refused("after_end", "day", day=left)
        if tx.today > left + timedelta(days=tail):
            raise Refused("tail_over", None, day=left + timedelta(days=tail))
    approval = tx.session.get_one(Approval, choice.approval_id)
    if day < approval.valid_from or (approval.ended_on is not None and day > approval.ended_on):
        raise Refused("approval_not_valid", "day", valid_from=approval.valid_from, ended_on=approval.ended_on)


def band_of(voucher: Voucher, day: date, begins_at: int | None) -> Band:
    """The band of time of an event. Refused (begins_missing) on a weekday without its hour, where that decides the price."""
    snapshot = Snapshot.from_json(voucher.snapshot)
    if begins_at is None and snapshot.time_matters and snapshot.band_at(day, None) is Band.DAY:
        raise Refused("begins_missing", "begins_at")
    return snapshot.band_at(day, begins_at)


def _price(tx: Tx, voucher: Voucher, choice: Choice, order: EventOrder) -> EventPrice:
    if order.quantity_hundredths <= 0:
        raise Refused("quantity_not_positive", "quantity")
    snapshot = Snapshot.from_json(voucher.snapshot)
    band = band_of(voucher, order.day, order.begins_at)
    relief = reliefs_of(tx, {voucher.id})
    try:
        return price_event(
            snapshot,
            order.kind,
            order.quantity_hundredths,
            voucher.units_left_hundredths,
            voucher.reserved_service_cents,
            band=band,
            own=kept_prices(choice.prices),
            relief_cents=relief_on(relief.get(voucher.id, ()), order.day),
        )
    except TooMuch as error:
        raise Refused(
            "too_many_units",
            "quantity",
            units_left_hundredths=error.units_left_hundredths,
            units_needed_hundredths=error.units_needed_hundredths,
        ) from None
    except NoPrice:
        raise Refused("own_price_missing") from None
    except NoRule:
        raise Refused("kind_not_in_terms", "kind") from None


def _check_amount_of_day(tx: Tx, voucher: Voucher, order: EventOrder) -> None:
    most = MOST_A_DAY.get(str(voucher.snapshot["unit"]))
    if most is None:
        return
    sameday = tx.session.scalars(
        select(Event.quantity_hundredths).where(
            Event.voucher_id == voucher.id, Event.day == order.day, Event.state != "reversed"
        )
    )
    if sum(sameday) + order.quantity_hundredths > most:
        raise Refused("too_much_in_a_day", "quantity", most_hundredths=most)


def _book(tx: Tx, voucher: Voucher, event: Event) -> None:
    key = f"event/{event.id}"
    bring_reservation(tx, voucher, event.budget_year, f"{key}/carry", event.amount_cents)
    context = voucher_context(tx, voucher, event.budget_year, f"event:{event.kind}", event.provider_id)
    post(tx.session, recipes.record_event(key, context, event.amount_cents), tx.now, voucher=voucher)
    voucher.units_left_hundredths -= event.units_used_hundredths
    tx.session.flush()
