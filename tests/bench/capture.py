"""Recording what a page really says to the database: every statement with its values, and what came back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

COMMIT = "commit"


@dataclass
class Said:
    """One statement as psycopg got it, and its answer; or a commit. `many`: `values` is a list, one a row."""

    sql: str
    values: Any = None
    many: bool = False
    columns: tuple[str, ...] = ()
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def is_commit(self) -> bool:
        return self.sql == COMMIT


@contextmanager
def recorded(engine: Engine) -> Iterator[list[Said]]:
    """What the engine's connections say while this is open, in order."""
    said: list[Said] = []

    def statement(_connection: Any, cursor: Any, sql: str, values: Any, _context: Any, many: bool) -> None:
        one = Said(sql, values, many)
        if cursor.description:
            one.columns = tuple(column.name for column in cursor.description)
            one.rows = cursor.fetchall()
            if one.rows:
                cursor.scroll(0, "absolute")
        said.append(one)

    def commit(_connection: Any) -> None:
        said.append(Said(COMMIT))

    event.listen(engine, "after_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield said
    finally:
        event.remove(engine, "after_cursor_execute", statement)
        event.remove(engine, "commit", commit)


def count(said: list[Said]) -> int:
    """The queries of a page: statements, without BEGIN and COMMIT."""
    return sum(not one.is_commit for one in said)
