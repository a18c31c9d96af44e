"""The ledger as it is stored, and the one function that posts to it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import Base, Id, Owned


class LedgerEntry(Owned, Base):
    """One booking with what money.md 7 asks of it. Append-only."""

    __tablename__ = "ledger_entry"
    id: Mapped[Id]
    key: Mapped[str]  # idempotency: the same key is never posted twice
    recipe: Mapped[str]
    day: Mapped[date]
    posted_at: Mapped[datetime]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    budget_year: Mapped[int]
    municipality: Mapped[str | None]
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"), index=True)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))
    cost_centre: Mapped[str]
    reason: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (
        UniqueConstraint("organiser_id", "key"),
        Index("ix_ledger_entry_budget", "organiser_id", "programme_id", "budget_year"),
        {"info": {"append_only": True}},
    )


class LedgerLine(Owned, Base):
    """One side of an entry: debit positive, credit negative, in cents."""

    __tablename__ = "ledger_line"
    id: Mapped[Id]
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entry.id"), index=True)
    account: Mapped[str]
    cents: Mapped[int]
    __table_args__ = (CheckConstraint("cents <> 0", name="not_zero"), {"info": {"append_only": True}})
