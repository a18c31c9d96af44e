"""Every word a person reads, in her language.

The catalogues are the files `marketplace/translations/<language>/<room>.po`. They are read and merged once, when the first
word is asked for; nothing is compiled beforehand. Write `_("Choose a provider")` in code and templates; a per cent sign is
written `%%`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, g, has_request_context, request, session
from markupsafe import Markup, escape

LANGUAGES: tuple[str, ...] = ("fi", "sv", "en")
DEFAULT_LANGUAGE = "fi"
LANGUAGE_NAMES: Mapping[str, str] = {"fi": "Suomi", "sv": "Svenska", "en": "English"}
COOKIE = "language"
ROOMS: tuple[str, ...] = ("shared", "portal_client", "portal_provider", "admin")
FOLDER = Path(__file__).resolve().parent.parent / "translations"

_forced: ContextVar[str | None] = ContextVar("forced_language", default=None)


class CatalogueConflict(Exception):
    """Two rooms translate one message differently."""


def message_key(message: Message) -> tuple[str, str]:
    """What names a message: its context (mostly empty) and its singular."""
    singular = message.id if isinstance(message.id, str) else message.id[0]
    return message.context or "", singular


def read_catalogue(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def conflicts(catalogues: Iterable[tuple[str, Catalog]]) -> list[str]:
    """The messages that two rooms translate differently, in words."""
    seen: dict[tuple[str, str], tuple[str, object]] = {}
    found = []
    for room, catalogue in catalogues:
        for message in catalogue:
            if not message.id or not message.string:
                continue
            first = seen.setdefault(message_key(message), (room, message.string))
            if first[1] != message.string:
                found.append(
                    f"{first[0]} and {room} differ on {message_key(message)[1]!r}: {first[1]!r}, {message.string!r}"
                )
    return found


def load(language: str, folder: Path = FOLDER) -> Translations:
    """All rooms of one language, merged in memory."""
    parts = [(path.stem, read_catalogue(path, language)) for path in sorted((folder / language).glob("*.po"))]
    if problems := conflicts(parts):
        raise CatalogueConflict(f"{language}: " + "; ".join(problems))
    merged = Catalog(locale=language)
    for _room, catalogue in parts:
        for message in catalogue:
            if message.id and message.string and not message.fuzzy:
                merged.add(message.id, message.string, context=message.context)
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Translations(compiled)


@cache
def words_of(language: str) -> Translations:
    """All words of one language, read once a process."""
    return load(language)


def forget_catalogues() -> None:
    """Reads the catalogues anew at the next word: they have been written."""
    words_of.cache_clear()
    _said.cache_clear()


@lru_cache(16_384)
def _said(language: str, message: str) -> str:
    """One word of one language: a page asks for a hundred."""
    return str(words_of(language).ugettext(message))


def current_language() -> str:
    """The language of this page, or of the mail that is being written."""
    if forced := _forced.get():
        return forced
    try:  # asked hundreds of times a page: cheaper than asking first whether there is a request
        environ = request.environ
    except RuntimeError:
        return DEFAULT_LANGUAGE
    known: str | None = environ.get("valinta.language")
    if known is None:
        known = environ["valinta.language"] = _asked_language()
    return known


def _asked_language() -> str:
    """Her choice of today, then her account's, then her browser's. Login puts the account's into `g.account_language`."""
    for asked in (session.get("language"), g.get("account_language"), request.cookies.get(COOKIE)):
        if asked in LANGUAGES:
            return str(asked)
    return request.accept_languages.best_match(LANGUAGES, DEFAULT_LANGUAGE) or DEFAULT_LANGUAGE


def forget_language() -> None:
    """Asks anew within one request, after the session's language has changed."""
    if has_request_context():
        request.environ.pop("valinta.language", None)


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Write a mail or a decision in its reader's language, whoever is at the screen."""
    token = _forced.set(language if language in LANGUAGES else DEFAULT_LANGUAGE)
    try:
        yield
    finally:
        _forced.reset(token)


def translate(message: str) -> str:
    """The translation as it stands in the catalogue, with its placeholders still in it."""
    return _said(current_language(), message)


def ntranslate(singular: str, plural: str, n: int) -> str:
    return str(words_of(current_language()).ungettext(singular, plural, n))


def ptranslate(context: str, message: str) -> str:
    return str(words_of(current_language()).upgettext(context, message))


def gettext(message: str, **values: object) -> str:
    return translate(message) % values


def ngettext(singular: str, plural: str, n: int, **values: object) -> str:
    """`ngettext("%(n)d hour", "%(n)d hours", hours)`: the number is there as `n` (and `num`, as templates call it)."""
    return ntranslate(singular, plural, n) % {"n": n, "num": n, **values}


def pgettext(context: str, message: str, **values: object) -> str:
    """For a word that means two things: `pgettext("a person", "client")`."""
    return ptranslate(context, message) % values


_ = gettext


class LazyText:
    """A text that chooses its language when it is shown, for labels made while modules are loaded."""

    __slots__ = ("_show", "message")

    def __init__(self, show: Callable[[], str], message: str) -> None:
        self._show = show
        self.message = message

    def __str__(self) -> str:
        return self._show()

    def __html__(self) -> Markup:
        return escape(self._show())

    def __repr__(self) -> str:
        return f"LazyText({self.message!r})"

    def __mod__(self, values: object) -> str:
        return self._show() % values

    def __add__(self, other: object) -> str:
        return self._show() + str(other)

    def __radd__(self, other: object) -> str:
        return str(other) + self._show()

    def __format__(self, spec: str) -> str:
        return format(self._show(), spec)

    def __len__(self) -> int:
        return len(self._show())

    def __eq__(self, other: object) -> bool:
        return self._show() == str(other) if isinstance(other, (str, LazyText)) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.message)


def lazy_gettext(message: str, **values: object) -> LazyText:
    """With values it is a sentence; without, its placeholders wait for `%`, as in `refusal_text`."""
    return LazyText(lambda: translate(message) % values if values else translate(message).replace("%%", "%"), message)


def lazy_template(message: str) -> LazyText:
    """A lazy text whose placeholders (and `%%`) are filled later by `text % values`."""
    return LazyText(lambda: translate(message), message)


def N_(message: str) -> str:
    """Marks a message for the catalogues and leaves it as it is."""
    return message


def NN_(singular: str, plural: str) -> tuple[str, str]:
    """The same for a message with a number in it."""
    return singular, plural


def in_language(text: Mapping[str, str] | None) -> str:
    """An organiser's own text, {"fi": .., "sv": .., "en": ..}, in this page's language or else in Finnish."""
    if not text:
        return ""
    return text.get(current_language()) or text.get(DEFAULT_LANGUAGE) or ""


def init_i18n(app: Flask) -> None:
    env = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(translate, ntranslate, newstyle=True, pgettext=ptranslate)  # type: ignore[attr-defined]
    env.filters["in_language"] = in_language
    env.globals["in_language"] = in_language
