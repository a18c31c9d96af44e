"""Counts of choices, changes and declines: what may be told of them (fairness B5, "publication")."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from marketplace.clock import helsinki_day, helsinki_moment
from marketplace.matching.statistics.chance import SHARE
from marketplace.matching.statistics.exact import binomial
from marketplace.matching.statistics.suppression import tell, tell_row
from marketplace.models.assisting import AssistSession
from marketplace.models.clients import Need
from marketplace.models.programmes import Area, ServicePackage
from marketplace.models.providers import Provider
from marketplace.models.vouchers import Choice, Voucher
from marketplace.period import ONE_DAY, Period
from marketplace.use_cases.effective_choice import MIDNIGHT

SOON_CHANGED = timedelta(days=14)
"""Changes within this time are counted of their own: a statistic, not a limit (fairness B2.23)."""
FEWEST = 20
"""With fewer choices no counts of them are told."""
OWN = ("own_login", "code")
CHANNELS = (*OWN, "paper")
"""How a client confirms: own login, a one-time code to her own mail or phone, or a signed paper form."""
OWN_TARGET = 0.95
ENDS = ("stands", "declined", "changed_soon", "changed_later", "other")
"""What came of a choice, each choice in one of them."""


class Made(NamedTuple):
    """One choice, without the client. `who`: the caseworker who had assessed the need together with her. `assisted`: a
    caseworker had been beside her at the list before she chose."""

    voucher_id: int
    provider_id: int
    provider: str
    unit: str
    channel: str
    came: str
    decline_reason: str | None
    day: date
    category: str
    service: str
    area: str
    who: int
    assisted: bool


@dataclass(frozen=True)
class Counted:
    """A row of counts; None is not told. `total` is of the row."""

    name: str
    counts: tuple[int | None, ...]
    total: int | None


@dataclass(frozen=True)
class Table:
    """Rows under named columns, with the totals of the columns and of all."""

    columns: tuple[str, ...]
    rows: tuple[Counted, ...]
    totals: Counted


@dataclass(frozen=True)
class Share:
    """What part of a row's choices came out one way, and between what chance keeps it (99.9 %) if all rows were alike."""

    name: str
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class ChannelFigures:
    """How choices were confirmed. share: of own channels, None when it would tell a small count. kept: 95 % or more."""

    counts: tuple[tuple[str, int | None], ...]
    share: float | None
    kept: bool


def made_choices(session: Session, organiser_id: int, period: Period) -> list[Made]:
    """The choices of a period, oldest first."""
    begin, end = helsinki_moment(period.first, MIDNIGHT), helsinki_moment(period.last + ONE_DAY, MIDNIGHT)
    beside = exists().where(AssistSession.voucher_id == Choice.voucher_id, AssistSession.started_at <= Choice.chosen_at)
    rows = session.execute(
        select(Choice.voucher_id, Choice.provider_id, Provider.name, Provider.unit, Choice.channel, Choice.state,
               Choice.end_reason, Choice.chosen_at, Choice.ended_at, Choice.decline_reason, Need.category,
               ServicePackage.code, Area.code, Need.caseworker_id, beside)
        .join(Provider, Provider.id == Choice.provider_id)
        .join(Voucher, Voucher.id == Choice.voucher_id)
        .join(Need, Need.id == Voucher.need_id)
        .join(ServicePackage, ServicePackage.id == Voucher.package_id)
        .join(Area, Area.id == Voucher.area_id)
        .where(Choice.organiser_id == organiser_id, Choice.chosen_at >= begin, Choice.chosen_at < end)
        .order_by(Choice.id)
    )  # fmt: skip
    return [
        Made(voucher_id, provider_id, provider, unit, channel, _came(state, end_reason, chosen_at, ended_at), declined,
             helsinki_day(chosen_at), category, service, area, who, assisted)
        for (voucher_id, provider_id, provider, unit, channel, state, end_reason, chosen_at, ended_at, declined,
             category, service, area, who, assisted) in rows
    ]  # fmt: skip


def _came(state: str, end_reason: str | None, chosen_at: datetime, ended_at: datetime | None) -> str:
    if state == "declined":
        return "declined"
    if end_reason == "changed_by_client" and ended_at is not None:
        return "changed_soon" if ended_at - chosen_at <= SOON_CHANGED else "changed_later"
    return "other" if state == "released" else "stands"


def first_of_each(choices: Iterable[Made]) -> list[Made]:
    """Each voucher's first choice."""
    found: dict[int, Made] = {}
    for one in choices:
        found.setdefault(one.voucher_id, one)
    return list(found.values())


def by_need(choices: Iterable[Made]) -> Table:
    """What came of the choices, by need category."""
    return _table(Counter((one.category, one.came) for one in choices), ENDS)


def by_reason(choices: Iterable[Made], reasons: Sequence[str]) -> Table:
    """Declines by need category and listed reason."""
    declined = Counter((one.category, one.decline_reason or "") for one in choices if one.came == "declined")
    return _table(declined, reasons)


def by_provider(choices: Iterable[Made]) -> Table:
    """First choices by provider (by name) and quarter."""
    counts = Counter((one.provider, quarter(one.day)) for one in first_of_each(choices))
    return _table(counts, sorted({column for _, column in counts}))


def shares(table: Table, column: str) -> tuple[float, tuple[Share, ...]] | None:
    """The share of a column in all choices and row by row, where both counts are told; None when that of all is not."""
    at = table.columns.index(column)
    whole, some = table.totals.total, table.totals.counts[at]
    if not whole or some is None:
        return None
    rows = []
    for row in table.rows:
        count = row.counts[at]
        if count is not None and row.total:
            low, high = binomial(row.total, some / whole).within(SHARE)
            rows.append(Share(row.name, count / row.total, low / row.total, high / row.total))
    return some / whole, tuple(rows)


def channels(choices: Sequence[Made]) -> ChannelFigures:
    """How the choices were confirmed."""
    counts = Counter(one.channel for one in choices)
    named = [*CHANNELS, *sorted(counts.keys() - set(CHANNELS))]
    told, total = tell_row([counts[name] for name in named])
    own = sum(counts[name] for name in OWN)
    share = own / len(choices) if choices else None
    whole = total is not None and all(count is not None for count in told)
    return ChannelFigures(
        counts=tuple(zip(named, told, strict=True)),
        share=share if whole else None,
        kept=share is None or share >= OWN_TARGET,
    )


def quarter(day: date) -> str:
    """2026/4"""
    return f"{day.year}/{(day.month + 2) // 3}"


def _table(counts: Counter[tuple[str, str]], columns: Sequence[str]) -> Table:
    names = sorted({name for name, _ in counts})
    told = tell([[counts[name, column] for column in columns] for name in names])
    return Table(
        columns=tuple(columns),
        rows=tuple(map(Counted, names, told.cells, told.rows)),
        totals=Counted("", told.columns, told.total),
    )
