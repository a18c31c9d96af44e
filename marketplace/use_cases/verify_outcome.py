"""A caseworker verifies a reported outcome with evidence, adds evidence later, or rejects the report with reasons."""

from dataclasses import dataclass
from datetime import date

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.events import Evidence
from marketplace.models.programmes import Programme
from marketplace.models.providers import Provider
from marketplace.use_cases.approvals import provider_language
from marketplace.use_cases.conflicts import refuse_conflict
from marketplace.use_cases.decisions import Draft, make_decision
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.endings import release_bonus
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_provider
from marketplace.use_cases.outcome_steps import (
    GRADES,
    VERIFIED,
    HeldOutcome,
    hold_outcome,
    make_milestones,
    settle_milestones,
)
from marketplace.use_cases.refusals import Refused, Stale


@dataclass(frozen=True)
class EvidenceOrder:
    """What shows the job: who says it (`grade`), in which words, seen when, and until which day the job is shown to have
    lasted (`covers_to`). covers_from: the first day that it names; a later one than was reported shows nothing yet."""

    outcome_id: int
    grade: str
    description: str
    seen_on: date
    covers_to: date
    once: str | None = None
    covers_from: date | None = None


@dataclass(frozen=True)
class RejectOrder:
    outcome_id: int
    reasons: str


def verify_outcome(desk: Desk, actor: Actor, order: EvidenceOrder) -> int:
    """Verify an outcome; its milestones begin to run (those whose days are full mature at once). Returns its id.

    Refused: conflict_of_interest (names), grade_not_listed, evidence_unsaid, evidence_in_future, covers_before_start,
    covers_after_seen, evidence_too_weak (the provider's own word alone), over_budget_bonus. Stale when it is settled
    already. Missing for a stranger's.
    """
    with desk.transaction(actor, Action.VERIFY_OUTCOME) as tx:
        if done := tx.first_click("verify_outcome", order.once):
            return int(done["outcome_id"])
        held = _held(tx, order.outcome_id)
        _keep(tx, held, order)
        if order.grade == "provider":
            raise Refused("evidence_too_weak", "grade")
        move(tx, "outcome", held.outcome, "verify")
        held.outcome.settled_by, held.outcome.settled_at = tx.account_id, tx.now
        make_milestones(tx, held)
        release_bonus(tx, held.voucher, held.budget, f"outcome/{held.outcome.id}/loose", "outcome_verified")
        _say(tx, held, "outcome.verify", grade=order.grade)
        tx.remember_click("verify_outcome", order.once, outcome_id=held.outcome.id)
        return held.outcome.id


def add_evidence(desk: Desk, actor: Actor, order: EvidenceOrder) -> int:
    """Add evidence to a verified outcome, for a milestone to come. Returns how many milestones it settled.

    Refused as `verify_outcome`, without evidence_too_weak. Stale when the outcome is not verified.
    """
    with desk.transaction(actor, Action.VERIFY_OUTCOME) as tx:
        if done := tx.first_click("add_evidence", order.once):
            return int(done["settled"])
        held = _held(tx, order.outcome_id)
        if held.outcome.state not in VERIFIED:
            raise Stale("no_longer_possible")
        _keep(tx, held, order)
        settled = settle_milestones(tx, held)
        _say(tx, held, "outcome.add_evidence", grade=order.grade)
        tx.remember_click("add_evidence", order.once, settled=settled)
        return settled


def reject_outcome(desk: Desk, actor: Actor, order: RejectOrder) -> int:
    """Reject a reported outcome by a decision with reasons and an appeal route, which the provider is told. Returns its id.

    Refused: conflict_of_interest (names), reasons_missing. Stale when it is settled already. Missing for a stranger's.
    """
    with desk.transaction(actor, Action.VERIFY_OUTCOME) as tx:
        reasons = order.reasons.strip()
        if not reasons:
            raise Refused("reasons_missing", "reasons")
        held = _held(tx, order.outcome_id)
        outcome = held.outcome
        move(tx, "outcome", outcome, "reject")
        outcome.settled_by, outcome.settled_at, outcome.settle_reason = tx.account_id, tx.now, reasons
        outcome.decision_id = _decide(tx, held, reasons)
        tx.session.flush()
        release_bonus(tx, held.voucher, held.budget, f"outcome/{outcome.id}/rejected", "outcome_rejected")
        _say(tx, held, "outcome.reject", reasons, decision_id=outcome.decision_id)
        tell_provider(
            tx,
            outcome.provider_id,
            "outcome_rejected",
            f"outcome_rejected/{outcome.id}",
            number=held.voucher.number,
            starts_on=outcome.starts_on,
            reasons=reasons,
        )
        return outcome.id


def _held(tx: Tx, outcome_id: int) -> HeldOutcome:
    held = hold_outcome(tx, outcome_id)
    refuse_conflict(tx, [held.outcome.provider_id], [held.voucher.id])
    return held


def _decide(tx: Tx, held: HeldOutcome, reasons: str) -> int:
    provider = tx.session.get_one(Provider, held.outcome.provider_id)
    draft = Draft(
        kind="outcome_rejection",
        programme=tx.session.get_one(Programme, held.voucher.programme_id),
        outcome="rejected",
        reasons=reasons,
        language=provider_language(tx, provider.id),
        provider_id=provider.id,
        facts={
            "party": provider.name,
            "party_lines": [provider.business_id],
            "voucher_number": held.voucher.number,
            "starts_on": held.outcome.starts_on,
        },
    )
    return make_decision(tx, draft).id


def _keep(tx: Tx, held: HeldOutcome, order: EvidenceOrder) -> None:
    if order.grade not in GRADES:
        raise Refused("grade_not_listed", "grade")
    if not order.description.strip():
        raise Refused("evidence_unsaid", "description")
    if order.seen_on > tx.today:
        raise Refused("evidence_in_future", "seen_on")
    if order.covers_to < held.outcome.starts_on:
        raise Refused("covers_before_start", "covers_to", day=held.outcome.starts_on)
    if order.covers_to > order.seen_on:
        raise Refused("covers_after_seen", "covers_to", day=order.seen_on)
    tx.session.add(
        Evidence(
            organiser_id=held.outcome.organiser_id,
            outcome_id=held.outcome.id,
            grade=order.grade,
            description=order.description.strip(),
            seen_on=order.seen_on,
            covers_from=order.covers_from,
            covers_to=order.covers_to,
            recorded_by=tx.account_id,
            at=tx.now,
        )
    )
    tx.session.flush()


def _say(tx: Tx, held: HeldOutcome, action: str, reason: str = "", **details: str | int) -> None:
    tx.audit(
        action,
        "outcome",
        held.outcome.id,
        clients=(held.outcome.client_id,),
        reason=reason,
        voucher_id=held.voucher.id,
        **details,
    )
