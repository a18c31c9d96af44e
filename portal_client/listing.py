"""The client's list as a page shows it: the order as drawn, its check code from what is really rendered, her filters.

Everything that does not change from card to card is made once: with a thousand providers on the list, a page makes its
hundred cards and one query string.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import current_app, url_for
from markupsafe import Markup, escape

from marketplace.use_cases.compare_pages import Comparison
from marketplace.use_cases.provider_cards import Card, Wishes
from marketplace.web.i18n import gettext, in_language
from marketplace.web.labels import label
from portal_client.cards import CardView, CardWords, FilterWords, Titles
from portal_client.navigation import how_order_url

PAGE = 100
"""Up to a hundred all on one page, above that numbered pages in the same order (fairness B2.13)."""

MOST_SIDE_BY_SIDE = 4


def wish_values(wishes: Wishes) -> list[tuple[str, str]]:
    """The wishes as names and values of an address, in one order: `cards.wishes_of` reads them back."""
    values = [("municipality", name) for name in sorted(wishes.municipalities)]
    values += [("language", code) for code in sorted(wishes.languages)]
    values += [("way", code) for code in sorted(wishes.ways)]
    values += [("competence", code) for code in sorted(wishes.competences)]
    ticks = (("soon", wishes.soon), ("taking", wishes.taking), ("accessible", wishes.accessible))
    values += [(name, "1") for name, ticked in ticks if ticked]
    return [*values, ("sort", wishes.sort)] if wishes.sort else values


def said_wishes(wishes: Wishes, cards: Iterable[Card]) -> list[str]:
    """The wishes in words, for a record on paper; `cards` are those that were shown."""
    words = sorted(wishes.municipalities)
    words += [label("language", code) for code in sorted(wishes.languages)]
    words += [label("way_of_work", code) for code in sorted(wishes.ways)]
    names = {claim["code"]: in_language(claim["name"]) for card in cards for claim in card.competences}
    words += [names.get(code, code) for code in sorted(wishes.competences)]
    ticks = (
        (wishes.sort == "start", gettext("soonest start first")),
        (wishes.soon, gettext("Can start within two weeks")),
        (wishes.taking, gettext("Takes new clients now")),
        (wishes.accessible, gettext("Accessible premises")),
    )
    return words + [text for ticked, text in ticks if ticked]


class ListNote(NamedTuple):
    """Which list this is: its number, its check code, and how much of it is shown."""

    list_seq: int
    at_seq: int
    code: str
    shown: int
    of: int
    how_url: str | None

    @property
    def whole(self) -> bool:
        return self.shown == self.of


class Addresses(NamedTuple):
    """Where a list's pages are: its whole, side by side, and (with a unit's code behind) one card and its choosing."""

    whole: str
    side: str
    card: str
    choose: str


def own_addresses(voucher_id: int) -> Addresses:
    """The client's own. One address a page, not one a card: a unit's code needs no quoting."""
    return Addresses(
        whole=url_for("portal_client.compare", voucher_id=voucher_id),
        side=url_for("portal_client.compare_side", voucher_id=voucher_id),
        card=url_for("portal_client.compare_provider", voucher_id=voucher_id, unit="-").removesuffix("-"),
        choose=url_for("portal_client.choose", voucher_id=voucher_id, unit="-").removesuffix("-"),
    )


class Listing:
    """A page of the list, or some of it side by side. `addresses`: other than the client's own, where somebody assists."""

    def __init__(
        self, comparison: Comparison, cards: list[Card], shown: int, addresses: Addresses | None = None
    ) -> None:
        self.voucher = comparison.voucher
        self.at = comparison.at
        words = CardWords(comparison.today, comparison.prices, comparison.voucher.unit)
        self.titles = words.titles
        self.languages = words.languages
        self.rows: list[CardView] = words.views(cards)
        rendered = [row.unit for row in self.rows]
        self.shared = comparison.shared
        self.places = comparison.places() if self.shared else {}
        # a laid out page says each unit's place in the draw: by those places what is rendered is the logged order again
        rendered.sort(key=lambda unit: self.places.get(unit, 0))
        self.sorted = bool(comparison.wishes.sort)
        if self.sorted or len(rendered) < len(comparison.everyone):
            # a part of the list carries the code of the whole, so that it can be compared with any other part; so does
            # a list that the client has sorted herself
            rendered = [card.unit for card in comparison.everyone]
        code = comparison.code_of(rendered)
        self.note = ListNote(
            comparison.list_seq, comparison.at_seq, code, shown, len(comparison.everyone), how_order_url()
        )
        self.values = [("shown", code), *wish_values(comparison.wishes)]
        self.query = "?" + urlencode(self.values)
        places = addresses or own_addresses(self.voucher.id)
        self.whole_url, self.side_url, self.card_url, self.choose_url = places
        wished = wish_values(comparison.wishes)
        self._cards = comparison.cards_of(cards)
        self.back_url = self.whole_url + ("?" + urlencode(wished) if wished else "")

    def by_card(self) -> list[list[CardView]]:
        """The rows of each card, from top to bottom."""
        rows = iter(self.rows)
        return [[next(rows) for _ in card] for card in self._cards]


class ListWords(NamedTuple):
    """The words of a card's buttons, looked up once a page."""

    look: str
    compare: str
    chosen: str


ADDRESS, PLACE = Markup("<!--address-->"), Markup("<!--place-->")
"""Where a drawn card waits for its address, and for its place in the draw. Only the template can have put them there: a
text's own < is written &lt;."""


@lru_cache(maxsize=4096)
def drawn_card(
    card: CardView, titles: Titles, words: ListWords, now: bool, ticked: bool, place: str = "", level: int = 2
) -> str:
    """A card as HTML. Every client sees the same but for its address, so it is drawn once and kept as long as it stays
    the same: the key is all that is drawn, words and language included."""
    macros: Any = current_app.jinja_env.get_template("portal_client/_provider_card.html").module
    return str(macros.list_card(card, titles, words, ADDRESS, now, ticked, place, level))


class ListPage(Listing):
    """One page of the list, as the client's wishes leave it."""

    def __init__(
        self,
        comparison: Comparison,
        page: int,
        ticked: frozenset[str] = frozenset(),
        addresses: Addresses | None = None,
    ) -> None:
        left = comparison.left
        cards = comparison.cards_of(left)
        self.pages = max(1, -(-len(cards) // PAGE))
        self.page = min(max(page, 1), self.pages)
        self.first = (self.page - 1) * PAGE + 1
        here = cards[self.first - 1 : self.first - 1 + PAGE]
        super().__init__(comparison, [one for card in here for one in card], len(left), addresses)
        self.filtered = comparison.wishes.narrow
        self.neutral_url = self.whole_url + "?neutral=1"
        self.filters = FilterWords(comparison.counts, comparison.wishes)
        self.cards = self._drawn(ticked)

    def _drawn(self, ticked: frozenset[str]) -> list[list[Markup]]:
        """The page's cards as HTML: each provider, beside its sisters where they share one."""
        words = ListWords(gettext("Have a look"), gettext("Compare"), gettext("Your choice now"))
        now, start, end = self.voucher.provider_unit, escape(self.card_url), escape(self.query)
        place = PLACE if self.shared else ""

        def draw(row: CardView, level: int) -> Markup:
            unit = row.unit
            html = drawn_card(row, self.titles, words, unit == now, unit in ticked, place, level)
            placed = html.replace(PLACE, str(self.places[unit])) if self.shared else html
            # the template that drew it has escaped every text
            return Markup(placed.replace(ADDRESS, f"{start}{unit}{end}"))  # noqa: S704

        return [[draw(row, 2 if len(card) == 1 else 3) for row in card] for card in self.by_card()]

    def page_url(self, number: int) -> str:
        """The same list's other page."""
        values = [*self.values[1:], ("page", str(number))]
        return f"{self.whole_url}?{urlencode(values)}"
