"""Building a demonstration region: set up, play the months to the last day, say what came of it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import system
from marketplace.clock import SetClock
from marketplace.demo.money import Money
from marketplace.demo.play import Case, Play
from marketplace.demo.region import SETUP, Plan, Stage, set_up, tell_all_places
from marketplace.demo.terms import BUDGET_CENTS
from marketplace.models.programmes import Budget
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.open_demonstration import open_demonstration
from marketplace.use_cases.run_due_work import DUTIES, do, organisers
from marketplace.use_cases.suspend_provider import EndOrder, end_provider, restore_provider, suspend_provider

SERVED = 0.66
"""Share of the clients who get a voucher within half a year; the others wait or are served in other ways."""
NIGHTLY = 7
"""The worker's seals are made once a week of played time; everything that a day makes due is done every day."""


class TooDear(Exception):
    """The region does not fit its budget: its prices, sizes or volumes must be changed."""


@dataclass(frozen=True)
class Volumes:
    """What the months held, and what is left of each year's money."""

    counts: Counter[str]
    free_cents: dict[int, int]

    def as_text(self) -> str:
        width = max(len(name) for name in self.counts)
        rows = [f"  {name.ljust(width)} {count:>8,}" for name, count in sorted(self.counts.items())]
        free = [f"  budget {year}: {BUDGET_CENTS // 100:,} EUR, of which free {cents // 100:,} EUR"
                for year, cents in sorted(self.free_cents.items())]  # fmt: skip
        return "\n".join(["What was played (prices, sizes and bonuses are illustrative):", *rows, *free])


def build(desk: Desk, clock: SetClock, plan: Plan, password: str, tick: Callable[[], object]) -> Volumes:
    """Build and play a region. Raises TooDear when a grant was refused for want of money or nothing is left over."""
    stage = set_up(desk, clock, plan, lambda _name: None)
    for offset in range(SETUP.days):
        clock.move_to(plan.start - SETUP + timedelta(days=offset))
        _due_work(desk, everything=offset % NIGHTLY == 0)
    play = Play(stage)
    _paths(play)
    _troubles(play)
    _places(play)
    Money(play).plan(plan.start, plan.until)
    for offset in range((plan.until - plan.start).days + 1):
        day = plan.start + timedelta(days=offset)
        play.day(day)
        _due_work(desk, everything=offset % NIGHTLY == 0 or day == plan.until, last=day == plan.until)
        tick()
    open_demonstration(desk, password)
    return _volumes(play)


def _due_work(desk: Desk, *, everything: bool, last: bool = False) -> None:
    for duty in DUTIES:
        if (not everything and "audit" in duty.name) or (duty.slow and not last):
            continue
        for organiser_id in [None] if duty.shared else organisers(desk):
            done = do(duty, desk, organiser_id)
            if done.error is not None:
                raise done.error


def _paths(play: Play) -> None:
    """Who gets a voucher when, and for what: spread evenly, so that the last weeks have fresh ones too."""
    stage, random = play.stage, play.random
    days = (stage.plan.until - stage.plan.start).days
    packages = list(stage.packages.values())
    weights = [package.weight for _, package in packages]
    served = SERVED * min(1.0, 0.35 + 0.65 * stage.plan.months / 6)
    for client_id in stage.clients:
        if random.random() > served:
            continue
        package_id, package = random.choices(packages, weights)[0]
        case = Case(client_id, package_id, package)
        play.on(stage.plan.start + timedelta(days=random.randint(0, max(1, days - 3))), _first_step(play, case))
        if random.random() < 0.012:
            play.after(30, max(31, days), lambda client_id=client_id: play.move_away(client_id))  # type: ignore[misc]


def _first_step(play: Play, case: Case) -> Callable[[], None]:
    return lambda: play.need(case)


def _troubles(play: Play) -> None:
    """One provider is suspended for two weeks; another leaves the list while clients are with it."""
    stage = play.stage
    if len(stage.companies) < 5:
        return
    officer = stage.cast.one(Role.PROCUREMENT)
    ids = list(stage.companies)
    third = stage.plan.start + (stage.plan.until - stage.plan.start) / 3
    reason = "Vakuutustodistus on vanhentunut."
    play.on(third, lambda: suspend_provider(stage.desk, officer, ids[3], reason))
    play.on(
        third + timedelta(days=14), lambda: restore_provider(stage.desk, officer, ids[3], "Uusi todistus on saatu.")
    )
    play.on(third + timedelta(days=25), lambda: _leave(play, ids[4]))


def _places(play: Play) -> None:
    """Most companies keep their free places up to date, some forget: their cards say "not known"."""
    stage = play.stage
    day = stage.plan.start
    while day <= stage.plan.until:
        play.on(day, lambda: tell_all_places(stage.desk, play.random, stage.cast, 0.7))
        day += timedelta(days=12)


def _leave(play: Play, provider_id: int) -> None:
    officer = play.stage.cast.one(Role.PROCUREMENT)
    order = EndOrder(provider_id, play.today, "Tuottaja lopettaa toimintansa.", own_request=True)
    released = end_provider(play.stage.desk, officer, order)
    play.volumes["clients released by a provider's exit"] += len(released.voucher_ids)
    play.volumes["providers that left"] += 1


def _volumes(play: Play) -> Volumes:
    stage: Stage = play.stage
    with stage.desk.reading(system(stage.organiser_id), Action.RUN_DUE_WORK) as tx:
        rows = tx.session.execute(select(Budget.year, Budget.free_cents)).all()
    free = dict(rows)
    refused = play.volumes.get("grants refused: over_budget", 0)
    if refused or any(cents < BUDGET_CENTS // 20 for cents in free.values()):
        raise TooDear(f"{refused} grants were refused for want of money; free: {free}")
    return Volumes(play.volumes, free)


__all__ = ["Plan", "Volumes", "build"]
