"""Control groups: declared by the company, questioned by anyone, decided with reasons, written into the log."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.clock import SetClock
from marketplace.models.decisions import Decision
from marketplace.models.order_rules import GroupQuestion, GroupRuling
from marketplace.models.outbox import Message
from marketplace.models.people import Interest
from marketplace.models.providers import Provider
from marketplace.models.trail import OrderLogLine
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.decide_group import Ruled, RulingOrder, decide_group
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.group_pages import groups_page, own_groups_page, question_page
from marketplace.use_cases.offers import offer_of
from marketplace.use_cases.question_group import QuestionOrder, answer_group, question_group
from marketplace.use_cases.refusals import Forbidden, Missing, Refused
from marketplace.use_cases.suspend_provider import restore_provider, suspend_provider
from marketplace.use_cases.verify_orders import verify_orders
from tests import makers
from tests.conftest import TODAY


@pytest.fixture
def w(desk: Desk) -> makers.World:
    return makers.world(desk)


def _ask(desk: Desk, who: object, one: makers.Company, other: makers.Company, kind: str = "join") -> int:
    return question_group(desk, who, QuestionOrder(kind, one.unit, other.unit, "Sama omistaja rekisterissä."))  # type: ignore[arg-type]


def _decide(desk: Desk, w: makers.World, question: int, outcome: str = "joined") -> Ruled:
    return decide_group(desk, w.procurement, RulingOrder(question, outcome, "Kaupparekisteriote 1.11.2026."))


def _line(session: Session, w: makers.World, seq: int) -> dict[str, object]:
    makers.see(session, w.organiser_id)
    found: dict[str, object] = json.loads(
        session.scalars(select(OrderLogLine.line).where(OrderLogLine.seq == seq)).one()
    )
    return found


def _units(desk: Desk, w: makers.World, voucher_id: int) -> tuple[str, ...]:
    with makers.opened(desk, w.auditor) as tx:
        return offer_of(tx, tx.session.get_one(Voucher, voucher_id)).units


def _facts(session: Session, w: makers.World) -> list[int]:
    makers.see(session, w.organiser_id)
    tables = (GroupQuestion, GroupRuling, Decision, OrderLogLine)
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_a_rival_asks_the_company_answers_procurement_joins(desk: Desk, session: Session, w: makers.World) -> None:
    hidden, owner, rival = (makers.provider(desk, w) for _ in range(3))
    before = makers.granted(desk, w, makers.client(desk, w)).voucher_id
    drawn = _units(desk, w, before)
    question = _ask(desk, rival.manager, hidden, owner)
    (seen,) = own_groups_page(desk, hidden.manager).questions
    assert (seen.maker, seen.mine) == ("", True)  # who asked is not told to the company
    with pytest.raises(Refused, match="hearing_open"):
        _decide(desk, w, question)
    answer_group(desk, hidden.manager, question, "Omistus on vain 20 %.")
    ruled = _decide(desk, w, question)
    assert ruled.line is not None
    line = _line(session, w, ruled.line)
    page = groups_page(desk, w.auditor)
    assert [{one.unit for one in companies} for _code, companies in page.groups] == [{hidden.unit, owner.unit}]
    assert line["group"] == page.groups[0][0]
    assert (line["type"], line["unit"], line["state"], line["reason_code"]) == (
        "registry", hidden.unit, "approved", "authority",
    )  # fmt: skip
    decision = session.get_one(Decision, ruled.decision_id)
    assert (decision.kind, decision.provider_id, decision.appeal_days) == ("control_group", hidden.provider_id, 30)
    assert "Omistus on vain 20 %." in decision.document
    told = set(session.scalars(select(Message.account_id).where(Message.key.contains("group_decided"))))
    assert told == {hidden.manager.account_id, owner.manager.account_id, rival.manager.account_id}
    assert _units(desk, w, before) == drawn  # a list keeps the groups of its draw
    assert verify_orders(session, w.organiser_id, TODAY, vault=desk.vault).clean


def test_new_lists_are_drawn_with_the_ruling_and_a_return_keeps_it(desk: Desk, session: Session, w: makers.World) -> None:
    hidden, owner, _rival = (makers.provider(desk, w) for _ in range(3))
    question = _ask(desk, w.caseworker, hidden, owner)
    answer_group(desk, hidden.manager, question, "Kyllä.")
    _decide(desk, w, question)
    suspend_provider(desk, w.procurement, hidden.provider_id, "Vakuutus puuttuu.")
    restore_provider(desk, w.procurement, hidden.provider_id, "Vakuutus on kunnossa.")
    for _ in range(6):
        units = _units(desk, w, makers.granted(desk, w, makers.client(desk, w)).voucher_id)
        assert {hidden.unit, owner.unit} != set(units[:2])  # the second of the group never stands in the first tier
        assert units[-1] in (hidden.unit, owner.unit)
    assert verify_orders(session, w.organiser_id, TODAY, vault=desk.vault).clean


def test_a_declared_group_is_parted(desk: Desk, session: Session, w: makers.World) -> None:
    first = makers.provider(desk, w)
    second = makers.provider(desk, w, group_of=first)
    question = _ask(desk, second.manager, second, first, "part")
    answer_group(desk, second.manager, question, "Omistus myytiin.")
    ruled = _decide(desk, w, question, "not_joined")
    assert ruled.line is not None
    assert groups_page(desk, w.auditor).groups == ()
    assert verify_orders(session, w.organiser_id, TODAY, vault=desk.vault).clean


def test_a_decision_that_changes_nothing_writes_no_line(desk: Desk, session: Session, w: makers.World) -> None:
    one, other = makers.provider(desk, w), makers.provider(desk, w)
    question = _ask(desk, w.finance, one, other)
    answer_group(desk, one.manager, question, "Emme ole.")
    lines = _facts(session, w)[-1]
    assert _decide(desk, w, question, "not_joined").line is None
    assert _facts(session, w)[-1] == lines
    assert question_page(desk, w.approver, question).outcome == "not_joined"


def test_silence_does_not_stop_the_decision(desk: Desk, w: makers.World, clock: SetClock) -> None:
    one, other = makers.provider(desk, w), makers.provider(desk, w)
    question = _ask(desk, w.auditor, one, other)
    clock.move_to(TODAY + timedelta(days=13))
    with pytest.raises(Refused, match="hearing_open"):
        _decide(desk, w, question)
    clock.move_to(TODAY + timedelta(days=14))
    assert _decide(desk, w, question).line is not None


def test_what_is_refused_changes_nothing(desk: Desk, session: Session, w: makers.World) -> None:
    one = makers.provider(desk, w)
    sister, other = makers.provider(desk, w, group_of=one), makers.provider(desk, w)
    elsewhere = makers.world(desk)
    stranger = makers.provider(desk, elsewhere)
    question = _ask(desk, w.caseworker, one, other)
    before = _facts(session, w)
    bad = [
        (QuestionOrder("marry", one.unit, sister.unit, "x"), "choice_unknown"),
        (QuestionOrder("join", one.unit, one.unit, "x"), "group_same_company"),
        (QuestionOrder("join", one.unit, stranger.unit, "x"), "group_company_unknown"),
        (QuestionOrder("join", one.unit, sister.unit, "x"), "group_same_group"),
        (QuestionOrder("part", sister.unit, other.unit, "x"), "group_other_group"),
        (QuestionOrder("join", sister.unit, other.unit, "  "), "group_grounds_missing"),
        (QuestionOrder("join", other.unit, one.unit, "x"), "group_question_open"),
    ]
    for order, code in bad:
        with pytest.raises(Refused, match=code):
            question_group(desk, w.procurement, order)
    with pytest.raises(Missing):
        answer_group(desk, other.manager, question, "Ei meitä koske.")
    with pytest.raises(Refused, match="group_answer_missing"):
        answer_group(desk, one.manager, question, " ")
    for who in (w.caseworker, w.approver, w.administrator, one.manager):
        with pytest.raises(Forbidden):
            decide_group(desk, who, RulingOrder(question, "joined", "x"))
    with pytest.raises(Missing):
        decide_group(desk, elsewhere.procurement, RulingOrder(question, "joined", "x"))
    assert _facts(session, w) == before
    answer_group(desk, one.manager, question, "Vastaus.")
    with pytest.raises(Refused, match="reasons_missing"):
        decide_group(desk, w.procurement, RulingOrder(question, "joined", " "))
    with makers.opened(desk, w.procurement) as tx:
        group = tx.session.scalars(select(Provider.control_group_id).where(Provider.id == other.provider_id)).one()
        tx.session.add(
            Interest(account_id=w.procurement.account_id, control_group_id=group, since=TODAY)
        )
    with pytest.raises(Refused, match="own_interest"):
        _decide(desk, w, question)
    assert _facts(session, w) == before


def test_another_organisers_ruling_is_its_own(desk: Desk, session: Session, w: makers.World) -> None:
    one, other = makers.provider(desk, w), makers.provider(desk, w)
    elsewhere = makers.world(desk)
    question = _ask(desk, w.caseworker, one, other)
    answer_group(desk, one.manager, question, "Vastaus.")
    _decide(desk, w, question)
    makers.see(session, elsewhere.organiser_id)
    assert session.scalars(select(GroupRuling.id)).all() == []
    assert groups_page(desk, elsewhere.auditor).groups == ()
