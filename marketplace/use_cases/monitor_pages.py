"""The monitor of equal treatment, for procurement and the auditor: figures of a period, none of which tells of one client
or ranks an official."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.programmes import ServicePackage
from marketplace.models.providers import Approval, ApprovalMove, Provider
from marketplace.models.schema import Words
from marketplace.models.vouchers import OfferList
from marketplace.period import Period
from marketplace.use_cases.answer_choice import DECLINE_REASONS
from marketplace.use_cases.choice_figures import (
    FEWEST,
    ChannelFigures,
    Table,
    by_need,
    by_provider,
    by_reason,
    channels,
    made_choices,
)
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.fairness_figures import (
    ROLLING,
    Figures,
    kept_figures,
    reissued_lists,
    rolling,
    whole_months,
)
from marketplace.use_cases.refusals import Missing


@dataclass(frozen=True)
class Choices:
    """Counts of choices; only where there are enough to tell of."""

    by_need: Table
    by_reason: Table
    by_provider: Table
    channels: ChannelFigures


@dataclass(frozen=True)
class Vouchers:
    """What became of the vouchers granted in the period. reissued: lists drawn in place of a cancelled one."""

    granted: int
    reissued: int


@dataclass(frozen=True)
class Monitor:
    """code: of the period, as in `periods`. names: of units; groups: the companies of each group, by code. choices: None
    when there are too few. pauses: how often providers paused their intake, by service."""

    today: date
    code: str
    period: Period
    periods: tuple[tuple[str, Period], ...]
    figures: Figures
    names: dict[str, str]
    groups: dict[str, tuple[str, ...]]
    choices: Choices | None
    vouchers: Vouchers
    pauses: tuple[tuple[Words, int], ...]
    fewest: int = FEWEST


def monitor(desk: Desk, actor: Actor, code: str = "") -> Monitor:
    """The figures of a period: "24" and "12" are the months until yesterday, "2026-10" a month that is over.

    The first look at a period works its bands out, which takes seconds; they are kept. Missing for another period.
    """
    with desk.transaction(actor, Action.SEE_MONITOR) as tx:
        periods = known_periods(tx)
        code = code or periods[0][0]
        period = dict(periods).get(code)
        if period is None:
            raise Missing("period")
        figures = kept_figures(tx, period)
        names, groups = _names(tx, figures, period)
        choices = made_choices(tx.session, tx.organiser_id, period)
        return Monitor(
            today=tx.today,
            code=code,
            period=period,
            periods=periods,
            figures=figures,
            names=names,
            groups=groups,
            choices=None
            if len(choices) < FEWEST
            else Choices(
                by_need=by_need(choices),
                by_reason=by_reason(choices, DECLINE_REASONS),
                by_provider=by_provider(choices),
                channels=channels(choices),
            ),
            vouchers=Vouchers(figures.lists, reissued_lists(tx.session, tx.organiser_id, period)),
            pauses=_pauses(tx, period),
        )


def known_periods(tx: Tx) -> tuple[tuple[str, Period], ...]:
    """The periods that can be looked at: the rolling ones, and the latest months that are over and had lists."""
    first = tx.session.scalar(select(func.min(OfferList.day)).where(OfferList.organiser_id == tx.organiser_id))
    months = [one for one in whole_months(tx.today) if first is not None and one.last >= first]
    return (
        *((str(count), rolling(tx.today, count)) for count in ROLLING),
        *((f"{one.first:%Y-%m}", one) for one in months),
    )


def _names(tx: Tx, figures: Figures, period: Period) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """The names of the companies now; their groups are those of the lists."""
    names = dict(tx.session.execute(select(Provider.unit, Provider.name)).all())
    members: dict[str, set[str]] = {}
    for units, groups in tx.session.execute(
        select(OfferList.units, OfferList.groups).where(
            OfferList.organiser_id == tx.organiser_id, OfferList.day.between(period.first, period.last)
        )
    ):
        for unit, group in zip(units, groups, strict=True):
            members.setdefault(group, set()).add(names.get(unit, unit))
    wanted = {one.group for one in figures.firsts}
    return names, {group: tuple(sorted(found)) for group, found in members.items() if group in wanted}


def _pauses(tx: Tx, period: Period) -> tuple[tuple[Words, int], ...]:
    rows = tx.session.execute(
        select(ServicePackage.code, ServicePackage.name)
        .join(Approval, Approval.package_id == ServicePackage.id)
        .join(ApprovalMove, ApprovalMove.approval_id == Approval.id)
        .where(
            ApprovalMove.organiser_id == tx.organiser_id,
            ApprovalMove.move == "pause",
            ApprovalMove.day.between(period.first, period.last),
        )
    ).all()
    counts = Counter(code for code, _ in rows)
    names = dict(rows)
    return tuple((names[code], counts[code]) for code in sorted(counts))
