"""The public pages: the list in the day's order, the cards, the profile, what of the log is released when."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from marketplace.access.actor import public
from marketplace.clock import SetClock
from marketplace.matching.check_code import check_code
from marketplace.matching.order import Unit, order
from marketplace.models.providers import Approval, ControlGroup, Provider, Site
from marketplace.models.trail import OrderLogLine
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.order_log import key_of, reveal_due
from marketplace.use_cases.provider_cards import Card, Wishes, count, fitting, read_cards
from marketplace.use_cases.public_log import public_log, released_lines
from marketplace.use_cases.public_pages import front_page, organiser_front, public_list, public_profile
from marketplace.use_cases.refusals import Missing
from tests import makers
from tests.conftest import TODAY

ANYONE = public(None)


@pytest.fixture
def w(desk: Desk) -> makers.World:
    return makers.world(desk)


def _listed(desk: Desk, w: makers.World, number: int = 3) -> list[makers.Company]:
    return [makers.provider(desk, w) for _ in range(number)]


def _approve(session: Session, w: makers.World, company: makers.Company, **values: object) -> None:
    makers.see(session, w.organiser_id)
    approval = session.get_one(Approval, company.approval_id)
    for name, value in values.items():
        setattr(approval, name, value)
    session.commit()


def test_the_public_list_is_vo1_with_list_zero_and_the_days_key(desk: Desk, session: Session, w: makers.World) -> None:
    companies = _listed(desk, w, 5)
    page = public_list(desk, ANYONE, w.organiser_code, w.package_code, w.area_code)
    makers.see(session, w.organiser_id)
    groups = session.execute(
        select(Provider.unit, ControlGroup.code)
        .join(ControlGroup, ControlGroup.id == Provider.control_group_id)
        .where(Provider.unit.in_([one.unit for one in companies]))
    )
    units = [Unit(*row) for row in groups]
    with makers.opened(desk, w.auditor) as tx:
        key = key_of(tx, tx.today)
    assert key is not None
    expected = order(key, bytes(32), 0, w.package_code, units, [])
    assert [card.unit for card in page.cards] == expected
    touching = session.scalars(select(func.max(OrderLogLine.seq)).where(OrderLogLine.type == "registry")).one()
    assert page.code == check_code(0, touching, expected)


def test_only_the_first_look_of_a_day_writes(desk: Desk, session: Session, w: makers.World, clock: SetClock) -> None:
    _listed(desk, w)
    makers.see(session, w.organiser_id)
    first = public_list(desk, ANYONE, w.organiser_code, None, None)
    lines = session.scalar(select(func.count()).select_from(OrderLogLine))
    assert public_list(desk, ANYONE, w.organiser_code, None, None) == first
    assert session.scalar(select(func.count()).select_from(OrderLogLine)) == lines
    clock.move_to(clock.today() + timedelta(days=1))
    public_list(desk, ANYONE, w.organiser_code, None, None)
    assert session.scalar(select(func.count()).select_from(OrderLogLine)) == (lines or 0) + 2


def test_an_approved_provider_is_there_at_the_next_request_and_a_suspended_one_is_not(
    desk: Desk, session: Session, w: makers.World
) -> None:
    companies = _listed(desk, w)
    _approve(session, w, companies[0], state="suspended")
    _approve(session, w, companies[1], paused=True)
    newcomer = makers.provider(desk, w)
    shown = {card.unit: card for card in public_list(desk, ANYONE, w.organiser_code, None, None).cards}
    assert set(shown) == {companies[1].unit, companies[2].unit, newcomer.unit}
    assert shown[companies[1].unit].paused
    with pytest.raises(Missing):
        public_profile(desk, ANYONE, w.organiser_code, companies[0].unit)


def test_unknown_names_are_missing(desk: Desk, w: makers.World) -> None:
    company = _listed(desk, w, 1)[0]
    other = makers.world(desk)
    for organiser, package, area in (
        ("nowhere", None, None),
        (w.organiser_code, "nothing", None),
        (w.organiser_code, None, "nowhere"),
    ):
        with pytest.raises(Missing):
            public_list(desk, ANYONE, organiser, package, area)
    with pytest.raises(Missing):
        public_profile(desk, ANYONE, other.organiser_code, company.unit)
    with pytest.raises(Missing):
        public_log(desk, ANYONE, "nowhere")


def test_an_organiser_without_providers_has_an_empty_list(desk: Desk, w: makers.World) -> None:
    page = public_list(desk, ANYONE, w.organiser_code, None, None)
    assert page.cards == ()
    assert page.package is not None
    front = organiser_front(desk, ANYONE, w.organiser_code)
    assert (front.providers, [one.providers for one in front.packages]) == (0, [0])
    assert w.organiser_code in {one.code for one in front_page(desk, ANYONE)}


def test_a_card_takes_the_open_sites_together(desk: Desk, session: Session, w: makers.World) -> None:
    company, bare = _listed(desk, w, 2)
    session.add_all(
        [
            Site(provider_id=company.provider_id, name="B", street="x", municipality="Siilinjärvi", languages=["sv"],
                 accessible="no"),
            Site(provider_id=company.provider_id, name="C", street="x", municipality="Vantaa", languages=["ru"],
                 accessible="yes", closed_on=desk.clock.today()),
        ]
    )  # fmt: skip
    session.scalars(select(Site).where(Site.provider_id == bare.provider_id)).one().closed_on = desk.clock.today()
    session.commit()
    with makers.opened(desk, w.auditor) as tx:
        cards = read_cards(tx, w.package_id, w.area_id)
        assert set(read_cards(tx, w.package_id, w.area_id, [bare.unit])) == {bare.unit}
        assert read_cards(tx, w.package_id, w.other_area_id) == {}
    card = cards[company.unit]
    assert (card.municipalities, card.languages, card.accessible) == (
        ["Kuopio", "Siilinjärvi"],
        ["en", "fi", "sv"],
        "some",
    )
    assert (cards[bare.unit].municipalities, cards[bare.unit].accessible) == ([], "not_stated")


def _card(**values: object) -> Card:
    today = TODAY
    base = Card(1, 1, "u1", "A", "", "individual", ["Kuopio"], ["fi"], "yes", 2, None, today, False, [])
    return base._replace(**values)


def test_filters_leave_out_and_never_reorder(clock: SetClock) -> None:
    today = clock.today()
    cards = [
        _card(unit="u1"),
        _card(unit="u2", languages=["sv"], way_of_work="both", accessible="not_stated", free_places=0),
        _card(unit="u3", municipalities=["Siilinjärvi"], way_of_work="group", next_start=today + timedelta(days=20)),
        _card(unit="u4", paused=True),
        _card(unit="u5", as_of=today - timedelta(days=31)),
    ]

    def left(**wishes: object) -> list[str]:
        return [card.unit for card in fitting(cards, Wishes(**wishes), today)]  # type: ignore[arg-type]

    assert left() == ["u1", "u2", "u3", "u4", "u5"]
    assert left(municipalities=frozenset({"Siilinjärvi"})) == ["u3"]
    assert left(languages=frozenset({"sv", "fi"})) == ["u1", "u2", "u3", "u4", "u5"]
    assert left(ways=frozenset({"group"})) == ["u2", "u3"]
    assert left(accessible=True) == ["u1", "u3", "u4", "u5"]
    assert left(soon=True) == ["u1"]
    numbers = count(cards, today)
    assert numbers.languages == [("fi", 4), ("sv", 1)]
    assert (numbers.accessible, numbers.soon) == (4, 1)


def test_the_public_list_needs_few_queries(desk: Desk, w: makers.World) -> None:
    _listed(desk, w, 8)
    public_list(desk, ANYONE, w.organiser_code, w.package_code, w.area_code)
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().lower().startswith("select") and "set_config" not in statement:
            seen.append(statement)

    event.listen(desk.engine, "before_cursor_execute", note)
    try:
        public_list(desk, ANYONE, w.organiser_code, w.package_code, w.area_code)
    finally:
        event.remove(desk.engine, "before_cursor_execute", note)
    assert len(seen) <= 10


def test_lines_are_released_with_their_days_key(desk: Desk, w: makers.World, clock: SetClock) -> None:
    _listed(desk, w, 2)
    holder = makers.client(desk, w)
    makers.granted(desk, w, holder)
    kinds = [json.loads(line)["type"] for line in released_lines(desk, ANYONE, w.organiser_code)]
    assert set(kinds) == {"genesis", "commit"}
    before = public_log(desk, ANYONE, w.organiser_code)
    assert before.waiting > 0
    assert before.hash is not None
    clock.move_to(clock.today() + timedelta(days=31))
    still = public_log(desk, ANYONE, w.organiser_code)
    assert still.waiting == before.waiting
    with makers.opened(desk, w.auditor) as tx:
        reveal_due(tx)
    after = public_log(desk, ANYONE, w.organiser_code)
    assert after.waiting == 0
    kinds = [json.loads(line)["type"] for line in released_lines(desk, ANYONE, w.organiser_code)]
    assert {"genesis", "commit", "beacon", "registry", "list", "reveal"} == set(kinds)
    assert released_lines(desk, ANYONE, w.organiser_code, start=10**6) == ()


def test_a_registry_line_of_a_day_without_a_key_is_released_after_the_same_time(
    desk: Desk, w: makers.World, clock: SetClock
) -> None:
    _listed(desk, w, 1)
    assert public_log(desk, ANYONE, w.organiser_code).waiting == 1
    clock.move_to(clock.today() + timedelta(days=31))
    assert public_log(desk, ANYONE, w.organiser_code).waiting == 0
