"""What finance's pages about payments read: what waits to be paid, the batches, who owes what, and the year's end."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased
from stdnum import iban

from marketplace.access.actions import Action, may
from marketplace.access.actor import Actor
from marketplace.models.invoices import Invoice, InvoiceLine, Payment, PaymentBatch
from marketplace.models.people import Account
from marketplace.models.providers import Approval, Provider
from marketplace.use_cases.bank_pages import Delivery, batch_delivery, came_back_from
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.pay import WAITING
from marketplace.use_cases.payment_steps import contested
from marketplace.use_cases.receivables import debts, to_net
from marketplace.use_cases.refusals import Missing

PAGE = 20


@dataclass(frozen=True)
class ReadyRow:
    """One provider's approved lines that no batch has yet. `account`: whether it has an account to be paid to;
    `bad_account`: it is the one from which the newest payment came back."""

    provider_id: int
    payee: str
    lines: int
    cents: int
    netted_cents: int
    contested: int
    bank_returned: int
    account: bool
    bad_account: bool

    @property
    def amount_cents(self) -> int:
        return self.cents - self.netted_cents


@dataclass(frozen=True)
class BatchRow:
    id: int
    number: str
    state: str
    pay_on: date
    made_by: str
    made_by_me: bool
    approved_by: str | None
    made_at: datetime
    approved_at: datetime | None
    sent_at: datetime | None
    payments: int
    answered: int
    returned: int
    lines_cents: int
    netted_cents: int
    amount_cents: int


@dataclass(frozen=True)
class Batches:
    ready: tuple[ReadyRow, ...]
    rows: tuple[BatchRow, ...]
    total: int
    page: int
    pages: int
    owed_cents: int
    may_pay: bool
    today: date


@dataclass(frozen=True)
class PaymentRow:
    """One provider's payment. `other_account`: the invoice named another account number than the one that is paid to.
    `netted_whole`: the provider's debt covered all of it, and the bank never saw it."""

    id: int
    provider_id: int
    payee: str
    iban: str
    reference: str
    lines: int
    lines_cents: int
    netted_cents: int
    amount_cents: int
    state: str
    confirmed_on: date | None
    confirmation: str | None
    invoices: tuple[tuple[int, str], ...]
    other_account: bool
    contested: int

    @property
    def netted_whole(self) -> bool:
        return self.amount_cents == 0


@dataclass(frozen=True)
class BatchPage:
    row: BatchRow
    payments: tuple[PaymentRow, ...]
    waiting: int
    contested: int
    may_approve: bool
    may_pay: bool
    today: date
    file: Delivery | None = None


@dataclass(frozen=True)
class OwedRow:
    """What a provider owes. `by_year`: (budget year, cents). `on_list`: it still has an approval, so a payment may come."""

    provider_id: int
    provider: str
    cents: int
    by_year: tuple[tuple[int, int], ...]
    on_list: bool


def batches_page(desk: Desk, actor: Actor, page: int = 1) -> Batches:
    """What would be paid now, and the batches, newest first."""
    with desk.reading(actor, Action.SEE_INVOICES) as tx:
        total = tx.session.scalars(
            select(func.count()).select_from(PaymentBatch).where(PaymentBatch.organiser_id == tx.organiser_id)
        ).one()
        pages = max(-(-total // PAGE), 1)
        page = min(max(page, 1), pages)
        rows = _batch_rows(tx, None, PAGE, (page - 1) * PAGE)
        owed = sum(sum(own.values()) for own in debts(tx).values())
        return Batches(_ready(tx), rows, total, page, pages, owed, may(actor.role, Action.MAKE_BATCH), tx.today)


def batch_page(desk: Desk, actor: Actor, batch_id: int) -> BatchPage:
    """One batch with its payments. Missing for another organiser's."""
    with desk.reading(actor, Action.SEE_INVOICES) as tx:
        rows = _batch_rows(tx, batch_id, 1, 0)
        if not rows:
            raise Missing("batch")
        row = rows[0]
        payments = _payments(tx, batch_id)
        return BatchPage(
            row=row,
            payments=payments,
            waiting=sum(payment.state == "sent" for payment in payments),
            contested=sum(payment.contested for payment in payments),
            may_approve=may(actor.role, Action.APPROVE_BATCH) and not row.made_by_me,
            may_pay=may(actor.role, Action.MAKE_BATCH),
            today=tx.today,
            file=batch_delivery(tx, batch_id),
        )


def payment_page(desk: Desk, actor: Actor, payment_id: int) -> tuple[PaymentRow, BatchRow]:
    """One payment and its batch. Missing for another organiser's."""
    with desk.reading(actor, Action.SEE_INVOICES) as tx:
        batch_id = tx.session.scalar(
            select(Payment.batch_id).where(Payment.id == payment_id, Payment.organiser_id == tx.organiser_id)
        )
        if batch_id is None:
            raise Missing("payment")
        payment = next(one for one in _payments(tx, batch_id) if one.id == payment_id)
        return payment, _batch_rows(tx, batch_id, 1, 0)[0]


def owed_page(desk: Desk, actor: Actor) -> tuple[OwedRow, ...]:
    """Every provider that owes something, the largest debt first."""
    with desk.reading(actor, Action.SEE_INVOICES) as tx:
        found = debts(tx)
        names = tx.session.execute(select(Provider.id, Provider.name).where(Provider.id.in_(found)))
        listed = set(
            tx.session.scalars(
                select(Approval.provider_id).where(
                    Approval.organiser_id == tx.organiser_id,
                    Approval.provider_id.in_(found),
                    Approval.state != "ended",
                )
            )
        )
        rows = []
        for provider_id, name in names:
            years: dict[int, int] = defaultdict(int)
            for (_programme, year), cents in found[provider_id].items():
                years[year] += cents
            rows.append(
                OwedRow(provider_id, name, sum(years.values()), tuple(sorted(years.items())), provider_id in listed)
            )
        return tuple(sorted(rows, key=lambda row: (-row.cents, row.provider)))


def _ready(tx: Tx) -> tuple[ReadyRow, ...]:
    stopped = contested()
    rows = tx.session.execute(
        select(
            Provider.id,
            Provider.name,
            Provider.iban,
            func.count().filter(~stopped).label("lines"),
            func.coalesce(func.sum(InvoiceLine.amount_cents).filter(~stopped), 0).label("cents"),
            func.count().filter(stopped).label("contested"),
            func.count().filter(InvoiceLine.state == "bank_returned").label("bank_returned"),
        )
        .join(Provider, Provider.id == InvoiceLine.provider_id)
        .where(InvoiceLine.organiser_id == tx.organiser_id, InvoiceLine.state.in_(WAITING))
        .group_by(Provider.id, Provider.name, Provider.iban)
        .order_by(Provider.name)
    ).all()
    bad = came_back_from(tx, {row.id for row in rows})
    return tuple(
        ReadyRow(
            row.id, row.name, row.lines, int(row.cents), to_net(tx, row.id, int(row.cents)), row.contested,
            row.bank_returned, iban.is_valid(row.iban or ""), bad.get(row.id) == row.iban,
        )
        for row in rows
    )  # fmt: skip


def _batch_rows(tx: Tx, batch_id: int | None, most: int, skip: int) -> tuple[BatchRow, ...]:
    maker, approver = aliased(Account), aliased(Account)
    query = (
        select(
            PaymentBatch,
            maker.name.label("maker"),
            approver.name.label("approver"),
            func.count(Payment.id).label("payments"),
            func.count(Payment.id).filter(Payment.state.in_(("paid", "returned"))).label("answered"),
            func.count(Payment.id).filter(Payment.state == "returned").label("returned"),
            func.coalesce(func.sum(Payment.lines_cents), 0).label("lines_cents"),
            func.coalesce(func.sum(Payment.netted_cents), 0).label("netted_cents"),
            func.coalesce(func.sum(Payment.amount_cents), 0).label("amount_cents"),
        )
        .join(maker, maker.id == PaymentBatch.made_by)
        .outerjoin(approver, approver.id == PaymentBatch.approved_by)
        .outerjoin(Payment, Payment.batch_id == PaymentBatch.id)
        .where(PaymentBatch.organiser_id == tx.organiser_id)
        .group_by(PaymentBatch.id, maker.name, approver.name)
        .order_by(PaymentBatch.id.desc())
        .limit(most)
        .offset(skip)
    )
    if batch_id is not None:
        query = query.where(PaymentBatch.id == batch_id)
    return tuple(_batch_row(tx, row) for row in tx.session.execute(query))


def _batch_row(tx: Tx, row: Row[*tuple[object, ...]]) -> BatchRow:
    batch: PaymentBatch = row.PaymentBatch
    return BatchRow(
        id=batch.id,
        number=batch.number,
        state=batch.state,
        pay_on=batch.pay_on,
        made_by=row.maker,
        made_by_me=batch.made_by == tx.actor.account_id,
        approved_by=row.approver,
        made_at=batch.made_at,
        approved_at=batch.approved_at,
        sent_at=batch.sent_at,
        payments=row.payments,
        answered=row.answered,
        returned=row.returned,
        lines_cents=int(row.lines_cents),
        netted_cents=int(row.netted_cents),
        amount_cents=int(row.amount_cents),
    )


def _payments(tx: Tx, batch_id: int) -> tuple[PaymentRow, ...]:
    """The batch's payments by payee. A payment that came back, or a cancelled one, has given its lines on."""
    payments = tx.session.scalars(
        select(Payment).where(Payment.batch_id == batch_id).order_by(Payment.payee, Payment.id)
    ).all()
    invoices: dict[int, dict[int, tuple[str, str]]] = defaultdict(dict)
    lines: dict[int, int] = defaultdict(int)
    stopped: dict[int, int] = defaultdict(int)
    for payment_id, invoice_id, number, account, count, contests in tx.session.execute(
        select(
            InvoiceLine.payment_id,
            Invoice.id,
            Invoice.number,
            Invoice.iban,
            func.count(),
            func.count().filter(contested()),
        )
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(InvoiceLine.payment_id.in_([payment.id for payment in payments]))
        .group_by(InvoiceLine.payment_id, Invoice.id, Invoice.number, Invoice.iban)
        .order_by(Invoice.number)
    ):
        invoices[payment_id or 0][invoice_id] = number, account
        lines[payment_id or 0] += count
        stopped[payment_id or 0] += contests
    return tuple(
        PaymentRow(
            payment.id, payment.provider_id, payment.payee, payment.iban, payment.reference, lines[payment.id],
            payment.lines_cents, payment.netted_cents, payment.amount_cents, payment.state, payment.confirmed_on,
            payment.confirmation, tuple((key, number) for key, (number, _) in invoices[payment.id].items()),
            any(account != payment.iban for _, account in invoices[payment.id].values()), stopped[payment.id],
        )
        for payment in payments
    )  # fmt: skip
