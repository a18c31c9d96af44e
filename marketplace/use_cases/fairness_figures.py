"""The figures of a period: lists, exposure with what chance allows, first places, the pull of the place, effective choice.

Drawing the bands takes seconds. So a period of past days is worked out once and kept; nobody can add to days that are over.
The bands are drawn from a seed that follows from the organiser and the period: whoever has the lists finds the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.matching.statistics.chance import Exposure, Limited, UnitBand, exposure
from marketplace.matching.statistics.exposure import Impression, Seen
from marketplace.matching.statistics.places import FirstPlaces, first_places
from marketplace.matching.statistics.position import PositionEffect, position_effect
from marketplace.models.fairness import FairnessFigures
from marketplace.models.people import Organiser
from marketplace.models.providers import Provider
from marketplace.models.trail import OrderLogLine
from marketplace.models.vouchers import Choice, OfferList
from marketplace.period import ONE_DAY, Period, add_months, last_of_month
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.effective_choice import EffectiveChoice, effective_choice

ROLLING = (24, 12)
"""Months that are looked at as one: the tests of choices need two years to see anything (fairness C1)."""
MONTHS_KEPT = 13


@dataclass(frozen=True)
class Figures:
    """One period. exposure: None when there are too few lists; position: None when there are too few choices."""

    lists: int
    exposure: Exposure | None
    firsts: tuple[FirstPlaces, ...]
    position: PositionEffect | None
    effective: tuple[EffectiveChoice, ...]


class Drawn(NamedTuple):
    """One list, and the voucher that it was drawn for."""

    voucher_id: int
    list_seq: int
    day: date
    impression: Impression


def rolling(today: date, months: int) -> Period:
    """So many months that end yesterday."""
    return Period(add_months(today, -months), today - ONE_DAY)


def whole_months(today: date, count: int = MONTHS_KEPT) -> list[Period]:
    """The latest calendar months that are over, newest first."""
    firsts = [add_months(today.replace(day=1), -back) for back in range(1, count + 1)]
    return [Period(first, last_of_month(first.year, first.month)) for first in firsts]


def kept_figures(tx: Tx, period: Period) -> Figures:
    """The figures of a period of past days, worked out now if nobody has asked before."""
    found = read_kept(tx, period)
    if found is not None:
        return found
    figures = work_out(tx.session, tx.organiser_id, period)
    tx.session.execute(
        insert(FairnessFigures)
        .values(
            organiser_id=tx.organiser_id,
            first=period.first,
            last=period.last,
            lists=figures.lists,
            figures=asdict(figures),
            made_at=tx.now,
        )
        .on_conflict_do_nothing(index_elements=["organiser_id", "first", "last"])
    )
    return figures


def read_kept(tx: Tx, period: Period) -> Figures | None:
    """The figures of a period, if they have been worked out."""
    return read_all_kept(tx, [period]).get(period)


def read_all_kept(tx: Tx, periods: Sequence[Period]) -> dict[Period, Figures]:
    """The figures of those periods that have been worked out. One query."""
    kept = FairnessFigures
    rows = tx.session.execute(
        select(kept.first, kept.last, kept.figures).where(
            kept.organiser_id == tx.organiser_id,
            tuple_(kept.first, kept.last).in_([(one.first, one.last) for one in periods]),
        )
    )
    return {Period(first, last): _read(figures) for first, last, figures in rows}


def keep_figures(desk: Desk, actor: Actor) -> int:
    """Work out what is not kept yet: the months that are over, and the rolling periods until yesterday. Returns how many."""
    with desk.transaction(actor, Action.RUN_DUE_WORK) as tx:
        first_day = tx.session.scalar(select(func.min(OfferList.day)))
        if first_day is None or first_day >= tx.today:
            return 0
        periods = [*whole_months(tx.today), *(rolling(tx.today, months) for months in ROLLING)]
        known = read_all_kept(tx, periods)
        missing = [one for one in periods if one.last >= first_day and one not in known]
        for period in missing:
            kept_figures(tx, period)
        return len(missing)


def work_out(session: Session, organiser_id: int, period: Period) -> Figures:
    """The figures of a period from the stored rows. Takes seconds; keeps nothing."""
    lists = drawn_lists(session, organiser_id, period)
    impressions = [one.impression for one in lists]
    code = session.scalars(select(Organiser.code).where(Organiser.id == organiser_id)).one()
    random = Random(f"{code} {period.first} {period.last}")  # noqa: S311  a repeatable simulation, not a secret
    return Figures(
        lists=len(lists),
        exposure=exposure(impressions, random),
        firsts=first_places(impressions),
        position=position_effect(_first_choices(session, lists)),
        effective=effective_choice(session, organiser_id, period),
    )


def drawn_lists(session: Session, organiser_id: int, period: Period, unit: str | None = None) -> list[Drawn]:
    """The lists that were drawn in a period, as drawn; with `unit`, those in which it was."""
    query = select(OfferList.voucher_id, OfferList.list_seq, OfferList.day, OfferList.units, OfferList.groups).where(
        OfferList.organiser_id == organiser_id, OfferList.day.between(period.first, period.last)
    )
    if unit is not None:
        query = query.where(OfferList.units.contains([unit]))
    return [
        Drawn(voucher_id, list_seq, day, Impression(tuple(units), tuple(groups)))
        for voucher_id, list_seq, day, units, groups in session.execute(query.order_by(OfferList.list_seq))
    ]


def reissued_lists(session: Session, organiser_id: int, period: Period) -> int:
    """How many of the period's lists were drawn in place of one whose decision was cancelled (fairness B2.25)."""
    return session.scalars(
        select(func.count())
        .select_from(OrderLogLine)
        .join(
            OfferList,
            (OfferList.seq == OrderLogLine.seq + 1) & (OfferList.organiser_id == OrderLogLine.organiser_id),
        )
        .where(
            OrderLogLine.organiser_id == organiser_id,
            OrderLogLine.type == "reissue",
            OfferList.day.between(period.first, period.last),
        )
    ).one()


def _first_choices(session: Session, lists: Iterable[Drawn]) -> list[tuple[Impression, str]]:
    """Each voucher's first choice with its list: later ones are not independent of it."""
    by_voucher = {one.voucher_id: one.impression for one in lists}
    rows = session.execute(
        select(Choice.voucher_id, Provider.unit)
        .join(Provider, Provider.id == Choice.provider_id)
        .where(Choice.voucher_id.in_(list(by_voucher)))
        .order_by(Choice.id)
    )
    first: dict[int, str] = {}
    for voucher_id, unit in rows:
        first.setdefault(voucher_id, unit)
    return [(by_voucher[voucher_id], unit) for voucher_id, unit in first.items()]


def _read(kept: dict[str, Any]) -> Figures:
    seen_by_lot = kept["exposure"]
    return Figures(
        lists=kept["lists"],
        exposure=None if seen_by_lot is None else _exposure(seen_by_lot),
        firsts=tuple(FirstPlaces(**one) for one in kept["firsts"]),
        position=None if kept["position"] is None else PositionEffect(**kept["position"]),
        effective=tuple(EffectiveChoice.read(one) for one in kept["effective"]),
    )


def _exposure(kept: dict[str, Any]) -> Exposure:
    return Exposure(
        lists=kept["lists"],
        units=tuple(UnitBand(one["unit"], Seen(**one["seen"]), one["low"], one["high"]) for one in kept["units"]),
        gini=Limited(**kept["gini"]),
        spread=Limited(**kept["spread"]),
        disparity=Limited(**kept["disparity"]),
    )
