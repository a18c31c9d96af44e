"""What the pages about decisions read: the list, and one decision with its deliveries and its appeal clock."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, select

from marketplace.access.actions import Action, may
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_clients, visible_decisions
from marketplace.models.clients import Client
from marketplace.models.decisions import Decision, Delivery
from marketplace.models.people import Account
from marketplace.models.providers import Provider
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Missing
from marketplace.vouchers.deadlines import Channel, appeal_clock

PAGE = 50


@dataclass(frozen=True)
class DecisionLine:
    """A decision in the list. `party` is None where this reader may not know who the person is."""

    decision_id: int
    number: str
    kind: str
    made_on: date
    maker: str
    party: str | None
    sent_on: date | None


@dataclass(frozen=True)
class DecisionList:
    lines: tuple[DecisionLine, ...]
    page: int
    pages: int
    unsent: int


def decision_list(desk: Desk, actor: Actor, page: int = 1, only_unsent: bool = False) -> DecisionList:
    """The decisions that are this person's work, newest first. Reading clients' names is said to the audit."""
    with desk.reading(actor, Action.SEE_DECISIONS) as tx:
        seen = visible_decisions(tx.actor)
        sent = exists().where(Delivery.decision_id == Decision.id)
        counts = tx.session.execute(
            select(func.count(), func.count().filter(~sent)).select_from(Decision).where(seen)
        ).one()
        total = counts[1] if only_unsent else counts[0]
        pages = max(1, -(-total // PAGE))
        page = min(max(1, page), pages)
        sent_on = (
            select(func.max(Delivery.sent_on)).where(Delivery.decision_id == Decision.id).correlate(Decision)
        ).scalar_subquery()
        query = (
            select(Decision, Provider.name, Client.first_name, Client.last_name, Client.id, sent_on)
            .outerjoin(Provider, Provider.id == Decision.provider_id)
            .outerjoin(Client, (Client.id == Decision.client_id) & visible_clients(tx.actor))
            .where(seen)
            .order_by(Decision.id.desc())
            .offset((page - 1) * PAGE)
            .limit(PAGE)
        )
        rows = tx.session.execute(query.where(~sent) if only_unsent else query).all()
        if clients := tuple(row[4] for row in rows if row[4] is not None):
            tx.audit("client.read", "decision", None, clients=clients, page="decisions")
        lines = tuple(
            DecisionLine(
                row[0].id, row[0].number, row[0].kind, row[0].made_on, row[0].maker,
                row[1] or (f"{row[2]} {row[3]}" if row[4] else None), row[5],
            )
            for row in rows
        )  # fmt: skip
        return DecisionList(lines, page, pages, counts[1])


@dataclass(frozen=True)
class DeliveryLine:
    channel: str
    sent_on: date
    evidence: str
    recorded_by: str | None
    at: datetime
    notice_on: date
    last_day: date


@dataclass(frozen=True)
class DecisionPage:
    """A decision as it was made. `document` is the house's own HTML. `last_day`: until when rectification may be asked
    for, by the latest delivery; None while none is known."""

    decision_id: int
    number: str
    kind: str
    made_on: date
    document: str
    document_sha256: str
    language: str
    deliveries: tuple[DeliveryLine, ...]
    last_day: date | None
    may_record: bool
    client_id: int | None
    provider_id: int | None


def decision_page(desk: Desk, actor: Actor, decision_id: int) -> DecisionPage:
    """One decision. Missing for one that is not this person's to see."""
    with desk.reading(actor, Action.SEE_DECISIONS) as tx:
        row = tx.session.scalar(select(Decision).where(Decision.id == decision_id, visible_decisions(tx.actor)))
        if row is None:
            raise Missing("decision")
        if row.client_id is not None:
            tx.audit("client.read", "decision", row.id, clients=(row.client_id,), page="decision")
        deliveries = tuple(
            _delivery(delivery, name, row.appeal_days)
            for delivery, name in tx.session.execute(
                select(Delivery, Account.name)
                .outerjoin(Account, Account.id == Delivery.recorded_by)
                .where(Delivery.decision_id == row.id)
                .order_by(Delivery.id)
            )
        )
        return DecisionPage(
            decision_id=row.id,
            number=row.number,
            kind=row.kind,
            made_on=row.made_on,
            document=row.document,
            document_sha256=row.document_sha256,
            language=row.language,
            deliveries=deliveries,
            last_day=max((one.last_day for one in deliveries), default=None),
            may_record=may(actor.role, Action.RECORD_DELIVERY),
            client_id=row.client_id,
            provider_id=row.provider_id,
        )


def _delivery(row: Delivery, name: str | None, days: int) -> DeliveryLine:
    clock = appeal_clock(Channel(row.channel), row.sent_on, days)
    return DeliveryLine(row.channel, row.sent_on, row.evidence, name, row.at, clock.notice_on, clock.last_day)
