"""The doors of the three portals, through HTTP."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.access.actor import Actor
from marketplace.models.outbox import Message
from marketplace.models.people import Account, Membership
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.invite import Invitee, invite_person
from marketplace.use_cases.manage_staff import InviteStaff, invite_staff
from marketplace.use_cases.passwords import hash_password
from marketplace.use_cases.secret_notices import whole_body
from tests import makers
from tests.page_checks import CheckedClient
from tests.portals import AsPerson, portals_app

PASSWORD = "kolme pientä sanaa"
DOORS = ("", "/provider", "/admin")


def with_password(desk: Desk, who: Actor) -> str:
    with makers.opened(desk, who) as tx:
        account = tx.session.scalars(select(Account).where(Account.id == who.account_id)).one()
        account.password_hash = hash_password(PASSWORD)
        assert account.email is not None
        return account.email


def link_in_mail(desk: Desk, email: str, organiser_id: int | None = None) -> str:
    with makers.opened(desk, Actor(role=None, organiser_id=organiser_id)) as tx:
        message = tx.session.scalars(
            select(Message).where(Message.recipient == email).order_by(Message.id.desc())
        ).first()
        assert message is not None
        body = whole_body(tx.vault, message.body, message.sealed_code)
    return re.search(r"http://127\.0\.0\.1:8000(\S+)", body).group(1)  # type: ignore[union-attr]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("door", DOORS)
def test_the_pages_before_the_door_open_in_every_language(visitor: CheckedClient, door: str, language: str) -> None:
    visitor.get(f"/language/{language}")
    for page in ("/login", "/forgotten"):
        answer = visitor.get(door + page)
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.text
    for page in ("/invitation/nothing", "/new-password/nothing"):
        assert visitor.get(door + page).status_code == 410


@pytest.mark.parametrize("door", DOORS)
def test_a_wrong_password_is_said_and_the_address_is_kept(visitor: CheckedClient, door: str) -> None:
    answer = visitor.post(door + "/login", data={"email": "aino@example.org", "password": "väärin"})
    assert answer.status_code == 422
    assert "aino@example.org" in answer.text
    assert "väärin" not in answer.text
    assert "eivät sovi yhteen" in answer.text


def test_after_logging_in_one_is_where_one_wanted(desk: Desk, app: Flask) -> None:
    world = makers.world(desk)
    email = with_password(desk, world.auditor)
    for asked, found in (
        ("/admin/account", "/admin/account"),
        ("//evil.example", "/admin/"),
        ("https://evil.example/admin", "/admin/"),
        ("/provider/", "/admin/"),
        ("/my", "/admin/"),
    ):
        client = app.test_client()
        answer = client.post("/admin/login", query_string={"next": asked}, data={"email": email, "password": PASSWORD})
        assert (answer.status_code, answer.headers["Location"]) == (303, found)


def test_who_knocks_at_the_wrong_door_comes_in_at_her_own(desk: Desk, visitor: CheckedClient) -> None:
    world = makers.world(desk)
    email = with_password(desk, world.finance)
    answer = visitor.post("/login", data={"email": email, "password": PASSWORD})
    assert answer.headers["Location"] == "/admin/"


def test_the_session_is_made_anew_at_login(desk: Desk, visitor: CheckedClient) -> None:
    world = makers.world(desk)
    email = with_password(desk, world.finance)
    with visitor.session_transaction() as planted:
        planted["planted"] = "by somebody else"
    visitor.post("/admin/login", data={"email": email, "password": PASSWORD})
    with visitor.session_transaction() as kept:
        assert "planted" not in kept
        assert kept["language"] == "fi"
        assert kept.permanent
    assert visitor.get("/admin/account").status_code == 200


def test_the_sixth_guess_gets_429_and_says_how_long_to_wait(desk: Desk, visitor: CheckedClient) -> None:
    email = with_password(desk, makers.world(desk).finance)
    codes = [visitor.post("/admin/login", data={"email": email, "password": "x" * 12}).status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]
    answer = visitor.post("/admin/login", data={"email": email, "password": PASSWORD})
    assert "15 min" in answer.text


def test_a_client_comes_in_with_the_code_of_her_letter_and_then_takes_a_password(
    desk: Desk, visitor: CheckedClient
) -> None:
    world = makers.world(desk)
    holder = makers.client(desk, world)
    with makers.opened(desk, world.caseworker) as tx:
        who = Invitee(name="Aino", role=Role.CLIENT, organiser_id=world.organiser_id, client_id=holder.client_id)
        code = invite_person(tx, who, by_letter=True).code
    assert visitor.post("/login/code", data={"code": "K7QF"}).status_code == 422
    assert "K7QF" in visitor.post("/login/code", data={"code": "K7QF-2MXA-9PWD"}).text
    assert visitor.post("/login/code", data={"code": code}).headers["Location"] == "/my"
    page = visitor.get("/account")
    assert "/account/email" in page.text
    words = {"email": "aino@example.org", "password": PASSWORD, "again": "toinen"}
    assert visitor.post("/account/email", data=words).status_code == 422
    assert visitor.post("/account/email", data={**words, "again": PASSWORD}).status_code == 303
    assert "/account/password" in visitor.get("/account").text
    visitor.post("/log-out")
    assert visitor.post("/login/code", data={"code": code}).status_code == 422
    assert visitor.post("/login", data={"email": "aino@example.org", "password": PASSWORD}).status_code == 303


def test_logging_out_goes_to_ones_own_door(desk: Desk, as_person: AsPerson) -> None:
    world = makers.world(desk)
    client = as_person(world.finance)
    assert client.post("/log-out").headers["Location"] == "/admin/login"
    assert client.get("/admin/account").headers["Location"].startswith("/admin/login?next=")
    assert client.post("/log-out").headers["Location"] == "/login"


def test_an_invitation_is_accepted_by_its_link_once(desk: Desk, app: Flask, visitor: CheckedClient) -> None:
    world = makers.world(desk)
    invite_staff(desk, world.administrator, InviteStaff("Uusi Ohjaaja", "uusi@example.org", Role.CASEWORKER, "fi"))
    link = link_in_mail(desk, "uusi@example.org", world.organiser_id)
    assert link.startswith("/admin/invitation/")
    assert "Uusi Ohjaaja" in visitor.get(link).text
    assert visitor.post(link, data={"password": "lyhyt", "again": "lyhyt"}).status_code == 422
    answer = visitor.post(link, data={"password": PASSWORD, "again": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/")
    assert visitor.get("/admin/account").status_code == 200
    other = app.test_client()
    assert other.get(link).status_code == 410
    assert other.post(link, data={"password": PASSWORD, "again": PASSWORD}).status_code == 410


def test_a_forgotten_password_is_answered_the_same_for_everybody(desk: Desk, visitor: CheckedClient) -> None:
    email = with_password(desk, makers.world(desk).finance)
    answers = [visitor.post("/admin/forgotten", data={"email": address}) for address in (email, "nobody@example.org")]
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(303, "/admin/login")}
    link = link_in_mail(desk, email)
    assert (
        visitor.post(link, data={"password": "aivan uusi salasana", "again": "aivan uusi salasana"}).status_code == 303
    )
    visitor.post("/log-out")
    assert visitor.post("/admin/login", data={"email": email, "password": PASSWORD}).status_code == 422


def test_a_changed_password_ends_the_other_browsers(desk: Desk, as_person: AsPerson) -> None:
    world = makers.world(desk)
    with_password(desk, world.finance)
    here, elsewhere = as_person(world.finance), as_person(world.finance)
    words = {"old": "ei tämä", "password": "aivan uusi salasana", "again": "aivan uusi salasana"}
    assert here.post("/admin/account/password", data=words).status_code == 422
    assert elsewhere.get("/admin/account").status_code == 200
    assert here.post("/admin/account/password", data={**words, "old": PASSWORD}).status_code == 303
    assert here.get("/admin/account").status_code == 200
    assert elsewhere.get("/admin/account").status_code == 303


def test_language_and_phone_are_saved_and_the_page_follows(desk: Desk, as_person: AsPerson) -> None:
    world = makers.world(desk)
    client = as_person(world.finance)
    assert client.post("/admin/account", data={"language": "sv", "phone": "040 12"}).status_code == 422
    assert client.post("/admin/account", data={"language": "xx", "phone": ""}).status_code == 422
    assert client.post("/admin/account", data={"language": "sv", "phone": "040 123 4567"}).status_code == 303
    page = client.get("/admin/account").text
    assert '<html lang="sv">' in page
    assert "040 123 4567" in page


def test_leaving_needs_a_yes_and_closes_the_door(desk: Desk, as_person: AsPerson) -> None:
    world = makers.world(desk)
    client = as_person(world.finance)
    assert client.post("/admin/account/end", data={}).status_code == 422
    assert client.get("/admin/account").status_code == 200
    assert client.post("/admin/account/end", data={"sure": "y"}).status_code == 303
    assert client.get("/admin/account").status_code == 303
    last = as_person(world.administrator)
    assert last.post("/admin/account/end", data={"sure": "y"}).status_code == 422
    assert last.get("/admin/account").status_code == 200


def test_several_roles_are_asked_about_and_changed(desk: Desk, visitor: CheckedClient) -> None:
    world, other = makers.world(desk), makers.world(desk)
    email = with_password(desk, world.finance)
    invite_staff(desk, other.administrator, InviteStaff("Sama", email, Role.AUDITOR, "fi"))
    answer = visitor.post("/admin/login", data={"email": email, "password": PASSWORD})
    assert answer.headers["Location"] == "/admin/account/choose"
    page = visitor.get("/admin/account/choose").text
    seats = re.findall(r'name="seat" value="([^"]+)"', page)
    assert len(seats) == 2
    assert visitor.post("/admin/account/choose", data={"seat": seats[1]}).headers["Location"] == "/admin/"
    assert visitor.post("/admin/account/choose", data={"seat": "1:1"}).status_code == 404
    assert visitor.post("/admin/account/choose", data={}).status_code == 404


def test_the_demonstrations_logins_are_shown_and_open_in_a_demonstration_only(desk: Desk) -> None:
    world = makers.world(desk)
    email = "demo@example.org"
    with makers.opened(desk, world.finance) as tx:
        demo = Account(email=email, name="Demo", demonstration=True, password_hash=hash_password(PASSWORD))
        tx.session.add(demo)
        tx.session.flush()
        tx.session.add(Membership(account_id=demo.id, role="finance", organiser_id=world.organiser_id, since=tx.now))
    real = portals_app(desk).test_client()
    assert email not in real.get("/admin/login").text
    assert real.post("/admin/login", data={"email": email, "password": PASSWORD}).status_code == 422
    shown = portals_app(desk, DEMO=True, DEMO_PASSWORD=PASSWORD).test_client()
    page = shown.get("/admin/login").text
    assert email in page
    assert email not in shown.get("/login").text
    answer = shown.post("/admin/login", data={"email": email, "password": PASSWORD})
    assert answer.headers["Location"] == "/admin/"
    with shown.session_transaction() as kept:
        cookie = kept["_user_id"]
    with real.session_transaction() as planted:
        planted["_user_id"] = cookie
    assert real.get("/admin/account").status_code == 303, "a demonstration's session ends with the demonstration"


def test_forms_carry_a_token_and_are_refused_without(desk: Desk) -> None:
    client = portals_app(desk, WTF_CSRF_ENABLED=True).test_client()
    page = client.get("/login").text
    assert client.post("/login", data={"email": "a@example.org", "password": "x"}).status_code == 400
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)  # type: ignore[union-attr]
    answer = client.post("/login", data={"email": "a@example.org", "password": "x", "csrf_token": token})
    assert answer.status_code == 422
