"""Contesting a control group: anyone of the staff and any provider may say that two companies are under common control, or
that they are not; the company itself is heard before procurement decides (attacks 2 and 3 of docs/fairness.md)."""

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.order_rules import GroupQuestion
from marketplace.models.providers import Application, Approval, Provider
from marketplace.roles import PROVIDERS, Role
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.group_steps import group_ids
from marketplace.use_cases.notices import tell_provider, tell_staff
from marketplace.use_cases.refusals import Missing, Refused

JOIN, PART = "join", "part"
KINDS = (JOIN, PART)


@dataclass(frozen=True)
class QuestionOrder:
    """kind: join (they are under common control) or part (they are not). unit, other: the companies' public codes."""

    kind: str
    unit: str
    other: str
    grounds: str
    once: str | None = None


def question_group(desk: Desk, actor: Actor, order: QuestionOrder) -> int:
    """Ask procurement to decide. Returns the question's id.

    Refused: choice_unknown, group_company_unknown, group_same_company, group_grounds_missing, group_same_group,
    group_other_group, group_question_open.
    """
    with desk.transaction(actor, Action.QUESTION_GROUP) as tx:
        if done := tx.first_click("question_group", order.once):
            return int(done["question_id"])
        provider, other = _company(tx, order.unit, "unit"), _company(tx, order.other, "other")
        _check(tx, order, provider, other)
        row = GroupQuestion(
            organiser_id=tx.organiser_id,
            kind=order.kind,
            provider_id=provider.id,
            other_id=other.id,
            grounds=order.grounds,
            by_provider_id=actor.provider_id if actor.role in PROVIDERS else None,
            made_by=tx.account_id,
            made_at=tx.now,
        )
        tx.session.add(row)
        tx.session.flush()
        tx.audit("group.question", "provider", provider.id, reason=order.grounds, kind=order.kind, other=other.unit)
        for one, another in ((provider, other), (other, provider)):
            tell_provider(tx, one.id, "group_questioned", f"group_questioned/{row.id}/{one.id}", claim=order.kind,
                          company=one.name, other=another.name, grounds=order.grounds)  # fmt: skip
        tell_staff(tx, Role.PROCUREMENT, "group_question_waits", f"group_question/{row.id}", company=provider.name,
                   other=other.name)  # fmt: skip
        tx.remember_click("question_group", order.once, question_id=row.id)
        return row.id


def answer_group(desk: Desk, actor: Actor, question_id: int, answer: str) -> None:
    """What the company itself says, once, before the decision. Refused: group_answer_missing, group_question_settled.
    Missing for a question about somebody else."""
    with desk.transaction(actor, Action.ANSWER_GROUP) as tx:
        row = tx.session.scalar(
            select(GroupQuestion)
            .where(
                GroupQuestion.id == question_id,
                GroupQuestion.organiser_id == tx.organiser_id,
                GroupQuestion.provider_id == actor.provider_id,
            )
            .with_for_update()
        )
        if row is None or actor.provider_id is None:
            raise Missing("group question")
        if row.outcome is not None or row.answer is not None:
            raise Refused("group_question_settled")
        if not answer.strip():
            raise Refused("group_answer_missing", "answer")
        row.answer, row.answered_at = answer, tx.now
        tx.audit("group.answer", "provider", row.provider_id, reason=answer)


def _company(tx: Tx, unit: str, field: str) -> Provider:
    """A company that has to do with this organiser."""
    here = select(Approval.provider_id).where(Approval.organiser_id == tx.organiser_id)
    applied = select(Application.provider_id).where(Application.organiser_id == tx.organiser_id)
    found = tx.session.scalar(
        select(Provider).where(Provider.unit == unit, Provider.id.in_(here) | Provider.id.in_(applied))
    )
    if found is None:
        raise Refused("group_company_unknown", field)
    return found


def _check(tx: Tx, order: QuestionOrder, provider: Provider, other: Provider) -> None:
    if order.kind not in KINDS:
        raise Refused("choice_unknown", "kind")
    if provider.id == other.id:
        raise Refused("group_same_company", "other")
    if not order.grounds.strip():
        raise Refused("group_grounds_missing", "grounds")
    groups = group_ids(tx, [provider, other])
    together = groups[provider.id] == groups[other.id]
    if together != (order.kind == PART):
        raise Refused("group_same_group" if together else "group_other_group", "other")
    open_already = select(GroupQuestion.id).where(
        GroupQuestion.organiser_id == tx.organiser_id,
        GroupQuestion.outcome.is_(None),
        GroupQuestion.provider_id.in_([provider.id, other.id]),
        GroupQuestion.other_id.in_([provider.id, other.id]),
    )
    if tx.session.scalar(open_already.limit(1)) is not None:
        raise Refused("group_question_open")
