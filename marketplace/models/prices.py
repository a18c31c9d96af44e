"""Prices: the rows of a version of the terms, what providers ask, classes of need, and relief of a client's own share."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import Base, Id, Owned, Words, mutable

BANDS = "('day', 'evening', 'saturday', 'sunday')"


class NeedClass(Owned, Base):
    """A class of need that a package's prices tell apart: which client is in which, the caseworker assesses."""

    __tablename__ = "need_class"
    id: Mapped[Id]
    package_id: Mapped[int] = mapped_column(ForeignKey("service_package.id"))
    code: Mapped[str]
    name: Mapped[Words]
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("package_id", "code"),
        CheckConstraint("code ~ '^[a-z0-9-]{1,64}$'", name="code"),
        {"info": {"append_only": True}},
    )


class PriceLine(Owned, Base):
    """A price row of a version of the terms (pricing.prices.PriceRow). Gross cents for one unit. Open columns are "every";
    an open start is the version's first day. A trigger keeps the rows of all versions but drafts as they are."""

    __tablename__ = "price_row"
    id: Mapped[Id]
    terms_id: Mapped[int] = mapped_column(ForeignKey("terms_version.id"), index=True)
    unit: Mapped[str]
    need_class: Mapped[str | None]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    band: Mapped[str | None]
    valid_from: Mapped[date | None]
    kind: Mapped[str]  # fixed | free | ceiling | markup
    value_cents: Mapped[int]
    cap_cents: Mapped[int | None]
    cap_percent: Mapped[int | None]
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("terms_id", "unit", "need_class", "area_id", "band", "valid_from",
                         postgresql_nulls_not_distinct=True),
        CheckConstraint(f"band in {BANDS}", name="band"),
        CheckConstraint("kind in ('fixed', 'free', 'ceiling', 'markup')", name="kind"),
        CheckConstraint("value_cents > 0 and cap_cents >= 0 and cap_percent >= 0", name="positive"),
        CheckConstraint("num_nonnulls(cap_cents, cap_percent) = (kind in ('ceiling', 'markup'))::int", name="caps"),
        {"info": {"deletable": True}},
    )  # fmt: skip


class MultiplierLine(Owned, Base):
    """By how much prices without a band of their own are multiplied in a band, in per cent."""

    __tablename__ = "price_multiplier"
    id: Mapped[Id]
    terms_id: Mapped[int] = mapped_column(ForeignKey("terms_version.id"), index=True)
    need_class: Mapped[str | None]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    band: Mapped[str]
    valid_from: Mapped[date | None]
    percent: Mapped[int]
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("terms_id", "need_class", "area_id", "band", "valid_from", postgresql_nulls_not_distinct=True),
        CheckConstraint(f"band in {BANDS}", name="band"),
        CheckConstraint("percent between 1 and 1000", name="percent"),
        {"info": {"deletable": True}},
    )


class ProviderPrice(Owned, Base):
    """What a provider asks for one unit from a day on, where the terms leave the price to it. Gross cents. One that has not
    started yet may be withdrawn; a voucher keeps the price of its choice."""

    __tablename__ = "provider_price"
    id: Mapped[Id]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    package_id: Mapped[int] = mapped_column(ForeignKey("service_package.id"))
    need_class: Mapped[str | None]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    band: Mapped[str | None]
    valid_from: Mapped[date]
    price_cents: Mapped[int]
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_provider_price_package", "organiser_id", "package_id", "provider_id"),
        Index("uq_provider_price_living", "provider_id", "package_id", "need_class", "area_id", "band", "valid_from",
              unique=True, postgresql_where=text("withdrawn_at is null"), postgresql_nulls_not_distinct=True),
        CheckConstraint(f"band in {BANDS}", name="band"),
        CheckConstraint("price_cents >= 0", name="not_negative"),
        {"info": mutable("withdrawn_at")},
    )  # fmt: skip


class OwnShareRelief(Owned, Base):
    """A caseworker's decision for one client: from a day on the organiser pays so much more of a unit (domain.md 2.1, 8 §).
    Of two that start on one day the later decision holds."""

    __tablename__ = "own_share_relief"
    id: Mapped[Id]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    valid_from: Mapped[date]
    relief_cents: Mapped[int]
    reasons: Mapped[str]
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("relief_cents >= 0", name="not_negative"),
        CheckConstraint("reasons <> ''", name="reasons"),
        {"info": {"append_only": True}},
    )
