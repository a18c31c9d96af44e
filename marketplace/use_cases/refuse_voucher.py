"""The client's right to refuse the voucher: her service is then arranged otherwise (domain.md, act 569/2009 6 §)."""

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_vouchers
from marketplace.models.people import Account
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.endings import end_voucher, locked_to_end
from marketplace.use_cases.notices import tell_account
from marketplace.use_cases.refusals import Missing, Refused

LONGEST = 500
"""Characters of the reason, which nobody has to give."""


@dataclass(frozen=True)
class RefusalOrder:
    """Which voucher the client does not want. `reason` is her own, and may be empty."""

    voucher_id: int
    reason: str = ""
    once: str | None = None


def refuse_voucher(desk: Desk, actor: Actor, order: RefusalOrder) -> int:
    """Refuse a voucher while it is open, also when the service has begun: what was delivered is paid, the rest returns
    after the tail. Her caseworker is told to arrange the service otherwise. Returns the voucher's id.

    Refused: words_too_long (`reason`). Stale when the voucher has ended. Missing for a stranger's voucher.
    """
    with desk.transaction(actor, Action.REFUSE_VOUCHER) as tx:
        if done := tx.first_click("refuse_voucher", order.once):
            return int(done["voucher_id"])
        reason = order.reason.strip()
        if len(reason) > LONGEST:
            raise Refused("words_too_long", "reason", most=LONGEST)
        own = select(Voucher.id).where(Voucher.id == order.voucher_id, visible_vouchers(tx.actor))
        if tx.session.scalar(own) is None:
            raise Missing("voucher")
        voucher, budget = locked_to_end(tx, order.voucher_id)
        end_voucher(tx, voucher, budget, "refuse", tx.today, reason)
        tx.audit("voucher.refuse", "voucher", voucher.id, clients=(voucher.client_id,), reason=reason,
                 number=voucher.number)  # fmt: skip
        caseworker = tx.session.get_one(Account, voucher.caseworker_id)
        if caseworker.ended_at is None:
            tell_account(tx, caseworker, "voucher_refused", f"voucher_refused/{voucher.id}", number=voucher.number)
        tx.remember_click("refuse_voucher", order.once, voucher_id=voucher.id)
        return voucher.id
