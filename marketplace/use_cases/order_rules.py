"""How an organiser draws: the rule that holds now, the day's public randomness, and the step that takes it into the log."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, ScalarSelect, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.clock import HELSINKI
from marketplace.matching.beacon import NO_RANDOMNESS, NO_SOURCE, Chain
from marketplace.models.order_rules import OrderRule, PublicRandomness
from marketplace.models.trail import OrderLogHead, OrderLogLine
from marketplace.ports import Randomness
from marketplace.use_cases.desk import Tx

NONE, LOTTERY, DRAND = "none", "lottery", "drand"
SOURCES = (NONE, LOTTERY, DRAND)


@dataclass(frozen=True)
class Rule:
    """The rule that holds now. `chain` with drand, `lottery` (a code) with a lottery; else None. `one_card`: sister
    companies share a card, in the lists that are drawn from the day after the rule on."""

    source: str = NONE
    lottery: str | None = None
    chain: Chain | None = None
    one_card: bool = False


def rule_of(tx: Tx) -> Rule:
    """The organiser's rule: its latest, or no public randomness."""
    row = tx.session.scalar(
        select(OrderRule).where(OrderRule.organiser_id == tx.organiser_id).order_by(OrderRule.id.desc()).limit(1)
    )
    if row is None:
        return Rule()
    chain = None
    if row.chain is not None:
        assert row.chain_genesis is not None and row.chain_period is not None, "a chain is kept whole"  # noqa: PT018
        chain = Chain(row.chain, row.chain_genesis, row.chain_period)
    return Rule(row.source, row.lottery, chain, row.one_card)


def one_card_on(day: InstrumentedAttribute[date] | date) -> ScalarSelect[bool | None]:
    """Whether a list drawn on the day is laid out one card a group; null stands for no. A list keeps the rule of the day
    before its own for ever, so that nobody's list is laid out anew (fairness B2.8). For the organiser in whose row
    security the statement runs."""
    made_on = cast(func.timezone(HELSINKI.key, OrderRule.made_at), Date)
    return select(OrderRule.one_card).where(made_on < day).order_by(OrderRule.id.desc()).limit(1).scalar_subquery()


def randomness_for(tx: Tx, day: date) -> Randomness | None:
    """What came in for the day from the organiser's source; None when nothing did."""
    row = tx.session.scalar(
        select(PublicRandomness).where(PublicRandomness.organiser_id == tx.organiser_id, PublicRandomness.day == day)
    )
    if row is None:
        return None
    signature = None if row.signature is None else bytes.fromhex(row.signature)
    return Randomness(row.source, int(row.round), bytes.fromhex(row.randomness), signature)


def keep_randomness(tx: Tx, day: date, drawn: Randomness) -> bool:
    """Keep the day's value until its beacon line is written. False when the day has one already, here or in the log."""
    if has_beacon(tx, day) or randomness_for(tx, day) is not None:
        return False
    tx.session.add(
        PublicRandomness(
            organiser_id=tx.organiser_id,
            day=day,
            source=drawn.source,
            round=str(drawn.round),
            randomness=drawn.value.hex(),
            signature=drawn.signature.hex() if drawn.signature is not None else None,
            kept_at=tx.now,
        )
    )
    tx.session.flush()
    return True


def has_beacon(tx: Tx, day: date) -> bool:
    """Whether the day's beacon line is written: from then on it never changes."""
    line = select(OrderLogLine.id).where(
        OrderLogLine.organiser_id == tx.organiser_id, OrderLogLine.type == "beacon", OrderLogLine.day == day
    )
    return tx.session.scalar(line) is not None


def latest_open_day(tx: Tx) -> date | None:
    """The latest day whose beacon line is written; None before the first."""
    return tx.session.scalar(
        select(func.max(OrderLogLine.day)).where(
            OrderLogLine.organiser_id == tx.organiser_id, OrderLogLine.type == "beacon"
        )
    )


def log_day(tx: Tx) -> date:
    """The day that a line written now would carry: today, or a later one that the log has reached already."""
    head = tx.session.scalar(select(OrderLogHead.day).where(OrderLogHead.organiser_id == tx.organiser_id))
    return max(head, tx.today) if head is not None else tx.today


def beacon_of(tx: Tx, day: date) -> Randomness:
    """The day's randomness as its line will say it: what came in, or no source at all (a commit-only day)."""
    return randomness_for(tx, day) or Randomness(NO_SOURCE, 0, NO_RANDOMNESS)
