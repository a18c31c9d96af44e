"""The provider's daily work in a real browser: axe finds nothing, nothing sticks out at 320 px, and from the client's choice
to the sent invoice all of it works without JavaScript."""

import pytest

from tests.web.browser import axe_problems, small_targets, too_wide
from tests.web.provider_story import live
from tests.web.test_procurement_browser import House, house  # noqa: F401  the fixture
from tests.web.test_provider_work import money_paths, paths

pytestmark = pytest.mark.browser


def test_axe_finds_nothing_on_the_works_pages(house: House) -> None:  # noqa: F811
    story = live(house.desk, house.desk.clock)  # type: ignore[arg-type]
    problems = []
    for width, language in ((1280, "fi"), (320, "sv")):
        page = house.enter(story.company.manager, width, language)
        for path in {**paths(story), **money_paths(story)}.values():
            page.goto(f"/provider/{path}")
            for shut in page.locator("details.line > summary").all()[:2]:
                shut.click()
            problems += [f"{path} {width} {language}: {one}" for one in axe_problems(page)]
            if width < 400:
                problems += [f"{path} {width} {language}: {one}" for one in too_wide(page) + small_targets(page)]
    assert problems == []


def test_from_the_choice_to_the_invoice_without_javascript(house: House) -> None:  # noqa: F811
    story = live(house.desk, house.desk.clock)  # type: ignore[arg-type]
    page = house.enter(story.company.manager, width=360, javascript=False)
    page.goto("/provider/")
    page.get_by_role("link", name="Uusi asiakas on valinnut teidät").click()
    page.get_by_label("Palvelun ensimmäinen päivä").fill("16.11.2026")
    page.get_by_role("button", name="Vahvista paikka").click()
    assert page.get_by_text("Paikka on vahvistettu").is_visible()

    page.get_by_role("link", name="Kirjaa tapahtuma").click()
    page.get_by_label("Kuinka paljon?").fill("2,5")
    page.get_by_role("button", name="Näytä ensin hinta").click()
    assert page.get_by_text("132,50 €").is_visible()
    assert page.get_by_label("Kuinka paljon?").input_value() == "2,5"
    page.get_by_role("button", name="Tallenna tapahtuma").click()
    assert page.get_by_text("Setelillä on jäljellä 37,5 tuntia").is_visible()

    page.goto("/provider/invoices/new?month=2026-11")
    page.get_by_role("button", name="Lähetä lasku").click()
    assert page.get_by_text("on lähetetty").is_visible()
    page.locator("details.line > summary").first.click()
    assert page.get_by_text("Missä rivin raha on kulkenut").first.is_visible()
