"""The same pages by hand: bare WSGI, psycopg and f-strings, saying the very statements that the real pages say.

Nothing is left out of the conversation with the database, and nothing is put around it: no framework, no ORM, no forms, no
templates. How much faster this is, is what the house costs.
"""

import os
import pickle
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import psycopg

from tests.bench.replay import Tape

PAGE = 100
PLACES = {None: "ei kerrottu", 0: "täynnä", 1: "1 paikka"}
WAYS = {"individual": "Kahden kesken valmentajan kanssa", "group": "Ryhmässä", "both": "Kahden kesken tai ryhmässä"}
ACCESSIBLE = {
    "yes": "Esteetön",
    "some": "Osa toimipaikoista esteettömiä",
    "no": "Ei esteetön",
    "not_stated": "ei kerrottu",
}
LANGUAGES = {"fi": "suomi", "sv": "ruotsi", "en": "englanti"}


@dataclass(frozen=True)
class Page:
    """A page by hand. `kind`: list, clients or write; `before` and `after`: what stands around its rows."""

    kind: str
    tape: Tape
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Book:
    """All that the server by hand knows: the way to the database and the recorded pages."""

    database: str
    pages: dict[str, Page]


@cache
def book() -> Book:
    found = pickle.loads(Path(os.environ["BENCH_BOOK"]).read_bytes())
    assert isinstance(found, Book)
    return found


@cache
def connection() -> psycopg.Connection[Any]:
    """The worker's one connection: it serves one request at a time."""
    return psycopg.connect(book().database, options="-c role=valinta_app -c timezone=UTC")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The WSGI application: /<name of the page>?<its inputs>."""
    if "session=" not in environ.get("HTTP_COOKIE", ""):
        start_response("403 Forbidden", [])
        return [b""]
    page = book().pages[environ["PATH_INFO"][1:]]
    inputs = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    inputs = {name: int(value) if name != "key" else value for name, value in inputs.items()}
    if page.kind == "write":
        environ["wsgi.input"].read()
    answers = page.tape.play(connection(), inputs)
    if page.kind == "write":
        start_response("303 SEE OTHER", [("Location", "/"), ("Content-Length", "0")])
        return [b""]
    rows = list_rows if page.kind == "list" else client_rows
    body = f"{page.before}{rows(page.tape, answers)}{page.after}".encode()
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]


@cache
def _where(tape: Tape) -> tuple[int, int, int]:
    """The step and column of the drawn order, and the step of the cards."""
    drawn = next(place for place, step in enumerate(tape.steps) if "units" in step.columns)
    cards = next(place for place, step in enumerate(tape.steps) if "places_as_of" in step.columns)
    return drawn, tape.steps[drawn].columns.index("units"), cards


def list_rows(tape: Tape, answers: list[list[tuple[Any, ...]]]) -> str:
    """The first page of the list, in its order."""
    drawn, column, cards = _where(tape)
    known = {row[2]: row for row in answers[cards]}
    shown = [known[unit] for unit in answers[drawn][0][column] if unit in known][:PAGE]
    return "".join(map(_card, shown))


def _card(row: tuple[Any, ...]) -> str:
    _id, _approval, unit, name, words, way, places, languages, accessible, free, start, as_of, paused, claims = row
    safe, told = escape(name), f"{as_of.day}.{as_of.month}." if as_of else ""
    spoken = ", ".join(LANGUAGES.get(code, code) for code in sorted(languages))
    begins = f"{start.day}.{start.month}.{start.year}" if start else "ei kerrottu"
    waiting = f"{max(0, (start - as_of).days)} päivää" if start and as_of else "ei kerrottu"
    skills = "".join(f'<span class="tag tag-plain">{escape(one["name"]["fi"])}</span>' for one in claims)
    return f"""<li class="card-plain offer" data-unit="{unit}">
  <div>
    <h2><a href="/my/providers/{unit}?shown=ABCDEFGH">{safe}</a></h2>
    <p class="offer-promise">{escape(words)}</p>
    <p class="offer-skills"><span class="offer-skills-title">Erityisosaaminen</span> \
{skills or "<span>ei kerrottu</span>"}</p>
    {'<p><span class="tag tag-wait">Ei ota nyt uusia asiakkaita</span></p>' if paused else ""}
    <dl class="offer-facts">
      <div><dt>Vapaita paikkoja</dt><dd><span class="is-ok">{PLACES.get(free) or f"{free} paikkaa"}</span><span class="sub">\
tieto {told}</span></dd></div>
      <div><dt>Voi aloittaa</dt><dd>{begins}</dd></div>
      <div><dt>Odotusaika</dt><dd>{waiting}</dd></div>
      <div><dt>Missä</dt><dd>{escape(", ".join(places))}</dd></div>
      <div><dt>Kielet</dt><dd>{spoken}</dd></div>
      <div><dt>Työtapa</dt><dd>{WAYS[way]}</dd></div>
      <div><dt>Esteettömyys</dt><dd>{ACCESSIBLE[accessible]}</dd></div>
    </dl>
  </div>
  <div class="offer-side">
      <a class="btn btn-primary" href="/my/providers/{unit}?shown=ABCDEFGH">Tutustu<span class="visually-hidden">: {safe}\
</span></a>
      <div class="choice no-print"><input class="form-check-input" type="checkbox" form="side" name="unit" value="{unit}" \
id="side-{unit}"><label for="side-{unit}">Vertaa<span class="visually-hidden">: {safe}</span></label></div>
  </div>
</li>
"""


def client_rows(tape: Tape, answers: list[list[tuple[Any, ...]]]) -> str:
    """The provider's clients."""
    place = next(place for place, step in enumerate(tape.steps) if "last_name" in step.columns)
    return "".join(map(_client, answers[place]))


def _client(row: tuple[Any, ...]) -> str:
    voucher, _client_id, _choice, number, first, last, service, _unit, _state, left, valid_to, *_rest = row
    name = f"{escape(first)} {escape(last)}"
    return f"""<tr>
  <th scope="row"><a href="/provider/clients/{voucher}">{name}</a><span class="sub">Seteli {number}</span></th>
  <td data-label="Palvelu">{escape(service["fi"])}</td>
  <td data-label="Tila"><span class="tag tag-ok">Käytössä</span></td>
  <td data-label="Jäljellä" class="num">{left // 100},{left % 100:02d}&nbsp;h</td>
  <td data-label="Voimassa">{valid_to.day}.{valid_to.month}.{valid_to.year}</td>
  <td><a class="btn btn-secondary btn-small" href="/provider/clients/{voucher}/events/new">Kirjaa\
<span class="visually-hidden">: {name}</span></a></td>
</tr>
"""
