"""valinta export einvoices, as a person runs it: the files, the counts, and the refusals in clear sentences."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from marketplace.cli import einvoices, main
from marketplace.cli.place import Place
from marketplace.clock import SetClock
from marketplace.integrations.einvoice import WRITERS
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.reverse_event import reverse_event
from marketplace.use_cases.send_invoice import InvoiceOrder, send_invoice
from tests.conftest import Database
from tests.einvoices.official import Judge
from tests.makers import active_voucher, world
from tests.portals import CONFIG

DAY = date(2026, 10, 5)
Run = Callable[..., Result]


@pytest.fixture
def run(own_database: Database, own_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Run:
    def command(*words: str) -> Result:
        there = Place(CONFIG, own_database.url, own_database.url, None)

        def desk(_place: Place, _clock: object = None, pool_size: int = 1) -> Desk:
            engine = own_database.app(pool_size)
            return Desk(engine, own_desk.clock, own_desk.vault, own_desk.wording, writers=WRITERS)

        monkeypatch.setattr(einvoices, "place", lambda: there)
        monkeypatch.setattr(Place, "desk", desk)
        result = CliRunner().invoke(main, ["export", "einvoices", *words])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return command


@pytest.fixture
def month(own_desk: Desk, clock: SetClock) -> str:
    """Two organisers; the first has an invoice and a credit note dated in October 2026. Returns its code."""
    clock.move_to(DAY)
    made = active_voucher(own_desk)
    world(own_desk)
    clock.move_to(DAY + timedelta(days=3))
    events = [
        record_event(own_desk, made.company.coach, EventOrder(made.voucher_id, "delivered", DAY, size, str(size)))
        for size in (7, 25, 150)
    ]
    send_invoice(own_desk, made.company.manager, InvoiceOrder(DAY))
    reverse_event(own_desk, made.company.coach, events[1].event_id, "Väärä päivä")
    return made.world.organiser_code


@pytest.mark.parametrize("name", ["ubl", "finvoice"])
def test_every_document_of_the_month_is_written(
    run: Run, month: str, tmp_path: Path, official: Judge, name: str
) -> None:
    target = tmp_path / "new" / "folder"
    result = run("--month", "2026-10", "--format", name, "--to", str(target))
    assert result.exit_code == 0, result.output
    assert f"{month}, 2026-10: 1 invoices and 1 credit notes written" in result.output
    files = sorted(target.iterdir())
    assert [file.name.split("-", 1)[1] for file in files] == [f"2026-0001.{name}.xml", f"2026-C0001.{name}.xml"]
    first = [file.read_bytes() for file in files]
    assert run("--month", "2026-10", "--format", name, "--to", str(target), "--organiser", month).exit_code == 0
    assert [file.read_bytes() for file in files] == first
    if name == "ubl":
        assert [official(body) for body in first] == [[], []]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--month", "2026-13"), "write a month as YYYY-MM"),
        (("--month", "lokakuu"), "write a month as YYYY-MM"),
        (("--month", "2026-09"), "no invoices or credit notes dated in 2026-09"),
        (("--month", "2026-10", "--organiser", "muu"), "name one with --organiser"),
        (("--month", "2026-10", "--format", "pdf"), "is not one of"),
    ],
)
def test_what_cannot_be_written_is_said(run: Run, month: str, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    target = tmp_path / "nothing"
    result = run("--format", "ubl", "--to", str(target), *words)
    assert result.exit_code != 0
    assert said in result.output
    assert month
    assert not target.exists()
