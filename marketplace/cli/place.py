"""Where the commands work: the configuration, and the database that it names (the embedded one is started when needed)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from marketplace.app import make_desk
from marketplace.clock import Clock
from marketplace.config import Config, ConfigError, load_config
from marketplace.integrations.embedded import EmbeddedServer
from marketplace.models.engine import app_engine, owner_engine
from marketplace.models.migrate import is_current, upgrade
from marketplace.use_cases.desk import Desk


@dataclass(frozen=True)
class Place:
    """One installation, reachable."""

    config: Config
    app_url: str
    owner_url: str
    server: EmbeddedServer | None

    def desk(self, clock: Clock | None = None, pool_size: int = 5) -> Desk:
        return make_desk(self.config, self.app_url, clock, pool_size)

    @contextmanager
    def at_desk(self, clock: Clock | None = None, pool_size: int = 5) -> Iterator[Desk]:
        """A desk whose connections are closed afterwards."""
        desk = self.desk(clock, pool_size)
        try:
            yield desk
        finally:
            desk.engine.dispose()

    @contextmanager
    def owner(self) -> Iterator[Engine]:
        engine = owner_engine(self.owner_url)
        try:
            yield engine
        finally:
            engine.dispose()


def configuration() -> Config:
    try:
        return load_config()
    except ConfigError as error:
        raise click.ClickException(str(error)) from None


def place(*, migrated: bool = True) -> Place:
    """The installation of the environment. A database that is not of the newest form stops the command."""
    config = configuration()
    if config.database_url is None:
        server = EmbeddedServer(config.instance / "postgres")
        server.ensure_database()
        found = Place(config, server.url(), server.url(), server)
    else:
        assert config.owner_url is not None
        found = Place(config, config.database_url, config.owner_url, None)
    if migrated:
        _check_form(found)
    return found


def newest_place() -> Place:
    """The installation for demonstration data, its database brought to the newest form on the way."""
    where = place(migrated=False)
    with where.owner() as engine:
        upgrade(engine)
    return where


def _check_form(where: Place) -> None:
    """Asked as the application itself: a web server does not know the owner's password."""
    engine = app_engine(where.app_url, pool_size=1)
    try:
        current = is_current(engine)
    except OperationalError as error:
        raise click.ClickException(
            f"the database does not let us in: {error.orig}If it is new, run first: valinta db upgrade"
        ) from None
    finally:
        engine.dispose()
    if not current:
        raise click.ClickException("the database is of an older form; run: valinta db upgrade")
