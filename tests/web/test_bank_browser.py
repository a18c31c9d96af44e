"""Paying in a real browser, without JavaScript: approved by one, made into a file by another, answered by the bank, and seen
as paid by the provider; axe finds nothing on the bank's pages, and nothing sticks out at 360 px."""

from datetime import timedelta
from pathlib import Path

import pytest

from marketplace.use_cases.approve_lines import approve_invoice
from marketplace.use_cases.pay import BatchOrder, make_batch
from tests.integrations.standin_bank import batch_answer, entry, read_pain, statement
from tests.makers import active_voucher
from tests.use_cases.bank_story import at_bank, take_in
from tests.use_cases.money_story import bill, deliver
from tests.web.browser import axe_problems, small_targets, too_wide
from tests.web.test_procurement_browser import House, house  # noqa: F401  the fixture

pytestmark = pytest.mark.browser


def test_from_the_approval_to_the_money_on_the_account(house: House, tmp_path: Path) -> None:  # noqa: F811
    run = active_voucher(house.desk)
    w = run.world
    deliver(house.desk, run, 150)
    invoice = bill(house.desk, run)
    approve_invoice(house.desk, w.finance, invoice)
    batch = make_batch(house.desk, w.other_finance, BatchOrder(house.desk.clock.today() + timedelta(days=1)))
    page = house.enter(w.finance, width=1280, javascript=False)
    page.goto(f"/admin/payments/{batch}")
    page.get_by_role("button", name="Hyväksy").click()
    page.get_by_role("button", name="Tee maksuaineisto pankille").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Lataa maksuaineisto").click()
    order = read_pain(Path(download.value.path()).read_bytes())
    answer = tmp_path / "tiliote.xml"
    answer.write_bytes(batch_answer(order, house.desk.clock.today()))
    page.get_by_role("link", name="Lue pankin vastaus sisään").click()
    page.get_by_label("Pankin tiedosto").set_input_files(answer)
    page.get_by_role("button", name="Katso tiedostoa").click()
    page.get_by_role("button", name="Lue tiedosto sisään").click()
    assert page.get_by_text("Maksettu: 1.").is_visible()
    provider = house.enter(run.company.manager, width=360, javascript=False)
    provider.goto(f"/provider/invoices/{invoice}")
    assert provider.get_by_text("Maksettu").first.is_visible()


def test_axe_finds_nothing_on_the_banks_pages(house: House) -> None:  # noqa: F811
    made = at_bank(house.desk)
    take_in(house.desk, made.world, statement(made.order.account, [entry("X", 99, house.desk.clock.today())]))
    problems = []
    for width, language in ((1280, "fi"), (360, "sv")):
        page = house.enter(made.world.finance, width, language)
        page.goto("/admin/bank")
        row = page.locator("a[href*='/bank/rows/']").first.get_attribute("href")
        for path in ("/admin/bank", f"/admin/payments/{made.batch_id}", "/admin/bank/account", str(row)):
            page.goto(path)
            problems += [f"{path} {width}: {one}" for one in axe_problems(page)]
            if width < 400:
                problems += [f"{path} {width}: {one}" for one in too_wide(page) + small_targets(page)]
    assert problems == []
