"""Deciding a provider's application: a question back, an approval of all or some of it, or a rejection with reasons."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_applications
from marketplace.matching.registry import Reason
from marketplace.models.decisions import Decision
from marketplace.models.programmes import Programme
from marketplace.models.providers import Application, ApplicationItem, Approval, Provider, RulebookVersion
from marketplace.use_cases.approvals import (
    Pairing,
    accepted_rulebook,
    keep_move,
    living_approvals,
    lock_provider,
    log_registry,
    no_own_interest,
    pairings,
    provider_language,
    rulebook_in_force,
)
from marketplace.use_cases.decisions import Draft, make_decision
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_provider
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.vouchers.cycles import CYCLES

Key = tuple[int, int]


@dataclass(frozen=True)
class ApproveOrder:
    """Which of the application's items (ids) are approved, and why. Those left out are rejected by the same decision."""

    application_id: int
    items: tuple[int, ...]
    reasons: str
    once: str | None = None


@dataclass(frozen=True)
class RejectOrder:
    application_id: int
    reasons: str
    once: str | None = None


@dataclass(frozen=True)
class Decided:
    """The decisions made: one for each programme that the application touches, as each has its own legal basis."""

    decision_ids: tuple[int, ...]
    numbers: tuple[str, ...]


def ask_for_more(desk: Desk, actor: Actor, application_id: int, question: str) -> None:
    """Ask the provider for what is missing. Refused (text_missing) without a question."""
    with desk.transaction(actor, Action.DECIDE_APPLICATION) as tx:
        application = _application(tx, application_id)
        if not question.strip():
            raise Refused("text_missing", "question")
        move(tx, "application", application, "ask")
        application.question, application.answer = question, None
        tx.audit("application.ask", "application", application.id, reason=question, provider_id=application.provider_id)
        key = f"application_question/{application.id}/{tx.now.isoformat()}"
        tell_provider(tx, application.provider_id, "application_question", key, question=question)


def approve_application(desk: Desk, actor: Actor, order: ApproveOrder) -> Decided:
    """Approve the chosen items; the provider is on the public list from the next request on.

    Refused: nothing_chosen, reasons_missing, rulebook_old (the version in force, `number`), own_interest,
    pair_suspended (restore it instead). Missing for a stranger's application or an item of another one. One registry line
    says every pair for which the unit is approved now.
    """
    with desk.transaction(actor, Action.DECIDE_APPLICATION) as tx:
        if done := tx.first_click("approve_application", order.once):
            return _decided(done)
        application = _application(tx, order.application_id)
        case = _load(tx, application)
        chosen = _chosen(case, order.items)
        in_force = rulebook_in_force(tx)
        if in_force is not None and (case.rulebook is None or case.rulebook.number < in_force.number):
            raise Refused("rulebook_old", None, number=in_force.number)
        made = _decide(tx, case, chosen, order.reasons)
        _approve_pairs(tx, case, chosen, made, order.reasons)
        _finish(tx, case, "approve", made, order.reasons)
        log_registry(tx, case.provider, Reason.AUTHORITY)
        return _remember(tx, "approve_application", order.once, made)


def reject_application(desk: Desk, actor: Actor, order: RejectOrder) -> Decided:
    """Reject the whole application. Refused: reasons_missing, own_interest, rulebook_missing."""
    with desk.transaction(actor, Action.DECIDE_APPLICATION) as tx:
        if done := tx.first_click("reject_application", order.once):
            return _decided(done)
        case = _load(tx, _application(tx, order.application_id))
        made = _decide(tx, case, set(), order.reasons)
        _finish(tx, case, "reject", made, order.reasons)
        return _remember(tx, "reject_application", order.once, made)


@dataclass(frozen=True)
class _Case:
    application: Application
    provider: Provider
    items: dict[int, Key]
    pairings: dict[Key, Pairing]
    rulebook: RulebookVersion | None


def _application(tx: Tx, application_id: int) -> Application:
    seen = select(Application.provider_id).where(Application.id == application_id, visible_applications(tx.actor))
    provider_id = tx.session.scalar(seen)
    if provider_id is None:
        raise Missing("application")
    lock_provider(tx, provider_id)  # before the application, as suspending and ending do
    return tx.session.scalars(
        select(Application)
        .where(Application.id == application_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _load(tx: Tx, application: Application) -> _Case:
    provider = tx.session.scalars(select(Provider).where(Provider.id == application.provider_id)).one()
    no_own_interest(tx, provider)
    items = {
        item.id: (item.package_id, item.area_id)
        for item in tx.session.scalars(
            select(ApplicationItem).where(ApplicationItem.application_id == application.id).order_by(ApplicationItem.id)
        )
    }
    if not items:
        raise Refused("application_empty")
    return _Case(application, provider, items, pairings(tx, items.values()), accepted_rulebook(tx, provider.id))


def _chosen(case: _Case, items: tuple[int, ...]) -> set[Key]:
    if not items:
        raise Refused("nothing_chosen", "items")
    if set(items) - set(case.items):
        raise Missing("application item")
    return {case.items[item] for item in items}


def _decide(tx: Tx, case: _Case, chosen: set[Key], reasons: str) -> dict[int, Decision]:
    """One decision for each programme of the application, in the order of the programmes' ids; {programme_id: decision}."""
    rulebook = case.rulebook or rulebook_in_force(tx)
    if rulebook is None:
        raise Refused("rulebook_missing")
    language = provider_language(tx, case.provider.id)
    programmes: dict[int, Programme] = {one.programme.id: one.programme for one in case.pairings.values()}
    made = {}
    for programme_id, programme in sorted(programmes.items()):
        keys = [key for key in case.items.values() if case.pairings[key].programme.id == programme_id]
        approved = [case.pairings[key].words(language) for key in keys if key in chosen]
        refused = [case.pairings[key].words(language) for key in keys if key not in chosen]
        facts: dict[str, Any] = {
            "party": case.provider.name,
            "party_lines": [case.provider.business_id],
            "approved_pairs": approved,
            "refused_pairs": refused,
            "valid_from": tx.today,
            "rulebook_number": rulebook.number,
            "rulebook_from": rulebook.valid_from,
        }
        made[programme_id] = make_decision(
            tx,
            Draft(
                kind="provider_approval" if approved else "provider_rejection",
                programme=programme,
                outcome="approved" if approved else "rejected",
                reasons=reasons,
                language=language,
                provider_id=case.provider.id,
                facts=facts,
            ),
        )
    return made


def _approve_pairs(tx: Tx, case: _Case, chosen: set[Key], made: dict[int, Decision], reasons: str) -> None:
    living = {(row.package_id, row.area_id): row for row in living_approvals(tx, case.provider.id)}
    ended = {
        (row.package_id, row.area_id): row
        for row in tx.session.scalars(
            select(Approval)
            .where(Approval.provider_id == case.provider.id, Approval.state == "ended")
            .with_for_update()
        )
    }
    for key in sorted(chosen):
        approval = living.get(key)
        if approval is not None and approval.state == "suspended":
            raise Refused("pair_suspended", "items", package=case.pairings[key].package.name)
        decision = made[case.pairings[key].programme.id]
        if approval is None:
            # a place on the list that ended earlier begins anew, with its history behind it
            approval = ended.get(key) or _new_approval(tx, case.provider, key)
            approval.state = CYCLES["approval"].initial
            approval.valid_from = tx.today
        approval.ended_on, approval.decision_id = None, decision.id
        tx.session.add(approval)
        tx.session.flush()
        keep_move(tx, approval, "approve", reasons)


def _new_approval(tx: Tx, provider: Provider, key: Key) -> Approval:
    return Approval(organiser_id=tx.organiser_id, provider_id=provider.id, package_id=key[0], area_id=key[1])


def _finish(tx: Tx, case: _Case, name: str, made: dict[int, Decision], reasons: str) -> None:
    application = case.application
    move(tx, "application", application, name)
    first = min(made.values(), key=lambda decision: decision.id)
    application.decision_id = first.id
    tx.audit(
        f"application.{name}",
        "application",
        application.id,
        reason=reasons,
        provider_id=case.provider.id,
        decisions=[decision.number for decision in made.values()],
    )
    for decision in made.values():
        key = f"application_decided/{decision.id}"
        tell_provider(
            tx, case.provider.id, "application_decided", key, number=decision.number, outcome=decision.outcome
        )


def _remember(tx: Tx, verb: str, once: str | None, made: dict[int, Decision]) -> Decided:
    decided = Decided(tuple(one.id for one in made.values()), tuple(one.number for one in made.values()))
    tx.remember_click(verb, once, decision_ids=list(decided.decision_ids), numbers=list(decided.numbers))
    return decided


def _decided(done: dict[str, Any]) -> Decided:
    return Decided(tuple(done["decision_ids"]), tuple(done["numbers"]))
