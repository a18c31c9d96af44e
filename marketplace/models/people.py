"""Organisers, accounts and who may act as what. Shared between organisers, so not under row-level security (money.md 8)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import Base, Id, Words, mutable


class Organiser(Base):
    """A municipality, employment area or wellbeing county that grants vouchers and pays."""

    __tablename__ = "organiser"
    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Words]
    kind: Mapped[str]  # municipality | employment_area | wellbeing_county
    business_id: Mapped[str]
    e_invoice_address: Mapped[str]
    contact: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str]
    address: Mapped[str]
    municipalities: Mapped[list[str]]
    tail_days: Mapped[int] = mapped_column(server_default=text("30"))
    objection_working_days: Mapped[int] = mapped_column(server_default=text("10"))
    answer_working_days: Mapped[int] = mapped_column(server_default=text("2"))
    reminder_days: Mapped[list[int]] = mapped_column(server_default=text("'{14,42}'"))  # after a client is free to choose
    debtor_iban: Mapped[str]
    demonstration: Mapped[bool] = mapped_column(server_default=text("false"))
    __table_args__ = (
        CheckConstraint("code ~ '^[a-z0-9-]{1,64}$'", name="code"),
        {"info": mutable("contact", "email", "phone", "address", "reminder_days", "e_invoice_address")},
    )


class Account(Base):
    __tablename__ = "account"
    id: Mapped[Id]
    email: Mapped[str | None] = mapped_column(unique=True)  # a client may have none: she comes in with a code
    name: Mapped[str]
    phone: Mapped[str | None]
    password_hash: Mapped[str | None]
    language: Mapped[str] = mapped_column(server_default=text("'fi'"))
    demonstration: Mapped[bool] = mapped_column(server_default=text("false"))
    session_no: Mapped[int] = mapped_column(server_default=text("0"))  # counts up: ends every older session
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        {"info": mutable("email", "name", "phone", "password_hash", "language", "session_no", "ended_at")},
    )


class Membership(Base):
    """One account's one role: with an organiser (staff, client) or with a provider."""

    __tablename__ = "membership"
    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str]
    organiser_id: Mapped[int | None] = mapped_column(ForeignKey("organiser.id"))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), index=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), index=True)
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint(
            "account_id", "role", "organiser_id", "provider_id", "client_id", postgresql_nulls_not_distinct=True
        ),
        CheckConstraint("(role like 'provider%') = (provider_id is not null)", name="provider_has_company"),
        CheckConstraint("(role = 'client') = (client_id is not null)", name="client_is_client"),
        {"info": mutable("ended_at")},
    )


class Invitation(Base):
    """A one-time way in: a letter's code for a client, a link for staff and coaches, or a password reset."""

    __tablename__ = "invitation"
    id: Mapped[Id]
    purpose: Mapped[str]  # letter | invitation | password_reset
    code_hash: Mapped[str] = mapped_column(unique=True)  # keyed index of the code (hex); the code itself is nowhere
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    __table_args__ = {"info": mutable("used_at", "expires_at")}


class LoginAttempt(Base):
    """Failed logins, for the throttle; kept a day."""

    __tablename__ = "login_attempt"
    id: Mapped[Id]
    who: Mapped[str]  # keyed hash of e-mail or code prefix, or of the network address
    at: Mapped[datetime]
    __table_args__ = (Index("ix_login_attempt_who_at", "who", "at"), {"info": {"deletable": True}})


class Interest(Base):
    """A staff member's declared interest in a control group (fairness B2.24). Facts: an end is a new row."""

    __tablename__ = "declared_interest"
    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    control_group_id: Mapped[int] = mapped_column(ForeignKey("control_group.id"))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))  # the company of the group that was named
    kind: Mapped[str] = mapped_column(server_default=text("'other'"))  # one of use_cases.interests.KINDS
    since: Mapped[date]
    until: Mapped[date | None]  # last day, when it was known at the declaration
    at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    __table_args__ = (CheckConstraint("until >= since", name="days"), {"info": {"append_only": True}})


class InterestEnd(Base):
    """A declared interest has ended: its last day."""

    __tablename__ = "declared_interest_end"
    id: Mapped[Id]
    interest_id: Mapped[int] = mapped_column(ForeignKey("declared_interest.id"), unique=True)
    last_day: Mapped[date]
    at: Mapped[datetime]
    __table_args__ = ({"info": {"append_only": True}},)


class InterestCheck(Base):
    """A member of staff has said that her declarations are right and whole; asked for once a year."""

    __tablename__ = "declared_interest_check"
    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    at: Mapped[datetime]
    __table_args__ = ({"info": {"append_only": True}},)
