"""The step that moves an invoice line: by the life cycle, with its money on the ledger and its place in the tracker."""

from collections.abc import Callable

from sqlalchemy import func, select

from marketplace.ledger.entry import Context, Entry
from marketplace.models.invoices import InvoiceLine, LineMove
from marketplace.models.ledger import post
from marketplace.models.vouchers import Voucher
from marketplace.roles import Role
from marketplace.use_cases.bookings import voucher_context
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.moves import move

Recipe = Callable[[str, Context, int], Entry | None]


def move_line(
    tx: Tx, line: InvoiceLine, name: str, recipe: Recipe | None, *, reason: str = "", role: Role | None = None
) -> None:
    """Move one (locked) line, book its amount by `recipe` and keep when, by whom and why for ever.

    Recipes that move a reservation are not for this step: they need the locked voucher (event_steps).
    """
    _, target = move(tx, "invoice_line", line, name, role)
    step = tx.session.scalars(select(func.count()).select_from(LineMove).where(LineMove.line_id == line.id)).one()
    tx.session.add(
        LineMove(
            organiser_id=line.organiser_id,
            line_id=line.id,
            move=name,
            target=target,
            at=tx.now,
            actor_id=tx.actor.account_id,
            reason=reason,
        )
    )
    if recipe is not None:
        voucher = tx.session.get_one(Voucher, line.voucher_id)
        context = voucher_context(tx, voucher, line.budget_year, f"line:{name}", line.provider_id)
        post(tx.session, recipe(f"line/{line.id}/{step}", context, line.amount_cents), tx.now)
    tx.session.flush()
