"""The page that a caseworker reads on the phone: the client's list, her language, the same order and code."""

import pytest
from sqlalchemy import select

from marketplace.models.assisting import AssistStep
from marketplace.models.clients import Client
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.set_order_rule import RuleOrder, set_order_rule
from tests.makers import client, granted, provider
from tests.page_checks import CheckedClient
from tests.portals import AsPerson
from tests.use_cases.assisting import Beside
from tests.web.rendered import read_list, words_of
from tests.web.test_process_rules_assist import start
from tests.world import opened

SAID = {
    "fi": "Luen sinulle kaikki 3 tuottajaa",
    "sv": "Jag läser upp alla 3 producenter",
    "en": "I read to you all 3 providers",
}


@pytest.fixture
def beside(desk: Desk) -> Beside:
    return Beside(desk)


def _speaks(beside: Beside, language: str) -> None:
    with opened(beside.desk, beside.caseworker) as tx:
        tx.session.get_one(Client, beside.holder.client_id).language = language


@pytest.mark.parametrize(("language", "read"), [("fi", "fi"), ("sv", "sv"), ("en", "en"), ("so", "fi")])
def test_order_and_code_are_those_of_the_clients_page(
    beside: Beside, as_person: AsPerson, language: str, read: str
) -> None:
    _speaks(beside, language)
    own = read_list(as_person(beside.holder.actor).get(f"/my/vouchers/{beside.voucher_id}/providers").text)
    browser = as_person(beside.caseworker)
    html = browser.get(f"{start(browser, beside)}/phone").text
    read_aloud = read_list(html)
    assert (read_aloud.units, read_aloud.code) == (own.units, own.code)
    assert read_aloud.marks["data-code"] == own.marks["data-code"] == own.code
    assert own.code in words_of(html)
    assert SAID[read] in words_of(html)
    assert f'<div lang="{read}">' in html
    assert "Puhelimessa luettavaksi" in words_of(html)  # the page around it is in the caseworker's own language


def test_nothing_reorders_or_shortens_it_and_the_reading_is_kept(beside: Beside, as_person: AsPerson) -> None:
    provider(beside.desk, beside.world, paused=True)
    browser = as_person(beside.caseworker)
    address = start(browser, beside)
    units = beside.offered()[0]
    assert read_list(browser.get(f"{address}/phone?taking=1&sort=start&page=2&language=sv").text).units == units
    with opened(beside.desk, beside.caseworker) as tx:
        assert tx.session.execute(select(AssistStep.kind, AssistStep.filters)).all() == [("phone", {})]
    assert browser.post(f"{address}/end").status_code == 303
    assert browser.get(f"{address}/phone").status_code == 303


def test_sisters_are_read_together_where_they_share_a_card(beside: Beside, as_person: AsPerson, clock: object) -> None:
    desk, w = beside.desk, beside.world
    provider(desk, w, group_of=beside.companies[0])
    set_order_rule(desk, w.procurement, RuleOrder("none", "Lautakunta 5 §", one_card=True))
    clock.move_to(clock.today().replace(day=clock.today().day + 1))  # type: ignore[attr-defined]
    beside.holder = client(desk, w)
    beside.voucher_id = granted(desk, w, beside.holder).voucher_id
    own = read_list(as_person(beside.holder.actor).get(f"/my/vouchers/{beside.voucher_id}/providers").text)
    browser: CheckedClient = as_person(beside.caseworker)
    read_aloud = read_list(browser.get(f"{start(browser, beside)}/phone").text)
    assert (read_aloud.units, read_aloud.places, read_aloud.code) == (own.units, own.places, own.code)
    assert own.places
