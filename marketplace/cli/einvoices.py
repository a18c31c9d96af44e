"""valinta export einvoices: a month's invoices and credit notes as files for the accounts' system or the operator."""

import re
import sys
from datetime import date
from pathlib import Path

import click
from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor, public, system
from marketplace.cli.place import place
from marketplace.cli.verify import export
from marketplace.models.people import Organiser
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.einvoices import FORMATS, Month, count_month, month_files


def _month(_context: click.Context, _option: click.Parameter, text: str) -> date:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise click.BadParameter("write a month as YYYY-MM, for example 2026-10")
    return date(int(text[:4]), int(text[5:]), 1)


def organisers(desk: Desk, code: str | None) -> dict[str, int]:
    """The organiser of that code, or everyone here, by code."""
    with desk.reading(public(None), Action.SEE_PUBLIC) as tx:
        known = {row.code: row.id for row in tx.session.execute(select(Organiser.id, Organiser.code))}
    if code is not None and code not in known:
        raise click.UsageError(f"name one with --organiser: {', '.join(sorted(known)) or 'there is none yet'}")
    return {one: number for one, number in sorted(known.items()) if code in (None, one)}


@export.command("einvoices")
@click.option("--month", required=True, callback=_month, help="The month in which the documents are dated, YYYY-MM.")
@click.option("--format", "name", type=click.Choice(FORMATS), required=True, help="Peppol BIS 3.0 (ubl) or Finvoice 3.0.")
@click.option("--to", "target", required=True, type=click.Path(file_okay=False, path_type=Path), help="A folder.")
@click.option("--organiser", help="The organiser's code; everyone here if not given.")
def export_einvoices(month: date, name: str, target: Path, organiser: str | None) -> None:
    """Write every invoice and credit note of a month, one file each, named by its number.

    Documents are written once and never change: a second export gives the same bytes. Files of the same name are
    replaced, nothing else in the folder is touched.
    """
    where = place()
    with where.at_desk(pool_size=2) as desk:
        counts = {
            code: (system(number), count_month(desk, system(number), month))
            for code, number in organisers(desk, organiser).items()
        }
        if not any(one.invoices + one.credit_notes for _, one in counts.values()):
            raise click.ClickException(f"there are no invoices or credit notes dated in {month:%Y-%m}")
        try:
            target.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise click.ClickException(f"the folder {target} cannot be made: {error.strerror}") from None
        for code, (actor, counted) in counts.items():
            size = _write(desk, actor, month, name, target, counted)
            click.echo(
                f"{code}, {month:%Y-%m}: {counted.invoices} invoices and {counted.credit_notes} credit notes "
                f"written to {target} ({size / 1_000_000:.1f} MB)"
            )


def _write(desk: Desk, actor: Actor, month: date, name: str, target: Path, counted: Month) -> int:
    """Write one organiser's month; returns how many bytes."""
    size = 0
    with click.progressbar(length=counted.invoices + counted.credit_notes, label="Writing", file=sys.stderr) as bar:
        for file in month_files(desk, actor, month, name):
            _put(target / file.name, file.body)
            size += len(file.body)
            bar.update(1)
    return size


def _put(path: Path, body: bytes) -> None:
    """Whole or not at all."""
    draft = path.with_name(f"{path.name}.part")
    try:
        draft.write_bytes(body)
        draft.replace(path)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from None
