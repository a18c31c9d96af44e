"""Replaying past vouchers: the versions in force give exactly what the ledger holds; a draft tells what would have been."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from marketplace.access.actor import system
from marketplace.clock import SetClock
from marketplace.demo.build import Plan, build
from marketplace.models.events import Evidence, Outcome
from marketplace.models.people import Organiser
from marketplace.models.programmes import ServicePackage, TermsVersion
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.replay_facts import size_of
from marketplace.use_cases.replay_package import Changed, compare_with, prove_ledger
from marketplace.use_cases.replay_voucher import Money
from marketplace.use_cases.report_outcome import ReportOrder, report_outcome
from marketplace.use_cases.reverse_event import reverse_event
from marketplace.use_cases.terms_values import TermsDraft, draft_of
from marketplace.use_cases.verify_outcome import EvidenceOrder, verify_outcome
from marketplace.use_cases.write_terms import create_terms
from tests.makers import Running, World, active_voucher, client, granted, opened, world

TODAY = date(2026, 11, 16)


def package(desk: Desk, w: World) -> str:
    with opened(desk, w.procurement) as tx:
        return tx.session.scalars(select(ServicePackage.code).where(ServicePackage.id == w.package_id)).one()


def lived(desk: Desk, clock: SetClock, others: int = 0) -> Running:
    """A voucher with deliveries, a missed visit, one that fell, and a job that has lasted 42 days; another one unused."""
    run = active_voucher(desk)
    for tier in (3, *[2] * others):
        granted(desk, run.world, client(desk, run.world, tier=tier))
    clock.move_to(TODAY + timedelta(days=3))
    coach, today = run.company.coach, clock.today()
    record_event(desk, coach, EventOrder(run.voucher_id, "delivered", today, 125))
    wrong = record_event(desk, coach, EventOrder(run.voucher_id, "delivered", today, 75)).event_id
    reverse_event(desk, coach, wrong, "Väärä päivä.")
    record_event(desk, coach, EventOrder(run.voucher_id, "no_show", today, 150))
    job = ReportOrder(run.voucher_id, today, 3_000, "Työnantaja Oy", None, "permanent", False)
    outcome = report_outcome(desk, run.company.manager, job)
    clock.move_to(today + timedelta(days=60))
    seen = EvidenceOrder(outcome, "employer", "Palkkatodistus", clock.today(), clock.today())
    verify_outcome(desk, run.world.caseworker, seen)
    return run


def draft(desk: Desk, w: World, **values: object) -> int:
    """A draft that begins tomorrow; returns its number."""
    with opened(desk, w.procurement) as tx:
        newest = tx.session.scalars(select(TermsVersion).where(TermsVersion.package_id == w.package_id)).one()
        old: TermsDraft = draft_of(newest)
    made = replace(old, valid_from=desk.clock.today() + timedelta(days=1), **values)  # type: ignore[arg-type]
    terms_id = create_terms(desk, w.procurement, w.package_id, made)
    with opened(desk, w.procurement) as tx:
        return tx.session.scalars(select(TermsVersion.number).where(TermsVersion.id == terms_id)).one()


def used(rows: list[Changed]) -> Changed:
    return next(row for row in rows if row.history.kept)


def test_each_vouchers_own_promise_gives_what_the_ledger_holds(desk: Desk, clock: SetClock) -> None:
    run = lived(desk, clock)
    proof = prove_ledger(desk, system(run.world.organiser_id), package(desk, run.world))
    assert (proof.vouchers, proof.differing) == (2, ())
    assert proof.replayed == proof.held
    assert min(proof.held.service, proof.held.bonus, proof.held.reserved_bonus) > 0


def test_what_the_ledger_lacks_is_found(desk: Desk, clock: SetClock) -> None:
    """The replay is no copy of the ledger: evidence by itself matures the second milestone, nobody has booked it yet."""
    run = lived(desk, clock)
    clock.move_to(clock.today() + timedelta(days=200))
    with opened(desk, run.world.caseworker) as tx:
        outcome_id = tx.session.scalars(select(Outcome.id)).one()
        tx.session.add(
            Evidence(organiser_id=run.world.organiser_id, outcome_id=outcome_id, grade="employer", description="Palkka",
                     seen_on=tx.today, covers_to=tx.today, recorded_by=run.world.caseworker.account_id, at=tx.now)
        )  # fmt: skip
    proof = prove_ledger(desk, system(run.world.organiser_id), package(desk, run.world))
    assert [one.replayed.bonus - one.held.bonus for one in proof.differing] == [70_000]


def test_a_strangers_package_is_missing(desk: Desk, clock: SetClock) -> None:
    mine, other = lived(desk, clock), world(desk)
    assert prove_ledger(desk, system(other.organiser_id), package(desk, other)).vouchers == 0
    with pytest.raises(Missing):
        prove_ledger(desk, system(other.organiser_id), "no-such-package")
    with pytest.raises(Missing):
        compare_with(desk, system(mine.world.organiser_id), package(desk, mine.world), 99)


def test_a_draft_that_says_the_same_changes_nothing(desk: Desk, clock: SetClock) -> None:
    run = lived(desk, clock)
    rows = compare_with(desk, system(run.world.organiser_id), package(desk, run.world), draft(desk, run.world))
    assert [row.why for row in rows] == [(), ()]
    assert all(row.after is not None and row.after.money == row.before.money for row in rows)


def test_a_dearer_unit_raises_what_was_reserved_and_paid(desk: Desk, clock: SetClock) -> None:
    run = lived(desk, clock)
    number = draft(desk, run.world, price_cents=20_000)
    row = used(compare_with(desk, system(run.world.organiser_id), package(desk, run.world), number))
    assert row.after is not None
    assert row.why == ("price",)
    assert row.after.money.service == 125 * 200 + 150 * 200 // 2
    assert row.after.money.bonus == row.before.money.bonus


def test_a_smaller_voucher_leaves_deliveries_uncovered(desk: Desk, clock: SetClock) -> None:
    run = lived(desk, clock)
    number = draft(desk, run.world, units_hundredths=200)
    row = used(compare_with(desk, system(run.world.organiser_id), package(desk, run.world), number))
    assert row.after is not None
    assert row.after.not_covered == 1
    assert "size" in row.why


def test_another_bonus_pays_otherwise(desk: Desk, clock: SetClock) -> None:
    run = lived(desk, clock)
    with opened(desk, run.world.procurement) as tx:
        first, second = draft_of(tx.session.scalars(select(TermsVersion)).one()).milestones
    dearer = tuple(replace(one, amount_cents={1: 50_000, 2: 99_900, 3: 99_900}) for one in (first, second))
    at, code = system(run.world.organiser_id), package(desk, run.world)
    number = draft(desk, run.world, milestones=dearer)
    row = used(compare_with(desk, at, code, number))
    assert row.after is not None
    assert (row.why, row.after.money.bonus) == (("bonus_amount",), 99_900)


def test_providers_by_size() -> None:
    assert [size_of("company", people) for people in (0, 1, 2, 9, 10)] == ["one", "one", "small", "small", "large"]
    assert size_of("sole_trader", 3) == "one"


@pytest.mark.slow
def test_a_seeded_region_replays_to_the_cent(desk: Desk) -> None:
    """Months of a whole region, played through the portals' own use cases: voucher by voucher what the ledger holds."""
    clock = SetClock(date(2026, 8, 1))
    desk.clock = clock
    build(desk, clock, Plan(clients=40, providers=5, months=3, seed=7, until=date(2026, 11, 15)), "salasana-12345", int)
    with desk.looking() as session:
        organisers = session.scalars(select(Organiser.id).order_by(Organiser.id)).all()
    total, vouchers = Money(), 0
    for organiser_id in organisers:
        with opened(desk, system(organiser_id)) as tx:
            codes = tx.session.scalars(select(ServicePackage.code).order_by(ServicePackage.id)).all()
        for code in codes:
            proof = prove_ledger(desk, system(organiser_id), code)
            assert proof.differing == (), code
            total, vouchers = total + proof.held, vouchers + proof.vouchers
    assert vouchers > 10
    assert total.service > 0
