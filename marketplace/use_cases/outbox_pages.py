"""What the administrator sees of the outbox: letters to print, mail that failed, mail on its way."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.decisions import Decision
from marketplace.models.outbox import Message
from marketplace.models.people import Membership
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.secret_notices import whole_body

MOST = 500
PROTECTED = "protected"


@dataclass(frozen=True)
class Outgoing:
    """One message in a list. `to_protected`: its letter is handed over, because the address is not for the post."""

    id: int
    channel: str
    recipient: str
    subject: str
    state: str
    made_at: datetime
    attempts: int
    last_error: str | None

    @property
    def to_protected(self) -> bool:
        return self.channel == "print" and self.recipient == PROTECTED


@dataclass(frozen=True)
class Outbox:
    """`letters` wait to be printed, `failed` were given up, `waiting` are tried by themselves; `sent` is a count."""

    letters: tuple[Outgoing, ...]
    failed: tuple[Outgoing, ...]
    waiting: tuple[Outgoing, ...]
    sent: int


@dataclass(frozen=True)
class Letter:
    """One message whole. A decision that it tells of is not in it: decisions are confidential, and the caseworker who made
    one prints and delivers it."""

    head: Outgoing
    language: str
    body: str


def outbox(desk: Desk, actor: Actor) -> Outbox:
    with desk.reading(actor, Action.SEE_OUTBOX) as tx:
        own = Message.organiser_id == tx.organiser_id
        rows = tx.session.scalars(
            select(Message)
            .where(own, Message.state.in_(["waiting", "failed"]))
            .order_by(Message.made_at, Message.id)
            .limit(MOST)
        ).all()
        heads = [_head(row) for row in rows]
        sent = tx.session.scalar(
            select(func.count()).select_from(Message).where(own, Message.state.in_(["sent", "settled"]))
        )
        return Outbox(
            letters=tuple(head for head in heads if head.channel == "print" and head.state == "waiting"),
            failed=tuple(head for head in heads if head.state == "failed"),
            waiting=tuple(head for head in heads if head.channel != "print" and head.state == "waiting"),
            sent=sent or 0,
        )


def letter(desk: Desk, actor: Actor, message_id: int) -> Letter:
    """One message. Whoever opens it sees what concerns a client, so that is said to the audit. The token of a mail's link
    stays sealed; a printed letter is whole. Missing for another organiser's."""
    with desk.transaction(actor, Action.SEE_OUTBOX) as tx:
        message = tx.session.scalar(
            select(Message).where(Message.id == message_id, Message.organiser_id == tx.organiser_id)
        )
        if message is None:
            raise Missing("message")
        return _opened(tx, message)


def letters(desk: Desk, actor: Actor, most: int = 100) -> tuple[Letter, ...]:
    """The letters that wait to be printed and posted, the oldest first. Those to protected addresses are not among them:
    they are handed over one by one. Each is said to the audit as read."""
    with desk.transaction(actor, Action.SEE_OUTBOX) as tx:
        rows = tx.session.scalars(
            select(Message)
            .where(
                Message.organiser_id == tx.organiser_id,
                Message.channel == "print",
                Message.state == "waiting",
                Message.recipient != PROTECTED,
            )
            .order_by(Message.made_at, Message.id)
            .limit(most)
        )
        return tuple(_opened(tx, row) for row in rows)


def _opened(tx: Tx, message: Message) -> Letter:
    tx.audit("message.read", "message", message.id, clients=_clients(tx, message))
    printed = message.channel == "print"
    return Letter(
        head=_head(message),
        language=message.language,
        body=whole_body(tx.vault, message.body, message.sealed_code) if printed else message.body,
    )


def _head(row: Message) -> Outgoing:
    return Outgoing(
        id=row.id,
        channel=row.channel,
        recipient=row.recipient,
        subject=row.subject,
        state=row.state,
        made_at=row.made_at,
        attempts=row.attempts,
        last_error=row.last_error,
    )


def _clients(tx: Tx, message: Message) -> tuple[int, ...]:
    """The clients whom a message concerns: its receiver, or the party of its decision."""
    query = select(Membership.client_id).where(
        Membership.client_id.is_not(None),
        Membership.organiser_id == tx.organiser_id,
        Membership.account_id == message.account_id,
    )
    party = select(Decision.client_id).where(Decision.id == message.decision_id, Decision.client_id.is_not(None))
    return tuple(client for client in (*tx.session.scalars(query), *tx.session.scalars(party)) if client is not None)


def waiting_counts(desk: Desk, actor: Actor) -> tuple[int, int]:
    """How many letters wait to be printed, and how many messages failed: the administrator's task list."""
    with desk.reading(actor, Action.SEE_OUTBOX) as tx:
        row = tx.session.execute(
            select(
                func.count().filter(Message.channel == "print", Message.state == "waiting"),
                func.count().filter(Message.state == "failed"),
            ).where(Message.organiser_id == tx.organiser_id, or_(Message.state == "waiting", Message.state == "failed"))
        ).one()
        return int(row[0]), int(row[1])
