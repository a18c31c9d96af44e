"""Service events and the client's objections to them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import Base, Id, Owned, mutable


class Event(Owned, Base):
    """One delivery (or no-show, late or own cancellation). Wrong ones are reversed, never edited."""

    __tablename__ = "event"
    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"))
    choice_id: Mapped[int] = mapped_column(ForeignKey("choice.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    kind: Mapped[str]  # delivered | no_show | late_cancel | provider_cancel
    day: Mapped[date]
    quantity_hundredths: Mapped[int]
    units_used_hundredths: Mapped[int]
    amount_cents: Mapped[int]
    budget_year: Mapped[int]
    band: Mapped[str] = mapped_column(server_default=text("'day'"))  # day | evening | saturday | sunday
    begins_at: Mapped[int | None]  # minute of the day, where the price depends on it
    own_share_cents: Mapped[int] = mapped_column(server_default=text("0"))  # what the client owes the provider
    note: Mapped[str] = mapped_column(server_default=text("''"))
    coach_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    state: Mapped[str]  # recorded | objected | reversed
    reversed_at: Mapped[datetime | None]
    reversed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reverse_reason: Mapped[str | None]
    __table_args__ = (
        Index("ix_event_voucher_day", "organiser_id", "voucher_id", "day"),
        Index("ix_event_provider_day", "organiser_id", "provider_id", "day"),
        CheckConstraint("quantity_hundredths > 0 and units_used_hundredths >= 0 and amount_cents >= 0", name="sizes"),
        CheckConstraint("own_share_cents >= 0 and begins_at between 0 and 1439", name="own_share"),
        CheckConstraint("(state = 'reversed') = (reverse_reason is not null)", name="reversal_has_reason"),
        {"info": mutable("state", "reversed_at", "reversed_by", "reverse_reason")},
    )


class Objection(Owned, Base):
    """The client contests an event; it is not paid until a caseworker has settled it, both sides heard (money.md 9)."""

    __tablename__ = "objection"
    id: Mapped[Id]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    state: Mapped[str]  # open | answered | upheld | dismissed | withdrawn
    words: Mapped[str]  # what the client says
    raised_at: Mapped[datetime]
    settle_by: Mapped[date]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    settlement: Mapped[str | None]
    __table_args__ = (
        Index("uq_objection_one_open", "event_id", unique=True, postgresql_where=text("state in ('open', 'answered')")),
        {"info": mutable("state", "answer", "answered_at", "settled_at", "settled_by", "settlement")},
    )


class Outcome(Owned, Base):
    """A reported result: a job."""

    __tablename__ = "outcome"
    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    kind: Mapped[str]  # employment | study | progress
    employer: Mapped[str]
    employer_business_id: Mapped[str | None]
    contract: Mapped[str]  # permanent | fixed_term | apprenticeship | self_employed
    subsidised: Mapped[bool]
    subsidised_to: Mapped[date | None]  # the last day for which wage subsidy is paid, where it ends before the job
    beside: Mapped[bool] = mapped_column(server_default=text("false"))  # a job beside another one: their hours add up
    own_group_stated: Mapped[bool] = mapped_column(server_default=text("false"))  # as the provider has stated
    previous_employer_stated: Mapped[bool] = mapped_column(server_default=text("false"))
    planned_ends_on: Mapped[date | None]  # the last day that the contract named at its outset
    monthly_pay_cents: Mapped[int | None]  # net pay a month by the contract, where the terms ask for it
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]  # known last day: planned end of a fixed term, or the day the job ended
    weekly_hours_hundredths: Mapped[int]
    state: Mapped[str]  # reported | verified | rejected | withdrawn | ended
    reported_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reported_at: Mapped[datetime]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    settled_at: Mapped[datetime | None]
    settle_reason: Mapped[str | None]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))  # by which the report was rejected
    __table_args__ = (
        CheckConstraint("weekly_hours_hundredths > 0", name="hours"),
        CheckConstraint("monthly_pay_cents >= 0", name="pay"),
        Index("uq_outcome_one_living", "voucher_id", unique=True,
              postgresql_where=text("state in ('reported', 'verified') and not beside")),
        {"info": mutable("state", "ends_on", "settled_by", "settled_at", "settle_reason", "decision_id")},
    )  # fmt: skip


class Evidence(Owned, Base):
    """What shows that the job is there; with its grade (register, employer, client, provider)."""

    __tablename__ = "evidence"
    id: Mapped[Id]
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcome.id"), index=True)
    grade: Mapped[str]
    description: Mapped[str]
    seen_on: Mapped[date]
    covers_from: Mapped[date | None]  # the first day that it shows, where it says one
    covers_to: Mapped[date]  # the job is shown to have lasted until this day
    recorded_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    __table_args__ = {"info": {"append_only": True}}


COUNTED_KEY = "(client_id::numeric * 1000000000000 + programme_id) * 10000000000 + number * 10000000"
"""A number of its own for each person, programme and milestone, with room for the days."""
COUNTED_DAYS = (
    f"numrange({COUNTED_KEY} + (counted_from - date '2000-01-01'), "
    f"{COUNTED_KEY} + (counted_to - date '2000-01-01'), '[]')"
)
"""The days that a milestone counts, as one range for an exclusion that needs no extension of the database."""


class Milestone(Owned, Base):
    """One instalment of the outcome bonus; becomes payable when its days are full.

    `counted_from` to `counted_to` are the days that it counts (as expected while it waits): no two milestones of one
    person, programme and number count the same day, on whichever voucher and by whichever provider.
    """

    __tablename__ = "milestone"
    id: Mapped[Id]
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcome.id"), index=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"))
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    number: Mapped[int]
    counted_from: Mapped[date | None]  # None in rows older than the column
    counted_to: Mapped[date | None]
    due_on: Mapped[date]
    amount_cents: Mapped[int]
    state: Mapped[str]  # waiting | matured | broken | billed | clawed_back
    settled_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    budget_year: Mapped[int | None]  # the year in which it matured
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))  # by which it was taken back
    __table_args__ = (
        UniqueConstraint("outcome_id", "number"),
        # counted once a voucher, and once a person and period, whoever claims
        Index("uq_milestone_once", "voucher_id", "number", unique=True,
              postgresql_where=text("state in ('waiting', 'matured', 'billed')")),
        ExcludeConstraint((text(COUNTED_DAYS), "&&"), using="gist", name="ex_milestone_person_once",
                          where=text("counted_from is not null and state in ('waiting', 'matured', 'billed')")),
        CheckConstraint("amount_cents > 0", name="amount"),
        CheckConstraint("counted_to >= counted_from", name="counted"),
        {"info": mutable("state", "settled_at", "reason", "budget_year", "counted_to", "decision_id")},
    )  # fmt: skip
