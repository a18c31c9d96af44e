"""The step that tells someone that something waits for her, written in the transaction that causes it."""

from typing import Any

from sqlalchemy import select

from marketplace.models.clients import Client
from marketplace.models.outbox import Message
from marketplace.models.people import Account, Membership
from marketplace.roles import Role
from marketplace.use_cases.desk import Tx


def tell_account(tx: Tx, account: Account, kind: str, key: str, **facts: Any) -> None:
    """A notice by mail to an account (none when it has no address). `key` makes it once."""
    if account.email is None:
        return
    subject, body = tx.wording.notice(kind, account.language, facts)
    _add(tx, "mail", account.email, account.language, subject, body, key, account_id=account.id)


def tell_client(tx: Tx, client: Client, kind: str, key: str, decision_id: int | None = None, **facts: Any) -> None:
    """A notice to a client: by mail where she has given an address, otherwise on paper through the print queue.

    A protected address never leaves through mail or the print queue: the caseworker is told to hand the letter over.
    """
    account = tx.session.scalar(
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.client_id == client.id, Membership.ended_at.is_(None))
    )
    language = client.language if client.language in ("fi", "sv", "en") else "fi"
    subject, body = tx.wording.notice(kind, language, facts)
    if client.email:
        recipient, channel = client.email, "mail"
    else:
        recipient, channel = f"{client.first_name} {client.last_name}\n{client.address}", "print"
        if client.protected_address:
            recipient = "protected"
    _add(tx, channel, recipient, language, subject, body, key, account_id=account.id if account else None,
         decision_id=decision_id)  # fmt: skip


def tell_provider(tx: Tx, provider_id: int, kind: str, key: str, **facts: Any) -> None:
    """A notice to every manager of a provider."""
    for account in _members(tx, Membership.provider_id == provider_id, Role.PROVIDER_MANAGER):
        tell_account(tx, account, kind, f"{key}/{account.id}", **facts)


def tell_staff(tx: Tx, role: Role, kind: str, key: str, **facts: Any) -> None:
    """A notice to everyone who has a staff role with this organiser."""
    for account in _members(tx, Membership.organiser_id == tx.organiser_id, role):
        tell_account(tx, account, kind, f"{key}/{account.id}", **facts)


def _members(tx: Tx, where: Any, role: Role) -> list[Account]:
    query = (
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(where, Membership.role == role.value, Membership.ended_at.is_(None), Account.ended_at.is_(None))
        .order_by(Account.id)
    )
    return list(tx.session.scalars(query))


def _add(
    tx: Tx, channel: str, recipient: str, language: str, subject: str, body: str, key: str, *,
    account_id: int | None = None, decision_id: int | None = None,
) -> None:  # fmt: skip
    organiser = tx.actor.organiser_id
    whole_key = f"{organiser or 0}/{key}/{channel}"
    if tx.session.scalar(select(Message.id).where(Message.key == whole_key)) is not None:
        return
    tx.session.add(
        Message(
            organiser_id=organiser,
            key=whole_key,
            channel=channel,
            account_id=account_id,
            recipient=recipient,
            language=language,
            subject=subject,
            body=body,
            decision_id=decision_id,
            made_at=tx.now,
            next_at=tx.now,
        )
    )
    tx.session.flush()
