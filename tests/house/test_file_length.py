"""A file over 400 lines, or a function over about 50, is two things under one name. Exceptions: docs/decisions/."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import ROOT, name_of, sources

MOST_LINES = 400
MOST_LINES_OF_FUNCTION = 60  # "about 50", with the signature and the docstring
WRITTEN = (".py", ".html", ".js", ".css", ".txt")


def reasons() -> str:
    return "\n".join(page.read_text() for page in sorted((ROOT / "docs" / "decisions").glob("*.md")))


def test_no_file_is_too_long_without_a_reason() -> None:
    told = reasons()
    long = {name_of(path): len(path.read_text().splitlines()) for path in sources(*WRITTEN)}
    found = [f"{name}: {lines}" for name, lines in long.items() if lines > MOST_LINES and f"`{name}`" not in told]
    assert not found, "divide it, or give its reason in docs/decisions/: " + ", ".join(found)


def test_no_function_is_too_long_without_a_reason() -> None:
    told = reasons()
    found = [
        f"{name_of(path)}:{name}: {lines}"
        for path in sources(".py", rooms=("marketplace", "portal_client", "portal_provider", "admin"))
        for name, lines in functions(path)
        if lines > MOST_LINES_OF_FUNCTION and f"`{name_of(path)}:{name}`" not in told
    ]
    assert not found, "divide it, or give its reason in docs/decisions/: " + ", ".join(found)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function's name and its length, from its first line to its last."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1
