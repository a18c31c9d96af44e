"""A provider reports that the client has found work, or takes a report back. A caseworker verifies it with evidence."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from stdnum.fi import ytunnus

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_vouchers
from marketplace.models.events import Outcome
from marketplace.models.people import Account
from marketplace.models.vouchers import Choice, Voucher
from marketplace.use_cases.bookings import locked
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.endings import release_bonus
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_account
from marketplace.use_cases.outcome_steps import hold_outcome, one_claim_at_a_time, reserve_at_report
from marketplace.use_cases.refusals import Missing, Refused

CONTRACTS = ("permanent", "fixed_term", "apprenticeship", "self_employed")
MOST_WEEKLY_HUNDREDTHS = 6_000
"""Sixty hours a week; catches 375 typed for 37,5."""
LONGEST_NAME = 200
LIVING = ("reported", "verified")


@dataclass(frozen=True)
class ReportOrder:
    """The job as the provider tells of it. `ends_on`: the planned last day, None for a job without one.

    What disqualifies is stated by the provider itself: `own_group` (the employer is of its own group),
    `previous_employer` (the client has worked there before), `subsidised` and until when. monthly_pay_cents: net pay a
    month by the contract. beside: a job beside another reported one, so that their hours add up.
    """

    voucher_id: int
    starts_on: date
    weekly_hours_hundredths: int
    employer: str
    employer_business_id: str | None
    contract: str
    subsidised: bool
    ends_on: date | None = None
    once: str | None = None
    own_group: bool = False
    previous_employer: bool = False
    subsidised_to: date | None = None
    monthly_pay_cents: int | None = None
    beside: bool = False


@dataclass(frozen=True)
class WithdrawOrder:
    outcome_id: int
    reason: str


def report_outcome(desk: Desk, actor: Actor, order: ReportOrder) -> int:
    """Report the client's employment; returns the outcome's id. The client's caseworker is told.

    Refused at its field: employer_missing, employer_too_long, business_id_wrong, weekly_hours_out_of_range,
    unknown_contract, planned_end_missing, planned_end_before_start, start_outside_validity, before_start; on the whole:
    outcome_reported_already (a voucher has one living outcome, and a job beside it is another employer's), tail_over,
    subsidy_before_start (`subsidised_to`), over_budget_bonus (where the report reserves it). Missing when the client is not
    the company's, or never was confirmed.
    """
    with desk.transaction(actor, Action.REPORT_OUTCOME) as tx:
        if done := tx.first_click("report_outcome", order.once):
            return int(done["outcome_id"])
        choice = own_choice(tx, order.voucher_id)
        client_id = tx.session.scalars(select(Voucher.client_id).where(Voucher.id == order.voucher_id)).one()
        one_claim_at_a_time(tx, client_id)  # the person first, then budget and voucher
        voucher, _ = locked(tx, order.voucher_id, with_budget=True)
        _check_job(order)
        _check_start(tx, voucher, choice, order.starts_on)
        _check_no_twin(tx, voucher.id, order)
        outcome = Outcome(
            organiser_id=tx.organiser_id,
            voucher_id=voucher.id,
            client_id=voucher.client_id,
            provider_id=choice.provider_id,
            kind="employment",
            employer=order.employer.strip(),
            employer_business_id=order.employer_business_id,
            contract=order.contract,
            subsidised=order.subsidised,
            subsidised_to=order.subsidised_to if order.subsidised else None,
            beside=order.beside,
            own_group_stated=order.own_group,
            previous_employer_stated=order.previous_employer,
            planned_ends_on=order.ends_on,
            monthly_pay_cents=order.monthly_pay_cents,
            starts_on=order.starts_on,
            ends_on=order.ends_on,
            weekly_hours_hundredths=order.weekly_hours_hundredths,
            state="reported",
            reported_by=tx.account_id,
            reported_at=tx.now,
        )
        tx.session.add(outcome)
        tx.session.flush()
        reserve_at_report(tx, hold_outcome(tx, outcome.id))
        _say(tx, "outcome.report", "outcome_reported", outcome, voucher)
        tx.remember_click("report_outcome", order.once, outcome_id=outcome.id)
        return outcome.id


def withdraw_outcome(desk: Desk, actor: Actor, order: WithdrawOrder) -> int:
    """Take back a report that nobody has verified yet; returns its voucher's id. Refused: reason_missing. Stale when a
    caseworker has settled it. Missing for a stranger's."""
    with desk.transaction(actor, Action.REPORT_OUTCOME) as tx:
        reason = order.reason.strip()
        if not reason:
            raise Refused("reason_missing", "reason")
        held = hold_outcome(tx, order.outcome_id)
        outcome = held.outcome
        move(tx, "outcome", outcome, "withdraw")
        outcome.settled_at, outcome.settled_by, outcome.settle_reason = tx.now, tx.account_id, reason
        tx.session.flush()
        key = f"outcome/{outcome.id}/withdrawn"
        release_bonus(tx, held.voucher, held.budget, key, "outcome_withdrawn")
        _say(tx, "outcome.withdraw", "outcome_withdrawn", outcome, held.voucher, reason)
        return held.voucher.id


def own_choice(tx: Tx, voucher_id: int) -> Choice:
    """The company's confirmed choice on a voucher whose client is (or was at its end) the company's own. Missing when
    there is none: a former provider sees nothing of the client any more."""
    choice = tx.session.scalar(
        select(Choice)
        .join(Voucher, Voucher.choice_id == Choice.id)
        .where(
            Voucher.id == voucher_id,
            visible_vouchers(tx.actor),
            Choice.provider_id == tx.actor.provider_id,
            Choice.start_on.is_not(None),
        )
    )
    if choice is None:
        raise Missing("voucher")
    return choice


def _check_no_twin(tx: Tx, voucher_id: int, order: ReportOrder) -> None:
    """One living report a voucher; a job beside it must be with somebody else."""
    living = tx.session.scalars(
        select(Outcome).where(Outcome.voucher_id == voucher_id, Outcome.state.in_(LIVING))
    ).all()
    for other in living:
        same = order.employer_business_id is not None and order.employer_business_id == other.employer_business_id
        if not order.beside or same or other.employer == order.employer.strip():
            raise Refused("outcome_reported_already")


def _check_job(order: ReportOrder) -> None:
    employer = order.employer.strip()
    if not employer:
        raise Refused("employer_missing", "employer")
    if len(employer) > LONGEST_NAME:
        raise Refused("employer_too_long", "employer", most=LONGEST_NAME)
    if order.employer_business_id is not None and not ytunnus.is_valid(order.employer_business_id):
        raise Refused("business_id_wrong", "employer_business_id")
    if not 0 < order.weekly_hours_hundredths <= MOST_WEEKLY_HUNDREDTHS:
        raise Refused("weekly_hours_out_of_range", "weekly_hours", most_hundredths=MOST_WEEKLY_HUNDREDTHS)
    if order.contract not in CONTRACTS:
        raise Refused("unknown_contract", "contract")
    if order.contract == "fixed_term" and order.ends_on is None:
        raise Refused("planned_end_missing", "ends_on")
    if order.subsidised_to is not None and order.subsidised_to < order.starts_on:
        raise Refused("subsidy_before_start", "subsidised_to", starts_on=order.starts_on)
    if order.ends_on is not None and order.ends_on < order.starts_on:
        raise Refused("planned_end_before_start", "ends_on", starts_on=order.starts_on)


def _check_start(tx: Tx, voucher: Voucher, choice: Choice, starts_on: date) -> None:
    """The job starts within the voucher's validity (domain.md T8) and not before the provider's own work with the
    client: a job that was there already is nobody's result."""
    if voucher.state == "closed" or (voucher.tail_to is not None and tx.today > voucher.tail_to):
        raise Refused("tail_over", None, day=voucher.tail_to or voucher.valid_to)
    last = voucher.ended_on or voucher.valid_to
    if not voucher.valid_from <= starts_on <= last:
        raise Refused("start_outside_validity", "starts_on", valid_from=voucher.valid_from, valid_to=last)
    assert choice.start_on is not None
    if starts_on < choice.start_on:
        raise Refused("before_start", "starts_on", start_on=choice.start_on)


def _say(tx: Tx, verb: str, notice: str, outcome: Outcome, voucher: Voucher, reason: str = "") -> None:
    tx.audit(verb, "outcome", outcome.id, clients=(outcome.client_id,), reason=reason, voucher_id=voucher.id,
             starts_on=outcome.starts_on.isoformat())  # fmt: skip
    caseworker = tx.session.get_one(Account, voucher.caseworker_id)
    if caseworker.ended_at is None:
        tell_account(tx, caseworker, notice, f"{notice}/{outcome.id}", number=voucher.number,
                     starts_on=outcome.starts_on, reason=reason)  # fmt: skip
