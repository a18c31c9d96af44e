"""Deciding applications: a question, a whole or partial approval, a rejection; each a decision with appeal instructions."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.matching.registry import Pair
from marketplace.models.decisions import Decision
from marketplace.models.order_log import drawn_now
from marketplace.models.outbox import Message
from marketplace.models.people import Interest
from marketplace.models.programmes import ServicePackage
from marketplace.models.providers import Application, Approval, ApprovalMove, Provider, RulebookVersion
from marketplace.models.trail import OrderLogLine
from marketplace.use_cases.decide_application import (
    ApproveOrder,
    Decided,
    RejectOrder,
    approve_application,
    ask_for_more,
    reject_application,
)
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Forbidden, Missing, Refused, Stale
from marketplace.use_cases.write_programme import create_programme, publish_programme, submit_programme
from tests.conftest import TODAY
from tests.makers import World, opened, provider, world
from tests.use_cases.procurement import application, programme_draft, unit_of

REASONS = "Tuottaja täyttää ehdot."


def decision(desk: Desk, w: World, decided: Decided, index: int = 0) -> Decision:
    with opened(desk, w.procurement) as tx:
        return tx.session.get_one(Decision, decided.decision_ids[index])


def counts(desk: Desk, w: World) -> tuple[int, ...]:
    with opened(desk, w.procurement) as tx:
        return tuple(
            tx.session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Decision, ApprovalMove, OrderLogLine, Message)
        )


def test_an_approved_provider_is_on_the_list_at_once(desk: Desk) -> None:
    w = world(desk)
    application_id, items, company = application(desk, w)
    decided = approve_application(desk, w.procurement, ApproveOrder(application_id, tuple(items), REASONS))
    made = decision(desk, w, decided)
    assert (made.kind, made.outcome, made.provider_id, made.appeal_days) == (
        "provider_approval", "approved", company.provider_id, 30,
    )  # fmt: skip
    assert "sääntökirjan version 1" in made.document
    assert "Oikaisuvaatimusohje" in made.document
    unit = unit_of(desk, w, company.provider_id)
    with opened(desk, w.procurement) as tx:
        rows = tx.session.scalars(select(Approval).where(Approval.provider_id == company.provider_id)).all()
        assert {(row.area_id, row.state, row.decision_id) for row in rows} == {
            (area, "approved", made.id) for area in (w.area_id, w.other_area_id)
        }
        assert [one.unit for one in drawn_now(tx.session, Pair(w.package_code, w.area_code))] == [unit]
        line = tx.session.scalars(select(OrderLogLine.line).order_by(OrderLogLine.seq.desc()).limit(1)).one()
        assert json.loads(line)["offers"] == [[w.package_code, "kuopio"], [w.package_code, "muut"]]
        row = tx.session.get_one(Application, application_id)
        assert (row.state, row.decision_id) == ("approved", made.id)


def test_a_part_can_be_approved(desk: Desk) -> None:
    w = world(desk)
    application_id, items, company = application(desk, w)
    decided = approve_application(desk, w.procurement, ApproveOrder(application_id, (items[0],), REASONS))
    document = decision(desk, w, decided).document
    assert "Hakemus hylätään seuraavilta osin" in document
    assert document.index("Kuopio<") < document.index("Hakemus hylätään") < document.index("Muut<")
    with opened(desk, w.procurement) as tx:
        living = select(Approval.area_id).where(Approval.provider_id == company.provider_id, Approval.state == "approved")
        assert tx.session.scalars(living).all() == [w.area_id]


def test_the_line_says_all_that_the_unit_is_approved_for(desk: Desk) -> None:
    w = world(desk)
    company = provider(desk, w)
    application_id, items, _ = application(desk, w, company=company, pairs=[(w.package_id, w.other_area_id)])
    approve_application(desk, w.procurement, ApproveOrder(application_id, tuple(items), REASONS))
    with opened(desk, w.procurement) as tx:
        line = tx.session.scalars(select(OrderLogLine.line).order_by(OrderLogLine.seq.desc()).limit(1)).one()
        assert len(json.loads(line)["offers"]) == 2


def test_each_programme_has_its_own_decision(desk: Desk) -> None:
    w = world(desk)
    other = create_programme(desk, w.procurement, programme_draft(appeal_route="local_government_14"))
    submit_programme(desk, w.procurement, other)
    publish_programme(desk, w.approver, other)
    with opened(desk, w.procurement) as tx:
        words = {"fi": "Kartoitus"}
        package = ServicePackage(organiser_id=w.organiser_id, programme_id=other, code="kartoitus", name=words, card={},
                                 unit="day", made_at=tx.now)  # fmt: skip
        tx.session.add(package)
        tx.session.flush()
        pairs = [(w.package_id, w.area_id), (package.id, w.area_id)]
    application_id, items, _ = application(desk, w, pairs=pairs)
    decided = approve_application(desk, w.procurement, ApproveOrder(application_id, (items[0],), REASONS))
    made = [decision(desk, w, decided, index) for index in (0, 1)]
    assert [(one.kind, one.appeal_days) for one in made] == [("provider_approval", 30), ("provider_rejection", 14)]
    assert "kuntalain" in made[1].document


def test_a_rejection_has_reasons_and_leaves_the_list_alone(desk: Desk) -> None:
    w = world(desk)
    application_id, _, company = application(desk, w)
    before = counts(desk, w)
    with pytest.raises(Refused, match="reasons_missing"):
        reject_application(desk, w.procurement, RejectOrder(application_id, "  "))
    assert counts(desk, w) == before
    decided = reject_application(desk, w.procurement, RejectOrder(application_id, "Vakuutus puuttuu."))
    made = decision(desk, w, decided)
    assert (made.kind, made.reasons) == ("provider_rejection", "Vakuutus puuttuu.")
    after = counts(desk, w)
    assert (after[0] - before[0], after[1:3]) == (1, before[1:3])
    with opened(desk, w.procurement) as tx:
        told = tx.session.scalars(select(Message.body).where(Message.account_id == company.manager.account_id)).all()
    assert len(told) == 1
    assert "Hakemusta ei hyväksytty" in told[0]


def test_decisions_speak_the_managers_language(desk: Desk) -> None:
    w = world(desk)
    company = provider(desk, w, approved=False, language="sv")
    application_id, items, _ = application(desk, w, company=company)
    decided = approve_application(desk, w.procurement, ApproveOrder(application_id, tuple(items), REASONS))
    made = decision(desk, w, decided)
    assert made.language == "sv"
    assert "Beslut om godkännande av serviceproducent" in made.document
    assert "begära omprövning" in made.appeal_instruction


def test_asking_for_more(desk: Desk) -> None:
    w = world(desk)
    application_id, items, _ = application(desk, w)
    with pytest.raises(Refused, match="text_missing"):
        ask_for_more(desk, w.procurement, application_id, "")
    ask_for_more(desk, w.procurement, application_id, "Missä toimipaikkanne on?")
    with opened(desk, w.procurement) as tx:
        row = tx.session.get_one(Application, application_id)
        assert (row.state, row.question) == ("info_requested", "Missä toimipaikkanne on?")
    with pytest.raises(Stale):
        approve_application(desk, w.procurement, ApproveOrder(application_id, tuple(items), REASONS))


def test_what_stops_an_approval_changes_nothing(desk: Desk) -> None:
    w = world(desk)
    application_id, items, company = application(desk, w)
    other_id, other_items, _ = application(desk, w)
    before = counts(desk, w)
    with pytest.raises(Refused, match="nothing_chosen"):
        approve_application(desk, w.procurement, ApproveOrder(application_id, (), REASONS))
    with pytest.raises(Missing):
        approve_application(desk, w.procurement, ApproveOrder(application_id, (other_items[0],), REASONS))
    with pytest.raises(Missing):
        approve_application(desk, world(desk).procurement, ApproveOrder(application_id, tuple(items), REASONS))
    with pytest.raises(Forbidden):
        approve_application(desk, w.approver, ApproveOrder(application_id, tuple(items), REASONS))
    with opened(desk, w.procurement) as tx:
        group = tx.session.scalars(select(Provider.control_group_id).where(Provider.id == company.provider_id)).one()
        tx.session.add(Interest(account_id=w.procurement.account_id, control_group_id=group, since=TODAY))
    with pytest.raises(Refused, match="own_interest"):
        approve_application(desk, w.procurement, ApproveOrder(application_id, tuple(items), REASONS))
    assert counts(desk, w) == before
    assert other_id != application_id


def test_the_rulebook_in_force_must_be_accepted(desk: Desk) -> None:
    w = world(desk)
    application_id, items, _ = application(desk, w)
    with opened(desk, w.procurement) as tx:
        tx.session.add(
            RulebookVersion(organiser_id=w.organiser_id, number=2, valid_from=TODAY - timedelta(days=1),
                            body={"fi": "x"}, published_at=tx.now, published_by=w.approver.account_id)
        )  # fmt: skip
    with pytest.raises(Refused, match="rulebook_old"):
        approve_application(desk, w.procurement, ApproveOrder(application_id, tuple(items), REASONS))


def test_a_second_click_decides_once(desk: Desk) -> None:
    w = world(desk)
    application_id, items, _ = application(desk, w)
    order = ApproveOrder(application_id, tuple(items), REASONS, once="c" * 32)
    first = approve_application(desk, w.procurement, order)
    assert approve_application(desk, w.procurement, order) == first
    with opened(desk, w.procurement) as tx:
        assert tx.session.scalar(select(func.count()).select_from(Decision)) == 1
