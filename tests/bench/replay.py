"""Playing a recorded page again without the page: by hand over psycopg, and as a script for pgbench.

A page that writes cannot be said again word for word: its ids would be there already. So a number that came back from one
statement and stands in a later one is taken from the new answer. Such numbers are known by their size: `region.build`
starts each table's ids, and all counters, in ranges of their own (eight or nine digits, see FIRST and LAST).
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import psycopg
from psycopg.types.json import Jsonb

from tests.bench.capture import COMMIT, Said

FIRST, LAST = 10_000_000, 999_999_999
COUNTED = 900_000_000
"""From here on are the order log's own counters, which the program counts up by itself (`head.seq + 1`)."""

NUMBER = re.compile(r"(?<![0-9a-f])[0-9]{8,9}(?![0-9a-f])")


class Source(NamedTuple):
    """Where a number comes from: an input by its name, or a column of the first row of a step's answer, plus something."""

    name: str = ""
    step: int = -1
    column: int = 0
    plus: int = 0


Parts = tuple[str | Source, ...]
"""A text with numbers in it that are not known yet."""


@dataclass(frozen=True, eq=False)
class Step:
    """One statement; `fresh`: the values that have to be made anew each time, as (row, name, parts or a list of them)."""

    sql: str
    values: Any
    many: bool
    columns: tuple[str, ...]
    fresh: tuple[tuple[int, str, Any], ...] = ()


@dataclass(frozen=True, eq=False)
class Tape:
    """A recorded page, ready to be played. `key`: the form's own key, which is new each time."""

    steps: tuple[Step, ...]
    key: str = ""

    def play(self, connection: psycopg.Connection[Any], inputs: Mapping[str, Any]) -> list[list[tuple[Any, ...]]]:
        """Say it all again; returns the answers, step by step."""
        answers: list[list[tuple[Any, ...]]] = []
        cursor = connection.cursor()
        for step in self.steps:
            if step.sql == COMMIT:
                connection.commit()
                answers.append([])
                continue
            values = _renewed(step, answers, inputs) if step.fresh else step.values
            if step.many:
                cursor.executemany(step.sql, values)
                answers.append([])
            else:
                cursor.execute(step.sql, values)
                answers.append(cursor.fetchall() if cursor.description else [])
        return answers


def tape(said: Sequence[Said], inputs: Mapping[int, str] | None = None, key: str = "") -> Tape:
    """What was recorded, taken apart. `inputs`: the numbers that the request itself brought, with their names."""
    known = {number: Source(name) for number, name in (inputs or {}).items()}
    steps = []
    for place, one in enumerate(said):
        rows = one.values if one.many else [one.values or {}]
        plain = [{name: _plain(value) for name, value in row.items()} for row in rows]
        fresh = tuple(
            (number, name, parts)
            for number, row in enumerate(plain)
            for name, value in row.items()
            if (parts := _unknown(value, known, key)) is not None
        )
        steps.append(Step(one.sql, plain if one.many else plain[0], one.many, one.columns, fresh))
        if len(one.rows) == 1:
            settled = one.sql.lstrip()[:6].upper() == "SELECT" and not fresh  # always the same answer, but for counters
            for column, value in enumerate(one.rows[0]):
                if isinstance(value, int) and (COUNTED if settled else FIRST) <= value <= LAST:
                    known.setdefault(value, Source("", place, column))
                    if value >= COUNTED:
                        known.setdefault(value + 1, Source("", place, column, 1))
    return Tape(tuple(steps), key)


def _plain(value: Any) -> Any:
    if isinstance(value, Jsonb):
        return json.dumps(value.obj, ensure_ascii=False, default=str)
    return str(value) if isinstance(value, str) else value


def _unknown(value: Any, known: Mapping[int, Source], key: str) -> Any:
    """The parts of a value that is to be made anew; None when it always is the same."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return (known[value],) if value in known else None
    if isinstance(value, list):
        found = [_unknown(one, known, key) for one in value]
        return [parts or (one,) for parts, one in zip(found, value, strict=True)] if any(found) else None
    if not isinstance(value, str):
        return None
    parts: list[str | Source] = []
    end = 0
    for hit in NUMBER.finditer(value):
        if int(hit.group()) in known:
            parts += [value[end : hit.start()], known[int(hit.group())]]
            end = hit.end()
    if key and key in value[end:]:
        before, _key, after = value[end:].partition(key)
        return (*parts, before, Source("key"), after)
    return (*parts, value[end:]) if parts else None


def _renewed(step: Step, answers: list[list[tuple[Any, ...]]], inputs: Mapping[str, Any]) -> Any:
    def number(source: Source) -> Any:
        if source.name:
            return inputs[source.name]
        return answers[source.step][0][source.column] + source.plus

    def value(parts: Any) -> Any:
        if isinstance(parts, list):
            return [value(one) for one in parts]
        if len(parts) == 1:
            return number(parts[0]) if isinstance(parts[0], Source) else parts[0]
        return "".join(str(number(part)) if isinstance(part, Source) else part for part in parts)

    rows = [dict(row) for row in step.values] if step.many else [dict(step.values)]
    for row, name, parts in step.fresh:
        rows[row][name] = value(parts)
    return rows if step.many else rows[0]


def pgbench_script(played: Tape, inputs: Mapping[str, tuple[int, int]]) -> str:
    """The tape as a script of pgbench. `inputs`: for each, the range that one is drawn from."""
    lines = [f"\\set {name} random({first}, {last})" for name, (first, last) in inputs.items()]
    if played.key:
        lines.append("\\set key random(1, 1000000000000000)")
    used = {source.step for step in played.steps for source in _sources(step) if source.step >= 0}
    open_now = False
    for place, step in enumerate(played.steps):
        if step.sql == COMMIT:
            lines.append("COMMIT;")
            open_now = False
            continue
        if not open_now:
            lines.append("BEGIN;")
            open_now = True
        fresh = {(row, name): parts for row, name, parts in step.fresh}
        for row, values in enumerate(step.values if step.many else [step.values]):
            mine = {name: parts for (number, name), parts in fresh.items() if number == row}
            said = _written(played, step.sql, values, mine)
            lines.append(said + (f" \\gset a{place}_" if place in used else ";"))
    return "\n".join(lines) + "\n"


def _sources(step: Step) -> list[Source]:
    found: list[Source] = []

    def look(parts: Any) -> None:
        if isinstance(parts, Source):
            found.append(parts)
        elif isinstance(parts, list | tuple):
            for part in parts:
                look(part)

    for _row, _name, parts in step.fresh:
        look(parts)
    return found


def _written(played: Tape, sql: str, values: Mapping[str, Any], fresh: Mapping[str, Any]) -> str:
    def value(hit: re.Match[str]) -> str:
        name = hit.group(1)
        return _expression(played, fresh[name]) if name in fresh else literal(values[name])

    return re.sub(r"%\((\w+)\)s", value, sql).replace("%%", "%")


def _expression(played: Tape, parts: Any) -> str:
    if isinstance(parts, list):
        return f"ARRAY[{', '.join(_expression(played, one) for one in parts)}]"
    if len(parts) == 1:
        return _variable(played, parts[0]) if isinstance(parts[0], Source) else literal(parts[0])
    return "(" + " || ".join(
        f"({_variable(played, part)})::text" if isinstance(part, Source) else literal(part) for part in parts
    ) + ")"  # fmt: skip


def _variable(played: Tape, source: Source) -> str:
    if source.name == "key":
        return "lpad(:key::text, 32, '0')"
    if source.name:
        return f":{source.name}::bigint"
    column = played.steps[source.step].columns[source.column]
    plus = f" + {source.plus}" if source.plus else ""
    return f"(:a{source.step}_{column}::bigint{plus})"


def literal(value: Any) -> str:
    """A value in SQL. No colon stands in a text: pgbench would take what follows for a variable."""
    if value is None:
        return "NULL"
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, list):
        return f"ARRAY[{', '.join(literal(one) for one in value)}]"
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'::bytea"
    if isinstance(value, datetime | date):
        value = value.isoformat()
    text = str(value).replace("'", "''")
    if ":" in text or "\\" in text:
        return "U&'" + text.replace("\\", "\\\\").replace(":", "\\003A") + "'"
    return f"'{text}'"
