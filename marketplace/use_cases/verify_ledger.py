"""Is the money right? The ledger by its own rules, and everything that is kept beside it against the ledger."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.ledger.accounts import stands_on
from marketplace.ledger.checks import Finding, PostedEntry, check_ledger
from marketplace.models.einvoices import CreditNoteLine
from marketplace.models.events import Event, Milestone
from marketplace.models.invoices import InvoiceLine, Payment
from marketplace.models.ledger_rows import LedgerEntry, LedgerLine
from marketplace.models.programmes import Budget
from marketplace.models.vouchers import Voucher


@dataclass(frozen=True)
class Checked:
    """What a verification looked at (name -> how many) and what it found. Clean when nothing was found."""

    name: str
    looked_at: dict[str, int]
    findings: tuple[Finding, ...]
    exit_code: int = 0
    remarks: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        return not self.findings and self.exit_code == 0


def verify_ledger(session: Session, organiser_id: int) -> Checked:
    """Check one organiser's ledger. Reads in the session it is given (one consistent look: repeatable read)."""
    rows = list(_posted(session, organiser_id))
    vouchers = session.execute(
        select(Voucher.id, Voucher.number, Voucher.snapshot, Voucher.units_left_hundredths,
               Voucher.reserved_service_cents, Voucher.reserved_bonus_cents)
        .where(Voucher.organiser_id == organiser_id)
    ).all()  # fmt: skip
    findings = [
        *check_ledger(rows),
        *_budgets(session, organiser_id, rows),
        *_vouchers(session, organiser_id, rows, vouchers),
        *_uses(session, organiser_id, rows, {voucher.id: voucher.number for voucher in vouchers}),
        *_payments(session, organiser_id, rows),
    ]
    looked_at = {
        "entries": len(rows),
        "lines": sum(len(row.lines) for row in rows),
        "vouchers": len(vouchers),
        "budgets": len({row.books for row in rows}),
    }
    return Checked("ledger", looked_at, tuple(findings))


def _posted(session: Session, organiser_id: int) -> list[PostedEntry]:
    lines: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for entry_id, account, cents in session.execute(
        select(LedgerLine.entry_id, LedgerLine.account, LedgerLine.cents)
        .where(LedgerLine.organiser_id == organiser_id)
        .order_by(LedgerLine.id)
    ):
        lines[entry_id].append((account, cents))
    entries = session.execute(
        select(LedgerEntry.id, LedgerEntry.key, LedgerEntry.recipe, LedgerEntry.programme_id, LedgerEntry.budget_year,
               LedgerEntry.voucher_id, LedgerEntry.provider_id)
        .where(LedgerEntry.organiser_id == organiser_id)
        .order_by(LedgerEntry.id)
    )  # fmt: skip
    return [
        PostedEntry(key, recipe, organiser_id, programme, year, voucher, provider, tuple(lines[entry]))
        for entry, key, recipe, programme, year, voucher, provider in entries
    ]


def _budgets(session: Session, organiser_id: int, rows: list[PostedEntry]) -> list[Finding]:
    free: Counter[tuple[int, int]] = Counter()
    for row in rows:
        free[row.programme_id, row.budget_year] += sum(cents for account, cents in row.lines if account == "free")
    kept = {
        (programme, year): cents
        for programme, year, cents in session.execute(
            select(Budget.programme_id, Budget.year, Budget.free_cents).where(Budget.organiser_id == organiser_id)
        )
    }
    return [
        Finding("budget_differs", f"programme {key[0]}, {key[1]}", f"kept {kept.get(key)}, ledger {free[key]} cents")
        for key in sorted(free.keys() | kept.keys())
        if kept.get(key) != free[key]
    ]


def _vouchers(
    session: Session,
    organiser_id: int,
    rows: list[PostedEntry],
    vouchers: Sequence[tuple[int, str, dict[str, Any], int, int, int]],
) -> list[Finding]:
    reserved: Counter[tuple[int | None, str]] = Counter()
    for row in rows:
        for account, cents in row.lines:
            if account in ("reserved_service", "reserved_bonus"):
                reserved[row.voucher_id, account] += cents
    used = dict(
        session.execute(
            select(Event.voucher_id, func.sum(Event.units_used_hundredths))
            .where(Event.organiser_id == organiser_id, Event.state != "reversed")
            .group_by(Event.voucher_id)
        ).all()
    )
    found = []
    for voucher_id, number, snapshot, left, service, bonus in vouchers:
        if service != reserved[voucher_id, "reserved_service"] or bonus != reserved[voucher_id, "reserved_bonus"]:
            found.append(Finding("reservation_differs", f"voucher {number}", "kept balance is not the ledger's"))
        if left != snapshot["units_hundredths"] - int(used.get(voucher_id, 0)):
            found.append(Finding("units_differ", f"voucher {number}", "units left are not size less events"))
    return found


Place = tuple[int | None, int, str]
"""Where used money stands: voucher, budget year, account."""


def _uses(session: Session, organiser_id: int, rows: list[PostedEntry], numbers: dict[int, str]) -> list[Finding]:
    """Every used cent of every voucher stands where its events and milestones say that it is."""
    ledger: Counter[Place] = Counter()
    for row in rows:
        for account, cents in row.lines:
            if account.startswith("used_"):
                ledger[row.voucher_id, row.budget_year, account] += cents
    expected = _events(session, organiser_id)
    expected.update(_milestones(session, organiser_id))
    expected.subtract(_credited(session, organiser_id))
    return [
        Finding(
            "use_differs",
            f"voucher {numbers.get(key[0] or 0, key[0])}, {key[1]}, {key[2]}",
            f"ledger {ledger[key]}, events and bonuses {expected[key]} cents",
        )
        for key in sorted(ledger.keys() | expected.keys(), key=str)
        if ledger[key] != expected[key]
    ]


def _events(session: Session, organiser_id: int) -> Counter[Place]:
    rows = session.execute(
        select(Event.voucher_id, Event.budget_year, Event.state, InvoiceLine.state, func.sum(Event.amount_cents))
        .outerjoin(InvoiceLine, (InvoiceLine.event_id == Event.id) & (InvoiceLine.state != "returned"))
        .where(Event.organiser_id == organiser_id, Event.state != "reversed")
        .group_by(Event.voucher_id, Event.budget_year, Event.state, InvoiceLine.state)
    )
    found: Counter[Place] = Counter()
    for voucher_id, year, state, line_state, cents in rows:
        # an objection to money that is already on its way moves it only when it is settled
        moved = state == "objected" and line_state is None
        found[voucher_id, year, stands_on(line_state, contested=moved).value] += int(cents)
    return found


def _milestones(session: Session, organiser_id: int) -> Counter[Place]:
    rows = session.execute(
        select(Milestone.voucher_id, Milestone.budget_year, InvoiceLine.state, func.sum(Milestone.amount_cents))
        .outerjoin(InvoiceLine, (InvoiceLine.milestone_id == Milestone.id) & (InvoiceLine.state != "returned"))
        .where(Milestone.organiser_id == organiser_id, Milestone.state.in_(("matured", "billed")))
        .group_by(Milestone.voucher_id, Milestone.budget_year, InvoiceLine.state)
    )
    found: Counter[Place] = Counter()
    for voucher_id, year, line_state, cents in rows:
        found[voucher_id, year or 0, stands_on(line_state).value] += int(cents)
    return found


def _credited(session: Session, organiser_id: int) -> Counter[Place]:
    """What was credited in part of a paid delivery that stands: it came out of what was paid, and stays out of it also
    when the bank gives the payment back and it is paid anew. (What was credited whole fell.)"""
    rows = session.execute(
        select(Event.voucher_id, Event.budget_year, func.sum(CreditNoteLine.amount_cents))
        .join(InvoiceLine, InvoiceLine.id == CreditNoteLine.line_id)
        .join(Event, Event.id == InvoiceLine.event_id)
        .where(CreditNoteLine.organiser_id == organiser_id, InvoiceLine.state != "returned", Event.state != "reversed")
        .group_by(Event.voucher_id, Event.budget_year)
    )
    return Counter({(voucher, year, "used_paid"): int(cents) for voucher, year, cents in rows})


def _payments(session: Session, organiser_id: int, rows: list[PostedEntry]) -> list[Finding]:
    """A payment is the sum of its lines, each in the payment's own state, less what the ledger took off it."""
    lines: dict[int, Counter[str]] = defaultdict(Counter)
    for payment_id, state, cents in session.execute(
        select(InvoiceLine.payment_id, InvoiceLine.state, func.sum(InvoiceLine.amount_cents))
        .where(InvoiceLine.organiser_id == organiser_id, InvoiceLine.payment_id.is_not(None))
        .group_by(InvoiceLine.payment_id, InvoiceLine.state)
    ):
        lines[payment_id or 0][state] += int(cents)
    netted: Counter[int] = Counter()
    for row in rows:
        if row.recipe == "net_receivable" and row.key.startswith("payment/"):
            netted[int(row.key.split("/")[1])] += sum(cents for account, cents in row.lines if account == "receivable")
    found = []
    for payment in session.scalars(select(Payment).where(Payment.organiser_id == organiser_id).order_by(Payment.id)):
        where = f"payment {payment.id}"
        living = payment.state in ("in_batch", "sent", "paid")
        if living and dict(lines[payment.id]) != {payment.state: payment.lines_cents}:
            found.append(Finding("payment_differs", where, f"{payment.lines_cents} cents are not the sum of its lines"))
        sent = payment.state in ("sent", "paid", "returned")
        if -netted[payment.id] != (payment.netted_cents if sent else 0):
            found.append(Finding("netting_differs", where, "what was taken off it is not what the ledger took off"))
    return found
