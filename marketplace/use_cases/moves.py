"""The step that moves something along its life cycle: by the table, or not at all."""

from typing import Protocol

from marketplace.models.vouchers import Voucher, VoucherMove
from marketplace.roles import Role
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.refusals import Forbidden, Stale
from marketplace.vouchers.cycles import CYCLES
from marketplace.vouchers.lifecycle import MoveRefused, next_state


class HasState(Protocol):
    state: str


def role_of(tx: Tx) -> Role:
    if tx.actor.role is None:
        raise Forbidden("no role")
    return tx.actor.role


def move(tx: Tx, cycle: str, thing: HasState, name: str, role: Role | None = None) -> tuple[str, str]:
    """Move a thing; returns (from, to). Forbidden for a wrong role; Stale when its state does not allow the move
    (any more): somebody else was first, or the page was old. `role` is given when the system follows up by itself."""
    source = thing.state
    try:
        thing.state = next_state(CYCLES[cycle], source, name, role or role_of(tx))
    except MoveRefused as refused:
        if refused.reason == "wrong_state":
            raise Stale("no_longer_possible", None, cycle=cycle, state=source) from None
        raise Forbidden(f"{cycle}.{name}") from None
    return source, thing.state


def move_voucher(
    tx: Tx, voucher: Voucher, name: str, *, reason: str = "", decision_id: int | None = None, role: Role | None = None
) -> None:
    """Move a (locked) voucher and keep the move for ever."""
    source, target = move(tx, "voucher", voucher, name, role)
    tx.session.add(
        VoucherMove(
            organiser_id=voucher.organiser_id,
            voucher_id=voucher.id,
            move=name,
            source=source,
            target=target,
            at=tx.now,
            actor_id=tx.actor.account_id,
            role=(role or role_of(tx)).value,
            reason=reason,
            decision_id=decision_id,
        )
    )
