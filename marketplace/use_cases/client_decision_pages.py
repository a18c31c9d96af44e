"""The client's own decisions, each as it was made, with the last day for asking for rectification."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_decisions
from marketplace.models.decisions import Decision, Delivery
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Missing
from marketplace.vouchers.deadlines import AppealClock, Channel, appeal_clock


@dataclass(frozen=True)
class MyDecision:
    """One decision. The two days are None until a delivery is recorded: the clock hangs on the true day of sending.

    document: the decision as it was made, whole (HTML), or "" in the list.
    """

    id: int
    number: str
    kind: str
    made_on: date
    maker: str
    contact: str
    language: str
    appeal_days: int
    channel: str | None
    sent_on: date | None
    appeal_by: date | None
    appeal_open: bool
    document: str


def my_decisions(desk: Desk, actor: Actor) -> tuple[MyDecision, ...]:
    """The client's decisions, newest first."""
    with desk.reading(actor, Action.SEE_OWN_VOUCHER) as tx:
        rows = tx.session.scalars(
            select(Decision).where(visible_decisions(tx.actor)).order_by(Decision.id.desc())
        ).all()
        sent = _deliveries(tx, [row.id for row in rows])
        return tuple(_view(tx, row, sent.get(row.id), "") for row in rows)


def my_decision(desk: Desk, actor: Actor, decision_id: int) -> MyDecision:
    """One of the client's own decisions, to be read and printed. Missing for a stranger's."""
    with desk.reading(actor, Action.SEE_OWN_VOUCHER) as tx:
        row = tx.session.scalar(select(Decision).where(Decision.id == decision_id, visible_decisions(tx.actor)))
        if row is None:
            raise Missing("decision")
        return _view(tx, row, _deliveries(tx, [row.id]).get(row.id), row.document)


def _deliveries(tx: Tx, decisions: list[int]) -> dict[int, Delivery]:
    """The latest delivery of each: one that was sent again begins the clock anew, never to the client's loss."""
    rows = tx.session.scalars(
        select(Delivery).where(Delivery.decision_id.in_(decisions)).order_by(Delivery.sent_on, Delivery.id)
    )
    return {row.decision_id: row for row in rows}


def _view(tx: Tx, row: Decision, delivery: Delivery | None, document: str) -> MyDecision:
    clock: AppealClock | None = None
    if delivery is not None:
        clock = appeal_clock(Channel(delivery.channel), delivery.sent_on, row.appeal_days)
    return MyDecision(
        id=row.id,
        number=row.number,
        kind=row.kind,
        made_on=row.made_on,
        maker=row.maker,
        contact=row.information_contact,
        language=row.language,
        appeal_days=row.appeal_days,
        channel=delivery.channel if delivery else None,
        sent_on=delivery.sent_on if delivery else None,
        appeal_by=clock.last_day if clock else None,
        appeal_open=clock is None or clock.in_time(tx.today),
        document=document,
    )
