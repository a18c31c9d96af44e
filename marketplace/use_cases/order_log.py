"""Steps that write to the order log inside another use case's transaction: the draw, registry lines, keys.

Not use cases of their own: a list is drawn only when a voucher is granted, a registry line only when an approval changes.
"""

import secrets
from collections.abc import Iterable
from datetime import date, time, timedelta

from sqlalchemy import select

from marketplace.clock import helsinki_moment
from marketplace.matching.beacon import NO_SOURCE
from marketplace.matching.lines import beacon_line, commit_line, list_line, registry_line, reissue_line, reveal_line
from marketplace.matching.order import Unit, commit, order
from marketplace.matching.registry import Pair, Reason, State
from marketplace.models.order_log import append, drawn_now, late_units, lock_head, randomness_of, remember_registry
from marketplace.models.people import Organiser
from marketplace.models.trail import OrderKey, OrderLogHead, OrderLogLine
from marketplace.models.vouchers import OfferList
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.order_rules import beacon_of, has_beacon, log_day, randomness_for, rule_of
from marketplace.use_cases.published_head import reach_published

KEY_PURPOSE = "order-key"
AHEAD = timedelta(days=30)
REVEALED_AFTER = timedelta(days=31)
CANCELLED = "cancelled-decision"
"""Why a list was drawn in place of another: there is no other way to a second one (fairness B2.25)."""
LAST_HOUR = time(23)
"""From then on, in Helsinki, a day on which public randomness was expected is opened without it."""


def head(tx: Tx) -> OrderLogHead:
    """The organiser's log head, locked until the transaction ends. Refused while the log is behind the published head."""
    code = tx.session.scalars(select(Organiser.code).where(Organiser.id == tx.organiser_id)).one()
    log = lock_head(tx.session, tx.organiser_id, code, tx.today)
    reach_published(tx, code, log)
    return log


def key_of(tx: Tx, day: date) -> bytes | None:
    """The day's key, opened; None when none was committed."""
    sealed = tx.session.scalar(select(OrderKey.sealed_key).where(OrderKey.day == day))
    return None if sealed is None else tx.vault.open(sealed, KEY_PURPOSE)


def commit_key(tx: Tx, log: OrderLogHead, day: date) -> bytes:
    """Make the day's key and promise it in the log; `late` when the day is less than 30 days ahead."""
    key = secrets.token_bytes(32)
    tx.session.add(OrderKey(organiser_id=tx.organiser_id, day=day, sealed_key=tx.vault.seal(key, KEY_PURPOSE)))
    append(tx.session, log, commit_line(day, commit(key), late=day - log.day < AHEAD), day)
    return key


def open_day(tx: Tx, log: OrderLogHead) -> tuple[bytes, bytes]:
    """The log's day's key and randomness; the first use of a day writes what is missing: a late commitment; the
    beacon, with what came in from the organiser's source or with `none`."""
    key = key_of(tx, log.day) or commit_key(tx, log, log.day)
    randomness = randomness_of(tx.session, log.day)
    if randomness is None:
        drawn = beacon_of(tx, log.day)
        number = None if drawn.source == NO_SOURCE else drawn.round
        line = beacon_line(log.day, drawn.source, drawn.value, round_number=number, signature=drawn.signature)
        append(tx.session, log, line, log.day)
        randomness = drawn.value
    return key, randomness


def draw(
    tx: Tx, pair: Pair, voucher_id: int, list_seq: int, log: OrderLogHead, replaces: int | None = None
) -> OfferList:
    """Draw the list of a new voucher. `list_seq` is `log.list_seq + 1`, taken while the head is locked.

    replaces: the number of the list whose decision was cancelled; the log says so right before the new list.
    """
    key, randomness = open_day(tx, log)
    units = drawn_now(tx.session, pair)
    drawn = order(key, randomness, list_seq, pair.service, units, [])
    if replaces is not None:
        append(tx.session, log, reissue_line(list_seq, replaces, CANCELLED), log.day)
    seq = append(tx.session, log, list_line(list_seq, log.day, pair, units, drawn), log.day)
    log.list_seq = list_seq
    groups = dict(units)
    made = OfferList(
        organiser_id=tx.organiser_id,
        list_seq=list_seq,
        seq=seq,
        day=log.day,
        service=pair.service,
        area=pair.area,
        voucher_id=voucher_id,
        units=drawn,
        groups=[groups[unit] for unit in drawn],
    )
    tx.session.add(made)
    tx.session.flush()
    return made


def order_of(tx: Tx, offer: OfferList) -> list[Unit]:
    """The list's units in their order as it stands now: as drawn, with those that came later at their own place. Each has
    the group that it has in this list for ever (fairness B3)."""
    pair = Pair(offer.service, offer.area)
    drawn = [Unit(unit, group) for unit, group in zip(offer.units, offer.groups, strict=True)]
    late = late_units(tx.session, pair, offer.seq, frozenset(offer.units))
    if not late:
        return drawn
    key = key_of(tx, offer.day)
    randomness = randomness_of(tx.session, offer.day)
    assert key is not None, "a list is drawn with its day's key"
    assert randomness is not None, "a list is drawn after its day's beacon"
    groups = dict([*drawn, *late])
    units = order(key, randomness, offer.list_seq, offer.service, drawn, late)
    return [Unit(unit, groups[unit]) for unit in units]


def write_registry(
    tx: Tx, unit: Unit, offers: Iterable[tuple[str, str]], state: State, reason: Reason, log: OrderLogHead | None = None
) -> int:
    """One registry line: the unit's whole new state with this organiser. Returns its seq."""
    log = log or head(tx)
    pairs = frozenset(Pair(*offer) for offer in offers)
    seq = append(tx.session, log, registry_line(log.day, unit, sorted(pairs), state, reason), log.day)
    remember_registry(tx.session, tx.organiser_id, seq, unit, pairs, state is State.APPROVED)
    return seq


def commit_ahead(tx: Tx, days: int = 45) -> int:
    """Promise the keys of the coming days that have none yet, from 30 days ahead on. Returns how many."""
    log = head(tx)
    last = log.day + timedelta(days=days)
    known = set(tx.session.scalars(select(OrderKey.day).where(OrderKey.day.between(log.day, last))))
    coming = (log.day + timedelta(days=n) for n in range(AHEAD.days, days + 1))
    missing = [day for day in coming if day not in known]
    for day in missing:
        commit_key(tx, log, day)
    return len(missing)


def open_today(tx: Tx) -> bool:
    """Write the day's beacon also on a quiet day, so that nothing can be dated back to a day left blank. Whether it did.

    Where public randomness is expected it waits for it, and opens the day as soon as it is there; a day for which nothing
    has come by its last hour ends as `none`, like any day that was opened without it. A day that is over is never opened:
    that would be the dating back.
    """
    day = log_day(tx)
    if has_beacon(tx, day):
        return False
    expected = rule_of(tx).source != NO_SOURCE and randomness_for(tx, day) is None
    if expected and tx.now < helsinki_moment(day, LAST_HOUR):
        return False
    open_day(tx, head(tx))
    return True


def reveal_due(tx: Tx) -> int:
    """Reveal the keys of days that are 31 days old (those with a beacon: a key that was never used stays a promise
    kept by being revealed too). Returns how many."""
    revealed = select(OrderLogLine.day).where(OrderLogLine.type == "reveal")
    due = tx.session.scalars(
        select(OrderKey)
        .where(OrderKey.day <= tx.today - REVEALED_AFTER, OrderKey.day.not_in(revealed))
        .order_by(OrderKey.day)
    ).all()
    if due:
        log = head(tx)
        for row in due:
            append(tx.session, log, reveal_line(row.day, tx.vault.open(row.sealed_key, KEY_PURPOSE)), row.day)
    return len(due)
