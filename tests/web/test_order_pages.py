"""How lists are drawn, as staff set it: the pages through HTTP."""


from marketplace.use_cases.desk import Desk
from tests import makers
from tests.conftest import TODAY
from tests.page_checks import CheckedClient
from tests.portals import AsPerson


def _rule(page: CheckedClient, **values: str) -> object:
    return page.post("/admin/order/rule", data={"source": "lottery", "lottery": "lotto", "reason": "Päätös 5 §"} | values)


def _draw(page: CheckedClient, **values: str) -> dict[str, str]:
    day = f"{TODAY.day}.{TODAY.month}.{TODAY.year}"
    return {"once": "a" * 32, "day": day, "round": "46", "drawn_on": day, "numbers": "1, 2, 3 4 5"} | values


def test_a_lottery_goes_through_two_people(desk: Desk, as_person: AsPerson) -> None:
    w = makers.world(desk)
    procurement, approver, auditor = (as_person(who) for who in (w.procurement, w.approver, w.auditor))
    assert _rule(procurement).status_code == 303  # type: ignore[attr-defined]
    wrong = procurement.post("/admin/order/lottery", data=_draw(procurement, numbers="yksi kaksi"))
    assert wrong.status_code == 422
    assert "yksi kaksi" in wrong.text
    few = procurement.post("/admin/order/lottery", data=_draw(procurement, numbers="1 2 3"))
    assert few.status_code == 422
    assert 'value="1 2 3"' in few.text
    assert procurement.post("/admin/order/lottery", data=_draw(procurement)).status_code == 303
    assert procurement.post("/admin/order/lottery", data=_draw(procurement)).status_code == 303  # a second click
    page = approver.get("/admin/order").text
    assert "1 2 3 4 5" not in page  # the second person looks them up
    address = page.split('/admin/order/lottery/')[1].split('"')[0]
    confirm = f"/admin/order/lottery/{address}"
    assert "1 2 3 4 5" not in approver.get(confirm).text
    differs = approver.post(confirm, data={"numbers": "1 2 3 4 6"})
    assert differs.status_code == 422
    assert 'value="1 2 3 4 6"' in differs.text
    assert procurement.post(confirm, data={"numbers": "1 2 3 4 5"}).status_code == 422
    assert approver.post(confirm, data={"numbers": "5 4 3 2 1"}).status_code == 303
    assert auditor.get("/admin/order").status_code == 200
    assert "1 2 3 4 5" in auditor.get(f"/o/{w.organiser_code}/log").text


def test_what_was_typed_stays_when_the_rule_is_refused(desk: Desk, as_person: AsPerson) -> None:
    w = makers.world(desk)
    page = as_person(w.procurement)
    wrong = _rule(page, lottery="Iso Lotto!")
    assert wrong.status_code == 422  # type: ignore[attr-defined]
    assert "Iso Lotto!" in wrong.text  # type: ignore[attr-defined]
    pasted = _rule(page, source="drand", lottery="", chain_info='{"hash": "zz"}')
    assert pasted.status_code == 422  # type: ignore[attr-defined]
    assert "{&#34;hash&#34;: &#34;zz&#34;}" in pasted.text  # type: ignore[attr-defined]


def test_the_signed_head_can_be_taken_away(desk: Desk, as_person: AsPerson, visitor: CheckedClient) -> None:
    w = makers.world(desk)
    assert visitor.get(f"/o/{w.organiser_code}/log/head").status_code == 404
    makers.provider(desk, w)
    head = visitor.get(f"/o/{w.organiser_code}/log/head")
    assert head.json is not None
    assert head.json["organiser"] == w.organiser_code
