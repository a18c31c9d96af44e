"""Everything that is measured, set up: a database of its own, the region, the servers, who is logged in."""

import base64
import os
import pickle
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from marketplace.app import make_desk
from marketplace.clock import SetClock, SystemClock
from marketplace.config import load_config
from marketplace.integrations.embedded import EmbeddedServer
from marketplace.models.engine import owner_engine
from marketplace.models.migrate import upgrade
from tests.bench.byhand import Book
from tests.bench.multiply import multiply
from tests.bench.pages import LIST, Recorded, Visitor, page_by_hand, record, visitors
from tests.bench.region import Region, Sizes, build
from tests.bench.servers import BY_HAND, PLAIN, SERVE, SERVE_WRITERS, Server, running

TIMES = 100


@dataclass
class Stage:
    """What the contest is played on. `*_of_many`: with a hundred times as many vouchers."""

    folder: Path
    database: EmbeddedServer
    region: Region
    pages: dict[str, Recorded]
    page_of_many: Recorded
    vouchers: tuple[int, int]
    house: Server
    house_of_many: Server
    house_of_writers: Server
    by_hand: Server
    plain: Server
    visitors: dict[str, Visitor]
    visitors_of_many: dict[str, Visitor]


@contextmanager
def staged(sizes: Sizes, times: int = TIMES, say: Callable[[str], None] = print) -> Iterator[Stage]:
    """Build everything; take it away at the end."""
    with ExitStack() as stack:
        place = stack.enter_context(tempfile.TemporaryDirectory(prefix="valinta-bench-", ignore_cleanup_errors=True))
        folder = Path(place)
        folder.chmod(0o711)  # as root, the database runs as somebody else
        database = EmbeddedServer(folder / "data")
        stack.callback(database.stop)
        base, many = database.url("base"), database.url("many")
        environment = environment_of(base)
        say("Building the region ...")
        region = _build(database, base, environment, sizes)
        say(f"Making {times} times as many vouchers in a copy ...")
        vouchers = _copy(database, times)
        say("Recording the pages and starting the servers ...")
        pages = record(base, environment, region)
        page_of_many = record(many, environment, region, [LIST])[LIST]
        book = _book(folder, base, pages)

        def start(words: list[str], **more: str) -> Server:
            log = folder / f"server-{len(os.listdir(folder))}.log"
            return stack.enter_context(running(words, {**environment, **more}, log))

        house, house_of_many = start(SERVE), start(SERVE, DATABASE_URL=many)
        house_of_writers = start(SERVE_WRITERS)
        by_hand, plain = start(BY_HAND, BENCH_BOOK=str(book)), start(PLAIN)
        yield Stage(
            folder, database, region, pages, page_of_many, vouchers, house, house_of_many, house_of_writers, by_hand, plain,
            visitors(house.port, region), visitors(house_of_many.port, region),
        )  # fmt: skip


def environment_of(url: str) -> dict[str, str]:
    """The settings of a house of its own, with new keys."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return {
        "DATABASE_URL": url,
        "VALINTA_SECRET_KEY": secrets.token_hex(32),
        "VALINTA_DATA_KEYS": f"1:{key}",
        "VALINTA_INDEX_KEY": key,
        "VALINTA_DEMO": "0",
        "VALINTA_HTTPS": "0",
    }


def admin(database: EmbeddedServer) -> psycopg.Connection[tuple[object, ...]]:
    """The owner, beside the databases that are measured."""
    url = make_url(database.url("postgres")).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def _build(database: EmbeddedServer, url: str, environment: Mapping[str, str], sizes: Sizes) -> Region:
    database.ensure_database("base")
    with admin(database) as connection:  # what is built need not survive a power cut; what is measured does
        connection.execute("alter database base set synchronous_commit = off")
    owner = owner_engine(url)
    upgrade(owner)
    clock = SetClock(SystemClock().today())
    desk = make_desk(load_config(dict(environment)), url, clock)
    try:
        return build(desk, owner, clock, sizes)
    finally:
        desk.engine.dispose()
        owner.dispose()
        with admin(database) as connection:
            connection.execute("alter database base reset synchronous_commit")


def _copy(database: EmbeddedServer, times: int) -> tuple[int, int]:
    """The copy with many vouchers. Returns how many there are here and there."""
    with admin(database) as connection:
        connection.execute("create database many template base")
    owner = owner_engine(database.url("many"))
    try:
        many = multiply(owner, times)
    finally:
        owner.dispose()
    with admin(database) as connection:
        connection.execute("checkpoint")
    return many // times, many


def _book(folder: Path, url: str, pages: Mapping[str, Recorded]) -> Path:
    """What the server by hand reads when it starts."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    book = folder / "book"
    book.write_bytes(pickle.dumps(Book(address, {name: page_by_hand(name, page) for name, page in pages.items()})))
    return book
