"""The step that gives a statement's row its meaning: the payment or batch that it is about moves, or the row stays open."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.bank_files import batch_number_of, message_id, payment_of
from marketplace.clock import helsinki_day
from marketplace.models.bank import BankRow
from marketplace.models.invoices import Payment, PaymentBatch
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.payment_steps import (
    AT_BANK,
    close_if_answered,
    confirm,
    lock_batch,
    lock_payments,
    take_back,
)
from marketplace.use_cases.refusals import Refused

NO_CODE = "MS03"
"""The code for "no reason given" (ISO 20022), for banks that give none."""


@dataclass(frozen=True)
class Answer:
    """What a row did: paid, returned, known or open. `payments`: how many it moved (of a whole batch, several)."""

    what: str
    payments: int = 1
    batch: PaymentBatch | None = None


class _Unclear(Exception):
    """A person must look at the row; `why` has words (label family `bank_row`)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def answer_of(tx: Tx, row: BankRow) -> Answer:
    """Give a new row its state and move what it is about. The caller holds `one_at_a_time`."""
    row.state, row.why_open = "matched", None
    try:
        with tx.session.begin_nested():
            answer = _whole_batch(tx, row) or _one_payment(tx, row)
    except _Unclear as unclear:
        row.state, row.why_open, row.payment_id = "open", unclear.why, None
        return Answer("open")
    except Refused as refused:
        row.state, row.why_open, row.payment_id = "open", refused.code, None
        return Answer("open")
    return answer


def apply_row(tx: Tx, row: BankRow, payment: Payment, batch: PaymentBatch) -> Answer:
    """What the row says, done to a (locked) payment. Refused as `take_back`; `_Unclear` when it does not fit."""
    if row.amount_cents != payment.amount_cents:
        raise _Unclear("amount_differs")
    row.payment_id = payment.id
    wanted = "paid" if row.out else "returned"
    told = _told_by(tx, row, payment)
    if told and any(ref != row.servicer_ref for ref in told):
        raise _Unclear("paid_twice" if row.out else "returned_twice")
    if payment.state == wanted or (row.out and payment.state == "returned"):
        return Answer("known")
    if payment.state not in ("sent",) if row.out else payment.state not in ("sent", "paid"):
        raise _Unclear("not_at_bank")
    _day_fits(tx, batch, row.booked_on)
    if row.out:
        confirm(tx, payment, row.booked_on, _words(row))
    else:
        take_back(tx, payment, row.booked_on, row.return_code or NO_CODE)
    close_if_answered(tx, batch)
    return Answer(wanted)


def _one_payment(tx: Tx, row: BankRow) -> Answer:
    if not row.out and not row.came_back:
        raise _Unclear("money_in")
    payment_id = _by_our_id(tx, row) or _by_reference(tx, row)
    batch_id = tx.session.scalars(select(Payment.batch_id).where(Payment.id == payment_id)).one()
    batch = lock_batch(tx, batch_id)
    payment = tx.session.get_one(Payment, payment_id, with_for_update={"key_share": True}, populate_existing=True)
    return apply_row(tx, row, payment, batch)


def _whole_batch(tx: Tx, row: BankRow) -> Answer | None:
    """A batch that the bank has booked as one sum."""
    number = batch_number_of(row.batch, tx.organiser_id)
    if number is None or row.end_to_end or not row.out or row.reference or row.other_account:
        return None
    batch_id = tx.session.scalar(
        select(PaymentBatch.id).where(PaymentBatch.organiser_id == tx.organiser_id, PaymentBatch.number == number)
    )
    if batch_id is None:
        return None
    batch = lock_batch(tx, batch_id)
    payments = [one for one in lock_payments(tx, batch) if one.amount_cents > 0]
    if len(payments) == 1:
        return apply_row(tx, row, payments[0], batch)
    if sum(one.amount_cents for one in payments) != row.amount_cents:
        raise _Unclear("batch_sum_differs")
    earlier = tx.session.scalars(
        select(BankRow.servicer_ref).where(
            BankRow.organiser_id == tx.organiser_id,
            BankRow.batch == row.batch,
            BankRow.out,
            BankRow.state == "matched",
        )
    )
    if any(ref != row.servicer_ref for ref in earlier):
        raise _Unclear("paid_twice")
    waiting = [one for one in payments if one.state == "sent"]
    if not waiting:
        if batch.state not in (*AT_BANK, "confirmed"):
            raise _Unclear("not_at_bank")
        return Answer("known", 1, batch)
    _day_fits(tx, batch, row.booked_on)
    for payment in waiting:
        confirm(tx, payment, row.booked_on, _words(row))
    close_if_answered(tx, batch)
    return Answer("paid", len(waiting), batch)


def _by_our_id(tx: Tx, row: BankRow) -> int | None:
    found = payment_of(row.end_to_end)
    if found is None:
        return None
    of_batch, payment_id = found
    number = tx.session.scalar(
        select(PaymentBatch.number)
        .join(Payment, Payment.batch_id == PaymentBatch.id)
        .where(Payment.id == payment_id, Payment.organiser_id == tx.organiser_id)
    )
    if number is None or message_id(tx.organiser_id, number) != of_batch:
        raise _Unclear("no_payment")
    if row.batch and row.out and row.batch != of_batch:
        raise _Unclear("other_batch")
    return payment_id


def _by_reference(tx: Tx, row: BankRow) -> int:
    """Reference, amount and account all agree, with one payment that the bank can still answer for."""
    if row.end_to_end or not row.reference or not row.other_account:
        raise _Unclear("no_payment")
    found = tx.session.scalars(
        select(Payment.id).where(
            Payment.organiser_id == tx.organiser_id,
            Payment.reference == row.reference,
            Payment.amount_cents == row.amount_cents,
            Payment.iban == row.other_account,
            Payment.state.in_(("sent",) if row.out else ("sent", "paid")),
        )
    ).all()
    if len(found) != 1:
        raise _Unclear("several" if found else "no_payment")
    return found[0]


def _told_by(tx: Tx, row: BankRow, payment: Payment) -> set[str]:
    """The bank's ids of the entries that have told the same of this payment."""
    mine = select(BankRow.servicer_ref).where(
        BankRow.organiser_id == tx.organiser_id, BankRow.out == row.out, BankRow.state == "matched"
    )
    told = set(tx.session.scalars(mine.where(BankRow.payment_id == payment.id)))
    if row.out and payment.state in ("paid", "returned"):
        number = tx.session.scalars(select(PaymentBatch.number).where(PaymentBatch.id == payment.batch_id)).one()
        whole = mine.where(BankRow.payment_id.is_(None), BankRow.batch == message_id(tx.organiser_id, number))
        told |= set(tx.session.scalars(whole))
    return told


def _day_fits(tx: Tx, batch: PaymentBatch, day: date) -> None:
    if day > tx.today or (batch.sent_at is not None and day < helsinki_day(batch.sent_at)):
        raise _Unclear("day_differs")


def _words(row: BankRow) -> str:
    return f"camt {row.servicer_ref}"[:200]
