"""Figures of equal treatment that have been worked out, and on what grounds an auditor may see results by caseworker."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import APPEND_ONLY, Base, Id, Json, Owned


class FairnessFigures(Owned, Base):
    """What one period of past days came to. Drawing the bands of chance takes seconds, so it is done once and kept.

    `figures`: see use_cases.fairness_figures. `lists`: how many lists the period had.
    """

    __tablename__ = "fairness_figures"
    id: Mapped[Id]
    first: Mapped[date]
    last: Mapped[date]
    lists: Mapped[int]
    figures: Mapped[Json]
    made_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("organiser_id", "first", "last"),
        CheckConstraint("first <= last", name="days"),
        CheckConstraint("lists >= 0", name="lists"),
        {"info": APPEND_ONLY},
    )


class MonitoringGrounds(Owned, Base):
    """The organiser opens or closes results by caseworker to its auditor; the latest row holds, without one they are closed.

    Opening needs the impact assessment (GDPR art. 35) and the co-operation with staff (act 759/2004, 21 §), each with its
    day and reference.
    """

    __tablename__ = "monitoring_grounds"
    id: Mapped[Id]
    open: Mapped[bool]
    assessed_on: Mapped[date | None]
    assessment: Mapped[str | None]
    agreed_on: Mapped[date | None]
    agreement: Mapped[str | None]
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(
            "not open or (assessed_on is not null and agreed_on is not null"
            " and length(trim(assessment)) > 0 and length(trim(agreement)) > 0)",
            name="grounds",
        ),
        {"info": APPEND_ONLY},
    )
