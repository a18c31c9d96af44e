"""The client's word against an event: an objection, and taking it back."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_events, visible_objections
from marketplace.clock import helsinki_day
from marketplace.models.events import Event, Objection
from marketplace.models.people import Account, Organiser
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.event_steps import HeldEvent, hold_event
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_account, tell_provider
from marketplace.use_cases.objection_steps import contest_money, release_money
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.vouchers.deadlines import working_days_after

WINDOW = timedelta(days=60)
"""How long after it was recorded an event can be objected to. The sources name no limit; two months reach past the
month's invoice and a summer holiday, and an end is needed so that a provider's account can close."""

LONGEST = 2_000
"""Characters of the client's own words."""


@dataclass(frozen=True)
class ObjectionOrder:
    """Which event was not so, and how it was, in the client's own words."""

    event_id: int
    words: str
    once: str | None = None


@dataclass(frozen=True)
class Objected:
    """`settle_by`: the last day by which a caseworker settles it. `money_waits`: False when it had gone on already."""

    objection_id: int
    settle_by: date
    money_waits: bool


def last_day_to_object(event: Event) -> date:
    """The whole day is in time."""
    return helsinki_day(event.recorded_at) + WINDOW


def object_to_event(desk: Desk, actor: Actor, order: ObjectionOrder) -> Objected:
    """Object to an event. It is not paid until a caseworker has settled it, both sides heard (money.md 9); where its
    money is in a batch, at the bank or paid already, the objection is open all the same and the money follows the
    settlement.

    Refused: words_missing, words_too_long (`words`), objection_too_late, objection_settled. Stale when the event was
    reversed or objected to meanwhile. Missing for a stranger's event.
    """
    with desk.transaction(actor, Action.OBJECT_TO_EVENT) as tx:
        if done := tx.first_click("object_to_event", order.once):
            return Objected(done["objection_id"], date.fromisoformat(done["settle_by"]), done["money_waits"])
        words = _words(order.words)
        held = _held(tx, order.event_id)
        _check_time(tx, held.event)
        account = held.account
        move(tx, "event", held.event, "object")
        objection = _open(tx, held, words)
        waits = contest_money(tx, objection, held, account)
        _say(tx, "event.object", "event_objected", held, objection)
        tx.remember_click("object_to_event", order.once, objection_id=objection.id,
                          settle_by=objection.settle_by.isoformat(), money_waits=waits)  # fmt: skip
        return Objected(objection.id, objection.settle_by, waits)


def withdraw_objection(desk: Desk, actor: Actor, objection_id: int) -> int:
    """Take one's objection back: the event is recorded as before and can be billed. Returns the event's id.

    A second click changes nothing. Stale when it was settled already. Missing for a stranger's objection.
    """
    with desk.transaction(actor, Action.OBJECT_TO_EVENT) as tx:
        event_id = tx.session.scalar(
            select(Objection.event_id).where(Objection.id == objection_id, visible_objections(tx.actor))
        )
        if event_id is None:
            raise Missing("objection")
        held = _held(tx, event_id)
        objection = tx.session.scalars(
            select(Objection)
            .where(Objection.id == objection_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        ).one()
        if objection.state == "withdrawn":
            return event_id  # a second click
        move(tx, "objection", objection, "withdraw")
        objection.settled_at = tx.now
        release_money(tx, objection, held)
        move(tx, "event", held.event, "withdraw_objection")
        tx.session.flush()
        _say(tx, "objection.withdraw", "objection_withdrawn", held, objection)
        return event_id


def _words(typed: str) -> str:
    words = typed.strip()
    if not words:
        raise Refused("words_missing", "words")
    if len(words) > LONGEST:
        raise Refused("words_too_long", "words", most=LONGEST)
    return words


def _held(tx: Tx, event_id: int) -> HeldEvent:
    """The client's own event, locked with all that its money touches."""
    if tx.session.scalar(select(Event.id).where(Event.id == event_id, visible_events(tx.actor))) is None:
        raise Missing("event")
    return hold_event(tx, event_id)


def _check_time(tx: Tx, event: Event) -> None:
    if tx.today > last_day_to_object(event):
        raise Refused("objection_too_late", None, day=last_day_to_object(event))
    settled = select(Objection.id).where(Objection.event_id == event.id, Objection.state.in_(["upheld", "dismissed"]))
    if tx.session.scalar(settled) is not None:
        raise Refused("objection_settled")


def _open(tx: Tx, held: HeldEvent, words: str) -> Objection:
    days = tx.session.scalars(select(Organiser.objection_working_days).where(Organiser.id == tx.organiser_id)).one()
    objection = Objection(
        organiser_id=tx.organiser_id,
        event_id=held.event.id,
        client_id=held.voucher.client_id,
        provider_id=held.event.provider_id,
        state="open",
        words=words,
        raised_at=tx.now,
        settle_by=working_days_after(tx.today, days),
    )
    tx.session.add(objection)
    tx.session.flush()
    return objection


def _say(tx: Tx, verb: str, notice: str, held: HeldEvent, objection: Objection) -> None:
    event, voucher = held.event, held.voucher
    tx.audit(verb, "event", event.id, clients=(voucher.client_id,), objection_id=objection.id, voucher_id=voucher.id)
    facts = {"number": voucher.number, "day": event.day, "settle_by": objection.settle_by}
    # raised, taken back and raised again is possible, once an objection each
    tell_provider(tx, event.provider_id, notice, f"{notice}/{objection.id}", side="provider", **facts)
    caseworker = tx.session.get_one(Account, voucher.caseworker_id)
    if caseworker.ended_at is None:
        tell_account(tx, caseworker, notice, f"{notice}/{objection.id}/{caseworker.id}", side="caseworker", **facts)
