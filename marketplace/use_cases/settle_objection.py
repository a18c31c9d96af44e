"""A caseworker settles a client's objection to an event, in writing, after both sides have been heard (money.md 9)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_objections
from marketplace.clock import helsinki_day
from marketplace.models.clients import Client
from marketplace.models.events import Objection
from marketplace.models.people import Organiser
from marketplace.use_cases.conflicts import refuse_conflict
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.event_steps import HeldEvent, fall, hold_event
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_client, tell_provider
from marketplace.use_cases.objection_steps import release_money
from marketplace.use_cases.refusals import Missing, Refused, Stale
from marketplace.vouchers.deadlines import working_days_after


@dataclass(frozen=True)
class SettleOrder:
    """`uphold`: the client is right and the event falls; otherwise it stands and can be billed."""

    objection_id: int
    uphold: bool
    settlement: str


def settle_objection(desk: Desk, actor: Actor, order: SettleOrder) -> None:
    """Settle one objection.

    Refused: conflict_of_interest (names); settlement_missing; provider_not_heard (day) while the provider has not
    answered and still may; payment_under_way. Stale when it is settled or taken back already. Missing for a stranger's.
    """
    with desk.transaction(actor, Action.SETTLE_OBJECTION) as tx:
        settlement = order.settlement.strip()
        if not settlement:
            raise Refused("settlement_missing", "settlement")
        event_id = tx.session.scalar(
            select(Objection.event_id).where(Objection.id == order.objection_id, visible_objections(actor))
        )
        if event_id is None:
            raise Missing("objection")
        held = hold_event(tx, event_id)
        objection = held.objection
        if objection is None or objection.id != order.objection_id:
            raise Stale("no_longer_possible")
        refuse_conflict(tx, [objection.provider_id], [held.voucher.id])
        move(tx, "objection", objection, "uphold" if order.uphold else "dismiss")
        objection.settled_at, objection.settled_by, objection.settlement = tx.now, tx.account_id, settlement
        _check_heard(tx, objection)
        paid = held.line is not None and held.line.state == "paid"
        if order.uphold:
            fall(tx, held, "uphold", settlement)
        else:
            _stand(tx, held, objection)
        tx.audit(
            f"objection.{'uphold' if order.uphold else 'dismiss'}",
            "objection",
            objection.id,
            clients=(objection.client_id,),
            reason=settlement,
            event_id=event_id,
        )
        _tell_both(tx, held, objection, order.uphold, held.event.amount_cents if paid else 0)


def answer_by(tx: Tx, objection: Objection) -> date:
    """The last day on which the provider may still give its side before the objection can be settled without it."""
    days = tx.session.scalars(select(Organiser.answer_working_days).where(Organiser.id == tx.organiser_id)).one()
    return working_days_after(helsinki_day(objection.raised_at), days)


def _check_heard(tx: Tx, objection: Objection) -> None:
    if objection.answered_at is not None:
        return
    last = answer_by(tx, objection)
    if tx.today <= last:
        raise Refused("provider_not_heard", None, day=last)


def _stand(tx: Tx, held: HeldEvent, objection: Objection) -> None:
    """The event stands: its money goes back to where it can be billed, unless it had gone on already."""
    release_money(tx, objection, held)
    move(tx, "event", held.event, "dismiss")


def _tell_both(tx: Tx, held: HeldEvent, objection: Objection, upheld: bool, receivable_cents: int) -> None:
    tx.session.flush()
    key = f"objection_settled/{objection.id}"
    client = tx.session.scalars(select(Client).where(Client.id == objection.client_id)).one()
    facts: dict[str, Any] = {"day": held.event.day, "upheld": upheld, "settlement": objection.settlement}
    tell_client(tx, client, "objection_settled", key, by_provider=False, **facts)
    tell_provider(
        tx,
        objection.provider_id,
        "objection_settled_provider",
        f"{key}/provider",
        number=held.voucher.number,
        receivable_cents=receivable_cents,
        **facts,
    )
