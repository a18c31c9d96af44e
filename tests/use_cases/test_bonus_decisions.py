"""Bonuses that are refused or taken back are decisions with reasons and an appeal route; the report reserves their money."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from marketplace.clock import SetClock
from marketplace.models.decisions import Decision
from marketplace.models.einvoices import CreditNote
from marketplace.models.events import Milestone, Outcome
from marketplace.models.outbox import Message
from marketplace.use_cases.claw_back import ClawBackOrder, claw_back
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Forbidden, Missing, Refused, Stale
from marketplace.use_cases.report_outcome import ReportOrder, WithdrawOrder, report_outcome, withdraw_outcome
from marketplace.use_cases.verify_outcome import EvidenceOrder, RejectOrder, reject_outcome, verify_outcome
from tests.makers import Running, active_voucher, opened, world
from tests.use_cases.settling import bill, faults, free, outcome, pay, stands, voucher_of

FIRST = SECOND = 70_000  # tier 2


def job(run: Running, **other: Any) -> ReportOrder:
    values: dict[str, Any] = {
        "voucher_id": run.voucher_id, "starts_on": date(2026, 11, 16), "weekly_hours_hundredths": 3_000,
        "employer": "Kahvila Kanerva Oy", "employer_business_id": "0101263-6", "contract": "permanent",
        "subsidised": False,
    }  # fmt: skip
    return ReportOrder(**{**values, **other})


def earned(desk: Desk, clock: SetClock) -> tuple[Running, int]:
    """A voucher whose first milestone has matured; with the outcome's id."""
    run = active_voucher(desk)
    outcome_id = outcome(desk, run)
    clock.move_to(date(2026, 12, 28))
    today = desk.clock.today()
    verify_outcome(desk, run.world.caseworker, EvidenceOrder(outcome_id, "employer", "Palkkalaskelma", today, today))
    return run, outcome_id


def take(outcome_id: int, **other: Any) -> ClawBackOrder:
    values = {"outcome_id": outcome_id, "number": 1, "ground": "false_statement", "reasons": "Työtä ei ollut."}
    return ClawBackOrder(**{**values, **other})


def states(desk: Desk, run: Running) -> list[tuple[str, str | None]]:
    with opened(desk, run.world.caseworker) as tx:
        rows = tx.session.execute(select(Milestone.state, Milestone.reason).order_by(Milestone.number))
        return [(state, reason) for state, reason in rows]


def test_a_rejection_is_a_decision_with_an_appeal_route(desk: Desk) -> None:
    run = active_voucher(desk)
    outcome_id = outcome(desk, run)
    reject_outcome(desk, run.world.caseworker, RejectOrder(outcome_id, "Työsuhdetta ei ole."))
    with opened(desk, run.world.caseworker) as tx:
        decision = tx.session.scalars(select(Decision).where(Decision.kind == "outcome_rejection")).one()
        assert (decision.provider_id, decision.reasons) == (run.company.provider_id, "Työsuhdetta ei ole.")
        assert "oikaisu" in decision.appeal_instruction.lower()
        assert tx.session.get_one(Outcome, outcome_id).decision_id == decision.id


def test_a_bonus_that_is_not_paid_yet_is_cancelled(desk: Desk, clock: SetClock) -> None:
    run, outcome_id = earned(desk, clock)
    bill(desk, run)
    decision_id = claw_back(desk, run.world.caseworker, take(outcome_id))
    assert states(desk, run) == [("clawed_back", "false_statement"), ("waiting", None)]
    assert (stands(desk, run.world, "used_recorded"), stands(desk, run.world, "used_payable")) == (0, 0)
    assert voucher_of(desk, run).reserved_bonus_cents == FIRST + SECOND
    assert faults(desk, run.world) == []
    with opened(desk, run.world.caseworker) as tx:
        decision = tx.session.get_one(Decision, decision_id)
        assert (decision.kind, decision.provider_id) == ("clawback", run.company.provider_id)
        assert tx.session.scalars(select(Message.body).where(Message.key.contains("bonus_clawed_back"))).one()
        assert tx.session.scalars(select(CreditNote.total_cents)).all() == [FIRST]
    with pytest.raises(Stale):
        claw_back(desk, run.world.caseworker, take(outcome_id))


def test_a_paid_bonus_is_owed_by_the_provider(desk: Desk, clock: SetClock) -> None:
    run, outcome_id = earned(desk, clock)
    pay(desk, run)
    claw_back(desk, run.world.caseworker, take(outcome_id))
    assert stands(desk, run.world, "receivable") == FIRST
    assert stands(desk, run.world, "used_paid") == 0
    assert faults(desk, run.world) == []
    with opened(desk, run.world.finance) as tx:
        assert tx.session.scalars(select(CreditNote.total_cents)).all() == [FIRST]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"ground": "whim"}, "choice_unknown", "ground"),
        ({"reasons": " "}, "reasons_missing", "reasons"),
        ({"number": 2}, "milestone_not_earned", "number"),
        ({"number": 9}, "milestone_not_earned", "number"),
    ],
)
def test_a_wrong_claw_back_changes_nothing(
    desk: Desk, clock: SetClock, change: dict[str, Any], code: str, field: str
) -> None:
    run, outcome_id = earned(desk, clock)
    before = states(desk, run)
    with pytest.raises(Refused) as refused:
        claw_back(desk, run.world.caseworker, take(outcome_id, **change))
    assert (refused.value.code, refused.value.field) == (code, field)
    assert states(desk, run) == before
    assert stands(desk, run.world, "used_recorded") == FIRST
    with opened(desk, run.world.caseworker) as tx:
        assert tx.session.scalars(select(Decision).where(Decision.kind == "clawback")).all() == []


def test_strangers_take_nothing_back(desk: Desk, clock: SetClock) -> None:
    run, outcome_id = earned(desk, clock)
    with pytest.raises(Missing):
        claw_back(desk, world(desk).caseworker, take(outcome_id))
    with pytest.raises(Forbidden):
        claw_back(desk, run.company.manager, take(outcome_id))
    assert states(desk, run)[0] == ("matured", "lasted")


def test_the_report_reserves_where_the_outcome_does(desk: Desk) -> None:
    w = world(desk, budget_cents=1_000_000, bonus_reserved_at="outcome")
    run = active_voucher(desk, w)
    before = free(desk, w)
    outcome_id = report_outcome(desk, run.company.coach, job(run))
    assert free(desk, w) == before - FIRST - SECOND
    withdraw_outcome(desk, run.company.coach, WithdrawOrder(outcome_id, "Työ peruuntui"))
    assert free(desk, w) == before
    assert faults(desk, w) == []


def test_what_a_job_can_never_earn_is_not_reserved(desk: Desk) -> None:
    w = world(desk, budget_cents=1_000_000, bonus_reserved_at="outcome")
    run = active_voucher(desk, w)
    before = free(desk, w)
    for change in ({"own_group": True}, {"weekly_hours_hundredths": 1_000}):
        outcome_id = report_outcome(desk, run.company.coach, job(run, **change))
        assert free(desk, w) == before
        withdraw_outcome(desk, run.company.coach, WithdrawOrder(outcome_id, "Väärin"))


def test_a_report_over_the_budget_is_refused(desk: Desk) -> None:
    w = world(desk, budget_cents=212_000 + FIRST + SECOND - 1, bonus_reserved_at="outcome")
    run = active_voucher(desk, w)
    before = free(desk, w)
    with pytest.raises(Refused, match="over_budget_bonus"):
        report_outcome(desk, run.company.coach, job(run))
    assert free(desk, w) == before
    with opened(desk, w.caseworker) as tx:
        assert tx.session.scalars(select(Outcome)).all() == []


def test_hours_of_a_job_beside_it_add_up(desk: Desk, clock: SetClock) -> None:
    run = active_voucher(desk)
    first = report_outcome(desk, run.company.coach, job(run, weekly_hours_hundredths=1_000))
    with pytest.raises(Refused, match="outcome_reported_already"):
        report_outcome(desk, run.company.coach, job(run, beside=True))  # the same employer
    other = {"employer": "Kukkakauppa Oy", "employer_business_id": "0116297-6", "weekly_hours_hundredths": 900}
    second = report_outcome(desk, run.company.coach, job(run, beside=True, **other))
    clock.move_to(date(2026, 12, 28))
    today = clock.today()
    for outcome_id in (first, second):
        order = EvidenceOrder(outcome_id, "employer", "Palkkalaskelma", today, today - timedelta(days=1))
        verify_outcome(desk, run.world.caseworker, order)
    with opened(desk, run.world.caseworker) as tx:
        rows = tx.session.execute(
            select(Milestone.outcome_id, Milestone.number, Milestone.state).order_by(Milestone.id)
        ).all()
    assert [tuple(row) for row in rows] == [
        (first, 1, "broken"), (first, 2, "broken"), (second, 1, "matured"), (second, 2, "waiting"),
    ]  # fmt: skip


def test_what_the_provider_states_disqualifies(desk: Desk) -> None:
    run = active_voucher(desk)
    outcome_id = report_outcome(desk, run.company.coach, job(run, own_group=True))
    today = desk.clock.today()
    verify_outcome(desk, run.world.caseworker, EvidenceOrder(outcome_id, "employer", "Soitto", today, today))
    assert states(desk, run) == [("broken", "excluded_employer")] * 2
