"""What each provider of a voucher's list would cost its holder: the same functions as will price the events.

Only where the grant leaves the price to providers is there anything to tell: otherwise all cost the same, which the
head of the page says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from marketplace.pricing.bands import Band
from marketplace.pricing.events import unit_price
from marketplace.pricing.prices import OwnPrice, complete, own_prices
from marketplace.pricing.replay import relief_on
from marketplace.pricing.snapshot import Snapshot
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.kept_prices import reliefs_of
from marketplace.use_cases.price_table import own_rows_of


class BandCost(NamedTuple):
    """One unit in one band of time: its price, and what the client pays of it. Gross cents."""

    band: str
    price_cents: int
    own_share_cents: int


@dataclass(frozen=True)
class CardPrice:
    """A provider's prices for this voucher. `whole`: it has told all that the voucher needs; without them it cannot be
    chosen, because nobody could say what the client would pay."""

    bands: tuple[BandCost, ...]
    whole: bool

    def said(self) -> list[list[object]]:
        """As plain values, for the record of what was shown."""
        return [list(one) for one in self.bands]

    @property
    def brief(self) -> tuple[BandCost, ...]:
        """Without the bands that cost the same as a weekday's day."""
        first = self.bands[:1]
        return first + tuple(one for one in self.bands[1:] if one[1:] != first[0][1:])


def providers_set_prices(snapshot: Snapshot) -> bool:
    """Whether a provider says the price at any time of this voucher."""
    return any(one.price_cents is None for one in snapshot.bands)


def asked_prices(snapshot: Snapshot, rows: Sequence[OwnPrice], day: date) -> dict[Band, int]:
    """What a provider with these rows asks for this voucher on the day."""
    return own_prices(snapshot.bands, rows, snapshot.unit, snapshot.need_class, snapshot.area, day)


def card_prices(
    tx: Tx, snapshot: Snapshot, package_id: int, voucher_id: int, provider_ids: Iterable[int]
) -> dict[int, CardPrice]:
    """The prices of providers for a voucher, by provider; {} where the grant fixes them. Two queries at most."""
    if not providers_set_prices(snapshot):
        return {}
    ids = list(provider_ids)
    rows = own_rows_of(tx, package_id, ids)
    relief = relief_on(reliefs_of(tx, {voucher_id}).get(voucher_id, ()), tx.today)
    return {
        provider_id: costs_of(snapshot, asked_prices(snapshot, rows.get(provider_id, ()), tx.today), relief)
        for provider_id in ids
    }


def costs_of(snapshot: Snapshot, own: Mapping[Band, int], relief_cents: int = 0) -> CardPrice:
    """What each band costs by the grant and by a provider's own prices: those of today, or those kept at a choice."""
    bands = snapshot.bands or (snapshot.band(Band.DAY),)
    costs = []
    for one in bands:
        if one.price_cents is not None or one.band in own:
            unit = unit_price(one, own, relief_cents)
            costs.append(BandCost(one.band.value, unit.price_cents, unit.client_cents))
    return CardPrice(tuple(costs), complete(bands, own))
