"""What a date does to vouchers by itself: the last day passes and the voucher expires; the tail passes and it closes.

Each voucher has a transaction of its own, so that one that cannot be moved holds up no other. Doing it again does nothing
twice: the row is looked at anew once it is locked.
"""

from collections.abc import Callable

from sqlalchemy import ColumnElement, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.clients import Client
from marketplace.models.people import Account
from marketplace.models.programmes import Budget
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.end_account import end_client_access
from marketplace.use_cases.endings import close_voucher, end_voucher, locked_to_end
from marketplace.use_cases.notices import tell_account, tell_client
from marketplace.vouchers.cycles import OPEN_VOUCHER

NO_CHOICE = "no_choice"
IN_TAIL = ("refused", "revoked", "ended", "expired")


def expire_due(desk: Desk, actor: Actor) -> int:
    """Expire every open voucher whose last day has passed; returns how many. Its money waits for the tail."""

    def is_due(tx: Tx, voucher: Voucher) -> bool:
        return voucher.state in OPEN_VOUCHER and voucher.valid_to < tx.today

    def expire(tx: Tx, voucher: Voucher, budget: Budget) -> None:
        chosen = voucher.choice_id is not None
        end_voucher(tx, voucher, budget, "expire", voucher.valid_to, "" if chosen else NO_CHOICE)
        tx.audit("voucher.expire", "voucher", voucher.id, clients=(voucher.client_id,), number=voucher.number,
                 chosen=chosen)  # fmt: skip
        if not chosen:
            _give_back(tx, voucher)

    due = Voucher.state.in_(OPEN_VOUCHER), Voucher.valid_to < desk.clock.today()
    return _each(desk, actor, due, is_due, expire)


def close_due(desk: Desk, actor: Actor) -> int:
    """Close every ended voucher whose tail has passed; returns how many. What was not used is free again (money.md 5).
    Whoever has moved away comes in until her last voucher is closed: she may object to what is recorded in the tail."""

    def is_due(tx: Tx, voucher: Voucher) -> bool:
        return voucher.state in IN_TAIL and voucher.tail_to is not None and voucher.tail_to < tx.today

    def close(tx: Tx, voucher: Voucher, budget: Budget) -> None:
        cents = voucher.reserved_service_cents
        close_voucher(tx, voucher, budget, "tail_over")
        tx.audit(
            "voucher.close",
            "voucher",
            voucher.id,
            clients=(voucher.client_id,),
            number=voucher.number,
            returned_cents=cents,
        )
        _end_access(tx, voucher.client_id)

    return _each(desk, actor, (Voucher.state.in_(IN_TAIL), Voucher.tail_to < desk.clock.today()), is_due, close)


def _give_back(tx: Tx, voucher: Voucher) -> None:
    """No choice was made: the case is the caseworker's again, never a provider's (fairness B2.20)."""
    caseworker = tx.session.get_one(Account, voucher.caseworker_id)
    if caseworker.ended_at is None:
        tell_account(tx, caseworker, "no_choice_made", f"no_choice_made/{voucher.id}", number=voucher.number)
    client = tx.session.get_one(Client, voucher.client_id)
    tell_client(tx, client, "no_choice_over", f"no_choice_over/{voucher.id}", number=voucher.number,
                last_day=voucher.valid_to)  # fmt: skip


def _end_access(tx: Tx, client_id: int) -> None:
    left = select(Client.id).where(
        Client.id == client_id,
        Client.ended_on.is_not(None),
        ~select(Voucher.id).where(Voucher.client_id == client_id, Voucher.state != "closed").exists(),
    )
    if tx.session.scalar(left) is not None:
        end_client_access(tx, client_id)


def _each(
    desk: Desk,
    actor: Actor,
    due: tuple[ColumnElement[bool], ...],
    is_due: Callable[[Tx, Voucher], bool],
    act: Callable[[Tx, Voucher, Budget], None],
) -> int:
    with desk.reading(actor, Action.RUN_DUE_WORK) as tx:
        own = Voucher.organiser_id == tx.organiser_id
        found = tx.session.scalars(select(Voucher.id).where(own, *due).order_by(Voucher.id)).all()
    done = 0
    for voucher_id in found:
        with desk.transaction(actor, Action.RUN_DUE_WORK) as tx:
            voucher, budget = locked_to_end(tx, voucher_id)
            if is_due(tx, voucher):
                act(tx, voucher, budget)
                done += 1
    return done
