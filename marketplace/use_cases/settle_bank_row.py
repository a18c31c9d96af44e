"""Rows of a statement that a person must settle: each is matched to a payment, or said not to be one of these payments."""

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.bank import BankRow
from marketplace.models.invoices import Payment
from marketplace.use_cases.bank_rows import NO_CODE
from marketplace.use_cases.conflicts import refuse_conflict
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.payment_steps import (
    answered,
    close_if_answered,
    confirm,
    since_sent,
    take_back,
)
from marketplace.use_cases.receivables import one_at_a_time
from marketplace.use_cases.refusals import Missing, Refused, Stale

NOTE_LENGTH = 500


@dataclass(frozen=True)
class SettleRow:
    """`payment_id`: the payment that the row is about; None: it is none of these payments. `note` says how one knows."""

    row_id: int
    payment_id: int | None
    note: str


def settle_bank_row(desk: Desk, actor: Actor, order: SettleRow) -> None:
    """Settle one open row; a payment that it is matched to is paid, or has come back.

    Refused: note_missing (`note`), text_too_long (`note`), row_amount_differs (`payment`; row_cents, payment_cents),
    row_is_money_in (`payment`), conflict_of_interest (names), bank_day_before_sent, bank_day_in_future, and those of
    a return (nothing_was_sent, debt_settled_elsewhere). Stale when the row or the payment is settled already.
    """
    with desk.transaction(actor, Action.CONFIRM_PAYMENT) as tx:
        note = order.note.strip()
        if not note:
            raise Refused("note_missing", "note")
        if len(note) > NOTE_LENGTH:
            raise Refused("text_too_long", "note", most=NOTE_LENGTH)
        one_at_a_time(tx)
        row = _open_row(tx, order.row_id)
        if order.payment_id is None:
            row.state = "not_ours"
        else:
            _match(tx, row, order.payment_id, note)
        row.note, row.settled_by, row.settled_at = note, tx.account_id, tx.now
        tx.audit("bank_row.settle", "bank_row", row.id, reason=note, state=row.state, payment=row.payment_id)


def _match(tx: Tx, row: BankRow, payment_id: int, note: str) -> None:
    if not row.out and not row.came_back:
        raise Refused("row_is_money_in", "payment")
    batch, payment = answered(tx, payment_id, *(("sent",) if row.out else ("sent", "paid")))
    refuse_conflict(tx, [payment.provider_id])
    if payment.amount_cents != row.amount_cents:
        raise Refused("row_amount_differs", "payment", row_cents=row.amount_cents, payment_cents=payment.amount_cents)
    since_sent(tx, batch, row.booked_on, "payment")
    if row.out:
        confirm(tx, payment, row.booked_on, note)
    else:
        take_back(tx, payment, row.booked_on, row.return_code or NO_CODE)
    row.state, row.payment_id = "matched", payment.id
    close_if_answered(tx, batch)


def _open_row(tx: Tx, row_id: int) -> BankRow:
    row = tx.session.scalar(
        select(BankRow).where(BankRow.id == row_id, BankRow.organiser_id == tx.organiser_id).with_for_update()
    )
    if row is None:
        raise Missing("bank_row")
    if row.state != "open":
        raise Stale("stale")
    return row


def candidates(tx: Tx, row: BankRow) -> list[Payment]:
    """The payments that an open row could be about: of its amount, and not answered for in that way yet."""
    if not row.out and not row.came_back:
        return []
    return list(
        tx.session.scalars(
            select(Payment)
            .where(
                Payment.organiser_id == tx.organiser_id,
                Payment.amount_cents == row.amount_cents,
                Payment.state.in_(("sent",) if row.out else ("sent", "paid")),
            )
            .order_by(Payment.id.desc())
            .limit(50)
        )
    )
