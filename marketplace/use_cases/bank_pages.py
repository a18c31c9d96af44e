"""What finance's pages about the bank read: rows that wait for a person, files that were read, one row."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from marketplace.access.actions import Action, may
from marketplace.access.actor import Actor
from marketplace.models.bank import BankDelivery, BankFile, BankImport, BankRow
from marketplace.models.invoices import Payment, PaymentBatch
from marketplace.models.people import Account
from marketplace.use_cases.debtor_account import debtor_of
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.settle_bank_row import candidates

PAGE = 50
IMPORTS = 10


@dataclass(frozen=True)
class OpenRow:
    """A row of a statement that a person must settle. `why`: a code of the label family `bank_row`."""

    id: int
    amount_cents: int
    out: bool
    came_back: bool
    booked_on: date
    servicer_ref: str
    end_to_end: str
    batch: str
    reference: str
    other_account: str
    return_code: str
    why: str


@dataclass(frozen=True)
class ImportRow:
    name: str
    form: str
    entries: int
    by: str
    at: datetime


@dataclass(frozen=True)
class BankPage:
    """`rows`: the first of `total`. `account`: the number of the account that is paid from now."""

    rows: tuple[OpenRow, ...]
    total: int
    imports: tuple[ImportRow, ...]
    account: str
    may_pay: bool


@dataclass(frozen=True)
class Candidate:
    """A payment that a row could be about."""

    payment_id: int
    payee: str
    iban: str
    reference: str
    batch: str


@dataclass(frozen=True)
class Delivery:
    """How a batch's file got to the bank: its state is empty where a person downloads it."""

    sha256: str
    payments: int
    total_cents: int
    made_at: datetime
    state: str = ""
    attempts: int = 0
    last_error: str | None = None
    sent_at: datetime | None = None
    note: str | None = None


def bank_page(desk: Desk, actor: Actor) -> BankPage:
    """The work list, oldest first, and the files that were read last."""
    with desk.reading(actor, Action.SEE_INVOICES) as tx:
        mine = BankRow.organiser_id == tx.organiser_id, BankRow.state == "open"
        rows = tx.session.scalars(select(BankRow).where(*mine).order_by(BankRow.booked_on, BankRow.id).limit(PAGE))
        total = tx.session.scalars(select(func.count()).select_from(BankRow).where(*mine)).one()
        imports = tx.session.execute(
            select(BankImport, Account.name)
            .join(Account, Account.id == BankImport.imported_by)
            .where(BankImport.organiser_id == tx.organiser_id)
            .order_by(BankImport.id.desc())
            .limit(IMPORTS)
        )
        return BankPage(
            rows=tuple(_open_row(row) for row in rows),
            total=total,
            imports=tuple(ImportRow(one.name, one.form, one.entries, who, one.imported_at) for one, who in imports),
            account=debtor_of(tx)[1],
            may_pay=may(actor.role, Action.CONFIRM_PAYMENT),
        )


def bank_row_page(desk: Desk, actor: Actor, row_id: int) -> tuple[OpenRow, tuple[Candidate, ...]]:
    """An open row and the payments that it could be about. Missing for another organiser's, and for a settled one."""
    with desk.reading(actor, Action.CONFIRM_PAYMENT) as tx:
        row = tx.session.scalar(
            select(BankRow).where(
                BankRow.id == row_id, BankRow.organiser_id == tx.organiser_id, BankRow.state == "open"
            )
        )
        if row is None:
            raise Missing("bank_row")
        found = candidates(tx, row)
        batches = tx.session.scalars(select(PaymentBatch).where(PaymentBatch.id.in_({one.batch_id for one in found})))
        numbers = {batch.id: batch.number for batch in batches}
        return _open_row(row), tuple(
            Candidate(one.id, one.payee, one.iban, one.reference, numbers[one.batch_id]) for one in found
        )


def batch_delivery(tx: Tx, batch_id: int) -> Delivery | None:
    """The batch's file and how it left; None before the batch was sent, and when debts covered all of it."""
    found = tx.session.execute(
        select(BankFile.sha256, BankFile.payments, BankFile.total_cents, BankFile.made_at, BankDelivery)
        .outerjoin(BankDelivery, BankDelivery.file_id == BankFile.id)
        .where(BankFile.batch_id == batch_id, BankFile.organiser_id == tx.organiser_id)
    ).one_or_none()
    if found is None:
        return None
    sha256, payments, total, made_at, way = found
    if way is None:
        return Delivery(sha256, payments, total, made_at)
    return Delivery(sha256, payments, total, made_at, way.state, way.attempts, way.last_error, way.sent_at, way.note)


def open_rows(tx: Tx) -> int:
    """How many rows wait for a person."""
    mine = BankRow.organiser_id == tx.organiser_id, BankRow.state == "open"
    return tx.session.scalars(select(func.count()).select_from(BankRow).where(*mine)).one()


def stuck_files(tx: Tx) -> int:
    """How many batches' files did not get to the bank's folder and are not tried any more."""
    return tx.session.scalars(
        select(func.count())
        .select_from(BankDelivery)
        .where(BankDelivery.organiser_id == tx.organiser_id, BankDelivery.state == "failed")
    ).one()


def came_back_from(tx: Tx, provider_ids: set[int]) -> dict[int, str]:
    """For each of these providers whose newest payment came back: the account number that it was paid to."""
    newest = (
        select(func.max(Payment.id))
        .where(
            Payment.organiser_id == tx.organiser_id,
            Payment.provider_id.in_(provider_ids),
            Payment.state.in_(("sent", "paid", "returned")),
        )
        .group_by(Payment.provider_id)
    )
    rows = tx.session.execute(
        select(Payment.provider_id, Payment.iban).where(Payment.id.in_(newest), Payment.state == "returned")
    )
    return {row.provider_id: row.iban for row in rows}


def _open_row(row: BankRow) -> OpenRow:
    return OpenRow(
        row.id, row.amount_cents, row.out, row.came_back, row.booked_on, row.servicer_ref, row.end_to_end, row.batch,
        row.reference, row.other_account, row.return_code, row.why_open or "no_payment",
    )  # fmt: skip
