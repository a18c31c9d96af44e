"""The provider's month as an invoice: one press of a button. Good lines pass, a bad line comes back with its code."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, text

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.ledger import recipes
from marketplace.models.events import Milestone
from marketplace.models.invoices import Invoice, InvoiceLine
from marketplace.models.numbers import next_of_provider
from marketplace.models.providers import Provider
from marketplace.period import month_of
from marketplace.pricing.documents import VatKey, documents_needed, vat_key
from marketplace.pricing.vat import Part, VatClass, split_lines
from marketplace.references import finnish_reference, fits_form, rf_reference
from marketplace.roles import Role
from marketplace.use_cases.billable import Billable, billable
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.einvoice_steps import freeze_invoice, settings_of
from marketplace.use_cases.line_steps import move_line
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_staff
from marketplace.use_cases.own_company import provider_id_of
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.tax_facts import tax_classes


@dataclass(frozen=True)
class InvoiceOrder:
    """Any day of the month to be billed; what earlier months left unbilled comes along. `reference`: the buyer's own,
    where the organiser asks for one on each invoice."""

    month: date
    once: str | None = None
    reference: str = ""


@dataclass(frozen=True)
class Sent:
    """The first invoice, and the numbers of any more that the tax classes made necessary; lines of all of them."""

    invoice_id: int
    number: str
    passed: int
    returned: int
    more: tuple[str, ...] = ()


def send_invoice(desk: Desk, actor: Actor, order: InvoiceOrder) -> Sent:
    """Send the month's invoice. Each line is checked now; the checks are kept with the line. What came back for the same
    fault before is not sent again. Numbers are gap-free for the provider and year.

    What cannot stand on one document (a bonus outside VAT beside taxed hours, for example) becomes an invoice of its own;
    `more` has the numbers of those. Refused: month_in_future, nothing_to_bill, reference_needed and reference_form
    (`reference`), a tax fact that is missing (tax_facts), a wrong number in the document (einvoice_steps).
    """
    with desk.transaction(actor, Action.SEND_INVOICE) as tx:
        if done := tx.first_click("send_invoice", order.once):
            return Sent(**{**done, "more": tuple(done["more"])})
        month = month_of(order.month)
        if month.first > tx.today:
            raise Refused("month_in_future", "month")
        provider_id = provider_id_of(tx)
        reference = _reference(tx, order.reference)
        # two people of one company sending at once: the second finds nothing left to bill
        tx.session.execute(
            text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"),
            {"key": f"invoice/{tx.organiser_id}/{provider_id}"},
        )
        lines = [line for line in billable(tx, provider_id, month, lock=True) if not line.told]
        if not lines:
            raise Refused("nothing_to_bill", "month")
        sent = [
            _send(tx, provider_id, month.first, sheet, reference) for sheet in _sheets(tx, provider_id, lines)
        ]
        first, *others = sent
        together = Sent(
            first.invoice_id,
            first.number,
            sum(one.passed for one in sent),
            sum(one.returned for one in sent),
            tuple(one.number for one in others),
        )
        tx.remember_click("send_invoice", order.once, **{**vars(together), "more": list(together.more)})
        return together


@dataclass(frozen=True)
class Taxed:
    """A line with its tax; None for one that comes back at once."""

    line: Billable
    vat: VatClass | None
    part: Part | None = None


def _reference(tx: Tx, given: str) -> str:
    """The buyer's reference for this invoice, in the form that the organiser asks for."""
    settings = settings_of(tx)
    reference = given.strip() or settings.reference
    if settings.reference_form and not reference:
        raise Refused("reference_needed", "reference", form=settings.reference_form)
    if not fits_form(reference, settings.reference_form):
        raise Refused("reference_form", "reference", form=settings.reference_form)
    return reference


def _sheets(tx: Tx, provider_id: int, lines: list[Billable]) -> list[list[Taxed]]:
    """The lines of each invoice to be, in their order; what comes back goes with the first."""
    passing = [line for line in lines if not line.fault]
    classes = tax_classes(tx, provider_id, passing)
    back = [Taxed(line, None) for line in lines if line.fault]
    sheets = [
        _split([(line, vat) for line, vat in zip(passing, classes, strict=True) if vat_key(vat) in keys])
        for keys in documents_needed(classes)
    ]
    if not sheets:
        return [back]
    sheets[0] += back
    return sheets


def _split(rows: list[tuple[Billable, VatClass]]) -> list[Taxed]:
    """Net and tax of each line; the tax is rounded once for each class of the document."""
    parts: dict[VatKey, list[Part]] = {}
    for key in {vat_key(vat) for _, vat in rows}:
        amounts = [line.amount_cents for line, vat in rows if vat_key(vat) == key]
        parts[key] = list(split_lines(amounts, key[1]))
    return [Taxed(line, vat, parts[vat_key(vat)].pop(0)) for line, vat in rows]


def _send(tx: Tx, provider_id: int, month: date, sheet: list[Taxed], reference: str) -> Sent:
    invoice = _invoice(tx, provider_id, month, sum(one.line.amount_cents for one in sheet if one.part))
    for number, taxed in enumerate(sheet, start=1):
        _line(tx, invoice, number, taxed)
    returned = sum(1 for one in sheet if one.part is None)
    if returned < len(sheet):
        freeze_invoice(tx, invoice, reference)
    tx.audit("invoice.send", "invoice", invoice.id, number=invoice.number, lines=len(sheet), returned=returned)
    tell_staff(tx, Role.FINANCE, "invoice_arrived", f"invoice/{invoice.id}", number=invoice.number)
    return Sent(invoice.id, invoice.number, len(sheet) - returned, returned)


def _invoice(tx: Tx, provider_id: int, month: date, total_cents: int) -> Invoice:
    provider = tx.session.scalars(select(Provider).where(Provider.id == provider_id)).one()
    running = next_of_provider(tx.session, provider_id, "invoice", tx.today.year)
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
        due_on=tx.today + timedelta(days=settings_of(tx).payment_days),
    )
    tx.session.add(invoice)
    tx.session.flush()
    return invoice


def _line(tx: Tx, invoice: Invoice, number: int, taxed: Taxed) -> None:
    line, vat, part = taxed.line, taxed.vat, taxed.part
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
        net_cents=part.net_cents if part else None,
        vat_cents=part.vat_cents if part else None,
        vat_category=vat.category.value if vat else None,
        vat_basis_points=vat.basis_points if vat else None,
        vat_reason=vat.reason.value if vat else None,
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
