"""Mail with a way in (an invitation's link, a new password's link) or with a one-time code. The secret is sealed beside the
text and put into it when the message leaves, so that nobody who may read the outbox can use it."""

from typing import Any

from marketplace.models.clients import Client
from marketplace.models.outbox import Message
from marketplace.models.people import Account
from marketplace.ports import Vault
from marketplace.use_cases.codes import MadeCode
from marketplace.use_cases.desk import Tx

HOLE = "[code]"
PURPOSE = "message-code"


def tell_with_code(tx: Tx, account: Account, kind: str, made: MadeCode, **facts: Any) -> None:
    """Mail to the account's address. The template writes `{{ code }}` where the token belongs."""
    assert account.email is not None, "a way in by mail needs an address"
    subject, body = tx.wording.notice(kind, account.language, {"code": HOLE, "name": account.name, **facts})
    tx.session.add(
        Message(
            organiser_id=tx.actor.organiser_id,
            key=f"{tx.actor.organiser_id or 0}/{kind}/{made.id}/mail",
            channel="mail",
            account_id=account.id,
            recipient=account.email,
            language=account.language,
            subject=subject,
            body=body,
            sealed_code=tx.vault.seal(made.code.encode(), PURPOSE),
            made_at=tx.now,
            next_at=tx.now,
        )
    )
    tx.session.flush()


def tell_client_code(
    tx: Tx, client: Client, account_id: int | None, channel: str, recipient: str, kind: str, key: str, code: str,
    **facts: Any,
) -> None:  # fmt: skip
    """A one-time code to the client's own address (`channel` mail) or phone (text), in her language."""
    language = client.language if client.language in ("fi", "sv", "en") else "fi"
    subject, body = tx.wording.notice(f"{kind}_text" if channel == "text" else kind, language, {"code": HOLE, **facts})
    tx.session.add(
        Message(
            organiser_id=tx.actor.organiser_id,
            key=f"{tx.actor.organiser_id or 0}/{key}/{channel}",
            channel=channel,
            account_id=account_id,
            recipient=recipient,
            language=language,
            subject=subject,
            body=body,
            sealed_code=tx.vault.seal(code.encode(), PURPOSE),
            made_at=tx.now,
            next_at=tx.now,
        )
    )
    tx.session.flush()


def whole_body(vault: Vault, body: str, sealed_code: bytes | None) -> str:
    """The text as it leaves the house."""
    if sealed_code is None:
        return body
    return body.replace(HOLE, vault.open(sealed_code, PURPOSE).decode())
