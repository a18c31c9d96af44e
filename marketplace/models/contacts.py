"""Between a client and the providers of her list, before she chooses: her own notes, questions and visits.

No staff stands in between, and no page of theirs reads these tables.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import APPEND_ONLY, Base, Id, Owned, mutable


class OwnNote(Owned, Base):
    """A client's note to herself about a provider; sealed, because nobody else shall read it."""

    __tablename__ = "own_note"
    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    sealed: Mapped[bytes]
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("voucher_id", "provider_id"), {"info": {**mutable("sealed", "at"), "deletable": True}})


class AskThread(Owned, Base):
    """What a client and one provider write to each other. The provider knows her by the thread's number only."""

    __tablename__ = "ask_thread"
    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    opened_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("voucher_id", "provider_id"), {"info": APPEND_ONLY})


class AskMessage(Owned, Base):
    """One message of a thread. A wish for a visit, the times offered for it and the time agreed are messages too."""

    __tablename__ = "ask_message"
    id: Mapped[Id]
    thread_id: Mapped[int] = mapped_column(ForeignKey("ask_thread.id"))
    sender: Mapped[str]  # client | provider
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str]  # words | visit_wish | visit_times | visit_agreed
    words: Mapped[str]
    times: Mapped[list[str]]  # Finnish time, 2026-11-25 10:00; of an agreed visit, the one
    at: Mapped[datetime]
    __table_args__ = (
        Index("ix_ask_message_thread", "thread_id", "id"),
        CheckConstraint("sender in ('client', 'provider')", name="sender"),
        CheckConstraint("length(words) <= 1000", name="words"),
        {"info": APPEND_ONLY},
    )
