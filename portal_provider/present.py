"""Words that the pages of a provider's daily work put together from several values."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from flask import request

from marketplace.money import PERCENT
from marketplace.use_cases.card_prices import BandCost
from marketplace.use_cases.invoice_pages import InvoiceRow
from marketplace.use_cases.provider_event_pages import KindRow
from marketplace.web import formats
from marketplace.web.i18n import gettext
from marketplace.web.labels import label, texts


def language_words(code: str) -> str:
    """A client's language in words; a rare one by its code, which is what is known of it."""
    return label("language", code) if f"language.{code}" in texts() else code


def money_sentence(row: InvoiceRow) -> str:
    """Where an invoice's money is, and when it comes."""
    due = formats.day(row.due_on)
    if row.state == "paid":
        return gettext("Paid on %(day)s.", day=formats.day(row.paid_on))
    if row.state == "returned":
        return gettext("Every line came back. Mend them: they go on the next invoice.")
    if row.state == "bank_returned":
        return gettext("The bank gave the payment back. Check your account number: it is paid again in the next batch.")
    if row.late:
        return gettext("Should have been on your account by %(day)s. Contact the organiser.", day=due)
    if row.state == "sent" and row.pay_on is not None:
        return gettext("The bank pays on %(day)s.", day=formats.day(max(row.pay_on, date.min)))
    return gettext("On your account by %(day)s at the latest.", day=due)


def prices_in_words(prices: Sequence[BandCost], unit: str) -> str:
    """What one unit costs: one price, or each time's with what the client pays of it."""
    parts = []
    for one in prices:
        text = formats.unit_price(one.price_cents, unit)
        if one.own_share_cents:
            part = formats.money(one.own_share_cents)
            text = gettext("%(price)s, of which the client pays %(part)s", price=text, part=part)
        parts.append(text if len(prices) == 1 else f"{label('band', one.band)}: {text}")
    return "; ".join(parts)


def price_sentence(quantity_hundredths: int, unit: str, price_cents: int, kind: KindRow, amount_cents: int) -> str:
    """2,5 h × 53,00 € = 132,50 €; with the paid share between where it is not the whole."""
    parts = [formats.quantity(quantity_hundredths, unit, short=True), formats.money(price_cents)]
    if kind.paid_share_percent != PERCENT:
        parts.append(f"{kind.paid_share_percent}{formats.NBSP}%")
    return f"{' × '.join(parts)} = {formats.money(amount_cents)}"


def kind_hint(kind: KindRow) -> str:
    """What a kind of event takes from the voucher and what is paid for it, in a few words."""
    if kind.unit_use_percent == PERCENT and kind.paid_share_percent == PERCENT:
        return gettext("The whole price is paid.")
    if kind.paid_share_percent == 0:
        if kind.unit_use_percent == 0:
            return gettext("Nothing is paid and nothing is taken from the voucher.")
        return gettext("Nothing is paid; %(use)d %% of the time is taken from the voucher.", use=kind.unit_use_percent)
    return gettext(
        "%(paid)d %% of the price is paid; %(use)d %% of the time is taken from the voucher.",
        paid=kind.paid_share_percent,
        use=kind.unit_use_percent,
    )


def unit_words(unit: str) -> str:
    """What is counted, as it stands beside a box for a number: hours."""
    words = {
        "hour": gettext("hours"),
        "day": gettext("days"),
        "month": gettext("months"),
        "session": gettext("sessions"),
        "lump_sum": gettext("lump sums"),
    }
    return words[unit]


def month_code(month: date) -> str:
    """2026-10, as it stands in an address."""
    return f"{month.year:04d}-{month.month:02d}"


def month_from(code: str | None) -> date | None:
    """The first day of the month that an address names; None when it names none that can be read."""
    try:
        year, month = (int(part) for part in (code or "").split("-"))
        found = date(year, month, 1)
    except ValueError:
        return None
    return found if 2000 <= year <= 2100 else None


def page_number() -> int:
    """The page of a long list that the address asks for; the first when it is nonsense."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and 0 < int(asked) < 1_000_000 else 1


def with_page(address: str, **values: str) -> str:
    """An address with its question, `page` to be put at the end by the pager."""
    kept = {name: value for name, value in values.items() if value}
    return f"{address}?{urlencode(kept)}{'&' if kept else ''}page="
