"""What the pages about invoices read for finance and auditors: the list with its filters, and one invoice line by line.

People are voucher numbers here. Reading the lines of an invoice is said to the audit all the same: each is somebody's visit.
"""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select

from marketplace.access.actions import Action, may
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_invoices
from marketplace.models.events import Event
from marketplace.models.invoices import Invoice, InvoiceLine
from marketplace.models.people import Account
from marketplace.models.providers import Provider
from marketplace.period import month_of
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.einvoices import Papers, papers_of
from marketplace.use_cases.invoice_pages import InvoiceRow, LineRow, invoice_row, invoices_seen, lines_seen, with_steps
from marketplace.use_cases.refusals import Missing

PAGE = 25
LINES = 100


def _some(*states: str) -> ColumnElement[bool]:
    return func.count().filter(InvoiceLine.state.in_(states)) > 0


def _all_paid() -> ColumnElement[bool]:
    others = func.count().filter(InvoiceLine.state.not_in(("paid", "returned")))
    return (others == 0) & _some("paid")


STATES: dict[str, ColumnElement[bool]] = {
    "to_approve": _some("passed"),
    "to_pay": _some("approved", "bank_returned"),
    "on_the_way": _some("in_batch", "sent"),
    "paid": _all_paid(),
    "returned": _some("returned"),
}
"""The filter "where the money is": which invoices have a line there."""


@dataclass(frozen=True)
class InvoiceFilter:
    """`state`: a key of STATES or empty; `month`: any day of it; `page` from 1 on."""

    state: str = ""
    month: date | None = None
    provider_id: int | None = None
    page: int = 1


@dataclass(frozen=True)
class FinanceInvoice:
    row: InvoiceRow
    provider: str
    to_approve: int
    to_approve_cents: int


@dataclass(frozen=True)
class FinanceInvoices:
    """`months` and `providers`: what can be filtered by."""

    rows: tuple[FinanceInvoice, ...]
    total: int
    page: int
    pages: int
    months: tuple[date, ...]
    providers: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class FinanceInvoicePage:
    """One invoice. `contested`: ids of lines whose event the client objects to while the money is already on its way.
    `account_now`: the provider's account number now, where it is another than the invoice's."""

    row: InvoiceRow
    provider_id: int
    provider: str
    business_id: str
    iban: str
    account_now: str | None
    reference: str
    sender: str
    lines: tuple[LineRow, ...]
    contested: frozenset[int]
    to_approve: int
    to_approve_cents: int
    page: int
    pages: int
    may_approve: bool
    papers: Papers


def finance_invoices(desk: Desk, actor: Actor, wanted: InvoiceFilter) -> FinanceInvoices:
    """The organiser's invoices, newest first, one query a page (and two for what can be filtered by)."""
    with desk.reading(actor, Action.SEE_INVOICES) as tx:
        page = max(wanted.page, 1)
        query = _filtered(tx, wanted).order_by(Invoice.sent_at.desc(), Invoice.id.desc())
        found = tx.session.execute(query.limit(PAGE).offset((page - 1) * PAGE)).all()
        if not found and page > 1:
            return finance_invoices(desk, actor, replace(wanted, page=1))
        total = found[0].found if found else 0
        mine = select(Invoice.month).where(visible_invoices(tx.actor))
        months = tx.session.scalars(mine.distinct().order_by(Invoice.month.desc())).all()
        providers = tx.session.execute(
            select(Provider.id, Provider.name)
            .where(Provider.id.in_(select(Invoice.provider_id).where(visible_invoices(tx.actor))))
            .order_by(Provider.name)
        )
        rows = tuple(
            FinanceInvoice(invoice_row(row), row.provider, row.in_passed, int(row.passed_cents)) for row in found
        )
        return FinanceInvoices(rows, total, page, max(-(-total // PAGE), 1), tuple(months), tuple(providers))


def finance_invoice(desk: Desk, actor: Actor, invoice_id: int, page: int = 1) -> FinanceInvoicePage:
    """One invoice with each line's checks and way. Missing for another organiser's."""
    with desk.reading(actor, Action.SEE_INVOICES) as tx:
        found = tx.session.execute(_filtered(tx, InvoiceFilter()).where(Invoice.id == invoice_id)).one_or_none()
        if found is None:
            raise Missing("invoice")
        invoice: Invoice = found.Invoice
        row = invoice_row(found)
        pages = max(-(-row.lines // LINES), 1)
        page = min(max(page, 1), pages)
        query = lines_seen(tx).where(InvoiceLine.invoice_id == invoice_id).order_by(InvoiceLine.number)
        lines = tx.session.execute(query.limit(LINES).offset((page - 1) * LINES)).all()
        contested = tx.session.scalars(
            select(InvoiceLine.id)
            .join(Event, Event.id == InvoiceLine.event_id)
            .where(InvoiceLine.invoice_id == invoice_id, InvoiceLine.state != "returned", Event.state == "objected")
        )
        provider = tx.session.get_one(Provider, invoice.provider_id)
        sender = tx.session.scalars(select(Account.name).where(Account.id == invoice.sent_by)).one()
        tx.audit("client.read", "invoice", invoice_id, clients=tuple({line.client_id for line in lines}))
        return FinanceInvoicePage(
            row=row,
            provider_id=provider.id,
            provider=provider.name,
            business_id=provider.business_id,
            iban=invoice.iban,
            account_now=provider.iban if provider.iban != invoice.iban else None,
            reference=invoice.reference,
            sender=sender,
            lines=tuple(with_steps(tx, lines)),
            contested=frozenset(contested),
            to_approve=found.in_passed,
            to_approve_cents=int(found.passed_cents),
            page=page,
            pages=pages,
            may_approve=may(actor.role, Action.APPROVE_LINES),
            papers=papers_of(tx, invoice_id),
        )


def finance_line(desk: Desk, actor: Actor, line_id: int) -> LineRow:
    """One line. Missing for another organiser's."""
    with desk.reading(actor, Action.SEE_INVOICES) as tx:
        lines = tx.session.execute(lines_seen(tx).where(InvoiceLine.id == line_id)).all()
        if not lines:
            raise Missing("line")
        tx.audit("client.read", "invoice", lines[0].InvoiceLine.invoice_id, clients=(lines[0].client_id,))
        return with_steps(tx, lines)[0]


def _filtered(tx: Tx, wanted: InvoiceFilter) -> Select[*tuple[object, ...]]:
    passed = func.sum(InvoiceLine.amount_cents).filter(InvoiceLine.state == "passed")
    query = (
        invoices_seen(tx)
        .add_columns(
            Provider.name.label("provider"),
            func.coalesce(passed, 0).label("passed_cents"),
            func.count().over().label("found"),
        )
        .join(Provider, Provider.id == Invoice.provider_id)
        .group_by(Provider.name)
    )
    if wanted.month is not None:
        query = query.where(Invoice.month == month_of(wanted.month).first)
    if wanted.provider_id is not None:
        query = query.where(Invoice.provider_id == wanted.provider_id)
    if wanted.state in STATES:
        query = query.having(STATES[wanted.state])
    return query
