"""What all tests stand on: one PostgreSQL a run, one migrated template, and a desk whose work is rolled back."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine, event, make_url, text
from sqlalchemy.orm import Session

from marketplace.clock import SetClock
from marketplace.integrations.bank import IsoBank
from marketplace.integrations.einvoice import WRITERS
from marketplace.integrations.embedded import EmbeddedServer
from marketplace.integrations.vault import AesVault
from marketplace.models.engine import app_engine, owner_engine
from marketplace.models.migrate import upgrade
from marketplace.use_cases.desk import Desk
from marketplace.web.wording import TemplateWording
from tests.einvoices.official import official  # noqa: F401  a fixture of every room
from tests.web.browser import chromium

TODAY = date(2026, 11, 16)  # a Monday
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if CHROMIUM or os.environ.get("VALINTA_REQUIRE_BROWSER") == "1":
        return
    skip = pytest.mark.skip(reason="a browser is missing: install Debian's package chromium (apt-get install chromium)")
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests talk to this machine only."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> object:
        if isinstance(address, tuple) and str(address[0]) not in ("127.0.0.1", "localhost", "::1"):
            raise OSError(f"tests stay on this machine; refused {address[0]}")
        return real(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="session")
def server() -> Iterator[object]:
    """The run's PostgreSQL: the embedded one, or the one that DATABASE_URL names."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    # not below pytest's own folder: that one is closed to others each time any run of pytest starts, and as root the
    # server runs as somebody else
    with tempfile.TemporaryDirectory(prefix="valinta-tests-", ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o711)
        embedded = EmbeddedServer(Path(place) / "data")
        yield embedded
        embedded.stop()


def _url(server: object, database: str) -> str:
    if isinstance(server, EmbeddedServer):
        return server.url(database)
    return make_url(str(server)).set(database=database).render_as_string(hide_password=False)


def _admin(server: object) -> psycopg.Connection[tuple[object, ...]]:
    url = make_url(_url(server, "postgres")).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


@pytest.fixture(scope="session")
def template(server: object) -> Iterator[str]:
    """A migrated, empty database that others are copied from."""
    name = f"valinta_template_{os.getpid()}"
    with _admin(server) as admin:
        admin.execute(f'create database "{name}"')
    engine = owner_engine(_url(server, name))
    upgrade(engine)
    engine.dispose()
    yield name
    with _admin(server) as admin:
        admin.execute(f'drop database if exists "{name}" with (force)')


class Database:
    """A database of one test's own: the owner's URL, and engines."""

    def __init__(self, url: str) -> None:
        self.url = url

    def app(self, pool_size: int = 5) -> Engine:
        return app_engine(self.url, pool_size)

    def owner(self) -> Engine:
        return owner_engine(self.url)


def _copy(server: object, template: str, name: str) -> Iterator[Database]:
    with _admin(server) as admin:
        admin.execute(f'create database "{name}" template "{template}"')
    yield Database(_url(server, name))
    with _admin(server) as admin:
        admin.execute(f'drop database if exists "{name}" with (force)')


@pytest.fixture(scope="session")
def shared_database(server: object, template: str) -> Iterator[Database]:
    """The copy in which rolled-back tests work."""
    yield from _copy(server, template, f"valinta_shared_{os.getpid()}")


@pytest.fixture
def own_database(server: object, template: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A copy for a test that commits: concurrency, kills, the browser."""
    name = f"valinta_own_{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**8}"
    yield from _copy(server, template, name)


@pytest.fixture(scope="session")
def vault() -> AesVault:
    return AesVault({1: bytes(range(32))}, bytes(32))


@pytest.fixture
def clock() -> SetClock:
    return SetClock(TODAY)


@pytest.fixture(scope="session")
def _shared_engine(shared_database: Database) -> Iterator[Engine]:
    engine = shared_database.app()
    yield engine
    engine.dispose()


@pytest.fixture
def desk(_shared_engine: Engine, clock: SetClock, vault: AesVault) -> Iterator[Desk]:
    """A desk on the real database; whatever it commits is rolled back after the test."""
    connection = _shared_engine.connect()
    outer = connection.begin()
    made = Desk(_shared_engine, clock, vault, TemplateWording(), writers=WRITERS, bank=IsoBank())
    made._sessions.configure(bind=connection, join_transaction_mode="create_savepoint")

    # a real commit looks at the deferred constraints (every entry balances); here nothing is committed, so look anyway
    @event.listens_for(made._sessions, "before_commit")
    def _look(session: Session) -> None:
        session.flush()
        session.execute(text("set constraints all immediate"))
        session.execute(text("set constraints all deferred"))

    yield made
    outer.rollback()
    connection.close()


@pytest.fixture
def own_desk(own_database: Database, clock: SetClock, vault: AesVault) -> Iterator[Desk]:
    """A desk that really commits, on a database of its own, safe for many threads."""
    engine = own_database.app(pool_size=60)
    yield Desk(engine, clock, vault, TemplateWording(), writers=WRITERS, bank=IsoBank())
    engine.dispose()


@pytest.fixture
def session(desk: Desk) -> Iterator[Session]:
    """A session in the same outer transaction, to look at rows. Row-level security applies: see `see(session, id)`."""
    with desk._sessions() as opened:
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of all browser tests: one a run (a second one in the same process is not possible)."""
    with chromium() as opened:
        yield opened
