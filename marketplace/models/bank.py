"""The bank: the account that is paid from, the files that went out, and what the bank's statements said."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import APPEND_ONLY, Base, Id, Owned, mutable


class DebtorAccount(Owned, Base):
    """The account that an organiser pays from. A change is a new row; the newest holds."""

    __tablename__ = "debtor_account"
    id: Mapped[Id]
    name: Mapped[str]
    iban: Mapped[str]
    bic: Mapped[str] = mapped_column(server_default=text("''"))
    set_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    set_at: Mapped[datetime]
    __table_args__ = {"info": APPEND_ONLY}


class BankFile(Owned, Base):
    """A batch's file of transfers, made once and kept as it was."""

    __tablename__ = "bank_file"
    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(ForeignKey("payment_batch.id"), unique=True)
    message_id: Mapped[str]
    content: Mapped[bytes]
    sha256: Mapped[str]
    payments: Mapped[int]
    total_cents: Mapped[int]
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("organiser_id", "message_id"),
        CheckConstraint("payments > 0 and total_cents > 0", name="not_empty"),
        {"info": APPEND_ONLY},
    )


class BankDelivery(Owned, Base):
    """A file on its way to the bank's folder, carried by the worker. A stuck one is settled by hand, with a note."""

    __tablename__ = "bank_delivery"
    id: Mapped[Id]
    file_id: Mapped[int] = mapped_column(ForeignKey("bank_file.id"), unique=True)
    key: Mapped[str] = mapped_column(unique=True)  # the file's name in the folder
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))  # waiting | sent | failed | settled
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    note: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'sent', 'failed', 'settled')", name="state"),
        Index("ix_bank_delivery_waiting", "next_at", postgresql_where=text("state = 'waiting'")),
        {"info": mutable("state", "attempts", "next_at", "sent_at", "last_error", "note")},
    )


class BankImport(Owned, Base):
    """A statement file that was read. The file itself is not kept: it tells of more than these payments."""

    __tablename__ = "bank_import"
    id: Mapped[Id]
    name: Mapped[str]
    sha256: Mapped[str]
    form: Mapped[str]  # camt.053 | camt.054
    entries: Mapped[int]
    imported_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    imported_at: Mapped[datetime]
    __table_args__ = {"info": APPEND_ONLY}


class BankRow(Owned, Base):
    """One booked payment of a statement, known once however often it is sent: what it is about, or that a person must say.

    Names and free texts of the statement are not kept.
    """

    __tablename__ = "bank_row"
    id: Mapped[Id]
    import_id: Mapped[int] = mapped_column(ForeignKey("bank_import.id"), index=True)
    account: Mapped[str]
    servicer_ref: Mapped[str]
    end_to_end: Mapped[str]
    amount_cents: Mapped[int]
    out: Mapped[bool]
    place: Mapped[int]  # which of several that look the same within their entry
    booked_on: Mapped[date]
    batch: Mapped[str]
    reference: Mapped[str]
    other_account: Mapped[str]
    came_back: Mapped[bool]
    return_code: Mapped[str]
    state: Mapped[str]  # matched | open | not_ours
    why_open: Mapped[str | None]
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), index=True)
    note: Mapped[str | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    settled_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint(
            "organiser_id", "account", "servicer_ref", "end_to_end", "amount_cents", "out", "place",
            name="uq_bank_row_once",
        ),
        CheckConstraint("state in ('matched', 'open', 'not_ours')", name="state"),
        CheckConstraint("state <> 'not_ours' or (note is not null and settled_by is not null)", name="note"),
        Index("ix_bank_row_open", "organiser_id", postgresql_where=text("state = 'open'")),
        {"info": mutable("state", "payment_id", "note", "settled_by", "settled_at")},
    )  # fmt: skip
