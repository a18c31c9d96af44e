"""Short ways for the tests of settling: an event, its payment, an objection, an outcome; and whether the books are clean."""

from datetime import timedelta

from sqlalchemy import func, select

from marketplace.access.actor import system
from marketplace.ledger.accounts import position
from marketplace.models.budgets import balances
from marketplace.models.events import Event, Outcome
from marketplace.models.invoices import InvoiceLine, Payment
from marketplace.models.ledger_rows import LedgerLine
from marketplace.models.programmes import Budget
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.approve_lines import ApproveOrder, approve_lines
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.object_to_event import ObjectionOrder, object_to_event
from marketplace.use_cases.pay import (
    BatchOrder,
    ConfirmPayment,
    approve_batch,
    confirm_payment,
    make_batch,
    send_batch,
)
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.send_invoice import InvoiceOrder, send_invoice
from marketplace.use_cases.verify_ledger import verify_ledger
from tests.makers import Running, World, opened


def event(desk: Desk, run: Running, quantity: int = 200) -> int:
    """A delivery of today: 2 hours, 106 euros."""
    order = EventOrder(run.voucher_id, "delivered", desk.clock.today(), quantity)
    return record_event(desk, run.company.coach, order).event_id


def objection(desk: Desk, run: Running, event_id: int) -> int:
    return object_to_event(desk, run.holder.actor, ObjectionOrder(event_id, "En ollut paikalla.")).objection_id


def bill(desk: Desk, run: Running) -> None:
    send_invoice(desk, run.company.manager, InvoiceOrder(desk.clock.today()))


def approve(desk: Desk, run: Running) -> None:
    with opened(desk, run.world.finance) as tx:
        rows = tx.session.execute(
            select(InvoiceLine.invoice_id, InvoiceLine.id).where(InvoiceLine.state == "passed")
        ).all()
    approve_lines(desk, run.world.finance, ApproveOrder(rows[0][0], tuple(row[1] for row in rows)))


def send(desk: Desk, run: Running) -> int:
    """Everything approved goes to the bank; returns the payment's id."""
    w = run.world
    batch_id = make_batch(desk, w.finance, BatchOrder(desk.clock.today() + timedelta(days=1)))
    approve_batch(desk, w.other_finance, batch_id)
    send_batch(desk, w.finance, batch_id)
    with opened(desk, w.finance) as tx:
        return tx.session.scalars(select(func.max(Payment.id))).one()


def pay(desk: Desk, run: Running) -> None:
    bill(desk, run)
    approve(desk, run)
    confirm_payment(desk, run.world.finance, ConfirmPayment(send(desk, run), desk.clock.today(), "Tiliote"))


def outcome(desk: Desk, run: Running, *, started: int = 0, employer: str | None = None, hours: int = 3_000,
            ends: int | None = None) -> int:  # fmt: skip
    """A reported job that began `started` days ago (and ends `ends` days from now)."""
    with opened(desk, run.company.coach) as tx:
        assert run.company.coach.account_id is not None
        made = Outcome(
            organiser_id=run.world.organiser_id,
            voucher_id=run.voucher_id,
            client_id=run.holder.client_id,
            provider_id=run.company.provider_id,
            kind="employment",
            employer="Kahvila Kanerva Oy",
            employer_business_id=employer,
            contract="permanent",
            subsidised=False,
            starts_on=tx.today - timedelta(days=started),
            ends_on=None if ends is None else tx.today + timedelta(days=ends),
            weekly_hours_hundredths=hours,
            state="reported",
            reported_by=run.company.coach.account_id,
            reported_at=tx.now,
        )
        tx.session.add(made)
        tx.session.flush()
        return made.id


def voucher_of(desk: Desk, run: Running) -> Voucher:
    with opened(desk, run.world.caseworker) as tx:
        return tx.session.get_one(Voucher, run.voucher_id)


def event_state(desk: Desk, run: Running, event_id: int) -> str:
    with opened(desk, run.world.caseworker) as tx:
        return tx.session.get_one(Event, event_id).state


def free(desk: Desk, w: World, year: int | None = None) -> int:
    """Free cents of a year's budget (this year's unless told otherwise)."""
    with opened(desk, w.finance) as tx:
        return tx.session.scalars(select(Budget.free_cents).where(Budget.year == (year or tx.today.year))).one()


def stands(desk: Desk, w: World, account: str) -> int:
    """Cents on an account, over all years."""
    with opened(desk, w.finance) as tx:
        total = tx.session.scalar(select(func.sum(LedgerLine.cents)).where(LedgerLine.account == account))
        return int(total or 0)


def faults(desk: Desk, w: World) -> list[str]:
    """What the verification of the ledger finds, and whether each year's budget adds up."""
    with opened(desk, w.auditor) as tx:
        found = [f"{finding.code}: {finding.message}" for finding in verify_ledger(tx.session, w.organiser_id).findings]
        return found + [str(books) for books, rows in balances(tx.session).items() if not position(rows).holds]


def worker(w: World):  # type: ignore[no-untyped-def]
    return system(w.organiser_id)
