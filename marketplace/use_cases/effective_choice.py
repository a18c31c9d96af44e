"""Was there anything to choose between? How many of the cards that a client was shown were open to her, near her, in her
language, and starting soon, at the moment of her choice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.clock import helsinki_day, helsinki_moment
from marketplace.matching.statistics.suppression import K, tell_row
from marketplace.models.clients import Client
from marketplace.models.programmes import ServicePackage
from marketplace.models.schema import Words
from marketplace.models.vouchers import Choice, Voucher
from marketplace.period import ONE_DAY, Period
from marketplace.use_cases.provider_cards import SOON, STALE_AFTER

MIDNIGHT = time(0)
MEASURES = ("shown", "open", "near", "language", "soon")
"""All cards; not paused; with a site in the client's municipality; with service in her language; a start within two weeks."""


@dataclass(frozen=True)
class Range:
    """Of ten clients one had fewer than `low`, one more than `high`, and half at most `middle`. few: how many had at most
    one, that is, no choice; None when so few had that it is not told."""

    measure: str
    low: int
    middle: int
    high: int
    few: int | None


@dataclass(frozen=True)
class EffectiveChoice:
    """One service (None: all together): over how many first choices, and the range of each measure."""

    package: Words | None
    choices: int
    ranges: tuple[Range, ...]

    @staticmethod
    def read(kept: dict[str, Any]) -> "EffectiveChoice":
        return EffectiveChoice(kept["package"], kept["choices"], tuple(Range(**one) for one in kept["ranges"]))


def effective_choice(session: Session, organiser_id: int, period: Period) -> tuple[EffectiveChoice, ...]:
    """Of the first choices made in a period: all together, then each service. What fewer than five chose is left out."""
    begin, end = helsinki_moment(period.first, MIDNIGHT), helsinki_moment(period.last + ONE_DAY, MIDNIGHT)
    first = select(func.min(Choice.id)).where(Choice.organiser_id == organiser_id).group_by(Choice.voucher_id)
    rows = session.execute(
        select(Choice.shown["cards"], Choice.chosen_at, Voucher.municipality, Client.language, ServicePackage.code,
               ServicePackage.name)
        .join(Voucher, Voucher.id == Choice.voucher_id)
        .join(Client, Client.id == Voucher.client_id)
        .join(ServicePackage, ServicePackage.id == Voucher.package_id)
        .where(Choice.id.in_(first), Choice.chosen_at >= begin, Choice.chosen_at < end)
        .order_by(ServicePackage.code)
        .execution_options(yield_per=200)
    )  # fmt: skip
    everyone: list[tuple[int, ...]] = []
    by_package: dict[str, tuple[Words, list[tuple[int, ...]]]] = {}
    for cards, chosen_at, municipality, language, code, name in rows:
        counted = _counted(cards or [], helsinki_day(chosen_at), municipality, language)
        everyone.append(counted)
        by_package.setdefault(code, (name, []))[1].append(counted)
    groups: list[tuple[Words | None, list[tuple[int, ...]]]] = [(None, everyone), *by_package.values()]
    return tuple(_of(name, counts) for name, counts in groups if len(counts) >= K)


def _counted(cards: Sequence[dict[str, Any]], day: date, municipality: str, language: str) -> tuple[int, ...]:
    """How many cards there were, by each of MEASURES."""
    return (
        len(cards),
        sum(not card["paused"] for card in cards),
        sum(municipality in card["municipalities"] for card in cards),
        sum(language in card["languages"] for card in cards),
        sum(_starts_soon(card, day) for card in cards),
    )


def _starts_soon(card: dict[str, Any], day: date) -> bool:
    if card["paused"] or not card["as_of"] or day - date.fromisoformat(card["as_of"]) > STALE_AFTER:
        return False
    if card["next_start"]:
        return date.fromisoformat(card["next_start"]) <= day + SOON
    return bool(card["free_places"])


def _of(name: Words | None, counts: list[tuple[int, ...]]) -> EffectiveChoice:
    ranges = []
    for measure, column in zip(MEASURES, zip(*counts, strict=True), strict=True):
        ordered, last = sorted(column), len(column) - 1
        few = sum(count <= 1 for count in column)
        told = tell_row([few, len(column) - few])[0][0]
        ranges.append(Range(measure, ordered[last // 10], ordered[last // 2], ordered[last - last // 10], told))
    return EffectiveChoice(name, len(counts), tuple(ranges))
