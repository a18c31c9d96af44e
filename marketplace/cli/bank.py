"""valinta export payments and valinta import camt: the bank's files at the command line."""

import os
import sys
import tempfile
from pathlib import Path

import click

from marketplace.access.actor import Actor
from marketplace.app import create_app
from marketplace.cli.import_ import import_
from marketplace.cli.place import place
from marketplace.cli.verify import export
from marketplace.integrations.camt import MOST_BYTES
from marketplace.roles import Role
from marketplace.use_cases.bank_files import KeptFile, bank_file, batch_of_number
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.import_camt import CamtFile, import_camt, preview_camt
from marketplace.use_cases.importing import importer
from marketplace.use_cases.pay import send_batch
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.web.i18n import use_language
from marketplace.web.labels import refusal_text


class Unusable(click.ClickException):
    """The file, the batch, or who asks, cannot be used; nothing was changed."""

    exit_code = 2


@export.command("payments")
@click.option("--batch", "number", required=True, help="The batch's number, for example 2026-000012.")
@click.option("--to", "folder", required=True, type=click.Path(file_okay=False, exists=True, path_type=Path))
@click.option("--as", "email", help="The e-mail of the person in finance; she is in the audit.")
@click.option("--organiser", help="The organiser's code; needed when the person works for several.")
def payments_command(number: str, folder: Path, email: str | None, organiser: str | None) -> None:
    """Write a batch's bank file (pain.001.001.09). An approved batch is sent by this; a sent one gives the same bytes
    again. Exit code: 0 written, 2 the batch cannot be exported."""
    where = place()
    with where.at_desk(pool_size=1) as desk, create_app(where.config, desk).app_context(), use_language("en"):
        try:
            kept = _exported(desk, importer(desk, email, Role.FINANCE, organiser), number)
        except Refused as refused:
            raise Unusable(refusal_text(refused.code, refused.values)) from None
        except Missing:
            raise Unusable(f"there is no batch {number} with anything for the bank to pay") from None
    _write(folder / kept.name, kept.content)
    euros = f"{kept.total_cents // 100}.{kept.total_cents % 100:02d}"
    click.echo(f"{kept.payments} payments, {euros} euros, to be paid {kept.pay_on}: {folder / kept.name}")
    click.echo(f"sha256 {kept.sha256}")


@import_.command("camt")
@click.option("--as", "email", help="The e-mail of the person in finance who imports.")
@click.option("--organiser", help="The organiser's code; needed when the person works for several.")
@click.option("--dry-run", is_flag=True, help="Tell what the file would do, change nothing.")
@click.argument("path", metavar="FILE.xml", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def camt_command(path: Path, email: str | None, organiser: str | None, dry_run: bool) -> None:
    """The bank's answer (camt.053 or camt.054). The same file again changes nothing.

    Exit code: 0 all was clear, 1 some rows wait for a person, 2 the file cannot be used and nothing was changed.
    """
    where = place()
    with where.at_desk(pool_size=1) as desk, create_app(where.config, desk).app_context(), use_language("en"):
        try:
            actor = importer(desk, email, Role.FINANCE, organiser)
            if path.stat().st_size > MOST_BYTES:
                raise Refused("bank_file_too_large", most_megabytes=MOST_BYTES // 1024 // 1024)
            file = CamtFile(path.name, path.read_bytes())
            done = (preview_camt if dry_run else import_camt)(desk, actor, file)
        except Refused as refused:
            raise Unusable(refusal_text(refused.code, refused.values)) from None
    click.echo(f"paid {done.paid}, came back {done.returned}, known already {done.known + done.seen}, "
               f"to the work list {done.open}, not booked yet {done.pending}")  # fmt: skip
    if dry_run:
        click.echo("this was a rehearsal: nothing was changed")
    sys.exit(1 if done.open else 0)


def _exported(desk: Desk, actor: Actor, number: str) -> KeptFile:
    batch_id, state = batch_of_number(desk, actor, number)
    if state == "approved":
        send_batch(desk, actor, batch_id)
    elif state in ("draft", "cancelled"):
        raise Refused(f"batch_is_{state}")
    return bank_file(desk, actor, batch_id)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    number, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(number, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(draft).replace(path)
