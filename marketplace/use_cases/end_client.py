"""A client has moved away or died: all her open vouchers end together, with the same last day and reason."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.ledger import lock_budget
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.amend_voucher import check_last_day, end_for_reason
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.end_account import end_client_access
from marketplace.use_cases.endings import locked_to_end
from marketplace.use_cases.refusals import Refused, Stale
from marketplace.use_cases.register_client import own_client
from marketplace.vouchers.cycles import OPEN_VOUCHER

CLIENT_END_REASONS = ("moved_away", "died")


@dataclass(frozen=True)
class ClientEnd:
    """`last_day`: the day of the move or of the death."""

    client_id: int
    reason: str
    last_day: date
    words: str = ""


def end_client(desk: Desk, actor: Actor, order: ClientEnd) -> int:
    """End a client's services; returns how many vouchers ended. Nothing is told to the client herself.

    Whoever has died cannot be logged in as from now on; whoever has moved keeps her way in until her last voucher is
    closed (`expire_vouchers.close_due`), so that she sees what is still recorded and may object to it.

    Refused: end_reason_not_listed, end_in_future, end_before_birth (day). Stale when ended already. Missing for
    a stranger's.
    """
    with desk.transaction(actor, Action.AMEND_VOUCHER) as tx:
        if order.reason not in CLIENT_END_REASONS:
            raise Refused("end_reason_not_listed", "reason")
        check_last_day(tx, order.last_day)
        # a grant holds the client while it makes a voucher: from here on none can appear
        client = own_client(tx, order.client_id, lock=True)
        if client.ended_on is not None:
            raise Stale("no_longer_possible")
        if order.last_day < client.birth_date:
            raise Refused("end_before_birth", "last_day", day=client.birth_date)
        held = [locked_to_end(tx, voucher_id) for voucher_id in _open_vouchers(tx, client.id)]
        for voucher, budget in held:
            end_for_reason(tx, voucher, budget, max(order.last_day, voucher.valid_from), order.reason, order.words)
        client.ended_on, client.end_reason = order.last_day, order.reason
        if order.reason == "died" or not _any_unclosed(tx, client.id):
            end_client_access(tx, client.id)
        reason = f"{order.reason}: {order.words.strip()}" if order.words.strip() else order.reason
        tx.audit("client.end", "client", client.id, clients=(client.id,), reason=reason, vouchers=len(held))
        return len(held)


def _open_vouchers(tx: Tx, client_id: int) -> list[int]:
    """Their ids, after locking the budgets they stand in: all budgets come before any voucher in the lock order."""
    rows = tx.session.execute(
        select(Voucher.id, Voucher.programme_id, Voucher.reserved_year)
        .where(Voucher.client_id == client_id, Voucher.state.in_(OPEN_VOUCHER))
        .order_by(Voucher.id)
    ).all()
    for programme_id, year in sorted({(row.programme_id, row.reserved_year) for row in rows}):
        lock_budget(tx.session, programme_id, year)
    return [row.id for row in rows]


def _any_unclosed(tx: Tx, client_id: int) -> bool:
    tx.session.flush()
    query = select(Voucher.id).where(Voucher.client_id == client_id, Voucher.state != "closed").limit(1)
    return tx.session.scalar(query) is not None
