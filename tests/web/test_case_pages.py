"""The caseworker's pages through HTTP: drawn in every language, forms that say what is wrong, and nobody else's clients."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.clock import SetClock
from marketplace.models.clients import Client, Measurement, Need
from marketplace.models.decisions import Decision
from marketplace.models.events import Milestone, Objection, Outcome
from marketplace.models.trail import AuditEvent
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.answer_objection import AnswerObjection, answer_objection
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.end_client import ClientEnd, end_client
from marketplace.use_cases.settle_objection import SettleOrder, settle_objection
from marketplace.use_cases.verify_outcome import EvidenceOrder, verify_outcome
from tests.makers import Running, World, active_voucher, client, granted, identity_code, opened, provider, world
from tests.page_checks import CheckedClient
from tests.portals import AsPerson, log_in_as, portals_app
from tests.use_cases.settling import event, objection, outcome

ONCE = "e" * 32
CODE = identity_code(date(1979, 5, 17), 7)
NEW = {
    "identity_code": CODE,
    "first_name": "Aino",
    "last_name": "Virtanen",
    "municipality": "Kuopio",
    "language": "fi",
    "address": "Puijonkatu 1, 70100 Kuopio",
    "phone": "040 123 4567",
    "email": "",
    "unemployed_since": "2.1.2025",
    "benefit_days": "510",
    "once": ONCE,
}
NEED = {
    "category": "direction",
    "tier": "2",
    "goal": "Oma suunta löytyy",
    "instrument": "kykyviisari",
    "version": "2.0",
    "score": "4,5",
    "measured_on": "16.11.2026",
    "once": ONCE,
}
EVIDENCE = {
    "grade": "employer",
    "description": "Työsopimus nähty",
    "seen_on": "16.11.2026",
    "covers_to": "16.11.2026",
    "once": ONCE,
}


def text(answer: Any) -> str:
    found: str = answer.get_data(as_text=True)
    return found


def count(desk: Desk, w: World, table: Any) -> int:
    with opened(desk, w.caseworker) as tx:
        return tx.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def temporary(desk: Desk) -> Flask:
    """An app in which codes of the 900 range pass, as in a demonstration."""
    return portals_app(desk, ALLOW_TEMPORARY_IDENTITY_CODES=True)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_is_drawn_in_every_language(desk: Desk, as_person: AsPerson, clock: SetClock, language: str) -> None:
    run = active_voucher(desk)
    w, holder = run.world, run.holder
    hidden = client(desk, w, protected=True, email="aino@example.org")
    gone = client(desk, w)
    end_client(desk, w.caseworker, ClientEnd(gone.client_id, "moved_away", clock.today()))
    settled, waiting = objection(desk, run, event(desk, run)), objection(desk, run, event(desk, run))
    answer_objection(desk, run.company.manager, AnswerObjection(settled, "Odotimme."))
    settle_objection(desk, w.caseworker, SettleOrder(settled, True, "Asiakas oli perunut."))
    reported = outcome(desk, run)
    other = active_voucher(desk, w)
    verified = outcome(desk, other)
    verify_outcome(desk, w.caseworker, EvidenceOrder(verified, "employer", "x", clock.today(), clock.today()))
    me = as_person(w.caseworker, language)
    for path in (
        "", "clients", "clients?all=1", "clients?waiting=choice", "clients?waiting=expiry", "clients?waiting=measurement",
        "clients/new", f"clients/{holder.client_id}", f"clients/{hidden.client_id}", f"clients/{gone.client_id}",
        f"clients/{holder.client_id}/edit", f"clients/{hidden.client_id}/edit", f"clients/{hidden.client_id}/address",
        f"clients/{holder.client_id}/caseworker", f"clients/{holder.client_id}/end",
        f"clients/{holder.client_id}/invitation", f"clients/{hidden.client_id}/invitation",
        f"clients/{holder.client_id}/needs/new", f"needs/{holder.need_id}/measure", f"needs/{hidden.need_id}/grant",
        f"needs/{holder.need_id}/grant", f"vouchers/{run.voucher_id}", f"vouchers/{run.voucher_id}/extend",
        f"vouchers/{run.voucher_id}/revoke", f"vouchers/{run.voucher_id}/end", "objections",
        f"objections/{settled}", f"objections/{waiting}", "outcomes", f"outcomes/{reported}", f"outcomes/{verified}",
        f"outcomes/{reported}/verify", f"outcomes/{reported}/reject", f"outcomes/{verified}/evidence",
        f"outcomes/{verified}/end",
    ):  # fmt: skip
        assert me.get(f"/admin/{path}").status_code == 200, path
    clock.move_to(clock.today() + timedelta(days=160))
    assert me.get("/admin/").status_code == 200


def test_empty_lists_say_what_to_do(desk: Desk, as_person: AsPerson) -> None:
    me = as_person(world(desk).caseworker)
    for path in ("clients", "clients?waiting=choice", "objections", "outcomes"):
        assert 'class="empty"' in text(me.get(f"/admin/{path}"))


def test_from_the_register_to_the_grant(desk: Desk, temporary: Flask) -> None:
    w = world(desk)
    provider(desk, w)
    me = log_in_as(temporary, w.caseworker)
    made = me.post("/admin/clients/new", data=NEW)
    again = me.post("/admin/clients/new", data=NEW)
    assert made.status_code == again.status_code == 303
    assert made.location == again.location
    page = text(me.get(made.location))
    assert "Aino Virtanen" in page
    assert CODE not in page
    need = {**NEED, "package": str(w.package_id)}
    recorded = me.post(f"{made.location}/needs/new", data=need)
    assert (recorded.status_code, count(desk, w, Need), count(desk, w, Measurement)) == (303, 1, 1)
    preview = text(me.get(recorded.location))
    assert "2\xa0120,00\xa0€" in preview
    refused = me.post(recorded.location, data={"reasons": " ", "once": ONCE})
    assert (refused.status_code, count(desk, w, Voucher)) == (422, 0)
    done = me.post(recorded.location, data={"reasons": "Tarvitsee tukea työn aloittamiseen.", "once": ONCE})
    assert (done.status_code, count(desk, w, Voucher)) == (303, 1)
    assert "Tarvitsee tukea työn aloittamiseen." in text(me.get(done.location))
    second = text(me.get(recorded.location))
    assert "2026-000001" in second  # her voucher is open already
    assert 'name="reasons"' not in second


def test_a_wrong_client_keeps_what_was_typed(desk: Desk, as_person: AsPerson, temporary: Flask) -> None:
    w = world(desk)
    me = log_in_as(temporary, w.caseworker)
    for change, words in (
        ({"identity_code": "170579-907X"}, "Tarkista henkilötunnus"),
        ({"municipality": "Helsinki"}, "Kotikunta"),
        ({"unemployed_since": "31.2.2025"}, "31.2.2025"),
        ({"benefit_days": "-3"}, "etuuspäiv"),
        ({"phone": "12"}, "Tarkista puhelinnumero"),
    ):
        answer = me.post("/admin/clients/new", data={**NEW, **change})
        assert answer.status_code == 422
        assert words in text(answer)
        assert 'value="Virtanen"' in text(answer)
    # where temporary codes are not allowed, neither is this one
    assert as_person(w.caseworker).post("/admin/clients/new", data=NEW).status_code == 422
    assert count(desk, w, Client) == 0


def test_a_client_who_is_there_already_is_pointed_to(desk: Desk, temporary: Flask) -> None:
    w = world(desk)
    me = log_in_as(temporary, w.caseworker)
    first = me.post("/admin/clients/new", data=NEW).location
    answer = me.post("/admin/clients/new", data={**NEW, "first_name": "Toinen", "once": "f" * 32})
    assert answer.status_code == 422
    assert f'href="{first}"' in text(answer)
    assert count(desk, w, Client) == 1


def test_the_search_is_posted_and_forgets_the_code(desk: Desk, temporary: Flask) -> None:
    w = world(desk)
    me = log_in_as(temporary, w.caseworker)
    made = me.post("/admin/clients/new", data=NEW).location
    assert me.get(f"/admin/clients/find?words={CODE}").status_code in (404, 405)
    found = me.post("/admin/clients/find", data={"words": CODE})
    assert (found.status_code, found.location) == (303, made)
    assert "Virtanen Aino" in text(me.post("/admin/clients/find", data={"words": "virt"}))
    missing = me.post("/admin/clients/find", data={"words": identity_code(date(1970, 1, 1), 3)})
    assert missing.status_code == 200
    assert identity_code(date(1970, 1, 1), 3) not in text(missing)
    with opened(desk, w.caseworker) as tx:
        assert all(CODE not in f"{row.reason}{row.details}" for row in tx.session.scalars(select(AuditEvent)))


def test_a_protected_address_stands_on_no_page(desk: Desk, as_person: AsPerson) -> None:
    w = world(desk)
    company, holder = provider(desk, w), client(desk, w, protected=True)
    run = active_voucher(desk, w, company=company, holder=holder)
    me = as_person(w.caseworker)
    street = "Puijonkatu"
    paths = ["clients", f"clients/{holder.client_id}", f"clients/{holder.client_id}/edit",
             f"clients/{holder.client_id}/address", f"clients/{holder.client_id}/end",
             f"clients/{holder.client_id}/caseworker", f"vouchers/{run.voucher_id}",
             f"needs/{holder.need_id}/grant"]  # fmt: skip
    with opened(desk, w.caseworker) as tx:
        decision = tx.session.scalars(select(Decision.id)).one()
    for path in [*paths, f"decisions/{decision}"]:
        assert street not in text(me.get(f"/admin/{path}")), path
    letter = me.post(f"/admin/clients/{holder.client_id}/invitation", data={"channel": "letter"})
    assert letter.status_code == 200
    assert street not in text(letter)
    assert me.post(f"/admin/clients/{holder.client_id}/address", data={"reason": ""}).status_code == 422
    shown = me.post(f"/admin/clients/{holder.client_id}/address", data={"reason": "Kirje viedään käsin"})
    assert street in text(shown)
    assert shown.headers["Cache-Control"] == "no-store"
    assert street not in text(me.get(f"/admin/clients/{holder.client_id}/address"))
    with opened(desk, w.caseworker) as tx:
        row = tx.session.scalars(select(AuditEvent).where(AuditEvent.action == "client.reveal_address")).one()
        assert (row.reason, row.client_ids) == ("Kirje viedään käsin", [holder.client_id])
    # an edit that leaves the box empty keeps the address
    saved = me.post(f"/admin/clients/{holder.client_id}/edit", data={**NEW, "address": "", "protected_address": "y"})
    assert saved.status_code == 303
    with opened(desk, w.caseworker) as tx:
        assert tx.session.get_one(Client, holder.client_id).address.startswith(street)


def test_strangers_see_nothing(desk: Desk, as_person: AsPerson) -> None:
    run = active_voucher(desk)
    objection_id, outcome_id = objection(desk, run, event(desk, run)), outcome(desk, run)
    client_id, need_id = run.holder.client_id, run.holder.need_id
    paths = (
        f"clients/{client_id}", f"clients/{client_id}/edit", f"clients/{client_id}/address", f"clients/{client_id}/end",
        f"clients/{client_id}/caseworker", f"clients/{client_id}/invitation", f"clients/{client_id}/needs/new",
        f"needs/{need_id}/measure", f"needs/{need_id}/grant", f"vouchers/{run.voucher_id}",
        f"vouchers/{run.voucher_id}/extend", f"vouchers/{run.voucher_id}/end", f"vouchers/{run.voucher_id}/revoke",
        f"objections/{objection_id}", f"outcomes/{outcome_id}", f"outcomes/{outcome_id}/verify",
    )  # fmt: skip
    stranger = as_person(world(desk).caseworker)
    for path in paths:
        assert stranger.get(f"/admin/{path}").status_code == 404, path
    for who in (run.world.finance, run.world.procurement, run.company.manager, run.holder.actor):
        assert as_person(who).get(f"/admin/clients/{client_id}").status_code == 403
    posts: tuple[tuple[str, dict[str, str]], ...] = (
        (f"clients/{client_id}/edit", NEW),
        (f"clients/{client_id}/end", {"reason": "died", "last_day": "16.11.2026"}),
        (f"clients/{client_id}/invitation", {"channel": "letter"}),
        (f"clients/{client_id}/address", {"reason": "Uteliaisuus"}),
        (f"vouchers/{run.voucher_id}/end", {"reason": "completed", "last_day": "16.11.2026"}),
        (f"objections/{objection_id}", {"uphold": "yes", "settlement": "x"}),
        (f"outcomes/{outcome_id}/verify", EVIDENCE),
    )
    for path, data in posts:
        assert stranger.post(f"/admin/{path}", data=data).status_code == 404, path
    with opened(desk, run.world.caseworker) as tx:
        assert tx.session.get_one(Voucher, run.voucher_id).state == "active"
        assert tx.session.get_one(Client, client_id).ended_on is None
        assert tx.session.get_one(Objection, objection_id).state == "open"


def test_the_letter_shows_its_code_once(desk: Desk, as_person: AsPerson) -> None:
    w = world(desk)
    holder = client(desk, w, language="sv")
    me = as_person(w.caseworker)
    path = f"/admin/clients/{holder.client_id}/invitation"
    letters = [text(me.post(path, data={"channel": "letter"})) for _ in range(2)]
    codes = [re.findall(r"<code>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</code>", letter) for letter in letters]
    assert [len(found) for found in codes] == [1, 1]
    assert codes[0] != codes[1]
    assert "Välj din serviceproducent" in letters[0]  # the letter speaks the client's language
    assert codes[1][0] not in text(me.get(path))
    assert me.post(path, data={"channel": "mail"}).status_code == 422  # she has no e-mail address


def test_measuring_moving_and_ending(desk: Desk, as_person: AsPerson) -> None:
    run = active_voucher(desk)
    w, client_id = run.world, run.holder.client_id
    me = as_person(w.caseworker)
    measured = me.post(
        f"/admin/needs/{run.holder.need_id}/measure",
        data={**NEED, "moment": "end", "score": "", "declined": "y"},
    )
    assert (measured.status_code, count(desk, w, Measurement)) == (303, 1)
    wrong = me.post(f"/admin/needs/{run.holder.need_id}/measure", data={**NEED, "moment": "later", "score": "44",
                                                                         "once": "f" * 32})  # fmt: skip
    assert (wrong.status_code, count(desk, w, Measurement)) == (422, 1)
    moved = me.post(f"/admin/clients/{client_id}/caseworker", data={"caseworker": str(w.other_caseworker.account_id)})
    assert moved.status_code == 303
    assert me.post(f"/admin/clients/{client_id}/caseworker", data={"caseworker": "1"}).status_code == 422
    tomorrow = {"reason": "died", "last_day": "17.11.2026"}
    assert me.post(f"/admin/clients/{client_id}/end", data=tomorrow).status_code == 422
    ended = me.post(f"/admin/clients/{client_id}/end", data={"reason": "moved_away", "last_day": "16.11.2026"})
    assert ended.status_code == 303
    assert "Muutti pois" in text(me.get(ended.location))


def voucher_state(desk: Desk, run: Running) -> tuple[str, date]:
    with opened(desk, run.world.caseworker) as tx:
        row = tx.session.get_one(Voucher, run.voucher_id)
        return row.state, row.valid_to


def test_amending_a_voucher(desk: Desk, as_person: AsPerson) -> None:
    run = active_voucher(desk)
    me, path = as_person(run.world.caseworker), f"/admin/vouchers/{run.voucher_id}"
    early = me.post(f"{path}/extend", data={"valid_to": "1.12.2026", "reasons": "Sairaus", "once": ONCE})
    assert early.status_code == 422
    assert 'value="1.12.2026"' in text(early)
    done = me.post(f"{path}/extend", data={"valid_to": "31.7.2027", "reasons": "Sairaus", "once": ONCE})
    assert (done.status_code, voucher_state(desk, run)) == (303, ("active", date(2027, 7, 31)))
    assert "Sairaus" in text(me.get(done.location))
    assert me.post(f"{path}/revoke", data={"reasons": "", "once": ONCE}).status_code == 422
    assert me.post(f"{path}/end", data={"reason": "bored", "last_day": "16.11.2026"}).status_code == 422
    assert me.post(f"{path}/revoke", data={"reasons": "Edellytys puuttui", "once": ONCE}).status_code == 303
    assert voucher_state(desk, run)[0] == "revoked"
    stale = me.post(f"{path}/end", data={"reason": "completed", "last_day": "16.11.2026"})
    assert stale.status_code == 409


def test_settling_an_objection(desk: Desk, as_person: AsPerson) -> None:
    run = active_voucher(desk)
    objection_id = objection(desk, run, event(desk, run))
    me, path = as_person(run.world.caseworker), f"/admin/objections/{objection_id}"
    order = {"uphold": "no", "settlement": "Peruutusta ei ollut."}
    assert 'name="settlement"' not in text(me.get(path))
    assert me.post(path, data=order).status_code == 422
    answer_objection(desk, run.company.manager, AnswerObjection(objection_id, "Odotimme tunnin."))
    page = text(me.get(path))
    assert "Odotimme tunnin." in page
    assert "En ollut paikalla." in page
    assert me.post(path, data={"settlement": "x"}).status_code == 422
    assert me.post(path, data=order).status_code == 303
    assert "Peruutusta ei ollut." in text(me.get(path))
    assert me.post(path, data=order).status_code == 409


def test_settling_an_outcome(desk: Desk, as_person: AsPerson) -> None:
    run = active_voucher(desk)
    outcome_id = outcome(desk, run)
    me, path = as_person(run.world.caseworker), f"/admin/outcomes/{outcome_id}"
    weak = me.post(f"{path}/verify", data={**EVIDENCE, "grade": "provider"})
    assert (weak.status_code, count(desk, run.world, Milestone)) == (422, 0)
    assert me.post(f"{path}/verify", data=EVIDENCE).status_code == 303
    assert me.post(f"{path}/verify", data=EVIDENCE).status_code == 303  # the second click is the first one
    assert count(desk, run.world, Milestone) == 2
    assert me.post(f"{path}/evidence", data={**EVIDENCE, "grade": "client"}).status_code == 303
    assert me.post(f"{path}/reject", data={"reasons": "Myöhässä"}).status_code == 409
    assert me.post(f"{path}/end", data={"last_day": "17.11.2026", "reason": "Soitto"}).status_code == 422
    assert me.post(f"{path}/end", data={"last_day": "16.11.2026", "reason": "Soitto"}).status_code == 303
    other = outcome(desk, active_voucher(desk, run.world))
    assert me.post(f"/admin/outcomes/{other}/reject", data={"reasons": ""}).status_code == 422
    assert me.post(f"/admin/outcomes/{other}/reject", data={"reasons": "Ei näyttöä"}).status_code == 303
    with opened(desk, run.world.caseworker) as tx:
        states = tx.session.scalars(select(Outcome.state).order_by(Outcome.id)).all()
        assert states == ["ended", "rejected"]


def test_today_says_what_waits(desk: Desk, as_person: AsPerson, clock: SetClock) -> None:
    w = world(desk, validity_days=60)
    run = active_voucher(desk, w)
    objection_id = objection(desk, run, event(desk, run))
    outcome(desk, run)
    granted(desk, w, client(desk, w))
    me: CheckedClient = as_person(w.caseworker, "en")
    page = text(me.get("/admin/"))
    assert f'href="/admin/objections/{objection_id}"' in page
    assert "1 reported job to verify" in page
    assert "has not chosen" not in page
    clock.move_to(clock.today() + timedelta(days=35))
    page = text(me.get("/admin/"))
    assert "1 client has not chosen a provider" in page
    assert "2 vouchers expire soon" in page
    assert "1 client has not chosen" not in text(as_person(w.other_caseworker, "en").get("/admin/"))


def test_no_caseworkers_page_chooses_a_provider(desk: Desk, as_person: AsPerson) -> None:
    run = active_voucher(desk)
    me = as_person(run.world.caseworker)
    for path in (f"vouchers/{run.voucher_id}", f"clients/{run.holder.client_id}", f"needs/{run.holder.need_id}/grant"):
        forms = re.findall(r'<(?:input|select|button)[^>]*name="([^"]+)"', text(me.get(f"/admin/{path}")))
        assert set(forms) <= {"csrf_token", "once", "reasons"}
