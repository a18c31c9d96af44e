"""What leaves the house and what waits to be done: messages, jobs, and the memory of a first click."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import Base, Id, Json, mutable


class Message(Base):
    """A notice to someone: by mail, or on paper through the print queue. Written in the transaction that causes it."""

    __tablename__ = "message"
    id: Mapped[Id]
    organiser_id: Mapped[int | None] = mapped_column(ForeignKey("organiser.id"))
    key: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]  # mail | print
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    recipient: Mapped[str]  # e-mail address, or a postal address for print
    language: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    sealed_code: Mapped[bytes | None]  # a way in that the body leaves open (`secret_notices`); emptied when it has left
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))  # waiting | sent | failed | settled
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    __table_args__ = (
        Index("ix_message_waiting", "next_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_message_organiser", "organiser_id", "channel", "state"),
        {"info": {**mutable("state", "attempts", "next_at", "sent_at", "last_error", "sealed_code"),
                  "organiser_or_shared": True}},
    )  # fmt: skip


class Job(Base):
    """Work for the worker, enqueued in the business transaction, once a key."""

    __tablename__ = "job"
    id: Mapped[Id]
    organiser_id: Mapped[int | None] = mapped_column(ForeignKey("organiser.id"))
    kind: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    payload: Mapped[Json]
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    locked_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    __table_args__ = (
        Index("ix_job_waiting", "run_at", postgresql_where=text("done_at is null and failed_at is null")),
        {"info": mutable("run_at", "attempts", "locked_until", "done_at", "failed_at", "last_error")},
    )


class Once(Base):
    """The first click's result: a second click with the same key finds it instead of doing the thing again."""

    __tablename__ = "once"
    id: Mapped[Id]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    verb: Mapped[str]
    key: Mapped[str]
    result: Mapped[Json]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("account_id", "verb", "key", postgresql_nulls_not_distinct=True),
        {"info": {"append_only": True}},
    )
