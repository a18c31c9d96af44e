"""What reserved money will probably come to: an expectation with a band, from what past vouchers used of theirs.

The method, in one paragraph. Of the past vouchers' promises, a share was used: all that they used by all that they were
promised. The same share is expected of what is reserved now. The band holds the truth eight times in ten, if what comes is
like what was: 1.28 standard deviations, of the single vouchers' shares (each voucher may fall out otherwise, the larger the
more it weighs) and of the share itself (it is known only as well as the number of past vouchers allows). With fewer than
five past vouchers nothing is known: all of it is expected, and the band begins at nothing. None of this is ever booked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isqrt

from marketplace.money import divide

FEWEST = 5
WHOLE = 10_000
"""Hundredths of a per cent."""
WIDTH_PERCENT = 128
"""Standard deviations to each side, in hundredths: eight of ten."""


@dataclass(frozen=True)
class Share:
    """What part of a promise is used, in hundredths of a per cent; its spread over single vouchers, squared; from how many.
    Errors: none; with fewer than five it says nothing (`known`)."""

    mean: int
    variance: int
    count: int

    @property
    def known(self) -> bool:
        return self.count >= FEWEST


@dataclass(frozen=True)
class Expected:
    """Gross cents: most likely, and the band."""

    cents: int
    low: int
    high: int

    def __add__(self, other: "Expected") -> "Expected":
        return Expected(self.cents + other.cents, self.low + other.low, self.high + other.high)

    def shifted(self, cents: int) -> "Expected":
        """Beside what is certain already."""
        return Expected(self.cents + cents, self.low + cents, self.high + cents)


def share_of(past: Iterable[tuple[int, int]]) -> Share:
    """The share from past promises: (promised cents, used cents). Promises of nothing are left out."""
    pairs = [(promised, min(used, promised)) for promised, used in past if promised > 0]
    if not pairs:
        return Share(WHOLE, 0, 0)
    mean = divide(sum(used for _promised, used in pairs) * WHOLE, sum(promised for promised, _used in pairs))
    off = sum((divide(used * WHOLE, promised) - mean) ** 2 for promised, used in pairs)
    return Share(mean, divide(off, max(1, len(pairs) - 1)), len(pairs))


def expected(left_cents: Sequence[int], share: Share) -> Expected:
    """What single reservations will come to together, never below nothing or above all of it."""
    total = sum(left_cents)
    if not share.known:
        return Expected(total, 0, total)
    likely = divide(total * share.mean, WHOLE)
    squares = sum(cents * cents for cents in left_cents)
    off = isqrt(share.variance * squares + divide(share.variance * total * total, share.count))
    width = divide(off * WIDTH_PERCENT, 100 * WHOLE)
    return Expected(likely, max(0, likely - width), min(total, likely + width))


def this_year(left_cents: int, days_left: int, days_of_year_left: int) -> int:
    """The part of a reservation that falls to the year, if it is used evenly over the days that the voucher still has.
    days_left: 0 for a voucher that is over; what may still be recorded of it falls to the year as a whole."""
    if days_left <= days_of_year_left:
        return left_cents
    return divide(left_cents * days_of_year_left, days_left)


@dataclass(frozen=True)
class WhatIf:
    """So many more vouchers: what they would reserve, and what would be free then (below zero: they cannot be granted)."""

    vouchers: int
    reserved_cents: int
    free_cents: int
    expected: Expected

    @property
    def fits(self) -> bool:
        return self.free_cents >= 0


def what_if(vouchers: int, each_cents: int, free_cents: int, share: Share) -> WhatIf:
    """Granting `vouchers` more of `each_cents` (service and bonus together): the ledger would reserve all of it, and the
    share of it is expected to be used in the end."""
    needed = vouchers * each_cents
    return WhatIf(vouchers, needed, free_cents - needed, expected([each_cents] * vouchers, share))
