"""A programme's year to its end: what is used, what is expected with a band, and what more vouchers would do. Outside the
ledger: nothing of it is booked."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.ledger.accounts import USED, Position, position
from marketplace.models.budgets import balances
from marketplace.models.events import Event, Milestone
from marketplace.models.ledger_rows import LedgerEntry, LedgerLine
from marketplace.models.programmes import Budget, Programme
from marketplace.models.schema import Words
from marketplace.models.vouchers import Voucher
from marketplace.pricing.forecast import Expected, Share, WhatIf, expected, share_of, this_year, what_if
from marketplace.pricing.snapshot import Snapshot, bonus_maximum
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.vouchers.cycles import OPEN_VOUCHER

MONTHS = 12
MOST_MORE = 100_000
PAID = ("matured", "billed")


@dataclass(frozen=True)
class Shares:
    """From the past: of service, of bonuses by what was promised, and of milestones that were waited for."""

    service: Share
    bonus: Share
    waiting: Share


@dataclass(frozen=True)
class Forecast:
    """used_by_month: in all by the end of each month, None for months to come. by_month: what is expected by then.
    year_end: use by the end of the year. bonus_in_all: of what is reserved for bonuses now, whenever it matures. each_cents:
    what a voucher of the last twelve months reserved on average, None without any."""

    programme_id: int
    name: Words
    year: int
    today: date
    position: Position
    warning_percent: int
    used_by_month: tuple[int | None, ...]
    by_month: tuple[Expected | None, ...]
    year_end: Expected
    bonus_in_all: Expected
    shares: Shares
    each_cents: int | None
    more: WhatIf | None

    @property
    def committed_cents(self) -> int:
        """Promised or used."""
        return self.position.appropriated_cents - self.position.free_cents

    @property
    def warning_cents(self) -> int:
        return self.position.appropriated_cents * self.warning_percent // 100

    @property
    def warns(self) -> bool:
        return self.committed_cents >= self.warning_cents > 0


def budget_forecast(desk: Desk, actor: Actor, programme_id: int, year: int | None = None, more: int = 0) -> Forecast:
    """The forecast of a programme's year (this one unless asked), and of granting `more` vouchers. Missing for a
    stranger's programme and a year without a budget."""
    with desk.reading(actor, Action.SEE_BUDGET) as tx:
        year = year or tx.today.year
        row = tx.session.execute(
            select(Programme.name, Budget.warning_percent)
            .join(Budget, Budget.programme_id == Programme.id)
            .where(Programme.id == programme_id, Budget.year == year)
        ).one_or_none()
        if row is None:
            raise Missing("budget")
        found = balances(tx.session, [programme_id], year).get((programme_id, year), {})
        stand = position(found)
        shares = _shares(tx, programme_id)
        service, bonus = _reserved(tx, programme_id, year)
        due = list(_due(tx, programme_id, year))
        rest = expected(service, shares.service) + expected(due, shares.waiting)
        used = _used_by_month(tx, programme_id, year)
        each = _each(tx, programme_id)
        count = min(max(more, 0), MOST_MORE)
        return Forecast(
            programme_id, row.name, year, tx.today, stand, row.warning_percent, used,
            _line(used, stand.used_cents, rest, year, tx.today), rest.shifted(stand.used_cents),
            expected(bonus, shares.bonus), shares, each,
            what_if(count, each, stand.free_cents, shares.service) if count and each else None,
        )  # fmt: skip


def set_warning(desk: Desk, actor: Actor, programme_id: int, year: int, percent: int) -> None:
    """From which part of the appropriation on the organiser wants to be warned. (That nothing is promised beyond the whole
    of it, the database itself sees to.) Refused: percent_odd. Missing for a year without a budget."""
    with desk.transaction(actor, Action.SET_APPROPRIATION) as tx:
        if not 1 <= percent <= 100:
            raise Refused("percent_odd", "percent")
        budget = tx.session.scalar(
            select(Budget).where(Budget.programme_id == programme_id, Budget.year == year).with_for_update()
        )
        if budget is None:
            raise Missing("budget")
        budget.warning_percent = percent
        tx.audit("budget.warning", "budget", budget.id, year=year, percent=percent)


def _shares(tx: Tx, programme_id: int) -> Shares:
    """Service and bonuses of closed vouchers, by what each was promised; milestones that have been settled."""
    closed = (Voucher.programme_id == programme_id) & (Voucher.state == "closed")
    used = dict(
        tx.session.execute(
            select(Event.voucher_id, func.sum(Event.amount_cents))
            .join(Voucher, Voucher.id == Event.voucher_id)
            .where(closed, Event.state != "reversed")
            .group_by(Event.voucher_id)
        ).all()
    )
    settled = tx.session.execute(
        select(Milestone.voucher_id, Milestone.amount_cents, Milestone.state).where(
            Milestone.programme_id == programme_id, Milestone.state != "waiting"
        )
    ).all()
    paid: dict[int, int] = {}
    for voucher_id, cents, state in settled:
        if state in PAID:
            paid[voucher_id] = paid.get(voucher_id, 0) + cents
    promises = [
        (voucher_id, Snapshot.from_json(stored))
        for voucher_id, stored in tx.session.execute(select(Voucher.id, Voucher.snapshot).where(closed))
    ]
    return Shares(
        share_of((one.value_cents, int(used.get(voucher_id, 0))) for voucher_id, one in promises),
        share_of((bonus_maximum(one), paid.get(voucher_id, 0)) for voucher_id, one in promises),
        share_of((cents, cents if state in PAID else 0) for _voucher_id, cents, state in settled),
    )


def _reserved(tx: Tx, programme_id: int, year: int) -> tuple[list[int], list[int]]:
    """What each voucher still has reserved: for service as far as it falls to the year, and for bonuses."""
    rows = tx.session.execute(
        select(Voucher.reserved_service_cents, Voucher.reserved_bonus_cents, Voucher.valid_to, Voucher.state).where(
            Voucher.programme_id == programme_id, Voucher.reserved_year == year
        )
    )
    year_left = max(0, (date(year, 12, 31) - tx.today).days)
    service, bonus = [], []
    for service_cents, bonus_cents, valid_to, state in rows:
        days = max(0, (valid_to - tx.today).days) if state in OPEN_VOUCHER else 0
        service.append(this_year(service_cents, days, year_left))
        bonus.append(bonus_cents)
    return service, bonus


def _due(tx: Tx, programme_id: int, year: int) -> list[int]:
    """The milestones that wait and fall due within the year."""
    return list(
        tx.session.scalars(
            select(Milestone.amount_cents).where(
                Milestone.programme_id == programme_id,
                Milestone.state == "waiting",
                Milestone.due_on.between(date(year, 1, 1), date(year, 12, 31)),
            )
        )
    )


def _used_by_month(tx: Tx, programme_id: int, year: int) -> tuple[int | None, ...]:
    """Use in all by the end of each month, as it was booked; what was booked after the year's end counts to its last."""
    month = func.extract("month", LedgerEntry.day)
    rows = tx.session.execute(
        select(func.extract("year", LedgerEntry.day), month, func.sum(LedgerLine.cents))
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .where(
            LedgerEntry.programme_id == programme_id,
            LedgerEntry.budget_year == year,
            LedgerLine.account.in_([account.value for account in USED]),
        )
        .group_by(func.extract("year", LedgerEntry.day), month)
    )
    sums = [0] * MONTHS
    for booked_year, number, cents in rows:
        place = int(number) if int(booked_year) == year else (1 if int(booked_year) < year else MONTHS)
        sums[place - 1] += int(cents)
    last = MONTHS if tx.today.year > year else (tx.today.month if tx.today.year == year else 0)
    return tuple(sum(sums[: number + 1]) if number < last else None for number in range(MONTHS))


def _line(
    used: tuple[int | None, ...], used_cents: int, rest: Expected, year: int, today: date
) -> tuple[Expected | None, ...]:
    """Month by month from today's use to the year's end, evenly."""
    known = sum(1 for one in used if one is not None)
    if known == MONTHS and today.year > year:
        return (None,) * MONTHS
    start = max(known, 1)
    found: list[Expected | None] = [None] * (start - 1) + [Expected(used_cents, used_cents, used_cents)]
    steps = MONTHS - start
    for step in range(1, steps + 1):
        found.append(
            Expected(rest.cents * step // steps, rest.low * step // steps, rest.high * step // steps).shifted(
                used_cents
            )
        )
    if not steps:
        found[-1] = rest.shifted(used_cents)
    return tuple(found)


def _each(tx: Tx, programme_id: int) -> int | None:
    """What a voucher of the last twelve months reserved when it was granted, on average, service and bonus together."""
    rows = tx.session.scalars(
        select(Voucher.snapshot).where(
            Voucher.programme_id == programme_id, Voucher.valid_from > date(tx.today.year - 1, tx.today.month, 1)
        )
    ).all()
    if not rows:
        return None
    promises = [Snapshot.from_json(stored) for stored in rows]
    at_grant = sum(
        one.value_cents + (bonus_maximum(one) if one.bonus_reserved_at == "grant" else 0) for one in promises
    )
    return -(-at_grant // len(promises))
