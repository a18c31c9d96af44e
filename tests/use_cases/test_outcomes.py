"""Outcomes: verified with evidence, their bonuses reserved, matured, broken, and returned."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from marketplace.clock import SetClock
from marketplace.models.events import Evidence, Milestone, Outcome
from marketplace.models.outbox import Message
from marketplace.models.programmes import Budget
from marketplace.models.providers import Provider
from marketplace.use_cases.amend_voucher import EndOrder, end_open_voucher
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.end_job import JobEnd, end_job
from marketplace.use_cases.expire_vouchers import close_due
from marketplace.use_cases.mature_milestones import mature_due
from marketplace.use_cases.refusals import Forbidden, Missing, Refused, Stale
from marketplace.use_cases.verify_outcome import (
    EvidenceOrder,
    RejectOrder,
    add_evidence,
    reject_outcome,
    verify_outcome,
)
from tests.makers import Running, active_voucher, client, opened, world
from tests.use_cases.settling import bill, event, faults, free, outcome, stands, voucher_of, worker

FIRST, SECOND = 70_000, 70_000  # tier 2


def evidence(desk: Desk, outcome_id: int, grade: str = "employer", covers: date | None = None) -> EvidenceOrder:
    today = desk.clock.today()
    return EvidenceOrder(outcome_id, grade, "Palkkalaskelma", today, covers or today)


def states(desk: Desk, run: Running) -> list[tuple[int, str, str | None]]:
    with opened(desk, run.world.caseworker) as tx:
        rows = tx.session.execute(
            select(Milestone.number, Milestone.state, Milestone.reason).order_by(Milestone.outcome_id, Milestone.number)
        )
        return [(number, state, reason) for number, state, reason in rows]


def test_a_verified_job_waits_for_its_milestones(desk: Desk) -> None:
    run = active_voucher(desk)
    outcome_id = outcome(desk, run)
    verify_outcome(desk, run.world.caseworker, evidence(desk, outcome_id))
    assert states(desk, run) == [(1, "waiting", None), (2, "waiting", None)]
    with opened(desk, run.world.caseworker) as tx:
        assert tx.session.scalars(select(Milestone.due_on).order_by(Milestone.number)).all() == [
            date(2026, 12, 28), date(2027, 5, 17),
        ]  # fmt: skip
    assert voucher_of(desk, run).reserved_bonus_cents == FIRST + SECOND
    with pytest.raises(Stale):
        verify_outcome(desk, run.world.caseworker, evidence(desk, outcome_id))


def test_a_milestone_matures_when_its_days_are_full_and_shown(desk: Desk, clock: SetClock) -> None:
    run = active_voucher(desk)
    outcome_id = outcome(desk, run)
    verify_outcome(desk, run.world.caseworker, evidence(desk, outcome_id))
    clock.move_to(date(2026, 12, 27))
    assert mature_due(desk, worker(run.world)) == 0
    clock.move_to(date(2026, 12, 28))
    assert mature_due(desk, worker(run.world)) == 0  # full, but nobody has shown it
    assert add_evidence(desk, run.world.caseworker, evidence(desk, outcome_id, "provider")) == 0
    assert add_evidence(desk, run.world.caseworker, evidence(desk, outcome_id, covers=date(2026, 12, 26))) == 0
    assert add_evidence(desk, run.world.caseworker, evidence(desk, outcome_id, covers=date(2026, 12, 27))) == 1
    assert states(desk, run)[0] == (1, "matured", "lasted")
    assert stands(desk, run.world, "used_recorded") == FIRST
    assert voucher_of(desk, run).reserved_bonus_cents == SECOND
    assert faults(desk, run.world) == []
    with opened(desk, run.world.caseworker) as tx:
        assert tx.session.scalars(select(Message.body).where(Message.key.contains("bonus_matured"))).one()
        assert tx.session.scalars(select(Milestone.budget_year).where(Milestone.number == 1)).one() == 2026
    bill(desk, run)
    assert states(desk, run)[0] == (1, "billed", "lasted")
    assert faults(desk, run.world) == []


def test_the_worker_matures_what_was_shown_beforehand(desk: Desk, clock: SetClock) -> None:
    run = active_voucher(desk)
    clock.move_to(date(2026, 12, 27))
    outcome_id = outcome(desk, run, started=41)
    verify_outcome(desk, run.world.caseworker, evidence(desk, outcome_id))
    assert states(desk, run)[0] == (1, "waiting", None)
    clock.move_to(date(2026, 12, 28))
    assert (mature_due(desk, worker(run.world)), mature_due(desk, worker(run.world))) == (1, 0)
    assert states(desk, run)[0] == (1, "matured", "lasted")


def test_a_bonus_waits_for_the_carry_over_of_its_year(desk: Desk, clock: SetClock) -> None:
    run = active_voucher(desk)
    outcome_id = outcome(desk, run)
    clock.move_to(date(2027, 1, 1))
    verify_outcome(desk, run.world.caseworker, evidence(desk, outcome_id))
    assert states(desk, run)[0] == (1, "matured", "lasted")  # it was full in 2026
    clock.move_to(date(2027, 5, 17))
    assert add_evidence(desk, run.world.caseworker, evidence(desk, outcome_id)) == 0
    assert states(desk, run)[1] == (2, "waiting", None)
    with opened(desk, run.world.finance) as tx:
        tx.session.scalars(select(Budget)).one().carry_over_decision = "LTK § 9"
        tx.session.add(Budget(organiser_id=run.world.organiser_id, programme_id=run.world.programme_id, year=2027))
    assert mature_due(desk, worker(run.world)) == 1
    assert faults(desk, run.world) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"grade": "rumour"}, "grade_not_listed"),
        ({"grade": "provider"}, "evidence_too_weak"),
        ({"description": " "}, "evidence_unsaid"),
        ({"seen_on": date(2026, 11, 17)}, "evidence_in_future"),
        ({"covers_to": date(2026, 11, 15)}, "covers_before_start"),
        ({"covers_to": date(2026, 11, 17)}, "covers_after_seen"),
    ],
)
def test_wrong_evidence_verifies_nothing(desk: Desk, change: dict[str, object], code: str) -> None:
    run = active_voucher(desk)
    outcome_id = outcome(desk, run)
    values = {**vars(evidence(desk, outcome_id)), **change}
    with pytest.raises(Refused) as refused:
        verify_outcome(desk, run.world.caseworker, EvidenceOrder(**values))  # type: ignore[arg-type]
    assert refused.value.code == code
    with opened(desk, run.world.caseworker) as tx:
        assert tx.session.get_one(Outcome, outcome_id).state == "reported"
        assert tx.session.scalars(select(Evidence)).all() == []
    assert states(desk, run) == []


def test_strangers_and_others_settle_no_outcome(desk: Desk) -> None:
    run = active_voucher(desk)
    outcome_id = outcome(desk, run)
    with pytest.raises(Missing):
        verify_outcome(desk, world(desk).caseworker, evidence(desk, outcome_id))
    with pytest.raises(Missing):
        reject_outcome(desk, world(desk).caseworker, RejectOrder(outcome_id, "Ei"))
    with pytest.raises(Forbidden):
        verify_outcome(desk, run.company.manager, evidence(desk, outcome_id))
    with pytest.raises(Stale):
        add_evidence(desk, run.world.caseworker, evidence(desk, outcome_id))


def test_a_rejected_report_needs_reasons_and_tells_them(desk: Desk) -> None:
    run = active_voucher(desk)
    outcome_id = outcome(desk, run)
    with pytest.raises(Refused, match="reasons_missing"):
        reject_outcome(desk, run.world.caseworker, RejectOrder(outcome_id, " "))
    reject_outcome(desk, run.world.caseworker, RejectOrder(outcome_id, "Työsuhdetta ei ole."))
    with opened(desk, run.world.caseworker) as tx:
        assert tx.session.get_one(Outcome, outcome_id).settle_reason == "Työsuhdetta ei ole."
        told = tx.session.scalars(select(Message.body).where(Message.key.contains("outcome_rejected"))).one()
        assert "Työsuhdetta ei ole." in told


def test_too_few_hours_and_the_providers_own_company_earn_nothing(desk: Desk) -> None:
    run = active_voucher(desk)
    verify_outcome(desk, run.world.caseworker, evidence(desk, outcome(desk, run, hours=1_000)))
    assert states(desk, run) == [(1, "broken", "too_few_hours"), (2, "broken", "too_few_hours")]
    other = active_voucher(desk, run.world)
    with opened(desk, run.world.caseworker) as tx:
        own = tx.session.scalars(select(Provider.business_id).where(Provider.id == other.company.provider_id)).one()
    verify_outcome(desk, run.world.caseworker, evidence(desk, outcome(desk, other, employer=own)))
    assert [reason for _, _, reason in states(desk, run)][2:] == ["excluded_employer"] * 2
    # the grant promised the bonus for the voucher's whole life: a better job may still earn it
    assert voucher_of(desk, run).reserved_bonus_cents == FIRST + SECOND


def test_a_job_that_ends_breaks_what_it_cannot_reach(desk: Desk, clock: SetClock) -> None:
    run = active_voucher(desk)
    outcome_id = outcome(desk, run)
    verify_outcome(desk, run.world.caseworker, evidence(desk, outcome_id))
    clock.move_to(date(2027, 1, 4))
    add_evidence(desk, run.world.caseworker, evidence(desk, outcome_id, covers=date(2026, 12, 31)))
    for change, code in (
        ({"reason": " "}, "reason_missing"),
        ({"last_day": date(2027, 1, 5)}, "day_in_future_end"),
        ({"last_day": date(2026, 11, 15)}, "end_before_start"),
    ):
        order = {"outcome_id": outcome_id, "last_day": date(2026, 12, 31), "reason": "Työ loppui", **change}
        with pytest.raises(Refused, match=code):
            end_job(desk, run.world.caseworker, JobEnd(**order))  # type: ignore[arg-type]
    end_job(desk, run.company.coach, JobEnd(outcome_id, date(2026, 12, 31), "Työ loppui"))
    assert states(desk, run) == [(1, "matured", "lasted"), (2, "broken", "ended_before")]
    with pytest.raises(Stale):
        end_job(desk, run.world.caseworker, JobEnd(outcome_id, date(2026, 12, 31), "Työ loppui"))
    assert faults(desk, run.world) == []


def test_a_second_job_earns_what_the_first_did_not(desk: Desk, clock: SetClock) -> None:
    run = active_voucher(desk)
    first = outcome(desk, run)
    verify_outcome(desk, run.world.caseworker, evidence(desk, first))
    clock.move_to(date(2026, 12, 28))
    add_evidence(desk, run.world.caseworker, evidence(desk, first))
    end_job(desk, run.world.caseworker, JobEnd(first, date(2026, 12, 27), "Työ loppui"))
    verify_outcome(desk, run.world.caseworker, evidence(desk, outcome(desk, run)))
    assert states(desk, run) == [
        (1, "matured", "lasted"), (2, "broken", "ended_before"), (2, "waiting", None),
    ]  # fmt: skip


def test_where_the_outcome_reserves_the_bonus(desk: Desk, clock: SetClock) -> None:
    w = world(desk, budget_cents=1_000_000, bonus_reserved_at="outcome")
    run = active_voucher(desk, w)
    assert free(desk, w) == 1_000_000 - 212_000
    outcome_id = outcome(desk, run)
    verify_outcome(desk, w.caseworker, evidence(desk, outcome_id))
    assert free(desk, w) == 1_000_000 - 212_000 - FIRST - SECOND
    clock.move_to(date(2026, 12, 20))
    end_job(desk, w.caseworker, JobEnd(outcome_id, date(2026, 12, 18), "Työ loppui"))
    assert free(desk, w) == 1_000_000 - 212_000
    assert voucher_of(desk, run).reserved_bonus_cents == 0
    assert faults(desk, w) == []


def test_a_bonus_over_the_budget_is_refused(desk: Desk) -> None:
    w = world(desk, budget_cents=212_000 + FIRST + SECOND - 1, bonus_reserved_at="outcome")
    run = active_voucher(desk, w)
    outcome_id = outcome(desk, run)
    with pytest.raises(Refused) as refused:
        verify_outcome(desk, w.caseworker, evidence(desk, outcome_id))
    assert (refused.value.code, refused.value.values["needed_cents"]) == ("over_budget_bonus", FIRST + SECOND)
    assert states(desk, run) == []
    assert free(desk, w) == FIRST + SECOND - 1


@pytest.mark.parametrize("verified", [True, False])
def test_closing_keeps_the_bonus_that_may_still_come(desk: Desk, clock: SetClock, verified: bool) -> None:
    w = world(desk, budget_cents=1_000_000)
    run = active_voucher(desk, w)
    event(desk, run)
    outcome_id = outcome(desk, run)
    if verified:
        verify_outcome(desk, w.caseworker, evidence(desk, outcome_id))
    end_open_voucher(desk, w.caseworker, EndOrder(run.voucher_id, "completed", clock.today()))
    clock.move_to(date(2026, 12, 17))
    assert close_due(desk, worker(w)) == 1
    assert free(desk, w) == 1_000_000 - 10_600 - FIRST - SECOND
    if not verified:
        verify_outcome(desk, w.caseworker, evidence(desk, outcome_id))
    clock.move_to(date(2026, 12, 28))
    add_evidence(desk, w.caseworker, evidence(desk, outcome_id))
    end_job(desk, w.caseworker, JobEnd(outcome_id, clock.today(), "Työ loppui"))
    assert mature_due(desk, worker(w)) == 0
    clock.move_to(clock.today() + timedelta(days=1))
    assert mature_due(desk, worker(w)) == 1
    assert states(desk, run) == [(1, "matured", "lasted"), (2, "broken", "ended_before")]
    assert free(desk, w) == 1_000_000 - 10_600 - FIRST
    assert voucher_of(desk, run).reserved_bonus_cents == 0
    assert faults(desk, w) == []


def test_a_rejected_report_frees_the_bonus_of_a_closed_voucher(desk: Desk, clock: SetClock) -> None:
    w = world(desk, budget_cents=1_000_000)
    run = active_voucher(desk, w, holder=client(desk, w))
    outcome_id = outcome(desk, run)
    end_open_voucher(desk, w.caseworker, EndOrder(run.voucher_id, "completed", clock.today()))
    clock.move_to(date(2026, 12, 17))
    close_due(desk, worker(w))
    reject_outcome(desk, w.caseworker, RejectOrder(outcome_id, "Ei näyttöä."))
    assert free(desk, w) == 1_000_000
    assert faults(desk, w) == []
