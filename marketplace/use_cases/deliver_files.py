"""Files for the bank leave for its folder: each is claimed, put there outside of any transaction, and noted.

A claim is a lease, as with mail. The folder itself takes a file once, so a worker that dies between putting and noting
leaves nothing in doubt: the next one puts it again to no effect, and notes it.
"""

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.bank import BankDelivery, BankFile
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Missing, Refused, Stale
from marketplace.use_cases.send_messages import LEASE, MOST_ATTEMPTS, WAITS


@dataclass(frozen=True)
class _Claimed:
    id: int
    batch_id: int
    name: str
    content: bytes
    attempts: int


def deliver_files(desk: Desk, actor: Actor) -> int:
    """Put every file that waits into the bank's folder; returns how many. One that cannot be written is tried again
    later, and its error is shown to finance."""
    done = 0
    while (claimed := _claim(desk, actor)) is not None:
        assert desk.bank is not None
        try:
            evidence = desk.bank.put(claimed.name, claimed.content)
        except OSError as error:
            _not_put(desk, actor, claimed, error)
        else:
            _put(desk, actor, claimed, evidence)
            done += 1
    return done


def settle_delivery(desk: Desk, actor: Actor, batch_id: int, note: str) -> None:
    """The file reached the bank in another way; `note` says how. Refused: note_missing (`note`). Stale when it has left
    or been settled meanwhile. Missing for another organiser's."""
    if not note.strip():
        raise Refused("note_missing", "note")
    with desk.transaction(actor, Action.CONFIRM_PAYMENT) as tx:
        delivery = _open(tx, batch_id, "waiting", "failed")
        delivery.state, delivery.note = "settled", note.strip()
        tx.audit("bank_file.settled", "payment_batch", batch_id, reason=note.strip(), attempts=delivery.attempts)


def deliver_again(desk: Desk, actor: Actor, batch_id: int) -> None:
    """A file that was given up is tried anew. Stale when it is not failed any more."""
    with desk.transaction(actor, Action.CONFIRM_PAYMENT) as tx:
        delivery = _open(tx, batch_id, "failed")
        delivery.state, delivery.attempts, delivery.next_at = "waiting", 0, tx.now
        tx.audit("bank_file.again", "payment_batch", batch_id)


def _claim(desk: Desk, actor: Actor) -> _Claimed | None:
    if desk.bank is None or not desk.bank.has_folder:
        return None
    with desk.transaction(actor, Action.RUN_DUE_WORK) as tx:
        found = tx.session.execute(
            select(BankDelivery, BankFile)
            .join(BankFile, BankFile.id == BankDelivery.file_id)
            .where(
                BankDelivery.organiser_id == tx.organiser_id,
                BankDelivery.state == "waiting",
                BankDelivery.next_at <= tx.now,
            )
            .order_by(BankDelivery.next_at, BankDelivery.id)
            .limit(1)
            .with_for_update(of=BankDelivery, skip_locked=True)
        ).one_or_none()
        if found is None:
            return None
        delivery, file = found
        delivery.attempts += 1
        delivery.next_at = tx.now + LEASE
        return _Claimed(delivery.id, file.batch_id, delivery.key, file.content, delivery.attempts)


def _put(desk: Desk, actor: Actor, claimed: _Claimed, evidence: str) -> None:
    with desk.transaction(actor, Action.RUN_DUE_WORK) as tx:
        delivery = tx.session.get_one(BankDelivery, claimed.id, with_for_update=True)
        if delivery.state != "waiting":
            return  # noted by another worker, or settled by a person, while this one was slow
        delivery.state, delivery.sent_at, delivery.last_error = "sent", tx.now, None
        tx.audit("bank_file.sent", "payment_batch", claimed.batch_id, evidence=evidence, attempts=claimed.attempts)


def _not_put(desk: Desk, actor: Actor, claimed: _Claimed, error: OSError) -> None:
    with desk.transaction(actor, Action.RUN_DUE_WORK) as tx:
        delivery = tx.session.get_one(BankDelivery, claimed.id, with_for_update=True)
        if delivery.state != "waiting":
            return
        delivery.last_error = f"{type(error).__name__}: {error}"[:500]
        if claimed.attempts >= MOST_ATTEMPTS:
            delivery.state = "failed"
            tx.audit("bank_file.failed", "payment_batch", claimed.batch_id, attempts=claimed.attempts)
        else:
            delivery.next_at = tx.now + WAITS[claimed.attempts - 1]


def _open(tx: Tx, batch_id: int, *states: str) -> BankDelivery:
    delivery = tx.session.scalar(
        select(BankDelivery)
        .join(BankFile, BankFile.id == BankDelivery.file_id)
        .where(BankFile.batch_id == batch_id, BankDelivery.organiser_id == tx.organiser_id)
        .with_for_update(of=BankDelivery)
    )
    if delivery is None:
        raise Missing("bank_file")
    if delivery.state not in states:
        raise Stale("stale")
    return delivery
