"""Finance accepts invoice lines for payment, or sends them back; never who recorded or billed them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_invoices
from marketplace.ledger import recipes
from marketplace.models.events import Event, Milestone, Outcome
from marketplace.models.invoices import Invoice, InvoiceLine
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.line_steps import move_line
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_provider
from marketplace.use_cases.refusals import Missing, Refused


@dataclass(frozen=True)
class ApproveOrder:
    invoice_id: int
    line_ids: tuple[int, ...]


@dataclass(frozen=True)
class SendBackOrder:
    line_id: int
    reason: str


def approve_lines(desk: Desk, actor: Actor, order: ApproveOrder) -> int:
    """Approve lines of one invoice; returns how many. Refused: nothing_picked, own_entry (four eyes). Stale when a line
    has been dealt with already."""
    with desk.transaction(actor, Action.APPROVE_LINES) as tx:
        if not order.line_ids:
            raise Refused("nothing_picked", "lines")
        for line in _lines(tx, order.invoice_id, order.line_ids):
            _not_own(tx, line)
            move_line(tx, line, "approve", recipes.approve)
            line.approved_by = tx.account_id
        tx.audit("invoice.approve_lines", "invoice", order.invoice_id, lines=list(order.line_ids))
        return len(order.line_ids)


def send_back_line(desk: Desk, actor: Actor, order: SendBackOrder) -> None:
    """Send one line back to the provider with written reasons. Refused: reasons_missing."""
    with desk.transaction(actor, Action.APPROVE_LINES) as tx:
        if not order.reason.strip():
            raise Refused("reasons_missing", "reason")
        invoice_id = tx.session.scalar(select(InvoiceLine.invoice_id).where(InvoiceLine.id == order.line_id))
        if invoice_id is None:
            raise Missing("line")
        (line,) = _lines(tx, invoice_id, (order.line_id,))
        move_line(tx, line, "send_back", recipes.unmake_payable, reason=order.reason.strip())
        line.return_code, line.return_reason = "sent_back", order.reason.strip()
        if line.milestone_id is not None:
            move(tx, "milestone", tx.session.get_one(Milestone, line.milestone_id), "unbill", Role.SYSTEM)
        number = tx.session.scalars(select(Invoice.number).where(Invoice.id == invoice_id)).one()
        tx.audit("invoice.send_back", "invoice", invoice_id, reason=order.reason.strip(), line=line.number)
        tell_provider(tx, line.provider_id, "line_returned", f"line_returned/{line.id}", number=number,
                      line=line.number, reason=order.reason.strip())  # fmt: skip


def _lines(tx: Tx, invoice_id: int, line_ids: Sequence[int]) -> list[InvoiceLine]:
    rows = tx.session.scalars(
        select(InvoiceLine)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(Invoice.id == invoice_id, InvoiceLine.id.in_(line_ids), visible_invoices(tx.actor))
        .order_by(InvoiceLine.id)
        .with_for_update(of=InvoiceLine)
        .execution_options(populate_existing=True)
    ).all()
    if len(rows) != len(set(line_ids)):
        raise Missing("line")
    return list(rows)


def _not_own(tx: Tx, line: InvoiceLine) -> None:
    """Four eyes: whoever recorded the event, reported the result or sent the invoice does not approve the line."""
    entered = {tx.session.scalars(select(Invoice.sent_by).where(Invoice.id == line.invoice_id)).one()}
    if line.event_id is not None:
        entered.add(tx.session.scalars(select(Event.coach_id).where(Event.id == line.event_id)).one())
    if line.milestone_id is not None:
        entered.update(
            tx.session.scalars(
                select(Outcome.reported_by)
                .join(Milestone, Milestone.outcome_id == Outcome.id)
                .where(Milestone.id == line.milestone_id)
            )
        )
    if tx.account_id in entered:
        raise Refused("own_entry", "lines", line=line.number)
