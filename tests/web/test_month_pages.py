"""Frozen months on finance's and the provider's pages: what changed, when, by whom, in words; and as a file."""

import csv
import io
from datetime import date

import pytest
from sqlalchemy import text

from marketplace.clock import SetClock
from marketplace.use_cases.credit_invoice import CreditOrder, credit_invoice
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.freeze_month import freeze_month
from marketplace.use_cases.reverse_event import reverse_event
from tests.makers import Running, opened, provider
from tests.portals import AsPerson
from tests.use_cases.einvoice_story import NAME, bill, deliver, in_use, line_ids, pay


@pytest.fixture
def run(desk: Desk, clock: SetClock) -> Running:
    """October is frozen; a delivery of it has been taken back since, and a part of another credited."""
    made = in_use(desk, clock)
    wrong = deliver(desk, made, 200, date(2026, 10, 6))
    deliver(desk, made, 100, date(2026, 10, 7))
    freeze_month(desk, made.world.finance, date(2026, 10, 1))
    sent = bill(desk, made)
    pay(desk, made, sent.invoice_id)
    reverse_event(desk, made.company.coach, wrong, "Väärä päivä")
    credit_invoice(desk, made.company.manager, CreditOrder(line_ids(desk, made, sent.invoice_id)[1], 300, "Sovittu"))
    clock.move_to(date(2026, 12, 1))
    return made


def test_finance_freezes_the_month_and_reads_what_changed(desk: Desk, run: Running, as_person: AsPerson) -> None:
    finance = as_person(run.world.finance, language="fi")
    page = finance.get("/admin/invoices/months").text
    assert "Lukitse marraskuu 2026" in page
    answer = finance.post("/admin/invoices/months/2026-11/freeze", follow_redirects=True)
    assert "Kuukausi on lukittu. Se ei enää muutu." in answer.text
    assert "Lukitse joulukuu" not in answer.text
    again = finance.post("/admin/invoices/months/2026-11/freeze", follow_redirects=True)
    assert "Kuukausi on jo lukittu." in again.text
    page = finance.get("/admin/invoices/months/2026-11").text
    for words in ("Palveluntuottaja perui käynnin", "Palveluntuottaja hyvitti osan maksun jälkeen", "Uusi rivi tilalle",
                  "16.11.2026", run.company.coach.name, "106,00"):  # fmt: skip
        assert words in page, words
    assert NAME[1] not in page
    with opened(desk, run.world.finance) as tx:
        read = tx.session.scalar(text("select count(*) from audit_event where action = 'client.read' "
                                      "and subject = 'frozen_month'"))  # fmt: skip
    assert read == 1


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_provider_reads_its_own_months(desk: Desk, run: Running, as_person: AsPerson, language: str) -> None:
    freeze_month(desk, run.world.finance, date(2026, 11, 1))
    own = as_person(run.company.manager, language=language)
    for path in ("", "/2026-11", "/2026-10", "/2027-03"):
        assert own.get(f"/provider/invoices/months{path}").status_code == 200, path
    assert own.get("/provider/invoices/months/nonsense").status_code == 404
    rows = list(csv.DictReader(io.StringIO(own.get("/provider/invoices/months/2026-11.csv").text), delimiter=";"))
    assert [(row["row"], row["cents"], row["why"]) for row in rows] == [
        ("take_back", "-10600", "reversed"),
        ("take_back", "-5300", "credited"),
        ("new", "5000", "credited"),
    ]
    other = as_person(provider(desk, run.world).manager, language=language)
    assert len(other.get("/provider/invoices/months/2026-11.csv").text.splitlines()) == 1
