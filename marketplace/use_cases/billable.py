"""The step that finds what a provider can bill and checks each line. Nothing is typed: lines come from recorded events
and matured milestones only."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, func, or_, select
from stdnum import iban

from marketplace.models.events import Event, Evidence, Milestone, Outcome
from marketplace.models.invoices import InvoiceLine
from marketplace.models.months import FrozenMonth, FrozenRow
from marketplace.models.providers import Approval, Provider
from marketplace.models.vouchers import Choice, Voucher
from marketplace.period import Period
from marketplace.pricing.bands import Band
from marketplace.pricing.events import worth
from marketplace.pricing.replay import relief_on
from marketplace.pricing.snapshot import Snapshot
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.kept_prices import kept_prices, reliefs_of
from marketplace.use_cases.record_event import MOST_A_DAY
from marketplace.vouchers.line_checks import LineFacts, Result, check_line, first_fault


@dataclass(frozen=True)
class Billable:
    """One line that can be billed, with what was checked. `fault` is the code of the check that failed, or None."""

    event_id: int | None
    milestone_id: int | None
    voucher_id: int
    voucher_number: str
    day: date
    kind: str
    unit: str
    quantity_hundredths: int
    amount_cents: int
    budget_year: int
    results: tuple[Result, ...]
    returned_code: str | None = None
    returned_reason: str | None = None

    @property
    def fault(self) -> str | None:
        return first_fault(self.results)

    @property
    def told(self) -> bool:
        """It came back for the very same fault before: it waits to be mended, and is not sent a second time."""
        return self.fault is not None and self.fault == self.returned_code


def billable(tx: Tx, provider_id: int, month: Period, *, lock: bool = False) -> list[Billable]:
    """Everything up to the month's end that is not on a living line: events by day, then milestones. Of a frozen month,
    what its frozen rows say (`_in_month`).

    What costs nothing is not billed. A contested event waits for its settlement and is not offered. `lock` holds the
    events and milestones until the transaction ends, so that none is contested or reversed while it is billed.
    """
    has_account = iban.is_valid(tx.session.scalars(select(Provider.iban).where(Provider.id == provider_id)).one() or "")
    lines = _events(tx, provider_id, month, has_account, lock)
    return _with_returns(tx, lines + _milestones(tx, provider_id, month, has_account, lock))


def _with_returns(tx: Tx, lines: list[Billable]) -> list[Billable]:
    """The lines with the code and reason for which each came back the last time, where it did."""
    rows = tx.session.execute(
        select(InvoiceLine.event_id, InvoiceLine.milestone_id, InvoiceLine.return_code, InvoiceLine.return_reason)
        .where(
            InvoiceLine.state == "returned",
            or_(
                InvoiceLine.event_id.in_([line.event_id for line in lines if line.event_id]),
                InvoiceLine.milestone_id.in_([line.milestone_id for line in lines if line.milestone_id]),
            ),
        )
        .order_by(InvoiceLine.id)
    )
    last = {(event_id, milestone_id): (code, reason) for event_id, milestone_id, code, reason in rows}
    found = []
    for line in lines:
        code, reason = last.get((line.event_id, line.milestone_id), (None, None))
        found.append(replace(line, returned_code=code, returned_reason=reason) if code else line)
    return found


def _in_month(tx: Tx, month: Period, source: ColumnElement[bool], day: SQLColumnExpression[date]) -> ColumnElement[bool]:
    """Once a month is frozen, its frozen rows are what it is billed from: what came later goes with the next month. What
    is older than the organiser's first frozen month, and a month that is still open, is billed as recorded."""
    own = FrozenMonth.organiser_id == tx.organiser_id
    row = select(FrozenRow.id).join(FrozenMonth, FrozenMonth.id == FrozenRow.month_id)
    return or_(
        ~exists(select(FrozenMonth.id).where(own, FrozenMonth.month == month.first)),
        day < select(func.min(FrozenMonth.month)).where(own).scalar_subquery(),
        exists(row.where(source, FrozenMonth.month <= month.first)),
    )


def _unbilled(column: ColumnElement[bool]) -> ColumnElement[bool]:
    return ~exists(select(InvoiceLine.id).where(column, InvoiceLine.state != "returned"))


def _events(tx: Tx, provider_id: int, month: Period, has_account: bool, lock: bool) -> list[Billable]:
    query = (
        select(Event, Voucher.number, Voucher.snapshot, Voucher.valid_from, Voucher.valid_to, Voucher.ended_on,
               Approval.valid_from, Approval.ended_on, Choice.prices)
        .join(Voucher, Voucher.id == Event.voucher_id)
        .join(Choice, Choice.id == Event.choice_id)
        .join(Approval, Approval.id == Choice.approval_id)
        .where(
            Event.organiser_id == tx.organiser_id,
            Event.provider_id == provider_id,
            Event.day <= month.last,
            Event.state == "recorded",
            Event.amount_cents > 0,
            _in_month(tx, month, FrozenRow.event_id == Event.id, Event.day),
            _unbilled(InvoiceLine.event_id == Event.id),
        )
        .order_by(Event.day, Event.id)
    )  # fmt: skip
    rows = tx.session.execute(query.with_for_update(of=Event, key_share=True) if lock else query).all()
    days, twins = _same_days(tx, {row[0].voucher_id for row in rows}, provider_id)
    reliefs = reliefs_of(tx, {row[0].voucher_id for row in rows})
    found = []
    for event, number, stored, first, last_valid, ended, approved, approval_end, prices in rows:
        snapshot = Snapshot.from_json(stored)
        full = worth(
            snapshot, event.kind, event.quantity_hundredths, band=Band(event.band), own=kept_prices(prices),
            relief_cents=relief_on(reliefs.get(event.voucher_id, ()), event.day),
        )  # fmt: skip
        facts = LineFacts(
            day=event.day,
            amount_cents=event.amount_cents,
            engine_cents=full.amount_cents,
            first_day=first,
            last_day=ended or last_valid,
            approval_first=approved,
            approval_last=approval_end,
            contested=False,
            reversed=False,
            twin=twins.get((event.voucher_id, event.day, event.kind, event.quantity_hundredths, event.note))
            != event.id,
            same_day_hundredths=days[event.voucher_id, event.day],
            most_a_day_hundredths=MOST_A_DAY.get(snapshot.unit),
            payee_account=has_account,
        )
        found.append(
            Billable(event.id, None, event.voucher_id, number, event.day, event.kind, snapshot.unit,
                     event.quantity_hundredths, event.amount_cents, event.budget_year, check_line(facts))
        )  # fmt: skip
    return found


Twin = tuple[int, date, str, int, str]


def _same_days(tx: Tx, vouchers: set[int], provider_id: int) -> tuple[Counter[tuple[int, date]], dict[Twin, int]]:
    """What was recorded on each voucher's each day by anybody, and this provider's first event of each day, kind,
    quantity and note."""
    rows = tx.session.execute(
        select(Event.voucher_id, Event.day, Event.kind, Event.quantity_hundredths, Event.note, Event.id,
               Event.provider_id)
        .where(Event.voucher_id.in_(vouchers), Event.state != "reversed")
        .order_by(Event.id)
    ).all()  # fmt: skip
    days: Counter[tuple[int, date]] = Counter()
    twins: dict[Twin, int] = {}
    for voucher_id, day, kind, quantity, note, event_id, recorder in rows:
        days[voucher_id, day] += quantity
        if recorder == provider_id:
            twins.setdefault((voucher_id, day, kind, quantity, note), event_id)
    return days, twins


def _milestones(tx: Tx, provider_id: int, month: Period, has_account: bool, lock: bool) -> list[Billable]:
    # jobs that follow one another are judged as one run, so evidence of any of them counts (outcome_steps)
    shown = exists(
        select(Evidence.id)
        .join(Outcome, Outcome.id == Evidence.outcome_id)
        .where(Outcome.voucher_id == Milestone.voucher_id, Evidence.grade != "provider")
    )
    query = (
        select(Milestone, Voucher.number, Voucher.valid_from, Voucher.valid_to, shown)
        .join(Voucher, Voucher.id == Milestone.voucher_id)
        .where(
            Milestone.organiser_id == tx.organiser_id,
            Milestone.provider_id == provider_id,
            Milestone.due_on <= month.last,
            Milestone.state == "matured",
            _in_month(tx, month, FrozenRow.milestone_id == Milestone.id, Milestone.due_on),
            _unbilled(InvoiceLine.milestone_id == Milestone.id),
        )
        .order_by(Milestone.due_on, Milestone.id)
    )
    rows = tx.session.execute(query.with_for_update(of=Milestone, key_share=True) if lock else query).all()
    found = []
    for milestone, number, first, last_valid, evidence in rows:
        facts = LineFacts(
            day=milestone.due_on,
            amount_cents=milestone.amount_cents,
            engine_cents=milestone.amount_cents,
            first_day=first,
            last_day=last_valid,
            approval_first=first,
            approval_last=None,
            contested=False,
            reversed=False,
            twin=False,
            same_day_hundredths=0,
            most_a_day_hundredths=None,
            payee_account=has_account,
            milestone=True,
            matured=True,
            evidence=bool(evidence),
        )
        found.append(
            Billable(None, milestone.id, milestone.voucher_id, number, milestone.due_on, "bonus", "lump_sum", 100,
                     milestone.amount_cents, milestone.budget_year or milestone.due_on.year, check_line(facts))
        )  # fmt: skip
    return found
