"""Extending, revoking, ending, expiring: the decisions, the tails, and the money that returns after them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from marketplace.clock import SetClock
from marketplace.models.clients import Client
from marketplace.models.decisions import Decision
from marketplace.models.outbox import Message
from marketplace.models.people import Account
from marketplace.models.vouchers import Choice, VoucherMove
from marketplace.use_cases.amend_voucher import (
    EndOrder,
    ExtendOrder,
    RevokeOrder,
    end_open_voucher,
    extend_voucher,
    revoke_voucher,
)
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.end_client import ClientEnd, end_client
from marketplace.use_cases.expire_vouchers import close_due, expire_due
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.refusals import Forbidden, Missing, Refused, Stale
from tests.makers import active_voucher, client, granted, opened, provider, world
from tests.use_cases.settling import event, faults, free, voucher_of, worker

LATER = date(2027, 7, 31)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_an_extension_is_a_decision_about_the_grant(desk: Desk, language: str) -> None:
    w = world(desk)
    run = active_voucher(desk, w, holder=client(desk, w, language=language))
    order = ExtendOrder(run.voucher_id, LATER, "Sairastui kesken jakson.", once="b" * 32)
    done = extend_voucher(desk, w.caseworker, order)
    assert extend_voucher(desk, w.caseworker, order) == done
    with opened(desk, w.caseworker) as tx:
        decision = tx.session.get_one(Decision, done.decision_id)
        assert (decision.kind, decision.outcome, decision.language) == ("voucher_extension", "extended", language)
        assert decision.amends_id == voucher_of(desk, run).decision_id
        assert "2027" in decision.document
        assert "Sairastui kesken jakson." in decision.document
        moved = tx.session.scalars(select(VoucherMove).where(VoucherMove.move == "extend")).one()
        assert (moved.source, moved.target, moved.decision_id) == ("active", "active", decision.id)
    assert voucher_of(desk, run).valid_to == LATER
    assert voucher_of(desk, run).reserved_service_cents == 212_000


@pytest.mark.parametrize(
    ("valid_to", "reasons", "code"),
    [
        (date(2027, 5, 14), "Perustelu", "not_later"),
        (date(2028, 12, 1), "Perustelu", "too_far"),
        (LATER, "  ", "reasons_missing"),
    ],
)
def test_a_wrong_extension_changes_nothing(desk: Desk, valid_to: date, reasons: str, code: str) -> None:
    run = active_voucher(desk)
    with pytest.raises(Refused) as refused:
        extend_voucher(desk, run.world.caseworker, ExtendOrder(run.voucher_id, valid_to, reasons))
    assert refused.value.code == code
    assert voucher_of(desk, run).valid_to == date(2027, 5, 14)
    with opened(desk, run.world.caseworker) as tx:
        assert tx.session.scalar(select(func.count()).select_from(Decision)) == 1


def test_strangers_and_others_amend_nothing(desk: Desk) -> None:
    run = active_voucher(desk)
    with pytest.raises(Missing):
        extend_voucher(desk, world(desk).caseworker, ExtendOrder(run.voucher_id, LATER, "Perustelu"))
    with pytest.raises(Missing):
        revoke_voucher(desk, world(desk).caseworker, RevokeOrder(run.voucher_id, "Perustelu"))
    with pytest.raises(Forbidden):
        end_open_voucher(desk, run.world.finance, EndOrder(run.voucher_id, "completed", desk.clock.today()))
    assert voucher_of(desk, run).state == "active"


def test_a_revocation_ends_the_service_and_keeps_the_money_for_the_tail(desk: Desk, clock: SetClock) -> None:
    run = active_voucher(desk, world(desk, budget_cents=1_000_000))
    event(desk, run)
    done = revoke_voucher(desk, run.world.caseworker, RevokeOrder(run.voucher_id, "Edellytys puuttui.", "c" * 32))
    assert revoke_voucher(desk, run.world.caseworker, RevokeOrder(run.voucher_id, "x", "c" * 32)) == done
    voucher = voucher_of(desk, run)
    assert (voucher.state, voucher.ended_on, voucher.tail_to) == ("revoked", date(2026, 11, 16), date(2026, 12, 16))
    assert voucher.reserved_service_cents == 212_000 - 10_600
    with opened(desk, run.world.caseworker) as tx:
        assert tx.session.get_one(Decision, done.decision_id).kind == "voucher_revocation"
        assert tx.session.scalars(select(Message.body).where(Message.key.contains("voucher_over"))).one()
    clock.move_to(date(2026, 12, 16))
    order = EventOrder(run.voucher_id, "delivered", date(2026, 11, 16), 100)
    record_event(desk, run.company.coach, order)  # the tail's last day
    assert close_due(desk, worker(run.world)) == 0
    clock.move_to(date(2026, 12, 17))
    with pytest.raises(Refused, match="tail_over"):
        record_event(desk, run.company.coach, order)
    assert close_due(desk, worker(run.world)) == 1
    assert close_due(desk, worker(run.world)) == 0
    assert free(desk, run.world) == 1_000_000 - 15_900
    assert voucher_of(desk, run).state == "closed"
    assert faults(desk, run.world) == []


def test_value_returns_after_the_tail_never_on_the_day_of_expiry(desk: Desk, clock: SetClock) -> None:
    w = world(desk, budget_cents=1_000_000, validity_days=20)
    run = active_voucher(desk, w)
    reserved = 1_000_000 - free(desk, w)
    clock.move_to(date(2026, 12, 5))  # the last day of 20
    assert expire_due(desk, worker(w)) == 0
    clock.move_to(date(2026, 12, 6))
    assert (expire_due(desk, worker(w)), expire_due(desk, worker(w))) == (1, 0)
    voucher = voucher_of(desk, run)
    assert (voucher.state, voucher.ended_on, voucher.tail_to) == ("expired", None, date(2027, 1, 4))
    assert free(desk, w) == 1_000_000 - reserved
    with opened(desk, w.caseworker) as tx:
        assert tx.session.get_one(Choice, run.choice_id).state == "ended"
    record_event(desk, run.company.coach, EventOrder(run.voucher_id, "delivered", date(2026, 12, 5), 200))
    clock.move_to(date(2027, 1, 4))
    assert close_due(desk, worker(w)) == 0
    clock.move_to(date(2027, 1, 5))
    assert close_due(desk, worker(w)) == 1
    assert free(desk, w, 2026) == 1_000_000 - 10_600
    assert faults(desk, w) == []


def test_an_expired_voucher_that_nobody_took_is_closed_at_once(desk: Desk, clock: SetClock) -> None:
    w = world(desk, budget_cents=1_000_000, validity_days=20)
    granted(desk, w, client(desk, w))
    clock.move_to(date(2026, 12, 6))
    assert expire_due(desk, worker(w)) == 1
    assert free(desk, w) == 1_000_000
    with pytest.raises(Forbidden):
        expire_due(desk, w.caseworker)


def test_the_worker_touches_its_own_organiser_only(desk: Desk, clock: SetClock) -> None:
    run = active_voucher(desk, world(desk, validity_days=20))
    other = world(desk)
    clock.move_to(date(2026, 12, 20))
    assert expire_due(desk, worker(other)) == 0
    assert voucher_of(desk, run).state == "active"


@pytest.mark.parametrize(
    ("reason", "days", "code"),
    [("bored", 0, "end_reason_not_listed"), ("completed", 1, "end_in_future"), ("completed", -1, "end_before_voucher")],
)
def test_a_wrong_end_changes_nothing(desk: Desk, reason: str, days: int, code: str) -> None:
    run = active_voucher(desk)
    day = desk.clock.today() + timedelta(days=days)
    with pytest.raises(Refused) as refused:
        end_open_voucher(desk, run.world.caseworker, EndOrder(run.voucher_id, reason, day))
    assert refused.value.code == code
    assert voucher_of(desk, run).state == "active"


def test_an_end_is_a_fact_and_no_decision(desk: Desk, clock: SetClock) -> None:
    run = active_voucher(desk)
    clock.move_to(date(2026, 12, 1))
    order = EndOrder(run.voucher_id, "completed", date(2026, 11, 27), "Tavoite täyttyi.")
    end_open_voucher(desk, run.world.caseworker, order)
    voucher = voucher_of(desk, run)
    assert (voucher.state, voucher.ended_on, voucher.tail_to) == ("ended", date(2026, 11, 27), date(2026, 12, 27))
    with opened(desk, run.world.caseworker) as tx:
        assert tx.session.scalar(select(func.count()).select_from(Decision)) == 1
    with pytest.raises(Stale):
        end_open_voucher(desk, run.world.caseworker, order)


def test_a_client_who_dies_ends_all_her_vouchers_at_once(desk: Desk) -> None:
    run = active_voucher(desk, world(desk, budget_cents=1_000_000))
    order = ClientEnd(run.holder.client_id, "died", desk.clock.today(), "Tieto väestötietojärjestelmästä")
    assert end_client(desk, run.world.caseworker, order) == 1
    assert voucher_of(desk, run).state == "ended"
    with opened(desk, run.world.caseworker) as tx:
        found = tx.session.get_one(Client, run.holder.client_id)
        assert (found.ended_on, found.end_reason) == (desk.clock.today(), "died")
        assert tx.session.get_one(Account, run.holder.actor.account_id).ended_at is not None
        # nothing goes to the one who died
        told = tx.session.scalars(select(Message.key).where(Message.key.contains("voucher_over"))).all()
        assert len(told) == 1
    with pytest.raises(Refused, match="client_ended"):
        granted(desk, run.world, run.holder)
    with pytest.raises(Stale):
        end_client(desk, run.world.caseworker, order)
    with pytest.raises(Missing):
        end_client(desk, world(desk).caseworker, order)


def test_a_client_who_moves_away_sees_her_events_until_the_tail_is_over(desk: Desk, clock: SetClock) -> None:
    run = active_voucher(desk)
    end_client(desk, run.world.caseworker, ClientEnd(run.holder.client_id, "moved_away", desk.clock.today()))
    with opened(desk, run.world.caseworker) as tx:
        assert tx.session.get_one(Account, run.holder.actor.account_id).ended_at is None
    clock.move_to(date(2026, 12, 17))
    close_due(desk, worker(run.world))
    with opened(desk, run.world.caseworker) as tx:
        assert tx.session.get_one(Account, run.holder.actor.account_id).ended_at is not None


def test_a_wrong_end_of_a_client_changes_nothing(desk: Desk) -> None:
    run = active_voucher(desk)
    provider(desk, run.world)
    for reason, day, code in (
        ("lost", desk.clock.today(), "end_reason_not_listed"),
        ("died", desk.clock.today() + timedelta(days=1), "end_in_future"),
        ("died", date(1900, 1, 1), "end_before_birth"),
    ):
        with pytest.raises(Refused, match=code):
            end_client(desk, run.world.caseworker, ClientEnd(run.holder.client_id, reason, day))
    assert voucher_of(desk, run).state == "active"
