"""The file of a batch for the bank: made once, when the batch is sent, kept as it was, and handed out again byte for byte."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.bank_files import Debtor, Transfer, TransferFile, end_to_end_id, message_id
from marketplace.models.bank import BankDelivery, BankFile
from marketplace.models.invoices import Payment, PaymentBatch
from marketplace.use_cases.debtor_account import debtor_of
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Missing


@dataclass(frozen=True)
class KeptFile:
    """A file as it was made. `name` is what it is called in a folder."""

    name: str
    content: bytes
    sha256: str
    payments: int
    total_cents: int
    made_at: datetime
    pay_on: date


def write_file(tx: Tx, batch: PaymentBatch, payments: Sequence[Payment]) -> None:
    """Make the file of a (locked) batch that is being sent, and hand it to the worker where there is a folder. There is
    none when debts cover every payment whole. Refused: debtor_account_wrong."""
    transfers = tuple(_transfer(tx, batch, one) for one in payments if one.amount_cents > 0)
    if not transfers:
        return
    if tx.bank is None:
        raise RuntimeError("this desk knows no bank's formats")
    assert batch.sent_at is not None
    name = message_id(tx.organiser_id, batch.number)
    order = TransferFile(name, batch.sent_at, batch.pay_on, Debtor(*debtor_of(tx)), transfers)
    content = tx.bank.transfers_file(order)
    made = BankFile(
        organiser_id=tx.organiser_id,
        batch_id=batch.id,
        message_id=name,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        payments=len(transfers),
        total_cents=sum(one.amount_cents for one in transfers),
        made_by=tx.account_id,
        made_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    if tx.bank.has_folder:
        tx.session.add(BankDelivery(organiser_id=tx.organiser_id, file_id=made.id, key=f"{name}.xml", next_at=tx.now))
    tx.audit("bank_file.make", "payment_batch", batch.id, number=batch.number, sha256=made.sha256)


def bank_file(desk: Desk, actor: Actor, batch_id: int) -> KeptFile:
    """The batch's file, the same bytes every time; that it was handed out is in the audit. Missing when the batch is
    another organiser's, has not been sent, or has nothing for the bank to pay."""
    with desk.reading(actor, Action.MAKE_BATCH) as tx:
        found = tx.session.execute(
            select(BankFile, PaymentBatch.pay_on)
            .join(PaymentBatch, PaymentBatch.id == BankFile.batch_id)
            .where(BankFile.batch_id == batch_id, BankFile.organiser_id == tx.organiser_id)
        ).one_or_none()
        if found is None:
            raise Missing("bank_file")
        kept, pay_on = found
        tx.audit("bank_file.read", "payment_batch", batch_id, sha256=kept.sha256)
        return KeptFile(f"{kept.message_id}.xml", kept.content, kept.sha256, kept.payments, kept.total_cents,
                        kept.made_at, pay_on)  # fmt: skip


def batch_of_number(desk: Desk, actor: Actor, number: str) -> tuple[int, str]:
    """The id and state of the batch with a number. Missing when the organiser has none of that number."""
    with desk.reading(actor, Action.MAKE_BATCH) as tx:
        found = tx.session.execute(
            select(PaymentBatch.id, PaymentBatch.state).where(
                PaymentBatch.organiser_id == tx.organiser_id, PaymentBatch.number == number
            )
        ).one_or_none()
        if found is None:
            raise Missing("batch")
        return found.id, found.state


def _transfer(tx: Tx, batch: PaymentBatch, payment: Payment) -> Transfer:
    of_batch = message_id(tx.organiser_id, batch.number)
    return Transfer(end_to_end_id(of_batch, payment.id), payment.payee, payment.iban, payment.amount_cents,
                    payment.reference)  # fmt: skip
