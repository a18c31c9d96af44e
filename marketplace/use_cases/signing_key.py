"""The step that signs for an organiser: receipts of choices and heads of its order log, with the same published key."""

from sqlalchemy import select

from marketplace.models.receipts import SigningKey
from marketplace.use_cases.desk import Tx

KEY_PURPOSE = "receipt-key"


def signing_key(tx: Tx) -> SigningKey:
    """The newest signing key; the first signature ever makes it. Two first signatures at the same moment make two keys,
    which does no harm: every key stays published."""
    mine = SigningKey.organiser_id == tx.organiser_id
    found = tx.session.scalar(select(SigningKey).where(mine).order_by(SigningKey.id.desc()).limit(1))
    if found is None:
        sealed, public = tx.vault.new_signing_key(KEY_PURPOSE)
        found = SigningKey(organiser_id=tx.organiser_id, public=public.hex(), sealed_key=sealed, made_at=tx.now)
        tx.session.add(found)
        tx.session.flush()
        tx.audit("signing_key.make", "organiser", tx.organiser_id, public=found.public)
    return found


def signed(tx: Tx, key: SigningKey, message: bytes) -> bytes:
    """The signature (64 bytes, Ed25519) of a message with the organiser's key."""
    return tx.vault.sign(key.sealed_key, KEY_PURPOSE, message)
