"""Relief of a client's own share: decided case by case, with reasons, by her caseworker (domain.md 2.1, 8 §).

The organiser pays so much more of each unit from a day on, and the client so much less. It is an administrative decision of
its own that names the grant; what it can come to at most is reserved with it.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.ledger import recipes
from marketplace.models.clients import Client
from marketplace.models.ledger import post
from marketplace.models.prices import OwnShareRelief
from marketplace.models.vouchers import Voucher
from marketplace.pricing.replay import relief_reserve
from marketplace.pricing.snapshot import Snapshot
from marketplace.use_cases.amend_voucher import Amended, amending_decision, held_to_amend, say_amended
from marketplace.use_cases.bookings import voucher_context
from marketplace.use_cases.card_prices import providers_set_prices
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.notices import tell_client, tell_provider
from marketplace.use_cases.refusals import Refused

MOST_CENTS = 10_000_00


@dataclass(frozen=True)
class ReliefOrder:
    """relief_cents: what the organiser pays more of each unit from the day on, gross; 0 ends an earlier relief."""

    voucher_id: int
    relief_cents: int
    valid_from: date
    reasons: str
    once: str | None = None


def relieve_own_share(desk: Desk, actor: Actor, order: ReliefOrder) -> Amended:
    """Decide on relief, or end it.

    Refused: relief_not_needed (the client pays nothing by this voucher), amount_odd (most_cents), start_in_past,
    day_outside_validity, over_budget (free_cents, needed_cents), reasons_missing. Stale when the voucher has ended;
    Missing for a stranger's.
    """
    with desk.transaction(actor, Action.AMEND_VOUCHER) as tx:
        if done := tx.first_click("relieve_own_share", order.once):
            return Amended(**done)
        voucher, budget = held_to_amend(tx, order.voucher_id)
        _check(tx, voucher, order)
        highest = tx.session.scalar(
            select(func.max(OwnShareRelief.relief_cents)).where(OwnShareRelief.voucher_id == voucher.id)
        )
        extra = relief_reserve(voucher.units_left_hundredths, order.relief_cents - (highest or 0))
        if extra > budget.free_cents:
            raise Refused("over_budget", None, free_cents=budget.free_cents, needed_cents=extra)
        unit = Snapshot.from_json(voucher.snapshot).unit
        decision = amending_decision(
            tx, voucher, "voucher_relief", "relieved", order.reasons,
            relief_cents=order.relief_cents, valid_from=order.valid_from, unit=unit,
        )  # fmt: skip
        row = OwnShareRelief(
            organiser_id=tx.organiser_id, voucher_id=voucher.id, decision_id=decision.id, valid_from=order.valid_from,
            relief_cents=order.relief_cents, reasons=order.reasons, made_by=tx.account_id, made_at=tx.now,
        )  # fmt: skip
        tx.session.add(row)
        tx.session.flush()
        context = voucher_context(tx, voucher, voucher.reserved_year, "relief")
        post(tx.session, recipes.grant(f"relief/{row.id}", context, extra), tx.now, budget=budget, voucher=voucher)
        say_amended(tx, voucher, "voucher.relief", order.reasons, decision, valid_from=order.valid_from.isoformat())
        _tell(tx, voucher, decision.id, order, unit)
        amended = Amended(voucher.id, decision.id)
        tx.remember_click("relieve_own_share", order.once, **vars(amended))
        return amended


def _check(tx: Tx, voucher: Voucher, order: ReliefOrder) -> None:
    if not providers_set_prices(Snapshot.from_json(voucher.snapshot)):
        raise Refused("relief_not_needed")
    if not 0 <= order.relief_cents <= MOST_CENTS:
        raise Refused("amount_odd", "relief", most_cents=MOST_CENTS)
    if order.valid_from < tx.today:
        raise Refused("start_in_past", "valid_from")
    if order.valid_from > voucher.valid_to:
        raise Refused("day_outside_validity", "valid_from", valid_from=tx.today, valid_to=voucher.valid_to)


def _tell(tx: Tx, voucher: Voucher, decision_id: int, order: ReliefOrder, unit: str) -> None:
    facts = {"number": voucher.number, "valid_from": order.valid_from, "relief_cents": order.relief_cents, "unit": unit}
    client = tx.session.scalars(select(Client).where(Client.id == voucher.client_id)).one()
    tell_client(tx, client, "voucher_relief", f"voucher_relief/{decision_id}", decision_id, **facts)
    if voucher.provider_id is not None:
        tell_provider(tx, voucher.provider_id, "voucher_relief_provider", f"voucher_relief/{decision_id}/provider", **facts)
