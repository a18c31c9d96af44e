"""The public pages through HTTP: no login, three languages, the same cards for all."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from marketplace.models.providers import Approval
from marketplace.use_cases.desk import Desk
from tests import makers
from tests.page_checks import CheckedClient
from tests.portals import AsPerson


@pytest.fixture
def w(desk: Desk) -> makers.World:
    return makers.world(desk)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_public_page_opens(visitor: CheckedClient, desk: Desk, w: makers.World, language: str) -> None:
    company = makers.provider(desk, w)
    makers.provider(desk, w, paused=True)
    visitor.get(f"/language/{language}")
    for path in (
        "/", "/providers", "/how-the-order-is-drawn", "/accessibility", f"/o/{w.organiser_code}/",
        f"/o/{w.organiser_code}/providers", f"/o/{w.organiser_code}/providers/{company.unit}",
        f"/o/{w.organiser_code}/log",
    ):  # fmt: skip
        answer = visitor.get(path)
        if answer.status_code == 303:
            answer = visitor.get(answer.location)
        assert answer.status_code == 200, path


def test_what_is_missing_is_said(visitor: CheckedClient, desk: Desk, w: makers.World, session: Session) -> None:
    company = makers.provider(desk, w, name="Hiljainen Oy")
    makers.see(session, w.organiser_id)
    approval = session.get_one(Approval, company.approval_id)
    approval.free_places = approval.next_start = approval.places_as_of = None
    session.commit()
    page = visitor.get(f"/o/{w.organiser_code}/providers").text
    card = page[page.index("Hiljainen Oy") :]
    assert card.count("ei ilmoitettu") == 4


def test_old_places_are_not_known(visitor: CheckedClient, desk: Desk, w: makers.World, session: Session) -> None:
    company = makers.provider(desk, w)
    makers.see(session, w.organiser_id)
    approval = session.get_one(Approval, company.approval_id)
    approval.places_as_of = desk.clock.today() - timedelta(days=31)
    session.commit()
    page = visitor.get(f"/o/{w.organiser_code}/providers").text
    assert page.count("ei tiedossa") == 3


def test_filters_and_their_empty_page(visitor: CheckedClient, desk: Desk, w: makers.World) -> None:
    makers.provider(desk, w, name="Kuopiolainen Oy")
    url = f"/o/{w.organiser_code}/providers?package={w.package_code}&area={w.area_code}"
    assert "Kuopiolainen Oy" in visitor.get(f"{url}&language=en&municipality=Kuopio").text
    none = visitor.get(f"{url}&language=sv")
    assert "Kuopiolainen Oy" not in none.text
    assert none.status_code == 200
    assert visitor.get(f"{url}&area=muut").status_code == 200


@pytest.mark.parametrize("path", ["nowhere/", "nowhere/providers", "{code}/providers/u0", "{code}/providers?page=2",
                                  "{code}/providers?package=x", "nowhere/log", "nowhere/log/lines"])  # fmt: skip
def test_what_is_not_there(visitor: CheckedClient, desk: Desk, w: makers.World, path: str) -> None:
    makers.provider(desk, w)
    assert visitor.get("/o/" + path.format(code=w.organiser_code)).status_code == 404


def test_the_lines_are_downloaded(visitor: CheckedClient, desk: Desk, w: makers.World) -> None:
    makers.provider(desk, w)
    answer = visitor.get(f"/o/{w.organiser_code}/log/lines")
    assert answer.mimetype == "application/jsonl"
    assert answer.data.splitlines()[0].startswith(b'{"format":')


def test_many_providers_stand_on_numbered_pages(visitor: CheckedClient, desk: Desk, w: makers.World) -> None:
    for _ in range(101):
        makers.provider(desk, w)
    url = f"/o/{w.organiser_code}/providers"
    first, second = visitor.get(url).text, visitor.get(f"{url}?page=2").text
    assert (first.count('class="card-plain offer"'), second.count('class="card-plain offer"')) == (100, 1)
    assert 'start="101"' in second


def test_whoever_has_logged_in_sees_them_too(as_person: AsPerson, desk: Desk, w: makers.World) -> None:
    company = makers.provider(desk, w)
    assert as_person(company.manager).get(f"/o/{w.organiser_code}/providers").status_code == 200
    assert as_person(w.finance).get("/").status_code == 200
