"""A provider's card in words, ready to be printed: every label is looked up once a page, not once a card."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from marketplace.use_cases.card_prices import CardPrice
from marketplace.use_cases.provider_cards import LANGUAGES, SORTS, Card, Counts, Wishes, is_known
from marketplace.web.formats import day, day_short, unit_price
from marketplace.web.i18n import gettext, in_language, ngettext
from marketplace.web.labels import label

DAYS_OF_WEEK = 7
_PLACE = {code: place for place, code in enumerate(LANGUAGES)}


class CardView(NamedTuple):
    """What a card shows: for every provider the same fields, in the same order, and "not stated" where one is missing.

    places: with the day on which it was told; places_short and told: the same in two parts (told is "" when it is not
    known). places_kind: ok, wait or plain, the colour that repeats the words. `paused` is "" or the words of the label.
    competence: the words of `competences` and their evidence in one line.
    """

    unit: str
    provider_id: int
    name: str
    own_words: str
    places: str
    places_short: str
    told: str
    places_kind: str
    start: str
    where: str
    languages: str
    way: str
    accessible: str
    waiting: str
    competences: tuple["CompetenceView", ...]
    competence: str
    paused: str
    can_be_chosen: bool
    price: str = ""  # where providers set the price: what one unit costs,
    cost: str = ""  # and what the client pays of it


class CompetenceView(NamedTuple):
    """A word that the provider claims, what shows it, on which day; where one can see it ("" when nowhere)."""

    name: str
    evidence: str
    on: str
    link: str


class Titles(NamedTuple):
    """The names of a card's fields."""

    places: str
    start: str
    where: str
    languages: str
    way: str
    accessible: str
    waiting: str
    competence: str
    price: str
    cost: str


class Places(NamedTuple):
    """Free places in words: whole, and in two parts."""

    whole: str
    short: str
    told: str
    kind: str


class CardWords:
    """The words of one page's cards, in the page's language, as of one day."""

    def __init__(self, today: date, prices: Mapping[int, CardPrice] | None = None, unit: str = "hour") -> None:
        """prices: by provider, where providers set the price; `unit` is what they are for."""
        self._prices = prices or {}
        self._unit = unit
        self.titles = Titles(
            places=gettext("Free places"),
            start=gettext("Can start"),
            where=gettext("Where"),
            languages=gettext("Languages"),
            way=gettext("Way of work"),
            accessible=gettext("Accessibility"),
            waiting=gettext("Waiting time"),
            competence=gettext("Special competence"),
            price=gettext("Price"),
            cost=gettext("You pay"),
        )
        self._today = today
        self._nothing = gettext("not stated")
        self._ways = {code: label("way_of_work", code) for code in ("individual", "group", "both")}
        self._accessible = {code: label("accessible", code) for code in ("yes", "some", "no", "not_stated")}
        self._paused = gettext("Takes no new clients now")
        self._languages: dict[str, str] = {}
        self._places: dict[tuple[int | None, date | None], Places] = {}
        self._starts: dict[tuple[date | None, date | None], tuple[str, str]] = {}

    def view(self, card: Card) -> CardView:
        """One card in words."""
        said = self._places_of(card)
        start, waiting = self._start_of(card)
        claims = tuple(self.competence(claim) for claim in card.competences)
        asked = self._prices.get(card.provider_id)
        lacking = asked is not None and not asked.whole
        return CardView(
            unit=card.unit,
            provider_id=card.provider_id,
            name=card.name,
            own_words=card.own_words or self._nothing,
            places=said.whole,
            places_short=said.short,
            told=said.told,
            places_kind="plain" if card.paused else said.kind,
            start=start,
            where=", ".join(card.municipalities) or self._nothing,
            languages=self.languages(card.languages),
            way=self._ways[card.way_of_work],
            accessible=self._accessible[card.accessible],
            waiting=waiting,
            competences=claims,
            competence="; ".join(f"{one.name} ({one.evidence}, {one.on})" for one in claims) or self._nothing,
            paused=self._paused if card.paused else "",
            can_be_chosen=not card.paused and not lacking,
            price="" if asked is None else self._costs(asked, "price_cents"),
            cost="" if asked is None else self._costs(asked, "own_share_cents"),
        )

    def _costs(self, asked: CardPrice, part: str) -> str:
        """A provider's prices or what the client pays of them, by time where that matters."""
        if not asked.whole:
            return gettext("not told yet")
        costs = asked.brief
        said = [unit_price(getattr(one, part), self._unit) for one in costs]
        if len(set(said)) == 1:
            return said[0]
        return "; ".join(f"{label('band', one.band)} {text}" for one, text in zip(costs, said, strict=True))

    def views(self, cards: Iterable[Card]) -> list[CardView]:
        """Cards in words, in the order they came in."""
        return [self.view(card) for card in cards]

    def languages(self, codes: Iterable[str]) -> str:
        """Languages by name, in the one order of all cards."""
        ordered = sorted(codes, key=lambda code: (_PLACE.get(code, len(_PLACE)), code))
        return ", ".join(self._language(code) for code in ordered) or self._nothing

    def _language(self, code: str) -> str:
        found = self._languages.get(code)
        if found is None:
            found = self._languages[code] = label("language", code)
        return found

    def places(self, free_places: int | None, as_of: date | None) -> str:
        """Free places as a card says them."""
        return self._say_places(free_places, as_of).whole

    def start(self, next_start: date | None, as_of: date | None) -> str:
        """The first start as a card says it."""
        return self._say_start(next_start, as_of)[0]

    def waiting(self, next_start: date | None, as_of: date | None) -> str:
        """The waiting time as a card says it."""
        return self._say_start(next_start, as_of)[1]

    def competence(self, claim: dict[str, Any]) -> CompetenceView:
        """A claim in words."""
        told = day_short(date.fromisoformat(claim["on"]))
        return CompetenceView(in_language(claim["name"]), claim["evidence"], told, claim["link"] or "")

    def _places_of(self, card: Card) -> Places:
        key = (card.free_places, card.as_of)
        found = self._places.get(key)
        if found is None:
            found = self._places[key] = self._say_places(*key)
        return found

    def _say_places(self, free_places: int | None, as_of: date | None) -> Places:
        if as_of is None:
            return Places(self._nothing, self._nothing, "", "plain")
        if not is_known(as_of, self._today):
            return self._with_day(gettext("not known"), gettext("last told %(day)s", day=day(as_of)), "plain")
        if free_places is None:
            return Places(self._nothing, self._nothing, "", "plain")
        told = gettext("as of %(day)s", day=day_short(as_of))
        if free_places == 0:
            return self._with_day(gettext("full"), told, "wait")
        return self._with_day(ngettext("%(n)d place", "%(n)d places", free_places), told, "ok")

    def _with_day(self, short: str, told: str, kind: str) -> Places:
        return Places(f"{short} ({told})", short, told, kind)

    def _start_of(self, card: Card) -> tuple[str, str]:
        key = (card.next_start, card.as_of)
        found = self._starts.get(key)
        if found is None:
            found = self._starts[key] = self._say_start(*key)
        return found

    def _say_start(self, next_start: date | None, as_of: date | None) -> tuple[str, str]:
        """The first start and the waiting time, which is counted from it: so the two never contradict each other."""
        if next_start is None:
            return self._nothing, self._nothing
        if not is_known(as_of, self._today):
            return gettext("not known"), gettext("not known")
        if next_start <= self._today:
            return gettext("at once"), gettext("no waiting")
        weeks = -(-(next_start - self._today).days // DAYS_OF_WEEK)
        return day(next_start), ngettext("about %(n)d week", "about %(n)d weeks", weeks)


class FilterBox(NamedTuple):
    """One box of the filter: its name in the address, its value, its words, how many it would leave, ticked or not."""

    name: str
    value: str
    text: str
    number: int
    ticked: bool


class FilterGroup(NamedTuple):
    title: str
    boxes: list[FilterBox]


class FilterWords:
    """The filter beside the cards, in words."""

    def __init__(self, counts: Counts, wishes: Wishes) -> None:
        self._counts = counts
        self._wishes = wishes

    @cached_property
    def groups(self) -> list[FilterGroup]:
        """The groups of boxes that have something to offer."""
        counts, wishes = self._counts, self._wishes
        where = [
            FilterBox("municipality", name, name, n, name in wishes.municipalities) for name, n in counts.municipalities
        ]
        languages = [
            FilterBox("language", code, label("language", code), n, code in wishes.languages)
            for code, n in counts.languages
        ]
        ways = [FilterBox("way", code, label("way_of_work", code), n, code in wishes.ways) for code, n in counts.ways]
        skills = [
            FilterBox("competence", code, in_language(name), n, code in wishes.competences)
            for code, name, n in counts.competences
        ]
        rest = [
            FilterBox("soon", "1", gettext("Can start within two weeks"), counts.soon, wishes.soon),
            FilterBox("taking", "1", gettext("Takes new clients now"), counts.taking, wishes.taking),
            FilterBox("accessible", "1", gettext("Accessible premises"), counts.accessible, wishes.accessible),
        ]
        groups = [
            FilterGroup(gettext("Where"), where),
            FilterGroup(gettext("Language"), languages),
            FilterGroup(gettext("How"), ways),
            FilterGroup(gettext("Special competence"), skills),
            FilterGroup(gettext("What else"), rest),
        ]
        return [group for group in groups if group.boxes]


def wishes_of(arguments: MultiDict[str, str]) -> Wishes:
    """The wishes in an address (`request.args`): municipality, language, way and competence may be
    there many times."""
    return Wishes(
        municipalities=frozenset(arguments.getlist("municipality")),
        languages=frozenset(arguments.getlist("language")),
        ways=frozenset(arguments.getlist("way")),
        accessible=arguments.get("accessible") == "1",
        soon=arguments.get("soon") == "1",
        taking=arguments.get("taking") == "1",
        competences=frozenset(arguments.getlist("competence")),
        sort=sort if (sort := arguments.get("sort", "")) in SORTS else "",
    )
