"""The worker's rounds: each duty in its time, one organiser's fault stops nobody else's."""

from datetime import timedelta

from sqlalchemy import func, select

from marketplace.access.actor import Actor, system
from marketplace.clock import SetClock
from marketplace.models.people import LoginAttempt
from marketplace.models.trail import AuditEvent, AuditSeal, OrderKey
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.run_due_work import DUTIES, Duty, Rounds, do, organisers
from tests import makers


def test_a_duty_is_asked_when_its_time_has_come(desk: Desk, clock: SetClock) -> None:
    world = makers.world(desk)
    asked: list[int | None] = []

    def note(_desk: Desk, actor: Actor) -> int:
        asked.append(actor.organiser_id)
        return 1

    rounds = Rounds([Duty("note", note, timedelta(hours=1))])
    for minutes, times in ((0, 1), (30, 1), (31, 2)):
        clock.move_to(clock.now() + timedelta(minutes=minutes))
        assert all(done.error is None for done in rounds.run(desk))
        assert asked.count(world.organiser_id) == times
    list(rounds.run(desk, everything=True))
    assert asked.count(world.organiser_id) == 3


def test_one_organisers_fault_stops_no_other(desk: Desk) -> None:
    first, second = makers.world(desk), makers.world(desk)

    def fail(_desk: Desk, actor: Actor) -> int:
        if actor.organiser_id == first.organiser_id:
            raise RuntimeError("no")
        return 7

    found = {done.organiser_id: done for done in Rounds([Duty("fail", fail, timedelta(hours=1))]).run(desk)}
    assert isinstance(found[first.organiser_id].error, RuntimeError)
    assert found[second.organiser_id].count == 7


def test_the_list_of_duties_runs_clean_and_twice_does_nothing_more(desk: Desk) -> None:
    world = makers.world(desk)
    makers.provider(desk, world)
    for duty in DUTIES:
        assert do(duty, desk, None if duty.shared else world.organiser_id).error is None, duty.name
    for duty in DUTIES:
        if not duty.shared:
            again = do(duty, desk, world.organiser_id)
            assert (again.error, again.count) == (None, 0), duty.name
    with makers.opened(desk, world.auditor) as tx:
        mine = AuditEvent.organiser_id == world.organiser_id
        unsealed = (
            select(func.count()).select_from(AuditEvent).outerjoin(AuditSeal).where(mine, AuditSeal.place.is_(None))
        )
        assert tx.session.scalar(unsealed) == 0
        assert tx.session.scalar(select(func.count()).select_from(OrderKey)) == 17  # today's, and those of days 30 to 45


def test_failed_logins_are_forgotten_after_a_day(desk: Desk, clock: SetClock) -> None:
    with makers.opened(desk, system(None)) as tx:
        tx.session.add_all([LoginAttempt(who="a", at=tx.now - timedelta(hours=h)) for h in (1, 25, 49)])
    duty = next(duty for duty in DUTIES if duty.name == "old login attempts")
    assert do(duty, desk, None).count == 2


def test_every_duty_has_a_name_of_its_own(desk: Desk) -> None:
    names = [duty.name for duty in DUTIES]
    assert len(set(names)) == len(names)
    assert organisers(desk) == sorted(organisers(desk))
