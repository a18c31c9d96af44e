"""The step that says what a voucher's holder may see now: her list, in its order, with its check code."""

from collections.abc import Container
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.matching.check_code import check_code
from marketplace.matching.presentation import cards
from marketplace.matching.registry import Pair
from marketplace.models.order_log import at_seq
from marketplace.models.programmes import Area, ServicePackage
from marketplace.models.providers import Approval, Provider
from marketplace.models.vouchers import OfferList, Voucher
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.order_log import order_of
from marketplace.use_cases.order_rules import one_card_on


@dataclass(frozen=True)
class Offer:
    """A voucher's list as it is rendered now. `units` are the codes of all approved providers in the drawn order, of which
    the check code is; `cards` are the same as they are laid out: each alone, or sister companies in one card."""

    list_seq: int
    at_seq: int
    units: tuple[str, ...]
    code: str
    package_id: int
    area_id: int
    cards: tuple[tuple[str, ...], ...]


def offer_of(tx: Tx, voucher: Voucher) -> Offer:
    """The voucher's list: the drawn order with late ones at their place, without those that are not approved now."""
    drawn, one_card = tx.session.execute(
        select(OfferList, one_card_on(OfferList.day)).where(OfferList.list_seq == voucher.list_seq)
    ).one()
    approved = set(
        tx.session.scalars(
            select(Provider.unit)
            .join(Approval, Approval.provider_id == Provider.id)
            .where(
                Approval.organiser_id == tx.organiser_id,
                Approval.package_id == voucher.package_id,
                Approval.area_id == voucher.area_id,
                Approval.state == "approved",
            )
        )
    )
    return offer_among(tx, drawn, approved, voucher.package_id, voucher.area_id, one_card=bool(one_card))


def offer_among(
    tx: Tx, drawn: OfferList, approved: Container[str], package_id: int, area_id: int, *, one_card: bool
) -> Offer:
    """The same for a page that has read its cards already: `approved` are the units that it can render. `one_card`: what
    `one_card_on` says of the list's day."""
    listed = [unit for unit in order_of(tx, drawn) if unit.unit in approved]
    units = tuple(unit.unit for unit in listed)
    seq = at_seq(tx.session, Pair(drawn.service, drawn.area))
    code = check_code(drawn.list_seq, seq, units)
    laid_out = cards(listed) if one_card else tuple((unit,) for unit in units)
    return Offer(drawn.list_seq, seq, units, code, package_id, area_id, laid_out)


def pair_of(tx: Tx, package_id: int, area_id: int) -> Pair:
    """The codes of a package and an area, as the order log knows them."""
    row = tx.session.execute(
        select(ServicePackage.code, Area.code).where(ServicePackage.id == package_id, Area.id == area_id)
    ).one()
    return Pair(*row)
