"""Rules that contradict themselves: what could never be met, or would pay what nobody meant. Looked for before they are
saved, each with the field to mend."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from marketplace.outcomes.facts import Rule

MOST_WEEKLY_HUNDREDTHS = 6_000
"""Sixty hours a week: no job is longer, so a milestone that asks for more never matures."""
NEEDS_WINDOW = ("cumulative_days", "weekly_hours", "earnings")
"""What is counted over breaks needs an end, or it could be counted for ever."""


@dataclass(frozen=True)
class Contradiction:
    """`code` says what is wrong, `no` with which milestone, `field` names the value to mend (as the rule names it, or
    `tier_1` ..), `values` fill the words."""

    code: str
    no: int
    field: str
    values: dict[str, int] = dataclasses.field(default_factory=dict)


def contradictions(by_tier: Mapping[int, Sequence[Rule]]) -> Iterator[Contradiction]:
    """All contradictions of one bonus rule. by_tier: its milestones in order, with the amounts of each tier."""
    tiers = sorted(by_tier)
    rules = by_tier[tiers[0]] if tiers else ()
    for earlier, later in pairwise(rules):
        if later.days <= earlier.days:
            yield Contradiction("milestone_not_later", later.no, "days", {"before": earlier.days})
    for rule in rules:
        yield from _windows(rule)
        yield from _metric(rule)
        yield from _kinds(rule)
    yield from _tiers(by_tier, tiers)
    for tier in tiers:
        yield from _cap(by_tier[tier], tier)


def _windows(rule: Rule) -> Iterator[Contradiction]:
    if rule.full_within_days is not None and rule.full_within_days < rule.days:
        yield Contradiction("window_before_days", rule.no, "full_within_days", {"days": rule.days})
    if rule.full_within_days is None and rule.metric in NEEDS_WINDOW:
        yield Contradiction("window_missing", rule.no, "full_within_days")
    if rule.claim_within_days is not None and rule.claim_within_days < rule.days:
        yield Contradiction("claim_before_days", rule.no, "claim_within_days", {"days": rule.days})
    if rule.previous_employer_days and rule.previous_employer_min_days >= rule.previous_employer_days:
        least = {"days": rule.previous_employer_days}
        yield Contradiction("previous_never", rule.no, "previous_employer_min_days", least)


def _metric(rule: Rule) -> Iterator[Contradiction]:
    if rule.min_weekly_hours_hundredths > MOST_WEEKLY_HUNDREDTHS:
        most = {"most_hundredths": MOST_WEEKLY_HUNDREDTHS}
        yield Contradiction("hours_impossible", rule.no, "min_weekly_hours_hundredths", most)
    if rule.metric == "weekly_hours" and rule.min_weekly_hours_hundredths == 0:
        yield Contradiction("hours_missing", rule.no, "min_weekly_hours_hundredths")
    if rule.metric == "earnings" and rule.earnings_cents == 0:
        yield Contradiction("earnings_missing", rule.no, "earnings_cents")


def _kinds(rule: Rule) -> Iterator[Contradiction]:
    if not rule.kinds:
        yield Contradiction("kinds_missing", rule.no, "kinds")
    elif "progress" in rule.kinds and len(rule.kinds) > 1:
        yield Contradiction("progress_alone", rule.no, "kinds")
    elif "progress" in rule.kinds and rule.least_points_hundredths == 0:
        yield Contradiction("points_missing", rule.no, "least_points_hundredths")


def _tiers(by_tier: Mapping[int, Sequence[Rule]], tiers: Sequence[int]) -> Iterator[Contradiction]:
    """A tier further from work is never paid less: providers would be paid for taking those nearest to it."""
    for nearer, further in pairwise(tiers):
        for one, other in zip(by_tier[nearer], by_tier[further], strict=True):
            if other.amount_cents < one.amount_cents:
                yield Contradiction("tiers_overlap", one.no, f"tier_{further}", {"least_cents": one.amount_cents})


def _cap(rules: Sequence[Rule], tier: int) -> Iterator[Contradiction]:
    total = 0
    for rule in rules:
        total += rule.amount_cents
        if rule.person_cap_cents is not None and total > rule.person_cap_cents:
            values = {"cap_cents": rule.person_cap_cents, "total_cents": total}
            yield Contradiction("amount_above_cap", rule.no, f"tier_{tier}", values)
            return
