"""Procurement's pages in a real browser: axe finds nothing, nothing sticks out at 320 px, and all of it works without
JavaScript, from the terms to their publication and from an application to its decision."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from marketplace.access.actor import Actor
from marketplace.use_cases.decide_application import ApproveOrder, approve_application
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.suspend_provider import suspend_provider
from marketplace.use_cases.write_terms import create_terms
from tests.conftest import TODAY
from tests.makers import active_voucher, provider, world
from tests.portals import cookie_of, portals_app
from tests.use_cases.procurement import application, terms_draft
from tests.web.browser import axe_problems, served, small_targets, too_wide

pytestmark = pytest.mark.browser


class House:
    """The app on a desk that commits, served, with browsers of its people."""

    def __init__(self, desk: Desk, address: str, serializer: object, browser: Browser) -> None:
        self.desk, self.address, self._serializer, self._browser = desk, address, serializer, browser

    def enter(self, who: Actor, width: int = 1280, language: str = "fi", javascript: bool = True) -> Page:
        context = self._browser.new_context(
            viewport={"width": width, "height": 900}, base_url=self.address, java_script_enabled=javascript
        )
        kept = {"_user_id": cookie_of(self.desk, who), "_fresh": True, "language": language}
        value = self._serializer.dumps(kept)  # type: ignore[attr-defined]
        context.add_cookies([{"name": "session", "value": value, "url": self.address}])
        return context.new_page()


@pytest.fixture
def house(own_desk: Desk, browser: Browser) -> Iterator[House]:
    app = portals_app(own_desk, WTF_CSRF_ENABLED=True, SESSION_COOKIE_NAME="session")
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    with served(app) as address:
        yield House(own_desk, address, serializer, browser)


def test_axe_finds_nothing_on_procurements_pages(house: House) -> None:
    desk = house.desk
    running = active_voucher(desk)
    w = running.world
    application_id, _items, _company = application(desk, w)
    decided_id, items, _company = application(desk, w)
    made = approve_application(desk, w.procurement, ApproveOrder(decided_id, (items[0],), "Ehdot täyttyvät."))
    suspend_provider(desk, w.procurement, provider(desk, w).provider_id, "Vakuutus puuttuu.")
    terms_id = create_terms(desk, w.procurement, w.package_id, terms_draft(TODAY + timedelta(days=9), price_cents=5_600))
    paths = (
        "/admin/", "/admin/terms", f"/admin/programmes/{w.programme_id}", "/admin/programmes/new",
        f"/admin/packages/{w.package_id}", f"/admin/packages/{w.package_id}/edit", f"/admin/terms/{terms_id}",
        f"/admin/terms/{terms_id}/edit", "/admin/rulebook", "/admin/applications",
        f"/admin/applications/{application_id}", "/admin/providers", f"/admin/providers/{running.company.provider_id}",
        f"/admin/providers/{running.company.provider_id}/end", "/admin/budget", "/admin/decisions",
        f"/admin/decisions/{made.decision_ids[0]}", f"/admin/programmes/{w.programme_id}/appropriation",
    )  # fmt: skip
    problems = []
    for width, language in ((1280, "fi"), (320, "sv"), (360, "en")):
        page = house.enter(w.procurement, width, language)
        for path in paths:
            page.goto(path)
            problems += [f"{path} {width} {language}: {one}" for one in axe_problems(page)]
            if width < 400:
                problems += [f"{path} {width} {language}: {one}" for one in too_wide(page) + small_targets(page)]
    assert problems == []


def test_terms_are_written_and_published_without_javascript(house: House) -> None:
    w = world(house.desk)
    page = house.enter(w.procurement, width=360, javascript=False)
    page.goto(f"/admin/packages/{w.package_id}")
    page.get_by_role("link", name="Uudet ehdot").click()
    page.get_by_label("Ensimmäinen päivä").fill("1.12.2026")
    page.get_by_label("Yhden yksikön hinta").fill("56")
    page.locator("#terms-form").get_by_role("button", name="Näytä, mitä tämä tarkoittaa").click()
    assert "40 h × 56,00 € = 2 240,00 €" in page.locator("main").inner_text().replace("\xa0", " ")
    assert page.get_by_label("Ensimmäinen päivä").input_value() == "1.12.2026"
    page.get_by_role("button", name="Tallenna luonnos").click()
    page.get_by_role("button", name="Lähetä julkaistavaksi").click()
    assert "Toinen virkailija lukee" in page.locator("main").inner_text()

    second = house.enter(w.approver, javascript=False)
    second.goto("/admin/")
    second.get_by_role("link", name="Lue ja ratkaise").click()
    second.get_by_label("Toimielimen päätös näistä ehdoista").fill("LTK 20.11.2026 § 8")
    second.get_by_role("button", name="Julkaise ehdot").click()
    assert "Ehdot on julkaistu" in second.locator("main").inner_text()


def test_an_application_is_decided_and_sent_without_javascript(house: House) -> None:
    w = world(house.desk)
    application(house.desk, w, company=provider(house.desk, w, name="Savon Polku ry", approved=False))
    page = house.enter(w.procurement, javascript=False)
    page.goto("/admin/")
    page.get_by_role("link", name="Ratkaise").click()
    page.get_by_role("button", name="Tee päätös").click()
    assert page.title().startswith("Virhe:")
    page.locator("#reasons").fill("Tuottaja täyttää sääntökirjan ehdot.")
    page.get_by_role("button", name="Tee päätös").click()
    words = page.locator(".decision").inner_text()
    assert "Savon Polku ry" in words
    assert "Oikaisuvaatimusohje" in words
    page.get_by_label("Lähetyspäivä").fill("16.11.2026")
    page.get_by_label("Mikä osoittaa sen").fill("Lähetysluettelo 7")
    page.get_by_role("button", name="Kirjaa lähetys").click()
    assert "23. joulukuuta 2026" in page.locator("main").inner_text()
