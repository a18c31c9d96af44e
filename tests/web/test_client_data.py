"""The client's decisions and her own data through HTTP; every action of the trail has its words."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from marketplace.access.actor import Actor
from marketplace.models.decisions import Decision
from marketplace.models.trail import AuditEvent
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.record_delivery import DeliveryOrder, record_delivery
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.web.labels import NoLabel, texts
from portal_client.present import said_reason
from tests.makers import active_voucher, client, granted, opened, world
from tests.portals import AsPerson
from tests.web.rendered import words_of

ROOT = Path(__file__).parents[2]


def test_who_did_what_when_for_whom_and_why(desk: Desk, as_person: AsPerson) -> None:
    run = active_voucher(desk)
    record_event(desk, run.company.coach, EventOrder(run.voucher_id, "delivered", desk.clock.today(), 100))
    browser = as_person(run.holder.actor)
    words = words_of(browser.get("/my/data").text)
    assert f"Valmentaja, {run.company.name}" in words
    assert "Kirjasi palvelutapahtuman" in words
    assert "Myönsi sinulle setelin" in words
    assert "Tarvitsee tukea työn aloittamiseen." in words
    assert "Valitsi tuottajan" not in words
    assert "Valitsi tuottajan" in words_of(browser.get("/my/data?own=1").text)


def test_only_her_own_trail(desk: Desk, as_person: AsPerson) -> None:
    run = active_voucher(desk)
    other = client(desk, run.world)
    words = words_of(as_person(other.actor).get("/my/data").text)
    assert "Kukaan muu ei ole vielä katsonut tai muuttanut tietojasi" in words
    assert run.company.name not in words


def test_a_long_trail_comes_in_pages(desk: Desk, as_person: AsPerson) -> None:
    w = world(desk)
    holder = client(desk, w)
    with opened(desk, w.caseworker) as tx:
        for n in range(120):
            tx.audit("client.read", "client", holder.client_id, clients=(holder.client_id,), reason=f"Syy {n}.")
    browser = as_person(holder.actor)
    pages = [words_of(browser.get(f"/my/data?page={n}").text) for n in (1, 2, 3, 99)]
    assert "Syy 119." in pages[0]
    assert "Syy 69." in pages[1]
    assert "Syy 0." in pages[2]
    assert "Syy 0." in pages[3]
    assert browser.get("/my/data?page=x").status_code == 200


def test_reasons_are_said_in_words() -> None:
    assert said_reason("no_capacity") == "ei vapaata paikkaa nyt"
    assert said_reason("Tarvitsee tukea.") == "Tarvitsee tukea."
    assert said_reason("some_unknown_code: Sanat.") == "Sanat."
    assert said_reason("some_unknown_code") == ""


def _actions() -> set[str]:
    """The actions that are said to the audit about a client, as far as they are written out in the code."""
    found = set()
    for path in (ROOT / "marketplace" / "use_cases").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "audit":
                continue
            first = node.args[0]
            if any(word.arg == "clients" for word in node.keywords) and isinstance(first, ast.Constant):
                found.add(str(first.value))
    return found


@pytest.mark.parametrize("action", sorted(_actions()))
def test_every_action_has_words_for_the_client(action: str) -> None:
    assert f"audit_action.{action}" in texts()


def test_an_action_without_words_fails_here(desk: Desk, as_person: AsPerson) -> None:
    w = world(desk)
    holder = client(desk, w)
    with opened(desk, w.caseworker) as tx:
        tx.audit("never.heard", "client", holder.client_id, clients=(holder.client_id,))
    with pytest.raises(NoLabel):
        as_person(holder.actor).get("/my/data")


def test_decisions_with_their_appeal_deadline(desk: Desk, as_person: AsPerson) -> None:
    w = world(desk)
    holder = client(desk, w)
    decision_id = granted(desk, w, holder).decision_id
    browser = as_person(holder.actor)
    assert "30 päivän kuluessa siitä, kun olet saanut päätöksen tiedoksi" in browser.get("/my/decisions").text
    sent = desk.clock.today()
    record_delivery(desk, w.caseworker, DeliveryOrder(decision_id, "post", sent, "Tulostusajo 1"))
    # sent on 16.11., known on the 7th day 23.11., 30 days more: 23.12.
    assert "viimeistään 23. joulukuuta 2026" in words_of(browser.get("/my/decisions").text)
    page = browser.get(f"/my/decisions/{decision_id}").text
    with opened(desk, w.auditor) as tx:
        document = tx.session.get_one(Decision, decision_id).document
    assert document in page
    desk.clock.move_to(sent + timedelta(days=60))  # type: ignore[attr-defined]
    assert "saattoi vaatia viimeistään" in browser.get("/my/decisions").text


def test_a_strangers_decision_is_not_there(desk: Desk, as_person: AsPerson) -> None:
    w = world(desk)
    decision_id = granted(desk, w, client(desk, w)).decision_id
    for stranger in (client(desk, w), client(desk, world(desk))):
        assert as_person(stranger.actor).get(f"/my/decisions/{decision_id}").status_code == 404


def test_the_clients_pages_are_the_clients(desk: Desk, as_person: AsPerson) -> None:
    run = active_voucher(desk)
    pages = ("/my", "/my/choose", "/my/events", "/my/decisions", "/my/data")
    others: list[Actor] = [run.world.caseworker, run.world.auditor, run.company.manager, run.world.administrator]
    for other in others:
        browser = as_person(other)
        assert {browser.get(page).status_code for page in pages} == {403}
    with opened(desk, run.world.auditor) as tx:
        assert not tx.session.scalars(select(AuditEvent).where(AuditEvent.action == "never")).all()
