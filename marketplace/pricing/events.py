"""What a service event costs: units off the voucher, and cents to the provider."""

from dataclasses import dataclass

from marketplace.money import not_negative, product, share, times
from marketplace.pricing.rules import EventKind
from marketplace.pricing.snapshot import Snapshot


class TooMuch(Exception):
    """The event needs more units than the voucher has left. Nothing is cut to fit: the provider must know beforehand."""

    def __init__(self, units_left_hundredths: int, units_needed_hundredths: int) -> None:
        super().__init__(f"{units_needed_hundredths} hundredths needed, {units_left_hundredths} left")
        self.units_left_hundredths = units_left_hundredths
        self.units_needed_hundredths = units_needed_hundredths


@dataclass(frozen=True)
class EventPrice:
    """Units off the voucher, gross cents to the provider from the voucher, and gross cents that the client owes it."""

    units_used_hundredths: int
    amount_cents: int
    own_share_cents: int = 0


def price_event(
    snapshot: Snapshot,
    kind: EventKind | str,
    quantity_hundredths: int,
    units_left_hundredths: int,
    cents_left: int,
) -> EventPrice:
    """Price one event by the promise of the grant.

    Units used = quantity x the kind's unit use, rounded once. Amount = quantity x price x the kind's paid share, rounded
    once, and never more than `cents_left` of the voucher's reservation: when many small events each round half a cent
    up, the last ones give those cents back, so that the sum of all events never exceeds the voucher's value. As an event
    is never paid for more than it uses, only such fractions are ever cut off. The own share is owed for deliveries
    alone (money.md 6).

    Errors: TooMuch when the units do not suffice; NoRule when the grant has no price for the kind; ValueError for a
    quantity that is not positive; TypeError for floats and bools.
    """
    if not_negative(quantity_hundredths, "quantity_hundredths") == 0:
        raise ValueError("an event has a quantity")
    not_negative(cents_left, "cents_left")
    rule = snapshot.rule(kind)
    units = share(quantity_hundredths, rule.unit_use_percent)
    if units > not_negative(units_left_hundredths, "units_left_hundredths"):
        raise TooMuch(units_left_hundredths, units)
    amount = product(quantity_hundredths, snapshot.price_cents, rule.paid_share_percent)
    delivered = rule.kind is EventKind.DELIVERED
    own_share = times(quantity_hundredths, snapshot.own_share_cents) if delivered else 0
    return EventPrice(units, min(amount, cents_left), own_share)
