"""The ledger's accounts and recipes as tables to read, inside a page of prose.

python -m marketplace.ledger.tables docs/money.md
"""

import sys
from collections.abc import Collection
from pathlib import Path

from marketplace.ledger.accounts import CREDIT_SIDE, MEANINGS, MEMO, Account
from marketplace.ledger.shapes import SHAPES

BEGIN = "<!-- generated: python -m marketplace.ledger.tables docs/money.md -->"
END = "<!-- end of the generated part -->"


def tables() -> str:
    """The tables of accounts and of recipes, as Markdown."""
    lines = ["### Accounts", "", "| Account | Side | Holds |", "|---|---|---|"]
    for account in Account:
        side = "credit" if account in CREDIT_SIDE else "debit"
        lines.append(f"| {account} | {side}{', memo' if account in MEMO else ''} | {MEANINGS[account]} |")
    lines += ["", "### Recipes", "", "| Recipe | Takes from | Gives to | When |", "|---|---|---|---|"]
    for shape in SHAPES.values():
        lines.append(f"| {shape.name} | {_listed(shape.credits)} | {_listed(shape.debits)} | {shape.meaning} |")
    return "\n".join(lines)


def refreshed(page: str) -> str:
    """The page with the part between the markers generated anew. Errors: ValueError when a marker is missing."""
    before, found_begin, rest = page.partition(BEGIN)
    _, found_end, after = rest.partition(END)
    if not (found_begin and found_end):
        raise ValueError("the page has no place for the tables")
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"


def _listed(accounts: Collection[Account]) -> str:
    return ", ".join(account for account in Account if account in accounts)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(refreshed(path.read_text(encoding="utf-8")), encoding="utf-8")
