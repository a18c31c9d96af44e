"""Prices in a real browser: a procurement officer, without a developer, gives one group another rate from a day on (the
request that evaka#8597 had to refuse), a second officer publishes it, a voucher granted the next day uses it, and a running
voucher keeps its own. And axe finds nothing on the pages of prices."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from marketplace.clock import SetClock
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.tell_price import OwnPriceOrder, tell_price
from marketplace.use_cases.write_package import PackageDraft, edit_package
from marketplace.use_cases.write_prices import MultiplierDraft, PriceDraft, add_multiplier, add_need_class, add_price
from marketplace.use_cases.write_terms import create_terms, publish_terms, submit_terms
from tests.conftest import TODAY
from tests.makers import World, client, granted, provider, world
from tests.portals import portals_app
from tests.use_cases.procurement import terms_draft
from tests.web.browser import axe_problems, served, small_targets, too_wide
from tests.web.test_procurement_browser import House

pytestmark = pytest.mark.browser
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def house(own_desk: Desk, browser: Browser) -> Iterator[House]:
    app = portals_app(own_desk, WTF_CSRF_ENABLED=True, SESSION_COOKIE_NAME="session")
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    with served(app) as address:
        yield House(own_desk, address, serializer, browser)


def text(page: Page) -> str:
    return page.locator("main").inner_text().replace("\xa0", " ")


def need_of(page: Page, holder: int, group: str) -> None:
    """The caseworker assesses a need, with the client's group where she is in one."""
    page.goto(f"/admin/clients/{holder}/needs/new")
    page.get_by_label("Palvelu", exact=True).select_option(label="Valmennus kohti työtä")
    page.get_by_label("Mitä asiakas tarvitsee?").select_option(index=1)
    if group:
        page.get_by_label("Tarveluokka").select_option(label=f"Valmennus kohti työtä: {group}")
    page.get_by_label("Asiakkaan tavoite").fill("Työpaikka.")
    page.locator("#tier-1").check()
    page.locator("#instrument").select_option(index=1)
    page.locator("#version").fill("1")
    page.locator("#declined").check()
    page.locator("#measured_on").fill("17.11.2026")
    page.get_by_role("button", name="Kirjaa palvelutarve").click()


def test_one_group_gets_another_rate_from_a_day_without_a_developer(house: House) -> None:
    w = world(house.desk)
    running = granted(house.desk, w, client(house.desk, w)).voucher_id
    _write(house, w)
    _publish(house, w)
    assert isinstance(house.desk.clock, SetClock)
    house.desk.clock.move_to(TOMORROW)

    worker = house.enter(w.caseworker)
    young, other = client(house.desk, w), client(house.desk, w)
    for holder, group, price, value in (
        (young.client_id, "Alle 25-vuotiaat", "61,20 €", "2 448,00 €"),
        (other.client_id, "", "53,00 €", "2 120,00 €"),
    ):
        need_of(worker, holder, group)
        assert price in text(worker)
        assert value in text(worker)
        worker.get_by_label("Päätöksen perustelut").fill("Tarvitsee tukea työn aloittamiseen.")
        worker.get_by_role("button", name="Myönnä seteli").click()
        assert price in text(worker) or value in text(worker)
    worker.goto(f"/admin/vouchers/{running}")
    assert "53,00 €" in text(worker)
    assert "2 120,00 €" in text(worker)


def _write(house: House, w: World) -> None:
    """The officer adds the group, writes new terms with its rate, and sees what each group would get."""
    page = house.enter(w.procurement, javascript=False)
    page.goto(f"/admin/packages/{w.package_id}")
    page.get_by_role("link", name="Lisää tarveluokka").click()
    page.get_by_label("Suomeksi").fill("Alle 25-vuotiaat")
    page.get_by_role("button", name="Lisää luokka").click()
    page.get_by_role("link", name="Uudet ehdot").click()
    page.get_by_label("Ensimmäinen päivä").fill("17.11.2026")
    page.get_by_role("button", name="Tallenna luonnos").click()
    page.get_by_role("link", name="Avaa hintataulukko").click()
    assert "Taulukko on kattava" in text(page)
    page.get_by_role("link", name="Lisää hinta").click()
    page.get_by_label("Tarveluokka").select_option(label="Alle 25-vuotiaat")
    page.get_by_role("button", name="Tallenna").click()
    assert page.title().startswith("Virhe:")  # the price itself is missing
    assert page.get_by_label("Tarveluokka").input_value() == "alle-25-vuotiaat"
    page.get_by_label("Järjestäjä maksaa yhdestä yksiköstä").fill("61,20")
    page.get_by_role("button", name="Tallenna").click()
    assert "Alle 25-vuotiaat" in text(page)
    assert "40 h × 53,00 € = 2 120,00 €" in text(page)
    page.get_by_label("Tarveluokka").select_option(label="Alle 25-vuotiaat")
    page.get_by_role("button", name="Näytä").click()
    assert "40 h × 61,20 € = 2 448,00 €" in text(page)
    page.get_by_role("button", name="Lähetä julkaistavaksi").click()
    assert "Toinen virkailija lukee" in text(page)


def _publish(house: House, w: World) -> None:
    """Another officer reads the table and publishes."""
    second = house.enter(w.approver, javascript=False)
    second.goto("/admin/")
    second.get_by_role("link", name="Lue ja ratkaise").click()
    second.get_by_role("link", name="Avaa hintataulukko").click()
    assert "61,20 €" in text(second)
    assert second.get_by_role("link", name="Lisää hinta").count() == 0
    second.go_back()
    second.get_by_label("Toimielimen päätös näistä ehdoista").fill("LTK 16.11.2026 § 12")
    second.get_by_role("button", name="Julkaise ehdot").click()
    assert "Ehdot on julkaistu" in text(second)


def test_axe_finds_nothing_on_the_pages_of_prices(house: House) -> None:
    desk = house.desk
    w = world(desk)
    card = dict.fromkeys(("purpose", "target_group", "content", "effects", "arrival"), {"fi": "Valmennus"})
    edit_package(desk, w.procurement, w.package_id, PackageDraft({"fi": "Valmennus kohti työtä"}, card, free_by_law=False))
    add_need_class(desk, w.procurement, w.package_id, {"fi": "Alle 25-vuotiaat"})
    published = create_terms(desk, w.procurement, w.package_id, terms_draft(TOMORROW, price_cents=None))
    add_price(desk, w.procurement, published, PriceDraft("markup", 5_300, cap_percent=20))
    add_price(desk, w.procurement, published, PriceDraft("fixed", 6_120, need_class="alle-25-vuotiaat"))
    add_multiplier(desk, w.procurement, published, MultiplierDraft("evening", 115))
    submit_terms(desk, w.procurement, published)
    publish_terms(desk, w.approver, published, "LTK § 9")
    draft = create_terms(desk, w.procurement, w.package_id, terms_draft(TODAY + timedelta(days=9), price_cents=None))
    ceiling = PriceDraft("ceiling", 5_000, 6_000, area_id=w.area_id, need_class="alle-25-vuotiaat")
    row = add_price(desk, w.procurement, draft, ceiling)
    companies = [provider(desk, w, name=name) for name in ("Savon Polku ry", "Kallaveden Valmennus Oy")]
    tell_price(desk, companies[0].manager, OwnPriceOrder(w.package_id, 6_000, TOMORROW))
    assert isinstance(desk.clock, SetClock)
    desk.clock.move_to(TOMORROW)
    holder = client(desk, w)
    voucher = granted(desk, w, holder).voucher_id
    visits = (
        (w.procurement, (
            f"/admin/terms/{published}/prices", f"/admin/terms/{draft}/prices", f"/admin/terms/{draft}/prices/new",
            f"/admin/prices/{row}/edit", f"/admin/terms/{draft}/multipliers/new", f"/admin/packages/{w.package_id}",
            f"/admin/packages/{w.package_id}/classes/new", f"/admin/terms/{draft}", f"/admin/terms/{draft}/edit",
        )),
        (companies[0].manager, ("/provider/prices",)),
        (holder.actor, ("/my", f"/my/vouchers/{voucher}/providers")),
    )  # fmt: skip
    problems = []
    for width, language in ((1280, "fi"), (360, "sv")):
        for who, paths in visits:
            page = house.enter(who, width, language)
            for path in paths:
                page.goto(path)
                problems += [f"{path} {width} {language}: {one}" for one in axe_problems(page)]
                if width < 400:
                    problems += [f"{path} {width} {language}: {one}" for one in too_wide(page) + small_targets(page)]
    assert problems == []
