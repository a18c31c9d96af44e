"""Over a year's end: the decision moves what open vouchers have reserved, late December events go back, nothing is lost."""

from datetime import date

import pytest
from sqlalchemy import select

from marketplace.clock import SetClock
from marketplace.models.budgets import balances
from marketplace.models.programmes import Budget
from marketplace.models.trail import AuditEvent
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.carry_over import CarriedOver, CarryOverOrder, carry_over, carry_over_rest
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.expire_vouchers import close_due, expire_due
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.refusals import Forbidden, Missing, Refused
from marketplace.use_cases.reverse_event import reverse_event
from tests.makers import Running, World, active_voucher, client, opened, provider, world
from tests.use_cases.settling import faults, free, pay, voucher_of, worker

OLD, NEW = 2026, 2027
VALUE = 4_000 * 5_300 // 100
BONUS = 2 * 70_000
HOUR = 5_300


def order(w: World, **values: object) -> CarryOverOrder:
    usual = {"programme_id": w.programme_id, "year": OLD, "decision": "Talousjohtaja § 3", "decided_on": date(NEW, 1, 4)}
    return CarryOverOrder(**{**usual, **values})  # type: ignore[arg-type]


def books(desk: Desk, w: World, year: int) -> dict[str, int]:
    with opened(desk, w.finance) as tx:
        found = balances(tx.session, [w.programme_id], year).get((w.programme_id, year), {})
        return {account: cents for account, cents in found.items() if cents}


def record(desk: Desk, run: Running, day: date) -> int:
    return record_event(desk, run.company.coach, EventOrder(run.voucher_id, "delivered", day, 100)).event_id


@pytest.fixture
def run(desk: Desk, clock: SetClock) -> Running:
    made = active_voucher(desk)
    clock.move_to(date(OLD, 12, 30))
    record(desk, made, date(OLD, 12, 29))
    clock.move_to(date(NEW, 1, 5))
    return made


def test_january_waits_for_the_decision_and_december_does_not(desk: Desk, run: Running) -> None:
    with pytest.raises(Refused, match="year_not_carried_over"):
        record(desk, run, date(NEW, 1, 4))
    record(desk, run, date(OLD, 12, 31))
    assert books(desk, run.world, NEW) == {}
    assert faults(desk, run.world) == []


def test_the_decision_moves_what_open_vouchers_have_left(desk: Desk, run: Running) -> None:
    w = run.world
    moved = carry_over(desk, w.finance, order(w))
    left = VALUE - HOUR
    assert moved == CarriedOver(1, left, BONUS)
    assert voucher_of(desk, run).reserved_year == NEW
    assert books(desk, w, NEW) == {"appropriated": -left - BONUS, "reserved_service": left, "reserved_bonus": BONUS}
    assert books(desk, w, OLD)["used_recorded"] == HOUR
    assert "reserved_service" not in books(desk, w, OLD)
    assert free(desk, w, NEW) == 0
    assert faults(desk, w) == []
    with opened(desk, w.finance) as tx:
        kept = tx.session.scalars(select(Budget.carry_over_decision).where(Budget.year == OLD)).one()
        said = tx.session.scalars(select(AuditEvent).where(AuditEvent.action == "budget.carry_over")).one()
    assert kept == said.reason == "Talousjohtaja § 3, 4.1.2027"


def test_doing_it_again_moves_nothing_twice(desk: Desk, run: Running) -> None:
    w = run.world
    carry_over(desk, w.finance, order(w))
    before = books(desk, w, NEW)
    assert carry_over(desk, w.finance, order(w)) == CarriedOver(0, 0, 0)
    assert carry_over_rest(desk, w.finance, w.programme_id, OLD) == CarriedOver(0, 0, 0)
    with pytest.raises(Refused, match="decided_otherwise"):
        carry_over(desk, w.finance, order(w, decision="Toinen päätös"))
    assert books(desk, w, NEW) == before


def test_a_december_event_recorded_in_the_new_year_goes_back_to_its_year(
    desk: Desk, clock: SetClock, run: Running
) -> None:
    w = run.world
    carry_over(desk, w.finance, order(w))
    late = record(desk, run, date(OLD, 12, 30))
    record(desk, run, date(NEW, 1, 4))
    assert books(desk, w, OLD)["used_recorded"] == 2 * HOUR
    assert books(desk, w, NEW)["used_recorded"] == HOUR
    assert books(desk, w, NEW)["reserved_service"] == VALUE - 3 * HOUR
    assert faults(desk, w) == []
    # taken back in January: its money joins the rest of the reservation, which stands in the new year
    reverse_event(desk, run.company.manager, late, "Väärä päivä")
    assert books(desk, w, OLD)["used_recorded"] == HOUR
    assert books(desk, w, NEW)["reserved_service"] == VALUE - 2 * HOUR
    assert voucher_of(desk, run).reserved_service_cents == VALUE - 2 * HOUR
    assert faults(desk, w) == []


def test_a_paid_december_event_that_falls_in_january_is_owed_to_its_own_year(desk: Desk, run: Running) -> None:
    w = run.world
    late = record(desk, run, date(OLD, 12, 30))
    pay(desk, run)
    carry_over(desk, w.finance, order(w))
    reverse_event(desk, run.company.manager, late, "Väärä asiakas")
    assert books(desk, w, OLD)["receivable"] == HOUR
    assert books(desk, w, NEW)["reserved_service"] == VALUE - HOUR
    assert faults(desk, w) == []


def test_the_rest_returns_to_the_new_year_after_the_tail(desk: Desk, clock: SetClock, run: Running) -> None:
    w = run.world
    carry_over(desk, w.finance, order(w))
    late = record(desk, run, date(OLD, 12, 30))
    clock.move_to(date(NEW, 5, 20))
    assert expire_due(desk, worker(w)) == 1
    clock.move_to(date(NEW, 6, 20))
    assert close_due(desk, worker(w)) == 1
    assert free(desk, w, NEW) == VALUE + BONUS - 2 * HOUR
    # reversed after the closing: free at once, in the year of the event
    before = free(desk, w, OLD)
    reverse_event(desk, run.company.manager, late, "Väärä päivä")
    assert free(desk, w, OLD) == before + HOUR
    assert faults(desk, w) == []


def test_a_voucher_whose_last_day_was_in_the_old_year_stays_there(desk: Desk, clock: SetClock) -> None:
    w = world(desk, validity_days=30)
    run = active_voucher(desk, w, company=provider(desk, w), holder=client(desk, w))
    clock.move_to(date(NEW, 1, 5))
    expire_due(desk, worker(w))
    assert carry_over(desk, w.finance, order(w)) == CarriedOver(0, 0, 0)
    record(desk, run, date(OLD, 12, 10))
    clock.move_to(date(NEW, 2, 1))
    close_due(desk, worker(w))
    assert books(desk, w, NEW) == {}
    assert free(desk, w, OLD) == 90_000_000 - HOUR
    assert faults(desk, w) == []


def test_what_was_given_more_time_later_moves_with_the_rest(desk: Desk, clock: SetClock) -> None:
    w = world(desk, validity_days=46)
    run = active_voucher(desk, w, company=provider(desk, w), holder=client(desk, w))
    clock.move_to(date(NEW, 1, 5))
    assert carry_over(desk, w.finance, order(w)).vouchers == 0
    with opened(desk, w.caseworker) as tx:
        tx.session.get_one(Voucher, run.voucher_id).valid_to = date(NEW, 3, 1)
    record(desk, run, date(NEW, 1, 4))  # an event brings what it needs by the decision that is there
    assert carry_over_rest(desk, w.finance, w.programme_id, OLD) == CarriedOver(1, VALUE - HOUR, BONUS)
    assert faults(desk, w) == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"decision": "  "}, "text_missing"),
        ({"decision": "x" * 201}, "text_too_long"),
        ({"decided_on": date(NEW, 1, 6)}, "decided_in_future"),
        ({"year": NEW}, "year_not_over"),
        ({"year": 2020}, "no_budget"),
    ],
)
def test_what_is_refused_changes_nothing(desk: Desk, run: Running, values: dict[str, object], code: str) -> None:
    w = run.world
    before = books(desk, w, OLD)
    with pytest.raises(Refused, match=code):
        carry_over(desk, w.finance, order(w, **values))
    assert books(desk, w, OLD) == before
    assert voucher_of(desk, run).reserved_year == OLD


def test_only_finance_and_only_its_own(desk: Desk, run: Running) -> None:
    w, other = run.world, world(desk)
    for actor in (w.procurement, w.approver, w.caseworker, w.auditor):
        with pytest.raises(Forbidden):
            carry_over(desk, actor, order(w))
    with pytest.raises(Missing):
        carry_over(desk, other.finance, order(w))
    with pytest.raises(Missing):
        carry_over_rest(desk, w.finance, w.programme_id, OLD)
    assert books(desk, w, NEW) == {}
