"""What a provider's people should do today: clients to answer, objections, the month's invoice, what came back."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from marketplace.access.actions import Action, may
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_objections, visible_vouchers
from marketplace.clock import helsinki_day
from marketplace.models.events import Objection
from marketplace.models.people import Organiser
from marketplace.models.vouchers import Choice, Voucher
from marketplace.period import add_months, month_of
from marketplace.use_cases.billable import billable
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.invoice_pages import mend_count
from marketplace.use_cases.own_company import provider_id_of
from marketplace.use_cases.provider_event_pages import former_count
from marketplace.use_cases.provider_outcome_pages import maturing_soon
from marketplace.vouchers.deadlines import working_days_after


@dataclass(frozen=True)
class Waiting:
    """How many wait, until when for the first of them, and its id when it is the only one."""

    count: int
    until: date
    only_id: int | None


@dataclass(frozen=True)
class InvoiceReady:
    """A month that is over and has something to send."""

    month: date
    lines: int
    faulty: int
    total_cents: int


@dataclass(frozen=True)
class WorkTasks:
    """`objections_until`: nobody settles the objection before that day without the company's side. Invoices and returned
    lines are the manager's alone (None and 0 for a coach)."""

    today: date
    clients: Waiting | None
    objections: Waiting | None
    invoice: InvoiceReady | None
    to_mend: int
    maturing: int
    lacking_evidence: int
    former: int


def work_tasks(desk: Desk, actor: Actor) -> WorkTasks:
    """Counts and days only: no client's data is read here."""
    with desk.reading(actor, Action.SEE_PROVIDER_CLIENTS) as tx:
        days = tx.session.scalars(select(Organiser.answer_working_days).where(Organiser.id == tx.organiser_id)).one()
        manager = may(actor.role, Action.SEND_INVOICE)
        maturing, lacking = maturing_soon(tx)
        return WorkTasks(
            today=tx.today,
            clients=_clients(tx, days),
            objections=_objections(tx, days),
            invoice=_invoice(tx) if manager else None,
            to_mend=mend_count(tx) if manager else 0,
            maturing=maturing,
            lacking_evidence=lacking,
            former=former_count(tx),
        )


def _clients(tx: Tx, days: int) -> Waiting | None:
    count, first, only = tx.session.execute(
        select(func.count(), func.min(Choice.chosen_at), func.min(Choice.id))
        .join(Voucher, Voucher.choice_id == Choice.id)
        .where(visible_vouchers(tx.actor), Voucher.state == "chosen")
    ).one()
    if not count:
        return None
    return Waiting(count, working_days_after(helsinki_day(first), days), only if count == 1 else None)


def _objections(tx: Tx, days: int) -> Waiting | None:
    count, first, only = tx.session.execute(
        select(func.count(), func.min(Objection.raised_at), func.min(Objection.id)).where(
            visible_objections(tx.actor), Objection.state == "open"
        )
    ).one()
    if not count:
        return None
    return Waiting(count, working_days_after(helsinki_day(first), days), only if count == 1 else None)


def _invoice(tx: Tx) -> InvoiceReady | None:
    month = month_of(add_months(month_of(tx.today).first, -1))
    lines = [line for line in billable(tx, provider_id_of(tx), month) if not line.told]
    if not lines:
        return None
    good = [line for line in lines if line.fault is None]
    return InvoiceReady(month.first, len(lines), len(lines) - len(good), sum(line.amount_cents for line in good))
