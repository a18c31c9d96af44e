"""The published head: signed, kept outside the database, and compared before the log grows (fairness B4).

A database that was restored from an older copy would go on from an older line: two different lists would carry one number.
The heads on the shelf are not turned back by a restore, so the log does not grow while it does not reach the newest.
"""

from typing import Any

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.matching.head import signed_bytes, unsigned_head
from marketplace.models.people import Organiser
from marketplace.models.trail import OrderLogHead, OrderLogLine
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.signing_key import signed, signing_key


def signed_head(tx: Tx, code: str, log: OrderLogHead) -> dict[str, Any]:
    """The head of an organiser's log with the organiser's signature."""
    key = signing_key(tx)
    said = unsigned_head(code, tx.today, log.seq, log.hash, log.list_seq, bytes.fromhex(key.public))
    return said | {"signature": signed(tx, key, signed_bytes(said)).hex()}


def reach_published(tx: Tx, code: str, log: OrderLogHead) -> None:
    """Refused when the log does not reach the head that was published last: log_behind (published, own), log_forked
    (published), head_unreadable. Nothing to do where no shelf is or nothing was published yet."""
    if tx.heads is None:
        return
    try:
        published = tx.heads.newest(code)
        if published is None:
            return
        seq, digest = int(published["seq"]), str(published["hash"])
    except (OSError, KeyError, ValueError) as error:
        raise Refused("head_unreadable", None, why=str(error)) from error
    if seq > log.seq:
        raise Refused("log_behind", None, published=seq, own=log.seq)
    if seq == log.seq:
        own: str | None = log.hash
    else:
        own = tx.session.scalar(
            select(OrderLogLine.hash).where(OrderLogLine.organiser_id == log.organiser_id, OrderLogLine.seq == seq)
        )
    if own != digest:
        raise Refused("log_forked", None, published=seq)


def publish_head(desk: Desk, actor: Actor) -> int:
    """Put today's signed head on the shelf, when it is another than the newest there. Returns how many (0 or 1).

    Refused as `reach_published`: a head that was published is never replaced by an older one.
    """
    with desk.transaction(actor, Action.RUN_DUE_WORK) as tx:
        if tx.heads is None:
            return 0
        code = tx.session.scalars(select(Organiser.code).where(Organiser.id == tx.organiser_id)).one()
        # locked, so that of two workers the one with the later line writes later
        log = tx.session.scalar(
            select(OrderLogHead).where(OrderLogHead.organiser_id == tx.organiser_id).with_for_update()
        )
        if log is None or log.seq < 0:
            return 0
        reach_published(tx, code, log)
        newest = tx.heads.newest(code)
        if newest is not None and (newest["hash"], newest["day"]) == (log.hash, tx.today.isoformat()):
            return 0
        tx.heads.put(code, tx.today.isoformat(), signed_head(tx, code, log))
        return 1
