"""The monthly figures of equal treatment that anyone may read: of the draws alone, never of people."""

from dataclasses import dataclass
from datetime import date

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.matching.statistics.chance import SHARE, Limited
from marketplace.matching.statistics.suppression import tellable
from marketplace.models.people import Organiser
from marketplace.models.schema import Words
from marketplace.period import Period
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.fairness_figures import Figures, read_all_kept, rolling, whole_months
from marketplace.use_cases.public_pages import of_organiser


@dataclass(frozen=True)
class PublicPeriod:
    """One period. lists: None when so few that it is not told; gini, spread, disparity: None when too few to measure.
    flagged: groups that came first as often or as seldom as chance does to any group once in a thousand times.
    inside: all is within what chance allows.
    """

    period: Period
    lists: int | None
    gini: Limited | None = None
    spread: Limited | None = None
    disparity: Limited | None = None
    flagged: int = 0

    @property
    def inside(self) -> bool | None:
        if self.gini is None or self.spread is None or self.disparity is None:
            return None
        return self.gini.inside and self.spread.inside and self.disparity.inside and not self.flagged


@dataclass(frozen=True)
class PublicFigures:
    """year: the twelve months until yesterday, when they have been worked out. months: newest first, those that are over."""

    organiser: Words
    code: str
    today: date
    year: PublicPeriod | None
    months: tuple[PublicPeriod, ...]


def public_figures(desk: Desk, actor: Actor, code: str) -> PublicFigures:
    """The figures of an organiser that have been worked out; nothing is computed here, whoever asks. Missing for an
    unknown organiser."""
    who = of_organiser(desk, actor, code)
    with desk.reading(who, Action.SEE_PUBLIC) as tx:
        organiser = tx.session.get_one(Organiser, tx.organiser_id)
        year, months = rolling(tx.today, 12), whole_months(tx.today)
        kept = read_all_kept(tx, [year, *months])
        told = {period: _told(period, figures) for period, figures in kept.items() if figures.lists}
        return PublicFigures(
            organiser=organiser.name,
            code=organiser.code,
            today=tx.today,
            year=told.get(year),
            months=tuple(told[one] for one in months if one in told),
        )


def _told(period: Period, found: Figures) -> PublicPeriod:
    if not tellable(found.lists) or found.exposure is None:
        return PublicPeriod(period, found.lists if tellable(found.lists) else None)
    by_lot = found.exposure
    flagged = sum(one.p_value < (1 - SHARE) / len(found.firsts) for one in found.firsts)
    return PublicPeriod(period, found.lists, by_lot.gini, by_lot.spread, by_lot.disparity, flagged)
