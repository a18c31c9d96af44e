"""The time is asked in one file; everyone else is handed a clock."""

import ast
from pathlib import Path

import pytest

from tests.house.sources import name_of, sources

ASKS = {"now", "utcnow", "today", "fromtimestamp", "time", "time_ns", "localtime", "gmtime"}
CLOCK = "marketplace/clock.py"
NAMES = {"datetime", "date", "time", "dt"}


def asked(path: Path) -> list[str]:
    """Where a file asks the computer what time it is: datetime.now(), date.today(), time.time() and the like."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ASKS):
            continue
        owner = node.func.value
        base = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
        if base in NAMES:
            found.append(f"{name_of(path)}:{node.lineno}")
    return found


PRODUCT = list(sources(".py", rooms=("marketplace", "portal_client", "portal_provider", "admin", "migrations")))


def test_only_the_clock_asks_what_time_it_is() -> None:
    found = [line for path in PRODUCT if name_of(path) != CLOCK for line in asked(path)]
    assert not found, "take a Clock, a moment or a day as a parameter instead: " + ", ".join(found)


@pytest.mark.parametrize("line", ["datetime.now(UTC)", "datetime.datetime.utcnow()", "date.today()", "time.time()"])
def test_the_fence_sees_what_it_should(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x.py"
    file.write_text(line)
    monkeypatch.setattr("tests.house.test_clock.name_of", lambda path: path.name)
    assert asked(file) == ["x.py:1"]


def test_the_database_is_not_asked_either() -> None:
    words = ("func.now(", "current_timestamp", "current_date", "clock_timestamp", " now()")
    found = [
        f"{name_of(path)}: {word}"
        for path in PRODUCT
        for word in words
        if word in path.read_text().replace(".now()", "")
    ]
    assert not found, found
