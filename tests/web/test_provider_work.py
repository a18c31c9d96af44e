"""The provider's daily work through HTTP: clients, choices, events, objections, outcomes, invoices."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy import event as sql_event

from marketplace.clock import SetClock
from marketplace.integrations.bank import IsoBank
from marketplace.integrations.vault import AesVault
from marketplace.models.events import Event, Objection, Outcome
from marketplace.models.invoices import Invoice
from marketplace.models.trail import AuditEvent
from marketplace.models.vouchers import Choice, Voucher
from marketplace.use_cases.desk import Desk
from marketplace.web.wording import TemplateWording
from tests import makers
from tests.conftest import TODAY
from tests.portals import AsPerson, portals_app
from tests.web.provider_story import Story, confirm, live

ONCE = "e" * 32


@dataclass
class Autumn:
    """The story, lived once for all tests of this file in a transaction that is never committed."""

    connection: Connection
    desk: Desk
    app: Flask
    story: Story


@pytest.fixture(scope="module")
def autumn(_shared_engine: Engine, vault: AesVault) -> Iterator[Autumn]:
    connection = _shared_engine.connect()
    outer = connection.begin()
    clock = SetClock(TODAY)
    desk = Desk(_shared_engine, clock, vault, TemplateWording(), bank=IsoBank())
    desk._sessions.configure(bind=connection, join_transaction_mode="create_savepoint")
    story = live(desk, clock)
    yield Autumn(connection, desk, portals_app(desk), story)
    outer.rollback()
    connection.close()


@pytest.fixture
def desk(autumn: Autumn) -> Iterator[Desk]:
    """The desk of the story; what a test does has not happened afterwards."""
    kept = autumn.connection.begin_nested()
    yield autumn.desk
    kept.rollback()


@pytest.fixture
def app(autumn: Autumn, desk: Desk) -> Flask:
    return autumn.app


@pytest.fixture
def story(autumn: Autumn, desk: Desk) -> Story:
    return autumn.story


def paths(story: Story) -> dict[str, str]:
    """Every page of the work, by what it is."""
    return {
        "today": "",
        "clients": "clients",
        "earlier": "clients?show=earlier",
        "found": "clients?q=aino",
        "nobody": "clients?q=zzz",
        "client": f"clients/{story.voucher_id}",
        "waiting": f"clients/{story.waiting_voucher_id}",
        "protected": f"clients/{story.protected_voucher_id}",
        "former": "clients/former",
        "confirm": f"choices/{story.waiting_choice_id}/confirm",
        "decline": f"choices/{story.waiting_choice_id}/decline",
        "event": f"clients/{story.voucher_id}/events/new",
        "former event": f"clients/{story.former_voucher_id}/events/new",
        "events": "events?month=2026-10",
        "no events": "events?month=2026-01",
        "reverse": f"events/{story.event_id}/reverse",
        "objections": "objections",
        "objection": f"objections/{story.objection_id}",
        "outcomes": "outcomes",
        "outcome": f"outcomes/{story.outcome_id}",
        "report": f"clients/{story.protected_voucher_id}/outcome",
        "withdraw": f"outcomes/{story.outcome_id}/withdraw",
        "end": f"outcomes/{story.outcome_id}/end",
    }


def money_paths(story: Story) -> dict[str, str]:
    return {
        "invoices": "invoices",
        "invoice": f"invoices/{story.invoice_id}",
        "draft": "invoices/new",
        "this month": "invoices/new?month=2026-11",
    }


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_opens_in_every_language(as_person: AsPerson, story: Story, language: str) -> None:
    coach, manager = as_person(story.company.coach, language), as_person(story.company.manager, language)
    for what, path in paths(story).items():
        assert coach.get(f"/provider/{path}").status_code == 200, what
    for what, path in {**paths(story), **money_paths(story)}.items():
        assert manager.get(f"/provider/{path}").status_code == 200, what


def test_strangers_find_nothing(as_person: AsPerson, story: Story) -> None:
    stranger = as_person(story.stranger.manager)
    theirs = ["client", "waiting", "protected", "confirm", "decline", "event", "reverse", "objection", "outcome",
              "report", "withdraw", "end"]  # fmt: skip
    for what in theirs:
        assert stranger.get(f"/provider/{paths(story)[what]}").status_code == 404, what
    assert stranger.get(f"/provider/invoices/{story.invoice_id}").status_code == 404
    assert "Aaltonen" not in stranger.get("/provider/clients").text


def test_a_coach_sees_no_money(as_person: AsPerson, story: Story) -> None:
    coach = as_person(story.company.coach)
    for what, path in money_paths(story).items():
        assert coach.get(f"/provider/{path}").status_code == 403, what
    assert coach.post("/provider/invoices/new", data={"month": "2026-10", "once": ONCE}).status_code == 403
    assert "Laskut" not in coach.get("/provider/").text


def test_the_former_provider_has_lost_the_client(as_person: AsPerson, story: Story) -> None:
    coach = as_person(story.company.coach)
    assert coach.get(f"/provider/clients/{story.former_voucher_id}").status_code == 404
    for path in ("clients", "clients/former", "events?month=2026-10", f"clients/{story.former_voucher_id}/events/new"):
        assert "Ceder" not in coach.get(f"/provider/{path}").text
    data = {"day": "25.10.2026", "kind": "delivered", "quantity": "1", "note": "", "once": ONCE}
    answer = coach.post(f"/provider/clients/{story.former_voucher_id}/events/new", data=data)
    assert (answer.status_code, answer.location) == (303, "/provider/clients/former")


def test_before_accepting_only_what_is_needed_is_there(desk: Desk, as_person: AsPerson, story: Story) -> None:
    coach = as_person(story.company.coach)
    for path in (paths(story)["confirm"], paths(story)["waiting"]):
        page = coach.get(f"/provider/{path}").text
        assert "Bertta Björk" in page
        assert "Kuopio" in page
        for hidden in ("Oma suunta", "Puijonkatu", "700,00", "Taso"):
            assert hidden not in page, hidden
    confirm(desk, story)
    page = coach.get(f"/provider/{paths(story)['waiting']}").text
    assert "Oma suunta" in page
    assert "Puijonkatu" in page


def test_a_protected_address_is_masked_also_after_accepting(as_person: AsPerson, story: Story) -> None:
    page = as_person(story.company.manager).get(f"/provider/clients/{story.protected_voucher_id}").text
    assert "Puijonkatu" not in page
    assert "Kuopio" not in page.split('id="contact"')[1]
    assert "dina@example.org" in page


def test_reading_is_written_down_once_a_page(desk: Desk, as_person: AsPerson, story: Story) -> None:
    coach = as_person(story.company.coach)

    def reads() -> list[list[int]]:
        with makers.opened(desk, story.world.auditor) as tx:
            query = select(AuditEvent.client_ids).where(AuditEvent.action == "client.read").order_by(AuditEvent.id)
            return list(tx.session.scalars(query))

    before = len(reads())
    coach.get("/provider/clients")
    assert len(reads()) == before + 1
    assert len(reads()[-1]) == 3
    coach.get(f"/provider/clients/{story.voucher_id}")
    assert reads()[before + 1 :] == [[story.aino.client_id]]


def test_the_client_list_asks_the_same_number_of_questions_at_any_size(
    desk: Desk, as_person: AsPerson, story: Story
) -> None:
    coach = as_person(story.company.coach)

    def asked() -> int:
        seen: list[str] = []

        def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(("SAVEPOINT", "RELEASE", "set constraints")):
                seen.append(statement)

        sql_event.listen(desk.engine, "before_cursor_execute", note)
        try:
            assert coach.get("/provider/clients").status_code == 200
        finally:
            sql_event.remove(desk.engine, "before_cursor_execute", note)
        return len(seen)

    few = asked()
    for _ in range(5):
        makers.active_voucher(desk, story.world, company=story.company)
    assert asked() == few <= 5


def test_a_place_is_confirmed_and_declined(desk: Desk, as_person: AsPerson, story: Story) -> None:
    coach = as_person(story.company.coach)
    path = f"/provider/{paths(story)['confirm']}"
    wrong = coach.post(path, data={"start_on": "1.1.2020"})
    assert wrong.status_code == 422
    assert 'value="1.1.2020"' in wrong.text
    assert coach.post(path, data={"start_on": "16.11.2026"}).status_code == 303
    assert coach.get(path).status_code == 303  # answered: the client's page says the rest
    assert coach.post(path, data={"start_on": "16.11.2026"}).status_code == 409
    with makers.opened(desk, story.world.caseworker) as tx:
        assert tx.session.get_one(Voucher, story.waiting_voucher_id).state == "active"


def test_declining_takes_a_listed_reason(desk: Desk, as_person: AsPerson, story: Story) -> None:
    coach = as_person(story.company.coach)
    path = f"/provider/{paths(story)['decline']}"
    assert coach.post(path, data={}).status_code == 422
    assert coach.post(path, data={"reason": "ei huvita"}).status_code == 422
    with makers.opened(desk, story.world.caseworker) as tx:
        assert tx.session.get_one(Choice, story.waiting_choice_id).state == "proposed"
    assert coach.post(path, data={"reason": "no_capacity"}).status_code == 303
    assert coach.get(f"/provider/clients/{story.waiting_voucher_id}").status_code == 404


def count(desk: Desk, story: Story, model: type) -> int:
    with makers.opened(desk, story.world.auditor) as tx:
        return tx.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_price_is_shown_before_it_is_saved(desk: Desk, as_person: AsPerson, story: Story) -> None:
    coach = as_person(story.company.coach)
    path = f"/provider/{paths(story)['event']}"
    before = count(desk, story, Event)
    data = {"day": "13.11.2026", "kind": "no_show", "quantity": "2,5", "note": "Ei tullut", "once": ONCE}
    page = coach.post(path, data={**data, "do": "preview"})
    assert page.status_code == 200
    text = page.text.replace("\u00a0", " ")
    assert "2,5 h × 53,00 € × 50 % = 66,25 €" in text
    assert 'value="2,5"' in text
    assert 'value="Ei tullut"' in text
    assert count(desk, story, Event) == before
    assert coach.post(path, data=data).status_code == 303
    assert coach.post(path, data=data).status_code == 303  # a second click
    assert count(desk, story, Event) == before + 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"day": "17.11.2026"}, "tulevaisuudessa"),
        ({"day": "31.8.2026"}, "voimassa"),
        ({"quantity": "0"}, "suurempi"),
        ({"quantity": "13"}, "päivässä enintään"),
        ({"quantity": "kaksi"}, "numeroin"),
        ({"kind": "party"}, "valitse"),
        ({"day": ""}, "päivä"),
    ],
    ids=str,
)
@pytest.mark.parametrize("do", ["save", "preview"])
def test_a_wrong_event_says_why_and_keeps_what_was_typed(
    desk: Desk, as_person: AsPerson, story: Story, wrong: dict[str, str], says: str, do: str
) -> None:
    before = count(desk, story, Event)
    data = {"day": "13.11.2026", "kind": "delivered", "quantity": "1", "note": "Muistiinpano", "once": ONCE, "do": do}
    answer = as_person(story.company.coach).post(f"/provider/{paths(story)['event']}", data={**data, **wrong})
    assert answer.status_code == 422
    assert says in answer.text.split('id="error-summary"')[1].split("</ul>")[0].lower()
    assert 'value="Muistiinpano"' in answer.text
    assert count(desk, story, Event) == before


def test_an_event_is_reversed_with_a_reason(desk: Desk, as_person: AsPerson, story: Story) -> None:
    coach = as_person(story.company.coach)
    path = f"/provider/{paths(story)['reverse']}"
    assert coach.post(path, data={"reason": "", "once": ONCE}).status_code == 422
    with makers.opened(desk, story.world.auditor) as tx:
        assert tx.session.get_one(Event, story.event_id).state == "recorded"
    assert coach.post(path, data={"reason": "Väärä päivä", "once": ONCE}).status_code == 303
    with makers.opened(desk, story.world.auditor) as tx:
        assert tx.session.get_one(Event, story.event_id).state == "reversed"
    assert "Väärä päivä" in coach.get(path).text


def test_an_objection_is_answered_once(desk: Desk, as_person: AsPerson, story: Story) -> None:
    coach = as_person(story.company.coach)
    path = f"/provider/{paths(story)['objection']}"
    assert "puoli tuntia" in coach.get(path).text
    assert coach.post(path, data={"answer": " ", "once": ONCE}).status_code == 422
    assert coach.post(path, data={"answer": "Kaksi kertaa 45 minuuttia.", "once": ONCE}).status_code == 303
    assert coach.post(path, data={"answer": "Muuta.", "once": "f" * 32}).status_code == 409
    with makers.opened(desk, story.world.caseworker) as tx:
        assert tx.session.get_one(Objection, story.objection_id).answer == "Kaksi kertaa 45 minuuttia."


JOB = {
    "employer": "Kuopion Kello Oy", "employer_business_id": "2077474-0", "starts_on": "10.11.2026",
    "weekly_hours": "37,5", "contract": "fixed_term", "ends_on": "31.5.2027", "subsidised": "y", "once": ONCE,
    "own_group": "no", "previous_employer": "no",
}  # fmt: skip


def test_a_job_is_reported_taken_back_and_shown(desk: Desk, as_person: AsPerson, story: Story) -> None:
    coach = as_person(story.company.coach)
    path = f"/provider/{paths(story)['report']}"
    answer = coach.post(path, data=JOB)
    assert answer.status_code == 303
    assert coach.post(path, data=JOB).location == answer.location  # a second click
    page = coach.get(answer.location).text
    assert "6 / 42 päivää" in page.replace("\u00a0", " ")
    assert coach.post(f"{answer.location}/withdraw", data={"reason": "Peruuntui", "once": ONCE}).status_code == 303
    with makers.opened(desk, story.world.caseworker) as tx:
        states = tx.session.scalars(select(Outcome.state).order_by(Outcome.id)).all()
        assert list(states) == ["reported", "withdrawn"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"employer": ""},
        {"employer_business_id": "2077474-1"},
        {"weekly_hours": "0"},
        {"own_group": ""},
        {"previous_employer": ""},
        {"subsidised_to": "9.11.2026"},
        {"weekly_hours": "375"},
        {"contract": "party"},
        {"ends_on": ""},
        {"ends_on": "1.11.2026"},
        {"starts_on": "1.8.2026"},
        {"starts_on": "31.12.2027"},
    ],
    ids=str,
)
def test_a_wrong_job_is_not_reported(desk: Desk, as_person: AsPerson, story: Story, wrong: dict[str, str]) -> None:
    answer = as_person(story.company.coach).post(f"/provider/{paths(story)['report']}", data={**JOB, **wrong})
    assert answer.status_code == 422
    assert 'id="error-summary"' in answer.text
    assert count(desk, story, Outcome) == 1


def test_the_month_is_sent_with_one_press(desk: Desk, as_person: AsPerson, story: Story) -> None:
    manager = as_person(story.company.manager)
    draft = manager.get("/provider/invoices/new?month=2026-11").text
    assert "12.11.2026" in draft
    before = count(desk, story, Invoice)
    data = {"month": "2026-11", "once": ONCE}
    first, second = (manager.post("/provider/invoices/new", data=data) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert count(desk, story, Invoice) == before + 1
    assert manager.post("/provider/invoices/new", data={"month": "2026-11", "once": "a" * 32}).status_code == 422
    assert manager.post("/provider/invoices/new", data={"month": "2027-11", "once": "b" * 32}).status_code == 422
    assert manager.post("/provider/invoices/new", data={"month": "talvi", "once": "c" * 32}).status_code == 422
    assert count(desk, story, Invoice) == before + 1


def test_the_invoice_tells_every_lines_way_and_what_to_mend(as_person: AsPerson, story: Story) -> None:
    page = as_person(story.company.manager).get(f"/provider/invoices/{story.invoice_id}").text
    for words in ("Kirjattu", "tarkistus ei pitänyt", "kahdesti", story.company.coach.name):
        assert words.lower() in page.lower(), words
    listing = as_person(story.company.manager).get("/provider/invoices").text
    assert "Päivä näyttää väärältä" in listing
    assert "viimeistään" in listing


def test_today_says_what_waits(as_person: AsPerson, story: Story) -> None:
    manager = as_person(story.company.manager).get("/provider/").text
    for words in (
        "Uusi asiakas on valinnut teidät",
        "18.11.",
        "Asiakas on huomauttanut tapahtumasta",
        "laskun riviä on palautettu",
    ):
        assert words in manager, words
    assert "on palautettu" not in as_person(story.company.coach).get("/provider/").text


def test_nonsense_in_addresses_is_harmless(as_person: AsPerson, story: Story) -> None:
    manager = as_person(story.company.manager)
    for path in ("clients?page=0", "clients?page=999", "clients?page=x&show=all", "clients?q=%25_%5C", "events?month=x",
                 "events?month=2026-99", "events?page=-1", "invoices?page=99", "outcomes?page=7", "invoices/new?month=9",
                 f"invoices/{story.invoice_id}?page=9"):  # fmt: skip
        assert manager.get(f"/provider/{path}").status_code == 200, path
    assert manager.get("/provider/clients/999999999").status_code == 404


def test_a_month_without_an_organiser_is_asked_for_one(as_person: AsPerson, story: Story) -> None:
    homeless = as_person(replace(story.company.manager, organiser_id=None))
    assert homeless.get("/provider/clients").location == "/provider/organisers"
    assert homeless.get("/provider/").status_code == 200
