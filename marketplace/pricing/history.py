"""A voucher's recorded events, priced again in the order in which they were recorded and fell: by its own promise, which
gives what was booked, or by another one, which tells what would have been."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.money import times
from marketplace.pricing.bands import Band
from marketplace.pricing.events import EventPrice, NoPrice, OwnPrices, TooMuch, price_event
from marketplace.pricing.replay import Happening, Relief, relief_on
from marketplace.pricing.snapshot import NoRule, Snapshot

NOTHING = EventPrice(0, 0, 0)


@dataclass(frozen=True)
class Kept:
    """An event in the order of recording. fell_before: it fell before the event of this place was recorded (their number,
    when after all of them); None while it stands."""

    happening: Happening
    fell_before: int | None = None


@dataclass(frozen=True)
class Served:
    """What the events that stand come to. Gross cents. not_covered: events that this promise does not pay, because its
    units had run out or it knows no such event."""

    paid_cents: int
    own_share_cents: int
    not_covered: int = 0


def served(
    snapshot: Snapshot, kept: Sequence[Kept], reliefs: Sequence[Relief] = (), asked: OwnPrices | None = None
) -> Served:
    """Price the events of a voucher one by one.

    asked: what the provider is taken to ask for a unit by band, where the promise leaves the price to it and none was kept
    at the choice. Never an error: what cannot be priced is counted as not covered.
    """
    units = snapshot.units_hundredths
    cents = snapshot.value_cents + times(units, max((one.relief_cents for one in reliefs), default=0))
    prices: list[EventPrice] = []
    not_covered = 0
    for place, one in enumerate((*kept, None)):
        for earlier, price in zip(kept, prices, strict=False):
            if earlier.fell_before == place:
                units, cents = units + price.units_used_hundredths, cents + price.amount_cents
        if one is None:
            break
        price = _price(snapshot, one.happening, units, cents, reliefs, asked)
        not_covered += price is NOTHING and one.fell_before is None
        units, cents = units - price.units_used_hundredths, cents - price.amount_cents
        prices.append(price)
    standing = [price for one, price in zip(kept, prices, strict=True) if one.fell_before is None]
    return Served(
        sum(price.amount_cents for price in standing), sum(price.own_share_cents for price in standing), not_covered
    )


def _price(
    snapshot: Snapshot, one: Happening, units: int, cents: int, reliefs: Sequence[Relief], asked: OwnPrices | None
) -> EventPrice:
    own = one.own or asked
    relief = relief_on(reliefs, one.day) if reliefs else 0
    band = snapshot.band_at(one.day, one.minute)
    try:
        return price_event(
            snapshot, one.kind, one.quantity_hundredths, units, cents, band=band, own=own, relief_cents=relief
        )
    except (TooMuch, NoPrice, NoRule):
        return NOTHING


def usual_prices(snapshot: Snapshot) -> dict[Band, int]:
    """The price of a unit by band where the grant knows it, else the organiser's value: what a provider is taken to ask
    under other terms when it has never said a price. Gross cents."""
    found = {}
    for band in Band:
        try:
            one = snapshot.band(band)
        except NoRule:
            continue
        found[band] = one.value_cents if one.price_cents is None else one.price_cents
    return found
