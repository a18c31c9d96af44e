"""Drafts of terms that are tried on past vouchers, in the background."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import Base, Id, Json, Owned, mutable


class ReplayRun(Owned, Base):
    """One trial of one version of the terms. `result`: see use_cases.sandbox_figures; it names no client and no voucher."""

    __tablename__ = "replay_run"
    id: Mapped[Id]
    terms_id: Mapped[int] = mapped_column(ForeignKey("terms_version.id"), index=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    looked_on: Mapped[date | None]  # the day on which bonuses were judged
    state: Mapped[str]  # waiting | running | done | failed
    done_count: Mapped[int]
    of_count: Mapped[int]
    finished_at: Mapped[datetime | None]
    result: Mapped[Json | None]
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'running', 'done', 'failed')", name="state"),
        CheckConstraint("done_count between 0 and of_count", name="counts"),
        CheckConstraint("(state = 'done') = (result is not null)", name="result"),
        {"info": mutable("looked_on", "state", "done_count", "of_count", "finished_at", "result")},
    )
