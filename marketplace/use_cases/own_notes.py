"""A client's note to herself about a provider: sealed, shown to nobody else, and not in the audit."""

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_vouchers
from marketplace.models.contacts import OwnNote
from marketplace.models.providers import Provider
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Missing, Refused

NOTE_MOST = 1000


@dataclass(frozen=True)
class NoteOrder:
    """What the client wants to remember of a provider (its unit code); empty words take the note away."""

    voucher_id: int
    unit: str
    words: str


def keep_note(desk: Desk, actor: Actor, order: NoteOrder) -> None:
    """Save, change or take away the note. Refused: words_too_long. Missing for a stranger's voucher."""
    with desk.transaction(actor, Action.KEEP_NOTE) as tx:
        provider_id = _provider(tx, order.voucher_id, order.unit)
        words = order.words.strip()
        if len(words) > NOTE_MOST:
            raise Refused("words_too_long", "words", most=NOTE_MOST)
        if not words:
            mine = OwnNote.voucher_id == order.voucher_id, OwnNote.provider_id == provider_id
            tx.session.execute(delete(OwnNote).where(*mine))
            return
        sealed = tx.vault.seal(words.encode(), _purpose(order.voucher_id))
        row = insert(OwnNote).values(
            organiser_id=tx.organiser_id, voucher_id=order.voucher_id, provider_id=provider_id, sealed=sealed, at=tx.now
        )
        tx.session.execute(
            row.on_conflict_do_update(
                index_elements=["voucher_id", "provider_id"], set_={"sealed": row.excluded.sealed, "at": row.excluded.at}
            )
        )


def own_note(desk: Desk, actor: Actor, voucher_id: int, unit: str) -> str:
    """The client's own note, "" when there is none. Missing for a stranger's voucher."""
    with desk.reading(actor, Action.KEEP_NOTE) as tx:
        provider_id = _provider(tx, voucher_id, unit)
        sealed = tx.session.scalar(
            select(OwnNote.sealed).where(OwnNote.voucher_id == voucher_id, OwnNote.provider_id == provider_id)
        )
        return tx.vault.open(sealed, _purpose(voucher_id)).decode() if sealed is not None else ""


def _purpose(voucher_id: int) -> str:
    return f"own-note/{voucher_id}"


def _provider(tx: Tx, voucher_id: int, unit: str) -> int:
    found = tx.session.scalar(
        select(Provider.id).where(
            Provider.unit == unit, select(Voucher.id).where(Voucher.id == voucher_id, visible_vouchers(tx.actor)).exists()
        )
    )
    if found is None:
        raise Missing("provider")
    return found
