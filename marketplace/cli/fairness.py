"""valinta fairness: equal treatment in figures, and one list explained."""

import sys
from datetime import datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.cli import main
from marketplace.cli.place import Place, place
from marketplace.cli.verify import looking, organisers
from marketplace.clock import SystemClock
from marketplace.integrations.vault import AesVault
from marketplace.models.people import Organiser
from marketplace.use_cases.fairness_stats import Metric, fairness_stats, stored_period
from marketplace.use_cases.prove_list import prove_list
from marketplace.use_cases.refusals import Missing
from marketplace.web.wording import TemplateWording

DAY = click.DateTime(["%Y-%m-%d"])
VERDICTS = {True: "ok", False: "LOOK", None: "-"}


@main.group()
def fairness() -> None:
    """Equal treatment: the figures and the proof (docs/fairness.md)."""


@fairness.command()
@click.option("--organiser", help="The organiser's code; all of them if not given.")
@click.option("--from", "first", type=DAY, help="First day; the first list's day if not given.")
@click.option("--to", "last", type=DAY, help="Last day; the latest list's day if not given.")
def stats(organiser: str | None, first: datetime | None, last: datetime | None) -> None:
    """Work out the figures anew from the stored data. Exit code 1 when one is beyond its target."""
    where = place()
    today = SystemClock().today()
    missed = False
    with looking(where) as session:
        for organiser_id, code in _asked(session, organiser):
            try:
                period = stored_period(
                    session, organiser_id, first.date() if first else None, last.date() if last else None, today
                )
            except ValueError as error:
                raise click.UsageError(str(error)) from None
            found = fairness_stats(session, organiser_id, period, today, _vault(where))
            click.echo(f"{code}: {period.first} to {period.last}")
            click.echo(_table(found))
            missed = missed or any(one.kept is False for one in found)
    sys.exit(1 if missed else 0)


@fairness.command()
@click.option("--list", "list_seq", type=click.IntRange(1), required=True, help="The number of the list.")
@click.option("--organiser", help="The organiser's code; the first one here if not given.")
@click.option("--language", type=click.Choice(["fi", "sv", "en"]), default="fi", show_default=True)
def prove(list_seq: int, organiser: str | None, language: str) -> None:
    """Explain one list on one page: what was promised, what was drawn, and whether it holds."""
    with looking(place()) as session:
        found = _asked(session, organiser)
        organiser_id = min(found)[0]
        try:
            proof = prove_list(session, organiser_id, list_seq)
        except Missing:
            raise click.ClickException(f"there is no list {list_seq}") from None
    click.echo(TemplateWording().proof("list", language, {**vars(proof)}))


def _asked(session: Session, code: str | None) -> list[tuple[int, str]]:
    found = [one for one in organisers(session) if code in (None, one[1])]
    if not found:
        known = ", ".join(session.scalars(select(Organiser.code).order_by(Organiser.code)))
        raise click.UsageError(f"name one with --organiser: {known or 'there is none yet'}")
    return found


def _vault(where: Place) -> AesVault:
    return AesVault(where.config.data_keys, where.config.index_key)


def _table(found: tuple[Metric, ...]) -> str:
    rows = [("", "figure", "value", "target")]
    rows += [(VERDICTS[one.kept], one.name, one.value, one.target) for one in found]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)) + f"  {row[3]}" for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)
