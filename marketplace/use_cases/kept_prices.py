"""What a voucher keeps of prices beside its snapshot: the provider's own at the choice, and the client's relief."""

from collections.abc import Collection

from sqlalchemy import select

from marketplace.models.prices import OwnShareRelief
from marketplace.models.schema import Json
from marketplace.pricing.bands import Band
from marketplace.pricing.replay import Relief
from marketplace.use_cases.desk import Tx


def kept_prices(stored: Json | None) -> dict[Band, int]:
    """The provider's prices that a choice has kept, by band; empty for a choice at a price that the grant fixes."""
    return {Band(band): cents for band, cents in (stored or {}).items()}


def reliefs_of(tx: Tx, voucher_ids: Collection[int]) -> dict[int, list[Relief]]:
    """The decisions on relief of vouchers, by voucher, in the order in which they were made; one query."""
    rows = tx.session.execute(
        select(OwnShareRelief.voucher_id, OwnShareRelief.valid_from, OwnShareRelief.relief_cents)
        .where(OwnShareRelief.voucher_id.in_(voucher_ids))
        .order_by(OwnShareRelief.id)
    )
    found: dict[int, list[Relief]] = {}
    for voucher_id, first_day, cents in rows:
        found.setdefault(voucher_id, []).append(Relief(first_day, cents))
    return found
