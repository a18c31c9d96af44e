"""Grants at the same instant: never over the budget, and a log without gap or fork."""

from functools import partial

from sqlalchemy import func, select

from marketplace.models.decisions import Decision
from marketplace.models.ledger_rows import LedgerEntry
from marketplace.models.programmes import Budget
from marketplace.models.trail import OrderLogLine
from marketplace.models.vouchers import OfferList, Voucher
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.suspend_provider import restore_provider, suspend_provider
from tests.concurrency.at_once import at_once, counted, faults
from tests.makers import World, client, granted, opened, provider, world

COST = 4_000 * 5_300 // 100 + 2 * 70_000  # the value and the most that bonuses can be


def test_fifty_grants_on_room_for_twenty_give_exactly_twenty(own_desk: Desk) -> None:
    w = world(own_desk, budget_cents=20 * COST + COST - 1)
    provider(own_desk, w)
    holders = [client(own_desk, w) for _ in range(50)]
    results = at_once([partial(granted, own_desk, w, holder) for holder in holders])
    assert counted(results) == {"done": 20, "over_budget": 30}
    with opened(own_desk, w.finance) as tx:
        assert tx.session.scalars(select(Budget.free_cents)).one() == COST - 1
        for rows in (Voucher.id, Decision.id, OfferList.id):
            assert tx.session.scalar(select(func.count(rows))) == 20
        booked = select(func.count(LedgerEntry.id)).where(LedgerEntry.recipe == "grant")
        assert tx.session.scalar(booked) == 20
    assert numbers(own_desk, w) == [f"2026-{number:06d}" for number in range(1, 21)]
    assert faults(own_desk, w.auditor) == []


def test_eight_writers_leave_a_log_without_gap_or_fork(own_desk: Desk) -> None:
    w = world(own_desk)
    companies = [provider(own_desk, w) for _ in range(3)]
    holders = [[client(own_desk, w) for _ in range(4)] for _ in range(8)]

    def write(number: int) -> int:
        for turn, holder in enumerate(holders[number]):
            granted(own_desk, w, holder)
            if number == 0:  # the list of providers changes in the middle of it all
                change = restore_provider if turn % 2 else suspend_provider
                change(own_desk, w.procurement, companies[0].provider_id, "Vakuutus")
        return len(holders[number])

    assert sum(int(done) for done in at_once([partial(write, number) for number in range(8)])) == 32
    with opened(own_desk, w.auditor) as tx:
        lists = tx.session.scalars(select(OfferList.list_seq).order_by(OfferList.list_seq)).all()
        lines = tx.session.scalars(select(OrderLogLine.seq).order_by(OrderLogLine.seq)).all()
    assert lists == list(range(1, 33))
    assert lines == list(range(len(lines)))
    assert faults(own_desk, w.auditor) == []


def test_two_grants_for_one_need_give_one_voucher(own_desk: Desk) -> None:
    w = world(own_desk)
    provider(own_desk, w)
    holder = client(own_desk, w)
    results = at_once([partial(granted, own_desk, w, holder) for _ in range(6)])
    assert counted(results) == {"done": 1, "voucher_already_open": 5}
    assert faults(own_desk, w.auditor) == []


def numbers(desk: Desk, w: World) -> list[str]:
    with opened(desk, w.auditor) as tx:
        return list(tx.session.scalars(select(Voucher.number).order_by(Voucher.number)))
