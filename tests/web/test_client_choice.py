"""Choosing, changing and refusing through HTTP, and the record of what was shown."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from marketplace.clock import SetClock
from marketplace.models.outbox import Message
from marketplace.models.providers import Approval, Provider
from marketplace.models.vouchers import Choice, Voucher
from marketplace.use_cases.answer_choice import ConfirmOrder, DeclineOrder, confirm_choice, decline_choice
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.suspend_provider import suspend_provider
from tests.makers import active_voucher, chosen, client, opened, provider
from tests.page_checks import CheckedClient
from tests.portals import AsPerson
from tests.web.rendered import read_list, words_of
from tests.web.test_client_list import Market


@pytest.fixture
def market(desk: Desk) -> Market:
    return Market(desk, providers=3)


def choose_url(market: Market, unit: str) -> str:
    return f"/my/vouchers/{market.voucher_id}/choose/{unit}"


def confirmation(browser: CheckedClient, market: Market, unit: str, query: str = "") -> dict[str, str | list[str]]:
    """Walk from the list to the confirmation page; gives its form's hidden boxes."""
    html = browser.get(f"{market.url}?{query}").text
    link = re.search(rf'href="([^"]*/providers/{unit}\?[^"]*)"', html)
    assert link
    html = browser.get(link[1].replace("&amp;", "&")).text
    link = re.search(rf'href="([^"]*/choose/{unit}\?[^"]*)"', html)
    assert link
    html = browser.get(link[1].replace("&amp;", "&")).text
    boxes: dict[str, str | list[str]] = {}
    for name, value in re.findall(r'<input[^>]*type="hidden" name="(\w+)" value="([^"]*)"', html) + re.findall(
        r'<input id="\w+" name="(\w+)" type="hidden" value="([^"]*)"', html
    ):
        boxes.setdefault(name, [])
        kept = boxes[name]
        assert isinstance(kept, list)
        kept.append(value)
    boxes.pop("csrf_token", None)
    return boxes


def choices(market: Market) -> int:
    with opened(market.desk, market.holder.actor) as tx:
        return tx.session.scalars(select(func.count()).select_from(Choice)).one()


def nothing_chosen(market: Market, answer: TestResponse, status: int) -> None:
    """The list stands there anew with a clear sentence, and nothing was chosen."""
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert read_list(answer.text).units == market.offered()[0]
    assert choices(market) == 0
    with opened(market.desk, market.holder.actor) as tx:
        voucher = tx.session.get_one(Voucher, market.voucher_id)
        assert (voucher.state, voucher.provider_id) == ("granted", None)


def test_from_the_list_to_the_choice_and_its_record(market: Market, as_person: AsPerson) -> None:
    browser = as_person(market.holder.actor)
    units, code = market.offered()
    boxes = confirmation(browser, market, units[1], "language=fi&soon=1")
    assert boxes["shown"] == [code]
    answer = browser.post(choose_url(market, units[1]), data=boxes)
    assert (answer.status_code, answer.location) == (303, "/my")
    assert "Valintasi on tehty" in browser.get("/my").text
    with opened(market.desk, market.holder.actor) as tx:
        choice = tx.session.scalars(select(Choice)).one()
        assert choice.check_code == code
        assert choice.shown["units"] == units
        assert [card["unit"] for card in choice.shown["cards"]] == units
        assert choice.shown["cards"][0].keys() >= {
            "name", "own_words", "way_of_work", "municipalities", "languages", "accessible", "free_places",
            "next_start", "as_of", "paused",
        }  # fmt: skip
        assert choice.shown["filters"] == {"language": ["fi"], "soon": True}
        assert (choice.shown["left"], choice.shown["language"]) == (units, "fi")
    record = browser.get(f"/my/vouchers/{market.voucher_id}/choice").text
    found = read_list(record)
    assert found.units == units
    assert found.code == found.marks["data-code"] == code
    assert "suomi, Voi aloittaa kahden viikon sisällä" in words_of(record)


def test_the_record_does_not_follow_a_change_of_name(market: Market, as_person: AsPerson) -> None:
    company = market.companies[0]
    chosen(market.desk, market.holder, company, market.voucher_id)
    with opened(market.desk, market.world.procurement) as tx:
        tx.session.execute(update(Provider).where(Provider.id == company.provider_id).values(name="Uusi Nimi Oy"))
    words = words_of(as_person(market.holder.actor).get(f"/my/vouchers/{market.voucher_id}/choice").text)
    assert company.name in words
    assert "Uusi Nimi Oy" not in words


def test_a_second_click_chooses_once(market: Market, as_person: AsPerson) -> None:
    browser = as_person(market.holder.actor)
    unit = market.offered()[0][0]
    boxes = confirmation(browser, market, unit)
    answers = [browser.post(choose_url(market, unit), data=boxes) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert choices(market) == 1


def test_the_list_changed_between_looking_and_choosing(market: Market, as_person: AsPerson) -> None:
    browser = as_person(market.holder.actor)
    units, code = market.offered()
    boxes = confirmation(browser, market, units[0])
    other = next(company for company in market.companies if company.unit == units[2])
    suspend_provider(market.desk, market.world.procurement, other.provider_id, "Vakuutus puuttuu.")
    answer = browser.post(choose_url(market, units[0]), data=boxes)
    nothing_chosen(market, answer, 409)
    assert "muuttui" in words_of(answer.text)
    assert market.offered()[1] != code
    nothing_chosen(market, browser.get(f"{choose_url(market, units[0])}?shown={code}"), 409)


def test_a_provider_that_has_left_the_list(market: Market, as_person: AsPerson) -> None:
    browser = as_person(market.holder.actor)
    gone = market.companies[0]
    boxes = confirmation(browser, market, gone.unit)
    suspend_provider(market.desk, market.world.procurement, gone.provider_id, "Vakuutus puuttuu.")
    nothing_chosen(market, browser.post(choose_url(market, gone.unit), data=boxes), 422)
    nothing_chosen(market, browser.get(f"{market.url}/{gone.unit}"), 422)
    nothing_chosen(market, browser.get(f"{choose_url(market, gone.unit)}?shown=AAAAAAAA"), 422)
    nothing_chosen(market, browser.post(choose_url(market, "u-nobody"), data=boxes), 422)


def test_a_paused_provider_cannot_be_chosen(market: Market, as_person: AsPerson) -> None:
    browser = as_person(market.holder.actor)
    paused = market.companies[0]
    boxes = confirmation(browser, market, paused.unit)
    with opened(market.desk, market.world.procurement) as tx:
        tx.session.execute(update(Approval).where(Approval.id == paused.approval_id).values(paused=True))
    nothing_chosen(market, browser.post(choose_url(market, paused.unit), data=boxes), 422)
    code = market.offered()[1]
    nothing_chosen(market, browser.get(f"{choose_url(market, paused.unit)}?shown={code}"), 422)


def test_who_has_not_seen_the_list_sees_it_first(market: Market, as_person: AsPerson) -> None:
    browser = as_person(market.holder.actor)
    answer = browser.get(choose_url(market, market.companies[0].unit))
    assert (answer.status_code, answer.location) == (303, market.url)
    nothing_chosen(market, browser.post(choose_url(market, market.companies[0].unit), data={}), 409)
    broken = {"once": "x", "shown": market.offered()[1]}
    nothing_chosen(market, browser.post(choose_url(market, market.companies[0].unit), data=broken), 422)


def test_a_change_says_what_moves_and_who_loses_sight(market: Market, as_person: AsPerson) -> None:
    first, second = market.companies[:2]
    choice_id = chosen(market.desk, market.holder, first, market.voucher_id)
    confirm_choice(market.desk, first.manager, ConfirmOrder(choice_id, market.desk.clock.today()))
    browser = as_person(market.holder.actor)
    page = words_of(browser.get(f"{choose_url(market, second.unit)}?shown={market.offered()[1]}").text)
    assert "jäljellä oleva määrä (40 tuntia) siirtyy" in page
    assert f"{first.name} ei ole enää tuottajasi" in page
    boxes = confirmation(browser, market, second.unit)
    assert browser.post(choose_url(market, second.unit), data=boxes).status_code == 303
    with opened(market.desk, market.holder.actor) as tx:
        voucher = tx.session.get_one(Voucher, market.voucher_id)
        assert (voucher.provider_id, voucher.units_left_hundredths) == (second.provider_id, 4_000)
    same = browser.get(f"{choose_url(market, second.unit)}?shown={market.offered()[1]}")
    assert same.status_code == 422


def test_the_first_page_through_a_vouchers_life(market: Market, as_person: AsPerson, clock: SetClock) -> None:
    browser, company = as_person(market.holder.actor), market.companies[0]
    first = words_of(browser.get("/my").text)
    for words in ("40 tuntia", "Sinä maksat 0 €", "Tutustu tuottajiin", "Sinun ei ole pakko ottaa seteliä"):
        assert words in first
    choice_id = chosen(market.desk, market.holder, company, market.voucher_id)
    assert "Tuottaja vastaa viimeistään 18. marraskuuta 2026" in words_of(browser.get("/my").text)
    decline_choice(market.desk, company.manager, DeclineOrder(choice_id, "no_capacity"))
    declined = words_of(browser.get("/my").text)
    assert f"{company.name} ei voinut ottaa sinua nyt asiakkaaksi" in declined
    choice_id = chosen(market.desk, market.holder, market.companies[1], market.voucher_id)
    confirm_choice(market.desk, market.companies[1].manager, ConfirmOrder(choice_id, clock.today() + timedelta(days=3)))
    active = words_of(browser.get("/my").text)
    assert "Ensimmäinen päiväsi on 19. marraskuuta 2026" in active
    assert "Kauppakatu 1, Kuopio" in active
    clock.move_to(clock.today() + timedelta(days=200))
    assert "Sitä saattoi käyttää 14.5.2027 asti" in words_of(browser.get("/my").text)


def test_a_client_without_a_voucher_is_told_what_happens(market: Market, as_person: AsPerson) -> None:
    page = words_of(as_person(client(market.desk, market.world).actor).get("/my").text)
    assert "Sinulla ei ole nyt seteliä käytössä" in page


def test_refusing_tells_what_follows_and_ends_the_voucher(market: Market, as_person: AsPerson) -> None:
    browser = as_person(market.holder.actor)
    url = f"/my/vouchers/{market.voucher_id}/refuse"
    page = browser.get(url).text
    assert "ei yksin vähennä etuuksiasi" in page
    once = re.search(r'name="once"[^>]*value="(\w{32})"', page)
    assert once
    long = browser.post(url, data={"once": once[1], "reason": "x" * 501})
    assert long.status_code == 422
    assert "Teksti on liian pitkä" in long.text
    for _ in range(2):
        answer = browser.post(url, data={"once": once[1], "reason": "Haluan muuta."})
        assert (answer.status_code, answer.location) == (303, "/my")
    assert "Kieltäydyit siitä" in browser.get("/my").text
    again = browser.post(url, data={"once": "0" * 32})
    assert again.status_code == 409
    assert "ei ole enää käytössä" in again.text
    with opened(market.desk, market.world.administrator) as tx:
        assert tx.session.get_one(Voucher, market.voucher_id).state == "closed"
        told = tx.session.scalars(select(Message).where(Message.account_id == market.world.caseworker.account_id)).all()
        assert [message.subject for message in told] == ["Asiakas on kieltäytynyt palvelusetelistä"]


def test_strangers_can_neither_choose_nor_refuse(market: Market, as_person: AsPerson) -> None:
    unit, code = market.offered()[0][0], market.offered()[1]
    once = {"once": "0" * 32, "shown": code}
    stranger = as_person(client(market.desk, market.world).actor)
    assert stranger.post(choose_url(market, unit), data=once).status_code == 404
    assert stranger.post(f"/my/vouchers/{market.voucher_id}/refuse", data=once).status_code == 404
    for other in (market.world.caseworker, market.companies[0].manager, market.world.administrator):
        assert as_person(other).post(choose_url(market, unit), data=once).status_code == 403
    assert choices(market) == 0


def test_several_vouchers_stand_on_one_page(desk: Desk, as_person: AsPerson) -> None:
    run = active_voucher(desk)
    other = provider(desk, run.world)
    chosen(desk, run.holder, other, run.voucher_id)
    page = as_person(run.holder.actor).get(f"/my/vouchers/{run.voucher_id}/choice").text
    assert page.count("data-list=") == 2


def test_the_receipt_is_taken_away_as_a_file_and_its_key_is_public(market: Market, as_person: AsPerson) -> None:
    choice_id = chosen(market.desk, market.holder, market.companies[0], market.voucher_id)
    browser = as_person(market.holder.actor)
    page = browser.get(f"/my/vouchers/{market.voucher_id}/choice").text
    assert f"/my/choices/{choice_id}/receipt" in page
    answer = browser.get(f"/my/choices/{choice_id}/receipt")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert market.offered()[1] in answer.headers["Content-Disposition"]
    signed = answer.get_json()
    assert [card["unit"] for card in signed["receipt"]["list"]] == market.offered()[0]
    keys = browser.get(f"/o/{market.world.organiser_code}/receipt-keys").text
    assert signed["key"] in keys
    stranger = as_person(client(market.desk, market.world).actor)
    assert stranger.get(f"/my/choices/{choice_id}/receipt").status_code == 404
