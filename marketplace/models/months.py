"""Frozen months: what a month came to, row by row, as it was when it was frozen. Facts that are never edited."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import APPEND_ONLY, Base, Id, Owned


class FrozenMonth(Owned, Base):
    """A month that does not open again. The first one of an organiser is where its frozen months begin."""

    __tablename__ = "frozen_month"
    id: Mapped[Id]
    month: Mapped[date]  # its first day
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # None: by itself, on the set day
    __table_args__ = (
        UniqueConstraint("organiser_id", "month"),
        CheckConstraint("extract(day from month) = 1", name="first_day"),
        {"info": APPEND_ONLY},
    )


class FrozenRow(Owned, Base):
    """One row of a frozen month: a delivery or a milestone said, taken back (below zero) or said anew, and why."""

    __tablename__ = "frozen_row"
    id: Mapped[Id]
    month_id: Mapped[int] = mapped_column(ForeignKey("frozen_month.id"))
    number: Mapped[int]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestone.id"), index=True)
    kind: Mapped[str]  # original | take_back | new
    day: Mapped[date]
    quantity_hundredths: Mapped[int]
    amount_cents: Mapped[int]
    budget_year: Mapped[int]
    vat_category: Mapped[str | None]  # as on the invoice line, where one had been sent
    vat_basis_points: Mapped[int | None]
    why: Mapped[str]
    caused_at: Mapped[datetime]
    caused_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (
        UniqueConstraint("month_id", "number"),
        Index("ix_frozen_row_provider", "month_id", "provider_id", "number"),
        CheckConstraint("(event_id is null) <> (milestone_id is null)", name="one_source"),
        CheckConstraint("kind in ('original', 'take_back', 'new')", name="kind"),
        CheckConstraint("(kind = 'take_back') = (amount_cents < 0) and amount_cents <> 0", name="sign"),
        {"info": APPEND_ONLY},
    )


class MonthSeal(Owned, Base):
    """The hash of a frozen month's bytes, which begin with the hash of the month before it."""

    __tablename__ = "month_seal"
    id: Mapped[Id]
    month_id: Mapped[int] = mapped_column(ForeignKey("frozen_month.id"), unique=True)
    rows: Mapped[int]
    total_cents: Mapped[int]
    sha256: Mapped[str]
    __table_args__ = {"info": APPEND_ONLY}
