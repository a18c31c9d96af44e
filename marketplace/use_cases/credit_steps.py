"""The step that takes a sent invoice back, wholly or in part: a credit note that names the invoice, in the transaction of
whatever made it necessary, with a number that is gap-free for the provider and year. Never more than remains."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from marketplace.models.einvoices import CreditNote, CreditNoteLine
from marketplace.models.invoices import Invoice, InvoiceLine
from marketplace.models.numbers import next_of_provider
from marketplace.pricing.documents import Document, Kind, Original
from marketplace.pricing.vat import Part, share_of
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.einvoice_steps import document_of, freeze_credit, part_of
from marketplace.use_cases.refusals import Refused


@dataclass(frozen=True)
class Credit:
    """So many cents of one (locked) line; None: all that is left of it."""

    line: InvoiceLine
    cents: int | None = None


def credited(tx: Tx, line_ids: Sequence[int]) -> dict[int, int]:
    """Cents that have been taken back of each line; a line that is not there has all left."""
    rows = tx.session.execute(
        select(CreditNoteLine.line_id, func.sum(CreditNoteLine.amount_cents))
        .where(CreditNoteLine.line_id.in_(line_ids))
        .group_by(CreditNoteLine.line_id)
    )
    return {line_id: int(cents) for line_id, cents in rows}


def credit_fallen(tx: Tx, line: InvoiceLine, reason: str) -> CreditNote | None:
    """What a line billed has fallen: take back all that is left of it. None when nothing is left, or when the line was
    never on a document. To be called last: a number is taken."""
    if line.net_cents is None or credited(tx, [line.id]).get(line.id, 0) == line.amount_cents:
        return None
    return credit(tx, line.invoice_id, [Credit(line)], reason)


def credit(tx: Tx, invoice_id: int, credits: Sequence[Credit], reason: str) -> CreditNote | None:
    """Write one credit note about one invoice. The money on the ledger is the caller's to move.

    Each line must be locked by the caller. None for an invoice that was sent before documents were kept. Refused:
    credit_more_than_left (left_cents), nothing_to_credit.
    """
    original = document_of(tx, invoice_id)
    if original is None:
        return None
    before = credited(tx, [one.line.id for one in credits])
    parts = [_part(one, before.get(one.line.id, 0)) for one in credits]
    if not parts:
        raise Refused("nothing_to_credit", None)
    invoice = tx.session.scalars(select(Invoice).where(Invoice.id == invoice_id)).one()
    note = CreditNote(
        organiser_id=invoice.organiser_id,
        number=_number(tx, invoice),
        invoice_id=invoice_id,
        provider_id=invoice.provider_id,
        total_cents=sum(part.gross_cents for part in parts),
        reason=reason,
        made_by=tx.actor.account_id,
        made_at=tx.now,
    )
    tx.session.add(note)
    tx.session.flush()
    for one, part in zip(credits, parts, strict=True):
        tx.session.add(
            CreditNoteLine(organiser_id=note.organiser_id, credit_note_id=note.id, line_id=one.line.id,
                           amount_cents=part.gross_cents, net_cents=part.net_cents, vat_cents=part.vat_cents)
        )  # fmt: skip
    numbers = {one.line.number: part for one, part in zip(credits, parts, strict=True)}
    freeze_credit(tx, _document(tx, original, note, numbers), invoice, note.id)
    tx.audit("invoice.credit", "credit_note", note.id, number=note.number, invoice=invoice.number,
             cents=note.total_cents)  # fmt: skip
    return note


def _part(one: Credit, before: int) -> Part:
    left = one.line.amount_cents - before
    cents = left if one.cents is None else one.cents
    if cents <= 0 or left == 0:
        raise Refused("nothing_to_credit", "amount")
    if cents > left:
        raise Refused("credit_more_than_left", "amount", left_cents=left)
    return share_of(part_of(one.line), cents, before)


def _number(tx: Tx, invoice: Invoice) -> str:
    company = invoice.number.split("-")[0]
    running = next_of_provider(tx.session, invoice.provider_id, "credit_note", tx.today.year)
    return f"{company}-{tx.today.year}-C{running:04d}"


def _document(tx: Tx, original: Document, note: CreditNote, parts: dict[int, Part]) -> Document:
    """The original's lines with what is taken back of each, between the same parties as then."""
    return replace(
        original,
        kind=Kind.CREDIT_NOTE,
        number=note.number,
        issued_at=tx.now,
        issued_on=tx.today,
        due_on=tx.today,
        lines=tuple(
            replace(line, part=parts[line.number]) for line in original.lines if line.number in parts
        ),
        original=Original(original.number, original.issued_on),
    )
