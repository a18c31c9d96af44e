"""What has been done, through HTTP: every event with its price, objections, strangers."""

import re
from datetime import timedelta

from sqlalchemy import func, select

from marketplace.clock import SetClock
from marketplace.models.events import Event, Objection
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.reverse_event import reverse_event
from tests.makers import Running, active_voucher, client, opened
from tests.portals import AsPerson
from tests.web.rendered import words_of


def recorded(desk: Desk, run: Running, quantity: int = 200, kind: str = "delivered") -> int:
    return record_event(
        desk, run.company.coach, EventOrder(run.voucher_id, kind, desk.clock.today(), quantity, "Haimme töitä.")
    ).event_id


def objections(desk: Desk, run: Running) -> int:
    with opened(desk, run.world.caseworker) as tx:
        return tx.session.scalars(select(func.count()).select_from(Objection)).one()


def test_every_event_with_its_price_and_what_is_left(desk: Desk, as_person: AsPerson) -> None:
    run = active_voucher(desk)
    recorded(desk, run, 250)
    recorded(desk, run, 100, "no_show")
    wrong = recorded(desk, run, 300)
    reverse_event(desk, run.company.coach, wrong, "Väärä asiakas")
    page = as_person(run.holder.actor).get("/my/events")
    words = words_of(page.text)
    assert "Sinulla on jäljellä 36,5 tuntia" in words.replace("\u00a0", " ")
    assert "132,50 €" in words.replace("\u00a0", " ")
    assert "26,50 €" in words.replace("\u00a0", " ")
    assert "sinä maksat 0 €" in words.replace("\u00a0", " ")
    assert "Haimme töitä." in words
    assert f"/my/events/{wrong}/object" not in page.text
    assert "Väärä asiakas" in as_person(run.holder.actor).get(f"/my/events/{wrong}").text


def test_nothing_recorded_yet(desk: Desk, as_person: AsPerson) -> None:
    assert "Mitään ei ole vielä kirjattu" in as_person(active_voucher(desk).holder.actor).get("/my/events").text


def test_objecting_and_taking_it_back(desk: Desk, as_person: AsPerson) -> None:
    run = active_voucher(desk)
    event_id = recorded(desk, run)
    browser = as_person(run.holder.actor)
    url = f"/my/events/{event_id}/object"
    once = re.search(r'name="once"[^>]*value="(\w{32})"', browser.get(url).text)
    assert once
    empty = browser.post(url, data={"once": once[1], "words": "   "})
    assert empty.status_code == 422
    assert objections(desk, run) == 0
    long = browser.post(url, data={"once": once[1], "words": "Kerron. " * 300})
    assert long.status_code == 422
    assert "Kerron. Kerron." in long.text
    assert objections(desk, run) == 0
    for _ in range(2):
        answer = browser.post(url, data={"once": once[1], "words": "En ollut siellä."})
        assert (answer.status_code, answer.location) == (303, f"/my/events/{event_id}")
    assert objections(desk, run) == 1
    page = browser.get(f"/my/events/{event_id}").text
    assert "En ollut siellä." in page
    assert "30. marraskuuta 2026" in page
    assert browser.get(url).status_code == 303
    back = re.search(r'action="(/my/objections/\d+/withdraw)"', page)
    assert back
    for _ in range(2):
        assert browser.post(back[1]).status_code == 303
    with opened(desk, run.world.caseworker) as tx:
        assert tx.session.get_one(Event, event_id).state == "recorded"
    assert "1 huomautuksesi on ratkaistavana" not in browser.get("/my").text


def test_a_reversed_event_cannot_be_objected_to_any_more(desk: Desk, as_person: AsPerson) -> None:
    run = active_voucher(desk)
    event_id = recorded(desk, run)
    browser = as_person(run.holder.actor)
    reverse_event(desk, run.company.coach, event_id, "Väärä päivä")
    answer = browser.post(f"/my/events/{event_id}/object", data={"once": "0" * 32, "words": "Ei pidä paikkaansa."})
    assert answer.status_code == 409
    assert objections(desk, run) == 0


def test_after_the_window_it_is_too_late(desk: Desk, as_person: AsPerson, clock: SetClock) -> None:
    run = active_voucher(desk)
    event_id = recorded(desk, run)
    clock.move_to(clock.today() + timedelta(days=61))
    browser = as_person(run.holder.actor)
    assert "/object" not in browser.get("/my/events").text
    answer = browser.post(f"/my/events/{event_id}/object", data={"once": "0" * 32, "words": "Ei pidä paikkaansa."})
    assert answer.status_code == 422
    assert "15.1.2027" in answer.text
    assert objections(desk, run) == 0


def test_a_strangers_event_is_not_there(desk: Desk, as_person: AsPerson) -> None:
    run = active_voucher(desk)
    event_id = recorded(desk, run)
    as_person(run.holder.actor).post(
        f"/my/events/{event_id}/object", data={"once": "0" * 32, "words": "Ei ollut näin."}
    )
    stranger = as_person(client(desk, run.world).actor)
    with opened(desk, run.world.caseworker) as tx:
        objection_id = tx.session.scalars(select(Objection.id)).one()
    assert stranger.get(f"/my/events/{event_id}").status_code == 404
    assert stranger.get(f"/my/events/{event_id}/object").status_code == 404
    typed = {"once": "1" * 32, "words": "Minun."}
    assert stranger.post(f"/my/events/{event_id}/object", data=typed).status_code == 404
    assert stranger.post(f"/my/objections/{objection_id}/withdraw").status_code == 404
    assert as_person(run.company.coach).post(f"/my/objections/{objection_id}/withdraw").status_code == 403
    with opened(desk, run.world.caseworker) as tx:
        assert tx.session.scalars(select(Objection.state)).one() == "open"
