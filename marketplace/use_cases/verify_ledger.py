"""Is the money right? The ledger by its own rules, and everything that is kept beside it against the ledger."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.ledger.accounts import stands_on
from marketplace.ledger.checks import Finding, PostedEntry, check_ledger
from marketplace.models.events import Event, Milestone
from marketplace.models.invoices import InvoiceLine
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
        *_uses(session, organiser_id, rows),
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
    kept = session.execute(
        select(Budget.programme_id, Budget.year, Budget.free_cents).where(Budget.organiser_id == organiser_id)
    ).all()
    return [
        Finding(
            "budget_differs", f"programme {programme}, {year}", f"kept {cents}, ledger {free[programme, year]} cents"
        )
        for programme, year, cents in kept
        if cents != free[programme, year]
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


def _uses(session: Session, organiser_id: int, rows: list[PostedEntry]) -> list[Finding]:
    """Every used cent stands where its event or milestone says that it is."""
    ledger: Counter[tuple[int, int, str]] = Counter()
    for row in rows:
        for account, cents in row.lines:
            if account.startswith("used_"):
                ledger[row.programme_id, row.budget_year, account] += cents
    expected: Counter[tuple[int, int, str]] = Counter()
    living = InvoiceLine.state != "returned"
    events = session.execute(
        select(Voucher.programme_id, Event.budget_year, Event.state, InvoiceLine.state, func.sum(Event.amount_cents))
        .join(Voucher, Voucher.id == Event.voucher_id)
        .outerjoin(InvoiceLine, (InvoiceLine.event_id == Event.id) & living)
        .where(Event.organiser_id == organiser_id, Event.state != "reversed")
        .group_by(Voucher.programme_id, Event.budget_year, Event.state, InvoiceLine.state)
    )
    for programme, year, state, line_state, cents in events:
        # an objection to money that is already on its way moves it only when it is settled
        moved = state == "objected" and line_state is None
        expected[programme, year, stands_on(line_state, contested=moved).value] += int(cents)
    milestones = session.execute(
        select(Voucher.programme_id, Milestone.budget_year, InvoiceLine.state, func.sum(Milestone.amount_cents))
        .join(Voucher, Voucher.id == Milestone.voucher_id)
        .outerjoin(InvoiceLine, (InvoiceLine.milestone_id == Milestone.id) & living)
        .where(Milestone.organiser_id == organiser_id, Milestone.state.in_(("matured", "billed")))
        .group_by(Voucher.programme_id, Milestone.budget_year, InvoiceLine.state)
    )
    for programme, matured_in, line_state, cents in milestones:
        expected[programme, matured_in or 0, stands_on(line_state).value] += int(cents)
    return [
        Finding(
            "use_differs", f"programme {key[0]}, {key[1]}, {key[2]}", f"ledger {ledger[key]}, events {expected[key]}"
        )
        for key in sorted(ledger.keys() | expected.keys())
        if ledger[key] != expected[key]
    ]
