"""How money, days and amounts are written, in the reader's language.

All of them are template filters of the same name: `{{ invoice.total_cents|money }}`. What is not known (None) is a
dash; where a person needs to know that it is not known, write that in words instead.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent
from flask import Flask

from marketplace.web.i18n import current_language, gettext, ngettext

HELSINKI = ZoneInfo("Europe/Helsinki")
NOTHING = "–"
NBSP = "\u00a0"
# English is written for readers in Finland: 1,234.50 € keeps English separators and the sign's place of the other languages.
_MONEY = {"fi": "#,##0.00\u00a0¤", "sv": "#,##0.00\u00a0¤", "en": "#,##0.00\u00a0¤"}
_LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}
_DAY = {"fi": "d.M.y", "sv": "d.M.y", "en": "d\u00a0MMM\u00a0y"}
_DAY_SHORT = {"fi": "d.M.", "sv": "d.M.", "en": "d\u00a0MMM"}
_DAY_WORDS = {"fi": "d. MMMM y", "sv": "d MMMM y", "en": "d MMMM y"}
_MONTH = {"fi": "LLLL y", "sv": "LLLL y", "en": "LLLL y"}
_MOMENT = {"fi": "d.M.y 'klo' H.mm", "sv": "d.M.y 'kl.' H.mm", "en": "d MMM y 'at' H:mm"}
_CLOCK = {"fi": "'klo' H.mm", "sv": "'kl.' H.mm", "en": "H:mm"}


def locale() -> str:
    return _LOCALES[current_language()]


# A page writes the same few days and amounts many times over, and writing one takes longer than everything around it.
_KEPT = 4096


@lru_cache(_KEPT)
def _decimal(value: int | Decimal, pattern: str, where: str) -> str:
    return format_decimal(value, pattern, locale=where)


@lru_cache(_KEPT)
def _euros(cents: int, pattern: str, where: str) -> str:
    return format_currency(Decimal(cents) / 100, "EUR", pattern, locale=where, currency_digits=False)


@lru_cache(_KEPT)
def _date(value: date, pattern: str, where: str) -> str:
    return format_date(value, pattern, locale=where)


def money(cents: int | None, short: bool = False) -> str:
    """1 234,50 €. With `short`, whole euros go without cents: 900 000 €."""
    if cents is None:
        return NOTHING
    if not isinstance(cents, int):
        raise TypeError("money is int cents")
    pattern = _MONEY[current_language()]
    if short and cents % 100 == 0:
        pattern = pattern.replace(".00", "")
    return _euros(cents, pattern, locale())


def number(value: int | Decimal | None, decimals: int = 2) -> str:
    """12 500 or 2,5: at most `decimals` places, no needless zeros."""
    if value is None:
        return NOTHING
    return _decimal(value, "#,##0." + "#" * decimals if decimals else "#,##0", locale())


def figure(value: float | None, decimals: int = 2) -> str:
    """1,07: a measured figure, at most `decimals` places."""
    return NOTHING if value is None else number(Decimal(str(round(value, decimals))), decimals)


def percent(share: Fraction | Decimal | float | None, decimals: int = 0) -> str:
    """A share of one (0.45) as 45 %."""
    if share is None:
        return NOTHING
    exact = (
        Decimal(share.numerator) / Decimal(share.denominator) if isinstance(share, Fraction) else Decimal(str(share))
    )
    pattern = ("#,##0." + "0" * decimals if decimals else "#,##0") + NBSP + "%"
    return format_percent(exact, pattern, locale=locale())


def day(value: date | None) -> str:
    """21.11.2026"""
    return NOTHING if value is None else _date(value, _DAY[current_language()], locale())


def day_short(value: date | None) -> str:
    """21.11., where the year is plain from the page"""
    return NOTHING if value is None else _date(value, _DAY_SHORT[current_language()], locale())


def day_words(value: date | None) -> str:
    """21. marraskuuta 2026"""
    return NOTHING if value is None else _date(value, _DAY_WORDS[current_language()], locale())


def month(value: date | None) -> str:
    """marraskuu 2026"""
    return NOTHING if value is None else _date(value, _MONTH[current_language()], locale())


def days(start: date | None, end: date | None) -> str:
    """1.11.2026–30.11.2026; a side that is open stays open: 1.11.2026–"""
    return f"{day(start) if start else ''}–{day(end) if end else ''}"


def _in_helsinki(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a moment must know its time zone")
    return value.astimezone(UTC).astimezone(HELSINKI)


def moment(value: datetime | None) -> str:
    """21.11.2026 klo 14.05, Finnish time"""
    if value is None:
        return NOTHING
    local = _in_helsinki(value)
    return format_datetime(local, _MOMENT[current_language()], tzinfo=HELSINKI, locale=locale())


def time_of_day(value: datetime | None) -> str:
    """klo 14.05, Finnish time"""
    if value is None:
        return NOTHING
    return format_datetime(_in_helsinki(value), _CLOCK[current_language()], tzinfo=HELSINKI, locale=locale())


def day_of(value: datetime | None) -> str:
    """The Finnish day of a moment: 21.11.2026"""
    return NOTHING if value is None else day(_in_helsinki(value).date())


def iso(value: date | datetime) -> str:
    """For <time datetime="...">"""
    return value.isoformat()


_LONG: dict[str, Callable[[str, int], str]] = {
    "hour": lambda amount, n: ngettext("%(amount)s hour", "%(amount)s hours", n, amount=amount),
    "day": lambda amount, n: ngettext("%(amount)s day", "%(amount)s days", n, amount=amount),
    "month": lambda amount, n: ngettext("%(amount)s month", "%(amount)s months", n, amount=amount),
    "lump_sum": lambda amount, n: ngettext("%(amount)s lump sum", "%(amount)s lump sums", n, amount=amount),
    "session": lambda amount, n: ngettext("%(amount)s session", "%(amount)s sessions", n, amount=amount),
}
_SHORT: dict[str, Callable[[str], str]] = {
    "hour": lambda amount: gettext("%(amount)s h", amount=amount),
    "day": lambda amount: gettext("%(amount)s d", amount=amount),
    "month": lambda amount: gettext("%(amount)s mo", amount=amount),
    "lump_sum": lambda amount: gettext("%(amount)s ×", amount=amount),
    "session": lambda amount: gettext("%(amount)s ×", amount=amount),
}
_NAMES: dict[str, Callable[[], str]] = {
    "hour": lambda: gettext("hour"),
    "day": lambda: gettext("day"),
    "month": lambda: gettext("month"),
    "lump_sum": lambda: gettext("lump sum"),
    "session": lambda: gettext("session"),
}


def quantity(hundredths: int | None, unit: str, short: bool = False) -> str:
    """2,5 tuntia; with `short`, 2,5 h. Units: hour, day, month, lump_sum, session."""
    if hundredths is None:
        return NOTHING
    amount = number(Decimal(hundredths) / 100)
    return (_SHORT[unit](amount) if short else _LONG[unit](amount, 1 if hundredths == 100 else 2)).replace(" ", NBSP)


def unit_name(unit: str) -> str:
    """tunti, as in a column "60,00 € / tunti" """
    return _NAMES[unit]()


def unit_price(cents: int | None, unit: str) -> str:
    """60,00 € / tunti"""
    return NOTHING if cents is None else f"{money(cents)}{NBSP}/{NBSP}{unit_name(unit)}"


FILTERS: tuple[Callable[..., str], ...] = (
    money, number, figure, percent, day, day_short, day_words, days, month, moment, time_of_day, day_of, iso, quantity,
    unit_name, unit_price, )  # fmt: skip


def init_formats(app: Flask) -> None:
    for function in FILTERS:
        app.jinja_env.filters[function.__name__] = function
