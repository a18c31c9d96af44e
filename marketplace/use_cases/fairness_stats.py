"""The table of equal treatment (fairness B5) for whoever runs the installation: each figure beside its target."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.matching.statistics.chance import Limited
from marketplace.matching.statistics.position import REDESIGN
from marketplace.matching.statistics.steering import Decided, Looked, assisted_against_own, steering
from marketplace.models.providers import Approval, Provider, Site
from marketplace.models.vouchers import OfferList
from marketplace.period import Period
from marketplace.ports import Vault
from marketplace.use_cases.choice_figures import FEWEST, OWN_TARGET, Made, channels, first_of_each, made_choices
from marketplace.use_cases.fairness_figures import Figures, reissued_lists, work_out
from marketplace.use_cases.monitoring_grounds import is_open
from marketplace.use_cases.verify_orders import verify_orders

CHANCE = 0.01
"""So many providers outside their bands are put down to chance, if chance does it in one period of a hundred or more."""


@dataclass(frozen=True)
class Metric:
    """One line. kept: None when there is no target or too little to tell."""

    name: str
    value: str
    target: str
    kept: bool | None


def stored_period(session: Session, organiser_id: int, first: date | None, last: date | None, today: date) -> Period:
    """The asked days; what is left open is all that is stored. Raises ValueError when the last is before the first."""
    begin, end = session.execute(
        select(func.min(OfferList.day), func.max(OfferList.day)).where(OfferList.organiser_id == organiser_id)
    ).one()
    return Period(first or begin or last or today, last or max(end or today, first or today))


def fairness_stats(
    session: Session, organiser_id: int, period: Period, today: date, vault: Vault | None = None
) -> tuple[Metric, ...]:
    """Work everything out anew from the stored rows (seconds)."""
    figures = work_out(session, organiser_id, period)
    choices = made_choices(session, organiser_id, period)
    return (
        _recomputed(session, organiser_id, today, vault),
        Metric("lists in the period", str(figures.lists), "", None),
        _reissued(figures.lists, reissued_lists(session, organiser_id, period)),
        *_exposure(figures),
        *_position(figures),
        _flags("steering by a caseworker (exact test, q = .05)", steering(_decided(choices)))
        if is_open(session, organiser_id)
        else Metric("steering by a caseworker", "closed: no impact assessment and co-operation recorded", "", None),
        _flags("assisted against clients' own choices", _assisted(choices)),
        _own_channel(choices),
        *_completeness(session, organiser_id),
    )


def _recomputed(session: Session, organiser_id: int, today: date, vault: Vault | None) -> Metric:
    found = verify_orders(session, organiser_id, today, vault=vault)
    lists, done = found.looked_at.get("lists", 0), found.looked_at.get("lists recomputed", 0)
    faults = len(found.findings)
    return Metric(
        "lists recomputed", f"{done} of {lists}, {faults} faults", "all, 0 faults", done == lists and found.clean
    )


def _reissued(lists: int, reissued: int) -> Metric:
    """A list drawn anew after a cancelled decision: rare when nobody looks for a better place (attack 12)."""
    share = f", {reissued / lists:.1%}" if lists else ""
    return Metric("lists reissued after a cancelled decision", f"{reissued} of {lists}{share}", "reported", None)


def _exposure(figures: Figures) -> list[Metric]:
    found = figures.exposure
    if found is None:
        return [Metric("exposure per eligible impression", "too few lists", "20 lists or more", None)]
    flagged = sum(one.flagged for one in figures.firsts)
    return [
        _limited("exposure: Gini", found.gini),
        _limited("exposure: largest by smallest", found.spread),
        _limited("exposure: expected-exposure disparity", found.disparity),
        Metric(
            "providers outside their 99.9 % band",
            f"{found.outside} of {len(found.units)}",
            "chance does it in 1 % or more",
            found.outside_by_chance >= CHANCE,
        ),
        Metric(
            "first places, groups flagged", f"{flagged} of {len(figures.firsts)}", "0 (Bonferroni .05)", not flagged
        ),
    ]


def _limited(name: str, found: Limited) -> Metric:
    usual = f"by lot {found.usual:.5f}, at most {found.limit:.5f}"
    return Metric(name, f"{found.value:.5f}", usual, found.inside)


def _position(figures: Figures) -> list[Metric]:
    found = figures.position
    if found is None:
        return [Metric("pull of the place on the choice", "too few choices", "30 choices or more", None)]
    odds = f"odds {found.odds:.2f} ({found.low:.2f} to {found.high:.2f}), p {found.first_p:.3f}"
    return [
        Metric("the first card is chosen", odds, f"odds at most {REDESIGN}", found.odds <= REDESIGN),
        Metric("higher cards are chosen (rank test)", f"p {found.rank_p:.3f}", "reported", None),
    ]


def _decided(choices: list[Made]) -> list[Decided]:
    return [Decided((one.service, one.area, one.category), str(one.who), one.unit) for one in first_of_each(choices)]


def _assisted(choices: list[Made]) -> Looked:
    return assisted_against_own(
        ((one.service, one.area, one.category), one.assisted, one.unit) for one in first_of_each(choices)
    )


def _flags(name: str, looked: Looked) -> Metric:
    if not looked.pairs:
        return Metric(name, "nothing to compare", "", None)
    return Metric(
        name, f"{len(looked.flags)} flags in {looked.pairs} pairs", "0; a flag is a reason to look", not looked.flags
    )


def _own_channel(choices: list[Made]) -> Metric:
    if len(choices) < FEWEST:
        return Metric("own-channel confirmations", "too few choices", f"{OWN_TARGET:.0%}", None)
    found = channels(choices)
    said = "small counts are not told" if found.share is None else f"{found.share:.1%}"
    return Metric("own-channel confirmations", said, f"{OWN_TARGET:.0%} or more", found.kept)


def _completeness(session: Session, organiser_id: int) -> list[Metric]:
    """The fields of a card that every provider must fill, and one that it may."""
    here = select(Approval.provider_id).where(Approval.organiser_id == organiser_id, Approval.state == "approved")
    with_site = select(Site.id).where(
        Site.provider_id == Provider.id, Site.closed_on.is_(None), func.cardinality(Site.languages) > 0
    )
    count, contact, words = session.execute(
        select(
            func.count(),
            func.count().filter(Provider.email != "", Provider.phone != "", with_site.exists()),
            func.count().filter(Provider.own_words != ""),
        ).where(Provider.id.in_(here))
    ).one()
    return [
        Metric("cards: contact, site and language filled", f"{contact} of {count}", "all", contact == count),
        Metric("cards: own words filled", f"{words} of {count}", "reported", None),
    ]
