"""The providers' cards: what everyone who compares sees of each provider. One query, the same fields for all.

The public list and the client's own comparison both stand on this. A card knows nothing of the order: whoever shows
cards takes them in the order that was drawn.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    ScalarSelect,
    Select,
    Text,
    bindparam,
    case,
    distinct,
    func,
    literal,
    literal_column,
    outerjoin,
    select,
    true,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.types import NullType

from marketplace.models.competences import CompetenceClaim, CompetenceTerm, in_force
from marketplace.models.providers import Approval, Provider, Site
from marketplace.models.schema import Words
from marketplace.use_cases.desk import Tx

STALE_AFTER = timedelta(days=30)
"""What a provider has told of its free places counts for this long; older is shown as not known."""

SOON = timedelta(days=14)
"""The filter "can start soon": within two weeks."""

LANGUAGES = ("fi", "sv", "en", "ru", "uk", "et", "ar", "fa", "ckb", "so", "vi", "th", "fse")
"""The languages of service that a site may name, in the order in which they are listed everywhere."""

WAYS = ("individual", "group")
"""The filter's ways of work; a provider that does `both` fits either."""

SORTS = ("start",)
"""Orders that a client may put her list into herself; without one it stands as it was drawn. start: the soonest first."""


def is_known(as_of: date | None, today: date) -> bool:
    """Whether what was told on `as_of` still counts."""
    return as_of is not None and today - as_of <= STALE_AFTER


class Card(NamedTuple):
    """One provider in one pair (package, area). A named tuple, because a list may have a thousand of them.

    accessible: yes (every open site), some (at least one), no or not_stated. free_places, next_start: as the provider last
    told them, on `as_of`; None is "not stated". Read them through `known`. competences: at most three words of the
    organiser's vocabulary, each {"code", "name" (by language), "evidence", "link" (or None), "on" (ISO day)}, by code.
    """

    provider_id: int
    approval_id: int
    unit: str
    name: str
    own_words: str
    way_of_work: str
    municipalities: list[str]
    languages: list[str]
    accessible: str
    free_places: int | None
    next_start: date | None
    as_of: date | None
    paused: bool
    competences: list[dict[str, Any]]

    def known(self, today: date) -> bool:
        """Whether what is told of free places is fresh enough to be shown: at most 30 days old."""
        return is_known(self.as_of, today)

    def said(self) -> dict[str, Any]:
        """The card's fields as plain values, for the record of what was shown."""
        return {
            "unit": self.unit,
            "name": self.name,
            "own_words": self.own_words,
            "way_of_work": self.way_of_work,
            "municipalities": self.municipalities,
            "languages": self.languages,
            "accessible": self.accessible,
            "free_places": self.free_places,
            "next_start": self.next_start.isoformat() if self.next_start else None,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "paused": self.paused,
            "competences": self.competences,
        }

    def starts_by(self, day: date, today: date) -> bool:
        """Whether a new client could start on the day at the latest, as far as is known."""
        if self.paused or not self.known(today):
            return False
        if self.next_start is not None:
            return self.next_start <= day
        return bool(self.free_places)

    def start_rank(self, today: date) -> tuple[int, date]:
        """Where the card stands when a client sorts by the first start: who has told a day, by that day; then who has
        room but no day; then those of whom nothing is known; last those that take nobody now."""
        if self.paused:
            return 3, date.max
        if not self.known(today):
            return 2, date.max
        if self.next_start is not None:
            return 0, max(self.next_start, today)
        return (1 if self.free_places else 2), date.max


@dataclass(frozen=True)
class Wishes:
    """The client's own filters, and her own sort; empty shows everyone as drawn. Filters only leave out; a sort (one of
    SORTS) is stable, so that equal cards keep the neutral order among themselves (fairness B2.10)."""

    municipalities: frozenset[str] = field(default_factory=frozenset)
    languages: frozenset[str] = field(default_factory=frozenset)
    ways: frozenset[str] = field(default_factory=frozenset)
    accessible: bool = False
    soon: bool = False
    taking: bool = False
    competences: frozenset[str] = field(default_factory=frozenset)
    sort: str = ""

    def __bool__(self) -> bool:
        return bool(self.sort) or self.narrow

    @property
    def narrow(self) -> bool:
        """Whether anything but the order is wished for."""
        return bool(
            self.municipalities
            or self.languages
            or self.ways
            or self.competences
            or self.accessible
            or self.soon
            or self.taking
        )

    def known(self, cards: Iterable[Card]) -> "Wishes":
        """Without what no card has: a made-up address is not kept in any record."""
        shown = list(cards)
        return replace(
            self,
            municipalities=self.municipalities & {place for card in shown for place in card.municipalities},
            languages=self.languages & {code for card in shown for code in card.languages},
            ways=self.ways & set(WAYS),
            competences=self.competences & {claim["code"] for card in shown for claim in card.competences},
            sort=self.sort if self.sort in SORTS else "",
        )

    def said(self) -> dict[str, Any]:
        """As plain values, for the record of what was shown; an empty one is {}."""
        lists = {
            "municipality": self.municipalities,
            "language": self.languages,
            "way": self.ways,
            "competence": self.competences,
        }
        ticks = {"accessible": self.accessible, "soon": self.soon, "taking": self.taking}
        return {
            **{name: sorted(values) for name, values in lists.items() if values},
            **{name: True for name, ticked in ticks.items() if ticked},
            **({"sort": self.sort} if self.sort else {}),
        }

    def fits(self, card: Card, today: date) -> bool:
        """Any of the municipalities, of the languages, of the ways, of the competences; and each of the ticked rest."""
        if self.municipalities and self.municipalities.isdisjoint(card.municipalities):
            return False
        if self.languages and self.languages.isdisjoint(card.languages):
            return False
        if self.ways and card.way_of_work != "both" and card.way_of_work not in self.ways:
            return False
        if self.competences and self.competences.isdisjoint(claim["code"] for claim in card.competences):
            return False
        if self.accessible and card.accessible not in ("yes", "some"):
            return False
        if self.taking and card.paused:
            return False
        return not self.soon or card.starts_by(today + SOON, today)


@dataclass(frozen=True)
class Counts:
    """How many of the cards each filter would leave, (code, number), for the filter's boxes."""

    municipalities: list[tuple[str, int]]
    languages: list[tuple[str, int]]
    ways: list[tuple[str, int]]
    accessible: int
    soon: int
    taking: int
    competences: list[tuple[str, Words, int]]


def read_cards(tx: Tx, package_id: int, area_id: int, units: Iterable[str] | None = None) -> dict[str, Card]:
    """The cards of all providers approved now for the pair, by unit; of `units` alone when given. One query.

    Full and paused ones are there with their label; suspended and ended ones are not (fairness B1).
    """
    query = _query()
    if units is not None:
        query = query.where(Provider.unit.in_(list(units)))
    tx.session.flush()
    # straight from the connection: the session would make lists of entities first, which these columns are not
    rows = tx.session.connection().execute(query, {"package_id": package_id, "area_id": area_id, "today": tx.today})
    return {row[2]: Card._make(row) for row in rows}


def fitting(cards: Iterable[Card], wishes: Wishes, today: date) -> list[Card]:
    """The cards that the wishes leave, in the order they came in, or in the one that was wished for."""
    left = [card for card in cards if wishes.fits(card, today)] if wishes.narrow else list(cards)
    return sorted(left, key=lambda card: card.start_rank(today)) if wishes.sort == "start" else left


def count(cards: Iterable[Card], today: date) -> Counts:
    """The filter's boxes with their numbers, most common language first, places by name."""
    shown = list(cards)
    places = Counter(place for card in shown for place in card.municipalities)
    languages = Counter(language for card in shown for language in card.languages)
    claims = [claim for card in shown for claim in card.competences]
    names = {claim["code"]: claim["name"] for claim in claims}
    claimed = Counter(claim["code"] for claim in claims)
    return Counts(
        municipalities=sorted(places.items()),
        languages=sorted(languages.items(), key=lambda item: (-item[1], item[0])),
        ways=[(way, sum(card.way_of_work in (way, "both") for card in shown)) for way in WAYS],
        accessible=sum(card.accessible in ("yes", "some") for card in shown),
        soon=sum(card.starts_by(today + SOON, today) for card in shown),
        taking=sum(not card.paused for card in shown),
        competences=[(code, names[code], number) for code, number in sorted(claimed.items())],
    )


def claims_of(tx: Tx, provider_id: int) -> list[dict[str, Any]]:
    """A provider's living claims with this organiser, as a card has them."""
    rows = tx.session.execute(
        select(CompetenceTerm.code, CompetenceTerm.name, CompetenceClaim)
        .join(CompetenceClaim, CompetenceClaim.term_id == CompetenceTerm.id)
        .where(CompetenceClaim.provider_id == provider_id, CompetenceClaim.ended_at.is_(None), in_force(tx.today))
        .order_by(CompetenceTerm.code)
    )
    return [
        {"code": code, "name": name, "evidence": claim.evidence, "link": claim.link, "on": claim.evidence_on.isoformat()}
        for code, name, claim in rows
    ]


@cache
def _query() -> Select[Any]:
    """One row a provider. Its open sites are taken together in a lateral query, so that no join multiplies the cards.
    Built once a process: building it takes longer than running it."""
    language = func.unnest(Site.languages).table_valued("code", name="language").render_derived().lateral("language")
    yes = Site.accessible == "yes"
    sites = (
        select(
            func.array_agg(distinct(Site.municipality)).label("municipalities"),
            func.array_agg(distinct(language.c.code)).filter(language.c.code.is_not(None)).label("languages"),
            case(
                (func.bool_and(yes), "yes"),
                (func.bool_or(yes), "some"),
                (func.bool_or(Site.accessible == "no"), "no"),
                else_="not_stated",
            ).label("accessible"),
        )
        .select_from(outerjoin(Site, language, true()))
        .where(Site.provider_id == Provider.id, Site.closed_on.is_(None))
        .correlate(Provider)
        .lateral("sites")
    )
    nothing = literal([], ARRAY(Text))
    return (
        select(
            Provider.id,
            Approval.id,
            Provider.unit,
            Provider.name,
            Provider.own_words,
            Provider.way_of_work,
            # psycopg gives lists already; without a type nothing walks through them once more
            type_coerce(func.coalesce(sites.c.municipalities, nothing), NullType()),
            type_coerce(func.coalesce(sites.c.languages, nothing), NullType()),
            sites.c.accessible,
            Approval.free_places,
            Approval.next_start,
            Approval.places_as_of,
            Approval.paused,
            type_coerce(func.coalesce(_competences(), literal_column("'[]'::json")), NullType()),
        )
        .select_from(Approval)
        .join(Provider, Provider.id == Approval.provider_id)
        .join(sites, true())
        .where(
            Approval.package_id == bindparam("package_id"),
            Approval.area_id == bindparam("area_id"),
            Approval.state == "approved",
        )
    )


def _competences() -> ScalarSelect[Any]:
    """A provider's living claims with the approval's organiser, as one JSON array; null when it has none."""
    term, claim = CompetenceTerm, CompetenceClaim
    return (
        select(
            func.json_agg(
                aggregate_order_by(
                    func.json_build_object(
                        "code", term.code, "name", term.name, "evidence", claim.evidence, "link", claim.link,
                        "on", claim.evidence_on,
                    ),
                    term.code,
                )
            )
        )
        .join(claim, claim.term_id == term.id)
        .where(
            claim.organiser_id == Approval.organiser_id,
            claim.provider_id == Provider.id,
            claim.ended_at.is_(None),
            in_force(bindparam("today")),
        )
        .correlate(Approval, Provider)
        .scalar_subquery()
    )  # fmt: skip
