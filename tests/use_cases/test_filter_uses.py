"""Filters are noted for 30 days; then nothing is left of them but numbers."""

from datetime import date, timedelta

from sqlalchemy import select

from marketplace.access.actor import system
from marketplace.clock import SetClock
from marketplace.models.choosing import FilterCount, FilterUse
from marketplace.use_cases.compare_pages import compare_page
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.filter_uses import forget_filters
from marketplace.use_cases.provider_cards import Wishes
from tests.makers import client, granted, opened, provider, world


def test_uses_become_counts_after_thirty_days_and_nothing_else_is_kept(desk: Desk, clock: SetClock) -> None:
    w = world(desk)
    provider(desk, w)
    for n in range(3):
        holder = client(desk, w)
        voucher_id = granted(desk, w, holder).voucher_id
        compare_page(desk, holder.actor, voucher_id, Wishes(languages=frozenset({"fi"}), soon=n == 0))
        compare_page(desk, holder.actor, voucher_id, back=True)
    worker = system(w.organiser_id)
    clock.move_to(clock.today() + timedelta(days=30))
    assert forget_filters(desk, worker) == 0
    compare_page(desk, holder.actor, voucher_id, Wishes(sort="start"))
    clock.move_to(clock.today() + timedelta(days=1))
    assert forget_filters(desk, worker) == 6
    assert forget_filters(desk, worker) == 0
    with opened(desk, w.auditor) as tx:
        assert [use.wishes for use in tx.session.scalars(select(FilterUse))] == [{"sort": "start"}]
        counts = {(row.month, row.role, row.wish): row.number for row in tx.session.scalars(select(FilterCount))}
    november = date(2026, 11, 1)
    assert counts == {
        (november, "client", "language=fi"): 3,
        (november, "client", "soon"): 1,
        (november, "client", "neutral"): 3,
    }
    clock.move_to(clock.today() + timedelta(days=30))
    assert forget_filters(desk, worker) == 1
    with opened(desk, w.auditor) as tx:
        assert tx.session.scalars(select(FilterCount.number).where(FilterCount.wish == "sort=start")).all() == [1]


def test_only_the_worker_forgets_and_only_its_own_organisers(desk: Desk, clock: SetClock) -> None:
    lives = [world(desk), world(desk)]
    for w in lives:
        holder = client(desk, w)
        provider(desk, w)
        compare_page(desk, holder.actor, granted(desk, w, holder).voucher_id, Wishes(soon=True))
    clock.move_to(clock.today() + timedelta(days=31))
    assert forget_filters(desk, system(lives[0].organiser_id)) == 1
    assert forget_filters(desk, system(lives[1].organiser_id)) == 1
