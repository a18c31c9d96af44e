"""Recording when and how a decision left: the evidence that the appeal clock hangs on (domain.md fact 9, 9.2)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_decisions
from marketplace.models.decisions import Decision, Delivery
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.vouchers.deadlines import Channel, appeal_clock


@dataclass(frozen=True)
class DeliveryOrder:
    """Channel: post, electronic or handed_over. Evidence: what shows the day (a receipt, the mail run, the list)."""

    decision_id: int
    channel: str
    sent_on: date
    evidence: str
    once: str | None = None


@dataclass(frozen=True)
class AppealDays:
    """When the party is taken to have had notice, and the last day for asking for rectification."""

    delivery_id: int
    notice_on: date
    last_day: date


def record_delivery(desk: Desk, actor: Actor, order: DeliveryOrder) -> AppealDays:
    """Keep a delivery. A second one (the letter came back and was sent again) is a new fact beside the first.

    Refused: choice_unknown, sent_in_future, sent_before_made (`day`), evidence_missing. Missing for a decision that is
    not this person's to see.
    """
    with desk.transaction(actor, Action.RECORD_DELIVERY) as tx:
        if done := tx.first_click("record_delivery", order.once):
            delivery_id = int(done["delivery_id"])
            return AppealDays(delivery_id, *(date.fromisoformat(done[name]) for name in ("notice_on", "last_day")))
        decision = tx.session.scalar(
            select(Decision).where(Decision.id == order.decision_id, visible_decisions(tx.actor))
        )
        if decision is None:
            raise Missing("decision")
        if order.channel not in set(Channel):
            raise Refused("choice_unknown", "channel")
        if order.sent_on > tx.today:
            raise Refused("sent_in_future", "sent_on")
        if order.sent_on < decision.made_on:
            raise Refused("sent_before_made", "sent_on", day=decision.made_on)
        if not order.evidence.strip():
            raise Refused("evidence_missing", "evidence")
        delivery = Delivery(
            organiser_id=tx.organiser_id,
            decision_id=decision.id,
            channel=order.channel,
            sent_on=order.sent_on,
            evidence=order.evidence,
            recorded_by=tx.account_id,
            at=tx.now,
        )
        tx.session.add(delivery)
        tx.session.flush()
        clock = appeal_clock(Channel(order.channel), order.sent_on, decision.appeal_days)
        clients = () if decision.client_id is None else (decision.client_id,)
        tx.audit(
            "decision.deliver",
            "decision",
            decision.id,
            clients=clients,
            channel=order.channel,
            sent_on=order.sent_on.isoformat(),
        )
        tx.remember_click(
            "record_delivery",
            order.once,
            delivery_id=delivery.id,
            notice_on=clock.notice_on.isoformat(),
            last_day=clock.last_day.isoformat(),
        )
        return AppealDays(delivery.id, clock.notice_on, clock.last_day)
