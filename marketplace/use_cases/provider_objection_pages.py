"""What a provider's people see of clients' objections to what they recorded."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, case, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_objections, visible_vouchers
from marketplace.clock import helsinki_day
from marketplace.models.clients import Client
from marketplace.models.events import Event, Objection
from marketplace.models.people import Account, Organiser
from marketplace.models.programmes import ServicePackage
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Missing
from marketplace.vouchers.deadlines import working_days_after

MOST = 200


@dataclass(frozen=True)
class ObjectionRow:
    """One objection with the event it contests. `name`: the client's, while the client is the company's. `answer_by`:
    until then nobody settles it without the provider's side."""

    id: int
    state: str
    event_id: int
    voucher_id: int
    number: str
    name: str | None
    day: date
    kind: str
    unit: str
    quantity_hundredths: int
    amount_cents: int
    note: str
    coach: str
    words: str
    raised_at: datetime
    answer_by: date
    settle_by: date
    answer: str | None
    answered_at: datetime | None
    settled_at: datetime | None
    settlement: str | None


def objection_list(desk: Desk, actor: Actor) -> list[ObjectionRow]:
    """The company's objections: those that wait for its answer first, then the newest."""
    with desk.reading(actor, Action.ANSWER_OBJECTION) as tx:
        order = case((Objection.state == "open", 0), (Objection.state == "answered", 1), else_=2)
        found = tx.session.execute(_query(tx).order_by(order, Objection.raised_at.desc(), Objection.id).limit(MOST))
        rows = found.all()
        tx.audit("client.read", "objection_list", None, clients=tuple({row.client_id for row in rows}))
        return [_row(row) for row in rows]


def objection_page(desk: Desk, actor: Actor, objection_id: int) -> ObjectionRow:
    """One objection to an event of the company's own. Missing for a stranger's."""
    with desk.reading(actor, Action.ANSWER_OBJECTION) as tx:
        found = tx.session.execute(_query(tx).where(Objection.id == objection_id)).one_or_none()
        if found is None:
            raise Missing("objection")
        tx.audit("client.read", "objection", objection_id, clients=(found.client_id,))
        return _row(found)


def _query(tx: Tx) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Objection,
            Event,
            Voucher.number,
            Voucher.client_id,
            ServicePackage.unit,
            Account.name.label("coach"),
            visible_vouchers(tx.actor).label("mine"),
            Client.first_name,
            Client.last_name,
            Organiser.answer_working_days,
        )
        .join(Event, Event.id == Objection.event_id)
        .join(Voucher, Voucher.id == Event.voucher_id)
        .join(Client, Client.id == Voucher.client_id)
        .join(ServicePackage, ServicePackage.id == Voucher.package_id)
        .join(Account, Account.id == Event.coach_id)
        .join(Organiser, Organiser.id == Objection.organiser_id)
        .where(visible_objections(tx.actor))
    )


def _row(row: Row[*tuple[Any, ...]]) -> ObjectionRow:
    objection, event, number, _client_id, unit, coach, mine, first_name, last_name, days = row
    return ObjectionRow(
        id=objection.id,
        state=objection.state,
        event_id=event.id,
        voucher_id=event.voucher_id,
        number=number,
        name=f"{first_name} {last_name}" if mine else None,
        day=event.day,
        kind=event.kind,
        unit=unit,
        quantity_hundredths=event.quantity_hundredths,
        amount_cents=event.amount_cents,
        note=event.note,
        coach=coach,
        words=objection.words,
        raised_at=objection.raised_at,
        answer_by=working_days_after(helsinki_day(objection.raised_at), days),
        settle_by=objection.settle_by,
        answer=objection.answer,
        answered_at=objection.answered_at,
        settled_at=objection.settled_at,
        settlement=objection.settlement,
    )
