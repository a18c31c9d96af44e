"""Invoices, their lines and checks, and the payments that follow."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import Base, Id, Json, Owned, mutable


class Invoice(Owned, Base):
    """A provider's month, built from recorded events and matured bonuses with no typing."""

    __tablename__ = "invoice"
    id: Mapped[Id]
    number: Mapped[str]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    month: Mapped[date]  # first day of the month
    sent_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    sent_at: Mapped[datetime]
    total_cents: Mapped[int]
    iban: Mapped[str]  # as it was when sent
    reference: Mapped[str]
    due_on: Mapped[date]
    __table_args__ = (UniqueConstraint("organiser_id", "number"), {"info": {"append_only": True}})


class InvoiceLine(Owned, Base):
    """One delivery or one milestone. A delivery is billed once, a milestone once: the database says so."""

    __tablename__ = "invoice_line"
    id: Mapped[Id]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    number: Mapped[int]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestone.id"))
    day: Mapped[date]
    quantity_hundredths: Mapped[int]
    amount_cents: Mapped[int]
    budget_year: Mapped[int]
    # the tax as it was split when it was sent; null on a line that came back at once
    net_cents: Mapped[int | None]
    vat_cents: Mapped[int | None]
    vat_category: Mapped[str | None]  # S | E | O
    vat_basis_points: Mapped[int | None]
    vat_reason: Mapped[str | None]
    state: Mapped[str]
    checks: Mapped[Json]  # {"checks": [{"code": .., "ok": true}, ...]} as run when it was sent
    return_code: Mapped[str | None]
    return_reason: Mapped[str | None]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), index=True)
    __table_args__ = (
        UniqueConstraint("invoice_id", "number"),
        Index("ix_invoice_line_state", "organiser_id", "state"),
        CheckConstraint("(event_id is null) <> (milestone_id is null)", name="one_source"),
        CheckConstraint("net_cents + vat_cents = amount_cents", name="tax"),
        Index("uq_invoice_line_event", "event_id", unique=True, postgresql_where=text("state <> 'returned'")),
        Index("uq_invoice_line_milestone", "milestone_id", unique=True, postgresql_where=text("state <> 'returned'")),
        {"info": mutable("state", "return_code", "return_reason", "approved_by", "payment_id")},
    )


class LineMove(Owned, Base):
    """Where a line's money was, when, by whom and why: the payment tracker."""

    __tablename__ = "line_move"
    id: Mapped[Id]
    line_id: Mapped[int] = mapped_column(ForeignKey("invoice_line.id"), index=True)
    move: Mapped[str]
    target: Mapped[str]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(server_default=text("''"))
    __table_args__ = {"info": {"append_only": True}}


class PaymentBatch(Owned, Base):
    __tablename__ = "payment_batch"
    id: Mapped[Id]
    number: Mapped[str]
    state: Mapped[str]  # draft | approved | sent | confirmed | cancelled
    pay_on: Mapped[date]
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("organiser_id", "number"),
        CheckConstraint("approved_by <> made_by", name="four_eyes"),
        {"info": mutable("state", "approved_by", "approved_at", "sent_at")},
    )


class Payment(Owned, Base):
    """One provider's money in one batch: lines less what it owes from reversals after payment."""

    __tablename__ = "payment"
    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(ForeignKey("payment_batch.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    payee: Mapped[str]
    iban: Mapped[str]
    reference: Mapped[str]
    lines_cents: Mapped[int]
    netted_cents: Mapped[int] = mapped_column(server_default=text("0"))
    amount_cents: Mapped[int]
    state: Mapped[str]  # in_batch | sent | paid | returned | cancelled
    confirmed_on: Mapped[date | None]
    confirmation: Mapped[str | None]  # the bank's own words, or who confirmed by hand and why
    __table_args__ = (
        CheckConstraint("amount_cents = lines_cents - netted_cents and amount_cents >= 0", name="sum"),
        {"info": mutable("state", "confirmed_on", "confirmation")},
    )
