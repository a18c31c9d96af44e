"""Objections as a caseworker settles them: both sides, the event, and until when."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_objections
from marketplace.models.clients import Client
from marketplace.models.events import Event, Objection
from marketplace.models.people import Account
from marketplace.models.providers import Provider
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.settle_objection import answer_by

PAGE = 50
LIVING = ("open", "answered")


@dataclass(frozen=True)
class ObjectionLine:
    id: int
    state: str
    client_id: int
    client: str
    provider: str
    day: date
    amount_cents: int
    raised_at: datetime
    settle_by: date

    @property
    def living(self) -> bool:
        return self.state in LIVING


@dataclass(frozen=True)
class ObjectionList:
    rows: tuple[ObjectionLine, ...]
    page: int
    pages: int
    today: date


@dataclass(frozen=True)
class ObjectionPage:
    """`answer_by`: the last day on which the provider may still answer; `can_settle`: it has, or the day has passed."""

    line: ObjectionLine
    voucher_id: int
    voucher: str
    unit: str
    kind: str
    quantity_hundredths: int
    coach: str
    note: str
    recorded_at: datetime
    words: str
    answer: str | None
    answered_at: datetime | None
    answer_by: date
    can_settle: bool
    settlement: str | None
    settled_at: datetime | None
    settler: str | None
    today: date


def objection_list(desk: Desk, actor: Actor, page: int = 1) -> ObjectionList:
    """The organiser's objections: those that wait first, by their deadline."""
    with desk.reading(actor, Action.SETTLE_OBJECTION) as tx:
        total = tx.session.scalars(select(func.count()).select_from(Objection).where(visible_objections(actor))).one()
        pages = max(1, -(-total // PAGE))
        page = min(max(1, page), pages)
        living = case((Objection.state.in_(LIVING), 0), else_=1)
        order = (living, case((Objection.state.in_(LIVING), Objection.settle_by)), Objection.id.desc())
        query = _lines().where(visible_objections(actor)).order_by(*order).offset((page - 1) * PAGE).limit(PAGE)
        rows = tuple(_line(row) for row in tx.session.execute(query))
        if rows:
            clients = tuple(row.client_id for row in rows)
            tx.audit("client.read", "objection_list", None, clients=clients, page="objections")
        return ObjectionList(rows, page, pages, tx.today)


def objection_page(desk: Desk, actor: Actor, objection_id: int) -> ObjectionPage:
    """One objection with both sides. Missing for a stranger's."""
    with desk.reading(actor, Action.SETTLE_OBJECTION) as tx:
        row = tx.session.execute(_lines().where(Objection.id == objection_id, visible_objections(actor))).one_or_none()
        if row is None:
            raise Missing("objection")
        objection, event, voucher = row[0], row[1], row[2]
        people = dict(
            tx.session.execute(
                select(Account.id, Account.name).where(Account.id.in_([event.coach_id, objection.settled_by or 0]))
            ).all()
        )
        last = answer_by(tx, objection)
        tx.audit("client.read", "objection", objection.id, clients=(objection.client_id,), page="objection")
        return ObjectionPage(
            line=_line(row),
            voucher_id=voucher.id,
            voucher=voucher.number,
            unit=voucher.snapshot["unit"],
            kind=event.kind,
            quantity_hundredths=event.quantity_hundredths,
            coach=people[event.coach_id],
            note=event.note,
            recorded_at=event.recorded_at,
            words=objection.words,
            answer=objection.answer,
            answered_at=objection.answered_at,
            answer_by=last,
            can_settle=objection.state in LIVING and (objection.answered_at is not None or tx.today > last),
            settlement=objection.settlement,
            settled_at=objection.settled_at,
            settler=people.get(objection.settled_by),
            today=tx.today,
        )


def _lines() -> Any:
    return (
        select(Objection, Event, Voucher, Client.first_name, Client.last_name, Provider.name)
        .join(Event, Event.id == Objection.event_id)
        .join(Voucher, Voucher.id == Event.voucher_id)
        .join(Client, Client.id == Objection.client_id)
        .join(Provider, Provider.id == Objection.provider_id)
    )


def _line(row: Any) -> ObjectionLine:
    objection, event, _voucher, first, last, provider = row
    return ObjectionLine(
        id=objection.id,
        state=objection.state,
        client_id=objection.client_id,
        client=f"{first} {last}",
        provider=provider,
        day=event.day,
        amount_cents=event.amount_cents,
        raised_at=objection.raised_at,
        settle_by=objection.settle_by,
    )
