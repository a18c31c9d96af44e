"""Where the commands work: the configuration, and the database that it names (the embedded one is started when needed)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click
from sqlalchemy import Engine

from marketplace.app import make_desk
from marketplace.clock import Clock
from marketplace.config import Config, ConfigError, load_config
from marketplace.integrations.embedded import EmbeddedServer
from marketplace.models.engine import owner_engine
from marketplace.models.migrate import is_current
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
        with found.owner() as engine:
            if not is_current(engine):
                raise click.ClickException("the database is of an older form; run: valinta db upgrade")
    return found
