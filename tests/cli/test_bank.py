"""The bank's files at the command line: written once, read as often as wanted, with counts and exit codes."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from marketplace.access.actor import Actor
from marketplace.cli import bank, main
from marketplace.cli.place import Place
from marketplace.models.people import Account
from marketplace.use_cases.approve_lines import approve_invoice
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.pay import BatchOrder, approve_batch, make_batch
from marketplace.use_cases.payment_pages import batch_page
from tests.cli.test_import import CONFIG
from tests.conftest import Database
from tests.integrations.standin_bank import batch_answer, entry, read_pain, statement
from tests.makers import active_voucher
from tests.use_cases.money_story import bill, deliver


def email_of(desk: Desk, who: Actor) -> str:
    with desk.looking() as looked:
        return str(looked.scalars(select(Account.email).where(Account.id == who.account_id)).one())


def test_a_batch_is_exported_once_and_its_answer_taken_in(
    own_database: Database, own_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = active_voucher(own_desk)
    w = run.world
    deliver(own_desk, run, 150)
    approve_invoice(own_desk, w.finance, bill(own_desk, run))
    batch_id = make_batch(own_desk, w.finance, BatchOrder(own_desk.clock.today()))
    number = batch_page(own_desk, w.finance, batch_id).row.number

    def desk(_place: Place, _clock: object = None, pool_size: int = 1) -> Desk:
        engine = own_database.app(pool_size)
        return Desk(engine, own_desk.clock, own_desk.vault, own_desk.wording, bank=own_desk.bank)

    monkeypatch.setattr(bank, "place", lambda: Place(CONFIG, own_database.url, own_database.url, None))
    monkeypatch.setattr(Place, "desk", desk)
    who = ["--as", email_of(own_desk, w.finance)]

    def command(*words: str) -> Result:
        return CliRunner().invoke(main, [*words, *who])

    out = ["export", "payments", "--to", str(tmp_path), "--batch"]
    assert command(*out, number).exit_code == 2  # nobody has approved it
    assert command(*out, "2026-999999").exit_code == 2
    approve_batch(own_desk, w.other_finance, batch_id)
    assert command(*out, number).exit_code == 0
    (file,) = tmp_path.glob("V*.xml")
    first = file.read_bytes()
    again = command(*out, number)
    assert (again.exit_code, file.read_bytes()) == (0, first)
    assert "1 payments, 79.50 euros" in again.output

    order, day = read_pain(first), own_desk.clock.today()
    (tmp_path / "answer.xml").write_bytes(batch_answer(order, day))
    (tmp_path / "odd.xml").write_bytes(statement(order.account, [entry("X", 1, day)]))
    (tmp_path / "broken.xml").write_bytes(b"<Document>")
    rehearsed = command("import", "camt", str(tmp_path / "answer.xml"), "--dry-run")
    assert (rehearsed.exit_code, "rehearsal" in rehearsed.output) == (0, True)
    assert "paid 1, came back 0, known already 0" in command("import", "camt", str(tmp_path / "answer.xml")).output
    assert "paid 0, came back 0, known already 1" in command("import", "camt", str(tmp_path / "answer.xml")).output
    assert command("import", "camt", str(tmp_path / "odd.xml")).exit_code == 1
    assert command("import", "camt", str(tmp_path / "broken.xml")).exit_code == 2
