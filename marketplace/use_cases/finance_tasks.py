"""What waits for finance today, and the page of the year's end."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.invoices import Invoice, InvoiceLine, Payment, PaymentBatch
from marketplace.models.programmes import Budget, Programme
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.bank_pages import open_rows, stuck_files
from marketplace.use_cases.carry_over import goes_on
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.pay import WAITING
from marketplace.use_cases.payment_steps import AT_BANK, contested


@dataclass(frozen=True)
class WaitingMoney:
    """`things`: invoices, or providers; `due_on`: the earliest day by which it must be on the payee's account."""

    things: int
    cents: int
    due_on: date | None


@dataclass(frozen=True)
class WaitingBatch:
    """`state`: draft or approved, or sent or acknowledged while the bank has not answered for every payment (`payments`
    of them)."""

    batch_id: int
    number: str
    state: str
    pay_on: date
    mine: bool
    payments: int
    cents: int


@dataclass(frozen=True)
class YearEnd:
    """A programme's year with open vouchers whose money stands there. `over`: the year is, so the decision can be made."""

    programme_id: int
    name: dict[str, str]
    year: int
    vouchers: int
    service_cents: int
    bonus_cents: int
    decision: str | None
    over: bool


@dataclass(frozen=True)
class FinanceToday:
    to_approve: WaitingMoney
    to_pay: WaitingMoney
    batches: tuple[WaitingBatch, ...]
    year_ends: tuple[YearEnd, ...]
    open_rows: int
    stuck_files: int
    today: date


def finance_today(desk: Desk, actor: Actor) -> FinanceToday:
    """Everything that waits for this person, in six queries."""
    with desk.reading(actor, Action.SEE_INVOICES) as tx:
        return FinanceToday(
            to_approve=_money(tx, "passed"),
            to_pay=_money(tx, *WAITING),
            batches=_batches(tx),
            year_ends=tuple(one for one in _year_ends(tx) if one.over and one.vouchers),
            open_rows=open_rows(tx),
            stuck_files=stuck_files(tx),
            today=tx.today,
        )


def year_ends(desk: Desk, actor: Actor) -> tuple[YearEnd, ...]:
    """Every programme's years up to this one: what would move, what has been decided. Newest first."""
    with desk.reading(actor, Action.SEE_BUDGET) as tx:
        return _year_ends(tx)


def _money(tx: Tx, *states: str) -> WaitingMoney:
    approving = states == ("passed",)
    row = tx.session.execute(
        select(
            func.count((Invoice.id if approving else InvoiceLine.provider_id).distinct()),
            func.coalesce(func.sum(InvoiceLine.amount_cents), 0),
            func.min(Invoice.due_on),
        )
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(InvoiceLine.organiser_id == tx.organiser_id, InvoiceLine.state.in_(states), ~contested())
    ).one()
    return WaitingMoney(row[0], int(row[1]), row[2])


def _batches(tx: Tx) -> tuple[WaitingBatch, ...]:
    rows = tx.session.execute(
        select(
            PaymentBatch,
            func.count(Payment.id),
            func.coalesce(func.sum(Payment.amount_cents), 0),
        )
        .join(Payment, (Payment.batch_id == PaymentBatch.id) & Payment.state.in_(("in_batch", "sent")))
        .where(PaymentBatch.organiser_id == tx.organiser_id, PaymentBatch.state.in_(("draft", "approved", *AT_BANK)))
        .group_by(PaymentBatch.id)
        .order_by(PaymentBatch.pay_on, PaymentBatch.id)
    )
    return tuple(
        WaitingBatch(
            batch.id,
            batch.number,
            batch.state,
            batch.pay_on,
            batch.made_by == tx.actor.account_id,
            payments,
            int(cents),
        )
        for batch, payments, cents in rows
    )


def _year_ends(tx: Tx) -> tuple[YearEnd, ...]:
    standing = (
        select(
            Voucher.programme_id,
            Voucher.reserved_year,
            func.count().label("vouchers"),
            func.sum(Voucher.reserved_service_cents).label("service"),
            func.sum(Voucher.reserved_bonus_cents).label("bonus"),
        )
        .where(Voucher.organiser_id == tx.organiser_id, Voucher.state != "closed", goes_on())
        .group_by(Voucher.programme_id, Voucher.reserved_year)
        .subquery()
    )
    rows = tx.session.execute(
        select(
            Budget.programme_id,
            Programme.name,
            Budget.year,
            func.coalesce(standing.c.vouchers, 0),
            func.coalesce(standing.c.service, 0),
            func.coalesce(standing.c.bonus, 0),
            Budget.carry_over_decision,
        )
        .join(Programme, Programme.id == Budget.programme_id)
        .outerjoin(
            standing, (standing.c.programme_id == Budget.programme_id) & (standing.c.reserved_year == Budget.year)
        )
        .where(Budget.organiser_id == tx.organiser_id, Budget.year <= tx.today.year)
        .order_by(Budget.year.desc(), Budget.programme_id)
    )
    return tuple(
        YearEnd(programme, name, year, vouchers, int(service), int(bonus), decision, year < tx.today.year)
        for programme, name, year, vouchers, service, bonus, decision in rows
    )
