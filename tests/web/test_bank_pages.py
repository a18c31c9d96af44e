"""The bank's pages, through HTTP: a file is looked at, taken in, and what is unclear is settled by hand."""

import io
import re

import pytest

from marketplace.use_cases.desk import Desk
from tests.integrations.standin_bank import batch_answer, entry, statement
from tests.portals import AsPerson
from tests.use_cases.bank_story import AtBank, at_bank, payments
from tests.world import IBANS


@pytest.fixture
def made(desk: Desk) -> AtBank:
    return at_bank(desk)


def carried(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(name|packed)"[^>]*value="([^"]*)"', page))


def test_finance_takes_in_the_banks_answer_and_the_provider_sees_it(
    made: AtBank, desk: Desk, as_person: AsPerson
) -> None:  # fmt: skip
    finance = as_person(made.world.finance, language="en")
    file = finance.get(f"/admin/payments/{made.batch_id}/file")
    assert file.data.startswith(b"<?xml")
    assert finance.get(f"/admin/payments/{made.batch_id}/file").data == file.data
    back = made.order.transfers[1].end_to_end
    raw = batch_answer(made.order, desk.clock.today(), back={back: "AC04"})
    seen = finance.post("/admin/bank", data={"file": (io.BytesIO(raw), "statement.xml")})
    assert seen.status_code == 200
    assert payments(desk, made.world) == ["sent"] * 3
    hidden = carried(seen.get_data(as_text=True))
    for words in ("Paid: 3. Came back: 1.", "Everything in the file was known already"):
        done = finance.post("/admin/bank/import", data=hidden, follow_redirects=True)
        assert words in done.get_data(as_text=True)
    assert payments(desk, made.world) == ["paid", "returned", "paid"]
    provider = as_person(made.runs[1].company.manager, language="en")
    invoices = provider.get("/provider/invoices").get_data(as_text=True)
    assert "Check your account number" in invoices
    number = re.search(r"/provider/invoices/(\d+)", invoices)
    assert number is not None
    assert "the account is closed" in provider.get(number[0]).get_data(as_text=True)


def test_an_unclear_row_is_settled_with_a_note(made: AtBank, desk: Desk, as_person: AsPerson) -> None:
    finance = as_person(made.world.finance, language="en")
    one = made.order.transfers[0]
    raw = statement(made.order.account, [entry("X1", one.cents, desk.clock.today()), entry("X2", 99, desk.clock.today())])
    hidden = carried(finance.post("/admin/bank", data={"file": (io.BytesIO(raw), "s.xml")}).get_data(as_text=True))
    assert finance.post("/admin/bank/import", data=hidden).status_code == 303
    rows = re.findall(r"/admin/bank/rows/\d+", finance.get("/admin/bank").get_data(as_text=True))
    first, second = sorted(set(rows))
    assert finance.post(first, data={"payment": "0", "note": ""}).status_code == 422
    payment = one.end_to_end.rsplit("-", 1)[1]
    assert finance.post(first, data={"payment": payment, "note": "Asked from the bank"}).status_code == 303
    assert finance.post(second, data={"payment": "0", "note": "A fee of the bank"}).status_code == 303
    assert payments(desk, made.world) == ["paid", "sent", "sent"]
    assert finance.get(first).status_code == 404


def test_a_file_that_is_none_is_refused_in_words(made: AtBank, desk: Desk, as_person: AsPerson) -> None:
    finance = as_person(made.world.finance, language="en")
    refused = finance.post("/admin/bank", data={"file": (io.BytesIO(b"no"), "a.xml")})
    assert refused.status_code == 422
    assert "not whole or not XML" in refused.get_data(as_text=True)
    assert finance.post("/admin/bank").status_code == 422
    assert finance.post("/admin/bank/import", data={"name": "a", "packed": "nonsense"}).status_code == 422
    assert payments(desk, made.world) == ["sent"] * 3


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_account_that_is_paid_from(made: AtBank, desk: Desk, as_person: AsPerson, language: str) -> None:
    finance = as_person(made.world.finance, language=language)
    assert finance.get("/admin/bank").status_code == 200
    wrong = {"name": "Kuopio", "iban": IBANS[1], "bic": "NDEASESS", "once": "a" * 32}
    assert finance.post("/admin/bank/account", data=wrong).status_code == 422
    assert finance.post("/admin/bank/account", data={**wrong, "bic": "NDEAFIHH"}).status_code == 303
    administrator = as_person(made.world.administrator, language=language)
    assert "NDEAFIHH" in administrator.get("/admin/bank/account").get_data(as_text=True)
