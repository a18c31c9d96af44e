"""Steps that move an event's money when the client objects to it and when the objection falls away (money.md 4, 9)."""

from marketplace.ledger import recipes
from marketplace.ledger.accounts import Account
from marketplace.ledger.shapes import CONTESTABLE
from marketplace.models.events import Objection
from marketplace.models.ledger import post
from marketplace.roles import Role
from marketplace.use_cases.bookings import voucher_context
from marketplace.use_cases.credit_steps import credit_fallen
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.event_steps import HeldEvent
from marketplace.use_cases.line_steps import move_line


def contest_money(tx: Tx, objection: Objection, held: HeldEvent, account: Account) -> bool:
    """Let the money of an event wait, from wherever short of a batch it stood (`account`, as it was before the event
    was objected to); an invoice line that bills it is withdrawn.

    False when nothing was moved: the event cost nothing, or its money is in a batch, at the bank or paid. That money
    goes on as it was; settling the objection decides whether the provider owes it back.
    """
    event, line = held.event, held.line
    if account not in CONTESTABLE or event.amount_cents == 0:
        return False
    if line is not None and account is not Account.USED_RECORDED:
        line.return_code = "not_contested"
        move_line(tx, line, "withdraw", None, reason="contested", role=Role.SYSTEM)
    context = voucher_context(tx, held.voucher, event.budget_year, "objection", event.provider_id)
    entry = recipes.contest(f"objection/{objection.id}/contest", context, event.amount_cents, account)
    posted = post(tx.session, entry, tx.now)
    if line is not None:
        credit_fallen(tx, line, "contested")  # if the event stands after all, it goes on a new invoice
    return posted


def release_money(tx: Tx, objection: Objection, held: HeldEvent) -> None:
    """The objection was dismissed or taken back: what waited is recorded as before and goes on the next invoice.
    To be called while the event is still `objected`. Nothing is moved when nothing waited."""
    if not held.contested:
        return
    event = held.event
    context = voucher_context(tx, held.voucher, event.budget_year, "objection_over", event.provider_id)
    entry = recipes.settle_for_provider(f"objection/{objection.id}/release", context, event.amount_cents)
    post(tx.session, entry, tx.now)
