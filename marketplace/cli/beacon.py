"""valinta beacon: public randomness by file, for organisers that use drand."""

from datetime import date
from pathlib import Path

import click

from marketplace.access.actor import system
from marketplace.cli import main
from marketplace.cli.place import place
from marketplace.integrations.drand import BadRounds, DrandFile
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.import_beacon import import_beacon
from marketplace.use_cases.public_pages import front_page
from marketplace.use_cases.refusals import Refused
from marketplace.web.i18n import use_language
from marketplace.web.labels import refusal_text


@main.group("beacon")
def beacon() -> None:
    """The day's public randomness (docs/fairness.md, the beacon)."""


@beacon.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organiser", help="The organiser's code; every one that uses drand if not given.")
def import_command(file: Path, organiser: str | None) -> None:
    """Take today's round from FILE: drand's rounds as its HTTP API gives them, one JSON object or many.

    Run it daily after midnight in Helsinki and before the first decision. Exit code 1: no organiser got a value.
    """
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file}: this is not text in UTF-8 ({error.reason})") from error
    with place().at_desk(pool_size=1) as desk:
        codes = {one.code: one.id for one in front_page(desk, system(None))}
        if organiser is not None and organiser not in codes:
            raise click.UsageError(f"name one with --organiser: {', '.join(codes) or 'there is none yet'}")
        wanted = codes if organiser is None else {organiser: codes[organiser]}
        done = [_import(desk, code, number, text, file) for code, number in wanted.items()]
    if not any(done):
        raise click.ClickException("no organiser got public randomness from this file")


def _import(desk: Desk, code: str, organiser_id: int, text: str, file: Path) -> bool:
    try:
        taken = import_beacon(desk, system(organiser_id), lambda chain: DrandFile(text, chain, desk.clock.now()))
    except BadRounds as error:
        raise click.ClickException(f"{file}: {error}") from error
    except Refused as refused:
        with use_language("en"):
            click.echo(f"{code}: {refusal_text(refused.code, refused.values)}", err=True)
        return False
    if taken.too_late:
        click.echo(f"{code}: today has opened without public randomness: this is a commit-only day", err=True)
    for words, days in (("public randomness kept for", taken.days), ("was there already for", taken.had)):
        if days:
            click.echo(f"{code}: {words} {', '.join(map(date.isoformat, days))}")
    return bool(taken.days or taken.had)
