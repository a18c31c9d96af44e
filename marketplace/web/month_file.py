"""A month's rows as CSV, for finance and providers."""

import csv
import io
from collections.abc import Iterable
from datetime import date

from marketplace.use_cases.month_pages import MonthLine
from marketplace.web.labels import label

HEADINGS = ("number", "provider", "voucher", "row", "kind", "day", "quantity", "unit", "cents", "why", "words", "at", "by")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def month_csv(lines: Iterable[MonthLine]) -> bytes:
    """The lines with a heading, in UTF-8; quantities in hundredths of the unit, money in cents."""
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";", lineterminator="\r\n")
    rows.writerow(HEADINGS)
    for one in lines:
        rows.writerow(
            (one.number, _plain(one.provider), one.voucher_number, one.kind, one.kind_of, one.day.isoformat(),
             one.quantity_hundredths, one.unit, one.amount_cents, one.why, label("month_why", one.why),
             one.at.isoformat(), _plain(one.who or ""))
        )  # fmt: skip
    return out.getvalue().encode()


def _plain(words: str) -> str:
    """A name that a spreadsheet does not take for a formula."""
    return f"'{words}" if words.startswith(FORMULA) else words


def month_named(code: str) -> date | None:
    """The first day of the month that an address names as YYYY-MM; None when it names none."""
    try:
        year, month = code.split("-")
        return date(int(year), int(month), 1)
    except ValueError:
        return None
