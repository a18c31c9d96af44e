"""A client's voucher in plain words: what it gives, what it costs her, and how far it reaches."""

import re
from datetime import date
from typing import NamedTuple, Protocol

from marketplace.use_cases.card_prices import CardPrice
from marketplace.web.formats import day, money, quantity, unit_price
from marketplace.web.i18n import LazyText, gettext, in_language, lazy_gettext
from marketplace.web.labels import label, texts

UNIT_MEANINGS: dict[str, LazyText] = {
    "hour": lazy_gettext("One hour means one hour of service for you."),
    "day": lazy_gettext("One day means one day of service for you."),
    "session": lazy_gettext("One session means one meeting."),
    "month": lazy_gettext("One month means a month of service, as often as you agree with the provider."),
    "lump_sum": lazy_gettext("The voucher covers the whole service."),
}


REASON_FAMILIES = ("decline_reason", "end_reason", "voucher_end_reason", "client_end_reason", "move_reason")
CODE = re.compile(r"[a-z]+(?:_[a-z]+)+")


class Voucherlike(Protocol):
    """What the head of every page about a voucher needs."""

    @property
    def package(self) -> dict[str, str]: ...
    @property
    def unit(self) -> str: ...
    @property
    def units_hundredths(self) -> int: ...
    @property
    def units_left_hundredths(self) -> int: ...
    @property
    def own_share_cents(self) -> int: ...
    @property
    def providers_set_prices(self) -> bool: ...
    @property
    def own_price(self) -> CardPrice | None: ...
    @property
    def valid_to(self) -> date: ...


class Priced(Protocol):
    """What the client's own cost needs."""

    @property
    def providers_set_prices(self) -> bool: ...
    @property
    def own_price(self) -> CardPrice | None: ...
    @property
    def unit(self) -> str: ...
    @property
    def own_share_cents(self) -> int: ...


class Pair(NamedTuple):
    """A name and a value, as the macros `hero` and `facts` take them."""

    name: str
    value: str


def own_parts(price: CardPrice, unit: str) -> str:
    """What the client pays of one unit, by time where that matters."""
    costs = price.brief
    if len({one.own_share_cents for one in costs}) == 1:
        return unit_price(costs[0].own_share_cents, unit)
    return "; ".join(f"{label('band', one.band)} {unit_price(one.own_share_cents, unit)}" for one in costs)


def own_cost(voucher: Priced) -> str:
    """What the client pays: 0 €, or an amount a unit."""
    if voucher.providers_set_prices:
        if voucher.own_price is not None and voucher.own_price.whole:
            return own_parts(voucher.own_price, voucher.unit)
        return gettext("depends on the provider")
    if voucher.own_share_cents == 0:
        return money(0, short=True)
    return unit_price(voucher.own_share_cents, voucher.unit)


def hero(voucher: Voucherlike) -> list[Pair]:
    """The voucher on one line: what, how much (or how much is left), until when, at what cost."""
    used = voucher.units_left_hundredths < voucher.units_hundredths
    amount = quantity(voucher.units_left_hundredths if used else voucher.units_hundredths, voucher.unit)
    return [
        Pair(gettext("Your voucher"), in_language(voucher.package)),
        Pair(gettext("You have left") if used else gettext("You get at most"), amount),
        Pair(gettext("Use it by"), day(voucher.valid_to)),
        Pair(gettext("You pay"), own_cost(voucher)),
    ]


def said_reason(reason: str) -> str:
    """A reason as the trail keeps it (a listed code, words, or a code and words) in words; "" for a code without any."""
    head, _colon, rest = reason.partition(": ")
    for family in REASON_FAMILIES:
        if f"{family}.{head}" in texts():
            said = label(family, head)
            return f"{said}: {rest}" if rest else said
    return rest if CODE.fullmatch(head) else reason
