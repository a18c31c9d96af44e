"""Keeps the catalogues whole: every message in every language, each in its room.

    valinta catalogues check           says what is missing, stale or wrong
    valinta catalogues update ROOM     adds a room's new messages; then fill in fi and sv

A message belongs to the room of the file that uses it. One that stands in `shared` serves everybody, so the portals
leave it out.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

from marketplace.web import i18n
from marketplace.web.i18n import LANGUAGES, ROOMS, message_key

KEYWORDS: dict[str, tuple[Any, ...] | None] = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "lazy_template": None,
    "N_": None,
    "ngettext": (1, 2),
    "NN_": (1, 2),
    "pgettext": ((1, "c"), 2),
}
SOURCES = ("marketplace", "portal_client", "portal_provider", "admin")
LABEL_ROOMS = {"client": "portal_client", "provider": "portal_provider", "admin": "admin"}
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sdf%]|\{\w*\}")
Key = tuple[str, str]


@dataclass(frozen=True)
class Used:
    """A message that the code uses."""

    id: str | tuple[str, str]
    room: str
    place: str
    context: str | None

    @property
    def key(self) -> Key:
        return self.context or "", self.id if isinstance(self.id, str) else self.id[0]


def room_of(path: Path) -> str:
    """The room of a source file, by a path that starts at the root of the project."""
    if path.parent.name == "labels":  # refusals_client.py, provider_company.py: a portal's own words
        for word in path.stem.split("_"):
            if word in LABEL_ROOMS:
                return LABEL_ROOMS[word]
    return path.parts[0] if path.parts[0] in ROOMS else "shared"


def _root() -> Path:
    return i18n.FOLDER.parent.parent


def used(root: Path | None = None) -> Iterator[Used]:
    """Every message in the code and the templates."""
    root = root or _root()
    for source in SOURCES:
        for path in sorted([*(root / source).rglob("*.py"), *(root / source).rglob("*.html")]):
            place = path.relative_to(root)
            html = path.suffix == ".html"
            found = extract_from_file(
                "jinja2.ext:babel_extract" if html else "python",
                path,
                keywords=KEYWORDS,
                options={"trimmed": "true", "silent": "false"} if html else None,
            )
            for line, message, _comments, context in found:
                yield Used(_as_id(message), room_of(place), f"{place}:{line}", context)


def _as_id(message: Any) -> str | tuple[str, str]:
    return message if isinstance(message, str) else (message[0], message[1])


def _path(language: str, room: str, folder: Path) -> Path:
    return folder / language / f"{room}.po"


def _read(language: str, room: str, folder: Path) -> Catalog:
    path = _path(language, room, folder)
    if path.exists():
        return i18n.read_catalogue(path, language)
    return Catalog(
        locale=language,
        project="Valinta",
        version="1",
        msgid_bugs_address="",
        last_translator="",
        language_team=language,
    )


def _write(catalogue: Catalog, language: str, room: str, folder: Path) -> None:
    path = _path(language, room, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = BytesIO()
    write_po(buffer, catalogue, no_location=True, sort_output=True, omit_header=True, width=0)
    plurals = f"nplurals={catalogue.num_plurals}; plural={catalogue.plural_expr};"
    header = ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", f"Language: {language}"]
    lines = "".join(f'"{line}\\n"\n' for line in [*header, f"Plural-Forms: {plurals}"])
    path.write_text(f'msgid ""\nmsgstr ""\n{lines}\n{buffer.getvalue().decode()}', encoding="utf-8")


def _strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _entries(catalogue: Catalog) -> dict[Key, Message]:
    return {message_key(message): message for message in catalogue if message.id}


def _placeholders(text: str) -> set[str]:
    return {found.group() for found in PLACEHOLDER.finditer(text) if found.group() != "%%"}


def _wrong(message: Message) -> str | None:
    """What is wrong with one translation, in a few words."""
    strings = _strings(message)
    if message.fuzzy:
        return "fuzzy"
    if not strings or not all(strings):
        return "empty"
    wanted = _placeholders(" ".join(message.id if isinstance(message.id, (tuple, list)) else (message.id,)))
    for text in strings:
        given = _placeholders(text)
        # a plural form may leave a number out ("one hour"), never add one
        if given - wanted or (wanted - given and isinstance(message.id, str)):
            return f"placeholders differ: {sorted(wanted)} and {sorted(given)}"
    return None


def check(folder: Path | None = None, root: Path | None = None) -> list[str]:
    """Everything that is not in order, one line each."""
    folder = folder or i18n.FOLDER
    messages = list(used(root))
    places: dict[tuple[str, Key], str] = {}
    for message in messages:
        places.setdefault((message.room, message.key), message.place)
    anywhere = {message.key for message in messages}
    problems = [f"{m.place}: a lone %, write %%: {m.key[1]!r}" for m in messages if _lone_percent(m)]
    for language in LANGUAGES:
        catalogues = {room: _read(language, room, folder) for room in ROOMS}
        entries = {room: _entries(catalogue) for room, catalogue in catalogues.items()}
        problems += [f"{language}: {line}" for line in i18n.conflicts(catalogues.items())]
        for (room, key), place in places.items():
            if key not in entries[room] and key not in entries["shared"]:
                problems.append(f"{language}/{room}: missing {key[1]!r} ({place})")
        for room in ROOMS:
            for key, entry in entries[room].items():
                if wrong := _wrong(entry):
                    problems.append(f"{language}/{room}: {wrong}: {key[1]!r}")
                if key not in anywhere if room == "shared" else (room, key) not in places:
                    problems.append(f"{language}/{room}: nobody uses {key[1]!r} any more")
                elif room != "shared" and key in entries["shared"]:
                    problems.append(f"{language}/{room}: stands in shared already: {key[1]!r}")
    return problems


def _lone_percent(message: Used) -> bool:
    texts = (message.id,) if isinstance(message.id, str) else message.id
    return any("%" in PLACEHOLDER.sub("", text) for text in texts)


def update(room: str, folder: Path | None = None, root: Path | None = None, prune: bool = False) -> list[str]:
    """Adds a room's new messages to its three catalogues (English is the message itself) and says what fi and sv lack.

    What stands in `shared` already is taken out of a portal's room. `prune` also takes out what nobody uses any more.
    """
    if room not in ROOMS:
        raise ValueError(f"rooms are {', '.join(ROOMS)}")
    folder = folder or i18n.FOLDER
    messages = list(used(root))
    mine = [message for message in messages if message.room == room]
    kept = {message.key for message in (messages if room == "shared" else mine)}
    own = {message.key for message in mine}
    empty = [
        {key for key, entry in _entries(_read(one, room, folder)).items() if _wrong(entry) == "empty"}
        for one in ("fi", "sv")
    ]
    strays = (empty[0] & empty[1]) - own  # asked for here once, never translated, and now another room's
    to_fill = []
    for language in LANGUAGES:
        catalogue = _read(language, room, folder)
        entries = _entries(catalogue)
        shared = {} if room == "shared" else _entries(_read(language, "shared", folder))
        for key, entry in entries.items():
            if key in shared or key in strays or (prune and key not in kept):
                catalogue.delete(entry.id, context=entry.context)
        for wanted in mine:
            if wanted.key in shared:
                continue
            have = entries.get(wanted.key)
            if have is None or (isinstance(have.id, str) and not isinstance(wanted.id, str)):
                if have is not None:
                    catalogue.delete(have.id, context=have.context)
                catalogue.add(wanted.id, wanted.id if language == "en" else None, context=wanted.context)
        to_fill += [f"{language}/{room}: {key[1]!r}" for key, entry in _entries(catalogue).items() if _wrong(entry)]
        _write(catalogue, language, room, folder)
    i18n.forget_catalogues()
    return to_fill


def main(arguments: list[str]) -> int:
    match arguments:
        case ["check"]:
            lines = check()
            print("\n".join(lines) or "The catalogues are whole.")
            return 1 if lines else 0
        case ["update", room, *options] if room in ROOMS and options in ([], ["--prune"]):
            lines = update(room, prune=bool(options))
            print("\n".join(["To translate:", *lines]) if lines else "Nothing to translate.")
            return 0
    print("check | update ROOM [--prune], where ROOM is one of " + ", ".join(ROOMS), file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
