"""One card a group: sister companies stand together on every page, and the check code is still that of the draw."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from flask import Flask

from marketplace.clock import SetClock
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.offers import Offer, offer_of
from marketplace.use_cases.set_order_rule import RuleOrder, set_order_rule
from tests.makers import Company, Person, client, granted, provider
from tests.page_checks import CheckedClient
from tests.portals import AsPerson
from tests.web.rendered import read_list, words_of
from tests.world import World, opened, world


@dataclass
class Market:
    """Three sisters and three strangers, two of them sisters of each other; a client whose list is drawn by the rule."""

    desk: Desk
    clock: SetClock
    world: World = field(init=False)
    companies: list[Company] = field(init=False)

    def __post_init__(self) -> None:
        self.world = world(self.desk)
        first = provider(self.desk, self.world)
        other = provider(self.desk, self.world)
        self.companies = [first, other]
        self.companies += [provider(self.desk, self.world, group_of=one) for one in (first, first, other)]
        self.companies.append(provider(self.desk, self.world))

    def decide(self, on: bool) -> None:
        set_order_rule(self.desk, self.world.procurement, RuleOrder("none", "Lautakunta 5 §", one_card=on))

    def tomorrow(self) -> None:
        self.clock.move_to(self.clock.now() + timedelta(days=1))

    def holder(self) -> tuple[Person, int]:
        person = client(self.desk, self.world)
        return person, granted(self.desk, self.world, person).voucher_id

    def offer(self, holder: Person, voucher_id: int) -> Offer:
        with opened(self.desk, holder.actor) as tx:
            return offer_of(tx, tx.session.get_one(Voucher, voucher_id))


@pytest.fixture
def market(desk: Desk, clock: SetClock) -> Market:
    return Market(desk, clock)


def test_the_page_lays_the_list_out_and_its_code_is_that_of_the_draw(market: Market, as_person: AsPerson) -> None:
    market.decide(True)
    market.tomorrow()
    holder, voucher_id = market.holder()
    offer = market.offer(holder, voucher_id)
    assert sorted(map(len, offer.cards)) == [1, 2, 3]
    browser = as_person(holder.actor)
    html = browser.get(f"/my/vouchers/{voucher_id}/providers").text
    shown = read_list(html)
    assert shown.units == [unit for card in offer.cards for unit in card]
    assert shown.as_drawn == list(offer.units)
    assert shown.code == shown.marks["data-code"] == offer.code
    assert "3 saman ryhmän yritystä" in words_of(html)
    data = browser.get(f"/my/vouchers/{voucher_id}/providers.json").json
    assert data is not None
    assert [one["unit"] for one in data["providers"]] == list(offer.units)
    assert (data["cards"], data["check_code"]) == ([list(card) for card in offer.cards], offer.code)
    side = browser.get(f"/my/vouchers/{voucher_id}/side-by-side?unit={offer.units[0]}&unit={offer.units[-1]}")
    assert [unit for unit in read_list(side.text).units if unit] == [offer.units[0], offer.units[-1]]


def test_a_list_that_is_drawn_already_stays_as_it_is(market: Market, as_person: AsPerson) -> None:
    before = market.holder()
    market.decide(True)
    same_day = market.holder()
    market.tomorrow()
    during = market.holder()
    market.decide(False)
    market.tomorrow()
    after = market.holder()
    assert [len(market.offer(*who).cards) for who in (before, same_day, during, after)] == [6, 6, 3, 6]
    html = as_person(before[0].actor).get(f"/my/vouchers/{before[1]}/providers").text
    assert "data-place" not in html
    assert read_list(html).units == list(market.offer(*before).units)


def test_a_filter_and_a_late_sister_move_no_card(market: Market, as_person: AsPerson) -> None:
    market.decide(True)
    market.tomorrow()
    holder, voucher_id = market.holder()
    old = market.offer(holder, voucher_id)
    sister = provider(market.desk, market.world, group_of=market.companies[0], paused=True)
    new = market.offer(holder, voucher_id)
    assert [card[0] for card in new.cards] == [card[0] for card in old.cards]
    (grown,) = (card for card in new.cards if sister.unit in card)
    assert grown[-1] == sister.unit
    html = as_person(holder.actor).get(f"/my/vouchers/{voucher_id}/providers?taking=1").text
    shown = read_list(html)
    assert shown.units == [unit for card in new.cards for unit in card if unit != sister.unit]
    assert shown.marks["data-code"] == new.code


def test_what_was_shown_is_kept_and_signed(market: Market, as_person: AsPerson, app: Flask) -> None:
    market.decide(True)
    market.tomorrow()
    holder, voucher_id = market.holder()
    offer = market.offer(holder, voucher_id)
    browser = as_person(holder.actor)
    address = f"/my/vouchers/{voucher_id}/choose/{offer.units[-1]}"
    page = browser.get(f"{address}?shown={offer.code}")
    assert page.status_code == 200
    once = page.text.split('name="once"')[1].split('value="')[1].split('"')[0]
    assert browser.post(address, data={"once": once, "shown": offer.code}).status_code == 303
    kept = browser.get(f"/my/vouchers/{voucher_id}/choice").text
    assert read_list(kept).units == [unit for card in offer.cards for unit in card]
    assert read_list(kept).code == offer.code
    choice_id = kept.split("/my/choices/")[1].split("/")[0]
    receipt = browser.get(f"/my/choices/{choice_id}/receipt").json
    assert receipt is not None
    assert receipt["receipt"]["together"] == [list(card) for card in offer.cards]
    assert [card["unit"] for card in receipt["receipt"]["list"]] == list(offer.units)


def test_the_public_list_and_the_rule_for_everyone(market: Market, as_person: AsPerson, visitor: CheckedClient) -> None:
    procurement = as_person(market.world.procurement)
    page = procurement.get("/admin/order/rule").text
    assert 'name="one_card"' in page
    typed = {"source": "none", "lottery": "", "one_card": "y"}
    assert procurement.post("/admin/order/rule", data={**typed, "reason": ""}).status_code == 422
    assert procurement.post("/admin/order/rule", data={**typed, "reason": "Lautakunta 5 §"}).status_code == 303
    assert "samassa kortissa" in words_of(procurement.get("/admin/order").text)
    address = f"/o/{market.world.organiser_code}/providers"
    assert "data-place" not in visitor.get(address).text
    market.tomorrow()
    html = visitor.get(address).text
    assert html.count("saman ryhmän yritys") == 2
    assert html.count("data-place") == 6
    assert "samassa kortissa" in words_of(visitor.get(f"/o/{market.world.organiser_code}/log").text)
