"""What both writers of e-invoices stand on: elements that are never empty, and amounts, quantities and prices as text."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lxml import etree

from marketplace.pricing.documents import Line

UNIT_CODES = {"hour": "HUR", "day": "DAY", "month": "MON", "session": "C62", "lump_sum": "C62"}
"""UN/ECE Recommendation 20 codes of our units (C62 is "one")."""

Element = Any
"""An element of lxml, which tells no types."""

PRICE_STEP = Decimal("0.000001")


def leaf(parent: Element, name: str, text: str, attributes: Mapping[str, str] | None = None) -> None:
    """Add an element with a text. Nothing is added for an empty text: receivers refuse empty elements."""
    if text:
        etree.SubElement(parent, name, dict(attributes or {})).text = text


def amount(cents: int) -> str:
    """Cents as a decimal number with two decimals, 12.50."""
    sign, size = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{size // 100}.{size % 100:02d}"


def quantity(hundredths: int) -> str:
    """Hundredths as a decimal number without needless zeros, 0.25."""
    text = amount(hundredths)
    return text.rstrip("0").rstrip(".")


def unit_price(line: Line) -> str:
    """The net price of one unit: the line's net divided by its quantity, to a millionth of a euro. A no-show that is
    half paid, or a delivery that took the voucher's last cents, so has the price that its sum follows from."""
    exact = Decimal(line.part.net_cents) / Decimal(line.quantity_hundredths)
    price = format(exact.quantize(PRICE_STEP, ROUND_HALF_UP), "f")
    whole, _, decimals = price.partition(".")
    return f"{whole}.{decimals.rstrip('0'):0<2}"


def cut(text: str, most: int) -> str:
    """At most so many characters, without a blank at the end."""
    return text[:most].rstrip()
