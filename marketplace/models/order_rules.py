"""What an organiser has decided of its draws: the source of randomness, who belongs to whom."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import APPEND_ONLY, Base, Id, Owned, mutable


class OrderRule(Owned, Base):
    """How this organiser draws its lists, from its moment on; the latest holds. Without one: no public
    randomness."""

    __tablename__ = "order_rule"
    id: Mapped[Id]
    source: Mapped[str]  # none | lottery | drand
    lottery: Mapped[str | None]  # the code of the lottery, as in the log's "lottery:<code>"
    chain: Mapped[str | None]  # drand: hash of the chain, hexadecimal
    chain_genesis: Mapped[int | None]  # drand: seconds since 1970 UTC of round 1
    chain_period: Mapped[int | None]  # drand: seconds between rounds
    one_card: Mapped[bool]  # one card a group, in lists drawn on a day after made_at's
    reason: Mapped[str]
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("source in ('none', 'lottery', 'drand')", name="source"),
        CheckConstraint("(source = 'lottery') = (lottery is not null)", name="lottery"),
        CheckConstraint("lottery ~ '^[a-z0-9-]{1,64}$'", name="lottery_code"),
        CheckConstraint("(source = 'drand') = (chain is not null)", name="chain"),
        CheckConstraint(
            "(chain is null) = (chain_genesis is null) and (chain is null) = (chain_period is null)", name="chain_whole"
        ),
        {"info": APPEND_ONLY},
    )


class PublicRandomness(Owned, Base):
    """A day's public randomness as it came in, before the day's beacon line takes it (fairness B3)."""

    __tablename__ = "public_randomness"
    id: Mapped[Id]
    day: Mapped[date]
    source: Mapped[str]  # as the beacon line says it
    round: Mapped[str]  # decimal
    randomness: Mapped[str]  # 64 hexadecimal digits
    signature: Mapped[str | None]  # drand's, hexadecimal
    kept_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("organiser_id", "day"),
        CheckConstraint("randomness ~ '^[0-9a-f]{64}$'", name="randomness"),
        {"info": APPEND_ONLY},
    )


class LotteryDraw(Owned, Base):
    """A public lottery's draw as one officer entered it; it counts when another has confirmed it."""

    __tablename__ = "lottery_draw"
    id: Mapped[Id]
    day: Mapped[date]  # whose lists it is for
    lottery: Mapped[str]
    round: Mapped[int]  # the lottery's own number of the draw
    drawn_on: Mapped[date]
    numbers: Mapped[list[int]]
    entered_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    entered_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_lottery_draw_one", "organiser_id", "day", unique=True, postgresql_where=text("withdrawn_at is null")),
        CheckConstraint("drawn_on <= day", name="drawn_before"),
        CheckConstraint("confirmed_by <> entered_by", name="four_eyes"),
        CheckConstraint("(confirmed_by is null) = (confirmed_at is null)", name="confirmed"),
        CheckConstraint("confirmed_at is null or withdrawn_at is null", name="confirmed_stays"),
        {"info": mutable("confirmed_by", "confirmed_at", "withdrawn_at")},
    )


class GroupQuestion(Owned, Base):
    """Somebody says that two companies are, or are no longer, under common control; procurement decides with reasons."""

    __tablename__ = "group_question"
    id: Mapped[Id]
    kind: Mapped[str]  # join | part
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)  # whose group would change
    other_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    grounds: Mapped[str]
    by_provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))  # None: somebody of the staff
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    answer: Mapped[str | None]  # what the company itself says
    answered_at: Mapped[datetime | None]
    outcome: Mapped[str | None]  # joined | not_joined
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("kind in ('join', 'part')", name="kind"),
        CheckConstraint("outcome in ('joined', 'not_joined')", name="outcome"),
        CheckConstraint("provider_id <> other_id", name="two_companies"),
        CheckConstraint("length(trim(grounds)) > 0", name="grounds"),
        CheckConstraint(
            "(outcome is null) = (decided_at is null) and (outcome is null) = (decision_id is null)", name="decided"
        ),
        {"info": mutable("answer", "answered_at", "outcome", "decision_id", "decided_at")},
    )


class GroupRuling(Owned, Base):
    """This organiser has decided which group a company is in; the latest holds, before the company's own declaration."""

    __tablename__ = "group_ruling"
    id: Mapped[Id]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    control_group_id: Mapped[int] = mapped_column(ForeignKey("control_group.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    at: Mapped[datetime]
    __table_args__ = (Index("ix_group_ruling_provider", "organiser_id", "provider_id"), {"info": APPEND_ONLY})
