"""The step that takes an event back, whoever finds it wrong: units and money return from wherever the money stands."""

from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Select, select

from marketplace.ledger import recipes
from marketplace.ledger.accounts import RESERVED, Account, stands_on
from marketplace.ledger.entry import Context, Entry
from marketplace.models.events import Event, Objection
from marketplace.models.invoices import InvoiceLine
from marketplace.models.ledger import lock_budget, lock_voucher, post
from marketplace.models.ledger_rows import LedgerEntry
from marketplace.models.programmes import Budget
from marketplace.models.vouchers import Voucher
from marketplace.roles import Role
from marketplace.use_cases.bookings import bring_reservation, carry, voucher_context
from marketplace.use_cases.credit_steps import credit_fallen, credited
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.line_steps import move_line
from marketplace.use_cases.moves import move
from marketplace.use_cases.refusals import Missing, Refused

Row = TypeVar("Row")

UNDER_WAY = ("in_batch", "sent")
"""Line states in which the bank has the money, or is about to."""


@dataclass(frozen=True)
class HeldEvent:
    """An event with all that its fall touches, locked: its voucher, the budget of its year, its newest invoice line, and
    the objection that is open against it. `contested`: its money stands apart because of that objection."""

    event: Event
    voucher: Voucher
    budget: Budget
    line: InvoiceLine | None
    objection: Objection | None
    contested: bool

    @property
    def account(self) -> Account:
        """Where the event's money stands now."""
        return stands_on(self.line.state if self.line else None, contested=self.contested)


def hold_event(tx: Tx, event_id: int) -> HeldEvent:
    """Lock what an event's fall touches (budget, voucher, event, objection, line). Who may see the event is asked
    before. Missing when there is none."""
    place = tx.session.execute(
        select(Event.voucher_id, Event.budget_year, Voucher.programme_id)
        .join(Voucher, Voucher.id == Event.voucher_id)
        .where(Event.id == event_id)
    ).one_or_none()
    if place is None:
        raise Missing("event")
    budget = lock_budget(tx.session, place.programme_id, place.budget_year)
    voucher = lock_voucher(tx.session, place.voucher_id)
    assert voucher is not None
    event = tx.session.scalars(_now(select(Event).where(Event.id == event_id))).one()
    objection = tx.session.scalar(
        _now(select(Objection).where(Objection.event_id == event_id, Objection.state.in_(("open", "answered"))))
    )
    line = tx.session.scalar(
        _now(select(InvoiceLine).where(InvoiceLine.event_id == event_id).order_by(InvoiceLine.id.desc()).limit(1))
    )
    contested = objection is not None and _was_stopped(tx, objection)
    return HeldEvent(event, voucher, budget, line, objection, contested)


def fall(tx: Tx, held: HeldEvent, name: str, reason: str) -> None:
    """Take a held event back by the move `name` (reverse by its provider, uphold by a caseworker).

    Its units are the voucher's again. Its money comes back from where it stands: before payment it is cancelled (an
    invoice line that bills it is withdrawn); after payment the provider owes it (money.md 4). It comes back in the
    event's own year; on a closed voucher it is free at once, otherwise it joins the rest of the reservation.

    Refused (payment_under_way) while the bank has it. Stale when the event was taken back already.
    """
    event, line, account = held.event, held.line, held.account
    if line is not None and line.state in UNDER_WAY:
        raise Refused("payment_under_way")
    paid = line is not None and line.state == "paid"
    move(tx, "event", event, name)
    event.reverse_reason, event.reversed_at, event.reversed_by = reason, tx.now, tx.actor.account_id
    if line is not None and line.state in ("passed", "approved", "bank_returned"):
        move_line(tx, line, "withdraw", None, reason=reason, role=Role.SYSTEM)
        line.return_code, line.return_reason = "stands", reason
    _give_back(tx, held, account, paid, _left(tx, held))
    held.voucher.units_left_hundredths += event.units_used_hundredths
    tx.session.flush()
    if line is not None:
        credit_fallen(tx, line, reason)


def _was_stopped(tx: Tx, objection: Objection) -> bool:
    """Whether raising the objection stopped the event's money; otherwise it has gone on to where its line says."""
    stopped = LedgerEntry.key == f"objection/{objection.id}/contest"
    return (
        tx.session.scalar(select(LedgerEntry.id).where(LedgerEntry.organiser_id == tx.organiser_id, stopped))
        is not None
    )


def _now(query: Select[Row]) -> Select[Row]:
    """The row as it is now, locked. Others may still name it by its key (a line that is updated twice checks its event
    again): they do not wait, so that nobody waits in a ring."""
    return query.with_for_update(key_share=True).execution_options(populate_existing=True)


def _left(tx: Tx, held: HeldEvent) -> int:
    """The event's cents that stand: a part of what was paid may have been credited before (credit_invoice). Refused
    (payment_under_way) when its payment has come back meanwhile: it is paid again first, less what is owed."""
    line = held.line
    if line is None or line.state not in ("paid", "bank_returned"):
        return held.event.amount_cents
    taken = credited(tx, [line.id]).get(line.id, 0)
    if taken and line.state == "bank_returned":
        raise Refused("payment_under_way")
    return held.event.amount_cents - taken


def _give_back(tx: Tx, held: HeldEvent, account: Account, paid: bool, cents: int) -> None:
    event = held.event
    key = f"fall/{event.id}"
    context = voucher_context(tx, held.voucher, event.budget_year, f"fall:{event.kind}", event.provider_id)
    give_back(tx, held.voucher, held.budget, key, _reversal(key, context, cents, account, paid), context)


def give_back(tx: Tx, voucher: Voucher, budget: Budget, key: str, reversal: Entry | None, context: Context) -> None:
    """Post a reversal: its money joins the rest of a (locked) voucher's reservation, wherever that stands; on a closed
    voucher it is free at once, in the year of the context."""
    if reversal is None:
        return
    year = context.budget_year
    cents = sum(line.cents for line in reversal.lines if line.account in RESERVED)
    if voucher.state != "closed" and voucher.reserved_year < year:
        # the rest follows the event's money into its later year, so that one year holds it all
        rest = voucher.reserved_service_cents, voucher.reserved_bonus_cents
        bring_reservation(tx, voucher, year, f"{key}/carry", *rest)
        voucher.reserved_year = year
    post(tx.session, reversal, tx.now, voucher=voucher)
    if voucher.state == "closed":
        post(tx.session, recipes.return_unused(f"{key}/return", context, cents), tx.now, budget=budget, voucher=voucher)
    else:
        carry(tx, voucher, year, voucher.reserved_year, f"{key}/carry", cents)


def _reversal(key: str, context: Context, cents: int, account: Account, paid: bool) -> Entry | None:
    if paid:
        return recipes.reverse_after_payment(key, context, cents)
    return recipes.reverse_before_payment(key, context, cents, account)
