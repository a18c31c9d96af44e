"""Finance's and the auditor's pages, through HTTP."""

import pytest

from marketplace.clock import SetClock
from marketplace.use_cases.desk import Desk
from tests.portals import AsPerson
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
