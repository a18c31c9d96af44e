"""What is remembered of the way to a choice: filters for 30 days and then only counted, flips of intake, reminders."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import APPEND_ONLY, Base, Id, Json, Owned, mutable


class FilterUse(Owned, Base):
    """One change of a list's filters, by whom; {} is the way back to the neutral order. Deleted after 30 days."""

    __tablename__ = "filter_use"
    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    wishes: Mapped[Json]  # as Wishes.said() gives them
    __table_args__ = (Index("ix_filter_use_voucher", "organiser_id", "voucher_id", "id"), {"info": {"deletable": True}})


class FilterCount(Owned, Base):
    """How often a filter was used in a month, after the single uses are gone: no voucher and no person any more."""

    __tablename__ = "filter_count"
    id: Mapped[Id]
    month: Mapped[date]  # its first day
    role: Mapped[str]
    wish: Mapped[str]  # language=ar, soon, sort=start ...; neutral for the way back
    number: Mapped[int]
    __table_args__ = (UniqueConstraint("organiser_id", "month", "role", "wish"), {"info": mutable("number")})


class IntakeFlip(Owned, Base):
    """A provider said that it is full, or takes nobody, or takes clients again; and how many clients of each need then
    had it on their list without having chosen (fairness B6.7)."""

    __tablename__ = "intake_flip"
    id: Mapped[Id]
    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"), index=True)
    flip: Mapped[str]  # full | free | pause | resume
    at: Mapped[datetime]
    waiting: Mapped[Json]  # {need category: how many}
    __table_args__ = {"info": APPEND_ONLY}


class ChoiceReminder(Owned, Base):
    """A client without a provider was reminded, so many days after she was free to choose."""

    __tablename__ = "choice_reminder"
    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"))
    free_since: Mapped[date]
    days: Mapped[int]
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("voucher_id", "free_since", "days"), {"info": APPEND_ONLY})
