"""The pages that are measured: their addresses, who opens them, their recordings, and the requests of the contest."""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from itertools import count
from urllib.parse import urlencode

from flask.testing import FlaskClient

from marketplace.app import create_app, make_desk
from marketplace.config import load_config
from tests.bench import capture
from tests.bench.byhand import Page
from tests.bench.load import Request, get, post, send
from tests.bench.region import EMAILS, PASSWORD, Region
from tests.bench.replay import Tape, tape

LIST, LONG_LIST, CLIENTS, EVENT, GRANT = "list", "long-list", "clients", "event", "grant"
WHO = {LIST: "client", LONG_LIST: "client_of_many", CLIENTS: "manager", EVENT: "manager", GRANT: "caseworker"}
DOORS = {"client": "", "client_of_many": "", "manager": "/provider", "caseworker": "/admin"}
ROWS = {LIST: ("<ol", "</ol>"), LONG_LIST: ("<ol", "</ol>"), CLIENTS: ("<tbody", "</tbody>")}
KEY = "0123456789abcdef0123456789abcdef"
"""The form's key in the recording; every other one is new."""

A_LITTLE = "0,01"
"""Hours: so little that a thousand events fit into one client's day, should the year be a day old."""


@dataclass(frozen=True)
class Recorded:
    """A page as it was recorded. `inputs`: what a replay varies, with the range of its ids."""

    queries: int
    answer: bytes
    tape: Tape
    inputs: Mapping[str, tuple[int, int]]

    @property
    def writes(self) -> bool:
        return bool(self.inputs)


def address(name: str, region: Region, number: int = 0) -> str:
    """Where a page is; `number` chooses the voucher or the need."""
    match name:
        case "list":
            return f"/my/vouchers/{region.voucher_id}/providers"
        case "long-list":
            return f"/my/vouchers/{region.voucher_of_many}/providers"
        case "clients":
            return "/provider/clients"
        case "event":
            return f"/provider/clients/{region.ours[number % len(region.ours)]}/events/new"
    return f"/admin/needs/{region.needs[0] + number}/grant"


def form_of(name: str, region: Region, number: int, key: str) -> dict[str, str]:
    """What is typed into the form."""
    if name == GRANT:
        return {"reasons": "Tarvitsee tukea työn aloittamiseen.", "once": key}
    days = (region.today - region.first_day).days + 1
    day = region.first_day + timedelta(days=number // len(region.ours) % days)
    return {"day": day.isoformat(), "kind": "delivered", "quantity": A_LITTLE, "note": "", "once": key}


def record(url: str, environment: Mapping[str, str], region: Region, names: Iterable[str] = WHO) -> dict[str, Recorded]:
    """Open each page once to warm it, and once to record it. The forms are sent with the first voucher and need."""
    config = load_config(dict(environment))
    desk = make_desk(config, url)
    app = create_app(config, desk, TESTING=True, WTF_CSRF_ENABLED=False)
    recorded = {}
    try:
        for name in names:
            browser = app.test_client()
            door = DOORS[WHO[name]]
            browser.post(f"{door}/login", data={"email": EMAILS[WHO[name]], "password": PASSWORD})
            recorded[name] = _record(name, region, desk.engine, browser)
    finally:
        desk.engine.dispose()
    return recorded


def _record(name: str, region: Region, engine: object, browser: FlaskClient) -> Recorded:
    where = address(name, region)
    writes = name not in ROWS
    if not writes:
        browser.get(where)
    with capture.recorded(engine) as said:  # type: ignore[arg-type]
        answer = browser.post(where, data=form_of(name, region, 0, KEY)) if writes else browser.get(where)
    if answer.status_code != (303 if writes else 200):
        raise RuntimeError(f"{where} answered {answer.status}")
    inputs: dict[str, tuple[int, int]] = {}
    first = {}
    if name == EVENT:
        first, inputs = {region.ours[0]: "voucher"}, {"voucher": (region.theirs[0], region.theirs[-1])}
    if name == GRANT:
        # the second half is the replays': they check nothing, and must not spoil what the house will check
        middle = (region.needs[0] + region.needs[1]) // 2
        first, inputs = {region.needs[0]: "need"}, {"need": (middle, region.needs[1])}
    played = tape(said, first, KEY if writes else "")
    return Recorded(capture.count(said), answer.data, played, inputs)


def page_by_hand(name: str, recorded: Recorded) -> Page:
    """The same page for the server by hand: the frame as it is, the rows to be written."""
    if recorded.writes:
        return Page("write", recorded.tape)
    html = recorded.answer.decode()
    begin, end = (html.index(mark) for mark in ROWS[name])
    begin = html.index(">", begin) + 1
    return Page("clients" if name == CLIENTS else "list", recorded.tape, html[:begin], html[end:])


@dataclass(frozen=True)
class Visitor:
    """Somebody who has logged in at a server: her cookie, and the token that her forms carry."""

    cookie: str
    token: str


def visitors(port: int, region: Region) -> dict[str, Visitor]:
    """Log everybody in through the real doors."""
    return {name: _visitor(port, region, name) for name in WHO}


def _visitor(port: int, region: Region, name: str) -> Visitor:
    who = WHO[name]
    jar: dict[str, str] = {}
    page = _ask(port, get(port, f"{DOORS[who]}/login"), jar)
    body = {"email": EMAILS[who], "password": PASSWORD, "csrf_token": _token(page)}
    _ask(port, post(port, f"{DOORS[who]}/login", _cookie(jar), urlencode(body)), jar)
    page = _ask(port, get(port, address(name, region, 0 if name == EVENT else 1), _cookie(jar)), jar)
    if not page.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"{name}: {page[:300]!r}")
    return Visitor(_cookie(jar), _token(page))


def _ask(port: int, request: bytes, jar: dict[str, str]) -> bytes:
    answer = send(port, request)
    for line in answer.partition(b"\r\n\r\n")[0].decode("latin-1").splitlines():
        if line.lower().startswith("set-cookie:"):
            jar.update({name: kept.value for name, kept in SimpleCookie(line.partition(":")[2]).items()})
    return answer


def _cookie(jar: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in jar.items())


def _token(page: bytes) -> str:
    found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)
    return found.group(1).decode() if found else ""


def asks(name: str, port: int, region: Region, visitor: Visitor, first: int = 2) -> Request:
    """The requests that the house is sent: each form is new, and is about the voucher or need number `first` and on."""
    if name in ROWS:
        same = get(port, address(name, region), visitor.cookie)
        return lambda _number: same
    counted = count(first)

    def request(_number: int) -> bytes:
        number = next(counted)
        form = {**form_of(name, region, number, secrets.token_hex(16)), "csrf_token": visitor.token}
        return post(port, address(name, region, number), visitor.cookie, urlencode(form))

    return request


def asks_by_hand(name: str, port: int, recorded: Recorded) -> Request:
    """The requests that the server by hand is sent."""
    if not recorded.writes:
        same = get(port, f"/{name}", "session=known")
        return lambda _number: same
    counted = count()

    def request(_number: int) -> bytes:
        number = next(counted)
        inputs = {key: first + number % (last - first + 1) for key, (first, last) in recorded.inputs.items()}
        return post(port, f"/{name}?{urlencode({**inputs, 'key': secrets.token_hex(16)})}", "session=known", "")

    return request
