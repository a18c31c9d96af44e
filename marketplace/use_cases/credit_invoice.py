"""A provider takes back a part of what it was paid for a delivery: a credit note, and a debt until it is netted."""

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_invoices
from marketplace.ledger import recipes
from marketplace.models.invoices import Invoice, InvoiceLine
from marketplace.models.ledger import lock_budget, lock_voucher
from marketplace.models.programmes import Budget
from marketplace.models.vouchers import Voucher
from marketplace.roles import Role
from marketplace.use_cases.bookings import voucher_context
from marketplace.use_cases.credit_steps import Credit, credit
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.event_steps import UNDER_WAY, give_back
from marketplace.use_cases.invoice_pages import LineRow, lines_seen, with_steps
from marketplace.use_cases.notices import tell_staff
from marketplace.use_cases.refusals import Missing, Refused


@dataclass(frozen=True)
class CreditOrder:
    """So many cents of one line of an invoice. `reason` is read in the house; it does not stand on the document."""

    line_id: int
    cents: int
    reason: str
    once: str | None = None


@dataclass(frozen=True)
class Credited:
    credit_note_id: int
    invoice_id: int
    number: str


def credit_invoice(desk: Desk, actor: Actor, order: CreditOrder) -> Credited:
    """Credit a paid delivery in part, or what is left of it. The money is the voucher's again at once, and the provider
    owes it: it is taken off the next payment (money.md 4).

    Before payment nothing is credited in part: the event is taken back and recorded right, which credits its line whole.
    Refused: reason_missing (`reason`), credit_more_than_left and nothing_to_credit (`amount`), credit_before_payment,
    payment_under_way, credit_bonus (a bonus is taken back by a decision), credit_too_old. Missing for a stranger's line.
    """
    with desk.transaction(actor, Action.CREDIT_INVOICE) as tx:
        if done := tx.first_click("credit_invoice", order.once):
            return Credited(**done)
        if not order.reason.strip():
            raise Refused("reason_missing", "reason")
        line, voucher, budget = _held(tx, order.line_id)
        note = credit(tx, line.invoice_id, [Credit(line, order.cents)], order.reason.strip())
        if note is None:
            raise Refused("credit_too_old", None)
        context = voucher_context(tx, voucher, line.budget_year, "credit", line.provider_id)
        key = f"credit/{note.id}"
        give_back(tx, voucher, budget, key, recipes.reverse_after_payment(key, context, order.cents), context)
        tx.session.flush()
        tx.audit("client.read", "invoice", line.invoice_id, clients=(voucher.client_id,))
        tell_staff(tx, Role.FINANCE, "credit_arrived", f"credit/{note.id}", number=note.number, cents=note.total_cents)
        made = Credited(note.id, line.invoice_id, note.number)
        tx.remember_click("credit_invoice", order.once, **vars(made))
        return made


def own_line(desk: Desk, actor: Actor, line_id: int) -> LineRow:
    """One line of the company's own, as it stands. Missing for a stranger's."""
    with desk.reading(actor, Action.CREDIT_INVOICE) as tx:
        lines = tx.session.execute(lines_seen(tx).where(InvoiceLine.id == line_id)).all()
        if not lines:
            raise Missing("line")
        tx.audit("client.read", "invoice", lines[0].InvoiceLine.invoice_id, clients=(lines[0].client_id,))
        return with_steps(tx, lines)[0]


def _held(tx: Tx, line_id: int) -> tuple[InvoiceLine, Voucher, Budget]:
    """The line with what its credit touches, locked in the house's order: budget, voucher, line."""
    place = tx.session.execute(
        select(InvoiceLine.voucher_id, InvoiceLine.budget_year, Voucher.programme_id)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .join(Voucher, Voucher.id == InvoiceLine.voucher_id)
        .where(InvoiceLine.id == line_id, visible_invoices(tx.actor))
    ).one_or_none()
    if place is None:
        raise Missing("line")
    budget = lock_budget(tx.session, place.programme_id, place.budget_year)
    voucher = lock_voucher(tx.session, place.voucher_id)
    assert voucher is not None
    line = tx.session.scalars(
        select(InvoiceLine)
        .where(InvoiceLine.id == line_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    if line.milestone_id is not None:
        raise Refused("credit_bonus", None)
    if line.state in UNDER_WAY:
        raise Refused("payment_under_way", None)
    if line.state != "paid":
        raise Refused("credit_before_payment", None)
    return line, voucher, budget
