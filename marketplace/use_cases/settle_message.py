"""Messages by hand: a letter was posted or handed over, a failed mail was taken care of, or is to be tried again."""

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.outbox import Message
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Missing, Refused, Stale


def settle_message(desk: Desk, actor: Actor, message_id: int, note: str) -> None:
    """The message needs nothing more; `note` says how it was done (posted, called ...).

    Refused: `note_missing` (`note`). Stale when it has left or been settled meanwhile. Missing for another organiser's.
    """
    if not note.strip():
        raise Refused("note_missing", "note")
    with desk.transaction(actor, Action.SETTLE_MESSAGE) as tx:
        message = _open(tx, message_id, "waiting", "failed")
        message.state, message.sealed_code = "settled", None
        tx.audit("message.settled", "message", message.id, reason=note.strip(), channel=message.channel)


def settle_messages(desk: Desk, actor: Actor, message_ids: tuple[int, ...], note: str) -> int:
    """Letters that were printed and posted together. Those that were settled meanwhile are passed over; returns how many
    were settled now. Refused: `note_missing`. Missing when one is another organiser's or no letter."""
    if not note.strip():
        raise Refused("note_missing", "note")
    with desk.transaction(actor, Action.SETTLE_MESSAGE) as tx:
        asked = set(message_ids)
        rows = tx.session.scalars(
            select(Message)
            .where(Message.id.in_(asked), Message.organiser_id == tx.organiser_id, Message.channel == "print")
            .order_by(Message.id)
            .with_for_update()
        ).all()
        if len(rows) != len(asked):
            raise Missing("message")
        waiting = [row for row in rows if row.state == "waiting"]
        for message in waiting:
            message.state, message.sealed_code = "settled", None
            tx.audit("message.settled", "message", message.id, reason=note.strip(), channel=message.channel)
        return len(waiting)


def try_again(desk: Desk, actor: Actor, message_id: int) -> None:
    """A failed mail is tried anew, from the first attempt. Stale when it is not failed any more."""
    with desk.transaction(actor, Action.SETTLE_MESSAGE) as tx:
        message = _open(tx, message_id, "failed")
        message.state, message.attempts, message.next_at = "waiting", 0, tx.now
        tx.audit("message.again", "message", message.id)


def _open(tx: Tx, message_id: int, *states: str) -> Message:
    message = tx.session.scalar(
        select(Message).where(Message.id == message_id, Message.organiser_id == tx.organiser_id).with_for_update()
    )
    if message is None:
        raise Missing("message")
    if message.state not in states:
        raise Stale("stale")
    return message
