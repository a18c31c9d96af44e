"""Finance's and the auditor's pages, through HTTP."""

import csv
import io
import re
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from marketplace.clock import SetClock
from marketplace.ledger.accounts import Account
from marketplace.ledger.shapes import SHAPES
from marketplace.matching.verify import verify
from marketplace.use_cases.desk import Desk
from marketplace.web.labels import texts
from tests.conftest import Database
from tests.portals import AsPerson, log_in_as, portals_app
from tests.use_cases.money_story import Story, story


@pytest.fixture
def made(desk: Desk, clock: SetClock) -> Story:
    return story(desk, clock)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_opens_for_finance(made: Story, as_person: AsPerson, desk: Desk, language: str) -> None:
    client = as_person(made.world.finance, language=language)
    line = made.lines(desk, made.fresh[0])[0]
    payment = made.payments(desk, made.sent)[0]
    for path in (
        "/admin/",
        "/admin/invoices",
        "/admin/invoices?state=to_approve",
        "/admin/invoices?state=paid&month=2026-11-01",
        "/admin/invoices?month=nonsense&provider=x&page=99",
        f"/admin/invoices?provider={made.runs[2].company.provider_id}",
        *(f"/admin/invoices/{invoice}" for invoice in made.fresh),
        f"/admin/invoices/lines/{line}/send-back",
        "/admin/payments",
        f"/admin/payments/{made.sent}",
        f"/admin/payments/{made.draft}",
        f"/admin/payments/{made.sent}/confirm",
        f"/admin/payments/one/{payment}/confirm",
        f"/admin/payments/one/{payment}/return",
        "/admin/payments/owed",
        f"/admin/payments/owed/{made.runs[0].company.provider_id}",
        "/admin/budget/year-end",
        f"/admin/budget/{made.world.programme_id}/year-end/2026",
        "/admin/audit/voucher",
        f"/admin/audit/voucher?number={made.numbers(desk)[0]}",
    ):
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_opens_for_the_auditor(made: Story, as_person: AsPerson, desk: Desk, language: str) -> None:
    client = as_person(made.world.auditor, language=language)
    number = made.numbers(desk)[0]
    for path in (
        "/admin/",
        "/admin/verification",
        "/admin/verification/orders.jsonl",
        "/admin/verification/orders.csv",
        "/admin/audit",
        f"/admin/audit?voucher={number}&who=person&role=caseworker&done=voucher.grant&first=1.1.2026&last=31.12.2026",
        f"/admin/audit/voucher?number={number}",
        "/admin/invoices",
        f"/admin/invoices/{made.fresh[0]}",
        f"/admin/payments/{made.draft}",
        "/admin/payments/owed",
        "/admin/budget/year-end",
    ):
        assert client.get(path).status_code == 200, path


def test_finance_approves_picked_lines_and_keeps_what_was_wrong(made: Story, as_person: AsPerson, desk: Desk) -> None:
    client = as_person(made.world.finance)
    invoice = made.fresh[0]
    lines = made.lines(desk, invoice)
    empty = client.post(f"/admin/invoices/{invoice}/lines")
    assert empty.status_code == 422
    assert "Valitse ainakin yksi rivi." in empty.get_data(as_text=True)
    assert made.lines(desk, invoice) == lines
    picked = client.post(f"/admin/invoices/{invoice}/lines", data={"lines": [str(lines[0])]}, follow_redirects=True)
    assert "1 rivi hyväksyttiin maksettavaksi." in picked.get_data(as_text=True)
    assert made.lines(desk, invoice) == lines[1:]
    assert client.post(f"/admin/invoices/{invoice}/approve").status_code == 303
    assert made.lines(desk, invoice) == []
    assert client.post(f"/admin/invoices/{invoice}/approve").status_code == 409


def test_a_line_is_sent_back_with_a_reason(made: Story, as_person: AsPerson, desk: Desk) -> None:
    client = as_person(made.world.finance)
    line = made.lines(desk, made.fresh[0])[0]
    assert client.post(f"/admin/invoices/lines/{line}/send-back", data={"reason": ""}).status_code == 422
    done = client.post(f"/admin/invoices/lines/{line}/send-back", data={"reason": "Päivä?"}, follow_redirects=True)
    assert "Päivä?" in done.get_data(as_text=True)
    assert made.lines(desk, made.fresh[0], "returned")[0] == line


def test_a_batch_goes_from_hand_to_hand(made: Story, as_person: AsPerson, desk: Desk) -> None:
    finance, other = as_person(made.world.finance), as_person(made.world.other_finance)
    refused = finance.post(f"/admin/payments/{made.draft}/approve", follow_redirects=True).get_data(as_text=True)
    assert "Toisen henkilön täytyy hyväksyä se." in refused
    # an event in the draft is contested: it can be approved, not sent
    assert other.post(f"/admin/payments/{made.draft}/approve").status_code == 303
    contested = finance.post(f"/admin/payments/{made.draft}/send", follow_redirects=True).get_data(as_text=True)
    assert "Asiakas on huomauttanut" in contested
    assert finance.post(f"/admin/payments/{made.draft}/cancel").status_code == 303
    past = finance.post("/admin/payments", data={"pay_on": "1.1.2020", "once": "d" * 32})
    assert past.status_code == 422
    assert "1.1.2020" in past.get_data(as_text=True)
    answer = finance.post("/admin/payments", data={"pay_on": "30.11.2026", "once": "d" * 32})
    assert answer.status_code == 303
    again = finance.post("/admin/payments", data={"pay_on": "30.11.2026", "once": "d" * 32})
    assert again.location == answer.location
    place = answer.location
    assert other.post(f"{place}/approve").status_code == 303
    assert finance.post(f"{place}/send").status_code == 303
    assert finance.post(f"{place}/confirm", data={"paid_on": "31.12.2026", "confirmation": ""}).status_code == 422
    ready = finance.post(
        f"{place}/confirm", data={"paid_on": "19.11.2026", "confirmation": "Tiliote"}, follow_redirects=True
    )
    assert "Tiliote" in ready.get_data(as_text=True)
    payment = made.payments(desk, int(place.rsplit("/", 1)[1]))[0]
    back = {"returned_on": "19.11.2026", "reason": "AC06"}
    assert finance.post(f"/admin/payments/one/{payment}/return", data={"reason": "XX99"}).status_code == 422
    gone = finance.post(f"/admin/payments/one/{payment}/return", data=back, follow_redirects=True)
    assert "AC06: tili on estetty" in gone.get_data(as_text=True)


def test_a_debt_is_paid_back(made: Story, as_person: AsPerson) -> None:
    client = as_person(made.world.finance)
    place = f"/admin/payments/owed/{made.runs[0].company.provider_id}"
    data = {"amount": "1 000,00", "paid_on": "19.11.2026", "confirmation": "Tiliote", "once": "e" * 32}
    refused = client.post(place, data=data)
    assert refused.status_code == 422
    assert "106,00" in refused.get_data(as_text=True)
    assert client.post(place, data={**data, "amount": "106"}).status_code == 303
    assert "Yksikään tuottaja ei ole velkaa" in client.get("/admin/payments/owed").get_data(as_text=True)


def test_the_year_is_carried_over(made: Story, as_person: AsPerson, clock: SetClock) -> None:
    client = as_person(made.world.finance)
    place = f"/admin/budget/{made.world.programme_id}/year-end/2026"
    data = {"decision": "Talousjohtaja § 3", "decided_on": "4.1.2027"}
    assert client.post(place, data=data).status_code == 422
    clock.move_to(date(2027, 1, 5))
    assert "siirrä vuosi 2026" in client.get("/admin/").get_data(as_text=True)
    assert client.post(place, data={"decision": "", "decided_on": "4.1."}).status_code == 422
    done = client.post(place, data=data, follow_redirects=True).get_data(as_text=True)
    assert "Talousjohtaja § 3, 4.1.2027" in done
    assert client.get(place).status_code == 200
    assert client.post(f"{place}/rest").status_code == 303
    assert "siirrä vuosi 2026" not in client.get("/admin/").get_data(as_text=True)


def test_the_auditor_sees_vouchers_not_people(made: Story, as_person: AsPerson, desk: Desk) -> None:
    client = as_person(made.world.auditor)
    number = made.numbers(desk)[2]
    names = {run.holder.actor.name for run in made.runs}
    for path in (
        "/admin/audit",
        f"/admin/audit?voucher={number}",
        f"/admin/audit/voucher?number={number}",
        "/admin/verification",
    ):
        page = client.get(path).get_data(as_text=True)
        assert not [name for name in names if name in page], path
        assert number in page or path == "/admin/verification"
    # a client is not found by her name either
    assert "Mitään tällaista ei ole tapahtunut" in client.get("/admin/audit?who=Esimerkki").get_data(as_text=True)


def test_the_trail_is_filtered(made: Story, as_person: AsPerson, desk: Desk) -> None:
    client = as_person(made.world.auditor)
    only = client.get("/admin/audit?done=batch.make").get_data(as_text=True)
    assert only.count("<tbody>") == 1
    assert "2 riviä" in only
    unknown = client.get("/admin/audit?voucher=2026-999999")
    assert unknown.status_code == 422
    assert "Tällä numerolla ei ole seteliä" in unknown.get_data(as_text=True)
    odd = client.get("/admin/audit?first=eilen")
    assert odd.status_code == 422
    assert "eilen" in odd.get_data(as_text=True)
    nothing = client.get("/admin/audit?last=1.1.2020").get_data(as_text=True)
    assert "Mitään tällaista ei ole tapahtunut" in nothing
    assert client.get("/admin/audit/voucher?number=x").status_code == 422


def test_the_log_that_is_taken_along_is_the_log(made: Story, as_person: AsPerson) -> None:
    client = as_person(made.world.auditor)
    lines = client.get("/admin/verification/orders.jsonl")
    assert lines.mimetype == "application/jsonl"
    report = verify(lines.data.splitlines(keepends=True), head=None, today=date(2026, 11, 19), strict=False)
    assert report.exit_code == 0
    assert report.lists == 3
    table = client.get("/admin/verification/orders.csv").get_data(as_text=True)
    assert len(list(csv.reader(io.StringIO(table.removeprefix("\ufeff")), delimiter=";"))) == report.lines + 1


def test_a_fault_is_said_in_plain_words(own_desk: Desk, own_database: Database, clock: SetClock) -> None:
    made = story(own_desk, clock)
    client = log_in_as(portals_app(own_desk), made.world.auditor)
    assert "Kaikki on niin kuin pitää." in client.get("/admin/verification").get_data(as_text=True)
    engine = own_database.owner()
    with engine.begin() as connection:
        connection.execute(text("update budget set free_cents = free_cents + 1"))
    engine.dispose()
    page = client.get("/admin/verification").get_data(as_text=True)
    assert "Jokin on vialla." in page
    assert "Budjetin vapaa raha ei ole sama kuin kirjanpidossa" in page


def test_every_deed_and_finding_has_its_words() -> None:
    root = Path(__file__).resolve().parents[2] / "marketplace"
    sources = "\n".join(file.read_text() for file in root.rglob("*.py"))
    deeds = set(re.findall(r'\.audit\(\s*"([a-z_.]+)"', sources))
    things = set(re.findall(r'\.audit\(\s*f?"[^"]+",\s*"([a-z_]+)"', sources))
    findings = set(re.findall(r'Finding\(\s*"([a-z_]+)"', sources))
    missing = (
        {f"deed.{one}" for one in deeds} | {f"thing.{one}" for one in things} | {f"finding.{one}" for one in findings}
    )
    assert len(deeds) > 60
    assert not missing - texts().keys()
    assert {f"recipe.{name}" for name in SHAPES} | {f"ledger_account.{name}" for name in Account} <= texts().keys()
