"""valinta verify and valinta export orders: what anyone who must trust the house can run."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.access.actor import public
from marketplace.cli import main
from marketplace.cli.place import Place, place
from marketplace.clock import SystemClock
from marketplace.integrations.signing import is_signed
from marketplace.integrations.vault import AesVault
from marketplace.matching.head import checked_head, reaches, signed_bytes
from marketplace.matching.receipt import Unproven
from marketplace.matching.verify import verify as verify_log
from marketplace.models.people import Organiser
from marketplace.use_cases.public_log import head_now
from marketplace.use_cases.public_pages import front_page
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.verify_audit import verify_audit
from marketplace.use_cases.verify_ledger import Checked, verify_ledger
from marketplace.use_cases.verify_months import verify_months
from marketplace.use_cases.verify_orders import as_checked, log_bytes, verify_orders
from marketplace.use_cases.verify_receipt import EXIT_CODES, prove_alone, prove_at_home

SHOWN = 20
KEY_DIGITS = 64


@contextmanager
def looking(where: Place) -> Iterator[Session]:
    """One consistent look at everything, as the owner; nothing is written."""
    with where.owner() as engine, engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        yield Session(connection)


def organisers(session: Session) -> list[tuple[int, str]]:
    return [
        (number, code)
        for number, code in session.execute(select(Organiser.id, Organiser.code).order_by(Organiser.code))
    ]


def say(code: str, checked: Checked) -> None:
    counts = ", ".join(f"{count} {what}" for what, count in checked.looked_at.items())
    click.echo(f"{code}: {checked.name}: {'clean' if checked.clean else 'WRONG'} ({counts})")
    for remark in checked.remarks[:SHOWN]:
        click.echo(f"  note: {remark}")
    for finding in checked.findings[:SHOWN]:
        click.echo(f"  {finding.code}: {finding.where}: {finding.message}")
    if len(checked.findings) > SHOWN:
        click.echo(f"  and {len(checked.findings) - SHOWN} more")


def _run(where: Place, *checks: Callable[[Session, int], Checked], shared: bool = False) -> int:
    worst = 0
    with looking(where) as session:
        for organiser_id, code in organisers(session):
            for check in checks:
                checked = check(session, organiser_id)
                say(code, checked)
                worst = max(worst, checked.exit_code or (0 if checked.clean else 1))
        if shared:
            checked = verify_audit(session, None)
            say("shared", checked)
            worst = max(worst, 0 if checked.clean else 1)
    return worst


def _orders(where: Place, *, strict: bool = False) -> Callable[[Session, int], Checked]:
    vault = AesVault(where.config.data_keys, where.config.index_key)
    today = SystemClock().today()
    return lambda session, organiser: verify_orders(session, organiser, today, vault=vault, strict=strict)


@main.group()
def verify() -> None:
    """Check what must be provable. Prints what was looked at; the exit code tells whether all was right."""


@verify.command("ledger")
def ledger_command() -> None:
    """The money: every entry, every balance, every use."""
    sys.exit(_run(place(), verify_ledger))


@verify.command("months")
def months_command() -> None:
    """The frozen months: each reads back byte for byte."""
    sys.exit(_run(place(), verify_months))


@verify.command("audit")
def audit_command() -> None:
    """The audit's chain of sealed blocks."""
    sys.exit(_run(place(), verify_audit, shared=True))


@verify.command("orders")
@click.option("--log", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A log file, as exported.")
@click.option("--head", help="The published hash that the last line must have (with --log).")
@click.option("--strict", is_flag=True, help="Days without public randomness count as a fault (exit code 5).")
def orders_command(log: Path | None, head: str | None, strict: bool) -> None:
    """The order log. Exit code: 0 clean, 2 chain or form, 1 order, 4 eligible set, 3 overdue reveal, 5 see --strict."""
    if log is None:
        if head is not None:
            raise click.UsageError("--head goes with --log")
        where = place()
        sys.exit(_run(where, _orders(where, strict=strict)))
    with log.open("rb") as lines:
        report = verify_log(lines, head=head, today=SystemClock().today(), strict=strict)
    say(report.organiser or str(log), as_checked(report, []))
    sys.exit(report.exit_code)


@verify.command("head")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", help="The organiser's public key (64 hexadecimal digits), as its public page shows it.")
@click.option("--log", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A log that must reach it.")
def head_command(file: Path, key: str | None, log: Path | None) -> None:
    """A published head. Exit code: 0 it holds, 2 it is no head, 1 the signature or the key is wrong, 4 the log differs."""
    try:
        head = checked_head(json.loads(file.read_bytes()))
    except (ValueError, RecursionError) as error:
        click.echo(f"{file} is not the head of an order log: {error}")
        sys.exit(2)
    if key is not None and key.lower() != head["public_key"]:
        click.echo("it is signed with another key than the one you gave")
        sys.exit(1)
    if not is_signed(bytes.fromhex(head["public_key"]), bytes.fromhex(head["signature"]), signed_bytes(head)):
        click.echo("the signature does not hold: the file was changed, or is not from the holder of this key")
        sys.exit(1)
    click.echo(f"{head['organiser']}, {head['day']}: line {head['seq']} is {head['hash']}")
    click.echo("the signature holds" + ("" if key else "; compare the key with the published one: " + head["public_key"]))
    if log is not None:
        with log.open("rb") as lines:
            wrong = reaches(lines, head)
        click.echo(wrong or "the log holds that line")
        sys.exit(4 if wrong else 0)


@verify.command("all")
def all_command() -> None:
    """Everything above."""
    where = place()
    sys.exit(_run(where, verify_ledger, verify_months, verify_audit, _orders(where), shared=True))


@verify.command("receipt")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", help="The organiser's public key (64 hexadecimal digits), or a file that holds it: needs nothing else."
)
def receipt_command(file: Path, key: str | None) -> None:
    """A client's choice receipt. Exit code: 0 proven, 1 changed after it was signed, 2 no receipt, 3 signed with an
    unknown key, 4 another check code than its list has, 5 another order than the draw gives, 6 unknown to this house."""
    raw = file.read_bytes()
    try:
        if key is not None:
            proof = prove_alone(raw, {_public_key(key)}, is_signed)
        else:
            where = place()
            with looking(where) as session:
                proof = prove_at_home(session, raw, is_signed, AesVault(where.config.data_keys, where.config.index_key))
    except Unproven as fault:
        click.echo(f"NOT PROVEN ({fault.code}): {fault}.")
        sys.exit(EXIT_CODES[fault.code])
    receipt = proof.receipt
    click.echo(f"proven: {file}")
    click.echo(f"  signed by {receipt.organiser} with the key {receipt.key}")
    click.echo(f"  voucher {receipt.voucher}: list {receipt.list_seq}, {len(receipt.units)} providers, "
               f"check code {receipt.check_code} (recomputed)")  # fmt: skip
    click.echo(f"  chosen: {receipt.chosen}, at {receipt.chosen_at}")
    if proof.recomputed:
        click.echo("  the house has kept the same bytes, and the draw gives the same order")
    else:
        click.echo("  checked alone; compare the key with the one that the organiser publishes")


def _public_key(given: str) -> str:
    path = Path(given)
    text = (path.read_text() if len(given) != KEY_DIGITS and path.is_file() else given).strip().lower()
    if len(text) != KEY_DIGITS or set(text) - set("0123456789abcdef"):
        raise click.UsageError("--key takes 64 hexadecimal digits, or a file that holds them and nothing else")
    return text


@main.group()
def export() -> None:
    """Take something out of the house, in a form that others can read."""


@export.command("head")
@click.option("--to", "target", required=True, type=click.Path(path_type=Path), help="A file, or a folder.")
@click.option("--organiser", help="The organiser's code; the first one here if not given.")
def export_head(target: Path, organiser: str | None) -> None:
    """Write the signed head of an organiser's order log: the day's file to keep outside the house."""
    with place().at_desk(pool_size=1) as desk:
        codes = [one.code for one in front_page(desk, public(None))]
        code = organiser or (codes[0] if codes else "")
        if code not in codes:
            raise click.UsageError(f"name one with --organiser: {', '.join(codes) or 'there is none yet'}")
        try:
            head = head_now(desk, public(None), code)
        except Missing:
            raise click.ClickException(f"the log of {code} is still empty") from None
    file = target / f"{code}-head-{head['day']}.json" if target.is_dir() else target
    file.write_text(json.dumps(head, sort_keys=True, indent=1) + "\n", "utf-8")
    click.echo(f"line {head['seq']} of {code}, signed, written to {file}")


@export.command("orders")
@click.option("--to", "target", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--organiser", help="The organiser's code; the first one here if not given.")
def export_orders(target: Path, organiser: str | None) -> None:
    """Write an organiser's whole order log to a file (for auditors: lines of unrevealed days are in it)."""
    with looking(place()) as session:
        known = {code: number for number, code in organisers(session)}
        if organiser is None and known:
            organiser = min(known, key=lambda code: known[code])  # the first one here
            if len(known) > 1:
                others = ", ".join(sorted(known.keys() - {organiser}))
                click.echo(f"Each organiser has a log of its own. For the others: --organiser {others}", err=True)
        if organiser not in known:
            raise click.UsageError(f"name one with --organiser: {', '.join(known) or 'there is none yet'}")
        draft = target.with_name(f"{target.name}.part")
        with draft.open("wb") as file:
            count = sum(1 for line in log_bytes(session, known[organiser]) if file.write(line))
        draft.replace(target)
    click.echo(f"{count} lines of {organiser} written to {target}")
