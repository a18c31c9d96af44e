"""The pages of equal treatment: the monitor and its CSV, the auditor's tests, the grounds, a provider's own, the public's."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.access.actor import Actor, system
from marketplace.clock import SetClock
from marketplace.models.fairness import MonitoringGrounds
from marketplace.models.providers import Provider
from marketplace.models.trail import AuditEvent
from marketplace.use_cases.answer_choice import DeclineOrder, decline_choice
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.fairness_figures import keep_figures
from tests import makers
from tests.page_checks import CheckedClient
from tests.portals import AsPerson
from tests.web.test_client_list import counted

GROUNDS = {"assessed_on": "1.10.2026", "assessment": "TSV 12/2026", "agreed_on": "5.10.2026", "agreement": "YT 3/2026",
           "once": "b" * 32}  # fmt: skip


class Market:
    """Twenty-six lists of three companies; all but two have been chosen from, two choices were declined."""

    def __init__(self, desk: Desk, clock: SetClock) -> None:
        self.world = makers.world(desk)
        self.companies = [
            makers.provider(desk, self.world, name=name) for name in ("Aalto Oy", "=Beeta Oy", "Gamma ry")
        ]
        for number in range(26):
            holder = makers.client(desk, self.world)
            voucher_id = makers.granted(desk, self.world, holder).voucher_id
            if number < 24:
                company = self.companies[number % 3]
                choice_id = makers.chosen(desk, holder, company, voucher_id)
                if number < 2:
                    decline_choice(desk, company.manager, DeclineOrder(choice_id, "no_capacity"))
        clock.move_to(clock.today() + timedelta(days=1))


@pytest.fixture
def market(desk: Desk, clock: SetClock) -> Market:
    return Market(desk, clock)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_monitor_shows_each_figure(market: Market, as_person: AsPerson, language: str) -> None:
    client = as_person(market.world.auditor, language)
    page = client.get("/admin/monitor").text
    assert page.count("<svg") >= 6
    assert "Aalto Oy" in page
    assert {"fi": "ei kerrota", "sv": "visas inte", "en": "not told"}[language] in page
    assert client.get("/admin/monitor?period=12").status_code == 200
    assert client.get("/admin/monitor?period=1999-01").status_code == 404


def test_the_monitor_says_when_there_is_nothing(desk: Desk, as_person: AsPerson) -> None:
    page = as_person(makers.world(desk).procurement).get("/admin/monitor").text
    assert "Tänä aikana ei arvottu listoja" in page
    assert "<svg" not in page.split("<main")[1]


def test_a_second_look_asks_little_of_the_database(desk: Desk, market: Market, as_person: AsPerson) -> None:
    client = as_person(market.world.auditor)
    client.get("/admin/monitor")
    with counted(desk.engine) as seen:
        client.get("/admin/monitor")
    assert len(seen) <= 16, seen


def test_small_counts_are_in_no_file_either(market: Market, as_person: AsPerson) -> None:
    client = as_person(market.world.procurement)
    needs = client.get("/admin/monitor/needs.csv").data.decode("utf-8-sig").splitlines()
    assert needs[0] == "need;stands;declined;changed_soon;changed_later;other;total"
    assert needs[1] == "direction;;;0;0;0;24"
    providers = client.get("/admin/monitor/providers.csv").data.decode("utf-8-sig")
    assert "\r\n'=Beeta Oy;8;8" in providers, "a name is not computed by whoever opens the file"
    for what in ("exposure", "first", "effective", "declines", "channels"):
        answer = client.get(f"/admin/monitor/{what}.csv?period=12")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{what}-12.csv"'
    assert client.get("/admin/monitor/caseworkers.csv").status_code == 404


def test_results_by_caseworker_open_with_the_grounds_and_each_look_is_on_record(
    desk: Desk, market: Market, as_person: AsPerson
) -> None:
    w = market.world
    auditor, administrator = as_person(w.auditor), as_person(w.administrator)
    assert "suljettuina" in auditor.get("/admin/monitor/caseworkers").text
    page = administrator.post("/admin/staff/monitoring", data={**GROUNDS, "agreement": "", "assessed_on": "1.1.2030"})
    assert page.status_code == 422
    assert "TSV 12/2026" in page.text
    with makers.opened(desk, w.auditor) as tx:
        assert tx.session.scalar(select(func.count()).select_from(MonitoringGrounds)) == 0
        assert tx.session.scalar(select(func.count()).where(AuditEvent.action == "monitoring.read")) == 0
    assert administrator.post("/admin/staff/monitoring", data=GROUNDS).status_code == 303
    assert "YT 3/2026" in administrator.get("/admin/staff/monitoring").text
    assert "suljettuina" not in auditor.get("/admin/monitor/caseworkers").text
    with makers.opened(desk, w.auditor) as tx:
        assert tx.session.scalar(select(func.count()).where(AuditEvent.action == "monitoring.read")) == 1
    assert as_person(w.procurement).get("/admin/monitor/caseworkers").status_code == 403
    assert administrator.post("/admin/staff/monitoring/close").status_code == 303
    assert "suljettuina" in auditor.get("/admin/monitor/caseworkers").text


def test_the_audit_trail_has_words_for_what_was_done(market: Market, as_person: AsPerson) -> None:
    as_person(market.world.administrator).post("/admin/staff/monitoring", data=GROUNDS)
    auditor = as_person(market.world.auditor)
    auditor.get("/admin/monitor/caseworkers")
    page = auditor.get("/admin/audit").text
    assert ">Avasi tulokset palveluohjaajittain</option>" in page
    assert ">Katsoi tuloksia palveluohjaajittain</option>" in page


def test_a_provider_sees_its_own_places_and_nobody_elses(market: Market, as_person: AsPerson) -> None:
    mine, other = market.companies[0], market.companies[2]
    page = as_person(mine.manager).get("/provider/company/exposure").text
    assert "Missä korttinne oli" in page
    assert other.name not in page
    assert page.count("<svg") >= 2
    assert "ei vapaata paikkaa nyt" in page
    assert as_person(mine.coach).get("/provider/company/exposure").status_code == 200
    assert "/provider/company/exposure" in as_person(mine.manager).get("/provider/company").text


def test_a_provider_on_few_lists_is_told_why_nothing_is_shown(desk: Desk, as_person: AsPerson) -> None:
    running = makers.active_voucher(desk)
    page = as_person(running.company.manager).get("/provider/company/exposure").text
    assert "Listoja on vielä liian vähän" in page
    assert "alle 20 listalla" in page


def test_anyone_reads_the_months_that_are_over(
    desk: Desk, clock: SetClock, market: Market, visitor: CheckedClient
) -> None:
    address = f"/o/{market.world.organiser_code}/figures"
    assert "Lukuja ei vielä ole" in visitor.get(address).text
    clock.move_to(clock.today() + timedelta(days=20))
    keep_figures(desk, system(market.world.organiser_id))
    page = visitor.get(address).text
    assert "marraskuu 2026" in page
    assert "Viimeiset 12 kuukautta" in page
    assert "26" in page
    assert "Sattuman rajoissa" in page
    assert not any(company.name in page for company in market.companies)
    assert visitor.get("/o/nowhere/figures").status_code == 404


def test_a_company_of_another_organiser_finds_nothing_of_this_one(
    desk: Desk, market: Market, as_person: AsPerson
) -> None:
    other = makers.world(desk)
    mine = market.companies[0]
    elsewhere = Actor(mine.manager.role, mine.manager.account_id, other.organiser_id, mine.provider_id)
    makers.provider(desk, other)
    with makers.opened(desk, market.world.procurement) as tx:
        assert tx.session.get(Provider, mine.provider_id) is not None
    page = as_person(elsewhere).get("/provider/company/exposure")
    assert page.status_code in (303, 404) or "Listoja on vielä liian vähän" in page.text
