"""What the client sees when she compares and chooses: her list in its drawn order, and one provider of it.

The number of queries does not grow with the providers or with the vouchers: one for the voucher and its list, two for
what came after the draw, one for all cards.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_vouchers
from marketplace.matching.check_code import check_code
from marketplace.matching.presentation import cards
from marketplace.models.programmes import ServicePackage
from marketplace.models.providers import Provider, Site
from marketplace.models.schema import Words
from marketplace.models.vouchers import OfferList, Voucher
from marketplace.pricing.snapshot import Snapshot
from marketplace.roles import Role
from marketplace.use_cases.card_prices import CardPrice, card_prices, providers_set_prices
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.filter_uses import note_wishes
from marketplace.use_cases.offers import offer_among
from marketplace.use_cases.order_rules import one_card_on
from marketplace.use_cases.provider_cards import Card, Counts, Wishes, count, fitting, read_cards
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.vouchers.cycles import OPEN_VOUCHER

NO_WISHES = Wishes()
UNIT = re.compile("[a-z0-9-]{1,64}")


@dataclass(frozen=True)
class VoucherHead:
    """The voucher that a list is for. `open`: it can be used for a choice today. `provider_*`: who is chosen now."""

    id: int
    number: str
    state: str
    package: Words
    unit: str
    units_hundredths: int
    units_left_hundredths: int
    own_share_cents: int
    providers_set_prices: bool
    own_price: CardPrice | None
    valid_to: date
    open: bool
    provider_unit: str | None
    provider_name: str | None


@dataclass(frozen=True)
class Comparison:
    """A voucher's whole list in its order (`everyone`), and what the client's own wishes leave of it (`left`). `together`:
    the units of each card, where sister companies share one; without that rule each stands alone."""

    voucher: VoucherHead
    list_seq: int
    at_seq: int
    everyone: tuple[Card, ...]
    left: list[Card]
    counts: Counts
    wishes: Wishes
    prices: dict[int, CardPrice]  # by provider, where providers set the price; {} where all cost the same
    today: date
    at: datetime
    together: tuple[tuple[str, ...], ...]

    def code_of(self, rendered: Sequence[str]) -> str:
        """The check code of the units that a page really shows, in their order there, before any filter."""
        return check_code(self.list_seq, self.at_seq, rendered)

    @property
    def shared(self) -> bool:
        """Whether a card holds more than one provider."""
        return len(self.together) < len(self.everyone)

    def places(self) -> dict[str, int]:
        """Each unit's place in the list as it was drawn, from 1 on: what brings a laid out page back to its check code."""
        return {card.unit: place for place, card in enumerate(self.everyone, start=1)}

    def cards_of(self, shown: Iterable[Card]) -> tuple[tuple[Card, ...], ...]:
        """Some of the list, in the order given, as its cards: sister companies in one, where the first of them stands."""
        first = {unit: card[0] for card in self.together for unit in card}
        return cards((card, first[card.unit]) for card in shown)

    def picked(self, units: frozenset[str]) -> list[Card]:
        """Some of the list, in the list's order (never in the order in which they were ticked)."""
        return [card for card in self.everyone if card.unit in units]


@dataclass(frozen=True)
class SiteView:
    name: str
    street: str
    municipality: str
    languages: list[str]
    accessible: str


@dataclass(frozen=True)
class ProviderPage:
    """One provider of a voucher's list: its card, its sites, how to ask it. `comparison` is the list it stands in."""

    comparison: Comparison
    card: Card
    business_id: str
    email: str
    phone: str
    sites: tuple[SiteView, ...]


def compare_page(
    desk: Desk, actor: Actor, voucher_id: int, wishes: Wishes = NO_WISHES, *, back: bool = False
) -> Comparison:
    """The client's list. Missing for a stranger's voucher. Each change of her wishes, and her way back to the neutral
    order (`back`), is noted for 30 days with her as its actor (fairness B2.14); the list as drawn is only read."""
    with desk.reading(actor, Action.COMPARE_PROVIDERS) as tx:
        found = comparison_of(tx, voucher_id, wishes)
        if wishes or back:
            note_wishes(tx, voucher_id, wishes.known(found.everyone))
        return found


def provider_page(
    desk: Desk, actor: Actor, voucher_id: int, unit: str, wishes: Wishes = NO_WISHES, *, opened: bool = True
) -> ProviderPage:
    """One provider of the list, in the voucher's context. `opened`: the card is being opened to be read, which is
    counted (fairness B5: choices with two cards opened or more).

    Refused: not_on_list, for one that has been on the list and is not now. Missing for anything else.
    """
    with desk.reading(actor, Action.COMPARE_PROVIDERS) as tx:
        page = provider_of(tx, voucher_id, unit, wishes)
        if opened:
            tx.audit("card.open", "voucher", voucher_id, clients=_own(tx), unit=unit)
        return page


def provider_of(tx: Tx, voucher_id: int, unit: str, wishes: Wishes) -> ProviderPage:
    """The step that reads one provider of the acting client's list. Refused and Missing as `provider_page`."""
    comparison = comparison_of(tx, voucher_id, wishes)
    card = next((card for card in comparison.everyone if card.unit == unit), None)
    if card is None:
        if not UNIT.fullmatch(unit) or tx.session.scalar(select(Provider.id).where(Provider.unit == unit)) is None:
            raise Missing("provider")
        raise Refused("not_on_list")
    ways = select(Provider.business_id, Provider.email, Provider.phone).where(Provider.id == card.provider_id)
    business_id, email, phone = tx.session.execute(ways).one()
    return ProviderPage(comparison, card, business_id, email, phone, sites_of(tx, card.provider_id))


def sites_of(tx: Tx, provider_id: int) -> tuple[SiteView, ...]:
    """A provider's open sites."""
    rows = tx.session.execute(
        select(Site.name, Site.street, Site.municipality, Site.languages, Site.accessible)
        .where(Site.provider_id == provider_id, Site.closed_on.is_(None))
        .order_by(Site.municipality, Site.id)
    )
    return tuple(SiteView(*row) for row in rows)


def _own(tx: Tx) -> tuple[int, ...]:
    return (tx.actor.client_id,) if tx.actor.client_id is not None else ()


def comparison_of(tx: Tx, voucher_id: int, wishes: Wishes) -> Comparison:
    """The step that reads the acting client's list. Missing for a stranger's voucher."""
    head, snapshot, drawn, package_id, area_id, one_card = _voucher(tx, voucher_id)
    by_unit = read_cards(tx, package_id, area_id)
    offer = offer_among(tx, drawn, by_unit, package_id, area_id, one_card=one_card)
    everyone = tuple(by_unit[unit] for unit in offer.units)
    laid_out = [by_unit[unit] for card in offer.cards for unit in card]
    return Comparison(
        voucher=head,
        list_seq=offer.list_seq,
        at_seq=offer.at_seq,
        everyone=everyone,
        left=fitting(laid_out, wishes, tx.today),
        counts=count(everyone, tx.today),
        wishes=wishes,
        prices=card_prices(tx, snapshot, package_id, voucher_id, [card.provider_id for card in everyone]),
        today=tx.today,
        at=tx.now,
        together=offer.cards,
    )


def _voucher(tx: Tx, voucher_id: int) -> tuple[VoucherHead, Snapshot, OfferList, int, int, bool]:
    asked = {"voucher_id": voucher_id, "organiser_id": tx.actor.organiser_id, "client_id": tx.actor.client_id}
    row = tx.session.execute(_own_voucher(), asked).one_or_none()
    if row is None:
        raise Missing("voucher")
    snapshot = Snapshot.from_json(row.snapshot)
    head = VoucherHead(
        id=row.id,
        number=row.number,
        state=row.state,
        package=row.name,
        unit=row.unit,
        units_hundredths=snapshot.units_hundredths,
        units_left_hundredths=row.units_left_hundredths,
        own_share_cents=snapshot.own_share_cents,
        providers_set_prices=providers_set_prices(snapshot),
        own_price=None,  # on the list each card says its own
        valid_to=row.valid_to,
        open=row.state in OPEN_VOUCHER and row.valid_to >= tx.today,
        provider_unit=row.provider_unit,
        provider_name=row.provider_name,
    )
    return head, snapshot, row.OfferList, row.package_id, row.area_id, bool(row.one_card)


@cache
def _own_voucher() -> Select[*tuple[Any, ...]]:
    """A client's own voucher, whoever she is. The rule is `visible_vouchers`, with its two values left open: the page is
    asked for often, and a statement takes longer to build than to run."""
    open_values: Any = (bindparam("organiser_id"), bindparam("client_id"))
    anyone = Actor(role=Role.CLIENT, organiser_id=open_values[0], client_id=open_values[1])
    return (
        select(
            Voucher.id,
            Voucher.number,
            Voucher.state,
            ServicePackage.name,
            ServicePackage.unit,
            Voucher.snapshot,
            Voucher.units_left_hundredths,
            Voucher.valid_to,
            Voucher.package_id,
            Voucher.area_id,
            Provider.unit.label("provider_unit"),
            Provider.name.label("provider_name"),
            OfferList,
            one_card_on(OfferList.day).label("one_card"),
        )
        .join(ServicePackage, ServicePackage.id == Voucher.package_id)
        .join(OfferList, (OfferList.list_seq == Voucher.list_seq) & (OfferList.organiser_id == Voucher.organiser_id))
        .outerjoin(Provider, Provider.id == Voucher.provider_id)
        .where(Voucher.id == bindparam("voucher_id"), visible_vouchers(anyone))
    )
