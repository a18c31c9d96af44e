"""Reading a rendered list back: the order as it stands in the HTML, and what it says of itself."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Rendered:
    """The page's list: `data-*` of the list element, and the units of its items from top to bottom."""

    marks: dict[str, str] = field(default_factory=dict)
    units: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)

    @property
    def as_drawn(self) -> list[str]:
        """The units in the order that the page says they were drawn in: the places, where sisters share a card."""
        return [unit for _place, unit in sorted(zip(self.places, self.units, strict=True))] if self.places else self.units

    @property
    def code(self) -> str:
        """The check code by the rule as it is published, written anew here: base32 of SHA-256 of the canonical JSON."""
        whole = [int(self.marks["data-list"]), int(self.marks["data-at"]), self.as_drawn]
        raw = json.dumps(whole, separators=(",", ":"), ensure_ascii=False).encode()
        return base64.b32encode(hashlib.sha256(raw).digest()).decode()[:8]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Rendered()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "data-list" in values:
            self.found.marks = values
        if "data-unit" in values:
            self.found.units.append(values["data-unit"])
            self.found.places += [int(values["data-place"])] if "data-place" in values else []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read_list(html: str) -> Rendered:
    reader = _Reader()
    reader.feed(html)
    return reader.found


def words_of(html: str) -> str:
    """The page's words, with its spaces made single."""
    reader = _Reader()
    reader.feed(html)
    return " ".join(" ".join(reader.words).split())
