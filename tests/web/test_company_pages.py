"""The provider's own company pages through HTTP."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.access.actor import public
from marketplace.models.providers import Application, ApplicationItem, Approval, Provider, Site
from marketplace.roles import Role
from marketplace.use_cases.decide_application import ApproveOrder, approve_application
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.provider_company_pages import company_page, people_page, places_page
from marketplace.use_cases.register_provider import RegisterProvider, register_provider
from tests import makers
from tests.page_checks import CheckedClient
from tests.portals import AsPerson

REGISTRATION = {
    "business_id": "2077474-0",
    "name": "Savon Polku ry",
    "legal_form": "association",
    "group": "alone",
    "belongs_to": "",
    "iban": "FI21 1234 5600 0007 85",
    "e_invoice_address": "",
    "email": "info@example.org",
    "phone": "040 123 4567",
    "manager_name": "Maija Meikäläinen",
    "manager_email": "maija@example.org",
    "once": "c" * 32,
}
ORDER = RegisterProvider(
    business_id="0112038-9",
    name="Uusi Suunta osk",
    legal_form="cooperative",
    vat_registered=True,
    iban="FI2112345600000785",
    e_invoice_address=None,
    email="info@example.org",
    phone="+358401234567",
    manager_name="Olli",
    manager_email="olli@example.org",
)
SITE = {
    "name": "Tori", "street": "Kauppakatu 1", "municipality": "Kuopio", "languages": ["fi", "sv"], "accessible": "yes",
    "once": "d" * 32,
}  # fmt: skip


@pytest.fixture
def w(desk: Desk) -> makers.World:
    return makers.world(desk)


@pytest.fixture
def company(desk: Desk, w: makers.World) -> makers.Company:
    return makers.provider(desk, w)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "", "company", "company/edit", "company/sites/new", "places", "people", "people/invite", "organisers",
        "applications", "applications/new", "rulebook", "leave-list", "decisions",
    ],
)  # fmt: skip
def test_a_manager_sees_every_page(as_person: AsPerson, company: makers.Company, path: str, language: str) -> None:
    assert as_person(company.manager, language).get(f"/provider/{path}").status_code == 200


def test_a_coach_sees_today_and_the_company(as_person: AsPerson, company: makers.Company) -> None:
    coach = as_person(company.coach)
    page = coach.get("/provider/company")
    assert page.status_code == 200
    assert "FI" not in page.text.split("Y-tunnus")[1][:400]
    assert coach.get("/provider/").status_code == 200
    for path in ("company/edit", "places", "people", "applications", "rulebook", "leave-list"):
        assert coach.get(f"/provider/{path}").status_code == 403


def test_staff_and_strangers_stay_outside(as_person: AsPerson, visitor: CheckedClient, w: makers.World) -> None:
    assert as_person(w.caseworker).get("/provider/company").status_code == 403
    assert as_person(w.caseworker).get("/provider/").status_code == 403
    answer = visitor.get("/provider/company")
    assert answer.status_code == 303
    assert answer.location.startswith("/provider/log-in") or "login" in answer.location


def test_anyone_registers_a_company(visitor: CheckedClient, session: Session) -> None:
    assert visitor.get("/provider/register").status_code == 200
    answer = visitor.post("/provider/register", data=REGISTRATION)
    assert (answer.status_code, answer.location) == (303, "/provider/register/done")
    assert visitor.get(answer.location).status_code == 200
    made = session.scalars(select(Provider).where(Provider.business_id == "2077474-0")).one()
    assert (made.iban, made.phone, made.legal_form) == ("FI2112345600000785", "+358401234567", "association")
    again = visitor.post("/provider/register", data=REGISTRATION | {"once": "e" * 32})
    assert again.status_code == 422
    assert "Savon Polku ry" in again.text
    assert "2077474-0" in again.text


@pytest.mark.parametrize(
    ("change", "box"),
    [
        ({"business_id": "2077474-1"}, "business_id"),
        ({"iban": "FI2112345600000786"}, "iban"),
        ({"manager_email": "maija"}, "manager_email"),
        ({"group": "belongs"}, "belongs_to"),
        ({"group": "belongs", "belongs_to": "0112038-9"}, "belongs_to"),
        ({"name": ""}, "name"),
    ],
)
def test_a_wrong_registration_says_where(
    visitor: CheckedClient, session: Session, change: dict[str, str], box: str
) -> None:
    answer = visitor.post("/provider/register", data=REGISTRATION | change)
    assert answer.status_code == 422
    assert f'href="#{box}"' in answer.text
    assert session.scalar(select(Provider.id).where(Provider.business_id == "2077474-0")) is None


def test_company_data_is_changed_and_kept_when_wrong(desk: Desk, as_person: AsPerson, company: makers.Company) -> None:
    manager = as_person(company.manager)
    data = {
        "name": "Uusi Nimi Oy", "email": "uusi@example.org", "phone": "040 123 4567", "iban": "FI2112345600000785",
        "e_invoice_address": "", "own_words": "Autamme alkuun.", "way_of_work": "both",
    }  # fmt: skip
    wrong = manager.post("/provider/company/edit", data=data | {"iban": "FI00"})
    assert wrong.status_code == 422
    assert "Uusi Nimi Oy" in wrong.text
    assert company_page(desk, company.manager).name == company.name
    assert manager.post("/provider/company/edit", data=data).status_code == 303
    page = company_page(desk, company.manager)
    assert (page.name, page.way_of_work, page.own_words) == ("Uusi Nimi Oy", "both", "Autamme alkuun.")


def test_sites_over_http(desk: Desk, as_person: AsPerson, company: makers.Company, session: Session) -> None:
    manager = as_person(company.manager)
    assert manager.post("/provider/company/sites/new", data=SITE | {"languages": []}).status_code == 422
    assert manager.post("/provider/company/sites/new", data=SITE).status_code == 303
    assert manager.post("/provider/company/sites/new", data=SITE).status_code == 303
    made = session.scalars(select(Site).where(Site.name == "Tori")).one()
    page = manager.get(f"/provider/company/sites/{made.id}")
    assert page.status_code == 200
    assert page.text.count("checked") == 3
    saved = manager.post(f"/provider/company/sites/{made.id}", data=SITE | {"name": "Satama"})
    assert saved.status_code == 303
    assert manager.post(f"/provider/company/sites/{made.id}/close").status_code == 303
    assert manager.get(f"/provider/company/sites/{made.id}").status_code == 404
    last = company_page(desk, company.manager).sites[0]
    assert manager.post(f"/provider/company/sites/{last.id}/close").location.endswith(f"/sites/{last.id}")
    assert len(company_page(desk, company.manager).sites) == 1


def test_places_over_http(desk: Desk, as_person: AsPerson, company: makers.Company, w: makers.World) -> None:
    manager = as_person(company.manager)
    box = f"a{company.approval_id}-"
    start = desk.clock.today() + timedelta(days=3)
    url = f"/provider/places/{company.approval_id}"
    past = manager.post(url, data={f"{box}free_places": "4", f"{box}next_start": "1.1.2020"})
    assert past.status_code == 422
    assert 'value="4"' in past.text
    word = manager.post(url, data={f"{box}free_places": "monta"})
    assert word.status_code == 422
    assert places_page(desk, company.manager)[0].free_places == 3
    data = {f"{box}free_places": "4", f"{box}next_start": f"{start:%d.%m.%Y}", f"{box}paused": "y"}
    assert manager.post(url, data=data).status_code == 303
    row = places_page(desk, company.manager)[0]
    assert (row.free_places, row.next_start, row.paused) == (4, start, True)
    other = makers.provider(desk, w)
    assert as_person(other.manager).post(url, data={}).status_code == 404


def test_people_over_http(desk: Desk, as_person: AsPerson, company: makers.Company) -> None:
    manager = as_person(company.manager)
    data = {
        "name": "Uusi Valmentaja", "email": "uusi@example.org", "role": "provider_coach", "language": "sv",
        "once": "f" * 32,
    }  # fmt: skip
    assert manager.post("/provider/people/invite", data=data | {"email": "uusi"}).status_code == 422
    assert manager.post("/provider/people/invite", data=data).status_code == 303
    assert manager.post("/provider/people/invite", data=data).status_code == 303
    made = next(row for row in people_page(desk, company.manager) if row.name == "Uusi Valmentaja")
    assert "Uusi Valmentaja" in manager.get("/provider/people").text
    assert manager.post(f"/provider/people/{made.membership_id}/end").status_code == 303
    assert len(people_page(desk, company.manager)) == 2


def test_a_newcomer_applies(desk: Desk, as_person: AsPerson, w: makers.World, session: Session) -> None:
    company = makers.provider(desk, w, approved=False)
    manager = as_person(company.manager)
    assert manager.post("/provider/applications/new", data={"once": "1" * 32}).status_code == 422
    choice = {f"package_{w.package_id}": [str(w.area_id)], "once": "2" * 32}
    answer = manager.post("/provider/applications/new", data=choice)
    assert answer.status_code == 303
    assert manager.get(answer.location).status_code == 200
    assert manager.get(f"{answer.location}/change").status_code == 200
    unready = manager.post(f"{answer.location}/send", data={})
    assert unready.status_code == 422
    changed = manager.post(
        f"{answer.location}/change", data={f"package_{w.package_id}": [str(w.other_area_id)], "once": "3" * 32}
    )
    assert changed.status_code == 303
    assert manager.post(f"/provider/rulebook/{w.rulebook_id}/accept").status_code == 303
    assert manager.post(f"{answer.location}/send", data={}).status_code == 303
    makers.see(session, w.organiser_id)
    row = session.scalars(select(Application).where(Application.provider_id == company.provider_id)).one()
    assert row.state == "submitted"
    assert manager.get("/provider/applications").status_code == 200
    row.state, row.question = "info_requested", "Kuka valmentaa?"
    session.commit()
    page = manager.get(answer.location)
    assert "Kuka valmentaa?" in page.text
    assert "Kuka" not in manager.get("/provider/").text
    assert manager.post(f"{answer.location}/send", data={"answer": ""}).status_code == 422
    assert manager.post(f"{answer.location}/send", data={"answer": "Maija"}).status_code == 303
    assert manager.post(f"{answer.location}/withdraw").status_code == 303
    assert manager.post(f"{answer.location}/withdraw").status_code == 409
    stranger = as_person(makers.provider(desk, w).manager)
    assert stranger.get(answer.location).status_code == 404


def test_leaving_the_list(desk: Desk, as_person: AsPerson, company: makers.Company, session: Session) -> None:
    manager = as_person(company.manager)
    assert manager.post("/provider/leave-list", data={"last_day": "1.1.2020"}).status_code == 422
    today = desk.clock.today()
    assert manager.post("/provider/leave-list", data={"last_day": f"{today:%d.%m.%Y}"}).status_code == 303
    makers.see(session, company.manager.organiser_id)
    assert session.get_one(Approval, company.approval_id).state == "ended"


def test_another_organiser_is_picked(desk: Desk, as_person: AsPerson, company: makers.Company) -> None:
    other = makers.world(desk)
    manager = as_person(company.manager)
    assert manager.post(f"/provider/organisers/{other.organiser_id}").status_code == 303
    assert manager.get("/provider/places").status_code == 200
    assert "Ette ole" in manager.get("/provider/applications").text
    assert manager.post("/provider/organisers/999999999").status_code == 404


def test_without_an_organiser_one_is_asked_for(desk: Desk, as_person: AsPerson, company: makers.Company) -> None:
    own = next(row for row in people_page(desk, company.manager) if row.is_self)
    manager = as_person(own.membership_id)
    assert manager.get("/provider/").status_code == 200
    assert manager.get("/provider/applications").location == "/provider/organisers"
    assert manager.get("/provider/company").status_code == 200


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_from_registration_to_the_public_list(
    desk: Desk, as_person: AsPerson, visitor: CheckedClient, w: makers.World, session: Session, language: str
) -> None:
    """Section 3 step 2, each step by its own user: register, tell, accept, apply; procurement approves; anyone sees."""
    made = register_provider(desk, public(None, language), ORDER)
    boss = makers.person(
        desk, Role.PROVIDER_MANAGER, organiser_id=w.organiser_id, provider_id=made.provider_id, language=language
    )
    manager = as_person(boss, language)
    assert manager.get("/provider/").status_code == 200
    assert manager.post("/provider/company/sites/new", data=SITE).status_code == 303
    pair = {f"package_{w.package_id}": [str(w.area_id)], "once": "4" * 32}
    application = manager.post("/provider/applications/new", data=pair).location
    assert manager.post(f"/provider/rulebook/{w.rulebook_id}/accept").status_code == 303
    assert manager.post(f"{application}/send", data={}).status_code == 303
    listed = f"/o/{w.organiser_code}/providers?package={w.package_code}&area={w.area_code}"
    assert ORDER.name not in visitor.get(listed).text
    makers.see(session, w.organiser_id)
    items = session.scalars(select(ApplicationItem)).all()
    number = items[0].application_id
    approve_application(
        desk, w.procurement, ApproveOrder(number, tuple(item.id for item in items), "Kaikki ehdot täyttyvät.")
    )
    assert ORDER.name in visitor.get(listed).text
    for path in ("applications", "places", "decisions", ""):
        assert manager.get(f"/provider/{path}").status_code == 200
    page = manager.get(application)
    decision = page.text.split('href="/provider/decisions/')[1].split('"')[0]
    text = manager.get(f"/provider/decisions/{decision}").text
    assert "Kaikki ehdot täyttyvät." in text
    assert "decision-appeal" in text
    coach = as_person(
        makers.person(desk, Role.PROVIDER_COACH, organiser_id=w.organiser_id, provider_id=made.provider_id)
    )
    stranger = as_person(makers.provider(desk, w).manager)
    for other in (coach, stranger):
        assert other.get(f"/provider/decisions/{decision}").status_code == 404
