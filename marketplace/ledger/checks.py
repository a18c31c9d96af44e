"""The checks: whether the posted ledger is sound, from its rows alone, as an auditor would ask.

The rows may come from anywhere (the database, an export, a backup), so nothing is taken for granted: an account or a
recipe may be unknown, an entry unbalanced. Each check is a plain function from rows to findings; an empty list is good.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from marketplace.ledger.accounts import BUDGET, CREDIT_SIDE, MEMO, RESERVED, Account, position
from marketplace.ledger.entry import Entry
from marketplace.ledger.shapes import SHAPES

Books = tuple[int, int, int]
"""Whose books: (organiser_id, programme_id, budget_year)."""


@dataclass(frozen=True)
class PostedEntry:
    """An entry as it was stored; `lines` are (account, cents) as they stand there."""

    key: str
    recipe: str
    organiser_id: int
    programme_id: int
    budget_year: int
    voucher_id: int | None
    provider_id: int | None
    lines: tuple[tuple[str, int], ...]

    @property
    def books(self) -> Books:
        """The books the entry belongs to."""
        return self.organiser_id, self.programme_id, self.budget_year


@dataclass(frozen=True)
class Finding:
    """Something that should not be: a short code, where it is, and the figures in words."""

    code: str
    where: str
    message: str


Rows = Sequence[PostedEntry]


def as_posted(entry: Entry) -> PostedEntry:
    """The row that the entry becomes."""
    context = entry.context
    return PostedEntry(
        key=entry.key,
        recipe=entry.recipe,
        organiser_id=context.organiser_id,
        programme_id=context.programme_id,
        budget_year=context.budget_year,
        voucher_id=context.voucher_id,
        provider_id=context.provider_id,
        lines=tuple((line.account.value, line.cents) for line in entry.lines),
    )


def balances(rows: Rows) -> dict[Books, Counter[str]]:
    """Account balances in cents (debit positive) of each programme and budget year."""
    found: dict[Books, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for account, cents in row.lines:
            found[row.books][account] += cents
    return dict(found)


def every_entry_is_balanced(rows: Rows) -> Iterator[Finding]:
    """The lines of an entry sum to zero, in the budget and in the memo pair; it has lines, and none of zero cents."""
    for row in rows:
        for group in (BUDGET, MEMO):
            total = sum(cents for account, cents in row.lines if account in group)
            if total:
                yield Finding("unbalanced", row.key, f"{row.recipe} is {total} cents out of balance")
        if not row.lines or any(cents == 0 for _, cents in row.lines):
            yield Finding("empty_line", row.key, f"{row.recipe} has no lines, or a line of zero cents")


def every_recipe_is_kept(rows: Rows) -> Iterator[Finding]:
    """Accounts and recipes are known, and each recipe only moved money the way it may."""
    known = set(Account)
    for row in rows:
        shape = SHAPES.get(row.recipe)
        if shape is None:
            yield Finding("unknown_recipe", row.key, f"no recipe is called {row.recipe}")
        for account, cents in row.lines:
            if account not in known:
                yield Finding("unknown_account", row.key, f"no account is called {account}")
            elif shape is not None and not shape.fits(account, cents):
                yield Finding("foreign_account", row.key, f"{row.recipe} may not put {cents} cents on {account}")


def keys_are_unique(rows: Rows) -> Iterator[Finding]:
    """An organiser's idempotency key is used once."""
    seen = Counter((row.organiser_id, row.key) for row in rows)
    for (organiser_id, key), times in seen.items():
        if times > 1:
            yield Finding("key_twice", key, f"posted {times} times for organiser {organiser_id}")


def no_balance_is_on_the_wrong_side(rows: Rows) -> Iterator[Finding]:
    """No budget account is overdrawn: none below zero, and the appropriation none above.

    The memo pair is not looked at by year: a debt may be netted in a later one.
    """
    for books, accounts in sorted(balances(rows).items()):
        for account, cents in sorted(accounts.items()):
            overdrawn = cents > 0 if account in CREDIT_SIDE else cents < 0
            if overdrawn and account not in MEMO:
                yield Finding("overdrawn", _place(books), f"{account} stands at {cents} cents")


def the_budget_identity_holds(rows: Rows) -> Iterator[Finding]:
    """appropriated = reserved for service + reserved for bonus + used + free, in each programme and budget year."""
    for books, accounts in sorted(balances(rows).items()):
        figures = position(accounts)
        if not figures.holds:
            yield Finding("identity", _place(books), f"the budget does not add up: {figures}")


def no_voucher_is_overdrawn(rows: Rows) -> Iterator[Finding]:
    """No voucher has used more than was reserved for it, in any budget year, for service or for bonus."""
    found: Counter[tuple[int, int, int, str]] = Counter()
    for row in rows:
        for account, cents in row.lines:
            if row.voucher_id is not None and account in RESERVED:
                found[row.organiser_id, row.voucher_id, row.budget_year, account] += cents
            elif row.voucher_id is None and account in RESERVED:
                yield Finding("no_voucher", row.key, f"{cents} cents on {account} belong to no voucher")
    for (organiser_id, voucher_id, year, account), cents in sorted(found.items()):
        if cents < 0:
            where = f"organiser {organiser_id}, voucher {voucher_id}, year {year}"
            yield Finding("voucher_overdrawn", where, f"{account} stands at {cents} cents")


def no_provider_owes_less_than_nothing(rows: Rows) -> Iterator[Finding]:
    """A receivable is netted or collected at most once over."""
    found: Counter[tuple[int, int | None]] = Counter()
    for row in rows:
        for account, cents in row.lines:
            if account == Account.RECEIVABLE:
                found[row.organiser_id, row.provider_id] += cents
    for (organiser_id, provider_id), cents in found.items():
        if cents < 0:
            where = f"organiser {organiser_id}, provider {provider_id}"
            yield Finding("receivable_overdrawn", where, f"owes {cents} cents")


CARRIES = {"carry_over_out": (0, 1), "carry_over_in": (-1, 0), "carry_back_out": (0, -1), "carry_back_in": (1, 0)}
"""Each recipe that crosses a year's end: from which year to which, counted from the entry's own."""


def what_left_a_year_arrived_in_the_next(rows: Rows) -> Iterator[Finding]:
    """Each carry out of a year, forward or back, has its twin in the other: same programme, voucher, accounts, cents."""
    found: Counter[tuple[int, int, int, int, int | None, str]] = Counter()
    for row in rows:
        if row.recipe in CARRIES:
            source, target = (row.budget_year + shift for shift in CARRIES[row.recipe])
            for account, cents in row.lines:
                found[row.organiser_id, row.programme_id, source, target, row.voucher_id, account] += cents
    for (organiser_id, programme_id, source, target, voucher_id, account), cents in found.items():
        if cents:
            where = f"{_place((organiser_id, programme_id, target))}, voucher {voucher_id}"
            yield Finding("carry_over", where, f"{account} differs by {cents} cents from what left {source}")


CHECKS: tuple[Callable[[Rows], Iterable[Finding]], ...] = (
    every_entry_is_balanced,
    every_recipe_is_kept,
    keys_are_unique,
    no_balance_is_on_the_wrong_side,
    the_budget_identity_holds,
    no_voucher_is_overdrawn,
    no_provider_owes_less_than_nothing,
    what_left_a_year_arrived_in_the_next,
)


def check_ledger(rows: Iterable[PostedEntry]) -> list[Finding]:
    """Every check over every row; an empty list means that the ledger is sound."""
    whole_ledger = tuple(rows)
    return [finding for check in CHECKS for finding in check(whole_ledger)]


def _place(books: Books) -> str:
    return "organiser {}, programme {}, year {}".format(*books)
