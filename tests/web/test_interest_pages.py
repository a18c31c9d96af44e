"""Declared interests through HTTP: one's own page, the yearly task, the register."""

import re

from marketplace.use_cases.desk import Desk
from tests.makers import provider, world
from tests.portals import AsPerson
from tests.web.rendered import words_of


def test_declare_confirm_end_and_read_the_register(desk: Desk, as_person: AsPerson) -> None:
    w = world(desk)
    company = provider(desk, w)
    me = as_person(w.caseworker)
    assert "Vahvista ilmoittamasi sidonnaisuudet" in words_of(me.get("/admin/").text)
    page = me.get("/admin/interests").text
    once = re.search(r'name="once"[^>]*value="([0-9a-f]+)"', page)
    assert once
    sent = {"once": once[1], "provider": str(company.provider_id), "kind": "", "since": "1.9.2026"}
    assert me.post("/admin/interests", data=sent).status_code == 422
    assert me.post("/admin/interests", data=sent | {"kind": "family"}).status_code == 303
    assert me.post("/admin/interests/check").status_code == 303
    assert "Vahvista ilmoittamasi sidonnaisuudet" not in words_of(me.get("/admin/").text)
    own = me.get("/admin/interests").text
    assert company.name in words_of(own)
    end = re.search(r'href="(/admin/interests/\d+/end)"', own)
    assert end
    register = words_of(as_person(w.auditor).get("/admin/interests/register").text)
    assert company.name in register
    assert "läheinen työskentelee siellä" in register
    assert me.get("/admin/interests/register").status_code == 403
    assert as_person(w.finance).post(end[1], data={"last_day": "1.12.2026"}).status_code == 404
    assert me.post(end[1], data={"last_day": "1.12.2026"}).status_code == 303
    assert "1.12.2026" in words_of(me.get("/admin/interests").text)
