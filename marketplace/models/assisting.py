"""Assisted choice: a caseworker beside the client at her list, what the client said, and how she confirmed it herself."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import Base, Id, Json, Owned, mutable


class AssistSession(Owned, Base):
    """A caseworker looks at a client's list together with her: from when, until when, why (fairness B2.21)."""

    __tablename__ = "assist_session"
    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"))
    caseworker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str]  # one of use_cases.assist.REASONS
    list_seq: Mapped[int]
    at_seq: Mapped[int]
    check_code: Mapped[str]  # of the list as it stood at the start
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]  # it is over then, whether or not anybody ends it
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]  # by_caseworker | time | voucher_over
    __table_args__ = (
        Index("uq_assist_session_one_open", "voucher_id", unique=True, postgresql_where=text("ended_at is null")),
        Index("ix_assist_session_voucher", "organiser_id", "voucher_id"),
        CheckConstraint("ends_at > started_at", name="ends_after_start"),
        CheckConstraint("(ended_at is null) = (end_reason is null)", name="end_has_reason"),
        {"info": mutable("ended_at", "end_reason")},
    )


class AssistStep(Owned, Base):
    """What the caseworker touched while assisting: the list with these filters, a card, a comparison, a proposal."""

    __tablename__ = "assist_step"
    id: Mapped[Id]
    assist_id: Mapped[int] = mapped_column(ForeignKey("assist_session.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str]  # list | card | side | phone | proposal
    filters: Mapped[Json]  # {}: none
    units: Mapped[list[str]]  # the cards that were opened, compared or proposed
    __table_args__ = {"info": {"append_only": True}}


class ChoiceProposal(Owned, Base):
    """What the client has said she wants, noted by the caseworker. It binds nobody, and no provider sees it."""

    __tablename__ = "choice_proposal"
    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    assist_id: Mapped[int] = mapped_column(ForeignKey("assist_session.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    unit: Mapped[str]
    list_seq: Mapped[int]
    at_seq: Mapped[int]
    check_code: Mapped[str]
    filters: Mapped[Json]
    language: Mapped[str]
    state: Mapped[str]  # waiting | confirmed | dropped | replaced | lapsed
    proposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    __table_args__ = (
        Index("uq_choice_proposal_one_waiting", "voucher_id", unique=True, postgresql_where=text("state = 'waiting'")),
        CheckConstraint("(state = 'waiting') = (settled_at is null)", name="settled"),
        {"info": mutable("state", "settled_at")},
    )


class ConfirmationCode(Owned, Base):
    """A one-time code to the client's own mail or phone. Only its keyed index is kept."""

    __tablename__ = "confirmation_code"
    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("choice_proposal.id"), index=True)
    way: Mapped[str]  # mail | text
    code_hash: Mapped[str]
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries_left: Mapped[int]
    ended_at: Mapped[datetime | None]  # used, replaced, or tried too often
    __table_args__ = (
        CheckConstraint("tries_left >= 0", name="tries"),
        CheckConstraint("way in ('mail', 'text')", name="way"),
        {"info": mutable("tries_left", "ended_at")},
    )


class SignedForm(Owned, Base):
    """A paper form that the client has signed: who recorded it, and where the paper is."""

    __tablename__ = "signed_form"
    id: Mapped[Id]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("choice_proposal.id"), unique=True)
    choice_id: Mapped[int] = mapped_column(ForeignKey("choice.id"), unique=True)
    signed_on: Mapped[date]
    archived_at: Mapped[str]  # where the paper is kept
    recorded_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("length(trim(archived_at)) > 0", name="archived"),
        {"info": {"append_only": True}},
    )
