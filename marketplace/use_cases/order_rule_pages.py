"""What staff see of how their lists are drawn: the rule, the day's public randomness, the lottery's draws."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from marketplace.access.actions import Action, may
from marketplace.access.actor import Actor
from marketplace.models.order_rules import LotteryDraw, OrderRule
from marketplace.models.people import Account
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.order_rules import LOTTERY, Rule, has_beacon, log_day, randomness_for, rule_of
from marketplace.use_cases.refusals import Missing

SHOWN = 30


@dataclass(frozen=True)
class DrawLine:
    """One entered draw. `waits`: nobody has confirmed it yet. `mine`: the reader entered it."""

    id: int
    day: date
    lottery: str
    round: int
    drawn_on: date
    numbers: tuple[int, ...]
    entered_by: str
    confirmed_by: str | None
    waits: bool
    mine: bool


@dataclass(frozen=True)
class RuleChange:
    made_at: datetime
    made_by: str
    reason: str
    source: str
    lottery: str | None
    one_card: bool


@dataclass(frozen=True)
class OrderRulePage:
    """`opened`: today's beacon line is written. `came_in`: a value for today waits for the day's first list.

    can_set, can_enter: what the reader may do here.
    """

    rule: Rule
    today: date
    opened: bool
    came_in: bool
    draws: tuple[DrawLine, ...]
    changes: tuple[RuleChange, ...]
    can_set: bool
    can_enter: bool


def order_rule_page(desk: Desk, actor: Actor) -> OrderRulePage:
    """The rule and what came of it lately."""
    with desk.reading(actor, Action.SEE_ORDER_RULE) as tx:
        rule, day = rule_of(tx), log_day(tx)
        changes = tx.session.execute(
            select(OrderRule, Account.name)
            .join(Account, Account.id == OrderRule.made_by)
            .order_by(OrderRule.id.desc())
            .limit(SHOWN)
        )
        return OrderRulePage(
            rule=rule,
            today=day,
            opened=has_beacon(tx, day),
            came_in=randomness_for(tx, day) is not None,
            draws=_draws(tx),
            changes=tuple(
                RuleChange(row.made_at, name, row.reason, row.source, row.lottery, row.one_card)
                for row, name in changes
            ),
            can_set=may(actor.role, Action.SET_ORDER_RULE),
            can_enter=may(actor.role, Action.ENTER_LOTTERY) and rule.source == LOTTERY,
        )


def lottery_page(desk: Desk, actor: Actor, draw_id: int) -> DrawLine:
    """One draw, for whoever confirms it. Missing for another organiser's."""
    with desk.reading(actor, Action.ENTER_LOTTERY) as tx:
        found = _draws(tx, draw_id)
        if not found:
            raise Missing("lottery draw")
        return found[0]


def _draws(tx: Tx, draw_id: int | None = None) -> tuple[DrawLine, ...]:
    second = aliased(Account)
    query = (
        select(LotteryDraw, Account.name, second.name)
        .join(Account, Account.id == LotteryDraw.entered_by)
        .outerjoin(second, second.id == LotteryDraw.confirmed_by)
        .where(LotteryDraw.organiser_id == tx.organiser_id)
        .order_by(LotteryDraw.day.desc(), LotteryDraw.id.desc())
        .limit(SHOWN)
    )
    query = query.where(LotteryDraw.withdrawn_at.is_(None) if draw_id is None else LotteryDraw.id == draw_id)
    return tuple(
        DrawLine(
            id=row.id,
            day=row.day,
            lottery=row.lottery,
            round=row.round,
            drawn_on=row.drawn_on,
            numbers=tuple(row.numbers),
            entered_by=name,
            confirmed_by=confirmed,
            waits=row.confirmed_at is None and row.withdrawn_at is None,
            mine=row.entered_by == tx.actor.account_id,
        )
        for row, name, confirmed in tx.session.execute(query)
    )
