"""Runs of the verifier over logs that a test has changed."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from marketplace.matching import lines
from marketplace.matching.verify import Report, verify
from tests.matching.logs import FIRST_DAY, Book, good_book, rechained

DAY = timedelta(days=1)
TODAY = FIRST_DAY + 40 * DAY
Fields = list[dict[str, Any]]
Change = Callable[[Fields], None]


def run(raw: Iterable[bytes], today: date = TODAY, **more: Any) -> Report:
    return verify(raw, **({"head": None, "today": today, "strict": False} | more))


def codes(report: Report) -> list[tuple[int, int]]:
    return [(finding.line, finding.code) for finding in report.findings]


def find(fields: Fields, kind: str, number: int = 0) -> int:
    """Where the line of this type stands, counted from 0."""
    return [index for index, line in enumerate(fields) if line["type"] == kind][number]


def changed(change: Change, today: date = TODAY, **more: Any) -> Report:
    """The report on a sound log after a change, with its chain made whole again."""
    return run(rechained(good_book().raw, change), today, **more)


def set_field(kind: str, number: int, field: str, value: Any) -> Change:
    def change(fields: Fields) -> None:
        fields[find(fields, kind, number)][field] = value

    return change


def reissued() -> Book:
    """A sound log that ends with a reissue and the list 13 in place of the list 2."""
    book = good_book()
    day = FIRST_DAY + 9 * DAY
    book.commit(day, late=True)
    book.beacon(day)
    book.add(lines.reissue_line(13, 2, "cancelled-decision"))
    book.draw(day)
    return book
