"""Taking the coming days' public randomness from a source that somebody has fetched (drand's rounds in a file)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.matching.beacon import Chain
from marketplace.ports import Beacon
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.order_log import head, open_day
from marketplace.use_cases.order_rules import DRAND, has_beacon, keep_randomness, log_day, randomness_for, rule_of
from marketplace.use_cases.refusals import Refused


@dataclass(frozen=True)
class BeaconTaken:
    """days: that got their randomness now. had: days that had it already. too_late: today has opened without it."""

    days: tuple[date, ...]
    had: tuple[date, ...]
    too_late: bool


def import_beacon(desk: Desk, actor: Actor, read: Callable[[Chain], Beacon]) -> BeaconTaken:
    """Keep what the source has for today and tomorrow (tomorrow's first round exists from midnight in Helsinki on; a file
    that is fetched just after it may come before this house's midnight). Today's beacon line is written at once, so that
    nobody can wait for a better value.

    read: makes the source for the organiser's chain; it raises what it has to say about a bad file. Refused:
    drand_not_used, round_missing (day).
    """
    with desk.transaction(actor, Action.IMPORT_BEACON) as tx:
        rule = rule_of(tx)
        if rule.source != DRAND or rule.chain is None:
            raise Refused("drand_not_used")
        source = read(rule.chain)
        today = log_day(tx)
        kept: list[date] = []
        had: list[date] = []
        too_late = False
        for day in (today, today + timedelta(days=1)):
            drawn = source.of_day(day)
            known = randomness_for(tx, day)
            if known is not None:
                had.append(day)
            elif day == today and has_beacon(tx, day):
                too_late = True
            elif drawn is not None and keep_randomness(tx, day, drawn):
                kept.append(day)
            elif day == today:
                raise Refused("round_missing", None, day=day)
        if today in kept:
            open_day(tx, head(tx))
        if kept:
            tx.audit("beacon.import", "organiser", tx.organiser_id, days=[day.isoformat() for day in kept])
        return BeaconTaken(tuple(kept), tuple(had), too_late)
