"""What a service event costs: units off the voucher, cents to the provider from the organiser and from the client."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from marketplace.money import not_negative, product, share
from marketplace.pricing.bands import Band
from marketplace.pricing.prices import BandPrice
from marketplace.pricing.rules import EventKind
from marketplace.pricing.snapshot import NoRule, Snapshot

OwnPrices = Mapping[Band, int]
"""A provider's own price of one unit by band, gross cents, as it was kept at the choice."""


class TooMuch(Exception):
    """The event needs more units than the voucher has left. Nothing is cut to fit: the provider must know beforehand."""

    def __init__(self, units_left_hundredths: int, units_needed_hundredths: int) -> None:
        super().__init__(f"{units_needed_hundredths} hundredths needed, {units_left_hundredths} left")
        self.units_left_hundredths = units_left_hundredths
        self.units_needed_hundredths = units_needed_hundredths


class NoPrice(NoRule):
    """The provider's own price was not kept at the choice, and the grant does not fix one: nothing may be guessed."""


@dataclass(frozen=True)
class UnitPrice:
    """One unit in one band: its price, and who pays what of it. Gross cents; the two parts always sum to the price."""

    price_cents: int
    organiser_cents: int
    client_cents: int


@dataclass(frozen=True)
class EventPrice:
    """Units off the voucher, gross cents to the provider from the voucher, and gross cents that the client owes it.
    unit_cents: what the organiser pays for one whole unit at that time."""

    units_used_hundredths: int
    amount_cents: int
    own_share_cents: int = 0
    unit_cents: int = field(default=0, compare=False)


def unit_price(band: BandPrice, own: OwnPrices | None = None, relief_cents: int = 0) -> UnitPrice:
    """Split the price of one unit: the organiser pays up to its value, raised by what a caseworker has granted as relief
    (`relief_cents` a unit, domain.md 2.1, 8 §); the client pays the rest.

    Errors: NoPrice when the provider says the price and none was kept.
    """
    price = band.price_cents if band.price_cents is not None else (own or {}).get(band.band)
    if price is None:
        raise NoPrice(f"the provider's price in the band {band.band} is not known")
    organiser = min(not_negative(price, "price"), band.value_cents + not_negative(relief_cents, "relief_cents"))
    return UnitPrice(price, organiser, price - organiser)


def worth(
    snapshot: Snapshot,
    kind: EventKind | str,
    quantity_hundredths: int,
    *,
    band: Band = Band.DAY,
    own: OwnPrices | None = None,
    relief_cents: int = 0,
) -> EventPrice:
    """What an event comes to by the promise of the grant, before it is looked at what the voucher has left.

    Units used = quantity x the kind's unit use, rounded once. Amount = quantity x the organiser's part of the price x the
    kind's paid share, own share = quantity x the client's part x the kind's share of it; each rounded once. Errors: NoRule
    when the grant has no price for the kind, NoPrice as `unit_price`; ValueError for a quantity that is not positive;
    TypeError for floats and bools.
    """
    if not_negative(quantity_hundredths, "quantity_hundredths") == 0:
        raise ValueError("an event has a quantity")
    rule = snapshot.rule(kind)
    one = unit_price(snapshot.band(band), own, relief_cents)
    return EventPrice(
        share(quantity_hundredths, rule.unit_use_percent),
        product(quantity_hundredths, one.organiser_cents, rule.paid_share_percent),
        product(quantity_hundredths, one.client_cents, rule.owed_percent),
        one.organiser_cents,
    )


def price_event(
    snapshot: Snapshot,
    kind: EventKind | str,
    quantity_hundredths: int,
    units_left_hundredths: int,
    cents_left: int,
    *,
    band: Band = Band.DAY,
    own: OwnPrices | None = None,
    relief_cents: int = 0,
) -> EventPrice:
    """Price one event: its `worth`, held to what the voucher has left.

    The amount is never more than `cents_left` of the voucher's reservation: when many small events each round half a cent
    up, the last ones give those cents back, so that the sum of all events never exceeds the voucher's value. As an event
    is never paid for more than it uses, only such fractions are ever cut off.

    Errors: TooMuch when the units do not suffice; the rest as `worth`.
    """
    not_negative(cents_left, "cents_left")
    full = worth(snapshot, kind, quantity_hundredths, band=band, own=own, relief_cents=relief_cents)
    if full.units_used_hundredths > not_negative(units_left_hundredths, "units_left_hundredths"):
        raise TooMuch(units_left_hundredths, full.units_used_hundredths)
    return replace(full, amount_cents=min(full.amount_cents, cents_left))
