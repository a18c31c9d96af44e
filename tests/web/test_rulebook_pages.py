"""The rulebook through the pages: procurement writes it, an approver publishes it, a provider reads what changes."""

from datetime import timedelta

import pytest

from marketplace.use_cases.accept_rulebook import accept_rulebook
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.rulebook_pages import rulebook_versions
from marketplace.web.i18n import LANGUAGES
from tests.conftest import TODAY
from tests.makers import provider, world
from tests.portals import AsPerson

START = TODAY + timedelta(days=40)


def frame(**changed: str) -> dict[str, str]:
    return {
        "valid_from": START.isoformat(), "accept_by": START.isoformat(), "change_note-fi": "Kirjaus tarkentuu",
        "introduction-fi": "Johdanto", "board_decision": "LTK § 7",
    } | changed  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_way_of_a_version(desk: Desk, as_person: AsPerson, language: str) -> None:
    w = world(desk)
    company = provider(desk, w)
    accept_rulebook(desk, company.manager, w.rulebook_id)
    officer = as_person(w.procurement, language)
    started = officer.post("/admin/rulebook")
    assert started.status_code == 303
    place = started.location
    assert officer.get(f"{place}/edit").status_code == 200
    assert officer.post(f"{place}/edit", data=frame()).status_code == 303
    assert officer.get(f"{place}/terms/1").status_code == 200
    assert officer.get(f"{place}/terms/new").status_code == 200
    sent = {"part": "general", "text-fi": "Käynti kirjataan heti.", "check": "nothing_ahead"}
    assert officer.post(f"{place}/terms/1", data=sent).status_code == 303
    new = {"part": "valmennus", "text-fi": "Uusi ehto", "check": ""}
    assert officer.post(f"{place}/terms/new", data=new).status_code == 303
    assert officer.post(f"{place}/terms/2/up").status_code == 303
    drafted = officer.get(place).text
    assert "<ins>" in drafted
    assert "Uusi ehto" in drafted
    assert officer.post(f"{place}/submit").status_code == 303
    approver = as_person(w.approver, language)
    assert place in approver.get("/admin/").text
    assert approver.get(place).status_code == 200
    assert approver.post(f"{place}/publish").status_code == 303
    assert company.name in approver.get(place).text
    read = as_person(company.manager, language).get("/provider/rulebook").text
    assert "<del>" in read
    assert "Kirjaus tarkentuu" in read


def test_what_was_typed_stays_where_something_is_wrong(desk: Desk, as_person: AsPerson) -> None:
    w = world(desk)
    officer = as_person(w.procurement)
    place = officer.post("/admin/rulebook").location
    answer = officer.post(f"{place}/edit", data=frame(accept_by=(START + timedelta(days=1)).isoformat()))
    assert answer.status_code == 422
    assert "Kirjaus tarkentuu" in answer.text
    answer = officer.post(f"{place}/terms/new", data={"part": "general", "text-sv": "Bara svenska", "check": ""})
    assert answer.status_code == 422
    assert "Bara svenska" in answer.text
    assert officer.post(f"{place}/submit").status_code == 422  # nothing says yet what changes
    assert officer.post("/admin/rulebook").status_code == 422  # one is in the making
    assert [line.terms for line in rulebook_versions(desk, w.procurement)] == [1, 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_anyone_reads_it(desk: Desk, as_person: AsPerson, language: str) -> None:
    w = world(desk)
    answer = as_person(w.auditor, language).get(f"/o/{w.organiser_code}/rulebook")
    assert answer.status_code == 200
    assert "Käynti kirjataan." in answer.text
