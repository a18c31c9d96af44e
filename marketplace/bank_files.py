"""What goes to the bank and comes from it, as plain values: a file of transfers, a statement, and the ids between them.

The formats themselves (ISO 20022) are in `marketplace/integrations/`. Amounts are integer cents of the euro.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True)
class Debtor:
    """The account that is paid from. `bic` may be empty: a bank in the SEPA area is known by the account number."""

    name: str
    iban: str
    bic: str = ""


@dataclass(frozen=True)
class Transfer:
    """One payment. `end_to_end` comes back in the bank's answer; `reference`: RF.. (ISO 11649) or a Finnish one."""

    end_to_end: str
    payee: str
    iban: str
    amount_cents: int
    reference: str


@dataclass(frozen=True)
class TransferFile:
    """All payments of a batch. `made_at` is the batch's own moment, so that the same batch always gives the same file."""

    message_id: str
    made_at: datetime
    pay_on: date
    debtor: Debtor
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True)
class Detail:
    """One payment of a statement's entry. `amount_cents` is positive; `out`: it left our account. `account`: the other
    side's account number, and `return_code` why it came back (AC04); all are empty where the bank does not tell."""

    end_to_end: str
    amount_cents: int
    out: bool
    reference: str = ""
    account: str = ""
    came_back: bool = False
    return_code: str = ""


@dataclass(frozen=True)
class BookedEntry:
    """A booked entry. `servicer_ref`: the bank's own id of it; `batch`: our PmtInfId. Without details the bank has booked
    the batch as one sum."""

    servicer_ref: str
    batch: str
    booked_on: date
    amount_cents: int
    out: bool
    came_back: bool
    details: tuple[Detail, ...]


@dataclass(frozen=True)
class Statement:
    """An account's statement (camt.053) or notification (camt.054). `passed_over`: entries that are not booked yet."""

    form: Literal["camt.053", "camt.054"]
    account: str
    entries: tuple[BookedEntry, ...]
    passed_over: int = 0


class UnusableFile(ValueError):
    """A file from the bank cannot be used. `code` has words of its own (`web/labels/refusals_bank.py`)."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def message_id(organiser_id: int, batch_number: str) -> str:
    """The id of a batch's file and of its one group of payments; at most 35 characters, as ISO 20022 has it."""
    made = f"V{organiser_id}-{batch_number}"
    if len(made) > 35:
        raise ValueError(f"{made} is too long for an id of the bank's files")
    return made


def end_to_end_id(of_batch: str, payment_id: int) -> str:
    """The id that one payment carries from account to account."""
    made = f"{of_batch}-{payment_id}"
    if len(made) > 35:
        raise ValueError(f"{made} is too long for an id of the bank's files")
    return made


def payment_of(end_to_end: str) -> tuple[str, int] | None:
    """The batch's id and the payment that such an id names; None when it is not one of ours."""
    found = re.fullmatch(r"(V\d{1,10}-\d{4}-\d{6,10})-(\d{1,12})", end_to_end)
    return (found[1], int(found[2])) if found else None


def batch_number_of(of_batch: str, organiser_id: int) -> str | None:
    """The number of the organiser's batch whose file has the id; None when it is not its."""
    found = re.fullmatch(rf"V{organiser_id}-(\d{{4}}-\d{{6,10}})", of_batch)
    return found[1] if found else None
