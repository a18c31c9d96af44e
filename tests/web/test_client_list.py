"""The client's list through HTTP: the drawn order, its check code, her own filters, side by side, many providers."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, select, update

from marketplace.clock import SetClock
from marketplace.matching.order import Unit
from marketplace.matching.registry import Reason, State
from marketplace.models.choosing import FilterUse
from marketplace.models.providers import Approval, ControlGroup, Provider, Site
from marketplace.models.trail import AuditEvent
from marketplace.models.vouchers import OfferList, Voucher
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.offers import offer_of
from marketplace.use_cases.order_log import head, write_registry
from tests.makers import Company, Person, World, chosen, client, granted, opened, provider, world
from tests.portals import AsPerson
from tests.web.rendered import read_list, words_of


class Market:
    """A world with providers that differ, and a client with a voucher."""

    def __init__(self, desk: Desk, providers: int = 6) -> None:
        self.desk = desk
        self.world: World = world(desk)
        self.companies: list[Company] = [provider(desk, self.world) for _ in range(providers)]
        self.holder: Person = client(desk, self.world)
        self.voucher_id = granted(desk, self.world, self.holder).voucher_id

    @property
    def url(self) -> str:
        return f"/my/vouchers/{self.voucher_id}/providers"

    def offered(self) -> tuple[list[str], str]:
        """The order and the code by the use case's own step."""
        with opened(self.desk, self.holder.actor) as tx:
            offer = offer_of(tx, tx.session.get_one(Voucher, self.voucher_id))
            return list(offer.units), offer.code

    def tell(self, number: int, *, site: dict[str, object] | None = None, **approval: object) -> None:
        """What one of the companies tells of itself."""
        company = self.companies[number]
        with opened(self.desk, self.world.procurement) as tx:
            if site:
                tx.session.execute(update(Site).where(Site.provider_id == company.provider_id).values(**site))
            if approval:
                tx.session.execute(update(Approval).where(Approval.id == company.approval_id).values(**approval))


@pytest.fixture
def market(desk: Desk) -> Market:
    return Market(desk)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that run inside."""
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.upper().startswith(("SAVEPOINT", "RELEASE", "SET CONSTRAINTS")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_the_page_shows_the_drawn_order_and_its_code(market: Market, as_person: AsPerson) -> None:
    html = as_person(market.holder.actor).get(market.url).text
    found = read_list(html)
    units, code = market.offered()
    assert found.units == units
    assert found.code == found.marks["data-code"] == code
    assert code in words_of(html)
    assert found.marks["data-list"] == "1"


def test_the_order_is_the_same_in_every_language_and_on_every_visit(market: Market, as_person: AsPerson) -> None:
    seen = {
        (tuple(read_list(page.text).units), read_list(page.text).code)
        for language in ("fi", "sv", "en", "fi")
        for page in [as_person(market.holder.actor, language).get(market.url)]
    }
    assert len(seen) == 1


def test_filters_are_empty_at_first_and_only_leave_out(market: Market, as_person: AsPerson) -> None:
    market.tell(1, site={"languages": ["sv"]})
    market.tell(4, site={"languages": ["fi", "sv"]})
    browser = as_person(market.holder.actor)
    whole = browser.get(market.url).text
    assert not re.search(r'name="(municipality|language|way|competence|soon|taking|accessible)"[^>]* checked', whole)
    html = browser.get(f"{market.url}?language=sv").text
    part, units = read_list(html), read_list(whole).units
    wanted = {market.companies[1].unit, market.companies[4].unit}
    assert part.units == [unit for unit in units if unit in wanted]
    assert part.marks["data-code"] == market.offered()[1]
    assert f"osa luettelosta 1, tarkistuskoodi {part.marks['data-code']}" in words_of(html)
    assert f'href="{market.url}?neutral=1"' in html


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("municipality=Siilinjärvi", {0}),
        ("language=ar", {1}),
        ("way=group", {2}),
        ("soon=1", {0, 1, 2, 3}),
        ("taking=1", {0, 1, 2, 3, 4}),
        ("accessible=1", {0, 1, 2, 4, 5}),
        ("language=ar&way=group", set()),
        ("language=ar&language=fi", {0, 1, 2, 3, 4, 5}),
        ("language=nonsense", set()),
    ],
)
def test_each_filter(market: Market, as_person: AsPerson, query: str, left: set[int]) -> None:
    market.tell(0, site={"municipality": "Siilinjärvi"})
    market.tell(1, site={"languages": ["ar", "fi"]})
    with opened(market.desk, market.world.procurement) as tx:
        ways = update(Provider).where(Provider.id == market.companies[2].provider_id)
        tx.session.execute(ways.values(way_of_work="both"))
    market.tell(3, site={"accessible": "not_stated"})
    market.tell(4, next_start=market.desk.clock.today() + timedelta(days=15))
    market.tell(5, paused=True)
    found = read_list(as_person(market.holder.actor).get(f"{market.url}?{query}").text)
    assert found.units == [unit for unit in market.offered()[0] if unit in {market.companies[i].unit for i in left}]


def test_each_change_of_a_filter_is_noted_with_the_client_as_its_actor(market: Market, as_person: AsPerson) -> None:
    browser = as_person(market.holder.actor)
    browser.get(market.url)
    for query in ("language=fi&soon=1&municipality=Atlantis", "soon=1&language=fi", "sort=start", "neutral=1", "sort=no"):
        browser.get(f"{market.url}?{query}")
    with opened(market.desk, market.world.auditor) as tx:
        rows = tx.session.scalars(select(FilterUse).order_by(FilterUse.id)).all()
        assert {(row.actor_id, row.role, row.voucher_id) for row in rows} == {
            (market.holder.actor.account_id, "client", market.voucher_id)
        }
        assert [row.wishes for row in rows] == [{"language": ["fi"], "soon": True}, {"sort": "start"}, {}]
        assert not tx.session.scalars(select(AuditEvent).where(AuditEvent.action == "list.filter")).all()


def test_the_clients_own_sort_is_stable_and_one_tap_brings_the_drawn_order_back(
    market: Market, as_person: AsPerson
) -> None:
    today = market.desk.clock.today()
    market.tell(0, next_start=today + timedelta(days=9))
    market.tell(1, next_start=today + timedelta(days=2))
    market.tell(2, next_start=None, free_places=None)
    market.tell(3, places_as_of=today - timedelta(days=31))
    market.tell(4, paused=True)
    units, code = market.offered()
    browser = as_person(market.holder.actor)
    html = browser.get(f"{market.url}?sort=start").text
    numbers = {company.unit: n for n, company in enumerate(market.companies)}
    unknown = [numbers[unit] for unit in units if numbers[unit] in (2, 3)]
    found = read_list(html)
    assert [numbers[unit] for unit in found.units] == [5, 1, 0, *unknown, 4]
    assert found.marks["data-code"] == code
    assert "Olet itse järjestänyt luettelon" in words_of(html)
    assert f'href="{market.url}?neutral=1"' in html
    assert read_list(browser.get(f"{market.url}?neutral=1").text).units == units
    assert not re.search(r"<option[^>]* selected", browser.get(market.url).text)


def test_waiting_times_are_told_with_the_first_start_and_go_stale_with_it(
    market: Market, as_person: AsPerson, clock: SetClock
) -> None:
    market.tell(0, next_start=clock.today() + timedelta(days=15))
    page = f"{market.url}/{market.companies[0].unit}"
    assert "noin 3 viikkoa" in as_person(market.holder.actor).get(page).text
    clock.move_to(clock.today() + timedelta(days=31))
    assert "noin 3 viikkoa" not in (stale := as_person(market.holder.actor).get(page).text)
    assert stale.count("ei tiedossa") >= 3


def test_a_paused_provider_stays_with_its_label_and_a_full_one_can_be_chosen(
    market: Market, as_person: AsPerson
) -> None:
    market.tell(0, paused=True)
    market.tell(1, free_places=0)
    browser = as_person(market.holder.actor)
    assert set(read_list(browser.get(market.url).text).units) == {company.unit for company in market.companies}
    paused = browser.get(f"{market.url}/{market.companies[0].unit}").text
    assert "/choose/" not in paused
    assert "Ei ota nyt uusia asiakkaita" in paused
    assert "/choose/" in browser.get(f"{market.url}/{market.companies[1].unit}").text


def test_side_by_side_stands_in_the_order_of_the_list(market: Market, as_person: AsPerson) -> None:
    units, code = market.offered()
    browser = as_person(market.holder.actor)
    side = f"/my/vouchers/{market.voucher_id}/side-by-side"
    html = browser.get(f"{side}?unit={units[4]}&unit={units[0]}&unit={units[2]}&shown={code}").text
    found = read_list(html)
    assert found.units == [units[0], units[2], units[4]]
    assert code in words_of(html)
    assert "osa luettelosta 1" in words_of(html)


@pytest.mark.parametrize("ticked", [0, 1, 5])
def test_too_few_or_too_many_side_by_side_keeps_the_ticks(market: Market, as_person: AsPerson, ticked: int) -> None:
    units = market.offered()[0][:ticked]
    query = "&".join(f"unit={unit}" for unit in units)
    answer = as_person(market.holder.actor).get(f"/my/vouchers/{market.voucher_id}/side-by-side?{query}")
    assert answer.status_code == 422
    kept = set(re.findall(r'value="(u\d+)" id="side-u\d+" checked', answer.text))
    assert kept == set(units)
    assert "kahta, kolmea tai neljää" in answer.text


def test_a_provider_in_the_context_of_the_voucher(market: Market, as_person: AsPerson) -> None:
    company = market.companies[0]
    code = market.offered()[1]
    html = as_person(market.holder.actor).get(f"{market.url}/{company.unit}?shown={code}&language=fi").text
    assert company.name in html
    assert code in html
    assert f"/choose/{company.unit}?shown={code}&amp;language=fi" in html
    with opened(market.desk, market.world.auditor) as tx:
        assert tx.session.scalars(select(AuditEvent.action).where(AuditEvent.action == "card.open")).all()


@pytest.mark.parametrize("unit", ["u-nobody", "%00", "a%27--", "x" * 200])
def test_a_made_up_provider_is_not_there(market: Market, as_person: AsPerson, unit: str) -> None:
    assert as_person(market.holder.actor).get(f"{market.url}/{unit}").status_code == 404


def test_a_strangers_voucher_is_not_there(market: Market, as_person: AsPerson) -> None:
    unit, code = market.offered()[0][0], market.offered()[1]
    start = f"/my/vouchers/{market.voucher_id}"
    pages = ["/providers", f"/providers/{unit}", "/side-by-side", f"/choose/{unit}?shown={code}", "/choice", "/refuse"]
    elsewhere = world(market.desk)
    for stranger in (client(market.desk, market.world), client(market.desk, elsewhere)):
        browser = as_person(stranger.actor)
        assert [browser.get(start + page).status_code for page in pages] == [404] * len(pages)
        assert browser.get(f"/my/vouchers/{2**63}/providers").status_code == 404
    staff = as_person(market.world.caseworker)
    assert {staff.get(start + page).status_code for page in pages} == {403}


def test_a_voucher_that_is_over_has_a_friendly_page(market: Market, as_person: AsPerson, clock: SetClock) -> None:
    clock.move_to(clock.today() + timedelta(days=181))
    browser = as_person(market.holder.actor)
    answer = browser.get(market.url)
    assert answer.status_code == 200
    assert "ei ole enää käytössä" in answer.text
    unit, code = market.offered()[0][0], market.offered()[1]
    assert browser.get(f"/my/vouchers/{market.voucher_id}/choose/{unit}?shown={code}").status_code == 303
    assert "ei ole enää käytössä" in browser.get(f"/my/vouchers/{market.voucher_id}/refuse").text


def test_the_menu_leads_to_the_list(market: Market, as_person: AsPerson) -> None:
    answer = as_person(market.holder.actor).get("/my/choose")
    assert (answer.status_code, answer.location) == (303, market.url)
    assert "ei ole nyt seteliä" in as_person(client(market.desk, market.world).actor).get("/my/choose").text


def test_a_list_without_providers_says_what_to_do(desk: Desk, as_person: AsPerson) -> None:
    market = Market(desk, providers=0)
    assert "Ota yhteyttä palveluohjaajaasi" in as_person(market.holder.actor).get(market.url).text


def test_the_queries_do_not_grow_with_providers_or_vouchers(desk: Desk, as_person: AsPerson) -> None:
    numbers = {}
    for size in (5, 60):
        market = Market(desk, providers=size)
        for _ in range(size // 5):
            other = client(desk, market.world)
            chosen(desk, other, market.companies[0], granted(desk, market.world, other).voucher_id)
        browser = as_person(market.holder.actor)
        browser.get(market.url)
        with counted(desk.engine) as seen:
            assert len(read_list(browser.get(market.url).text).units) == size
        numbers[size] = len(seen)
    assert numbers[5] == numbers[60] <= 6, numbers


def test_a_thousand_providers_come_in_pages_of_a_hundred(desk: Desk, as_person: AsPerson) -> None:
    market = Market(desk, providers=1)
    _many(desk, market.world, 239)
    units, code = market.offered()
    browser = as_person(market.holder.actor)
    pages = [read_list(browser.get(f"{market.url}?page={number}").text) for number in (1, 2, 3)]
    assert [len(page.units) for page in pages] == [100, 100, 40]
    assert [unit for page in pages for unit in page.units] == units
    assert {page.marks["data-code"] for page in pages} == {code}
    assert [page.marks["start"] for page in pages] == ["1", "101", "201"]
    last = read_list(browser.get(f"{market.url}?page=99&language=fi").text)
    assert last.units == units[200:]


def _many(desk: Desk, w: World, number: int) -> None:
    """Late providers on the list, made as rows: the makers would take a minute."""

    with opened(desk, w.procurement) as tx:
        log = head(tx)
        for n in range(number):
            group = ControlGroup(code=f"many-{w.organiser_id}-{n}")
            tx.session.add(group)
            tx.session.flush()
            made = Provider(
                business_id=f"many-{w.organiser_id}-{n}", unit=f"many-{w.organiser_id}-{n:04d}",
                control_group_id=group.id, name=f"Tuottaja {n:04d} Oy", legal_form="company", vat_registered=True,
                iban="FI2112345600000785", email="many@example.org", phone="+35840", own_words="", registered_at=tx.now,
            )  # fmt: skip
            tx.session.add(made)
            tx.session.flush()
            tx.session.add(
                Approval(organiser_id=w.organiser_id, provider_id=made.id, package_id=w.package_id, area_id=w.area_id,
                         state="approved", valid_from=tx.today)
            )  # fmt: skip
            tx.session.add(Site(provider_id=made.id, name="T", street="K 1", municipality="Kuopio", languages=["fi"],
                                accessible="yes"))  # fmt: skip
            offers = [(w.package_code, w.area_code)]
            write_registry(tx, Unit(made.unit, group.code), offers, State.APPROVED, Reason.AUTHORITY, log)


def test_a_provider_approved_later_comes_to_its_place_and_moves_nobody(market: Market, as_person: AsPerson) -> None:
    browser = as_person(market.holder.actor)
    before = read_list(browser.get(market.url).text)
    newcomer = provider(market.desk, market.world)
    after = read_list(browser.get(market.url).text)
    assert [unit for unit in after.units if unit != newcomer.unit] == before.units
    assert newcomer.unit in after.units
    assert after.code == after.marks["data-code"] != before.code
    with opened(market.desk, market.world.auditor) as tx:
        assert newcomer.unit not in tx.session.scalars(select(OfferList.units)).one()
