"""The rendered order is the logged order, in a real browser: every language, both widths, paper, screen reader, data; and
the reader redoes a draw by herself, without a connection."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from marketplace.access.actor import system
from marketplace.clock import SetClock
from marketplace.matching.order import Unit, order
from marketplace.use_cases.order_example import INVENTED, INVENTED_KEY, INVENTED_RANDOMNESS, invented_example
from marketplace.use_cases.order_log import reveal_due
from marketplace.use_cases.set_order_rule import RuleOrder, set_order_rule
from tests.makers import client, granted, opened, provider, world
from tests.web.browser import axe_problems, small_targets, too_wide
from tests.web.rendered import Rendered
from tests.web.test_client_browser import rendered
from tests.web.test_procurement_browser import House, house  # noqa: F401  the fixture

pytestmark = pytest.mark.browser

SAME = {"fi": "sama", "sv": "samma", "en": "same"}


def heard(page: Page) -> list[str]:
    """The names of the cards in the order in which a screen reader comes to them."""
    spoken: str = page.locator("[data-list]").aria_snapshot()
    return re.findall(r'heading "([^"]+)" \[level=2\]', spoken)


def test_the_code_is_recomputed_in_every_language_and_width(house: House) -> None:  # noqa: F811
    w = world(house.desk)
    companies = [provider(house.desk, w) for _ in range(7)]
    names = {one.unit: one.name for one in companies}
    holder = client(house.desk, w)
    voucher_id = granted(house.desk, w, holder).voucher_id
    seen: set[tuple[str, ...]] = set()
    for language in ("fi", "sv", "en"):
        for width in (1280, 360):
            page = house.enter(holder.actor, width, language)
            page.goto(f"/my/vouchers/{voucher_id}/providers")
            shown = rendered(page)
            assert shown.code == shown.marks["data-code"]
            assert shown.code in page.locator("main").inner_text()
            assert heard(page) == [names[unit] for unit in shown.units]
            seen.add((shown.code, *shown.units))
            page.emulate_media(media="print")
            assert page.get_by_text(shown.code).first.is_visible()
            tops = page.eval_on_selector_all(
                "[data-list] [data-unit]", "all => all.map(one => one.getBoundingClientRect().top)"
            )
            assert tops == sorted(tops)
    data = house.enter(holder.actor).request.get(f"/my/vouchers/{voucher_id}/providers.json").json()
    marks = {"data-list": str(data["list_seq"]), "data-at": str(data["at_seq"])}
    as_data = Rendered(marks, [one["unit"] for one in data["providers"]])
    assert as_data.code == data["check_code"]
    assert seen == {(as_data.code, *as_data.units)}


def test_a_reader_redoes_a_draw_without_a_connection(house: House) -> None:  # noqa: F811
    made = invented_example()
    for language, width in (("fi", 1280), ("sv", 360), ("en", 360)):
        page = _visit(house, width, language)
        page.goto("/how-the-order-is-drawn")
        assert axe_problems(page) + too_wide(page) + small_targets(page) == []
        page.context.set_offline(True)
        page.locator("#redo-tools button").click()
        page.wait_for_selector("#redo[data-done]")
        assert SAME[language] in page.locator("#redo-said").inner_text()
        assert page.locator("#redo-code").inner_text() == made.code
        page.locator("#redo-number").fill("2")
        page.locator("#redo-tools button").click()
        page.wait_for_function("code => document.getElementById('redo').dataset.done !== code", arg=made.code)
        drawn = page.eval_on_selector_all("#redo-places tbody tr", "all => all.map(one => one.dataset.unit)")
        assert drawn == order(INVENTED_KEY, INVENTED_RANDOMNESS, 2, "valmennus", INVENTED, [])
        page.locator("#redo-key").fill("zz")
        page.locator("#redo-tools button").click()
        page.wait_for_function("() => document.getElementById('redo-said').textContent.includes('64')")


def test_a_real_draw_is_redone_when_its_key_is_public(house: House, clock: SetClock) -> None:  # noqa: F811
    desk = house.desk
    w = world(desk)
    first = provider(desk, w)
    for group_of in (first, first, None, None):
        provider(desk, w, group_of=group_of)
    granted(desk, w, client(desk, w))
    address = f"/how-the-order-is-drawn?organiser={w.organiser_code}"
    page = _visit(house, 1280, "fi")
    page.goto(address)
    assert page.locator("#redo-key").input_value() == INVENTED_KEY.hex()  # nothing is public yet
    clock.move_to(clock.today() + timedelta(days=31))
    with opened(desk, system(w.organiser_id)) as tx:
        reveal_due(tx)
    page.goto(address)
    assert page.locator("#redo-key").input_value() != INVENTED_KEY.hex()
    page.locator("#redo-tools button").click()
    page.wait_for_selector("#redo[data-done]")
    assert SAME["fi"] in page.locator("#redo-said").inner_text()


def test_without_a_script_the_worked_numbers_stay(house: House) -> None:  # noqa: F811
    page = _visit(house, 360, "fi", javascript=False)
    page.goto("/how-the-order-is-drawn")
    assert not page.locator("#redo-tools").is_visible()
    assert page.get_by_text(invented_example().code).is_visible()
    assert page.locator("#redo-places tbody tr").count() == len(INVENTED)
    assert Unit("u01", "ga") in INVENTED


def test_axe_finds_nothing_where_staff_set_the_rule(house: House) -> None:  # noqa: F811
    w = world(house.desk)
    set_order_rule(house.desk, w.procurement, RuleOrder("lottery", "Lautakunta 5 §", lottery="lotto"))
    problems = []
    for width, language in ((1280, "fi"), (360, "sv")):
        page = house.enter(w.procurement, width, language)
        for path in ("/admin/order", "/admin/order/rule", "/admin/order/lottery", f"/o/{w.organiser_code}/log"):
            page.goto(path)
            found = axe_problems(page) + too_wide(page) + small_targets(page)
            problems += [f"{path} {width} {language}: {one}" for one in found]
    assert problems == []


def _visit(house: House, width: int, language: str, javascript: bool = True) -> Page:  # noqa: F811
    context = house._browser.new_context(
        viewport={"width": width, "height": 900}, base_url=house.address, java_script_enabled=javascript, locale=language
    )
    return context.new_page()
