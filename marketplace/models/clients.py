"""Clients, their needs and measurements: an organiser's own, and the most guarded rows of all."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import Base, Id, Owned, mutable


class Client(Owned, Base):
    __tablename__ = "client"
    id: Mapped[Id]
    identity_code: Mapped[bytes]  # AES-256-GCM, see integrations.vault; key from the environment
    identity_index: Mapped[bytes]  # keyed blind index, unique for the organiser
    first_name: Mapped[str]
    last_name: Mapped[str]
    birth_date: Mapped[date]
    municipality: Mapped[str]
    language: Mapped[str]  # the language to be served in: fi, sv, en, or another; decisions fall back to fi
    address: Mapped[str]
    protected_address: Mapped[bool] = mapped_column(server_default=text("false"))
    phone: Mapped[str | None]
    email: Mapped[str | None]
    unemployed_since: Mapped[date]
    benefit_days: Mapped[int]
    caseworker_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    registered_at: Mapped[datetime]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]  # moved_away | died
    __table_args__ = (
        UniqueConstraint("organiser_id", "identity_index"),
        CheckConstraint("octet_length(identity_index) = 32", name="index_is_keyed"),
        {"info": mutable("first_name", "last_name", "municipality", "language", "address", "protected_address", "phone",
                         "email", "unemployed_since", "benefit_days", "caseworker_id", "ended_on", "end_reason")},
    )  # fmt: skip


class Need(Owned, Base):
    """A need for service, assessed together with the client. A fact; a changed need is a new row."""

    __tablename__ = "need"
    id: Mapped[Id]
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    package_id: Mapped[int] = mapped_column(ForeignKey("service_package.id"))
    category: Mapped[str]
    need_class: Mapped[str | None]  # by which row of the prices, where the package has classes
    tier: Mapped[int]  # 1..3, fixed before the client chooses; never shown to a provider before it accepts
    goal: Mapped[str]
    assessed_on: Mapped[date]
    caseworker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    __table_args__ = (CheckConstraint("tier between 1 and 3", name="tier"), {"info": {"append_only": True}})


class Measurement(Owned, Base):
    """A score of an instrument at one moment, or that the client declined. Only the score, never the items."""

    __tablename__ = "measurement"
    id: Mapped[Id]
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    moment: Mapped[str]  # start | end | later
    instrument: Mapped[str]
    instrument_version: Mapped[str]
    score_hundredths: Mapped[int | None]
    declined: Mapped[bool]
    measured_on: Mapped[date]
    measured_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("declined = (score_hundredths is null)", name="score_or_declined"),
        UniqueConstraint("need_id", "moment"),
        {"info": {"append_only": True}},
    )
