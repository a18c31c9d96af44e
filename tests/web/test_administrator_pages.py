"""The administrator's pages: staff and the outbox."""

import re

from sqlalchemy import select

from marketplace.access.actor import system
from marketplace.models.clients import Client
from marketplace.models.outbox import Message
from marketplace.models.trail import AuditEvent
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.notices import tell_client
from marketplace.use_cases.send_messages import send_messages
from tests import makers
from tests.portals import AsPerson

NEW = {"name": "Uusi Tarkastaja", "email": "uusi@example.org", "role": "auditor", "language": "sv", "once": "a" * 32}


def letter_to(desk: Desk, world: makers.World, holder: makers.Person, key: str) -> int:
    """A notice on paper for a client without an e-mail address."""
    with makers.opened(desk, world.caseworker) as tx:
        client = tx.session.get_one(Client, holder.client_id)
        tell_client(tx, client, "provider_confirmed", key, number="2026-000001", start_on=tx.today)
        return tx.session.scalars(select(Message.id).where(Message.key.contains(key))).one()


class Refusing:
    def send(self, recipient: str, subject: str, body: str, key: str) -> str:
        raise OSError("nobody answers")


def test_a_person_is_invited_listed_and_ended(desk: Desk, as_person: AsPerson) -> None:
    world = makers.world(desk)
    client = as_person(world.administrator)
    assert client.get("/admin/staff/invite").status_code == 200
    assert client.post("/admin/staff/invite", data={**NEW, "email": "uusi", "role": ""}).status_code == 422
    assert "uusi@example.org" not in client.get("/admin/staff").text
    for _click in range(2):
        assert client.post("/admin/staff/invite", data=NEW).status_code == 303
    page = client.get("/admin/staff").text
    assert page.count("uusi@example.org") == 1
    assert "Kutsuttu" in page
    newest = max(int(number) for number in re.findall(r"/admin/staff/(\d+)/end", page))
    assert "Uusi Tarkastaja" in client.get(f"/admin/staff/{newest}/end").text
    assert client.post(f"/admin/staff/{newest}/end").status_code == 303
    assert "uusi@example.org" not in client.get("/admin/staff").text
    assert client.post(f"/admin/staff/{newest}/end").status_code == 404


def test_nobody_ends_her_own_role(desk: Desk, as_person: AsPerson) -> None:
    world = makers.world(desk)
    client = as_person(world.administrator)
    page = client.get("/admin/staff").text
    shown = {int(number) for number in re.findall(r"/admin/staff/(\d+)/end", page)}
    own = max(shown) + 1  # she was made last, and has no link
    answer = client.post(f"/admin/staff/{own}/end")
    assert answer.status_code == 422
    assert "Omaa tehtävää" in answer.text


def test_a_letter_is_printed_and_marked_and_its_reading_is_on_record(desk: Desk, as_person: AsPerson) -> None:
    world = makers.world(desk)
    holder = makers.client(desk, world)
    number = letter_to(desk, world, holder, "letter")
    client = as_person(world.administrator)
    assert "1 kirje tulostettavana" in client.get("/admin/").text
    assert f"/admin/outbox/{number}" in client.get("/admin/outbox").text
    printed = client.get(f"/admin/outbox/{number}/letter").text
    assert "Puijonkatu 1" in printed
    with makers.opened(desk, world.auditor) as tx:
        reads = tx.session.scalars(select(AuditEvent).where(AuditEvent.action == "message.read")).all()
        assert [read.client_ids for read in reads] == [[holder.client_id]]
    assert client.post(f"/admin/outbox/{number}/settle", data={"note": " "}).status_code == 422
    assert client.post(f"/admin/outbox/{number}/settle", data={"note": "Postitettu"}).status_code == 303
    assert f"/admin/outbox/{number}" not in client.get("/admin/outbox").text
    assert client.post(f"/admin/outbox/{number}/settle", data={"note": "Postitettu"}).status_code == 409
    with makers.opened(desk, world.auditor) as tx:
        settled = tx.session.scalars(select(AuditEvent).where(AuditEvent.action == "message.settled")).one()
        assert (settled.reason, settled.actor_id) == ("Postitettu", world.administrator.account_id)


def test_letters_are_printed_together_and_marked_together(desk: Desk, as_person: AsPerson) -> None:
    world = makers.world(desk)
    numbers = [letter_to(desk, world, makers.client(desk, world), f"letter-{n}") for n in range(3)]
    hidden = letter_to(desk, world, makers.client(desk, world, protected=True), "hidden")
    client = as_person(world.administrator)
    page = client.get("/admin/outbox/letters").text
    assert [int(n) for n in re.findall(r'name="message" value="(\d+)"', page)] == numbers
    assert client.post("/admin/outbox/letters", data={"message": numbers, "note": ""}).status_code == 422
    assert client.post("/admin/outbox/letters", data={"message": [*numbers, 999999], "note": "x"}).status_code == 404
    assert client.get("/admin/outbox/letters").text.count('name="message"') == 3, "nothing was marked"
    assert client.post("/admin/outbox/letters", data={"message": numbers, "note": "Postissa"}).status_code == 303
    assert client.get("/admin/outbox/letters").text.count('name="message"') == 0
    assert f"/admin/outbox/{hidden}" in client.get("/admin/outbox").text


def test_a_protected_address_is_nowhere_in_the_outbox(desk: Desk, as_person: AsPerson) -> None:
    world = makers.world(desk)
    holder = makers.client(desk, world, protected=True)
    number = letter_to(desk, world, holder, "protected")
    client = as_person(world.administrator)
    for page in ("/admin/outbox", f"/admin/outbox/{number}", f"/admin/outbox/{number}/letter"):
        text = client.get(page).text
        assert "Puijonkatu" not in text
        assert "käteen" in text or "suojattu" in text


def test_what_did_not_arrive_is_shown_with_its_reason_and_tried_again(desk: Desk, as_person: AsPerson) -> None:
    world = makers.world(desk)
    client = as_person(world.administrator)
    client.post("/admin/staff/invite", data=NEW)
    with makers.opened(desk, world.administrator) as tx:
        message = tx.session.scalars(select(Message)).one()
        message.attempts = 7
        number = message.id
    assert send_messages(desk, system(world.organiser_id), Refusing()).failed == 1
    assert "1 viesti ei mennyt perille" in client.get("/admin/").text
    assert "nobody answers" in client.get("/admin/outbox").text
    page = client.get(f"/admin/outbox/{number}").text
    assert "[code]" in page, "the link's token stays sealed"
    assert client.post(f"/admin/outbox/{number}/again").status_code == 303
    assert client.post(f"/admin/outbox/{number}/again").status_code == 409
    assert send_messages(desk, system(world.organiser_id), Refusing()).later == 1


def test_another_organisers_outbox_is_not_found(desk: Desk, as_person: AsPerson) -> None:
    world, other = makers.world(desk), makers.world(desk)
    number = letter_to(desk, world, makers.client(desk, world), "theirs")
    client = as_person(other.administrator)
    assert f"/admin/outbox/{number}" not in client.get("/admin/outbox").text
    for path in (f"/admin/outbox/{number}", f"/admin/outbox/{number}/letter"):
        assert client.get(path).status_code == 404
    assert client.post(f"/admin/outbox/{number}/settle", data={"note": "x"}).status_code == 404
    assert client.post(f"/admin/outbox/{number}/again").status_code == 404
