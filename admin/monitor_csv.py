"""The monitor's figures as CSV. What may not be told is an empty field, as on the page."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator

from marketplace.use_cases.choice_figures import Table
from marketplace.use_cases.monitor_pages import Monitor

Row = Iterable[object]


def exposure(page: Monitor) -> Iterator[Row]:
    yield "unit", "provider", "impressions", "exposure", "equal_share", "ratio", "low_99.9", "high_99.9"
    for one in page.figures.exposure.units if page.figures.exposure else ():
        yield (one.unit, page.names.get(one.unit, ""), one.seen.impressions, round(one.seen.exposure, 4),
               round(one.seen.expected, 4), round(one.seen.ratio, 4), round(one.low, 4), round(one.high, 4))  # fmt: skip


def first(page: Monitor) -> Iterator[Row]:
    yield "group", "providers", "impressions", "first", "expected", "low_99.9", "high_99.9", "p", "flagged"
    for one in page.figures.firsts:
        yield (one.group, ", ".join(page.groups.get(one.group, ())), one.impressions, one.firsts, round(one.expected, 3),
               one.low, one.high, f"{one.p_value:.6f}", int(one.flagged))  # fmt: skip


def effective(page: Monitor) -> Iterator[Row]:
    yield "service", "choices", "measure", "low_10", "median", "high_90", "at_most_one"
    for found in page.figures.effective:
        for one in found.ranges:
            service = found.package["fi"] if found.package else ""
            yield service, found.choices, one.measure, one.low, one.middle, one.high, _cell(one.few)


def needs(page: Monitor) -> Iterator[Row]:
    yield from _table(page.choices.by_need if page.choices else None, "need")


def declines(page: Monitor) -> Iterator[Row]:
    yield from _table(page.choices.by_reason if page.choices else None, "need")


def providers(page: Monitor) -> Iterator[Row]:
    yield from _table(page.choices.by_provider if page.choices else None, "provider")


def channels(page: Monitor) -> Iterator[Row]:
    yield "channel", "choices"
    for name, count in page.choices.channels.counts if page.choices else ():
        yield name, _cell(count)


TABLES: dict[str, Callable[[Monitor], Iterator[Row]]] = {
    "exposure": exposure,
    "first": first,
    "effective": effective,
    "needs": needs,
    "declines": declines,
    "providers": providers,
    "channels": channels,
}


def as_csv(page: Monitor, what: str) -> bytes:
    """One table. Raises KeyError for a table that is not there."""
    out = io.StringIO()
    rows = (map(_harmless, row) for row in TABLES[what](page))
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows)
    # the mark tells spreadsheets that the letters are UTF-8
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _table(table: Table | None, first_column: str) -> Iterator[Row]:
    if table is None:
        yield (first_column,)
        return
    yield first_column, *table.columns, "total"
    for row in (*table.rows, table.totals):
        yield row.name, *map(_cell, row.counts), _cell(row.total)


def _cell(count: int | None) -> object:
    return "" if count is None else count


def _harmless(value: object) -> object:
    """A company's name that begins like a formula is not to be computed by whoever opens the file."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
