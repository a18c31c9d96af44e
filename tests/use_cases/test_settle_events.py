"""Events that fall: a provider takes one back, a caseworker settles an objection; the money follows from where it stood."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from marketplace.clock import SetClock
from marketplace.models.events import Objection
from marketplace.models.invoices import InvoiceLine, LineMove
from marketplace.models.outbox import Message
from marketplace.models.programmes import Budget
from marketplace.use_cases.answer_objection import AnswerObjection, answer_objection
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.endings import end_voucher, locked_to_end
from marketplace.use_cases.expire_vouchers import close_due
from marketplace.use_cases.refusals import Forbidden, Missing, Refused, Stale
from marketplace.use_cases.reverse_event import reverse_event
from marketplace.use_cases.settle_objection import SettleOrder, settle_objection
from tests.makers import active_voucher, opened, provider, world
from tests.use_cases.settling import (
    approve,
    bill,
    event,
    event_state,
    faults,
    free,
    objection,
    pay,
    send,
    stands,
    voucher_of,
    worker,
)


def test_a_recorded_event_gives_its_units_and_money_back(desk: Desk) -> None:
    run = active_voucher(desk)
    event_id = event(desk, run)
    assert reverse_event(desk, run.company.manager, event_id, "Kirjattu väärälle asiakkaalle") == run.voucher_id
    voucher = voucher_of(desk, run)
    assert (voucher.units_left_hundredths, voucher.reserved_service_cents) == (4_000, 212_000)
    assert event_state(desk, run, event_id) == "reversed"
    assert stands(desk, run.world, "used_recorded") == 0
    assert faults(desk, run.world) == []
    with pytest.raises(Stale):
        reverse_event(desk, run.company.manager, event_id, "Uudelleen")


def test_a_reversal_needs_a_reason_and_its_own_provider(desk: Desk) -> None:
    run = active_voucher(desk)
    event_id = event(desk, run)
    with pytest.raises(Refused, match="reason_missing"):
        reverse_event(desk, run.company.manager, event_id, " ")
    with pytest.raises(Missing):
        reverse_event(desk, provider(desk, run.world).manager, event_id, "Ei meidän")
    with pytest.raises(Forbidden):
        reverse_event(desk, run.world.caseworker, event_id, "Ei minun")
    assert event_state(desk, run, event_id) == "recorded"
    assert voucher_of(desk, run).reserved_service_cents == 212_000 - 10_600


@pytest.mark.parametrize("approved", [False, True])
def test_a_billed_event_takes_its_line_back(desk: Desk, approved: bool) -> None:
    run = active_voucher(desk)
    event_id = event(desk, run)
    bill(desk, run)
    if approved:
        approve(desk, run)
    reverse_event(desk, run.company.manager, event_id, "Virhe", once="a" * 32)
    reverse_event(desk, run.company.manager, event_id, "Virhe", once="a" * 32)
    with opened(desk, run.world.finance) as tx:
        line = tx.session.scalars(select(InvoiceLine)).one()
        assert (line.state, line.return_reason) == ("returned", "Virhe")
        assert tx.session.scalars(select(LineMove.move).order_by(LineMove.id.desc())).first() == "withdraw"
    assert stands(desk, run.world, "used_payable") == stands(desk, run.world, "used_approved") == 0
    assert faults(desk, run.world) == []


def test_what_the_bank_has_cannot_be_taken_back(desk: Desk) -> None:
    run = active_voucher(desk)
    event_id = event(desk, run)
    bill(desk, run)
    approve(desk, run)
    send(desk, run)
    with pytest.raises(Refused, match="payment_under_way"):
        reverse_event(desk, run.company.manager, event_id, "Virhe")
    assert event_state(desk, run, event_id) == "recorded"
    assert stands(desk, run.world, "used_sent") == 10_600


def test_a_paid_event_makes_a_receivable(desk: Desk) -> None:
    run = active_voucher(desk)
    event_id = event(desk, run)
    pay(desk, run)
    reverse_event(desk, run.company.manager, event_id, "Virhe")
    assert (stands(desk, run.world, "used_paid"), stands(desk, run.world, "receivable")) == (0, 10_600)
    assert voucher_of(desk, run).reserved_service_cents == 212_000
    assert faults(desk, run.world) == []


def test_on_a_closed_voucher_the_money_is_free_at_once(desk: Desk, clock: SetClock) -> None:
    run = active_voucher(desk, world(desk, budget_cents=1_000_000))
    event_id = event(desk, run)
    with opened(desk, run.holder.actor) as tx:
        end_voucher(tx, *locked_to_end(tx, run.voucher_id), "refuse", tx.today, "")
    clock.move_to(date(2026, 12, 17))
    assert close_due(desk, worker(run.world)) == 1
    assert free(desk, run.world) == 1_000_000 - 10_600
    reverse_event(desk, run.company.manager, event_id, "Virhe")
    assert free(desk, run.world) == 1_000_000
    assert voucher_of(desk, run).reserved_service_cents == 0
    assert faults(desk, run.world) == []


@pytest.mark.parametrize("carried_first", [False, True])
def test_over_the_year_the_money_stays_in_one_year(desk: Desk, clock: SetClock, carried_first: bool) -> None:
    """An event of one year falls in the next, before and after the voucher's reservation was carried over."""
    run = active_voucher(desk)
    old = event(desk, run)
    with opened(desk, run.world.finance) as tx:
        tx.session.execute(update(Budget).values(carry_over_decision="LTK 20.12.2026 § 9"))
        tx.session.add(Budget(organiser_id=run.world.organiser_id, programme_id=run.world.programme_id, year=2027))
    clock.move_to(date(2027, 1, 8))
    new = event(desk, run)
    assert voucher_of(desk, run).reserved_year == 2026
    for event_id in (new, old) if carried_first else (old, new):
        reverse_event(desk, run.company.manager, event_id, "Virhe")
        assert faults(desk, run.world) == []
    voucher = voucher_of(desk, run)
    assert (voucher.reserved_service_cents, voucher.reserved_year) == (212_000, 2027)


def test_a_provider_answers_its_objection_by_taking_the_event_back(desk: Desk) -> None:
    run = active_voucher(desk)
    event_id = event(desk, run)
    objection_id = objection(desk, run, event_id)
    reverse_event(desk, run.company.manager, event_id, "Olette oikeassa")
    with opened(desk, run.world.caseworker) as tx:
        found = tx.session.get_one(Objection, objection_id)
        assert (found.state, found.settlement) == ("upheld", "Olette oikeassa")
    assert stands(desk, run.world, "used_contested") == 0
    assert faults(desk, run.world) == []


def test_an_upheld_objection_takes_the_event_back(desk: Desk) -> None:
    run = active_voucher(desk)
    event_id = event(desk, run)
    bill(desk, run)
    objection_id = objection(desk, run, event_id)
    answer_objection(desk, run.company.manager, AnswerObjection(objection_id, "Odotimme tunnin."))
    settle_objection(desk, run.world.caseworker, SettleOrder(objection_id, True, "Asiakas oli perunut ajoissa."))
    assert event_state(desk, run, event_id) == "reversed"
    assert voucher_of(desk, run).units_left_hundredths == 4_000
    assert stands(desk, run.world, "used_contested") == 0
    assert faults(desk, run.world) == []
    with opened(desk, run.world.caseworker) as tx:
        told = tx.session.scalars(select(Message.body).where(Message.key.contains("objection_settled"))).all()
        assert len(told) == 2
        assert all("Asiakas oli perunut ajoissa." in body for body in told)
    with pytest.raises(Stale):
        settle_objection(desk, run.world.caseworker, SettleOrder(objection_id, False, "Toisin"))


def test_a_dismissed_objection_lets_the_event_be_billed(desk: Desk) -> None:
    run = active_voucher(desk)
    event_id = event(desk, run)
    objection_id = objection(desk, run, event_id)
    answer_objection(desk, run.company.manager, AnswerObjection(objection_id, "Odotimme tunnin."))
    settle_objection(desk, run.world.caseworker, SettleOrder(objection_id, False, "Peruutusta ei ollut."))
    assert event_state(desk, run, event_id) == "recorded"
    assert (stands(desk, run.world, "used_contested"), stands(desk, run.world, "used_recorded")) == (0, 10_600)
    bill(desk, run)
    assert faults(desk, run.world) == []


@pytest.mark.parametrize("uphold", [True, False])
def test_an_objection_to_a_paid_event(desk: Desk, uphold: bool) -> None:
    run = active_voucher(desk)
    event_id = event(desk, run)
    pay(desk, run)
    objection_id = objection(desk, run, event_id)
    answer_objection(desk, run.company.manager, AnswerObjection(objection_id, "Odotimme tunnin."))
    settle_objection(desk, run.world.caseworker, SettleOrder(objection_id, uphold, "Näin se oli."))
    assert stands(desk, run.world, "receivable") == (10_600 if uphold else 0)
    assert stands(desk, run.world, "used_paid") == (0 if uphold else 10_600)
    assert faults(desk, run.world) == []


def test_an_objection_is_not_settled_before_the_provider_is_heard(desk: Desk, clock: SetClock) -> None:
    run = active_voucher(desk)
    event_id = event(desk, run)
    objection_id = objection(desk, run, event_id)
    order = SettleOrder(objection_id, True, "Näin se oli.")
    with pytest.raises(Refused) as refused:
        settle_objection(desk, run.world.caseworker, order)
    assert (refused.value.code, refused.value.values["day"]) == ("provider_not_heard", date(2026, 11, 18))
    with pytest.raises(Refused, match="settlement_missing"):
        settle_objection(desk, run.world.caseworker, SettleOrder(objection_id, True, " "))
    with pytest.raises(Missing):
        settle_objection(desk, world(desk).caseworker, order)
    assert event_state(desk, run, event_id) == "objected"
    clock.move_to(clock.today() + timedelta(days=3))
    settle_objection(desk, run.world.caseworker, order)
    assert event_state(desk, run, event_id) == "reversed"
