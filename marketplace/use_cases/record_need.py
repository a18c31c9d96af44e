"""The need for service, assessed together with the client, with the first measurement; and the measurements that follow.

Only scores are kept, never an instrument's items (features d2). Tier and measurements are the caseworker's and the
client's: no provider sees them before it has accepted the client.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.clients import Client, Measurement, Need
from marketplace.models.prices import NeedClass
from marketplace.models.programmes import Programme, ServicePackage
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.use_cases.register_client import own_client

TIERS = (1, 2, 3)
LONGEST_GOAL = 500
INSTRUMENTS: dict[str, int] = {"kykyviisari": 1_000, "3x10d": 10_000, "other": 100_000}
"""The instruments in use and the highest score of each, in hundredths: Kykyviisari's present work ability is 0 to 10,
3X10D's ten answers of 0 to 10 add up to at most 100 (domain.md 11)."""

MOMENTS = ("start", "end", "later")


@dataclass(frozen=True)
class Score:
    """One measurement: the instrument with its version, and a score in hundredths, or that the client declined."""

    instrument: str
    version: str
    score_hundredths: int | None
    declined: bool
    measured_on: date


@dataclass(frozen=True)
class NeedOrder:
    """`tier` 1 to 3, fixed now, before the client chooses a provider; it decides the bonus. `need_class`: one of the
    package's, where its prices tell clients apart; it decides the price."""

    client_id: int
    package_id: int
    category: str
    tier: int
    goal: str
    score: Score
    need_class: str | None = None
    once: str | None = None


@dataclass(frozen=True)
class MeasureOrder:
    """`moment`: end (when the service ends) or later (a follow-up)."""

    need_id: int
    moment: str
    score: Score
    once: str | None = None


def record_need(desk: Desk, actor: Actor, order: NeedOrder) -> int:
    """Record a need with its first measurement; returns its id.

    Refused: client_ended, package_not_open, class_of_other, category_not_listed, tier_not_listed, goal_missing, too_long,
    and of the measurement: instrument_not_listed, version_missing, score_or_declined, score_too_high (most_hundredths),
    measured_in_future. Missing for a stranger's client.
    """
    with desk.transaction(actor, Action.RECORD_NEED) as tx:
        if done := tx.first_click("record_need", order.once):
            return int(done["need_id"])
        client = own_client(tx, order.client_id)
        _check_need(tx, client, order)
        _check_class(tx, order)
        _check_score(tx, order.score)
        need = Need(
            organiser_id=tx.organiser_id,
            client_id=client.id,
            package_id=order.package_id,
            category=order.category,
            tier=order.tier,
            need_class=order.need_class,
            goal=order.goal.strip(),
            assessed_on=tx.today,
            caseworker_id=tx.account_id,
            at=tx.now,
        )
        tx.session.add(need)
        tx.session.flush()
        _keep(tx, need, "start", order.score)
        tx.audit("need.record", "need", need.id, clients=(client.id,), package_id=order.package_id)
        tx.remember_click("record_need", order.once, need_id=need.id)
        return need.id


def measure(desk: Desk, actor: Actor, order: MeasureOrder) -> int:
    """Record a later measurement of a need; returns the client's id.

    Refused: moment_not_listed, measured_already, and of the measurement as in `record_need`. Missing for a stranger's
    need.
    """
    with desk.transaction(actor, Action.MEASURE) as tx:
        if done := tx.first_click("measure", order.once):
            return int(done["client_id"])
        need = own_need(tx, order.need_id)
        if order.moment not in MOMENTS[1:]:
            raise Refused("moment_not_listed", "moment")
        _check_score(tx, order.score)
        already = select(Measurement.id).where(Measurement.need_id == need.id, Measurement.moment == order.moment)
        if tx.session.scalar(already) is not None:
            raise Refused("measured_already", "moment")
        _keep(tx, need, order.moment, order.score)
        tx.audit("need.measure", "need", need.id, clients=(need.client_id,), moment=order.moment)
        tx.remember_click("measure", order.once, client_id=need.client_id)
        return need.client_id


def own_need(tx: Tx, need_id: int) -> Need:
    """A need of one of the organiser's clients. Missing for a stranger's. A lock on its client keeps two from measuring
    at once."""
    need = tx.session.scalar(select(Need).where(Need.id == need_id))
    if need is None:
        raise Missing("need")
    own_client(tx, need.client_id, lock=True)
    return need


def _check_need(tx: Tx, client: Client, order: NeedOrder) -> None:
    if client.ended_on is not None:
        raise Refused("client_ended", None, day=client.ended_on)
    categories = tx.session.scalar(
        select(Programme.need_categories)
        .join(ServicePackage, ServicePackage.programme_id == Programme.id)
        .where(ServicePackage.id == order.package_id, Programme.state == "published")
    )
    if categories is None:
        raise Refused("package_not_open", "package")
    if order.category not in categories:
        raise Refused("category_not_listed", "category")
    if order.tier not in TIERS:
        raise Refused("tier_not_listed", "tier")
    if not order.goal.strip():
        raise Refused("goal_missing", "goal")
    if len(order.goal.strip()) > LONGEST_GOAL:
        raise Refused("too_long", "goal", most=LONGEST_GOAL)


def _check_class(tx: Tx, order: NeedOrder) -> None:
    if order.need_class is None:
        return
    known = select(NeedClass.id).where(NeedClass.package_id == order.package_id, NeedClass.code == order.need_class)
    if tx.session.scalar(known) is None:
        raise Refused("class_of_other", "need_class")


def _check_score(tx: Tx, score: Score) -> None:
    if score.instrument not in INSTRUMENTS:
        raise Refused("instrument_not_listed", "instrument")
    if not score.version.strip():
        raise Refused("version_missing", "version")
    if score.declined == (score.score_hundredths is not None):
        raise Refused("score_or_declined", "score")
    most = INSTRUMENTS[score.instrument]
    if score.score_hundredths is not None and not 0 <= score.score_hundredths <= most:
        raise Refused("score_too_high", "score", most_hundredths=most)
    if score.measured_on > tx.today:
        raise Refused("measured_in_future", "measured_on")


def _keep(tx: Tx, need: Need, moment: str, score: Score) -> None:
    tx.session.add(
        Measurement(
            organiser_id=need.organiser_id,
            client_id=need.client_id,
            need_id=need.id,
            moment=moment,
            instrument=score.instrument,
            instrument_version=score.version.strip(),
            score_hundredths=score.score_hundredths,
            declined=score.declined,
            measured_on=score.measured_on,
            measured_by=tx.account_id,
            at=tx.now,
        )
    )
    tx.session.flush()
