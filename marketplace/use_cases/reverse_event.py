"""A provider takes back an event that was recorded wrongly. It is not edited: it stays to be read, with the reason."""

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_events
from marketplace.models.clients import Client
from marketplace.models.events import Event
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.event_steps import HeldEvent, fall, hold_event
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_client
from marketplace.use_cases.refusals import Missing, Refused


def reverse_event(desk: Desk, actor: Actor, event_id: int, reason: str, once: str | None = None) -> int:
    """Reverse one event; returns its voucher's id. An objection to it is thereby settled for the client.

    Refused: reason_missing (`reason`), payment_under_way. Stale when it was reversed before. Missing for a stranger's.
    """
    with desk.transaction(actor, Action.REVERSE_EVENT) as tx:
        if done := tx.first_click("reverse_event", once):
            return int(done["voucher_id"])
        if not reason.strip():
            raise Refused("reason_missing", "reason")
        if tx.session.scalar(select(Event.id).where(Event.id == event_id, visible_events(actor))) is None:
            raise Missing("event")
        held = hold_event(tx, event_id)
        fall(tx, held, "reverse", reason.strip())
        _settle_objection(tx, held, reason.strip())
        tx.audit(
            "event.reverse",
            "event",
            event_id,
            clients=(held.voucher.client_id,),
            reason=reason.strip(),
            voucher_id=held.voucher.id,
            amount_cents=held.event.amount_cents,
        )
        tx.remember_click("reverse_event", once, voucher_id=held.voucher.id)
        return held.voucher.id


def _settle_objection(tx: Tx, held: HeldEvent, reason: str) -> None:
    objection = held.objection
    if objection is None:
        return
    move(tx, "objection", objection, "close", Role.SYSTEM)
    objection.settled_at, objection.settlement = tx.now, reason
    tx.session.flush()
    client = tx.session.scalars(select(Client).where(Client.id == objection.client_id)).one()
    tell_client(
        tx,
        client,
        "objection_settled",
        f"objection_settled/{objection.id}",
        day=held.event.day,
        upheld=True,
        settlement=reason,
        by_provider=True,
    )
