"""The verifications: clean on what the use cases made, and loud about every kind of tampering."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from marketplace.clock import SetClock
from marketplace.use_cases.approve_lines import ApproveOrder, approve_lines
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.pay import (
    BatchOrder,
    ConfirmPayment,
    ReturnPayment,
    approve_batch,
    confirm_payment,
    make_batch,
    return_payment,
    send_batch,
)
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.seal_audit import seal_audit
from marketplace.use_cases.send_invoice import InvoiceOrder, send_invoice
from marketplace.use_cases.verify_audit import verify_audit
from marketplace.use_cases.verify_ledger import verify_ledger
from marketplace.use_cases.verify_orders import log_bytes, verify_orders
from tests.conftest import Database
from tests.makers import Running, active_voucher, opened
from tests.verifier import second


def lines_of(desk: Desk, run: Running, invoice_id: int) -> tuple[int, ...]:
    with opened(desk, run.world.finance) as tx:
        rows = tx.session.execute(text("select id from invoice_line where invoice_id = :i"), {"i": invoice_id})
        return tuple(row[0] for row in rows)


def payment_of(desk: Desk, run: Running) -> int:
    with opened(desk, run.world.finance) as tx:
        return int(tx.session.scalar(text("select max(id) from payment")) or 0)


def billed(desk: Desk) -> tuple[Running, int]:
    run = active_voucher(desk)
    record_event(desk, run.company.coach, EventOrder(run.voucher_id, "delivered", desk.clock.today(), 250))
    record_event(desk, run.company.coach, EventOrder(run.voucher_id, "no_show", desk.clock.today(), 100))
    return run, send_invoice(desk, run.company.manager, InvoiceOrder(desk.clock.today())).invoice_id


def check(desk: Desk, run: Running) -> list[str]:
    with opened(desk, run.world.auditor) as tx:
        ledger = verify_ledger(tx.session, run.world.organiser_id)
        orders = verify_orders(tx.session, run.world.organiser_id, tx.today, vault=tx.vault)
        found = [finding.code for finding in (*ledger.findings, *orders.findings)]
        said = second.faults(log_bytes(tx.session, run.world.organiser_id), tx.today)
        assert bool(said) == ("orders_2" in found), said
        return found


def test_the_whole_path_of_money_is_clean_at_every_step(desk: Desk, clock: SetClock) -> None:
    run, invoice_id = billed(desk)
    w = run.world
    assert check(desk, run) == []
    approve_lines(desk, w.finance, ApproveOrder(invoice_id, lines_of(desk, run, invoice_id)))
    batch_id = make_batch(desk, w.finance, BatchOrder(clock.today() + timedelta(days=2)))
    assert check(desk, run) == []
    with pytest.raises(Refused, match="own_batch"):
        approve_batch(desk, w.finance, batch_id)
    approve_batch(desk, w.other_finance, batch_id)
    send_batch(desk, w.finance, batch_id)
    return_payment(desk, w.finance, ReturnPayment(payment_of(desk, run), clock.today(), "AC04"))
    assert check(desk, run) == []
    again = make_batch(desk, w.finance, BatchOrder(clock.today()))
    approve_batch(desk, w.other_finance, again)
    send_batch(desk, w.finance, again)
    confirm_payment(desk, w.finance, ConfirmPayment(payment_of(desk, run), clock.today(), "Tiliote 16.11."))
    assert check(desk, run) == []
    with opened(desk, w.auditor) as tx:
        paid = tx.session.scalar(text("select sum(cents) from ledger_line where account = 'used_paid'"))
        assert paid == 13_250 + 2_650


@pytest.fixture
def made(own_desk: Desk) -> Running:
    run, _ = billed(own_desk)
    seal_audit(own_desk, run.world.organiser_id)
    return run


def tamper(database: Database, statement: str) -> None:
    """As somebody with the owner's password would: the triggers are switched off for it."""
    engine = database.owner()
    with engine.begin() as connection:
        connection.execute(text("set session_replication_role = replica"))
        connection.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("update ledger_line set cents = cents + 1 where id = (select min(id) from ledger_line)", "unbalanced"),
        ("update budget set free_cents = free_cents + 1", "budget_differs"),
        ("update voucher set reserved_service_cents = reserved_service_cents - 1", "reservation_differs"),
        ("update voucher set units_left_hundredths = units_left_hundredths + 1", "units_differ"),
        ("update event set amount_cents = amount_cents + 100", "use_differs"),
        ("update offer_list set units = '{uaaaa}'", "kept_list_differs"),
        ("update approval set state = 'suspended'", "registry_differs"),
        ("update order_log_line set line = replace(line, 'valmennus', 'valmennuz') where type = 'list'", "orders_2"),
    ],
)
def test_tampering_is_found(own_desk: Desk, own_database: Database, made: Running, statement: str, code: str) -> None:
    assert check(own_desk, made) == []
    tamper(own_database, statement)
    found = check(own_desk, made)
    assert code in found or (code == "unbalanced" and any("balance" in item for item in found)), found


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("update audit_event set reason = 'other' where id = (select min(event_id) from audit_seal)", "rows_changed"),
        ("delete from audit_event where id = (select min(event_id) from audit_seal)", "rows_missing"),
        ("update audit_block set prev = repeat('1', 64)", "chain_broken"),
    ],
)
def test_a_changed_audit_is_found(
    own_desk: Desk, own_database: Database, made: Running, statement: str, code: str
) -> None:
    organiser_id = made.world.organiser_id
    with opened(own_desk, made.world.auditor) as tx:
        whole = verify_audit(tx.session, organiser_id)
    assert whole.clean
    assert whole.looked_at["rows not sealed yet"] == 0
    tamper(own_database, statement)
    with opened(own_desk, made.world.auditor) as tx:
        assert code in [finding.code for finding in verify_audit(tx.session, organiser_id).findings]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("update payment set lines_cents = lines_cents + 1, amount_cents = amount_cents + 1", "payment_differs"),
        ("update invoice_line set payment_id = null where id = (select min(id) from invoice_line)", "payment_differs"),
        ("update payment set netted_cents = 100, amount_cents = amount_cents - 100", "netting_differs"),
        ("update invoice_line set state = 'paid' where id = (select min(id) from invoice_line)", "use_differs"),
        ("update ledger_entry set budget_year = 2025 where recipe = 'send'", "budget_differs"),
    ],
)
def test_a_changed_payment_is_found(
    own_desk: Desk, own_database: Database, made: Running, statement: str, code: str
) -> None:
    w, today = made.world, own_desk.clock.today()
    with opened(own_desk, w.finance) as tx:
        invoice_id = int(tx.session.scalar(text("select max(id) from invoice")) or 0)
    approve_lines(own_desk, w.finance, ApproveOrder(invoice_id, lines_of(own_desk, made, invoice_id)))
    batch_id = make_batch(own_desk, w.finance, BatchOrder(today))
    approve_batch(own_desk, w.other_finance, batch_id)
    send_batch(own_desk, w.finance, batch_id)
    assert check(own_desk, made) == []
    tamper(own_database, statement)
    assert code in check(own_desk, made)
