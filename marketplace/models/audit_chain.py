"""The audit's hash chain: which bytes of a row are hashed, and how a block follows the one before it."""

import hashlib
import json
from collections.abc import Iterable

from marketplace.models.trail import AuditEvent

FIRST = "0" * 64


def row_bytes(event: AuditEvent) -> bytes:
    """A row's content as it is hashed: every column, names in order, moments in UTC to the microsecond."""
    content = {
        "id": event.id,
        "organiser_id": event.organiser_id,
        "at": event.at.isoformat(timespec="microseconds"),
        "actor_id": event.actor_id,
        "actor": event.actor,
        "role": event.role,
        "action": event.action,
        "subject": event.subject,
        "subject_id": event.subject_id,
        "client_ids": list(event.client_ids),
        "reason": event.reason,
        "details": event.details,
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def block_hash(prev: str, number: int, rows: Iterable[bytes]) -> str:
    """SHA-256 over the former block's hash, this block's number and the SHA-256 of each of its rows in order."""
    digest = hashlib.sha256(f"{prev}:{number}".encode())
    for row in rows:
        digest.update(hashlib.sha256(row).digest())
    return digest.hexdigest()
