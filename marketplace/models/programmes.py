"""What is bought and on which terms: programmes, service packages, areas, terms versions, budgets."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.models.schema import Base, Id, Json, Owned, Words, mutable


class Programme(Owned, Base):
    """A voucher programme with its legal basis, appeal route and budget (domain.md, fact 1)."""

    __tablename__ = "programme"
    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[Words]
    legal_basis: Mapped[Words]
    board_decision: Mapped[str]
    appeal_route: Mapped[str]  # rectification_30 | local_government_14
    appeal_body: Mapped[Words]  # to whom a rectification is addressed, with its address
    information_contact: Mapped[str]
    cost_centre: Mapped[str]
    bonus_reserved_at: Mapped[str]  # grant | outcome
    need_categories: Mapped[list[str]]
    state: Mapped[str]
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("organiser_id", "code"),
        CheckConstraint("published_by <> made_by", name="four_eyes"),
        CheckConstraint("(state = 'published') = (published_by is not null)", name="published_by_someone"),
        CheckConstraint("legal_basis ->> 'fi' <> ''", name="legal_basis"),
        {"info": mutable("name", "legal_basis", "board_decision", "appeal_route", "appeal_body", "information_contact",
                         "cost_centre", "bonus_reserved_at", "need_categories", "state", "published_by",
                         "published_at", "return_reason")},
    )  # fmt: skip


class Budget(Owned, Base):
    """One programme's one year. `free_cents` is the ledger's balance of the account `free`, kept here to be locked."""

    __tablename__ = "budget"
    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    year: Mapped[int]
    free_cents: Mapped[int] = mapped_column(server_default=text("0"))
    carry_over_decision: Mapped[str | None]  # the dated decision by which reservations move to the next year
    warning_percent: Mapped[int] = mapped_column(server_default=text("90"))  # of the appropriation, promised or used
    __table_args__ = (
        UniqueConstraint("organiser_id", "programme_id", "year"),
        CheckConstraint("free_cents >= 0", name="never_overdrawn"),
        CheckConstraint("warning_percent between 1 and 100", name="warning_percent"),
        {"info": mutable("free_cents", "carry_over_decision", "warning_percent")},
    )


class Area(Owned, Base):
    """The pool used for eligibility itself: a municipality, or several together (fairness B1)."""

    __tablename__ = "area"
    id: Mapped[Id]
    code: Mapped[str]
    name: Mapped[Words]
    municipalities: Mapped[list[str]]
    __table_args__ = (
        UniqueConstraint("organiser_id", "code"),
        CheckConstraint("code ~ '^[a-z0-9-]{1,64}$'", name="code"),
        {"info": {"append_only": True}},
    )


class ServicePackage(Owned, Base):
    """What is bought, described by its service card (domain.md 3.1)."""

    __tablename__ = "service_package"
    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    code: Mapped[str]
    name: Mapped[Words]
    card: Mapped[
        Json
    ]  # {"purpose": Words, "target_group": Words, "content": Words, "effects": Words, "arrival": Words}
    unit: Mapped[str]  # hour | day | month | session | lump_sum
    made_at: Mapped[datetime]
    free_by_law: Mapped[bool] = mapped_column(server_default=text("true"))  # no price rule may leave the client a part
    legal_forms_excluded: Mapped[Json] = mapped_column(server_default=text("'{}'"))  # {"company": "provision", ...}
    __table_args__ = (
        UniqueConstraint("organiser_id", "code"),
        CheckConstraint("code ~ '^[a-z0-9-]{1,64}$'", name="code"),
        {"info": mutable("name", "card", "free_by_law", "legal_forms_excluded")},
    )


class TermsVersion(Owned, Base):
    """A dated version of a package's terms. It starts on a day and holds until the next one starts; never edited."""

    __tablename__ = "terms_version"
    id: Mapped[Id]
    package_id: Mapped[int] = mapped_column(ForeignKey("service_package.id"))
    number: Mapped[int]
    valid_from: Mapped[date]
    price_cents: Mapped[int | None]  # gross, per unit, for everyone at any time; price rows say the rest
    units_hundredths: Mapped[int]  # the voucher's size
    validity_days: Mapped[int]
    evening_from: Mapped[int] = mapped_column(server_default=text("1080"))  # minute of the day
    event_rules: Mapped[Json]  # {"no_show": {"unit_use_percent": 100, "paid_share_percent": 50}, ...}
    bonus_rule: Mapped[
        Json
    ]  # {"milestones": [{"no": 1, "days": 42, "amount_cents": {"1": .., "2": .., "3": ..}, ...}]}
    board_decision: Mapped[str]
    state: Mapped[str]  # draft | submitted | published
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    published_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("package_id", "number"),
        UniqueConstraint("package_id", "valid_from"),
        CheckConstraint("published_by <> made_by", name="four_eyes"),
        CheckConstraint("(state = 'published') = (published_by is not null)", name="published_by_someone"),
        CheckConstraint("price_cents > 0 and units_hundredths > 0 and validity_days > 0", name="positive"),
        CheckConstraint("evening_from between 0 and 1440", name="evening"),
        {"info": mutable("valid_from", "price_cents", "units_hundredths", "validity_days", "evening_from", "event_rules",
                         "bonus_rule", "board_decision", "state", "published_by", "published_at", "return_reason")},
    )  # fmt: skip


def terms_in_force(session: Session, package_id: int, day: date) -> TermsVersion | None:
    """The version of a package's terms that holds on a day: the published one that started last. None when none has."""
    return session.scalar(
        select(TermsVersion)
        .where(TermsVersion.package_id == package_id, TermsVersion.state == "published", TermsVersion.valid_from <= day)
        .order_by(TermsVersion.valid_from.desc())
        .limit(1)
    )


def area_of(session: Session, municipality: str) -> Area | None:
    """The organiser's area in which a municipality lies."""
    return session.scalar(select(Area).where(Area.municipalities.contains([municipality])).limit(1))
