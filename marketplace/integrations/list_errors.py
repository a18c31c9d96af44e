"""The rows of a list that came back: a file that can be mended and sent again, with no identity code whole in it."""

import csv
import os
import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TextIO

from stdnum.fi import hetu

from marketplace.integrations.csv_lists import harmless

SHOWN = 4
"""Marks of an identity code that stay: day and month of birth, so that a person finds the row."""

_LIKE_A_CODE = re.compile(r"(?<!\w)(\d{6})([-+A-FU-Y]\d{3}[0-9A-Z]|\d{3}[A-Z])(?!\w)", re.IGNORECASE)


def hidden(code: str) -> str:
    """An identity code, or what was written in its place, with all but its beginning masked."""
    return code[:SHOWN] + "*" * min(max(len(code) - SHOWN, 0), 11)


def hide_codes(text: str) -> str:
    """Any text, with every identity code that has strayed into it masked. A phone number in two parts is not one."""

    def hide(found: re.Match[str]) -> str:
        code = found.group().upper()
        is_code = code[-1].isalpha() or hetu.is_valid(code, allow_temporary=True)
        return hidden(found.group()) if is_code else found.group()

    return _LIKE_A_CODE.sub(hide, text)


def printable(value: str, most: int = 60) -> str:
    """A cell for a line on the screen: one line, no control marks, not endless."""
    one_line = " ".join(value.split())
    clean = "".join(mark if mark.isprintable() else "?" for mark in one_line)
    return clean if len(clean) <= most else clean[: most - 1] + "…"


class ErrorsFile:
    """The file of rows that came back. It appears under its name when it is whole, and only its owner may read it."""

    def __init__(self, path: Path, separator: str, headers: Sequence[str]) -> None:
        self._path = path
        self._draft = path.with_name(f"{path.name}.part")
        opened = os.open(self._draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        self._file: TextIO = os.fdopen(opened, "w", encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._file, delimiter=separator)
        self._rows.writerow(headers)

    def add(self, line: int, fields: str, reasons: str, cells: Sequence[str]) -> None:
        """One row: where it stood, what is wrong with it, and the cells as they were. No cell is run as a formula."""
        self._rows.writerow([line, harmless(fields), harmless(reasons), *(harmless(cell) for cell in cells)])

    def __enter__(self) -> "ErrorsFile":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
        self._draft.replace(self._path)
