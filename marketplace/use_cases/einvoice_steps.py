"""Steps that freeze an invoice or a credit note as a document, and write its files. What was sent is never built anew: the
content is kept with its hash in the transaction that sends it, and every format is written from that (decision 0019)."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from marketplace.clock import helsinki_day
from marketplace.models.einvoices import EInvoice, EInvoiceFile, InvoicingSettings
from marketplace.models.events import Event
from marketplace.models.invoices import Invoice, InvoiceLine
from marketplace.models.people import Organiser
from marketplace.models.programmes import Programme, ServicePackage
from marketplace.models.providers import Provider, Site
from marketplace.models.vouchers import Voucher
from marketplace.pricing.document_checks import faults
from marketplace.pricing.documents import Document, Kind, Line, Party, Postal
from marketplace.pricing.vat import Category, Part, Reason, VatClass
from marketplace.references import finnish_bic, is_ovt, ovt_of
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.tax_facts import supplier_history

ITEM_WORDS = {
    "delivered": "",
    "no_show": ", asiakas ei saapunut",
    "late_cancel": ", myöhään peruttu",
    "provider_cancel": ", tuottajan peruma",
    "bonus": ", tulospalkkio",
}
"""What stands after the package's name on a line. The document is in Finnish, as the accounts payable that read it."""

ADDRESS = re.compile(r"(?P<street>.+), *(?P<postcode>\d{5}) +(?P<town>.+)")


def settings_of(tx: Tx) -> InvoicingSettings:
    """How the organiser takes invoices; the defaults where nothing was said."""
    found = tx.session.scalar(select(InvoicingSettings))
    return found or InvoicingSettings(
        organiser_id=tx.organiser_id, operator="", reference="", reference_form="", payment_days=30,
        recipient_name="", recipient_business_id="", payer_name="", payer_business_id="",
    )  # fmt: skip


def freeze_invoice(tx: Tx, invoice: Invoice, reference: str) -> EInvoice:
    """Keep a sent invoice as a document: its lines that passed, with the parties as they are now. `reference`: the
    buyer's own, for the whole invoice; empty falls back on the organiser's, then on the cost centre.

    Refused (einvoice_<code>) when a number in it is wrong by its own check digits: nothing is sent.
    """
    organiser = tx.session.scalars(select(Organiser).where(Organiser.id == tx.organiser_id)).one()
    settings = settings_of(tx)
    lines = _lines(tx, invoice)
    buyer = _organiser(organiser, settings)
    document = Document(
        kind=Kind.INVOICE,
        number=invoice.number,
        issued_at=invoice.sent_at,
        issued_on=helsinki_day(invoice.sent_at),
        due_on=invoice.due_on,
        seller=_seller(tx, invoice, lines),
        recipient=_other(buyer, settings.recipient_name, settings.recipient_business_id),
        buyer=buyer,
        payer=_other(buyer, settings.payer_name, settings.payer_business_id),
        buyer_reference=reference or settings.reference or lines[0].cost_centre or organiser.code,
        iban=invoice.iban,
        bic=finnish_bic(invoice.iban),
        reference=invoice.reference,
        lines=lines,
    )
    return _freeze(tx, document, invoice)


def freeze_credit(tx: Tx, document: Document, invoice: Invoice, credit_note_id: int) -> EInvoice:
    """Keep a credit note as a document."""
    return _freeze(tx, document, invoice, credit_note_id)


def document_of(tx: Tx, invoice_id: int) -> Document | None:
    """The invoice as it was sent; None for one that was sent before documents were kept, or that had nothing to pay."""
    content = tx.session.scalar(
        select(EInvoice.content).where(EInvoice.invoice_id == invoice_id, EInvoice.credit_note_id.is_(None))
    )
    return None if content is None else Document.from_json(content)


def file_of(tx: Tx, einvoice: EInvoice, name: str) -> EInvoiceFile:
    """The stored bytes of one format, written and stored by whoever asks first. Two at once write the same bytes, and
    one of them is kept."""
    query = select(EInvoiceFile).where(EInvoiceFile.einvoice_id == einvoice.id, EInvoiceFile.format == name)
    found = tx.session.scalar(query)
    if found is None:
        writer = tx.writers[name]
        body = writer.write(Document.from_json(einvoice.content))
        row = insert(EInvoiceFile).values(
            organiser_id=einvoice.organiser_id, einvoice_id=einvoice.id, format=name, body=body,
            sha256=hashlib.sha256(body).hexdigest(), writer=writer.version, made_at=tx.now,
        )  # fmt: skip
        tx.session.execute(row.on_conflict_do_nothing(index_elements=["einvoice_id", "format"]))
        found = tx.session.scalars(query).one()
    return found


def content_hash(content: dict[str, Any]) -> str:
    """The hash of a document's content in one fixed spelling."""
    return hashlib.sha256(
        json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def _freeze(tx: Tx, document: Document, invoice: Invoice, credit_note_id: int | None = None) -> EInvoice:
    if wrong := faults(document):
        raise Refused(f"einvoice_{wrong[0]}", None)
    content = document.to_json()
    made = EInvoice(
        organiser_id=invoice.organiser_id,
        kind=document.kind.value,
        number=document.number,
        provider_id=invoice.provider_id,
        invoice_id=invoice.id,
        credit_note_id=credit_note_id,
        issued_on=document.issued_on,
        gross_cents=document.total.gross_cents,
        content=content,
        sha256=content_hash(content),
    )
    tx.session.add(made)
    tx.session.flush()
    return made


def _lines(tx: Tx, invoice: Invoice) -> tuple[Line, ...]:
    rows = tx.session.execute(
        select(
            InvoiceLine,
            Voucher.number.label("voucher"),
            ServicePackage.name,
            ServicePackage.unit,
            Event.kind,
            Programme.cost_centre,
        )
        .join(Voucher, Voucher.id == InvoiceLine.voucher_id)
        .join(ServicePackage, ServicePackage.id == Voucher.package_id)
        .join(Programme, Programme.id == Voucher.programme_id)
        .outerjoin(Event, Event.id == InvoiceLine.event_id)
        .where(InvoiceLine.invoice_id == invoice.id, InvoiceLine.net_cents.is_not(None))
        .order_by(InvoiceLine.number)
    )
    return tuple(
        Line(
            number=row.InvoiceLine.number,
            text=row.name["fi"] + ITEM_WORDS[row.kind or "bonus"],
            voucher=row.voucher,
            unit=row.unit if row.kind else "lump_sum",
            quantity_hundredths=row.InvoiceLine.quantity_hundredths,
            part=part_of(row.InvoiceLine),
            vat=class_of(row.InvoiceLine),
            day=row.InvoiceLine.day,
            cost_centre=row.cost_centre,
        )
        for row in rows
    )


def part_of(line: InvoiceLine) -> Part:
    """A line's net and tax as they were split when it was sent."""
    assert line.net_cents is not None
    assert line.vat_cents is not None
    return Part(line.net_cents, line.vat_cents)


def class_of(line: InvoiceLine) -> VatClass:
    """A line's class as it was found when it was sent."""
    assert line.vat_category is not None
    assert line.vat_reason is not None
    return VatClass(Category(line.vat_category), line.vat_basis_points, Reason(line.vat_reason))


def _seller(tx: Tx, invoice: Invoice, lines: Sequence[Line]) -> Party:
    provider = tx.session.scalars(select(Provider).where(Provider.id == invoice.provider_id)).one()
    stated = [said for first, said in supplier_history(tx, provider.id) if first <= invoice.due_on]
    registered = bool(stated[-1].registered) if stated else provider.vat_registered
    return Party(
        name=provider.name,
        business_id=provider.business_id,
        endpoint=_endpoint(provider.e_invoice_address or "", provider.business_id),
        operator=provider.e_invoice_operator,
        postal=_seller_postal(tx, provider),
        # whoever was in the register on a day of delivery charges that day's tax under its number
        registered=registered or any(line.vat.category is Category.STANDARD for line in lines),
    )


def _endpoint(address: str, business_id: str) -> str:
    """An account number is an address between banks only, and an old one may be wrong: elsewhere everyone is found by
    the OVT that follows from the business id."""
    return address if is_ovt(address) else ovt_of(business_id)


def _seller_postal(tx: Tx, provider: Provider) -> Postal:
    own = Postal(provider.street, provider.postcode, provider.town)
    if own.whole:
        return own
    site = tx.session.scalar(
        select(Site).where(Site.provider_id == provider.id, Site.closed_on.is_(None)).order_by(Site.id).limit(1)
    )
    return Postal(site.street, "", site.municipality) if site else Postal()


def _organiser(organiser: Organiser, settings: InvoicingSettings) -> Party:
    found = ADDRESS.fullmatch(organiser.address.replace("\n", ", "))
    return Party(
        name=organiser.name["fi"],
        business_id=organiser.business_id,
        endpoint=_endpoint(organiser.e_invoice_address, organiser.business_id),
        operator=settings.operator,
        postal=Postal(**found.groupdict()) if found else Postal(),
    )


def _other(organiser: Party, name: str, business_id: str) -> Party:
    """The recipient or the payer: the organiser itself, unless its settings name another. The address stays: it is
    where the organiser has asked for its invoices."""
    return replace(organiser, name=name, business_id=business_id, postal=Postal()) if name else organiser
