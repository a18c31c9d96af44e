"""valinta db: the database's form."""

import click

from marketplace.cli import main
from marketplace.cli.place import place
from marketplace.models.migrate import upgrade


@main.group()
def db() -> None:
    """The database: migrations."""


@db.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to the newest form, as its owner."""
    with place(migrated=False).owner() as engine:
        upgrade(engine)
    click.echo("The database is of the newest form.")
