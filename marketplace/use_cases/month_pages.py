"""Frozen months on pages: what a month came to, and each change of an earlier month with what changed, when and by whom."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, or_, select

from marketplace.access.actions import Action, may
from marketplace.access.actor import Actor
from marketplace.ledger.months import Why
from marketplace.models.events import Event
from marketplace.models.months import FrozenMonth, FrozenRow, MonthSeal
from marketplace.models.people import Account
from marketplace.models.providers import Provider
from marketplace.models.vouchers import Voucher
from marketplace.period import add_months
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.freeze_month import next_month
from marketplace.use_cases.own_company import provider_id_of

LINES = 100
TOLD = (Why.LATE.value, Why.STANDS.value)
"""Causes of first rows that a reader would not expect in this month."""


@dataclass(frozen=True)
class MonthRow:
    """A frozen month as a whole, or one provider's part of it. `taken_cents`: taken back, zero or below."""

    month: date
    frozen_at: datetime
    rows: int
    taken_cents: int
    total_cents: int


@dataclass(frozen=True)
class MonthLine:
    """One row. `kind_of`: the event's kind or "bonus". `who`: None where the house did it by itself."""

    number: int
    provider: str
    voucher_number: str
    kind: str
    kind_of: str
    day: date
    unit: str
    quantity_hundredths: int
    amount_cents: int
    why: str
    at: datetime
    who: str | None


@dataclass(frozen=True)
class MonthList:
    """Newest first. `turn`: the month whose turn it is, when it is over and this person may freeze it."""

    months: tuple[MonthRow, ...]
    turn: date | None


@dataclass(frozen=True)
class MonthPage:
    """`row` is None while the month is open. `lines`: the rows that differ from what the month itself brought."""

    month: date
    row: MonthRow | None
    sha256: str
    lines: tuple[MonthLine, ...]
    page: int
    pages: int


def finance_months(desk: Desk, actor: Actor) -> MonthList:
    """The organiser's frozen months, and the month that finance can freeze now."""
    with desk.reading(actor, Action.SEE_INVOICES) as tx:
        turn = next_month(tx) or add_months(tx.today.replace(day=1), -1)
        free = may(actor.role, Action.FREEZE_MONTH) and add_months(turn, 1) <= tx.today
        return MonthList(_months(tx, _everyone(tx)), turn if free else None)


def provider_months(desk: Desk, actor: Actor) -> MonthList:
    """A provider's own part of each frozen month."""
    with desk.reading(actor, Action.SEE_OWN_INVOICES) as tx:
        return MonthList(_months(tx, FrozenRow.provider_id == provider_id_of(tx)), None)


def finance_month(desk: Desk, actor: Actor, month: date, page: int) -> MonthPage:
    """One month for finance: what it came to, and the changes of earlier months."""
    with desk.reading(actor, Action.SEE_INVOICES) as tx:
        return _page(tx, month, _everyone(tx), page)


def provider_month(desk: Desk, actor: Actor, month: date, page: int) -> MonthPage:
    """The same for a provider, of its own rows."""
    with desk.reading(actor, Action.SEE_OWN_INVOICES) as tx:
        return _page(tx, month, FrozenRow.provider_id == provider_id_of(tx), page)


def finance_month_rows(desk: Desk, actor: Actor, month: date) -> list[MonthLine]:
    """Every row of a month, for a file."""
    with desk.reading(actor, Action.SEE_INVOICES) as tx:
        return _lines(tx, month, _lines_of(month, _everyone(tx)))


def provider_month_rows(desk: Desk, actor: Actor, month: date) -> list[MonthLine]:
    """Every row of a provider's own in a month, for a file."""
    with desk.reading(actor, Action.SEE_OWN_INVOICES) as tx:
        return _lines(tx, month, _lines_of(month, FrozenRow.provider_id == provider_id_of(tx)))


def _everyone(tx: Tx) -> ColumnElement[bool]:
    return FrozenRow.organiser_id == tx.organiser_id


def _sums(whose: ColumnElement[bool]) -> Select[Any]:
    taken = func.coalesce(func.sum(case((FrozenRow.kind == "take_back", FrozenRow.amount_cents), else_=0)), 0)
    return (
        select(FrozenMonth.month, FrozenMonth.frozen_at, func.count(FrozenRow.id), taken,
               func.coalesce(func.sum(FrozenRow.amount_cents), 0))
        .outerjoin(FrozenRow, (FrozenRow.month_id == FrozenMonth.id) & whose)
        .group_by(FrozenMonth.id)
        .order_by(FrozenMonth.month.desc())
    )  # fmt: skip


def _months(tx: Tx, whose: ColumnElement[bool]) -> tuple[MonthRow, ...]:
    rows = tx.session.execute(_sums(whose).where(FrozenMonth.organiser_id == tx.organiser_id))
    return tuple(MonthRow(month, at, count, int(taken), int(total)) for month, at, count, taken, total in rows)


def _page(tx: Tx, month: date, whose: ColumnElement[bool], page: int) -> MonthPage:
    of_month = FrozenMonth.organiser_id == tx.organiser_id, FrozenMonth.month == month
    row = tx.session.execute(_sums(whose).where(*of_month)).one_or_none()
    if row is None:
        return MonthPage(month, None, "", (), 1, 1)
    sha256 = tx.session.scalars(
        select(MonthSeal.sha256).join(FrozenMonth, FrozenMonth.id == MonthSeal.month_id).where(*of_month)
    ).one()
    changed = _lines_of(month, whose).where(or_(FrozenRow.kind != "original", FrozenRow.why.in_(TOLD)))
    count = tx.session.scalars(select(func.count()).select_from(changed.subquery())).one()
    pages = max((count + LINES - 1) // LINES, 1)
    shown = min(max(page, 1), pages)
    lines = _lines(tx, month, changed.limit(LINES).offset((shown - 1) * LINES))
    told = MonthRow(row[0], row[1], row[2], int(row[3]), int(row[4]))
    return MonthPage(month, told, sha256, tuple(lines), shown, pages)


def _lines_of(month: date, whose: ColumnElement[bool]) -> Select[Any]:
    return (
        select(FrozenRow.number, Provider.name.label("provider"), Voucher.number.label("voucher_number"),
               Voucher.client_id, Voucher.snapshot["unit"].astext.label("unit"), FrozenRow.kind,
               Event.kind.label("kind_of"), FrozenRow.day, FrozenRow.quantity_hundredths, FrozenRow.amount_cents,
               FrozenRow.why, FrozenRow.caused_at, Account.name.label("who"))
        .join(FrozenMonth, FrozenMonth.id == FrozenRow.month_id)
        .join(Provider, Provider.id == FrozenRow.provider_id)
        .join(Voucher, Voucher.id == FrozenRow.voucher_id)
        .outerjoin(Event, Event.id == FrozenRow.event_id)
        .outerjoin(Account, Account.id == FrozenRow.caused_by)
        .where(FrozenMonth.month == month, whose)
        .order_by(FrozenRow.number)
    )  # fmt: skip


def _lines(tx: Tx, month: date, query: Select[Any]) -> list[MonthLine]:
    rows = tx.session.execute(query).all()
    clients = tuple({row.client_id for row in rows})
    if clients:
        tx.audit("client.read", "frozen_month", None, clients=clients, month=f"{month:%Y-%m}")
    return [_line(row) for row in rows]


def _line(row: Row[Any]) -> MonthLine:
    return MonthLine(
        number=row.number,
        provider=row.provider,
        voucher_number=row.voucher_number,
        kind=row.kind,
        kind_of=row.kind_of or "bonus",
        day=row.day,
        unit=row.unit if row.kind_of else "lump_sum",
        quantity_hundredths=row.quantity_hundredths,
        amount_cents=row.amount_cents,
        why=row.why,
        at=row.caused_at,
        who=row.who,
    )
