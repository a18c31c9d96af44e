"""The client's proof of her choice: the organiser's signing keys, and the receipts signed with them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import APPEND_ONLY, Base, Id, Owned


class SigningKey(Owned, Base):
    """An Ed25519 key, made when the first receipt is signed. The newest signs; the public half of every one stays
    published, so that an old receipt can be checked for ever."""

    __tablename__ = "signing_key"
    id: Mapped[Id]
    public: Mapped[str] = mapped_column(unique=True)  # 64 hexadecimal digits
    sealed_key: Mapped[bytes]  # the private half, encrypted by the vault
    made_at: Mapped[datetime]
    __table_args__ = (CheckConstraint("public ~ '^[0-9a-f]{64}$'", name="public"), {"info": APPEND_ONLY})


class ChoiceReceipt(Owned, Base):
    """A choice's receipt, whole, as the bytes that the client takes away (docs/fairness.md)."""

    __tablename__ = "choice_receipt"
    id: Mapped[Id]
    choice_id: Mapped[int] = mapped_column(ForeignKey("choice.id"), unique=True)
    line: Mapped[str]  # canonical JSON without the newline
    made_at: Mapped[datetime]
    __table_args__ = {"info": APPEND_ONLY}
