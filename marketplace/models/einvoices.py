"""The tax facts behind an invoice, credit notes, and the e-invoices as they were sent: facts that are never edited."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import APPEND_ONLY, Base, Id, Json, Owned, mutable


class PackageVat(Owned, Base):
    """What the organiser has decided of a package's tax, from a day on. The newest row of the last start holds."""

    __tablename__ = "package_vat"
    id: Mapped[Id]
    package_id: Mapped[int] = mapped_column(ForeignKey("service_package.id"), index=True)
    valid_from: Mapped[date]
    basis: Mapped[str]  # taxable | social_welfare | health_care | outside
    rate: Mapped[str]  # general | reduced | lowest
    bonus: Mapped[str]  # as_service | outside
    ground: Mapped[str]  # on whose word: a ruling, an adviser, a decision
    said_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    said_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("basis in ('taxable', 'social_welfare', 'health_care', 'outside')", name="basis"),
        CheckConstraint("rate in ('general', 'reduced', 'lowest')", name="rate"),
        CheckConstraint("bonus in ('as_service', 'outside')", name="bonus"),
        {"info": APPEND_ONLY},
    )


class ProviderVat(Base):
    """What a provider has stated of itself, from a day on: the VAT register, the authorities' register of private
    social and health care providers, its own-control plan."""

    __tablename__ = "provider_vat"
    id: Mapped[Id]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    valid_from: Mapped[date]
    registered: Mapped[bool]
    supervised: Mapped[bool | None]
    own_control: Mapped[bool | None]
    said_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    said_at: Mapped[datetime]
    __table_args__ = {"info": APPEND_ONLY}


class InvoicingSettings(Owned, Base):
    """How an organiser takes invoices. What is empty falls back: the recipient and the payer are the organiser itself,
    the reference is the programme's cost centre."""

    __tablename__ = "invoicing_settings"
    id: Mapped[Id]
    operator: Mapped[str] = mapped_column(server_default=text("''"))
    reference: Mapped[str] = mapped_column(server_default=text("''"))  # stands on every invoice
    reference_form: Mapped[str] = mapped_column(server_default=text("''"))  # 9 a digit, A a letter, the rest as it is
    payment_days: Mapped[int] = mapped_column(server_default=text("30"))
    recipient_name: Mapped[str] = mapped_column(server_default=text("''"))
    recipient_business_id: Mapped[str] = mapped_column(server_default=text("''"))
    payer_name: Mapped[str] = mapped_column(server_default=text("''"))
    payer_business_id: Mapped[str] = mapped_column(server_default=text("''"))
    freeze_day: Mapped[int | None]  # the day of the month on which the month before is frozen; None: only by hand
    __table_args__ = (
        UniqueConstraint("organiser_id"),
        CheckConstraint("freeze_day between 1 and 28", name="freeze_day"),
        # a public payer pays within 30 days (Act 30/2013, 4 §)
        CheckConstraint("payment_days between 1 and 30", name="payment_days"),
        {"info": mutable("operator", "reference", "reference_form", "payment_days", "recipient_name",
                         "recipient_business_id", "payer_name", "payer_business_id", "freeze_day")},
    )  # fmt: skip


class ProviderSeries(Base):
    """The last number that a provider has given to its documents of a kind in a year. Shared between organisers: the
    provider's books are one."""

    __tablename__ = "provider_series"
    id: Mapped[Id]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    kind: Mapped[str]  # invoice | credit_note
    year: Mapped[int]
    last: Mapped[int]
    __table_args__ = (UniqueConstraint("provider_id", "kind", "year"), {"info": mutable("last")})


class CreditNote(Owned, Base):
    """Takes an invoice back, wholly or in part. Numbered without gaps for the provider and year."""

    __tablename__ = "credit_note"
    id: Mapped[Id]
    number: Mapped[str]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    total_cents: Mapped[int]
    reason: Mapped[str]  # read in the house only: it may name a person, and never leaves with the document
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("organiser_id", "number"),
        CheckConstraint("total_cents > 0", name="total"),
        {"info": APPEND_ONLY},
    )


class CreditNoteLine(Owned, Base):
    """What is taken back of one invoice line; never more than the line (asked under the line's lock)."""

    __tablename__ = "credit_note_line"
    id: Mapped[Id]
    credit_note_id: Mapped[int] = mapped_column(ForeignKey("credit_note.id"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("invoice_line.id"), index=True)
    amount_cents: Mapped[int]
    net_cents: Mapped[int]
    vat_cents: Mapped[int]
    __table_args__ = (
        UniqueConstraint("credit_note_id", "line_id"),
        CheckConstraint("amount_cents > 0 and amount_cents = net_cents + vat_cents", name="parts"),
        {"info": APPEND_ONLY},
    )


class EInvoice(Owned, Base):
    """An invoice or a credit note as it was sent: the content that every format is written from, with its hash."""

    __tablename__ = "einvoice"
    id: Mapped[Id]
    kind: Mapped[str]  # invoice | credit_note
    number: Mapped[str]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    credit_note_id: Mapped[int | None] = mapped_column(ForeignKey("credit_note.id"), unique=True)
    issued_on: Mapped[date]
    gross_cents: Mapped[int]
    content: Mapped[Json]
    sha256: Mapped[str]  # of the content as canonical JSON
    __table_args__ = (
        UniqueConstraint("organiser_id", "number"),
        Index("ix_einvoice_issued_on", "organiser_id", "issued_on"),
        Index("uq_einvoice_invoice", "invoice_id", unique=True, postgresql_where=text("credit_note_id is null")),
        CheckConstraint("(kind = 'credit_note') = (credit_note_id is not null)", name="kind"),
        {"info": APPEND_ONLY},
    )


class EInvoiceFile(Owned, Base):
    """The bytes of one format, kept with their hash and the version of the writer."""

    __tablename__ = "einvoice_file"
    id: Mapped[Id]
    einvoice_id: Mapped[int] = mapped_column(ForeignKey("einvoice.id"))
    format: Mapped[str]  # ubl | finvoice
    body: Mapped[bytes]
    sha256: Mapped[str]
    writer: Mapped[str]
    made_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("einvoice_id", "format"),
        {"info": APPEND_ONLY},
    )
