"""Provider companies (shared between organisers) and their applications and approvals (an organiser's own)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import Base, Id, Json, Owned, mutable


class ControlGroup(Base):
    """Companies under common control; only the code is ever published (fairness B1)."""

    __tablename__ = "control_group"
    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    __table_args__ = (CheckConstraint("code ~ '^[a-z0-9-]{1,64}$'", name="code"),)


class Provider(Base):
    __tablename__ = "provider"
    id: Mapped[Id]
    business_id: Mapped[str] = mapped_column(unique=True)
    unit: Mapped[str] = mapped_column(unique=True)  # random, bound to the business id for ever (fairness B1)
    control_group_id: Mapped[int] = mapped_column(ForeignKey("control_group.id"))
    name: Mapped[str]
    legal_form: Mapped[str]  # company | sole_trader | association | foundation | cooperative | municipality
    vat_registered: Mapped[bool]
    iban: Mapped[str]
    e_invoice_address: Mapped[str | None]
    e_invoice_operator: Mapped[str] = mapped_column(server_default=text("''"))
    street: Mapped[str] = mapped_column(server_default=text("''"))  # the company's own address, as on an invoice
    postcode: Mapped[str] = mapped_column(server_default=text("''"))
    town: Mapped[str] = mapped_column(server_default=text("''"))
    email: Mapped[str]
    phone: Mapped[str]
    own_words: Mapped[str] = mapped_column(server_default=text("''"))  # specialism, at most 300 characters
    way_of_work: Mapped[str] = mapped_column(server_default=text("'individual'"))  # individual | group | both
    registered_at: Mapped[datetime]
    demonstration: Mapped[bool] = mapped_column(server_default=text("false"))
    __table_args__ = (
        CheckConstraint("unit ~ '^[a-z0-9-]{1,64}$'", name="unit"),
        CheckConstraint("length(own_words) <= 300", name="own_words_length"),
        {"info": mutable("name", "iban", "e_invoice_address", "email", "phone", "own_words", "way_of_work",
                         "vat_registered", "control_group_id", "e_invoice_operator", "street", "postcode", "town")},
    )  # fmt: skip


class Site(Base):
    __tablename__ = "site"
    id: Mapped[Id]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    name: Mapped[str]
    street: Mapped[str]
    municipality: Mapped[str]
    languages: Mapped[list[str]]  # fi, sv, en, ru, ar ...
    accessible: Mapped[str]  # yes | no | not_stated
    closed_on: Mapped[date | None]
    __table_args__ = {"info": mutable("name", "street", "municipality", "languages", "accessible", "closed_on")}


class RulebookVersion(Owned, Base):
    """What a provider commits to. A published version is never edited: a trigger holds it."""

    __tablename__ = "rulebook_version"
    id: Mapped[Id]
    number: Mapped[int]
    valid_from: Mapped[date]
    body: Mapped[dict[str, str]]  # the introduction; before terms were numbered, the whole text
    terms: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'"))  # marketplace.rulebook.Term.to_json
    change_note: Mapped[Json] = mapped_column(server_default=text("'{}'"))  # Words: what changes and why
    accept_by: Mapped[date | None]  # the last day on which a provider on the list accepts it, or leaves
    board_decision: Mapped[str] = mapped_column(server_default=text("''"))
    state: Mapped[str] = mapped_column(server_default=text("'published'"))  # draft | submitted | published
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # null: of the time of one officer
    return_reason: Mapped[str | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (
        UniqueConstraint("organiser_id", "number"),
        CheckConstraint("published_by <> made_by", name="four_eyes"),
        CheckConstraint("(state = 'published') = (published_by is not null)", name="published_by_someone"),
        {"info": mutable("valid_from", "body", "terms", "change_note", "accept_by", "board_decision", "state",
                         "return_reason", "published_at", "published_by")},
    )  # fmt: skip


class RulebookAcceptance(Owned, Base):
    """A provider has committed to a version of the rulebook, at this moment, through this person."""

    __tablename__ = "rulebook_acceptance"
    id: Mapped[Id]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    rulebook_version_id: Mapped[int] = mapped_column(ForeignKey("rulebook_version.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("organiser_id", "provider_id", "rulebook_version_id"),
        {"info": {"append_only": True}},
    )


class Application(Owned, Base):
    """A provider's way onto the list of one organiser."""

    __tablename__ = "application"
    id: Mapped[Id]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    state: Mapped[str]
    rulebook_version_id: Mapped[int | None] = mapped_column(ForeignKey("rulebook_version.id"))
    made_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    question: Mapped[str | None]  # what procurement asked for
    answer: Mapped[str | None]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    __table_args__ = {
        "info": mutable("state", "rulebook_version_id", "submitted_at", "question", "answer", "decision_id")
    }


class ApplicationItem(Owned, Base):
    __tablename__ = "application_item"
    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    package_id: Mapped[int] = mapped_column(ForeignKey("service_package.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    __table_args__ = (UniqueConstraint("application_id", "package_id", "area_id"), {"info": {"deletable": True}})


class Approval(Owned, Base):
    """One provider, approved for one service package in one area; with its free places as it last told them."""

    __tablename__ = "approval"
    id: Mapped[Id]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    package_id: Mapped[int] = mapped_column(ForeignKey("service_package.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    state: Mapped[str]  # approved | suspended | ended
    valid_from: Mapped[date]
    ended_on: Mapped[date | None]  # last day on which the approval held
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    paused: Mapped[bool] = mapped_column(server_default=text("false"))  # the provider's own pause of intake
    free_places: Mapped[int | None]  # null: not stated
    next_start: Mapped[date | None]  # first day a new client can start
    places_as_of: Mapped[date | None]
    __table_args__ = (
        UniqueConstraint("organiser_id", "provider_id", "package_id", "area_id"),
        Index("ix_approval_pair", "organiser_id", "package_id", "area_id", "state"),
        CheckConstraint("free_places >= 0", name="free_places"),
        {"info": mutable("state", "valid_from", "ended_on", "decision_id", "paused", "free_places", "next_start",
                         "places_as_of")},
    )  # fmt: skip


class ApprovalMove(Owned, Base):
    """Each change of an approval, for ever: the answer to 'was it approved on that day'."""

    __tablename__ = "approval_move"
    id: Mapped[Id]
    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"), index=True)
    move: Mapped[str]  # approve | suspend | restore | end | leave | pause | resume
    day: Mapped[date]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str]
    __table_args__ = {"info": {"append_only": True}}
