"""A public lottery's draw as the day's randomness: one officer enters it, another looks it up again and confirms.

It counts only before the day's first list (fairness B3). Which draw a day may use is not free: the newest one before the
day begins, never an older one than an earlier day used, and never more than a week old.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.matching.beacon import lottery_randomness
from marketplace.models.order_rules import LotteryDraw
from marketplace.ports import Randomness
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.order_log import head, open_day
from marketplace.use_cases.order_rules import LOTTERY, has_beacon, keep_randomness, log_day, randomness_for, rule_of
from marketplace.use_cases.refusals import Missing, Refused

FEWEST, MOST = 5, 40
LARGEST = 9_999
OLDEST = timedelta(days=7)
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class DrawOrder:
    """day: whose lists it is for. round: the lottery's own number of the draw. numbers: as drawn, in any order."""

    day: date
    round: int
    drawn_on: date
    numbers: tuple[int, ...]
    once: str | None = None


def enter_lottery(desk: Desk, actor: Actor, order: DrawOrder) -> int:
    """Keep a draw until somebody else confirms it. Returns its id.

    Refused: lottery_not_used, day_has_beacon, day_past, day_too_far, draw_after_day, draw_too_old, draw_older_than_used
    (day), draw_entered, numbers_count, numbers_twice, number_odd, round_odd.
    """
    with desk.transaction(actor, Action.ENTER_LOTTERY) as tx:
        if done := tx.first_click("enter_lottery", order.once):
            return int(done["draw_id"])
        rule = rule_of(tx)
        if rule.source != LOTTERY or rule.lottery is None:
            raise Refused("lottery_not_used")
        _check_days(tx, order)
        _check_numbers(order.numbers)
        if not 0 < order.round < 10**15:
            raise Refused("round_odd", "round")
        row = LotteryDraw(
            organiser_id=tx.organiser_id,
            day=order.day,
            lottery=rule.lottery,
            round=order.round,
            drawn_on=order.drawn_on,
            numbers=sorted(order.numbers),
            entered_by=tx.account_id,
            entered_at=tx.now,
        )
        tx.session.add(row)
        tx.session.flush()
        tx.audit("lottery.enter", "lottery_draw", row.id, day=order.day.isoformat(), round=order.round)
        tx.remember_click("enter_lottery", order.once, draw_id=row.id)
        return row.id


def confirm_lottery(desk: Desk, actor: Actor, draw_id: int, numbers: Sequence[int]) -> None:
    """The second person has looked the numbers up and written them again. From then on they are the day's randomness;
    for today, the beacon line is written at once.

    Refused: own_draw, numbers_count, numbers_twice, number_odd, numbers_differ, draw_settled, day_has_beacon, day_past.
    """
    with desk.transaction(actor, Action.ENTER_LOTTERY) as tx:
        row = _waiting(tx, draw_id)
        if row.entered_by == tx.account_id:
            raise Refused("own_draw")
        _check_open(tx, row.day)
        _check_numbers(numbers)
        if sorted(numbers) != row.numbers:
            raise Refused("numbers_differ", "numbers")
        value = lottery_randomness(row.lottery, row.drawn_on, row.numbers)
        if not keep_randomness(tx, row.day, Randomness(f"lottery:{row.lottery}", row.round, value)):
            raise Refused("day_has_beacon", "day", day=row.day)
        row.confirmed_by, row.confirmed_at = tx.account_id, tx.now
        tx.audit("lottery.confirm", "lottery_draw", row.id, day=row.day.isoformat(), round=row.round)
        tx.session.flush()
        if row.day == log_day(tx):
            open_day(tx, head(tx))


def withdraw_lottery(desk: Desk, actor: Actor, draw_id: int) -> None:
    """Take back a draw that nobody has confirmed yet. Refused: draw_settled."""
    with desk.transaction(actor, Action.ENTER_LOTTERY) as tx:
        row = _waiting(tx, draw_id)
        row.withdrawn_at = tx.now
        tx.audit("lottery.withdraw", "lottery_draw", row.id, day=row.day.isoformat(), round=row.round)


def _waiting(tx: Tx, draw_id: int) -> LotteryDraw:
    row = tx.session.scalar(
        select(LotteryDraw)
        .where(LotteryDraw.id == draw_id, LotteryDraw.organiser_id == tx.organiser_id)
        .with_for_update()
    )
    if row is None:
        raise Missing("lottery draw")
    if row.confirmed_at is not None or row.withdrawn_at is not None:
        raise Refused("draw_settled")
    return row


def _check_open(tx: Tx, day: date) -> None:
    if day < log_day(tx):
        raise Refused("day_past", "day")
    if has_beacon(tx, day) or randomness_for(tx, day) is not None:
        raise Refused("day_has_beacon", "day", day=day)


def _check_days(tx: Tx, order: DrawOrder) -> None:
    _check_open(tx, order.day)
    if order.day > tx.today + AHEAD:
        raise Refused("day_too_far", "day", most=AHEAD.days)
    if order.drawn_on > min(order.day, tx.today):
        raise Refused("draw_after_day", "drawn_on")
    if order.day - order.drawn_on > OLDEST:
        raise Refused("draw_too_old", "drawn_on", most=OLDEST.days)
    mine = (LotteryDraw.organiser_id == tx.organiser_id, LotteryDraw.withdrawn_at.is_(None))
    used = tx.session.scalar(select(func.max(LotteryDraw.drawn_on)).where(*mine, LotteryDraw.day < order.day))
    if used is not None and order.drawn_on < used:
        raise Refused("draw_older_than_used", "drawn_on", day=used)
    if tx.session.scalar(select(LotteryDraw.id).where(*mine, LotteryDraw.day == order.day)) is not None:
        raise Refused("draw_entered", "day", day=order.day)


def _check_numbers(numbers: Sequence[int]) -> None:
    if not FEWEST <= len(numbers) <= MOST:
        raise Refused("numbers_count", "numbers", least=FEWEST, most=MOST)
    if len(set(numbers)) != len(numbers):
        raise Refused("numbers_twice", "numbers")
    if any(not 0 <= number <= LARGEST for number in numbers):
        raise Refused("number_odd", "numbers", most=LARGEST)
