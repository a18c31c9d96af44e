"""The accounts of the ledger: what each one holds, and how they add up.

Each programme and budget year is a small set of books. Debit is positive. An appropriation is a credit (negative) and
everything it has become is a debit, so the budget accounts of a programme and year always sum to zero:

    appropriated = reserved for service + reserved for bonus + used + free

The memo pair stands beside the budget: what providers owe the organiser after a paid event was reversed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Account(StrEnum):
    """An account's code, as it is stored on a ledger line."""

    APPROPRIATED = "appropriated"
    FREE = "free"
    RESERVED_SERVICE = "reserved_service"
    RESERVED_BONUS = "reserved_bonus"
    USED_RECORDED = "used_recorded"
    USED_CONTESTED = "used_contested"
    USED_PAYABLE = "used_payable"
    USED_APPROVED = "used_approved"
    USED_IN_BATCH = "used_in_batch"
    USED_SENT = "used_sent"
    USED_PAID = "used_paid"
    USED_RETURNED = "used_returned"
    RECEIVABLE = "receivable"
    RECEIVABLE_COUNTER = "receivable_counter"


RESERVED: frozenset[Account] = frozenset({Account.RESERVED_SERVICE, Account.RESERVED_BONUS})
"""What is promised to clients and not yet used."""

USED: frozenset[Account] = frozenset(account for account in Account if account.value.startswith("used_"))
"""The path of used money, from the recorded event to the bank."""

MEMO: frozenset[Account] = frozenset({Account.RECEIVABLE, Account.RECEIVABLE_COUNTER})
"""What providers owe, outside the budget; the pair sums to zero by itself."""

BUDGET: frozenset[Account] = frozenset(Account) - MEMO
"""The accounts of the identity."""

CREDIT_SIDE: frozenset[Account] = frozenset({Account.APPROPRIATED, Account.RECEIVABLE_COUNTER})
"""The accounts whose balance is never above zero; every other balance is never below."""

MEANINGS: dict[Account, str] = {
    Account.APPROPRIATED: "the appropriation, shown as a credit",
    Account.FREE: "not promised to anyone",
    Account.RESERVED_SERVICE: "promised to clients for service, not yet used",
    Account.RESERVED_BONUS: "promised to providers as bonuses, at most, not yet due",
    Account.USED_RECORDED: "service recorded, or bonus matured",
    Account.USED_CONTESTED: "the client objects; waiting for a caseworker",
    Account.USED_PAYABLE: "on an invoice line that passed the checks",
    Account.USED_APPROVED: "accepted for payment",
    Account.USED_IN_BATCH: "in a payment batch",
    Account.USED_SENT: "sent to the bank",
    Account.USED_PAID: "paid",
    Account.USED_RETURNED: "given back by the bank, to be sent again",
    Account.RECEIVABLE: "what providers owe after a paid event was reversed",
    Account.RECEIVABLE_COUNTER: "the other side of it",
}

_BY_LINE_STATE: dict[str | None, Account] = {
    None: Account.USED_RECORDED,
    "new": Account.USED_RECORDED,
    "returned": Account.USED_RECORDED,
    "passed": Account.USED_PAYABLE,
    "approved": Account.USED_APPROVED,
    "in_batch": Account.USED_IN_BATCH,
    "sent": Account.USED_SENT,
    "paid": Account.USED_PAID,
    "bank_returned": Account.USED_RETURNED,
}


def stands_on(line_state: str | None, *, contested: bool = False) -> Account:
    """The account on which the money of a recorded event or a matured bonus stands.

    line_state: the state of the newest invoice line that bills it, None when none does. contested: an objection is not
    settled yet. Errors: ValueError for a state that invoice lines do not have.
    """
    if line_state not in _BY_LINE_STATE:
        raise ValueError(f"an invoice line has no state {line_state}")
    return Account.USED_CONTESTED if contested else _BY_LINE_STATE[line_state]


@dataclass(frozen=True)
class Position:
    """Where the money of a programme and year stands, in cents, each figure as people say it (no signs to turn)."""

    appropriated_cents: int
    reserved_service_cents: int
    reserved_bonus_cents: int
    used_cents: int
    free_cents: int
    receivable_cents: int

    @property
    def holds(self) -> bool:
        """Does the budget identity hold?"""
        reserved_cents = self.reserved_service_cents + self.reserved_bonus_cents
        return self.appropriated_cents == reserved_cents + self.used_cents + self.free_cents


def position(balances: Mapping[str, int]) -> Position:
    """The position from account balances in cents (debit positive); a missing account is zero."""
    return Position(
        appropriated_cents=-balances.get(Account.APPROPRIATED, 0),
        reserved_service_cents=balances.get(Account.RESERVED_SERVICE, 0),
        reserved_bonus_cents=balances.get(Account.RESERVED_BONUS, 0),
        used_cents=sum(balances.get(account, 0) for account in USED),
        free_cents=balances.get(Account.FREE, 0),
        receivable_cents=balances.get(Account.RECEIVABLE, 0),
    )
