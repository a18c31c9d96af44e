"""Process rules 21, 22 and 24 of fairness.md B2, and attacks 8, 10, 11 and 13 of B6, through the web."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.clock import SetClock
from marketplace.models.assisting import AssistSession, AssistStep
from marketplace.models.outbox import Message
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.run_due_work import DUTIES, do
from tests.makers import opened
from tests.page_checks import CheckedClient
from tests.portals import AsPerson
from tests.use_cases.assisting import Beside, interested
from tests.web.rendered import read_list, words_of

CARD = re.compile(r'<li class="card-plain offer".*?</li>', re.S)
ADDRESS = re.compile(r'href="[^"]*"')


@pytest.fixture
def beside(desk: Desk) -> Beside:
    return Beside(desk)


def start(browser: CheckedClient, beside: Beside) -> str:
    """Begin through the form; gives the address of the list."""
    page = browser.get(f"/admin/vouchers/{beside.voucher_id}/assist").text
    once = re.search(r'name="once"[^>]*value="([0-9a-f]+)"', page)
    assert once
    answer = browser.post(
        f"/admin/vouchers/{beside.voucher_id}/assist", data={"once": once[1], "reason": "asked_for_help"}
    )
    assert answer.status_code == 303
    return str(answer.location)


def propose(browser: CheckedClient, list_url: str, unit: str) -> str:
    """Write down through the card's page what the client wants; gives the proposal's address."""
    page = browser.get(f"{list_url}/providers/{unit}").text
    boxes = dict(re.findall(r'<input id="\w+" name="(\w+)" type="hidden" value="([^"]*)"', page))
    boxes.pop("csrf_token", None)
    answer = browser.post(f"{list_url}/wants/{unit}", data=boxes)
    assert answer.status_code == 303
    return str(answer.location)


def test_rule_21_the_caseworker_sees_exactly_the_clients_list(beside: Beside, as_person: AsPerson) -> None:
    own = as_person(beside.holder.actor).get(f"/my/vouchers/{beside.voucher_id}/providers").text
    browser = as_person(beside.caseworker)
    seen = browser.get(start(browser, beside)).text
    assert read_list(seen) == read_list(own)
    assert read_list(seen).code == beside.offered()[1]
    assert [ADDRESS.sub("", card) for card in CARD.findall(seen)] == [ADDRESS.sub("", card) for card in CARD.findall(own)]
    assert not re.search(r'name="(municipality|language|way|soon|taking|accessible)"[^>]* checked', seen)
    assert "Avustat asiakasta" in words_of(seen)
    assert "Avustat asiakasta" not in words_of(own)


def test_rule_21_start_end_and_every_filter_are_kept(beside: Beside, as_person: AsPerson, clock: SetClock) -> None:
    browser = as_person(beside.caseworker)
    url = start(browser, beside)
    units = beside.offered()[0]
    browser.get(url)
    browser.get(f"{url}?language=fi&soon=1")
    browser.get(f"{url}/providers/{units[1]}")
    browser.get(f"{url}/side-by-side?unit={units[0]}&unit={units[2]}")
    clock.move_to(clock.now() + timedelta(minutes=7))
    assert browser.post(f"{url}/end").status_code == 303
    with opened(beside.desk, beside.caseworker) as tx:
        session = tx.session.scalars(select(AssistSession)).one()
        steps = tx.session.scalars(select(AssistStep).order_by(AssistStep.id)).all()
        assert session.caseworker_id == beside.caseworker.account_id
        assert session.ended_at is not None
        assert session.ended_at - session.started_at == timedelta(minutes=7)
        assert session.end_reason == "by_caseworker"
        assert [(step.kind, step.filters) for step in steps] == [
            ("list", {}), ("list", {"language": ["fi"], "soon": True}), ("card", {}), ("side", {}),
        ]  # fmt: skip
        assert [step.units for step in steps[2:]] == [[units[1]], sorted([units[0], units[2]])]
    assert "Avusti" in words_of(browser.get(f"/admin/clients/{beside.holder.client_id}").text)
    assert "Katsoi luetteloasi kanssasi" in words_of(as_person(beside.holder.actor).get("/my/data").text)


def test_rule_21_assisting_ends_by_itself(beside: Beside, as_person: AsPerson, clock: SetClock) -> None:
    browser = as_person(beside.caseworker)
    url = start(browser, beside)
    clock.move_to(clock.now() + timedelta(minutes=61))
    answer = browser.get(url)
    assert (answer.status_code, answer.location) == (303, f"/admin/vouchers/{beside.voucher_id}")
    duty = next(one for one in DUTIES if one.name == "assisted choices that are over")
    assert do(duty, beside.desk, beside.world.organiser_id).count == 1
    with opened(beside.desk, beside.caseworker) as tx:
        session = tx.session.scalars(select(AssistSession)).one()
        assert (session.ended_at, session.end_reason) == (session.ends_at, "time")


def test_rule_21_nobody_else_reads_over_her_shoulder(beside: Beside, as_person: AsPerson) -> None:
    url = start(as_person(beside.caseworker), beside)
    for who in (beside.world.other_caseworker, beside.holder.actor, beside.companies[0].manager):
        assert as_person(who).get(url).status_code in (403, 404)


def test_rule_22_what_the_caseworker_wrote_down_is_no_choice(beside: Beside, as_person: AsPerson) -> None:
    browser = as_person(beside.caseworker)
    units = beside.offered()[0]
    page = propose(browser, start(browser, beside), units[2])
    words = words_of(browser.get(page).text)
    assert "Tämä ei ole vielä valinta" in words
    assert (beside.choices(), beside.state()) == ([], ("granted", None))
    company = next(one for one in beside.companies if one.unit == units[2])
    assert beside.number not in as_person(company.manager).get("/provider/clients").text
    with opened(beside.desk, beside.caseworker) as tx:
        told = tx.session.scalars(select(Message.subject).where(Message.account_id == company.manager.account_id)).all()
        assert told == []


def test_rule_22_the_client_confirms_with_her_own_login(beside: Beside, as_person: AsPerson) -> None:
    browser = as_person(beside.caseworker)
    units, code = beside.offered()
    propose(browser, start(browser, beside), units[2])
    own = as_person(beside.holder.actor)
    link = re.search(rf'href="([^"]*/providers/{units[2]})"', own.get("/my").text)
    assert link
    choose = re.search(rf'href="([^"]*/choose/{units[2]}\?[^"]*)"', own.get(link[1]).text)
    assert choose
    page = own.get(choose[1].replace("&amp;", "&")).text
    boxes = dict(re.findall(r'<input id="\w+" name="(\w+)" type="hidden" value="([^"]*)"', page))
    assert own.post(choose[1].split("?")[0], data=boxes).status_code == 303
    [(unit, channel, assist_id)] = beside.choices()
    assert (unit, channel) == (units[2], "own_login")
    assert assist_id is not None
    assert "omalla kirjautumisella" in words_of(own.get(f"/my/vouchers/{beside.voucher_id}/choice").text)
    assert "Odottaa vahvistustasi" not in words_of(own.get("/my").text)


def test_rule_22_the_client_may_drop_it(beside: Beside, as_person: AsPerson) -> None:
    browser = as_person(beside.caseworker)
    page = propose(browser, start(browser, beside), beside.offered()[0][0])
    own = as_person(beside.holder.actor)
    assert own.post(f"/my/vouchers/{beside.voucher_id}/proposal/drop").status_code == 303
    assert "Asiakas ei halunnut" in words_of(browser.get(page).text)
    assert beside.choices() == []
    assert own.post(f"/my/vouchers/{beside.voucher_id}/proposal/drop").status_code == 409


def test_rule_22_the_client_confirms_with_a_code_from_her_own_mail(
    beside: Beside, as_person: AsPerson, visitor: CheckedClient
) -> None:
    browser = as_person(beside.caseworker)
    units = beside.offered()[0]
    page = propose(browser, start(browser, beside), units[1])
    sent = browser.post(f"{page}/code", data={"way": "mail"}, follow_redirects=True)
    code = beside.code()
    assert beside.mail[-1][0] == "aino@example.org"
    assert code not in sent.text
    url = f"/o/{beside.world.organiser_code}/confirm"
    look = visitor.post(url, data={"number": beside.number, "code": f"{code[:4]} {code[4:]}"})
    assert look.status_code == 200
    assert read_list(look.text).units == units
    boxes = dict(re.findall(r'<input id="\w+" name="(\w+)" type="hidden" value="([^"]*)"', look.text))
    done = visitor.post(f"{url}/yes", data=boxes)
    assert (done.status_code, done.location) == (303, f"/o/{beside.world.organiser_code}/confirmed")
    assert visitor.get(done.location).status_code == 200
    assert [(unit, channel) for unit, channel, _assist in beside.choices()] == [(units[1], "code")]
    again = visitor.post(f"{url}/yes", data=boxes)
    assert again.status_code == 422, "a code works once"
    assert len(beside.choices()) == 1


@pytest.mark.parametrize("who", ["caseworker", "other_caseworker", "administrator", "finance"])
def test_rule_22_no_session_of_staff_can_confirm(beside: Beside, as_person: AsPerson, who: str) -> None:
    """Attack 11: even with the code in hand, a caseworker's own session does not confirm."""
    browser = as_person(beside.caseworker)
    page = propose(browser, start(browser, beside), beside.offered()[0][0])
    browser.post(f"{page}/code", data={"way": "mail"})
    typed = {"number": beside.number, "code": beside.code(), "shown": beside.offered()[1]}
    staff = as_person(getattr(beside.world, who))
    url = f"/o/{beside.world.organiser_code}/confirm"
    assert "tämä sivu on vain asiakkaalle" in words_of(staff.get(url).text).lower()
    assert staff.post(url, data=typed).status_code == 422
    assert staff.post(f"{url}/yes", data=typed).status_code == 422
    assert staff.post(f"/my/vouchers/{beside.voucher_id}/choose/{beside.companies[0].unit}", data=typed).status_code == 403
    assert (beside.choices(), beside.state()) == ([], ("granted", None))


def test_rule_22_a_signed_form_is_recorded_and_counted_apart(beside: Beside, as_person: AsPerson) -> None:
    """Attack 13: what is printed carries the list's number, its check code and the whole list in its drawn order."""
    browser = as_person(beside.caseworker)
    units, code = beside.offered()
    page = propose(browser, start(browser, beside), units[0])
    form = browser.get(f"{page}/form").text
    assert (read_list(form).units, read_list(form).marks["data-code"]) == (units, code)
    once = re.search(r'name="once"[^>]*value="([0-9a-f]+)"', browser.get(page).text)
    assert once
    today = beside.desk.clock.today()
    sent = {"once": once[1], "signed_on": f"{today.day}.{today.month}.{today.year}", "archived_at": ""}
    assert browser.post(f"{page}/signed", data=sent).status_code == 422
    assert beside.choices() == []
    done = browser.post(f"{page}/signed", data=sent | {"archived_at": "Asiakirja 2026/114"})
    assert done.status_code == 303
    assert [(unit, channel) for unit, channel, _assist in beside.choices()] == [(units[0], "paper")]
    with opened(beside.desk, beside.caseworker) as tx:
        told = tx.session.scalars(select(Message.recipient).where(Message.key.contains("choice_confirmed"))).all()
        assert told == ["aino@example.org"]


def test_rule_24_an_interest_on_the_list_keeps_the_caseworker_away(beside: Beside, as_person: AsPerson) -> None:
    """Attack 8: a tie to one provider of the list is enough, whoever the client wants."""
    browser = as_person(beside.caseworker)
    url = start(browser, beside)
    interested(beside.desk, beside.caseworker, beside.companies[1])
    answer = browser.get(url)
    assert answer.status_code == 422
    assert beside.companies[1].name in words_of(answer.text)
    assert "Siirrä asia työtoverille" in words_of(answer.text)
    colleague = as_person(beside.world.other_caseworker)
    moved = browser.post(
        f"/admin/clients/{beside.holder.client_id}/caseworker",
        data={"caseworker": str(beside.world.other_caseworker.account_id)},
    )
    assert moved.status_code == 303
    browser.post(f"{url}/end")
    assert colleague.get(start(colleague, beside)).status_code == 200
