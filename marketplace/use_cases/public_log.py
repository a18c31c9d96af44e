"""The order log as anyone may see it: its head at once, a day's lines when the day's key has been revealed (fairness B4)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.order_rules import LotteryDraw
from marketplace.models.people import Organiser
from marketplace.models.schema import Words
from marketplace.models.trail import OrderKey, OrderLogHead, OrderLogLine
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.order_log import REVEALED_AFTER
from marketplace.use_cases.order_rules import Rule, rule_of
from marketplace.use_cases.public_pages import of_organiser
from marketplace.use_cases.published_head import signed_head
from marketplace.use_cases.refusals import Missing

ALWAYS_PUBLIC = ("genesis", "commit", "reveal")
"""Lines that say nothing of any voucher: a promise is worth something only when it can be seen beforehand."""

NEWEST = 20
DOWNLOAD_MOST = 50_000


@dataclass(frozen=True)
class LogLine:
    seq: int
    type: str
    day: date | None
    hash: str
    line: str


@dataclass(frozen=True)
class PublicDraw:
    """A confirmed draw of a lottery, with all that is needed to compute the day's randomness anew."""

    day: date
    lottery: str
    round: int
    drawn_on: date
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class PublicLog:
    """`seq` and `hash` are the head's; None before the first line. `waiting`: lines whose day is not revealed yet.

    `commit_only_days`: days without public randomness, where the key's promise alone vouches for the draw.
    `late_commitments`: promises made less than 30 days ahead.
    """

    organiser: Words
    code: str
    today: date
    seq: int | None
    hash: str | None
    released: int
    waiting: int
    commit_only_days: int
    late_commitments: int
    newest: tuple[LogLine, ...]
    rule: Rule
    lotteries: tuple[PublicDraw, ...]


def public_log(desk: Desk, actor: Actor, code: str) -> PublicLog:
    """The head, the counts, and the newest of the released lines. Missing for an unknown organiser."""
    who = of_organiser(desk, actor, code)
    with desk.reading(who, Action.SEE_PUBLIC) as tx:
        head = tx.session.scalar(select(OrderLogHead))
        newest = tx.session.scalars(
            select(OrderLogLine).where(_released(tx)).order_by(OrderLogLine.seq.desc()).limit(NEWEST)
        )
        released, total, commit_only, late = tx.session.execute(
            select(
                func.count().filter(_released(tx)),
                func.count(),
                func.count().filter(OrderLogLine.type == "beacon", OrderLogLine.line.contains('"source":"none"')),
                func.count().filter(OrderLogLine.type == "commit", OrderLogLine.line.contains('"late":1')),
            ).select_from(OrderLogLine)
        ).one()
        organiser = tx.session.get_one(Organiser, tx.organiser_id)
        return PublicLog(
            organiser=organiser.name,
            code=organiser.code,
            today=tx.today,
            seq=head.seq if head else None,
            hash=head.hash if head else None,
            released=released,
            waiting=total - released,
            commit_only_days=commit_only,
            late_commitments=late,
            newest=tuple(LogLine(row.seq, row.type, row.day, row.hash, row.line) for row in newest),
            rule=rule_of(tx),
            lotteries=_lotteries(tx),
        )


def head_now(desk: Desk, actor: Actor, code: str) -> dict[str, Any]:
    """The head as it is now, signed: whoever keeps it can prove later what the log was. Missing before the first line."""
    who = of_organiser(desk, actor, code)
    with desk.transaction(who, Action.SEE_PUBLIC) as tx:
        log = tx.session.scalar(select(OrderLogHead))
        if log is None:
            raise Missing("log")
        return signed_head(tx, code, log)


def released_lines(desk: Desk, actor: Actor, code: str, start: int = 0) -> tuple[str, ...]:
    """The released lines from the seq `start` on, exactly as they were hashed, at most 50,000 of them."""
    who = of_organiser(desk, actor, code)
    with desk.reading(who, Action.SEE_PUBLIC) as tx:
        lines = tx.session.scalars(
            select(OrderLogLine.line)
            .where(_released(tx), OrderLogLine.seq >= start)
            .order_by(OrderLogLine.seq)
            .limit(DOWNLOAD_MOST)
        )
        return tuple(lines)


def _lotteries(tx: Tx) -> tuple[PublicDraw, ...]:
    """The latest confirmed draws: the numbers are public, only the log has no field for them."""
    rows = tx.session.scalars(
        select(LotteryDraw).where(LotteryDraw.confirmed_at.is_not(None)).order_by(LotteryDraw.day.desc()).limit(NEWEST)
    )
    return tuple(PublicDraw(row.day, row.lottery, row.round, row.drawn_on, tuple(row.numbers)) for row in rows)


def _released(tx: Tx) -> ColumnElement[bool]:
    """A day's lines are released with its key; on a day without a key nothing was drawn, and its lines (of the registry)
    follow after the same 31 days. Earlier, day, service and a small place together could tell who is a client."""
    other = aliased(OrderLogLine)
    revealed = select(other.day).where(other.type == "reveal")
    with_key = select(OrderKey.day)
    return or_(
        OrderLogLine.type.in_(ALWAYS_PUBLIC),
        OrderLogLine.day.in_(revealed),
        (OrderLogLine.day <= tx.today - REVEALED_AFTER) & OrderLogLine.day.not_in(with_key),
    )
