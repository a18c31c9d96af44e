"""A thousand payments on their way to the bank and back, with workers that die in between and two of each at once."""

import pickle
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, text

from marketplace.clock import SetClock
from marketplace.integrations.bank import IsoBank
from marketplace.models.bank import BankDelivery, BankRow
from marketplace.models.events import Event
from marketplace.models.invoices import Invoice, InvoiceLine, LineMove, Payment
from marketplace.use_cases.approve_lines import approve_invoice
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.import_camt import CamtFile, import_camt
from tests.concurrency.at_once import at_once, faults
from tests.conftest import Database
from tests.integrations.standin_bank import batch_answer, read_pain
from tests.makers import Running, active_voucher, opened
from tests.use_cases.bank_story import send
from tests.use_cases.money_story import bill, deliver

ROOT = Path(__file__).resolve().parents[2]
PAYMENTS = 1_000
BATCHES = 10
FAR = 1_000_000


def thousand_approved(desk: Desk, database: Database, run: Running) -> None:
    """One delivery billed and approved by the use cases, and its rows copied for so many other payees."""
    (event_id,) = deliver(desk, run, 1)
    approve_invoice(desk, run.world.finance, bill(desk, run))
    engine = database.owner()
    with engine.begin() as rows:
        line_id, invoice_id = rows.execute(select(InvoiceLine.id, InvoiceLine.invoice_id)).one()
        cents = rows.scalars(select(Event.amount_cents).where(Event.id == event_id)).one()
        payee = {"provider_id": f"{FAR} + n"}
        copy(
            rows,
            "provider",
            f"id = {run.company.provider_id}",
            business_id="'T' || n",
            unit="'t' || n",
            name="'Oy ' || n",
        )
        copy(rows, "event", f"id = {event_id}", **payee)
        copy(rows, "invoice", f"id = {invoice_id}", number="'T-' || n", **payee)
        copy(rows, "invoice_line", f"id = {line_id}", invoice_id=f"{FAR} + n", event_id=f"{FAR} + n", **payee)
        copy(rows, "line_move", f"line_id = {line_id}", line_id=f"{FAR} + n")
        event, line = f"event/{event_id}", f"line/{line_id}/"
        key = f"replace(replace(x.key, '{line}', 'line/' || {FAR} + n || '/'), '{event}', 'event/' || {FAR} + n)"
        booked = f"key = '{event}' or key like '{line}%'"
        copy(rows, "ledger_entry", booked, key=key, **payee)
        entries = f"entry_id in (select id from ledger_entry where {booked})"
        copy(rows, "ledger_line", entries, entry_id=f"{FAR} * x.entry_id + n")
        rows.execute(text(
            f"update voucher set units_left_hundredths = units_left_hundredths - {PAYMENTS - 1}, "
            f"reserved_service_cents = reserved_service_cents - {(PAYMENTS - 1) * cents}"
        ))  # fmt: skip
    engine.dispose()


def copy(rows: Connection, table: str, where: str, **changes: str) -> None:
    """Copies of a table's rows, numbered n; a table with several rows for each n keeps them apart by the old id."""
    many = table in ("line_move", "ledger_entry", "ledger_line")
    new = {"id": f"{FAR} * x.id + n" if many else f"{FAR} + n", **changes}
    build = ", ".join(f"'{name}', {value}" for name, value in new.items())
    rows.execute(text(
        f"insert into {table} overriding system value "
        f"select (jsonb_populate_record(x, jsonb_build_object({build}))).* "
        f"from {table} x, generate_series(1, {PAYMENTS - 1}) n where {where}"
    ))  # fmt: skip


def in_batches(desk: Desk, database: Database, run: Running) -> None:
    """All of it sent to the bank in ten batches."""
    engine = database.owner()
    with engine.begin() as rows:
        rows.execute(text("update invoice_line set state = 'passed'"))
    for number in range(BATCHES):
        with engine.begin() as rows:
            rows.execute(
                text("update invoice_line set state = 'approved' where state = 'passed' and id % :batches = :number"),
                {"batches": BATCHES, "number": number},
            )
        send(desk, run.world)
    engine.dispose()


@pytest.mark.slow
def test_a_thousand_payments_none_lost_none_doubled(
    own_database: Database, own_desk: Desk, clock: SetClock, tmp_path: Path
) -> None:
    folder = tmp_path / "bank"
    own_desk.bank = IsoBank(folder)
    run = active_voucher(own_desk)
    thousand_approved(own_desk, own_database, run)
    assert faults(own_desk, run.world.auditor) == []
    in_batches(own_desk, own_database, run)
    taken = carried(own_database, own_desk, clock, run, tmp_path)
    assert Counter(name for name, _content in taken) == Counter({name for name, _content in taken})
    assert len(taken) == BATCHES
    orders = [read_pain(content) for _name, content in taken]
    ids = [one.end_to_end for order in orders for one in order.transfers]
    assert len(ids) == len(set(ids)) == PAYMENTS

    answers = [batch_answer(order, clock.today(), ref=f"A{n}") for n, order in enumerate(orders)]
    people = (run.world.finance, run.world.other_finance)
    for order, answer in zip(orders, answers, strict=True):
        done = at_once([partial(import_camt, own_desk, who, CamtFile("a.xml", answer)) for who in people])
        assert sorted(one.paid for one in done if not isinstance(one, str)) == [0, len(order.transfers)]
    with opened(own_desk, run.world.finance) as tx:
        count = tx.session.scalar
        assert count(select(func.count(Payment.id)).where(Payment.state == "paid")) == PAYMENTS
        assert count(select(func.count(LineMove.id)).where(LineMove.move == "confirm")) == PAYMENTS
        assert count(select(func.count(BankRow.id))) == PAYMENTS
        paid = count(select(func.sum(Payment.amount_cents)))
        assert (
            paid == count(select(func.sum(InvoiceLine.amount_cents)).join(Invoice)) == sum(one.cents for one in orders)
        )
    assert faults(own_desk, run.world.auditor) == []


def carried(
    database: Database, desk: Desk, clock: SetClock, run: Running, place: Path
) -> list[tuple[str, bytes]]:  # fmt: skip
    """What the bank's program takes from the folder while two workers at a time carry the files; most are killed between
    putting a file and noting it."""
    taken: list[tuple[str, bytes]] = []
    for deaths in ((1, 2), (2, 1), (1, 3), (0, 0), (0, 0)):
        clock.move_to(clock.now() + timedelta(minutes=11))  # the leases of the dead have run out
        play = (database.url, clock.now(), run.world.organiser_id, str(place / "bank"))
        (place / "play.pickle").write_bytes(pickle.dumps(play))
        workers = [
            subprocess.Popen([sys.executable, "-m", "tests.concurrency.bank_worker", str(place), str(last)], cwd=ROOT)
            for last in deaths
        ]
        ends = [worker.wait(120) for worker in workers]
        assert all(end == (-9 if last else 0) or end == 0 for end, last in zip(ends, deaths, strict=True))
        for file in sorted((place / "bank").glob("*.xml")):
            taken.append((file.name, file.read_bytes()))
            file.unlink()
    with opened(desk, run.world.finance) as tx:
        assert set(tx.session.scalars(select(BankDelivery.state))) == {"sent"}
    return taken
