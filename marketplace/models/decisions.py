"""Administrative decisions, their delivery, and the gap-free numbers that we issue."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.schema import Base, Id, Owned, mutable

PARTS = ("maker", "legal_basis", "reasons", "information_contact", "appeal_instruction", "document")


class Decision(Owned, Base):
    """Hallintolaki 44-46 §: who decided what, why, under which provisions, whom to ask, how to appeal. Never edited."""

    __tablename__ = "decision"
    id: Mapped[Id]
    number: Mapped[str]
    kind: Mapped[str]  # voucher_grant | voucher_extension | voucher_revocation | approval | rejection | removal ...
    maker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    maker: Mapped[str]  # name and title as printed
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), index=True)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), index=True)
    amends_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    outcome: Mapped[str]
    legal_basis: Mapped[str]
    reasons: Mapped[str]
    information_contact: Mapped[str]
    appeal_instruction: Mapped[str]
    appeal_days: Mapped[int]
    language: Mapped[str]
    document: Mapped[str]  # the decision as made, whole (HTML body), in the party's language
    document_sha256: Mapped[str]
    made_on: Mapped[date]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("organiser_id", "number"),
        CheckConstraint("(client_id is null) <> (provider_id is null)", name="one_party"),
        *(CheckConstraint(f"length(trim({part})) > 0", name=part) for part in PARTS),
        {"info": {"append_only": True}},
    )


class Delivery(Owned, Base):
    """When and how a decision left: the appeal clock hangs on this, so it is evidence from the channel (domain fact 9)."""

    __tablename__ = "delivery"
    id: Mapped[Id]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    channel: Mapped[str]  # post | electronic | handed_over
    sent_on: Mapped[date]
    evidence: Mapped[str]  # what shows it: the print queue's run, the mail server's answer, a signed receipt
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    __table_args__ = ({"info": {"append_only": True}},)


class Counter(Owned, Base):
    """Gap-free numbers: taken in the same transaction as the fact they number."""

    __tablename__ = "counter"
    id: Mapped[Id]
    series: Mapped[str]  # 'decision/2026', 'voucher/2026', 'invoice/<provider>/2026', 'batch/2026'
    last: Mapped[int] = mapped_column(server_default=text("0"))
    __table_args__ = (UniqueConstraint("organiser_id", "series"), {"info": mutable("last")})
