"""Trails: the audit and its sealed blocks, the order log and its keys."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import Base, Id, Json, Owned, mutable


class AuditEvent(Base):
    """Who did what to what, when, why. Inserted freely, sealed into a hash chain later by the worker.

    Without an organiser: what concerns shared things (accounts, companies).
    """

    __tablename__ = "audit_event"
    id: Mapped[Id]
    organiser_id: Mapped[int | None] = mapped_column(ForeignKey("organiser.id"))
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    actor: Mapped[str]  # name as it was
    role: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]  # kind of thing: voucher, client, application ...
    subject_id: Mapped[int | None]
    client_ids: Mapped[list[int]]  # the clients whose data this touched: her own "who has seen my data"
    reason: Mapped[str]
    details: Mapped[Json]
    __table_args__ = (
        Index("ix_audit_event_clients", "client_ids", postgresql_using="gin"),
        Index("ix_audit_event_subject", "organiser_id", "subject", "subject_id"),
        {"info": {"append_only": True, "organiser_or_shared": True}},
    )


class AuditBlock(Base):
    """A sealed run of audit rows: hash over the rows and the former block's hash."""

    __tablename__ = "audit_block"
    id: Mapped[Id]
    organiser_id: Mapped[int | None] = mapped_column(ForeignKey("organiser.id"))
    number: Mapped[int]
    rows: Mapped[int]
    prev: Mapped[str]
    hash: Mapped[str]
    sealed_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("organiser_id", "number", postgresql_nulls_not_distinct=True),
        {"info": {"append_only": True, "organiser_or_shared": True}},
    )


class AuditSeal(Base):
    """Which block a row is sealed in, and its place there."""

    __tablename__ = "audit_seal"
    event_id: Mapped[int] = mapped_column(ForeignKey("audit_event.id"), primary_key=True, autoincrement=False)
    organiser_id: Mapped[int | None] = mapped_column(ForeignKey("organiser.id"))
    block_id: Mapped[int] = mapped_column(ForeignKey("audit_block.id"), index=True)
    place: Mapped[int]
    __table_args__ = (
        UniqueConstraint("block_id", "place"),
        {"info": {"append_only": True, "organiser_or_shared": True}},
    )


class OrderLogLine(Owned, Base):
    """The order log, line by line, as the bytes that are hashed (docs/fairness.md)."""

    __tablename__ = "order_log_line"
    id: Mapped[Id]
    seq: Mapped[int]
    type: Mapped[str]
    day: Mapped[date | None]
    line: Mapped[str]  # canonical JSON without the newline
    hash: Mapped[str]
    __table_args__ = (
        UniqueConstraint("organiser_id", "seq"),
        Index("ix_order_log_line_day", "organiser_id", "type", "day"),
        {"info": {"append_only": True}},
    )


class OrderLogHead(Owned, Base):
    """The log's last line; locked by whoever writes the next."""

    __tablename__ = "order_log_head"
    id: Mapped[Id]
    seq: Mapped[int]
    hash: Mapped[str]
    list_seq: Mapped[int]
    day: Mapped[date]  # the latest day of a beacon, registry or list line: the log's days never go back
    __table_args__ = (UniqueConstraint("organiser_id"), {"info": mutable("seq", "hash", "list_seq", "day")})


class OrderKey(Owned, Base):
    """The day's key, encrypted at rest; committed ahead, revealed after 31 days."""

    __tablename__ = "order_key"
    id: Mapped[Id]
    day: Mapped[date]
    sealed_key: Mapped[bytes]
    __table_args__ = (UniqueConstraint("organiser_id", "day"), {"info": {"append_only": True}})


class RegistryLine(Owned, Base):
    """A registry line of the order log, taken apart: one row a [service, area] pair that the line touches."""

    __tablename__ = "registry_line"
    id: Mapped[Id]
    seq: Mapped[int]
    unit: Mapped[str]
    group: Mapped[str] = mapped_column("group_code")
    service: Mapped[str]
    area: Mapped[str]
    offered: Mapped[bool]  # the line's offers hold the pair (else it touches the pair by leaving it)
    approved: Mapped[bool]  # after this line, the unit is approved for the pair
    __table_args__ = (
        UniqueConstraint("organiser_id", "seq", "service", "area"),
        Index("ix_registry_line_pair", "organiser_id", "service", "area", "seq"),
        Index("ix_registry_line_unit", "organiser_id", "unit", "seq"),
        CheckConstraint("offered or not approved", name="approved_is_offered"),
        {"info": {"append_only": True}},
    )
