"""Who is taken in: declines, and flips to "full" and "paused", by the need of the clients whom they met (fairness B6.7).

A provider may be full, and may decline on a listed ground; neither touches the order. But if one kind of client meets closed
doors more often than the others, procurement must see it. Figures below five are not shown, so that nobody can be found in
them, and there are no sums from which a hidden one could be reckoned.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.choosing import FilterCount, IntakeFlip
from marketplace.models.clients import Need
from marketplace.models.providers import Approval
from marketplace.models.vouchers import Choice, Voucher
from marketplace.use_cases.desk import Desk, Tx

FEWEST = 5
"""No count below this is shown (fairness B5)."""
CHANGE_WITHIN = timedelta(days=14)
"""A change of provider so soon after the choice is counted: a statistic, never a limit (fairness B2.23)."""
WINDOW = timedelta(days=365)
CLOSING = ("full", "pause")


@dataclass(frozen=True)
class NeedCounts:
    """One need category in the window. None: fewer than five, but perhaps none at all.

    choices: choices of clients with this need. declines: those that a provider declined. full, paused: how many times such a
    client, free to choose, had a provider on her list that then said it was full, or paused.
    """

    category: str
    choices: int | None
    declines: int | None
    full: int | None
    paused: int | None

    @property
    def decline_percent(self) -> int | None:
        """Declines in a hundred choices; None when one of the two is hidden."""
        if self.choices is None or self.declines is None:
            return None
        return (100 * self.declines + self.choices // 2) // self.choices


@dataclass(frozen=True)
class IntakeCounts:
    """The last year.

    reasons: declines by their listed ground, empty where they would give a hidden number away. early_changes: changes of
    provider within 14 days of the choice; changes: all of them. filters: how often clients used each, from the months that
    are only counted now.
    """

    since: date
    today: date
    needs: tuple[NeedCounts, ...]
    reasons: tuple[tuple[str, int | None], ...]
    changes: int | None
    early_changes: int | None
    filters: tuple[tuple[str, int | None], ...]


def note_flip(tx: Tx, approval: Approval, flip: str) -> None:
    """Remember that a provider said it is full, free, paused or takes clients again, with how many clients of each need
    were then free to choose and had it on their list."""
    rows = tx.session.execute(
        select(Need.category, func.count().label("number"))
        .join(Voucher, Voucher.need_id == Need.id)
        .where(
            Voucher.organiser_id == approval.organiser_id,
            Voucher.package_id == approval.package_id,
            Voucher.area_id == approval.area_id,
            Voucher.state == "granted",
            Voucher.valid_to >= tx.today,
        )
        .group_by(Need.category)
    )
    waiting = {row.category: row.number for row in rows}
    tx.session.add(
        IntakeFlip(
            organiser_id=approval.organiser_id, approval_id=approval.id, flip=flip, at=tx.now, waiting=waiting
        )
    )


def intake_counts(desk: Desk, actor: Actor) -> IntakeCounts:
    """The last year's figures for procurement, each shown only from five on."""
    with desk.reading(actor, Action.SEE_INTAKE) as tx:
        since = tx.now - WINDOW
        choices, declines, reasons = _choices(tx, since)
        met = _flips(tx, since)
        categories = sorted(choices.keys() | {category for _, category in met})
        changes, early = _changes(tx, since)
        filters = tx.session.execute(
            select(FilterCount.wish, func.sum(FilterCount.number))
            .where(FilterCount.organiser_id == tx.organiser_id, FilterCount.month >= since.date())
            .group_by(FilterCount.wish)
            .order_by(FilterCount.wish)
        )
        return IntakeCounts(
            since=(tx.today - WINDOW),
            today=tx.today,
            needs=tuple(
                NeedCounts(
                    category,
                    shown(choices[category]),
                    shown(declines[category]),
                    shown(met["full", category]),
                    shown(met["pause", category]),
                )
                for category in categories
            ),
            # the grounds add up to the same sum as the needs: beside a hidden need they would give its number away
            reasons=tuple((reason, shown(number)) for reason, number in sorted(reasons.items()))
            if not any(_is_small(number) for number in declines.values())
            else (),
            changes=shown(changes),
            early_changes=None if _is_small(changes - early) else shown(early),
            filters=tuple((wish, shown(int(number))) for wish, number in filters),
        )


def shown(number: int) -> int | None:
    """The number, from five on."""
    return number if number >= FEWEST else None


def _is_small(number: int) -> bool:
    return 0 < number < FEWEST


def _choices(tx: Tx, since: datetime) -> tuple[Counter[str], Counter[str], Counter[str]]:
    rows = tx.session.execute(
        select(Need.category, Choice.state, Choice.decline_reason, func.count())
        .join(Voucher, Voucher.id == Choice.voucher_id)
        .join(Need, Need.id == Voucher.need_id)
        .where(Choice.organiser_id == tx.organiser_id, Choice.chosen_at >= since)
        .group_by(Need.category, Choice.state, Choice.decline_reason)
    )
    choices: Counter[str] = Counter()
    declines: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for category, state, reason, number in rows:
        choices[category] += number
        if state == "declined":
            declines[category] += number
            reasons[reason or ""] += number
    return choices, declines, reasons


def _flips(tx: Tx, since: datetime) -> Counter[tuple[str, str]]:
    """(flip, need category) -> how many clients in all met it."""
    met: Counter[tuple[str, str]] = Counter()
    rows = tx.session.execute(
        select(IntakeFlip.flip, IntakeFlip.waiting).where(
            IntakeFlip.organiser_id == tx.organiser_id, IntakeFlip.at >= since, IntakeFlip.flip.in_(CLOSING)
        )
    )
    for flip, waiting in rows:
        for category, number in waiting.items():
            met[flip, category] += number
    return met


def _changes(tx: Tx, since: datetime) -> tuple[int, int]:
    """Changes of provider by the client, and those within 14 days of the choice that they ended."""
    early = func.count().filter(Choice.ended_at - Choice.chosen_at <= CHANGE_WITHIN)
    row = tx.session.execute(
        select(func.count(), early).where(
            Choice.organiser_id == tx.organiser_id, Choice.end_reason == "changed_by_client", Choice.ended_at >= since
        )
    ).one()
    return row[0], row[1]
