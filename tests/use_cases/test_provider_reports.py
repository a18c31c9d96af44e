"""What a provider says back: its side of an objection, and that a client has found work."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from marketplace.clock import SetClock
from marketplace.models.events import Evidence, Objection, Outcome
from marketplace.models.outbox import Message
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.answer_choice import ConfirmOrder, confirm_choice
from marketplace.use_cases.answer_objection import AnswerObjection, answer_objection
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.object_to_event import ObjectionOrder, object_to_event, withdraw_objection
from marketplace.use_cases.provider_objection_pages import objection_list, objection_page
from marketplace.use_cases.provider_outcome_pages import outcome_form, outcome_list, outcome_page
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.refusals import Forbidden, Missing, Refused, Stale
from marketplace.use_cases.report_outcome import ReportOrder, WithdrawOrder, report_outcome, withdraw_outcome
from tests.makers import Running, active_voucher, business_id, chosen, client, granted, opened, provider

START = date(2026, 10, 5)
TODAY = date(2026, 11, 16)


@pytest.fixture
def run(desk: Desk, clock: SetClock) -> Running:
    clock.move_to(START)
    made = active_voucher(desk)
    clock.move_to(TODAY)
    return made


@pytest.fixture
def objection_id(desk: Desk, run: Running) -> int:
    event_id = record_event(desk, run.company.coach, EventOrder(run.voucher_id, "delivered", START, 100)).event_id
    return object_to_event(desk, run.holder.actor, ObjectionOrder(event_id, "En ollut paikalla")).objection_id


def job(run: Running, **other: Any) -> ReportOrder:
    values: dict[str, Any] = {
        "voucher_id": run.voucher_id,
        "starts_on": date(2026, 11, 2),
        "weekly_hours_hundredths": 3_750,
        "employer": "Savon Leipä Oy",
        "employer_business_id": business_id(3_000_001),
        "contract": "permanent",
        "subsidised": False,
    }
    return ReportOrder(**{**values, **other})


def outcomes(desk: Desk, run: Running) -> list[str]:
    with opened(desk, run.world.caseworker) as tx:
        return list(tx.session.scalars(select(Outcome.state).order_by(Outcome.id)))


def told(desk: Desk, run: Running, notice: str) -> int:
    with opened(desk, run.world.caseworker) as tx:
        return tx.session.scalar(select(func.count()).where(Message.key.contains(f"/{notice}/"))) or 0


# objections


def test_the_answer_is_kept_and_the_caseworker_is_told(desk: Desk, run: Running, objection_id: int) -> None:
    answer_objection(desk, run.company.coach, AnswerObjection(objection_id, " Kävelimme puistossa. "))
    row = objection_page(desk, run.company.coach, objection_id)
    assert (row.state, row.answer) == ("answered", "Kävelimme puistossa.")
    assert told(desk, run, "objection_answered") == 1


def test_an_answer_is_given_once(desk: Desk, run: Running, objection_id: int) -> None:
    order = AnswerObjection(objection_id, "Näin oli.", once="c" * 32)
    assert answer_objection(desk, run.company.coach, order) == answer_objection(desk, run.company.coach, order)
    with pytest.raises(Stale):
        answer_objection(desk, run.company.coach, AnswerObjection(objection_id, "Muutin mieltäni."))
    assert objection_page(desk, run.company.coach, objection_id).answer == "Näin oli."


@pytest.mark.parametrize(
    ("answer", "code"), [("  ", "objection_answer_missing"), ("x" * 2_001, "objection_answer_too_long")]
)
def test_an_answer_needs_words(desk: Desk, run: Running, objection_id: int, answer: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        answer_objection(desk, run.company.coach, AnswerObjection(objection_id, answer))
    assert refused.value.code == code
    assert objection_page(desk, run.company.coach, objection_id).state == "open"


def test_strangers_and_the_late_do_not_answer(desk: Desk, run: Running, objection_id: int) -> None:
    stranger = provider(desk, run.world)
    with pytest.raises(Missing):
        answer_objection(desk, stranger.coach, AnswerObjection(objection_id, "Tiedän."))
    with pytest.raises(Missing):
        objection_page(desk, stranger.coach, objection_id)
    with pytest.raises(Forbidden):
        answer_objection(desk, run.world.caseworker, AnswerObjection(objection_id, "Tiedän."))
    assert objection_list(desk, stranger.coach) == []
    withdraw_objection(desk, run.holder.actor, objection_id)
    with pytest.raises(Stale):
        answer_objection(desk, run.company.coach, AnswerObjection(objection_id, "Tiedän."))
    with opened(desk, run.world.caseworker) as tx:
        assert tx.session.get_one(Objection, objection_id).answer is None


# outcomes


def test_a_job_is_reported_and_the_caseworker_told(desk: Desk, run: Running) -> None:
    outcome_id = report_outcome(desk, run.company.coach, job(run))
    page = outcome_page(desk, run.company.coach, outcome_id)
    assert (page.state, page.employer, page.name) == ("reported", "Savon Leipä Oy", run.holder.actor.name)
    assert told(desk, run, "outcome_reported") == 1


def test_a_second_click_reports_once(desk: Desk, run: Running) -> None:
    order = job(run, once="d" * 32)
    assert report_outcome(desk, run.company.coach, order) == report_outcome(desk, run.company.coach, order)
    assert outcomes(desk, run) == ["reported"]


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"employer": " "}, "employer", "employer_missing"),
        ({"employer": "x" * 201}, "employer", "employer_too_long"),
        ({"employer_business_id": "1234567-8"}, "employer_business_id", "business_id_wrong"),
        ({"weekly_hours_hundredths": 0}, "weekly_hours", "weekly_hours_out_of_range"),
        ({"weekly_hours_hundredths": 37_500}, "weekly_hours", "weekly_hours_out_of_range"),
        ({"contract": "party"}, "contract", "unknown_contract"),
        ({"contract": "fixed_term"}, "ends_on", "planned_end_missing"),
        ({"ends_on": date(2026, 11, 1)}, "ends_on", "planned_end_before_start"),
        ({"starts_on": date(2026, 10, 4)}, "starts_on", "start_outside_validity"),
        ({"starts_on": date(2027, 6, 1)}, "starts_on", "start_outside_validity"),
    ],
    ids=str,
)
def test_a_wrong_report_is_refused_and_nothing_is_kept(
    desk: Desk, run: Running, wrong: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        report_outcome(desk, run.company.coach, job(run, **wrong))
    assert (refused.value.code, refused.value.field) == (code, field)
    assert outcomes(desk, run) == []
    assert told(desk, run, "outcome_reported") == 0


def test_a_job_from_before_the_providers_own_work_is_not_its_result(desk: Desk, run: Running, clock: SetClock) -> None:
    other = provider(desk, run.world)
    confirm_choice(desk, other.manager, ConfirmOrder(chosen(desk, run.holder, other, run.voucher_id), TODAY))
    with pytest.raises(Refused, match="before_start"):
        report_outcome(desk, other.coach, job(run))
    report_outcome(desk, other.coach, job(run, starts_on=TODAY))
    with pytest.raises(Missing):  # the former provider sees nothing of the client any more
        report_outcome(desk, run.company.coach, job(run))


def test_a_voucher_has_one_living_outcome(desk: Desk, run: Running) -> None:
    first = report_outcome(desk, run.company.coach, job(run))
    with pytest.raises(Refused, match="outcome_reported_already"):
        report_outcome(desk, run.company.coach, job(run, employer="Toinen Oy"))
    withdraw_outcome(desk, run.company.coach, WithdrawOrder(first, "Työ peruuntui"))
    report_outcome(desk, run.company.coach, job(run, employer="Toinen Oy"))
    assert outcomes(desk, run) == ["withdrawn", "reported"]
    assert told(desk, run, "outcome_withdrawn") == 1


def test_withdrawing_needs_a_reason_and_an_open_report(desk: Desk, run: Running) -> None:
    outcome_id = report_outcome(desk, run.company.coach, job(run))
    with pytest.raises(Refused, match="reason_missing"):
        withdraw_outcome(desk, run.company.coach, WithdrawOrder(outcome_id, " "))
    with pytest.raises(Missing):
        withdraw_outcome(desk, provider(desk, run.world).coach, WithdrawOrder(outcome_id, "Ei ole"))
    with opened(desk, run.world.caseworker) as tx:
        tx.session.get_one(Outcome, outcome_id).state = "verified"
    with pytest.raises(Stale):
        withdraw_outcome(desk, run.company.coach, WithdrawOrder(outcome_id, "Ei ole"))
    assert outcomes(desk, run) == ["verified"]


def test_withdrawing_leaves_the_grants_reservation(desk: Desk, run: Running) -> None:
    outcome_id = report_outcome(desk, run.company.coach, job(run))
    withdraw_outcome(desk, run.company.coach, WithdrawOrder(outcome_id, "Työ peruuntui"))
    with opened(desk, run.world.caseworker) as tx:
        assert tx.session.get_one(Voucher, run.voucher_id).reserved_bonus_cents == 140_000


def test_strangers_and_unconfirmed_choices_report_nothing(desk: Desk, run: Running) -> None:
    with pytest.raises(Missing):
        report_outcome(desk, provider(desk, run.world).coach, job(run))
    with pytest.raises(Forbidden):
        report_outcome(desk, run.world.caseworker, job(run))
    holder = client(desk, run.world)
    voucher_id = granted(desk, run.world, holder).voucher_id
    chosen(desk, holder, run.company, voucher_id)
    with pytest.raises(Missing):
        report_outcome(desk, run.company.coach, job(run, voucher_id=voucher_id))
    with pytest.raises(Missing):
        outcome_form(desk, run.company.coach, voucher_id)
    assert outcomes(desk, run) == []


def test_the_countdown_says_what_is_met_and_what_is_missing(desk: Desk, run: Running) -> None:
    outcome_id = report_outcome(desk, run.company.coach, job(run))
    first, second = outcome_page(desk, run.company.coach, outcome_id).countdown
    assert (first.days_done, first.days, first.day) == (14, 42, date(2026, 11, 2) + timedelta(days=42))
    assert (first.state, first.reason, first.amount_cents) == ("waiting", "not_yet", 70_000)
    assert {c.code: c.met for c in first.conditions} == {
        "start": True, "hours": True, "employer": True, "verified": False, "days": False, "shown": False,
    }  # fmt: skip
    assert second.days == 182


def test_a_job_with_too_few_hours_says_so_at_once(desk: Desk, run: Running) -> None:
    outcome_id = report_outcome(desk, run.company.coach, job(run, weekly_hours_hundredths=1_000))
    first = outcome_page(desk, run.company.coach, outcome_id).countdown[0]
    assert (first.state, first.reason) == ("broken", "too_few_hours")
    assert ("hours", False) in [(c.code, c.met) for c in first.conditions]


def test_full_days_without_evidence_wait_for_it(desk: Desk, run: Running, clock: SetClock) -> None:
    outcome_id = report_outcome(desk, run.company.coach, job(run))
    clock.move_to(date(2026, 12, 20))
    first = outcome_page(desk, run.company.coach, outcome_id).countdown[0]
    assert (first.days_done, first.state, first.reason) == (42, "waiting", "not_shown")
    with opened(desk, run.world.caseworker) as tx:
        assert run.world.caseworker.account_id is not None
        tx.session.add(
            Evidence(organiser_id=run.world.organiser_id, outcome_id=outcome_id, grade="employer",
                     description="Palkkalaskelma", seen_on=tx.today, covers_to=tx.today,
                     recorded_by=run.world.caseworker.account_id, at=tx.now)
        )  # fmt: skip
    first = outcome_page(desk, run.company.coach, outcome_id).countdown[0]
    assert ("shown", True) in [(c.code, c.met) for c in first.conditions]
    assert first.state == "waiting"  # nobody has verified the job yet


def test_a_list_of_outcomes_is_the_companys_own(desk: Desk, run: Running) -> None:
    report_outcome(desk, run.company.coach, job(run))
    assert outcome_list(desk, run.company.manager).total == 1
    assert outcome_list(desk, provider(desk, run.world).manager).total == 0
