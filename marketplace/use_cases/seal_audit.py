"""Sealing the audit: rows are inserted freely, and the worker chains them into blocks afterwards.

A row that was saved late (its transaction was long) goes into a later block; nothing is ever left out for good.
"""

from sqlalchemy import select, text

from marketplace.access.actions import Action
from marketplace.access.actor import system
from marketplace.models.audit_chain import FIRST, block_hash, row_bytes
from marketplace.models.trail import AuditBlock, AuditEvent, AuditSeal
from marketplace.use_cases.desk import Desk, Tx

ROWS_A_BLOCK = 1000


def seal_audit(desk: Desk, organiser_id: int | None) -> int:
    """Seal what is unsealed of one organiser's rows (None: of those that are nobody's own). Returns the rows sealed."""
    sealed = 0
    while True:
        with desk.transaction(system(organiser_id), Action.RUN_DUE_WORK) as tx:
            rows = _seal_one(tx, organiser_id)
        sealed += rows
        if rows < ROWS_A_BLOCK:
            return sealed


def _seal_one(tx: Tx, organiser_id: int | None) -> int:
    # one sealer at a time, so that the chain cannot fork
    tx.session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"audit/{organiser_id or 0}"}
    )
    mine = AuditEvent.organiser_id.is_(None) if organiser_id is None else AuditEvent.organiser_id == organiser_id
    rows = tx.session.scalars(
        select(AuditEvent)
        .outerjoin(AuditSeal, AuditSeal.event_id == AuditEvent.id)
        .where(mine, AuditSeal.event_id.is_(None))
        .order_by(AuditEvent.id)
        .limit(ROWS_A_BLOCK)
    ).all()
    if not rows:
        return 0
    own = AuditBlock.organiser_id.is_(None) if organiser_id is None else AuditBlock.organiser_id == organiser_id
    last = tx.session.scalar(select(AuditBlock).where(own).order_by(AuditBlock.number.desc()).limit(1))
    number, prev = (last.number + 1, last.hash) if last else (1, FIRST)
    block = AuditBlock(
        organiser_id=organiser_id,
        number=number,
        rows=len(rows),
        prev=prev,
        hash=block_hash(prev, number, (row_bytes(row) for row in rows)),
        sealed_at=tx.now,
    )
    tx.session.add(block)
    tx.session.flush()
    tx.session.add_all(
        AuditSeal(event_id=row.id, organiser_id=organiser_id, block_id=block.id, place=place)
        for place, row in enumerate(rows)
    )
    return len(rows)
