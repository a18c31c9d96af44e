"""The client's pages in a real browser: axe finds nothing, nothing sticks out at 320 px, and from the list to the choice
and an objection all of it works without JavaScript, with the keyboard alone."""

import pytest
from playwright.sync_api import Page

from marketplace.use_cases.answer_choice import ConfirmOrder, confirm_choice
from marketplace.use_cases.object_to_event import ObjectionOrder, object_to_event
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.refuse_voucher import RefusalOrder, refuse_voucher
from tests.makers import Person, active_voucher, chosen, client, granted, provider, world
from tests.web.browser import axe_problems, small_targets, too_wide
from tests.web.rendered import Rendered
from tests.web.test_procurement_browser import House, house  # noqa: F401  the fixture

pytestmark = pytest.mark.browser


def rendered(page: Page) -> Rendered:
    """The list as the browser shows it, from its elements and nothing else."""
    place = page.locator("[data-list]")
    marks = {name: place.get_attribute(name) or "" for name in ("data-list", "data-at", "data-code")}
    units: list[str] = page.eval_on_selector_all("[data-list] [data-unit]", "all => all.map(one => one.dataset.unit)")
    return Rendered(marks, units)


def pages(house: House) -> list[tuple[Person, tuple[str, ...]]]:  # noqa: F811
    """A client before her choice and one whose service is under way, and one who has refused, with their addresses."""
    desk = house.desk
    run = active_voucher(desk)
    units = [run.company.unit, provider(desk, run.world, paused=True).unit, provider(desk, run.world).unit]
    today = desk.clock.today()
    events = [
        record_event(desk, run.company.coach, EventOrder(run.voucher_id, "delivered", today, 100)).event_id
        for _ in range(2)
    ]
    object_to_event(desk, run.holder.actor, ObjectionOrder(events[0], "En ollut siellä."))
    before, refused = client(desk, run.world), client(desk, run.world)
    voucher_id = granted(desk, run.world, before).voucher_id
    over = granted(desk, run.world, refused).voucher_id
    refuse_voucher(desk, refused.actor, RefusalOrder(over))
    start = f"my/vouchers/{voucher_id}"
    return [
        (before, (
            "my", f"{start}/providers", f"{start}/providers?language=en", f"{start}/providers?language=so",
            f"{start}/providers/{units[0]}", f"{start}/providers/{units[1]}", f"{start}/refuse", f"{start}/choice",
            f"{start}/side-by-side?unit={units[0]}&unit={units[1]}&unit={units[2]}", f"{start}/side-by-side",
            "my/events", "my/decisions", "my/data",
        )),
        (run.holder, (
            "my", f"my/vouchers/{run.voucher_id}/providers", f"my/vouchers/{run.voucher_id}/choice", "my/events",
            f"my/events/{events[0]}", f"my/events/{events[1]}", f"my/events/{events[1]}/object", "my/data?own=1",
        )),
        (refused, ("my", "my/choose", f"my/vouchers/{over}/providers")),
    ]  # fmt: skip


def test_axe_finds_nothing_on_the_clients_pages(house: House) -> None:  # noqa: F811
    problems = []
    found = pages(house)
    for width, language in ((1280, "fi"), (320, "sv")):
        for who, paths in found:
            page = house.enter(who.actor, width, language)
            for path in paths:
                page.goto(f"/{path}")
                problems += [f"{path} {width} {language}: {one}" for one in axe_problems(page)]
                if width < 400:
                    problems += [f"{path} {width} {language}: {one}" for one in too_wide(page) + small_targets(page)]
        page = house.enter(found[0][0].actor, width, language)
        page.goto("/my/choose")
        page.locator(".offer:not(:has(.tag-wait)) .btn-primary").first.click()
        page.locator('a[href*="/choose/"]').click()
        problems += [f"{page.url} {width} {language}: {one}" for one in axe_problems(page) + too_wide(page)]
    assert problems == []


def test_a_client_chooses_without_javascript_on_a_phone(house: House) -> None:  # noqa: F811
    desk = house.desk
    w = world(desk)
    companies = {company.unit: company for company in (provider(desk, w) for _ in range(4))}
    holder = client(desk, w)
    granted(desk, w, holder)
    page = house.enter(holder.actor, width=360, javascript=False)
    page.goto("/my")
    page.get_by_role("link", name="Tutustu tuottajiin").click()
    shown = rendered(page)
    assert shown.code == shown.marks["data-code"]
    assert set(shown.units) == set(companies)
    for unit in shown.units[1:3]:
        page.locator(f"#side-{unit}").check()
    page.get_by_role("button", name="Rinnakkain").click()
    beside = rendered(page)
    assert beside.units == shown.units[1:3]
    assert beside.marks["data-code"] == shown.code
    picked = companies[shown.units[2]]
    page.locator(f'a[href*="/choose/{picked.unit}"]').click()
    page.get_by_role("button", name=f"Kyllä, valitsen tuottajan {picked.name}").click()
    assert page.get_by_role("heading", name=picked.name).is_visible()
    page.get_by_role("link", name="Mitä sinulle näytettiin ja mitä valitsit").click()
    kept = rendered(page)
    assert (kept.units, kept.code) == (shown.units, shown.code)


def test_the_filter_is_reached_with_the_keyboard_alone(house: House) -> None:  # noqa: F811
    desk = house.desk
    w = world(desk)
    for _ in range(3):
        provider(desk, w)
    holder = client(desk, w)
    voucher_id = granted(desk, w, holder).voucher_id
    page = house.enter(holder.actor, javascript=False)
    page.goto(f"/my/vouchers/{voucher_id}/providers")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "language":
            break
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**language=**")
    assert page.get_by_text("Näkyvissä 3 tuottajaa, kaikkiaan 3.").is_visible()
    page.get_by_role("link", name="Näytä koko luettelo").click()
    assert "language" not in page.url


def test_a_client_objects_without_javascript(house: House) -> None:  # noqa: F811
    desk = house.desk
    w = world(desk)
    company, holder = provider(desk, w), client(desk, w)
    voucher_id = granted(desk, w, holder).voucher_id
    confirm_choice(desk, company.manager, ConfirmOrder(chosen(desk, holder, company, voucher_id), desk.clock.today()))
    record_event(desk, company.coach, EventOrder(voucher_id, "delivered", desk.clock.today(), 200))
    page = house.enter(holder.actor, width=360, javascript=False)
    page.goto("/my")
    page.get_by_role("link", name="Katso, mitä on tehty").click()
    page.get_by_role("link", name="Tämä on väärin").click()
    page.get_by_role("button", name="Lähetä huomautus").click()
    assert page.get_by_role("alert").is_visible()
    page.get_by_label("Mikä oli väärin?").fill("Tapaaminen kesti tunnin.")
    page.get_by_role("button", name="Lähetä huomautus").click()
    assert page.get_by_text("Se ratkaistaan viimeistään 30.11.2026").is_visible()
    page.get_by_role("button", name="Perun huomautukseni").click()
    assert page.get_by_text("Olet perunut huomautuksesi.").is_visible()
