"""Is a choice receipt true? Its signature and check code first; then what the house itself has kept, against it."""

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.matching.order import Unit, order
from marketplace.matching.receipt import IsSigned, Receipt, Unproven, read_receipt
from marketplace.models.people import Organiser
from marketplace.models.receipts import ChoiceReceipt, SigningKey
from marketplace.models.trail import OrderKey, OrderLogLine, RegistryLine
from marketplace.models.vouchers import OfferList
from marketplace.ports import Vault
from marketplace.use_cases.order_log import KEY_PURPOSE

NOT_KEPT, WRONG_ORDER = "not_kept", "wrong_order"

EXIT_CODES = {
    "not_a_receipt": 2,
    "changed": 1,
    "unknown_key": 3,
    "wrong_code": 4,
    WRONG_ORDER: 5,
    NOT_KEPT: 6,
}
"""What `valinta verify receipt` ends with, for every way in which a file can fail; 0 when it is proven."""


@dataclass(frozen=True)
class Proof:
    """A receipt that holds, and what was proven of it: `recomputed` tells whether its order was drawn anew, too."""

    receipt: Receipt
    recomputed: bool


def prove_alone(raw: bytes, keys: Collection[str], is_signed: IsSigned) -> Proof:
    """Prove a file by itself, with the public keys to trust. Raises Unproven."""
    return Proof(read_receipt(raw, keys, is_signed), recomputed=False)


def prove_at_home(session: Session, raw: bytes, is_signed: IsSigned, vault: Vault) -> Proof:
    """Prove a file against this installation: an organiser's published key has signed it, the house has kept the same
    bytes, and the list is the one that its draw gives. The session sees all organisers' rows. Raises Unproven."""
    keys = dict(session.execute(select(SigningKey.public, SigningKey.organiser_id)).all())
    receipt = read_receipt(raw, keys, is_signed)
    organiser_id = keys[receipt.key]
    if session.scalar(select(Organiser.code).where(Organiser.id == organiser_id)) != receipt.organiser:
        raise Unproven(NOT_KEPT, "it was signed with the key of another organiser than the one that it names")
    line = raw.decode("utf-8").removesuffix("\n")
    kept = select(ChoiceReceipt.id).where(ChoiceReceipt.organiser_id == organiser_id, ChoiceReceipt.line == line)
    if session.scalar(kept) is None:
        raise Unproven(NOT_KEPT, "it is signed, but the house has not kept such a receipt")
    if list(receipt.units) != _drawn(session, organiser_id, receipt, vault):
        raise Unproven(WRONG_ORDER, "the list is not the one that the draw gives")
    return Proof(receipt, recomputed=True)


def _drawn(session: Session, organiser_id: int, receipt: Receipt, vault: Vault) -> list[str] | None:
    """The list's units by the draw, as they stood at the receipt's `at_seq`; None when there is no such list."""
    drawn = session.scalar(
        select(OfferList).where(OfferList.organiser_id == organiser_id, OfferList.list_seq == receipt.list_seq)
    )
    if drawn is None or (drawn.service, drawn.area) != (receipt.facts["service"], receipt.facts["area"]):
        return None
    lines = session.execute(
        select(RegistryLine.seq, RegistryLine.unit, RegistryLine.group, RegistryLine.approved)
        .where(
            RegistryLine.organiser_id == organiser_id,
            RegistryLine.service == drawn.service,
            RegistryLine.area == drawn.area,
            RegistryLine.seq <= receipt.at_seq,
        )
        .order_by(RegistryLine.seq)
    ).all()
    approved = {line.unit: line.approved for line in lines}
    late: dict[str, Unit] = {}
    for line in lines:
        if line.approved and line.seq > drawn.seq and line.unit not in drawn.units:
            late.setdefault(line.unit, Unit(line.unit, line.group))
    units = [Unit(unit, group) for unit, group in zip(drawn.units, drawn.groups, strict=True)]
    sealed = session.scalars(
        select(OrderKey.sealed_key).where(OrderKey.organiser_id == organiser_id, OrderKey.day == drawn.day)
    ).one()
    beacon = session.scalars(
        select(OrderLogLine.line).where(
            OrderLogLine.organiser_id == organiser_id, OrderLogLine.type == "beacon", OrderLogLine.day == drawn.day
        )
    ).one()
    randomness = bytes.fromhex(json.loads(beacon)["randomness"])
    key = vault.open(sealed, KEY_PURPOSE)
    ordered = order(key, randomness, drawn.list_seq, drawn.service, units, list(late.values()))
    return [unit for unit in ordered if approved.get(unit, False)]
