"""Events saved at the same instant on real connections: never more than the voucher has left."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from sqlalchemy import func, select

from marketplace.access.actor import Actor
from marketplace.clock import SetClock
from marketplace.models.events import Event
from marketplace.models.ledger_rows import LedgerEntry
from marketplace.models.vouchers import Voucher
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.reverse_event import reverse_event
from tests.makers import Running, active_voucher, opened, person, world

START = date(2026, 10, 5)
TODAY = date(2026, 11, 16)


def running(desk: Desk, clock: SetClock, units_hundredths: int) -> Running:
    clock.move_to(START)
    run = active_voucher(desk, world(desk, units_hundredths=units_hundredths))
    clock.move_to(TODAY)
    return run


def coaches(desk: Desk, run: Running, number: int) -> list[Actor]:
    return [
        person(desk, Role.PROVIDER_COACH, organiser_id=run.world.organiser_id, provider_id=run.company.provider_id)
        for _ in range(number)
    ]


def test_twenty_at_once_on_five_units_give_exactly_five(own_desk: Desk, clock: SetClock) -> None:
    run = running(own_desk, clock, 500)
    people = coaches(own_desk, run, 20)

    def save(number: int) -> str:
        order = EventOrder(run.voucher_id, "delivered", START + timedelta(days=number), 100)
        try:
            record_event(own_desk, people[number], order)
        except Refused as refused:
            return refused.code
        return "saved"

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(save, range(20)))
    assert (answers.count("saved"), answers.count("too_many_units")) == (5, 15)
    with opened(own_desk, run.world.finance) as tx:
        voucher = tx.session.get_one(Voucher, run.voucher_id)
        assert (voucher.units_left_hundredths, voucher.reserved_service_cents) == (0, 0)
        assert tx.session.scalar(select(func.count()).select_from(Event)) == 5
        assert tx.session.scalar(select(func.sum(Event.amount_cents))) == 5 * 5_300
        assert tx.session.scalar(select(func.count()).where(LedgerEntry.recipe == "record_event")) == 5


def test_one_form_sent_ten_times_at_once_is_one_event(own_desk: Desk, clock: SetClock) -> None:
    run = running(own_desk, clock, 500)
    order = EventOrder(run.voucher_id, "delivered", START, 100, once="b" * 32)
    with ThreadPoolExecutor(10) as pool:
        answers = set(pool.map(lambda _: record_event(own_desk, run.company.coach, order), range(10)))
    assert len(answers) == 1
    with opened(own_desk, run.world.finance) as tx:
        assert tx.session.scalar(select(func.count()).select_from(Event)) == 1


def test_recording_and_reversing_at_once_loses_no_unit(own_desk: Desk, clock: SetClock) -> None:
    run = running(own_desk, clock, 1_000)
    old = [
        record_event(
            own_desk, run.company.coach, EventOrder(run.voucher_id, "delivered", START + timedelta(days=n), 100)
        )
        for n in range(5)
    ]

    def either(number: int) -> None:
        if number % 2:
            reverse_event(own_desk, run.company.coach, old[number // 2].event_id, "Virhe")
        else:
            day = START + timedelta(days=10 + number)
            record_event(own_desk, run.company.coach, EventOrder(run.voucher_id, "delivered", day, 100))

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(either, range(10)))
    with opened(own_desk, run.world.finance) as tx:
        voucher = tx.session.get_one(Voucher, run.voucher_id)
        assert (voucher.units_left_hundredths, voucher.reserved_service_cents) == (500, 5 * 5_300)
        assert tx.session.scalar(select(func.count()).where(Event.state == "recorded")) == 5
