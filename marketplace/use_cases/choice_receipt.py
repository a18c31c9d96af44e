"""The choice receipt: signed in the transaction of the choice, taken away by the client, provable by anyone (d7)."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_vouchers
from marketplace.matching.receipt import TOGETHER, facts_of, write_receipt
from marketplace.models.people import Organiser
from marketplace.models.providers import Provider
from marketplace.models.receipts import ChoiceReceipt, SigningKey
from marketplace.models.schema import Words
from marketplace.models.vouchers import Choice, OfferList, Voucher
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.public_pages import of_organiser
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.signing_key import signed, signing_key


@dataclass(frozen=True)
class ReceiptFile:
    """The file that the client takes away: its name and its bytes."""

    name: str
    body: bytes


@dataclass(frozen=True)
class PublicKey:
    """One of an organiser's signing keys: 64 hexadecimal digits, and since when it has signed."""

    public: str
    since: datetime


@dataclass(frozen=True)
class ReceiptKeys:
    """All signing keys that an organiser has ever had, newest first."""

    organiser: Words
    code: str
    keys: tuple[PublicKey, ...]


def issue_receipt(tx: Tx, choice: Choice) -> str:
    """The choice's receipt, signed now if it has none yet; one line without its newline. Nothing in it names the client:
    the number of her voucher is all that ties it to her."""
    kept = tx.session.scalar(select(ChoiceReceipt.line).where(ChoiceReceipt.choice_id == choice.id))
    if kept is not None:
        return kept
    key = signing_key(tx)
    voucher, drawn, unit, organiser = tx.session.execute(
        select(Voucher.number, OfferList, Provider.unit, Organiser.code)
        .join(OfferList, OfferList.voucher_id == Voucher.id)
        .join(Provider, Provider.id == choice.provider_id)
        .join(Organiser, Organiser.id == Voucher.organiser_id)
        .where(Voucher.id == choice.voucher_id, OfferList.list_seq == choice.list_seq)
    ).one()
    cards = choice.shown.get("cards", [])
    left = set(choice.shown.get("left", [card["unit"] for card in cards]))
    raw = write_receipt(
        {
            "organiser": organiser,
            "voucher": voucher,
            "service": drawn.service,
            "area": drawn.area,
            "list_seq": choice.list_seq,
            "at_seq": choice.at_seq,
            "check_code": choice.check_code,
            "list": facts_of(cards),
            "filters": facts_of(choice.shown.get("filters", {})),
            "left_by_filters": [card["unit"] for card in cards if card["unit"] in left],
            "chosen": unit,
            "chosen_at": choice.chosen_at.astimezone(UTC).isoformat(timespec="seconds"),
            "channel": choice.channel,
            "language": choice.shown.get("language", "fi"),
            **({TOGETHER: choice.shown["together"]} if "together" in choice.shown else {}),
        },
        bytes.fromhex(key.public),
        lambda message: signed(tx, key, message),
    )
    line = raw.decode("utf-8").removesuffix("\n")
    tx.session.add(ChoiceReceipt(organiser_id=tx.organiser_id, choice_id=choice.id, line=line, made_at=tx.now))
    tx.session.flush()
    return line


def receipt_file(desk: Desk, actor: Actor, choice_id: int) -> ReceiptFile:
    """The receipt of one of the client's own choices, as the bytes that were signed. A choice made before there were
    receipts gets one now, from what was kept of it. Missing for a stranger's choice."""
    with desk.transaction(actor, Action.SEE_OWN_VOUCHER) as tx:
        row = tx.session.execute(
            select(Choice, Voucher.number)
            .join(Voucher, Voucher.id == Choice.voucher_id)
            .where(Choice.id == choice_id, visible_vouchers(tx.actor))
        ).one_or_none()
        if row is None:
            raise Missing("choice")
        choice, number = row
        return ReceiptFile(f"valinta-{number}-{choice.check_code}.json", issue_receipt(tx, choice).encode() + b"\n")


def receipt_keys(desk: Desk, actor: Actor, code: str) -> ReceiptKeys:
    """An organiser's signing keys, for anyone. Missing for an unknown organiser."""
    with desk.reading(of_organiser(desk, actor, code), Action.SEE_PUBLIC) as tx:
        name = tx.session.scalars(select(Organiser.name).where(Organiser.id == tx.organiser_id)).one()
        rows = tx.session.execute(select(SigningKey.public, SigningKey.made_at).order_by(SigningKey.id.desc()))
        return ReceiptKeys(name, code, tuple(PublicKey(*row) for row in rows))
