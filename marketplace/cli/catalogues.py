"""valinta catalogues: are all words there, in every language."""

import sys

import click

from marketplace.cli import main
from marketplace.web import catalogues


@main.group("catalogues")
def group() -> None:
    """The words that people read, in fi, sv and en."""


@group.command("check")
def check() -> None:
    """Fail when a word is missing, empty or out of date in any language."""
    sys.exit(catalogues.main(["check"]))


@group.command("update")
@click.argument("room")
def update(room: str) -> None:
    """Add the missing words of ROOM to its catalogues, to be translated there."""
    sys.exit(catalogues.main(["update", room]))
