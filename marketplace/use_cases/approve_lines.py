"""Finance accepts invoice lines for payment, or sends them back; never who recorded or billed them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_invoices
from marketplace.ledger import recipes
from marketplace.models.events import Event, Milestone, Outcome
from marketplace.models.invoices import Invoice, InvoiceLine
from marketplace.roles import Role
from marketplace.use_cases.conflicts import refuse_conflict
from marketplace.use_cases.credit_steps import credit_fallen
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.line_steps import move_line
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_provider
from marketplace.use_cases.refusals import Missing, Refused, Stale


@dataclass(frozen=True)
class ApproveOrder:
    invoice_id: int
    line_ids: tuple[int, ...]


@dataclass(frozen=True)
class SendBackOrder:
    line_id: int
    reason: str


def approve_lines(desk: Desk, actor: Actor, order: ApproveOrder) -> int:
    """Approve lines of one invoice; returns how many. Refused: nothing_picked, own_entry (four eyes),
    conflict_of_interest (names). Stale when a line
    has been dealt with already."""
    with desk.transaction(actor, Action.APPROVE_LINES) as tx:
        if not order.line_ids:
            raise Refused("nothing_picked", "lines")
        lines = _lines(tx, order.invoice_id, InvoiceLine.id.in_(order.line_ids))
        if len(lines) != len(set(order.line_ids)):
            raise Missing("line")
        return _approve(tx, order.invoice_id, lines)


def approve_invoice(desk: Desk, actor: Actor, invoice_id: int) -> int:
    """Approve every line of an invoice that has passed the checks and waits; returns how many. Refused: own_entry
    (four eyes), conflict_of_interest (names). Stale when none waits any more. Missing for a stranger's invoice."""
    with desk.transaction(actor, Action.APPROVE_LINES) as tx:
        if tx.session.scalar(select(Invoice.id).where(Invoice.id == invoice_id, visible_invoices(tx.actor))) is None:
            raise Missing("invoice")
        lines = _lines(tx, invoice_id, InvoiceLine.state == "passed")
        if not lines:
            raise Stale("no_longer_possible", None, cycle="invoice_line", state="")
        return _approve(tx, invoice_id, lines)


def send_back_line(desk: Desk, actor: Actor, order: SendBackOrder) -> int:
    """Send one line back to the provider with written reasons; returns its invoice's id. Refused: reason_missing,
    conflict_of_interest (names). Stale
    when the line has been dealt with already. Missing for a stranger's."""
    with desk.transaction(actor, Action.APPROVE_LINES) as tx:
        if not order.reason.strip():
            raise Refused("reason_missing", "reason")
        invoice_id = tx.session.scalar(select(InvoiceLine.invoice_id).where(InvoiceLine.id == order.line_id))
        if invoice_id is None:
            raise Missing("line")
        lines = _lines(tx, invoice_id, InvoiceLine.id == order.line_id)
        if not lines:
            raise Missing("line")
        (line,) = lines
        refuse_conflict(tx, [line.provider_id])
        move_line(tx, line, "send_back", recipes.unmake_payable, reason=order.reason.strip())
        line.return_code, line.return_reason = "sent_back", order.reason.strip()
        if line.milestone_id is not None:
            move(tx, "milestone", tx.session.get_one(Milestone, line.milestone_id), "unbill", Role.SYSTEM)
        number = tx.session.scalars(select(Invoice.number).where(Invoice.id == invoice_id)).one()
        tx.audit("invoice.send_back", "invoice", invoice_id, reason=order.reason.strip(), line=line.number)
        tell_provider(tx, line.provider_id, "line_returned", f"line_returned/{line.id}", number=number,
                      line=line.number, reason=order.reason.strip())  # fmt: skip
        credit_fallen(tx, line, order.reason.strip())
        return invoice_id


def _approve(tx: Tx, invoice_id: int, lines: Sequence[InvoiceLine]) -> int:
    _none_own(tx, lines)
    refuse_conflict(tx, {line.provider_id for line in lines})
    for line in lines:
        move_line(tx, line, "approve", recipes.approve)
        line.approved_by = tx.account_id
    tx.audit("invoice.approve_lines", "invoice", invoice_id, lines=[line.number for line in lines])
    return len(lines)


def _lines(tx: Tx, invoice_id: int, which: ColumnElement[bool]) -> Sequence[InvoiceLine]:
    return tx.session.scalars(
        select(InvoiceLine)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(Invoice.id == invoice_id, which, visible_invoices(tx.actor))
        .order_by(InvoiceLine.id)
        .with_for_update(of=InvoiceLine, key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def _none_own(tx: Tx, lines: Sequence[InvoiceLine]) -> None:
    """Four eyes: whoever recorded the event, reported the result or sent the invoice does not approve the line."""
    entered = tx.session.scalar(
        select(InvoiceLine.number)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .outerjoin(Event, Event.id == InvoiceLine.event_id)
        .outerjoin(Milestone, Milestone.id == InvoiceLine.milestone_id)
        .outerjoin(Outcome, Outcome.id == Milestone.outcome_id)
        .where(
            InvoiceLine.id.in_([line.id for line in lines]),
            or_(
                Invoice.sent_by == tx.account_id,
                Event.coach_id == tx.account_id,
                Outcome.reported_by == tx.account_id,
            ),
        )
        .order_by(InvoiceLine.number)
        .limit(1)
    )
    if entered is not None:
        raise Refused("own_entry", "lines", line=entered)
