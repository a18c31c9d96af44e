"""Suspending, restoring and ending providers: who keeps running, who chooses again, and what the log says."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from marketplace.access.actor import system
from marketplace.clock import SetClock
from marketplace.matching.registry import Pair
from marketplace.models.decisions import Decision
from marketplace.models.order_log import drawn_now
from marketplace.models.outbox import Message
from marketplace.models.providers import Approval, ApprovalMove
from marketplace.models.trail import AuditEvent, OrderLogLine
from marketplace.models.vouchers import Choice, OfferList, Voucher
from marketplace.use_cases.decide_application import ApproveOrder, approve_application
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.end_approvals import apply_due_approvals
from marketplace.use_cases.refusals import Forbidden, Missing, Refused
from marketplace.use_cases.suspend_provider import (
    EndOrder,
    end_provider,
    leave_list,
    restore_provider,
    suspend_provider,
)
from tests.conftest import TODAY
from tests.makers import World, active_voucher, chosen, client, granted, opened, provider, world
from tests.use_cases.procurement import application

WHY = "Vakuutus on vanhentunut."


def log_line(desk: Desk, w: World) -> dict[str, Any]:
    with opened(desk, w.procurement) as tx:
        line = tx.session.scalars(select(OrderLogLine.line).order_by(OrderLogLine.seq.desc()).limit(1)).one()
    found: dict[str, Any] = json.loads(line)
    return found


def listed(desk: Desk, w: World) -> int:
    with opened(desk, w.procurement) as tx:
        return len(drawn_now(tx.session, Pair(w.package_code, w.area_code)))


def state_of(desk: Desk, w: World, voucher_id: int) -> tuple[str, int | None]:
    with opened(desk, w.procurement) as tx:
        row = tx.session.get_one(Voucher, voucher_id)
        return row.state, row.provider_id


def test_a_suspension_stops_new_choices_and_keeps_clients(desk: Desk) -> None:
    running = active_voucher(desk)
    w, company = running.world, running.company
    suspend_provider(desk, w.procurement, company.provider_id, WHY)
    assert (log_line(desk, w)["state"], log_line(desk, w)["reason_code"]) == ("suspended", "authority")
    assert listed(desk, w) == 0
    assert state_of(desk, w, running.voucher_id) == ("active", company.provider_id)
    holder = client(desk, w)
    voucher_id = granted(desk, w, holder).voucher_id
    with pytest.raises(Refused, match="not_on_list"):
        chosen(desk, holder, company, voucher_id)
    restore_provider(desk, w.procurement, company.provider_id, "Vakuutus on uusittu.")
    assert (log_line(desk, w)["state"], listed(desk, w)) == ("approved", 1)


def test_suspending_needs_a_reason_and_somebody_to_suspend(desk: Desk) -> None:
    w = world(desk)
    company = provider(desk, w)
    before = log_line(desk, w)
    with pytest.raises(Refused, match="reasons_missing"):
        suspend_provider(desk, w.procurement, company.provider_id, "")
    with pytest.raises(Refused, match="nothing_to_restore"):
        restore_provider(desk, w.procurement, company.provider_id, WHY)
    with pytest.raises(Missing):
        suspend_provider(desk, world(desk).procurement, company.provider_id, WHY)
    with pytest.raises(Forbidden):
        suspend_provider(desk, w.caseworker, company.provider_id, WHY)
    assert log_line(desk, w) == before


def test_an_end_frees_the_clients_with_their_value(desk: Desk) -> None:
    running = active_voucher(desk)
    w, company = running.world, running.company
    other = client(desk, w)
    proposed = granted(desk, w, other).voucher_id
    chosen(desk, other, company, proposed)
    with opened(desk, w.procurement) as tx:
        before = tx.session.get_one(Voucher, running.voucher_id)
        left = before.units_left_hundredths, before.reserved_service_cents
    ended = end_provider(desk, w.procurement, EndOrder(company.provider_id, TODAY, WHY))
    assert ended.voucher_ids == (running.voucher_id, proposed)
    assert (log_line(desk, w)["state"], listed(desk, w)) == ("ended", 0)
    for voucher_id in ended.voucher_ids:
        assert state_of(desk, w, voucher_id) == ("granted", None)
    with opened(desk, w.procurement) as tx:
        after = tx.session.get_one(Voucher, running.voucher_id)
        assert (after.units_left_hundredths, after.reserved_service_cents) == left
        assert set(tx.session.scalars(select(Choice.state))) == {"released"}
        decision = tx.session.get_one(Decision, ended.decision_ids[0])
        assert (decision.kind, decision.outcome) == ("provider_removal", "removed")
        assert "16. marraskuuta 2026" in decision.document
        subjects = tx.session.scalars(select(Message.subject)).all()
        assert subjects.count("Valitse uusi palveluntuottaja") == 2
        assert subjects.count("Asiakkaitasi valitsee tuottajan uudelleen") == 1
        audit = tx.session.scalars(select(AuditEvent).where(AuditEvent.action == "approval.end")).one()
        assert set(audit.client_ids) == {running.holder.client_id, other.client_id}


def test_an_end_to_come_waits_for_its_day(desk: Desk, clock: SetClock) -> None:
    running = active_voucher(desk)
    w, company = running.world, running.company
    last = TODAY + timedelta(days=14)
    ended = end_provider(desk, w.procurement, EndOrder(company.provider_id, last, WHY, own_request=True))
    assert ended.voucher_ids == ()
    with opened(desk, w.procurement) as tx:
        assert tx.session.get_one(Decision, ended.decision_ids[0]).kind == "provider_exit"
    for day in (TODAY, last):
        clock.move_to(day)
        assert apply_due_approvals(desk, w.organiser_id).approvals == 0
    assert listed(desk, w) == 1
    clock.move_to(last + timedelta(days=1))
    assert apply_due_approvals(desk, w.organiser_id).voucher_ids == (running.voucher_id,)
    assert apply_due_approvals(desk, w.organiser_id).approvals == 0
    assert (log_line(desk, w)["state"], log_line(desk, w)["reason_code"]) == ("ended", "own-request")
    with opened(desk, system(w.organiser_id)) as tx:
        row = tx.session.scalars(select(Approval)).one()
        assert (row.state, row.ended_on) == ("ended", last)


def test_ending_one_area_leaves_the_other(desk: Desk) -> None:
    running = active_voucher(desk)
    w, company = running.world, running.company
    application_id, items, _ = application(desk, w, company=company, pairs=[(w.package_id, w.other_area_id)])
    approve_application(desk, w.procurement, ApproveOrder(application_id, tuple(items), "Ehdot täyttyvät."))
    with opened(desk, w.procurement) as tx:
        other = tx.session.scalars(select(Approval.id).where(Approval.area_id == w.other_area_id)).one()
    ended = end_provider(desk, w.procurement, EndOrder(company.provider_id, TODAY, WHY, approval_ids=(other,)))
    assert ended.voucher_ids == ()
    assert log_line(desk, w)["offers"] == [[w.package_code, w.area_code]]
    assert state_of(desk, w, running.voucher_id) == ("active", company.provider_id)


def test_a_provider_leaves_by_itself(desk: Desk) -> None:
    running = active_voucher(desk)
    w, company = running.world, running.company
    with pytest.raises(Forbidden):
        leave_list(desk, company.coach, TODAY)
    ended = leave_list(desk, company.manager, TODAY, "Lopetamme toiminnan.")
    assert ended.voucher_ids == (running.voucher_id,)
    assert log_line(desk, w)["reason_code"] == "own-request"
    with opened(desk, w.procurement) as tx:
        assert tx.session.scalar(select(func.count()).select_from(Decision).where(Decision.provider_id.is_not(None))) == 0
        moves = tx.session.scalars(select(ApprovalMove.move).order_by(ApprovalMove.id)).all()
        assert moves == ["approve", "leave"]


def test_one_who_has_left_may_come_back(desk: Desk) -> None:
    w = world(desk)
    company = provider(desk, w)
    leave_list(desk, company.manager, TODAY)
    application_id, items, _ = application(desk, w, company=company, pairs=[(w.package_id, w.area_id)])
    approve_application(desk, w.procurement, ApproveOrder(application_id, tuple(items), "Ehdot täyttyvät."))
    assert listed(desk, w) == 1
    with opened(desk, w.procurement) as tx:
        row = tx.session.scalars(select(Approval)).one()
        assert (row.state, row.valid_from, row.ended_on) == ("approved", TODAY, None)


def test_what_stops_an_end_changes_nothing(desk: Desk) -> None:
    running = active_voucher(desk)
    w, company = running.world, running.company
    before = log_line(desk, w)
    for order, code in (
        (EndOrder(company.provider_id, TODAY, " "), "reasons_missing"),
        (EndOrder(company.provider_id, TODAY - timedelta(days=1), WHY), "last_day_past"),
    ):
        with pytest.raises(Refused, match=code):
            end_provider(desk, w.procurement, order)
    with pytest.raises(Missing):
        end_provider(desk, w.procurement, EndOrder(company.provider_id, TODAY, WHY, approval_ids=(10**9,)))
    assert log_line(desk, w) == before
    assert state_of(desk, w, running.voucher_id) == ("active", company.provider_id)


def test_a_grant_ends_first_what_has_ended_by_date(desk: Desk, clock: SetClock) -> None:
    running = active_voucher(desk)
    w, leaving = running.world, running.company
    staying = provider(desk, w)
    end_provider(desk, w.procurement, EndOrder(leaving.provider_id, TODAY + timedelta(days=1), WHY))
    clock.move_to(TODAY + timedelta(days=2))
    voucher_id = granted(desk, w, client(desk, w)).voucher_id
    with opened(desk, w.procurement) as tx:
        units = tx.session.scalars(select(OfferList.units).where(OfferList.voucher_id == voucher_id)).one()
    assert units == [staying.unit]
    assert state_of(desk, w, running.voucher_id) == ("granted", None)
