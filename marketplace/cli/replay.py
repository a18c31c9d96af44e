"""valinta replay: past vouchers by the engine once more, beside the ledger or by another version of the terms."""

import sys

import click

from marketplace.access.actor import system
from marketplace.cli import main
from marketplace.cli.place import place
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.replay_package import Proof, compare_with, package_codes, prove_ledger
from marketplace.use_cases.replay_voucher import Money
from marketplace.use_cases.run_due_work import organisers

SHOWN = 20
NAMES = ("reserved for service", "reserved for bonuses", "paid for service", "paid as bonuses", "clients' own share")


@main.command()
@click.option("--package", help="The package's code; all packages when not told.")
@click.option("--terms", "number", type=int, help="The number of a version; without it each voucher's own promise.")
def replay(package: str | None, number: int | None) -> None:
    """Replay past vouchers. Without --terms: beside the ledger, exit code 1 when anything differs."""
    found, clean = 0, True
    with place().at_desk(pool_size=2) as desk:
        for organiser_id in organisers(desk):
            for code in package_codes(desk, system(organiser_id)):
                if package not in (None, code):
                    continue
                try:
                    clean = _one(desk, organiser_id, code, number) and clean
                    found += 1
                except Missing:  # the package has no such version
                    continue
    if not found:
        raise click.ClickException("there is no such package" + ("" if number is None else " with such terms"))
    sys.exit(0 if clean else 1)


def _one(desk: Desk, organiser_id: int, package: str, number: int | None) -> bool:
    if number is None:
        return say_proof(package, prove_ledger(desk, system(organiser_id), package))
    rows = compare_with(desk, system(organiser_id), package, number)
    priced = [(row.before.money, row.after.money) for row in rows if row.after is not None]
    before = sum((one for one, _after in priced), Money())
    after = sum((one for _before, one in priced), Money())
    changed = sum(1 for row in rows if row.why)
    click.echo(
        f"{package}: {len(rows)} vouchers by terms {number}: {changed} change, {len(rows) - len(priced)} without a price"
    )
    _table(before, after)
    return True


def say_proof(package: str, proof: Proof) -> bool:
    """Print what the replay gives beside the ledger; whether they are the same, voucher by voucher."""
    verdict = "difference: zero" if not proof.differing else f"{len(proof.differing)} vouchers DIFFER"
    click.echo(f"{package}: {proof.vouchers} vouchers, each by its own promise, beside the ledger: {verdict}")
    _table(proof.held, proof.replayed)
    for one in proof.differing[:SHOWN]:
        click.echo(f"  {one.number}: ledger {one.held.values}, replayed {one.replayed.values}")
    return not proof.differing


def _table(left: Money, right: Money) -> None:
    for name, one, other in zip(NAMES, left.values, right.values, strict=True):
        click.echo(f"  {name.ljust(22)} {one / 100:>16,.2f} {other / 100:>16,.2f} {(other - one) / 100:>+14,.2f}")
