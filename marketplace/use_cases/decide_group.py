"""Procurement decides whether two companies are under common control: an appealable decision with reasons, and with it the
registry line. Lists that are drawn already keep the groups of their draw."""

import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.clock import helsinki_day
from marketplace.matching.registry import Reason
from marketplace.models.order_log import pairs_of_unit
from marketplace.models.order_rules import GroupQuestion, GroupRuling
from marketplace.models.programmes import Programme, ServicePackage
from marketplace.models.providers import Approval, ControlGroup, Provider
from marketplace.use_cases.approvals import lock_provider, log_registry, no_own_interest, provider_language
from marketplace.use_cases.decisions import Draft, make_decision
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.group_steps import group_ids
from marketplace.use_cases.notices import tell_provider
from marketplace.use_cases.refusals import Missing, Refused

JOINED, NOT_JOINED = "joined", "not_joined"
OUTCOMES = (JOINED, NOT_JOINED)
HEARD_FOR = timedelta(days=14)
"""A company that has not answered has had this long to do so (hallintolaki 34 §)."""


@dataclass(frozen=True)
class RulingOrder:
    question_id: int
    outcome: str
    reasons: str
    once: str | None = None


@dataclass(frozen=True)
class Ruled:
    """`line`: the seq of the registry line; None when the decision leaves the groups as they were, or the company is in
    no register yet."""

    decision_id: int
    number: str
    line: int | None


def decide_group(desk: Desk, actor: Actor, order: RulingOrder) -> Ruled:
    """Decide a question. Refused: choice_unknown, reasons_missing, own_interest, hearing_open (until),
    group_question_settled, no_programme. Missing for another organiser's."""
    with desk.transaction(actor, Action.DECIDE_GROUP) as tx:
        if done := tx.first_click("decide_group", order.once):
            return Ruled(done["decision_id"], done["number"], done["line"])
        if order.outcome not in OUTCOMES:
            raise Refused("choice_unknown", "outcome")
        row = _open(tx, order.question_id)
        first, second = (lock_provider(tx, each) for each in sorted((row.provider_id, row.other_id)))
        provider, other = (first, second) if first.id == row.provider_id else (second, first)
        no_own_interest(tx, provider)
        no_own_interest(tx, other)
        _heard(tx, row)
        decision = make_decision(tx, _draft(tx, row, provider, other, order))
        row.outcome, row.decision_id, row.decided_at = order.outcome, decision.id, tx.now
        tx.session.flush()
        line = _rule(tx, provider, other, order.outcome, decision.id)
        tx.audit("group.decide", "provider", provider.id, reason=order.reasons, outcome=order.outcome,
                 decision=decision.number, other=other.unit)  # fmt: skip
        _tell(tx, row, provider, other, decision.number, order.outcome)
        ruled = Ruled(decision.id, decision.number, line)
        tx.remember_click("decide_group", order.once, **vars(ruled))
        return ruled


def _open(tx: Tx, question_id: int) -> GroupQuestion:
    row = tx.session.scalar(
        select(GroupQuestion)
        .where(GroupQuestion.id == question_id, GroupQuestion.organiser_id == tx.organiser_id)
        .with_for_update()
    )
    if row is None:
        raise Missing("group question")
    if row.outcome is not None:
        raise Refused("group_question_settled")
    return row


def _heard(tx: Tx, row: GroupQuestion) -> None:
    until = helsinki_day(row.made_at) + HEARD_FOR
    if row.answer is None and tx.today < until:
        raise Refused("hearing_open", None, until=until)


def _draft(tx: Tx, row: GroupQuestion, provider: Provider, other: Provider, order: RulingOrder) -> Draft:
    programmes = (
        select(Programme)
        .outerjoin(ServicePackage, ServicePackage.programme_id == Programme.id)
        .outerjoin(Approval, (Approval.package_id == ServicePackage.id) & (Approval.provider_id == provider.id))
        .where(Programme.organiser_id == tx.organiser_id, Programme.state == "published")
        .order_by(Approval.id.is_(None), Programme.id)
        .limit(1)
    )
    programme = tx.session.scalar(programmes)
    if programme is None:
        raise Refused("no_programme")
    return Draft(
        kind="control_group",
        programme=programme,
        outcome=order.outcome,
        reasons=order.reasons,
        language=provider_language(tx, provider.id),
        provider_id=provider.id,
        facts={
            "party": provider.name,
            "party_lines": [provider.business_id],
            "other": other.name,
            "other_business_id": other.business_id,
            "answer": row.answer or "",
        },
    )


def _rule(tx: Tx, provider: Provider, other: Provider, outcome: str, decision_id: int) -> int | None:
    groups = group_ids(tx, [provider, other])
    if (groups[provider.id] == groups[other.id]) == (outcome == JOINED):
        return None
    group_id = groups[other.id]
    if outcome == NOT_JOINED:
        alone = ControlGroup(code="g" + b32encode(secrets.token_bytes(10)).decode().lower()[:10])
        tx.session.add(alone)
        tx.session.flush()
        group_id = alone.id
    tx.session.add(
        GroupRuling(
            organiser_id=tx.organiser_id, provider_id=provider.id, control_group_id=group_id, decision_id=decision_id,
            at=tx.now,
        )
    )  # fmt: skip
    tx.session.flush()
    if not pairs_of_unit(tx.session, provider.unit):
        return None  # never in the registry: its first line will say the new group
    return log_registry(tx, provider, Reason.AUTHORITY)


def _tell(tx: Tx, row: GroupQuestion, provider: Provider, other: Provider, number: str, outcome: str) -> None:
    told = {provider.id, other.id} | ({row.by_provider_id} if row.by_provider_id else set())
    for provider_id in sorted(told):
        tell_provider(tx, provider_id, "group_decided", f"group_decided/{row.id}/{provider_id}", number=number,
                      company=provider.name, other=other.name, outcome=outcome)  # fmt: skip
