"""A voucher's realised history, priced from its promise: the same functions as the events were priced by, one by one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.money import times
from marketplace.pricing.events import EventPrice, OwnPrices, price_event
from marketplace.pricing.rules import EventKind
from marketplace.pricing.snapshot import Snapshot


@dataclass(frozen=True)
class Relief:
    """A caseworker's decision: from a day on the organiser pays so much more of a unit, gross cents (domain.md 2.1, 8 §)."""

    first_day: date
    relief_cents: int


@dataclass(frozen=True)
class Happening:
    """An event as it was recorded. minute: of the day at which it began, where the price depends on it. own: the prices
    that were kept at the choice of the provider who recorded it."""

    kind: EventKind
    day: date
    quantity_hundredths: int
    minute: int | None = None
    own: OwnPrices | None = None


@dataclass(frozen=True)
class Replayed:
    """What a history comes to. Gross cents, hundredths of the unit."""

    prices: tuple[EventPrice, ...]
    units_left_hundredths: int
    cents_left: int

    @property
    def amount_cents(self) -> int:
        return sum(one.amount_cents for one in self.prices)

    @property
    def own_share_cents(self) -> int:
        return sum(one.own_share_cents for one in self.prices)


def relief_on(reliefs: Iterable[Relief], day: date) -> int:
    """The relief in force on a day: that of the decision that started last; zero without one. Gross cents a unit. Of two
    that start on one day the later in the row holds."""
    found = 0
    for one in sorted(reliefs, key=lambda relief: relief.first_day):
        if one.first_day <= day:
            found = one.relief_cents
    return found


def relief_reserve(units_left_hundredths: int, raised_cents: int) -> int:
    """What must be reserved more when relief is raised by so much a unit: units left x raise, rounded once; zero when it
    is lowered, because events of earlier days may still be recorded."""
    return times(units_left_hundredths, max(0, raised_cents))


def replay(snapshot: Snapshot, happenings: Sequence[Happening], reliefs: Sequence[Relief] = (),
           reserved_cents: int | None = None) -> Replayed:  # fmt: skip
    """Price a history in its order. reserved_cents: what was reserved in all; the voucher's value when not told.

    Errors: as `price_event`, for a history that could not have been recorded.
    """
    units = snapshot.units_hundredths
    cents = snapshot.value_cents if reserved_cents is None else reserved_cents
    prices = []
    for one in happenings:
        price = price_event(
            snapshot, one.kind, one.quantity_hundredths, units, cents,
            band=snapshot.band_at(one.day, one.minute), own=one.own, relief_cents=relief_on(reliefs, one.day),
        )  # fmt: skip
        units -= price.units_used_hundredths
        cents -= price.amount_cents
        prices.append(price)
    return Replayed(tuple(prices), units, cents)
