"""Reading a list that somebody saved from a spreadsheet: its encoding, its separator, its columns, its rows one by one.

A list of any length is read in one pass with flat memory (after one pass that finds the encoding). A line that cannot
be read never takes its neighbours with it.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple

from marketplace.use_cases.refusals import Refused

SEPARATORS = (";", ",", "\t")
LONGEST_LINE = 20_000
"""Characters. A longer line is no row of any list."""

LONGEST_CELL = 2_000
MOST_LINES = 12
"""Lines that one quoted row may take: an address has a few, a forgotten quotation mark would have all the rest."""

FOREIGN = {
    b"PK\x03\x04": "import_spreadsheet",  # xlsx, ods, any zip
    b"\xd0\xcf\x11\xe0": "import_spreadsheet",  # xls
    b"%PDF": "import_not_text",
}
BLOCK = 1 << 16
RUBBISH = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd]")  # control characters, and what could not be decoded


class Column(NamedTuple):
    """One column: the code of its field, its name in each language, and what else it may be called."""

    name: str
    fi: str
    sv: str
    en: str
    required: bool = True
    also: tuple[str, ...] = ()

    def shown(self, language: str) -> str:
        return {"fi": self.fi, "sv": self.sv}.get(language, self.en)


class Row(NamedTuple):
    """A row that could be taken apart. `values`: by the field's code; `cells`: as they stood, in the file's order."""

    line: int
    values: dict[str, str]
    cells: list[str]


class Unreadable(NamedTuple):
    """A line that could not: why, and at which field if one is to blame."""

    line: int
    refused: Refused
    cells: list[str]


@dataclass(frozen=True)
class UnusableList(Exception):
    """The file as a whole cannot be used; every reason that was found, at once."""

    reasons: tuple[Refused, ...]


class CsvList:
    """An open list. `encoding`, `separator` and `headers` say how it was read; `position` of `size` bytes is read."""

    def __init__(self, path: Path, columns: Sequence[Column], ignored: Sequence[str], language: str) -> None:
        """Open and look at the first line. UnusableList when it is no such list. `ignored`: headers that may be there."""
        self.size = path.stat().st_size
        self.encoding = encoding_of(path)
        self._raw: BinaryIO = path.open("rb")
        try:
            self._lines = _Lines(self._raw, CODECS[self.encoding])
            self.headers, self.separator, self._places = self._read_head(columns, ignored, language)
        except BaseException:
            self._raw.close()
            raise

    def __enter__(self) -> "CsvList":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._raw.close()

    @property
    def position(self) -> int:
        return self._raw.tell()

    @property
    def width(self) -> int:
        """How many columns the first line names."""
        return len(self.headers)

    @property
    def kept(self) -> frozenset[int]:
        """The places of the columns that are ours, not an earlier list of errors'."""
        return frozenset(self._places)

    def header_of(self, field: str | None) -> str:
        """The column's name as the file has it; "" for none."""
        return next((self.headers[place] for place, name in self._places.items() if name == field), field or "")

    def place_of(self, field: str) -> int | None:
        """The column's place, counted from 0."""
        return next((place for place, name in self._places.items() if name == field), None)

    def rows(self) -> Iterator[Row | Unreadable]:
        """Every row after the first line, in order. Empty lines, and lines of separators alone, are passed over."""
        while (first := self._lines.take()) is not None:
            number, text = first
            if not text.strip(f'{self.separator} \t\n"'):
                continue
            if len(text) > LONGEST_LINE:
                yield Unreadable(number, Refused("import_line_too_long", None, most=LONGEST_LINE), [text[:100]])
                continue
            yield self._row(number, text)

    def _row(self, number: int, text: str) -> Row | Unreadable:
        lines = [text]
        cells = _cells(text, self.separator)
        while cells is None and len(lines) < MOST_LINES and (more := self._lines.take()) is not None:
            lines.append(more[1])
            cells = _cells("".join(lines), self.separator)
        wanted = len(self.headers)
        if cells is not None and len(cells) > wanted and not any(cell.strip() for cell in cells[wanted:]):
            cells = cells[:wanted]  # a spreadsheet's empty columns
        if cells is not None and len(cells) == wanted:
            return self._checked(number, cells)
        for place in range(len(lines) - 1, 0, -1):  # the fault is the first line's; the others are read by themselves
            self._lines.give_back(number + place, lines[place])
        if cells is None or len(lines) > 1:
            rough = text.rstrip("\n").split(self.separator)
            return Unreadable(number, Refused("import_quote_open"), rough)
        return Unreadable(number, Refused("import_cells_count", None, cells=len(cells), columns=wanted), cells)

    def _checked(self, number: int, cells: list[str]) -> Row | Unreadable:
        values = {}
        for place, cell in enumerate(cells):
            field = self._places.get(place)
            if field is None:
                continue
            if len(cell) > LONGEST_CELL:
                return Unreadable(number, Refused("import_cell_too_long", field, most=LONGEST_CELL), cells)
            if RUBBISH.search(cell):
                return Unreadable(number, Refused("import_unreadable_mark", field), cells)
            values[field] = plain(cell.strip())
        return Row(number, values, cells)

    def _read_head(
        self, columns: Sequence[Column], ignored: Sequence[str], language: str
    ) -> tuple[list[str], str, dict[int, str]]:
        known = {_key(name): column.name for column in columns
                 for name in (column.name, column.fi, column.sv, column.en, *column.also)}  # fmt: skip
        passed = {_key(name) for name in ignored}
        told, text = self._first_line()
        guesses = []
        for separator in [told] if told else SEPARATORS:
            cells = [cell.strip() for cell in _cells(text, separator) or [text.strip()]]
            while len(cells) > 1 and not cells[-1]:
                cells.pop()
            guesses.append((sum(_key(cell) in known for cell in cells), cells, separator))
        hits, cells, separator = max(guesses, key=lambda guess: guess[0])
        if not hits:
            raise UnusableList((Refused("import_no_header", None, columns=_named(columns, language)),))
        fields = [known.get(_key(cell)) for cell in cells]
        problems = []
        if missing := [column for column in columns if column.required and column.name not in fields]:
            problems.append(Refused("import_columns_missing", None, columns=_named(missing, language)))
        if strange := [cell for cell, name in zip(cells, fields, strict=True) if not name and _key(cell) not in passed]:
            shown = ", ".join(f"“{cell[:40]}”" for cell in strange)
            problems.append(Refused("import_columns_unknown", None, columns=shown, known=_named(columns, language)))
        named = [name for name in fields if name]
        if twice := [column for column in columns if named.count(column.name) > 1]:
            problems.append(Refused("import_columns_twice", None, columns=_named(twice, language)))
        if problems:
            raise UnusableList(tuple(problems))
        return cells, separator, {place: name for place, name in enumerate(fields) if name}

    def _first_line(self) -> tuple[str, str]:
        """The line with the columns' names; and the separator, where a line `sep=;` before it tells one."""
        told = ""
        while (line := self._lines.take()) is not None:
            text = line[1]
            bare = text.strip().strip('"')
            if bare.lower().startswith("sep=") and len(bare) == 5:
                told = bare[4]
            elif bare.strip(";,\t "):
                return told, text
        raise UnusableList((Refused("import_empty"),))


CODECS = {"UTF-8": "utf-8-sig", "Windows-1252": "cp1252", "UTF-16": "utf-16"}


def encoding_of(path: Path) -> str:
    """UTF-8, Windows-1252 or UTF-16. UnusableList for what is no text.

    A file that is not clean UTF-8 is Windows-1252, unless most of its letters beyond ASCII are good UTF-8: then it is
    UTF-8 with a damaged place, and only the damaged rows come back.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    with path.open("rb") as file:
        start = file.read(BLOCK)
        if not start.strip():
            raise UnusableList((Refused("import_empty"),))
        for mark, code in FOREIGN.items():
            if start.startswith(mark):
                raise UnusableList((Refused(code),))
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "UTF-16"
        if start.count(0) * 20 > len(start):  # a stray one spoils its row, many make a picture or a program
            raise UnusableList((Refused("import_not_text"),))
        block = start
        while block:
            text = decoder.decode(block)
            broken = text.count("\ufffd")
            bad += broken
            good += len(text) - len(text.encode("ascii", "ignore")) - broken
            block = file.read(BLOCK)
    bad += bool(decoder.decode(b"", final=True))
    return "UTF-8" if bad == 0 or good > bad else "Windows-1252"


class _Lines:
    """Physical lines with their numbers; a line that is longer than any row comes cut, and its rest is passed over."""

    def __init__(self, raw: BinaryIO, codec: str) -> None:
        self._raw = raw
        # every kind of line end becomes \n
        self._decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(codec)("replace"), translate=True)
        self._rest = ""
        self._at = 0
        self._number = 0
        self._back: deque[tuple[int, str]] = deque()

    def take(self) -> tuple[int, str] | None:
        if self._back:
            return self._back.popleft()
        line = self._next()
        if not line:
            return None
        self._number += 1
        return self._number, line

    def give_back(self, number: int, line: str) -> None:
        self._back.appendleft((number, line))

    def _next(self) -> str:
        line = ""
        while True:
            end = self._rest.find("\n", self._at)
            if end >= 0:
                piece, self._at = self._rest[self._at : end + 1], end + 1
                return line + piece if len(line) <= LONGEST_LINE else line
            if len(line) <= LONGEST_LINE:
                line += self._rest[self._at : self._at + LONGEST_LINE + 2]
            self._rest, self._at = self._read(), 0
            if not self._rest:
                return line

    def _read(self) -> str:
        while True:
            block = self._raw.read(BLOCK)
            text = self._decoder.decode(block, final=not block)
            if text or not block:
                return text


def _cells(text: str, separator: str) -> list[str] | None:
    """One row taken apart; None when it cannot be."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline="\n"), delimiter=separator, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _key(header: str) -> str:
    """Headers are the same whatever their capitals, blanks, dashes and underscores."""
    bare = unicodedata.normalize("NFC", header).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in bare).split())


def _named(columns: Sequence[Column], language: str) -> str:
    return ", ".join(column.shown(language) for column in columns)


FORMULA = "=+-@\t\r"
"""What a cell must not begin with in a file that is opened in a spreadsheet: it would be run."""


def harmless(cell: str) -> str:
    """The cell as text for a spreadsheet; `plain` takes the mark away again."""
    return f"'{cell}" if cell.startswith(tuple(FORMULA)) else cell


def plain(cell: str) -> str:
    """The cell without the apostrophe that made it harmless."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in FORMULA else cell
