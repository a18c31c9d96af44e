"""Where a provider's money is, at every moment, and why: its invoices, each line's way, what came back, what it owes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_invoices
from marketplace.models.events import Event, Milestone, Objection
from marketplace.models.invoices import Invoice, InvoiceLine, LineMove, Payment, PaymentBatch
from marketplace.models.people import Account
from marketplace.models.programmes import ServicePackage
from marketplace.models.vouchers import Voucher
from marketplace.period import add_months, month_of
from marketplace.use_cases.billable import Billable, billable
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.einvoice_steps import settings_of
from marketplace.use_cases.einvoices import Papers, papers_of
from marketplace.use_cases.own_company import provider_id_of
from marketplace.use_cases.receivables import owed_by
from marketplace.use_cases.refusals import Missing

PAGE = 25
LINES = 100
STEPS = 5
"""Recorded, checked, approved, at the bank, paid."""

DONE = {"new": 1, "returned": 1, "passed": 2, "approved": 3, "in_batch": 3, "bank_returned": 3, "sent": 4, "paid": 5}
"""How many of the five steps a line has behind it."""

OF_BONUS = frozenset({"price_of_terms", "payee", "result_shown"})
"""The checks that say something about a bonus; the last one says nothing about an event."""

BY_ITSELF = frozenset({"pass", "bounce_back", "withdraw"})
"""Moves that follow from a check or from another move; nobody's name stands at them."""


@dataclass(frozen=True)
class InvoiceRow:
    """One invoice as a whole. `state`: that of the line that is furthest behind, among those that go on; `returned` when
    none does. `pay_on`: the day of its newest payment batch; `paid_on`: when the last of its money came. `late`: the
    promised day has passed and not all is paid."""

    id: int
    number: str
    month: date
    sent_at: datetime
    due_on: date
    lines: int
    returned: int
    total_cents: int
    state: str
    done: int
    pay_on: date | None
    paid_on: date | None
    late: bool


@dataclass(frozen=True)
class LineStep:
    """One step of a line's way. `who` is None where a check or another step moved it."""

    move: str
    at: datetime
    who: str | None
    reason: str


@dataclass(frozen=True)
class CheckRow:
    code: str
    ok: bool


@dataclass(frozen=True)
class LineRow:
    """One line. Exactly one of `event_id` and `milestone` is set. `open_return`: it came back and nothing has been done
    about it yet. `objection_id`: the objection that stopped it, while it is open."""

    id: int
    invoice_id: int
    invoice_number: str
    number: int
    voucher_number: str
    voucher_id: int
    event_id: int | None
    milestone: int | None
    kind: str
    day: date
    unit: str
    quantity_hundredths: int
    amount_cents: int
    state: str
    done: int
    return_code: str | None
    return_reason: str | None
    open_return: bool
    objection_id: int | None
    pay_on: date | None
    paid_on: date | None
    checks: tuple[CheckRow, ...]
    steps: tuple[LineStep, ...]


@dataclass(frozen=True)
class InvoicePage:
    row: InvoiceRow
    iban: str
    reference: str
    sender: str
    lines: tuple[LineRow, ...]
    page: int
    pages: int
    papers: Papers


@dataclass(frozen=True)
class InvoiceList:
    """`owed_cents`: what the company owes after reversals of paid events; it is taken off the next payments."""

    rows: tuple[InvoiceRow, ...]
    total: int
    page: int
    pages: int
    owed_cents: int
    to_mend: tuple[LineRow, ...]


@dataclass(frozen=True)
class Draft:
    """The month's invoice if it were sent now. `lines` would go; `waiting` came back before and still have to be mended."""

    month: date
    lines: tuple[Billable, ...]
    waiting: tuple[Billable, ...]
    owed_cents: int
    this_month: date
    last_month: date
    month_over: bool
    reference_form: str  # the form of the reference that the organiser asks for on each invoice; '' when it asks for none

    @property
    def passing(self) -> tuple[Billable, ...]:
        return tuple(line for line in self.lines if line.fault is None)

    @property
    def total_cents(self) -> int:
        return sum(line.amount_cents for line in self.passing)


def invoice_list(desk: Desk, actor: Actor, page: int = 1, most: int = PAGE) -> InvoiceList:
    """The company's invoices, newest first, with what came back and waits to be mended."""
    with desk.reading(actor, Action.SEE_OWN_INVOICES) as tx:
        page = max(page, 1)
        total = tx.session.scalars(select(func.count()).select_from(Invoice).where(visible_invoices(tx.actor))).one()
        found = tx.session.execute(
            invoices_seen(tx).order_by(Invoice.sent_at.desc(), Invoice.id.desc()).limit(most).offset((page - 1) * most)
        )
        rows = tuple(invoice_row(row) for row in found)
        return InvoiceList(rows, total, page, -(-total // most), _owed(tx), tuple(to_mend(tx)))


def invoice_page(desk: Desk, actor: Actor, invoice_id: int, page: int = 1) -> InvoicePage:
    """One invoice with every line's way. Missing for a stranger's."""
    with desk.reading(actor, Action.SEE_OWN_INVOICES) as tx:
        found = tx.session.execute(invoices_seen(tx).where(Invoice.id == invoice_id)).one_or_none()
        if found is None:
            raise Missing("invoice")
        row = invoice_row(found)
        pages = max(-(-row.lines // LINES), 1)
        page = min(max(page, 1), pages)
        query = lines_seen(tx).where(InvoiceLine.invoice_id == invoice_id).order_by(InvoiceLine.number)
        lines = tx.session.execute(query.limit(LINES).offset((page - 1) * LINES)).all()
        sender = tx.session.scalars(select(Account.name).where(Account.id == found.Invoice.sent_by)).one()
        _say_read(tx, "invoice", invoice_id, lines)
        return InvoicePage(
            row, found.Invoice.iban, found.Invoice.reference, sender, tuple(with_steps(tx, lines)), page, pages,
            papers_of(tx, invoice_id),
        )  # fmt: skip


def draft_page(desk: Desk, actor: Actor, month: date | None) -> Draft:
    """What the month's invoice would hold (the last month's, when none is named), each line with what was checked."""
    with desk.reading(actor, Action.SEND_INVOICE) as tx:
        this = month_of(tx.today).first
        before = add_months(this, -1)
        period = month_of(month or before)
        lines = billable(tx, provider_id_of(tx), period)
        settings = settings_of(tx)
        clients = select(Voucher.client_id).where(Voucher.id.in_({line.voucher_id for line in lines}))
        tx.audit("client.read", "invoice_draft", None, clients=tuple(tx.session.scalars(clients)))
        return Draft(
            month=period.first,
            lines=tuple(line for line in lines if not line.told),
            waiting=tuple(line for line in lines if line.told),
            owed_cents=_owed(tx),
            this_month=this,
            last_month=before,
            month_over=tx.today > period.last,
            reference_form=settings.reference_form if not settings.reference else "",
        )


def to_mend(tx: Tx) -> list[LineRow]:
    """The company's lines that came back and for which nothing has been done yet: neither is the event reversed or
    contested, nor is it on a later invoice."""
    rows = tx.session.execute(
        lines_seen(tx).where(_open_return()).order_by(InvoiceLine.invoice_id.desc(), InvoiceLine.number).limit(LINES)
    ).all()
    return with_steps(tx, rows)


def mend_count(tx: Tx) -> int:
    """How many lines `to_mend` has."""
    query = (
        select(func.count())
        .select_from(InvoiceLine)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .outerjoin(Event, Event.id == InvoiceLine.event_id)
        .outerjoin(Milestone, Milestone.id == InvoiceLine.milestone_id)
        .where(visible_invoices(tx.actor), _open_return())
    )
    return tx.session.scalars(query).one()


def _owed(tx: Tx) -> int:
    return sum(owed_by(tx, provider_id_of(tx)).values())


def _open_return() -> ColumnElement[bool]:
    other = InvoiceLine.__table__.alias("later_line")
    same = or_(other.c.event_id == InvoiceLine.event_id, other.c.milestone_id == InvoiceLine.milestone_id)
    later = exists(select(other.c.id).where(same, other.c.id > InvoiceLine.id))
    stands = or_(Event.state == "recorded", Milestone.state == "matured")
    return and_(InvoiceLine.state == "returned", stands, ~later)


def invoices_seen(tx: Tx) -> Select[*tuple[Any, ...]]:
    going = InvoiceLine.state != "returned"
    per_state = [
        func.count().filter(InvoiceLine.state == state).label(f"in_{state}")
        for state in ("new", "passed", "approved", "in_batch", "bank_returned", "sent", "paid")
    ]
    return (
        select(
            Invoice,
            func.count(InvoiceLine.id).label("lines"),
            func.count(InvoiceLine.id).filter(InvoiceLine.state == "returned").label("returned"),
            func.coalesce(func.sum(InvoiceLine.amount_cents).filter(going), 0).label("cents"),
            (Invoice.due_on < tx.today).label("overdue"),
            func.max(PaymentBatch.pay_on).label("pay_on"),
            func.max(Payment.confirmed_on).filter(Payment.state == "paid").label("paid_on"),
            *per_state,
        )
        .join(InvoiceLine, InvoiceLine.invoice_id == Invoice.id)
        .outerjoin(Payment, Payment.id == InvoiceLine.payment_id)
        .outerjoin(PaymentBatch, PaymentBatch.id == Payment.batch_id)
        .where(visible_invoices(tx.actor))
        .group_by(Invoice.id)
    )


def invoice_row(found: Row[*tuple[Any, ...]]) -> InvoiceRow:
    behind = ("new", "passed", "bank_returned", "approved", "in_batch", "sent", "paid")
    state = next((one for one in behind if getattr(found, f"in_{one}")), "returned")
    invoice: Invoice = found.Invoice
    return InvoiceRow(
        id=invoice.id,
        number=invoice.number,
        month=invoice.month,
        sent_at=invoice.sent_at,
        due_on=invoice.due_on,
        lines=found.lines,
        returned=found.returned,
        total_cents=int(found.cents),
        state=state,
        done=DONE[state],
        pay_on=found.pay_on,
        paid_on=found.paid_on,
        late=found.overdue and state not in ("paid", "returned"),
    )


def lines_seen(tx: Tx) -> Select[*tuple[Any, ...]]:
    open_objection = and_(Objection.event_id == Event.id, Objection.state.in_(("open", "answered")))
    return (
        select(
            InvoiceLine,
            Invoice.number.label("invoice_number"),
            Invoice.sent_at,
            Account.name.label("sender"),
            Voucher.number.label("voucher_number"),
            Voucher.client_id,
            ServicePackage.unit,
            Event.kind,
            Milestone.number.label("milestone"),
            Objection.id.label("objection_id"),
            PaymentBatch.pay_on,
            Payment.confirmed_on,
            _open_return().label("open_return"),
        )
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .join(Account, Account.id == Invoice.sent_by)
        .join(Voucher, Voucher.id == InvoiceLine.voucher_id)
        .join(ServicePackage, ServicePackage.id == Voucher.package_id)
        .outerjoin(Event, Event.id == InvoiceLine.event_id)
        .outerjoin(Milestone, Milestone.id == InvoiceLine.milestone_id)
        .outerjoin(Objection, open_objection)
        .outerjoin(Payment, Payment.id == InvoiceLine.payment_id)
        .outerjoin(PaymentBatch, PaymentBatch.id == Payment.batch_id)
        .where(visible_invoices(tx.actor))
    )


def with_steps(tx: Tx, found: Sequence[Row[*tuple[Any, ...]]]) -> list[LineRow]:
    """The lines, each with its whole way: recorded by whom, sent by whom, and every move since."""
    recorded = _recorded(tx, [row.InvoiceLine for row in found])
    moves: dict[int, list[LineStep]] = defaultdict(list)
    query = (
        select(LineMove, Account.name)
        .outerjoin(Account, Account.id == LineMove.actor_id)
        .where(LineMove.line_id.in_([row.InvoiceLine.id for row in found]))
        .order_by(LineMove.id)
    )
    for move, name in tx.session.execute(query) if found else ():
        who = None if move.move in BY_ITSELF else name
        moves[move.line_id].append(LineStep(move.move, move.at, who, _reason(move.move, move.reason)))
    rows = []
    for row in found:
        line: InvoiceLine = row.InvoiceLine
        first = [LineStep("recorded", at, name, "") for at, name in recorded.get(line.id, ())]
        sent = LineStep("sent_in", row.sent_at, row.sender, "")
        rows.append(_line_row(row, (*first, sent, *moves[line.id])))
    return rows


def _recorded(tx: Tx, lines: Iterable[InvoiceLine]) -> dict[int, tuple[tuple[datetime, str | None], ...]]:
    """When and by whom what each line bills was recorded; a bonus becomes due by its date, by nobody."""
    events = {line.event_id: line.id for line in lines if line.event_id is not None}
    marks = {line.milestone_id: line.id for line in lines if line.milestone_id is not None}
    found: dict[int, tuple[tuple[datetime, str | None], ...]] = {}
    if events:
        query = select(Event.id, Event.recorded_at, Account.name).join(Account, Account.id == Event.coach_id)
        for event_id, at, name in tx.session.execute(query.where(Event.id.in_(events))):
            found[events[event_id]] = ((at, name),)
    if marks:
        for mark in tx.session.scalars(select(Milestone).where(Milestone.id.in_(marks))):
            found[marks[mark.id]] = ((mark.settled_at, None),) if mark.settled_at else ()
    return found


def _reason(move: str, reason: str) -> str:
    """The reason as far as a person wrote it: a check's code stands at the line in words of its own."""
    coded = move == "bounce_back" or reason == "contested" or reason.startswith("netted:")
    return "" if coded else reason


def _line_row(row: Row[*tuple[Any, ...]], steps: tuple[LineStep, ...]) -> LineRow:
    line: InvoiceLine = row.InvoiceLine
    return LineRow(
        id=line.id,
        invoice_id=line.invoice_id,
        invoice_number=row.invoice_number,
        number=line.number,
        voucher_number=row.voucher_number,
        voucher_id=line.voucher_id,
        event_id=line.event_id,
        milestone=row.milestone,
        kind=row.kind or "bonus",
        day=line.day,
        unit=row.unit,
        quantity_hundredths=line.quantity_hundredths,
        amount_cents=line.amount_cents,
        state=line.state,
        done=DONE[line.state],
        return_code=line.return_code,
        return_reason=line.return_reason,
        open_return=bool(row.open_return),
        objection_id=row.objection_id,
        pay_on=row.pay_on,
        paid_on=row.confirmed_on if line.state == "paid" else None,
        checks=_checks(line),
        steps=steps,
    )


def _checks(line: InvoiceLine) -> tuple[CheckRow, ...]:
    """What was looked at: the checks that concern this kind of line, and any that did not hold."""
    bonus = line.milestone_id is not None
    rows = [CheckRow(check["code"], check["ok"]) for check in line.checks["checks"]]
    return tuple(row for row in rows if not row.ok or (row.code in OF_BONUS if bonus else row.code != "result_shown"))


def _say_read(tx: Tx, subject: str, subject_id: int, lines: Sequence[Row[*tuple[Any, ...]]]) -> None:
    tx.audit("client.read", subject, subject_id, clients=tuple({row.client_id for row in lines}))
