"""The provider's month as an invoice: one press of a button. Good lines pass, a bad line comes back with its code."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, text

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.ledger import recipes
from marketplace.models.events import Milestone
from marketplace.models.invoices import Invoice, InvoiceLine
from marketplace.models.numbers import next_number
from marketplace.models.providers import Provider
from marketplace.period import month_of
from marketplace.references import finnish_reference, rf_reference
from marketplace.roles import Role
from marketplace.use_cases.billable import Billable, billable
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.line_steps import move_line
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_staff
from marketplace.use_cases.own_company import provider_id_of
from marketplace.use_cases.refusals import Refused

TERM = timedelta(days=30)
"""A public payer pays within 30 days of receipt (Act 30/2013, 4 §)."""


@dataclass(frozen=True)
class InvoiceOrder:
    """Any day of the month to be billed; what earlier months left unbilled comes along."""

    month: date
    once: str | None = None


@dataclass(frozen=True)
class Sent:
    invoice_id: int
    number: str
    passed: int
    returned: int


def send_invoice(desk: Desk, actor: Actor, order: InvoiceOrder) -> Sent:
    """Send the month's invoice. Refused: month_in_future, nothing_to_bill.

    Each line is checked now; the checks are kept with the line. What came back for the same fault before is not sent
    again. The number is gap-free for the provider and year.
    """
    with desk.transaction(actor, Action.SEND_INVOICE) as tx:
        if done := tx.first_click("send_invoice", order.once):
            return Sent(**done)
        month = month_of(order.month)
        if month.first > tx.today:
            raise Refused("month_in_future", "month")
        provider_id = provider_id_of(tx)
        # two people of one company sending at once: the second finds nothing left to bill
        tx.session.execute(
            text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"),
            {"key": f"invoice/{tx.organiser_id}/{provider_id}"},
        )
        lines = [line for line in billable(tx, provider_id, month, lock=True) if not line.told]
        if not lines:
            raise Refused("nothing_to_bill", "month")
        invoice = _invoice(tx, provider_id, month.first, sum(line.amount_cents for line in lines if not line.fault))
        for number, line in enumerate(lines, start=1):
            _line(tx, invoice, number, line)
        returned = sum(1 for line in lines if line.fault)
        sent = Sent(invoice.id, invoice.number, len(lines) - returned, returned)
        tx.audit("invoice.send", "invoice", invoice.id, number=invoice.number, lines=len(lines), returned=returned)
        tell_staff(tx, Role.FINANCE, "invoice_arrived", f"invoice/{invoice.id}", number=invoice.number)
        tx.remember_click("send_invoice", order.once, **vars(sent))
        return sent


def _invoice(tx: Tx, provider_id: int, month: date, total_cents: int) -> Invoice:
    provider = tx.session.scalars(select(Provider).where(Provider.id == provider_id)).one()
    running = next_number(tx.session, tx.organiser_id, f"invoice/{provider_id}/{tx.today.year}")
    company = provider.business_id.split("-")[0]
    number = f"{company}-{tx.today.year}-{running:04d}"
    invoice = Invoice(
        organiser_id=tx.organiser_id,
        number=number,
        provider_id=provider_id,
        month=month,
        sent_by=tx.account_id,
        sent_at=tx.now,
        total_cents=total_cents,
        iban=provider.iban,
        reference=rf_reference(finnish_reference(f"{company}{tx.today.year}{running:04d}")),
        due_on=tx.today + TERM,
    )
    tx.session.add(invoice)
    tx.session.flush()
    return invoice


def _line(tx: Tx, invoice: Invoice, number: int, line: Billable) -> None:
    made = InvoiceLine(
        organiser_id=tx.organiser_id,
        invoice_id=invoice.id,
        number=number,
        provider_id=invoice.provider_id,
        voucher_id=line.voucher_id,
        event_id=line.event_id,
        milestone_id=line.milestone_id,
        day=line.day,
        quantity_hundredths=line.quantity_hundredths,
        amount_cents=line.amount_cents,
        budget_year=line.budget_year,
        state="new",
        checks={"checks": [{"code": result.code, "ok": result.ok} for result in line.results]},
    )
    tx.session.add(made)
    tx.session.flush()
    if line.fault:
        made.return_code = line.fault
        move_line(tx, made, "bounce_back", None, reason=line.fault, role=Role.SYSTEM)
        return
    move_line(tx, made, "pass", recipes.make_payable, role=Role.SYSTEM)
    if line.milestone_id is not None:
        move(tx, "milestone", tx.session.get_one(Milestone, line.milestone_id), "bill", Role.SYSTEM)
