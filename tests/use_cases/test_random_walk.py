"""Months of everybody's work at random, over a year's end: whatever happens, money, audit and order log stay clean."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from marketplace.clock import SetClock
from marketplace.models.programmes import Programme
from marketplace.use_cases.appropriate import AppropriationOrder, set_appropriation
from marketplace.use_cases.carry_over import CarryOverOrder, carry_over, carry_over_rest
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.use_cases.run_due_work import DUTIES, do
from marketplace.use_cases.verify_audit import verify_audit
from marketplace.use_cases.verify_ledger import verify_ledger
from marketplace.use_cases.verify_orders import log_bytes, verify_orders
from tests.makers import World, client, opened, provider, world
from tests.random_walk import Walk
from tests.verifier import second

STEPS = 500
DECIDED = date(2027, 1, 8)


def worker_round(desk: Desk, w: World) -> None:
    """What the worker does by itself that day."""
    for duty in DUTIES:
        done = do(duty, desk, None if duty.shared else w.organiser_id)
        assert done.error is None, (duty.name, done.error)


def year_end(walk: Walk) -> None:
    """The decision comes a week after New Year, with the new year's money; later it is asked to move what is left."""
    if walk.today < DECIDED:
        return
    w = walk.world
    try:
        carry_over(walk.desk, w.finance, CarryOverOrder(w.programme_id, 2026, "Talousjohtaja § 1", DECIDED))
        carry_over_rest(walk.desk, w.finance, w.programme_id, 2026)
        set_appropriation(
            walk.desk,
            w.procurement,
            AppropriationOrder(programme_id=w.programme_id, year=2027, amount_cents=90_000_000, reason="Talousarvio",
                               board_decision="KV § 1"),
        )  # fmt: skip
    except (Refused, Missing):
        pass  # the appropriation is that already


def faults(desk: Desk, w: World) -> list[str]:
    with opened(desk, w.auditor) as tx:
        checks = (
            verify_ledger(tx.session, w.organiser_id),
            verify_audit(tx.session, w.organiser_id),
            verify_orders(tx.session, w.organiser_id, tx.today, vault=tx.vault),
        )
        said = second.faults(log_bytes(tx.session, w.organiser_id), tx.today)
    return said + [f"{item.code} {item.where}: {item.message}" for check in checks for item in check.findings]


@pytest.mark.slow
@pytest.mark.parametrize(("bonus_reserved_at", "seed"), [("grant", 1), ("outcome", 2)])
def test_any_months_leave_everything_clean(desk: Desk, clock: SetClock, bonus_reserved_at: str, seed: int) -> None:
    w = world(desk, validity_days=45, units_hundredths=1_500, bonus_reserved_at=bonus_reserved_at)
    companies = [provider(desk, w) for _ in range(3)]
    holders = [client(desk, w) for _ in range(10)]
    walk = Walk(desk, w, companies, holders, seed)
    for number in range(1, STEPS + 1):
        walk.step()
        if number % 10 == 0:
            clock.move_to(walk.today + timedelta(days=walk.rng.choice([0, 1, 2, 3])))
            worker_round(desk, w)
            year_end(walk)
        if number % 20 == 0:
            assert faults(desk, w) == [], (number, walk.today, walk.done)
    assert walk.today > DECIDED
    missed = {"record", "object", "approve", "send batch", "confirm", "bank return", "reverse"} - walk.done.keys()
    assert not missed, (missed, Counter(walk.refused).most_common(20))
    with opened(desk, w.finance) as tx:
        assert tx.session.scalars(select(Programme.bonus_reserved_at)).one() == bonus_reserved_at
