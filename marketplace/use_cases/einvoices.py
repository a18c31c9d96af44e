"""E-invoices as files: one downloaded by its provider or by finance, or a whole month written out for the accounts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_invoices
from marketplace.models.einvoices import CreditNote, EInvoice, EInvoiceFile
from marketplace.models.invoices import Invoice, InvoiceLine
from marketplace.period import month_of
from marketplace.roles import PROVIDERS
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.einvoice_steps import document_of, file_of
from marketplace.use_cases.refusals import Missing, Refused

FORMATS = ("ubl", "finvoice")
AT_ONCE = 100
"""Documents that are held in memory at a time when a month is written."""


@dataclass(frozen=True)
class File:
    """One document in one format. `name` is safe as a file's name."""

    name: str
    body: bytes
    sha256: str


@dataclass(frozen=True)
class TaxRow:
    """What stands under one class, rate and reason of a sent invoice. `points`: the rate in hundredths of a percent."""

    category: str
    points: int
    reason: str
    net_cents: int
    vat_cents: int


@dataclass(frozen=True)
class CreditRow:
    """One credit note about the invoice. `reason`: as it was written in the house."""

    einvoice_id: int
    number: str
    issued_on: date
    cents: int
    reason: str


@dataclass(frozen=True)
class Papers:
    """The documents of one invoice. `einvoice_id` is None when nothing of it was to be paid, or it was sent before
    documents were kept. `left_cents`: what has not been credited."""

    einvoice_id: int | None
    net_cents: int
    vat_cents: int
    taxes: tuple[TaxRow, ...]
    credits: tuple[CreditRow, ...]
    left_cents: int


@dataclass(frozen=True)
class Month:
    """How many documents a month has."""

    invoices: int
    credit_notes: int


def einvoice_file(desk: Desk, actor: Actor, einvoice_id: int, name: str) -> File:
    """The bytes of one document, as they were or are now stored. Missing for a stranger's, or for an unknown format."""
    action = Action.SEE_OWN_INVOICES if actor.role in PROVIDERS else Action.SEE_INVOICES
    with desk.transaction(actor, action) as tx:
        found = tx.session.scalar(
            select(EInvoice)
            .join(Invoice, Invoice.id == EInvoice.invoice_id)
            .where(EInvoice.id == einvoice_id, visible_invoices(actor))
        )
        if found is None or name not in FORMATS:
            raise Missing("einvoice")
        tx.audit("einvoice.download", "einvoice", found.id, number=found.number, format=name)
        return _file(tx, found, name)


def count_month(desk: Desk, actor: Actor, month: date) -> Month:
    """How many documents are dated in a month."""
    with desk.reading(actor, Action.EXPORT_EINVOICES) as tx:
        period = month_of(month)
        kinds = dict(
            tx.session.execute(
                select(EInvoice.kind, func.count())
                .where(EInvoice.issued_on.between(period.first, period.last), EInvoice.organiser_id == tx.organiser_id)
                .group_by(EInvoice.kind)
            ).all()
        )
        return Month(kinds.get("invoice", 0), kinds.get("credit_note", 0))


def month_files(desk: Desk, actor: Actor, month: date, name: str) -> Iterator[File]:
    """Every invoice and credit note that is dated in the month, in the order of their making; written and stored where
    that has not been done yet, a hundred in one transaction. Refused: format_unknown."""
    if name not in FORMATS:
        raise Refused("format_unknown", "format")
    last = 0
    period = month_of(month)
    while True:
        with desk.transaction(actor, Action.EXPORT_EINVOICES) as tx:
            found = tx.session.scalars(
                select(EInvoice)
                .where(
                    EInvoice.organiser_id == tx.organiser_id,
                    EInvoice.issued_on.between(period.first, period.last),
                    EInvoice.id > last,
                )
                .order_by(EInvoice.id)
                .limit(AT_ONCE)
            ).all()
            files = [_file(tx, one, name) for one in found]
            if last == 0:
                tx.audit("einvoice.export", "organiser", tx.organiser_id, month=period.first.isoformat(), format=name)
        if not found:
            return
        yield from files
        last = found[-1].id


def papers_of(tx: Tx, invoice_id: int) -> Papers:
    """The documents of one invoice, for the pages that show it."""
    document = document_of(tx, invoice_id)
    einvoice_id = tx.session.scalar(
        select(EInvoice.id).where(EInvoice.invoice_id == invoice_id, EInvoice.credit_note_id.is_(None))
    )
    rows = tx.session.execute(
        select(EInvoice.id, EInvoice.number, EInvoice.issued_on, CreditNote.total_cents, CreditNote.reason)
        .join(CreditNote, CreditNote.id == EInvoice.credit_note_id)
        .where(EInvoice.invoice_id == invoice_id)
        .order_by(EInvoice.id)
    )
    notes = tuple(CreditRow(*row) for row in rows)
    if document is None:
        return Papers(None, 0, 0, (), notes, 0)
    return Papers(
        einvoice_id,
        document.total.net_cents,
        document.total.vat_cents,
        _taxes(tx, invoice_id),
        notes,
        document.total.gross_cents - sum(note.cents for note in notes),
    )


def _taxes(tx: Tx, invoice_id: int) -> tuple[TaxRow, ...]:
    """By reason, also where two reasons share a rate: whoever reads it sees why each is taxed as it is."""
    rows = tx.session.execute(
        select(
            func.coalesce(InvoiceLine.vat_category, ""),
            func.coalesce(InvoiceLine.vat_basis_points, 0),
            func.coalesce(InvoiceLine.vat_reason, ""),
            func.sum(InvoiceLine.net_cents),
            func.sum(InvoiceLine.vat_cents),
        )
        .where(InvoiceLine.invoice_id == invoice_id, InvoiceLine.net_cents.is_not(None))
        .group_by(InvoiceLine.vat_category, InvoiceLine.vat_basis_points, InvoiceLine.vat_reason)
        .order_by(InvoiceLine.vat_category, InvoiceLine.vat_basis_points, InvoiceLine.vat_reason)
    )
    return tuple(
        TaxRow(category, points, reason, int(net or 0), int(vat or 0)) for category, points, reason, net, vat in rows
    )


def _file(tx: Tx, einvoice: EInvoice, name: str) -> File:
    stored = file_of(tx, einvoice, name)
    return File(f"{einvoice.number}.{name}.xml", stored.body, stored.sha256)


def _written(name: str) -> ColumnElement[bool]:
    return exists(select(EInvoiceFile.id).where(EInvoiceFile.einvoice_id == EInvoice.id, EInvoiceFile.format == name))


def write_documents(desk: Desk, actor: Actor) -> int:
    """The worker's duty: the files of what was sent and nobody has asked for yet, a hundred documents a round. Returns how
    many files were written."""
    with desk.transaction(actor, Action.EXPORT_EINVOICES) as tx:
        written = 0
        for name in tx.writers:
            lacking = tx.session.scalars(
                select(EInvoice)
                .where(EInvoice.organiser_id == tx.organiser_id, ~_written(name))
                .order_by(EInvoice.id)
                .limit(AT_ONCE)
            ).all()
            for one in lacking:
                file_of(tx, one, name)
            written += len(lacking)
        return written
