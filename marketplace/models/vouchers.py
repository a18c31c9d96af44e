"""Vouchers, the order drawn for each, and the client's choices."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import Base, Id, Json, Owned, mutable


class Voucher(Owned, Base):
    """A commitment to pay a service up to a value. `snapshot` is the promise of the grant and never changes (money.md 2).

    `units_left_hundredths`, `reserved_service_cents` and `reserved_bonus_cents` are the ledger's balances of this voucher,
    kept here to be locked; `valinta verify ledger` recomputes them.
    """

    __tablename__ = "voucher"
    id: Mapped[Id]
    number: Mapped[str]
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id"), index=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    package_id: Mapped[int] = mapped_column(ForeignKey("service_package.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    terms_id: Mapped[int] = mapped_column(ForeignKey("terms_version.id"))
    snapshot: Mapped[Json]
    municipality: Mapped[str]
    caseworker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    list_seq: Mapped[int]  # its own list in the order log
    state: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]  # last day of validity
    ended_on: Mapped[date | None]  # last day on which an event could happen, when it ended before valid_to
    tail_to: Mapped[date | None]  # last day on which earlier events may still be recorded
    had_provider: Mapped[bool] = mapped_column(server_default=text("false"))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))  # chosen, now
    choice_id: Mapped[int | None] = mapped_column(ForeignKey("choice.id", use_alter=True))
    units_left_hundredths: Mapped[int]
    reserved_service_cents: Mapped[int]
    reserved_bonus_cents: Mapped[int]
    reserved_year: Mapped[int]  # the budget year in which the reservation stands now
    granted_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("organiser_id", "number"),
        UniqueConstraint("organiser_id", "list_seq"),
        Index("ix_voucher_provider", "organiser_id", "provider_id", "state"),
        Index("ix_voucher_state", "organiser_id", "state", "valid_to"),
        Index("ix_voucher_caseworker", "organiser_id", "caseworker_id", "state"),
        CheckConstraint("units_left_hundredths >= 0", name="units_left"),
        CheckConstraint("reserved_service_cents >= 0 and reserved_bonus_cents >= 0", name="never_overdrawn"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
        {"info": mutable("state", "valid_to", "ended_on", "tail_to", "had_provider", "provider_id", "choice_id",
                         "units_left_hundredths", "reserved_service_cents", "reserved_bonus_cents", "reserved_year",
                         "caseworker_id")},
    )  # fmt: skip


class VoucherMove(Owned, Base):
    """Each move of a voucher's life cycle, for ever."""

    __tablename__ = "voucher_move"
    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    move: Mapped[str]
    source: Mapped[str]
    target: Mapped[str]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default=text("''"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    __table_args__ = {"info": {"append_only": True}}


class OfferList(Owned, Base):
    """The list drawn for a voucher (log line `list`), with the units in the drawn order, to be read without the key."""

    __tablename__ = "offer_list"
    id: Mapped[Id]
    list_seq: Mapped[int]
    seq: Mapped[int]  # the log line's own seq
    day: Mapped[date]
    service: Mapped[str]
    area: Mapped[str]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id", use_alter=True), index=True)
    units: Mapped[list[str]]
    groups: Mapped[list[str]]
    __table_args__ = (UniqueConstraint("organiser_id", "list_seq"), {"info": {"append_only": True}})


class Choice(Owned, Base):
    """The client's choice, with what was shown to her at that moment; only its state moves on."""

    __tablename__ = "choice"
    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"))
    state: Mapped[str]  # proposed | confirmed | declined | released | ended
    list_seq: Mapped[int]
    at_seq: Mapped[int]
    check_code: Mapped[str]
    prices: Mapped[Json | None]  # the provider's own price by band, kept here for ever (money.md 2): {"day": cents}
    shown: Mapped[Json]  # {"units", "cards", "filters", "left", "language"}: what the page really rendered
    channel: Mapped[str]  # own_login | code | paper: how the client confirmed it (fairness B2.22)
    assist_id: Mapped[int | None] = mapped_column(ForeignKey("assist_session.id", use_alter=True))  # assisted, and when
    chosen_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decline_reason: Mapped[str | None]
    start_on: Mapped[date | None]  # agreed first day
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    __table_args__ = (
        Index("uq_choice_one_living", "voucher_id", unique=True,
              postgresql_where=text("state in ('proposed', 'confirmed')")),
        {"info": mutable("state", "answered_at", "answered_by", "decline_reason", "start_on", "ended_at",
                         "end_reason")},
    )  # fmt: skip
