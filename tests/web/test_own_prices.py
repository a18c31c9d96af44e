"""What the client pays, through the screens: providers' own prices, relief decided case by case, and who may not provide."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.models.events import Event
from marketplace.models.prices import ProviderPrice
from marketplace.models.providers import Application
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.answer_choice import ConfirmOrder, confirm_choice
from marketplace.use_cases.apply import StartApplication, start_application
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.refusals import Refused
from tests.conftest import TODAY
from tests.makers import chosen, client, opened, provider, world
from tests.portals import AsPerson
from tests.web.price_office import Office, key, tell, words

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def office(desk: Desk, as_person: AsPerson) -> Office:
    return Office.open(desk, as_person, world(desk))


# --- providers' own prices ------------------------------------------------------------------------------------------


def test_a_providers_price_starts_tomorrow_and_can_be_taken_back_until_then(
    desk: Desk, office: Office, as_person: AsPerson
) -> None:
    w = office.world
    office.charge("no")
    terms = office.draft(w.package_id, TOMORROW)
    office.price(terms, kind="free", value="15")
    office.multiply(terms, "sunday", "2")
    company = provider(desk, w)
    manager = as_person(company.manager)
    assert "Järjestäjä päättää kaikki hinnat" in words(manager.get("/provider/prices"))
    office.publish(terms)
    assert tell(as_person, company, w.package_id, "20", TODAY).status_code == 422
    assert tell(as_person, company, w.package_id, "20", TOMORROW).status_code == 303
    assert tell(as_person, company, w.package_id, "21", TOMORROW).status_code == 422
    with opened(desk, w.procurement) as tx:
        price_id = tx.session.scalars(select(ProviderPrice.id)).one()
    assert as_person(company.coach).get("/provider/prices").status_code == 403
    assert manager.post(f"/provider/prices/told/{price_id}/withdraw").status_code == 303
    assert tell(as_person, company, w.package_id, "21", TOMORROW).status_code == 303
    office.days(1)
    with opened(desk, w.procurement) as tx:
        started = tx.session.scalars(select(ProviderPrice.id).where(ProviderPrice.withdrawn_at.is_(None))).one()
    assert manager.post(f"/provider/prices/told/{started}/withdraw").status_code == 409
    holder = client(desk, w)
    voucher_id, _promised = office.grant(holder)
    listed = words(as_person(holder.actor).get(f"/my/vouchers/{voucher_id}/providers"))
    assert "sunnuntai tai pyhä 42,00 €" in listed
    assert "sunnuntai tai pyhä 12,00 €" in listed


# --- relief, and who may provide -------------------------------------------------------------------------------------


def test_relief_is_a_decision_from_a_day_on(desk: Desk, office: Office, as_person: AsPerson) -> None:
    w = office.world
    office.charge("no")
    terms = office.draft(w.package_id, TOMORROW)
    office.price(terms, kind="free", value="15")
    office.publish(terms)
    company = provider(desk, w)
    assert tell(as_person, company, w.package_id, "25", TOMORROW).status_code == 303
    office.days(1)
    holder = client(desk, w)
    voucher_id, _promised = office.grant(holder)
    choice_id = chosen(desk, holder, company, voucher_id)
    confirm_choice(desk, company.manager, ConfirmOrder(choice_id, TOMORROW))
    record_event(desk, company.coach, EventOrder(voucher_id, "delivered", TOMORROW, 100))
    worker = as_person(w.caseworker)
    place = f"/admin/vouchers/{voucher_id}/relief"
    data = {"relief": "4", "valid_from": (TOMORROW + timedelta(days=1)).isoformat(), "reasons": "Tulot ovat pienet."}
    wrongs = (
        ({"relief": "-4"}, "relief"),
        ({"valid_from": TODAY.isoformat()}, "valid_from"),
        ({"reasons": ""}, "reasons"),
    )
    for wrong, box in wrongs:
        refused = worker.post(place, data={**data, **wrong, "once": key()})
        assert refused.status_code == 422
        assert f'href="#{box}"' in refused.get_data(as_text=True)
    with opened(desk, w.caseworker) as tx:
        assert tx.session.get_one(Voucher, voucher_id).reserved_service_cents == 58_500
    done = worker.post(place, data={**data, "once": key()})
    assert done.status_code == 303
    letter = words(worker.get(done.headers["Location"]))
    assert "4,00 € enemmän" in letter
    assert "Tulot ovat pienet." in letter
    with opened(desk, w.caseworker) as tx:
        # 39 units are left: 4 euros more of each is reserved
        assert tx.session.get_one(Voucher, voucher_id).reserved_service_cents == 58_500 + 15_600
    office.days(1)
    record_event(desk, company.coach, EventOrder(voucher_id, "delivered", TOMORROW + timedelta(days=1), 100))
    with opened(desk, w.caseworker) as tx:
        rows = tx.session.execute(select(Event.amount_cents, Event.own_share_cents).order_by(Event.id)).all()
        assert [tuple(row) for row in rows] == [(1_500, 1_000), (1_900, 600)]
    assert "6,00 €" in words(as_person(holder.actor).get("/my"))


def test_nothing_to_relieve_where_the_price_is_fixed(desk: Desk, office: Office, as_person: AsPerson) -> None:
    voucher_id, _promised = office.grant(client(desk, office.world))
    data = {"relief": "4", "valid_from": TOMORROW.isoformat(), "reasons": "Syy", "once": key()}
    refused = as_person(office.world.caseworker).post(f"/admin/vouchers/{voucher_id}/relief", data=data)
    assert refused.status_code == 422
    assert "alennettavaa ei ole" in words(refused)


def test_a_legal_form_can_disqualify_and_the_refusal_names_the_provision(desk: Desk, office: Office) -> None:
    """Rehabilitative work activity may not be bought from a company (domain.md, fact 10)."""
    w = office.world
    parts = ("name", "purpose", "target_group", "content", "effects", "arrival")
    data = {f"{part}-fi": "Kuntouttava" for part in parts}
    data |= {"free_by_law": "yes", "legal_forms": "company"}
    place = f"/admin/packages/{w.package_id}/edit"
    bare = office.officer.post(place, data={**data, "once": key()})
    assert bare.status_code == 422
    assert 'href="#provision"' in bare.get_data(as_text=True)
    law = "laki kuntouttavasta työtoiminnasta 6 §"
    assert office.officer.post(place, data={**data, "provision": law, "once": key()}).status_code == 303
    company = provider(desk, w, approved=False)
    with pytest.raises(Refused, match="legal_form_excluded") as refused:
        start_application(desk, company.manager, StartApplication(frozenset({(w.package_id, w.area_id)})))
    assert refused.value.values["provision"] == law
    with opened(desk, w.procurement) as tx:
        assert tx.session.scalar(select(func.count()).select_from(Application)) == 0
