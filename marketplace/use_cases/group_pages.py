"""The control groups of an organiser's companies, and the questions about them: for staff, and for a company's own eyes."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from marketplace.access.actions import Action, may
from marketplace.access.actor import Actor
from marketplace.clock import helsinki_day
from marketplace.models.decisions import Decision
from marketplace.models.order_rules import GroupQuestion
from marketplace.models.people import Account
from marketplace.models.providers import Application, Approval, ControlGroup, Provider
from marketplace.use_cases.decide_group import HEARD_FOR
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.group_steps import group_ids
from marketplace.use_cases.refusals import Missing


@dataclass(frozen=True)
class Company:
    provider_id: int
    unit: str
    name: str
    group: str


@dataclass(frozen=True)
class Question:
    """A question. `maker`: who asked (for staff's eyes only; a company sees its kind). `until`: to when the company is
    heard. `mine`: it is about the reader's own company."""

    id: int
    kind: str
    company: str
    other: str
    grounds: str
    maker: str
    by_provider: bool
    made_at: datetime
    until: date
    answer: str | None
    outcome: str | None
    decision_id: int | None
    decision_number: str | None
    mine: bool
    may_decide: bool = False


@dataclass(frozen=True)
class GroupsPage:
    """`groups`: those with two companies or more, by code. `companies`: all that can be named in a question."""

    groups: tuple[tuple[str, tuple[Company, ...]], ...]
    companies: tuple[Company, ...]
    questions: tuple[Question, ...]
    today: date


def groups_page(desk: Desk, actor: Actor) -> GroupsPage:
    """For staff: all groups and all questions."""
    with desk.reading(actor, Action.SEE_GROUPS) as tx:
        companies = _companies(tx)
        together: dict[str, list[Company]] = {}
        for company in companies:
            together.setdefault(company.group, []).append(company)
        groups = tuple((code, tuple(found)) for code, found in sorted(together.items()) if len(found) > 1)
        return GroupsPage(groups, companies, _questions(tx), tx.today)


def question_page(desk: Desk, actor: Actor, question_id: int) -> Question:
    """For staff: one question. Missing for another organiser's."""
    with desk.reading(actor, Action.SEE_GROUPS) as tx:
        found = _questions(tx, question_id=question_id)
        if not found:
            raise Missing("group question")
        return found[0]


def own_groups_page(desk: Desk, actor: Actor) -> GroupsPage:
    """For a company: the questions about itself, and those that it has asked; no group but its own."""
    with desk.reading(actor, Action.QUESTION_GROUP) as tx:
        companies = _companies(tx)
        own = next((one.group for one in companies if one.provider_id == actor.provider_id), None)
        mine = tuple(one for one in companies if one.group == own)
        groups = ((own, mine),) if own is not None else ()
        return GroupsPage(groups, companies, _questions(tx, provider_id=actor.provider_id or 0), tx.today)


def _companies(tx: Tx) -> tuple[Company, ...]:
    here = select(Approval.provider_id).where(Approval.organiser_id == tx.organiser_id)
    applied = select(Application.provider_id).where(Application.organiser_id == tx.organiser_id)
    rows = tx.session.scalars(
        select(Provider).where(Provider.id.in_(here) | Provider.id.in_(applied)).order_by(Provider.name, Provider.id)
    ).all()
    groups = group_ids(tx, rows)
    query = select(ControlGroup.id, ControlGroup.code).where(ControlGroup.id.in_(set(groups.values())))
    codes = dict(tx.session.execute(query).all())
    return tuple(Company(row.id, row.unit, row.name, codes[groups[row.id]]) for row in rows)


def _questions(tx: Tx, *, question_id: int | None = None, provider_id: int | None = None) -> tuple[Question, ...]:
    company, other = aliased(Provider), aliased(Provider)
    query = (
        select(GroupQuestion, company.name, other.name, Account.name, Decision.number)
        .join(company, company.id == GroupQuestion.provider_id)
        .join(other, other.id == GroupQuestion.other_id)
        .join(Account, Account.id == GroupQuestion.made_by)
        .outerjoin(Decision, Decision.id == GroupQuestion.decision_id)
        .where(GroupQuestion.organiser_id == tx.organiser_id)
        .order_by(GroupQuestion.outcome.is_not(None), GroupQuestion.id.desc())
    )
    if question_id is not None:
        query = query.where(GroupQuestion.id == question_id)
    if provider_id is not None:
        query = query.where((GroupQuestion.provider_id == provider_id) | (GroupQuestion.by_provider_id == provider_id))
    found = []
    for row, company_name, other_name, maker, number in tx.session.execute(query):
        mine = row.provider_id == tx.actor.provider_id
        rival = provider_id is not None and not mine
        until = helsinki_day(row.made_at) + HEARD_FOR
        found.append(
            Question(
                id=row.id,
                kind=row.kind,
                company=company_name,
                other=other_name,
                grounds=row.grounds,
                maker=maker if provider_id is None else "",
                by_provider=row.by_provider_id is not None,
                made_at=row.made_at,
                until=until,
                answer=None if rival else row.answer,
                outcome=row.outcome,
                decision_id=None if rival else row.decision_id,
                decision_number=number,
                mine=mine,
                may_decide=may(tx.actor.role, Action.DECIDE_GROUP)
                and row.outcome is None
                and (row.answer is not None or tx.today >= until),
            )
        )
    return tuple(found)
