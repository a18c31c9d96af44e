"""An entry of the ledger: a handful of lines that sum to zero, and everything one must know to explain it later."""

from dataclasses import dataclass
from datetime import date

from marketplace.ledger.accounts import BUDGET, MEMO, Account
from marketplace.money import whole
from marketplace.period import plain_day


class Unbalanced(ValueError):
    """The lines of an entry do not sum to zero, in the budget or in the memo pair."""


@dataclass(frozen=True)
class Context:
    """What every entry carries (money.md 7). `budget_year` is the year of the event, not of the day of booking.

    `reason` is the business reason in a short code; `actor_id` is None when the system books by itself; `day` is the
    day of booking in Finland.
    """

    organiser_id: int
    programme_id: int
    budget_year: int
    municipality: str | None
    voucher_id: int | None
    provider_id: int | None
    cost_centre: str
    reason: str
    actor_id: int | None
    day: date

    def __post_init__(self) -> None:
        whole(self.budget_year, "budget_year")
        plain_day(self.day)


@dataclass(frozen=True)
class Line:
    """One line: cents on an account, debit positive, never zero. Errors: TypeError for floats; ValueError for zero."""

    account: Account
    cents: int

    def __post_init__(self) -> None:
        if not isinstance(self.account, Account):
            raise TypeError(f"{self.account!r} is not an account")
        if whole(self.cents, "cents") == 0:
            raise ValueError(f"a line of zero cents on {self.account} says nothing")


@dataclass(frozen=True)
class Entry:
    """One booking, never edited: a mistake is a new entry.

    `key` is the idempotency key: the same key is booked once. Errors: Unbalanced; ValueError without a key, a recipe or
    lines, or with an account twice.
    """

    key: str
    recipe: str
    context: Context
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        if not self.key or not self.recipe:
            raise ValueError("an entry needs a key and a recipe")
        accounts = [line.account for line in self.lines]
        if not accounts:
            raise ValueError(f"entry {self.key} has no lines")
        if len(set(accounts)) != len(accounts):
            raise ValueError(f"entry {self.key} has an account twice")
        for group in (BUDGET, MEMO):
            total = sum(line.cents for line in self.lines if line.account in group)
            if total:
                raise Unbalanced(f"entry {self.key} is {total} cents out of balance")
