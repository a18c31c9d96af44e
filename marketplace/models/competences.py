"""Special competence: the organiser's closed vocabulary, and what each provider claims of it (fairness B2.17)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, and_, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import Base, Id, Owned, Words, mutable


class CompetenceTerm(Owned, Base):
    """A word of the vocabulary, in force from one day to another. A word is never edited: an unfit one ends, and another
    takes its place."""

    __tablename__ = "competence_term"
    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[Words]
    meaning: Mapped[Words]  # what somebody must have shown to claim it
    valid_from: Mapped[date]
    ended_on: Mapped[date | None]  # last day in force
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (
        UniqueConstraint("organiser_id", "code"),
        CheckConstraint("code ~ '^[a-z0-9-]{1,64}$'", name="code"),
        {"info": mutable("ended_on")},
    )


class CompetenceClaim(Owned, Base):
    """A provider's claim to a word, with its evidence. Only its end, and procurement's look at it, come later."""

    __tablename__ = "competence_claim"
    id: Mapped[Id]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("competence_term.id"), index=True)
    evidence: Mapped[str]  # what shows it, at most 200 characters
    link: Mapped[str | None]  # where one can see it
    evidence_on: Mapped[date]  # the day of the evidence
    claimed_at: Mapped[datetime]
    claimed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    checked_on: Mapped[date | None]  # procurement has looked at the evidence
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    end_reason: Mapped[str | None]  # procurement's, when it took the word off; none when the provider did
    __table_args__ = (
        Index("uq_competence_claim_living", "organiser_id", "provider_id", "term_id", unique=True,
              postgresql_where=text("ended_at is null")),
        CheckConstraint("length(evidence) between 1 and 200", name="evidence"),
        CheckConstraint("length(link) <= 300", name="link"),
        {"info": mutable("checked_on", "checked_by", "ended_at", "ended_by", "end_reason")},
    )  # fmt: skip


def in_force(today: Any) -> ColumnElement[bool]:
    """The words that hold on a day (a date, or a parameter that will be one)."""
    ended = CompetenceTerm.ended_on
    return and_(CompetenceTerm.valid_from <= today, or_(ended.is_(None), ended >= today))
