"""What providers commit to: numbered terms in a general and in service-specific parts, and how one version differs from
another. Pure: texts in, texts out.

A term says which check of the program enforces it, or that a person judges it. A term keeps its `key` for ever, so a
difference is found also when numbers move.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Self

GENERAL = "general"
"""The part that holds for every service; the other parts are named by the package's code."""

ENFORCED: Mapping[str, str] = {
    "approved_on_the_day": "approval_not_valid",
    "inside_validity": "day_outside_validity",
    "nothing_ahead": "day_in_future",
    "recorded_in_time": "tail_over",
    "units_left": "too_many_units",
    "possible_day": "too_much_in_a_day",
    "price_of_terms": "price_of_terms",
    "one_visit_once": "no_twin",
    "contested_waits": "not_contested",
    "bonus_shown": "result_shown",
    "payee_known": "payee",
    "listed_decline": "reason_not_listed",
}
"""The checks that a term may name, each with the code of the refusal or of the invoice line's check in which it shows."""

WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Term:
    """One term. text: {"fi": ..} (Finnish is required); check: a code of `ENFORCED`, None where a person judges.

    Errors: ValueError for a key below one, no Finnish text, or a check that is not known.
    """

    key: int
    part: str
    text: Mapping[str, str]
    check: str | None = None

    def __post_init__(self) -> None:
        if self.key < 1:
            raise ValueError(f"a term's key starts from one, not {self.key}")
        if not self.text.get("fi", "").strip():
            raise ValueError(f"term {self.key} has no Finnish text")
        if self.check is not None and self.check not in ENFORCED:
            raise ValueError(f"term {self.key}: no check is called {self.check}")

    def to_json(self) -> dict[str, Any]:
        return {"key": self.key, "part": self.part, "text": dict(self.text), "check": self.check}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(stored["key"], stored["part"], dict(stored["text"]), stored["check"])


@dataclass(frozen=True)
class Numbered:
    """A term with the number that its version gives it: 1, 2 .. in each part."""

    number: int
    term: Term


def parts(terms: Iterable[Term]) -> tuple[tuple[str, tuple[Numbered, ...]], ...]:
    """The terms by part, the general one first, each part numbered from one in the order of the terms."""
    found: dict[str, list[Numbered]] = {}
    for term in terms:
        mine = found.setdefault(term.part, [])
        mine.append(Numbered(len(mine) + 1, term))
    return tuple((part, tuple(found[part])) for part in sorted(found, key=lambda part: (part != GENERAL, part)))


def next_key(*versions: Iterable[Term]) -> int:
    """A key that no term of these versions has had."""
    return max((term.key for version in versions for term in version), default=0) + 1


def moved(terms: Sequence[Term], key: int, steps: int) -> tuple[Term, ...]:
    """The terms with one of them `steps` places up (negative) or down among those of its own part."""
    place = next(i for i, term in enumerate(terms) if term.key == key)
    own = [i for i, term in enumerate(terms) if term.part == terms[place].part]
    target = own[min(max(own.index(place) + steps, 0), len(own) - 1)]
    rest = [term for term in terms if term.key != key]
    rest.insert(target, terms[place])
    return tuple(rest)


@dataclass(frozen=True)
class Piece:
    """Words of a changed text: `same`, `gone` or `new`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """What became of one term: `added`, `removed`, `changed` (its words), `check` (who enforces it) or `moved` (its number).

    before and after are its numbers in the two versions; pieces hold the whole text with the difference marked.
    """

    kind: str
    part: str
    before: int | None
    after: int | None
    pieces: tuple[Piece, ...]
    check_before: str | None = None
    check_after: str | None = None


def differences(before: Iterable[Term], after: Iterable[Term], language: str = "fi") -> tuple[Change, ...]:
    """What changes from one version to the next, in the order of the new one; removed terms stand last in their part.

    A text that a language lacks is compared in Finnish.
    """
    earlier, later = parts(before), parts(after)
    old = {one.term.key: one for _part, rows in earlier for one in rows}
    kept = {one.term.key for _part, rows in later for one in rows}
    found = []
    for part, rows in later:
        found += [change for row in rows if (change := _change(old.get(row.term.key), row, language))]
        found += [_removed(one, language) for key, one in old.items() if one.term.part == part and key not in kept]
    left = {part for part, _rows in later}
    found += [_removed(one, language) for key, one in old.items() if one.term.part not in left and key not in kept]
    return tuple(found)


def _change(old: Numbered | None, new: Numbered, language: str) -> Change | None:
    text = _text(new.term, language)
    if old is None:
        return Change("added", new.term.part, None, new.number, (Piece("new", text),), None, new.term.check)
    earlier = _text(old.term, language)
    checks = old.term.check, new.term.check
    place = new.term.part, old.number, new.number
    if earlier != text:
        return Change("changed", *place, pieces(earlier, text), *checks)
    if checks[0] != checks[1]:
        return Change("check", *place, (Piece("same", text),), *checks)
    if (old.number, old.term.part) != (new.number, new.term.part):
        return Change("moved", *place, (Piece("same", text),), *checks)
    return None


def _removed(old: Numbered, language: str) -> Change:
    return Change("removed", old.term.part, old.number, None, (Piece("gone", _text(old.term, language)),), old.term.check)


def _text(term: Term, language: str) -> str:
    return term.text.get(language) or term.text["fi"]


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts as one, word by word: leaving out `new` gives the first, leaving out `gone` gives the second."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(old[a:b])))
            continue
        found += [Piece(name, "".join(words)) for name, words in (("gone", old[a:b]), ("new", new[c:d])) if words]
    return tuple(found)


def enforced_percent(terms: Sequence[Term]) -> int:
    """How many of a hundred terms the program enforces, rounded down; 0 when there are none."""
    return 100 * sum(term.check is not None for term in terms) // len(terms) if terms else 0
