"""The rules that a price follows: one for each kind of event, one for each milestone of an outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Self, TypeVar

from marketplace.money import PERCENT, not_negative, whole

Json = dict[str, Any]
"""A JSON object as the database hands it over."""


METRICS = ("consecutive_days", "cumulative_days", "weekly_hours", "earnings")
KINDS = ("job", "apprenticeship", "study", "progress")
MIN_GRADES = ("register", "employer", "client")
"""The words of a milestone's rule; the outcomes room, which judges by them, knows the same."""


class EventKind(StrEnum):
    """What happened at an event."""

    DELIVERED = "delivered"
    NO_SHOW = "no_show"
    LATE_CANCEL = "late_cancel"
    PROVIDER_CANCEL = "provider_cancel"


@dataclass(frozen=True)
class EventRule:
    """What an event of a kind takes from the voucher's units, what share of the price is paid for it, and what share of
    its own part the client owes for it: unless the terms say otherwise the whole for a delivery, nothing else (money.md 6).

    An event is never paid for more than it uses: otherwise the money would run out before the units do, and the last
    deliveries would go unpaid. Errors: ValueError for a percentage outside 0 to 100, or a paid share above the use;
    TypeError for a kind that is none.
    """

    kind: EventKind
    unit_use_percent: int
    paid_share_percent: int
    own_share_percent: int | None = None

    @property
    def owed_percent(self) -> int:
        """The share of its own part of the price that the client owes, in per cent."""
        if self.own_share_percent is None:
            return PERCENT if self.kind is EventKind.DELIVERED else 0
        return self.own_share_percent

    def __post_init__(self) -> None:
        if not isinstance(self.kind, EventKind):
            raise TypeError(f"{self.kind!r} is not a kind of event")
        for value in (self.unit_use_percent, self.paid_share_percent, self.owed_percent):
            if not 0 <= whole(value, "percent") <= PERCENT:
                raise ValueError(f"{self.kind}: {value} is not a percentage from 0 to 100")
        if self.paid_share_percent > self.unit_use_percent:
            raise ValueError(f"{self.kind}: paid for more ({self.paid_share_percent} %) than it uses")


@dataclass(frozen=True)
class MilestoneRule:
    """One milestone of an outcome: after how many days which bonus (gross cents, for this client's tier), and when it counts.

    metric: what is counted, `consecutive_days`, `cumulative_days`, `weekly_hours` (an average over the days) or `earnings`
    (`earnings_cents` in all, and at least so many days). kinds: results that count: job, apprenticeship, study, progress
    (`least_points_hundredths` between two measurements). max_gap_days: days without work that are forgiven between two
    jobs, not counted towards `days`. full_within_days: the window, from the first day of work, in which it must be full.
    start_window_days: how long after the voucher's last day the work may still begin. min_contract_days: the shortest
    contract, as planned at the outset. min_monthly_pay_cents: net pay a month. subsidised_percent: the most of it that
    wage-subsidised work may carry. previous_employer_days: how far back a former employer is looked for (0: not at all),
    previous_employer_min_days: how long a job there must have lasted to rule the employer out. person_cap_cents: the most
    that the programme's bonuses for one person may come to. cumulates_with: codes of other programmes whose bonus may be
    paid for the same days; of all others it may not. claim_within_days: from the first day of work, by when evidence must
    be seen. min_grade: the weakest evidence that shows anything (the provider's own word never does). clawback_days: how
    long after it has matured the bonus can be taken back; None is without end.

    Errors: ValueError for a number or day below one, a negative amount or an unknown word.
    """

    no: int
    days: int
    amount_cents: int
    min_weekly_hours_hundredths: int = 0
    employer_change_allowed: bool = False
    max_gap_days: int = 0
    subsidised_counts: bool = True
    metric: str = "consecutive_days"
    kinds: tuple[str, ...] = ("job", "apprenticeship")
    full_within_days: int | None = None
    start_window_days: int = 0
    min_contract_days: int = 0
    min_monthly_pay_cents: int = 0
    earnings_cents: int = 0
    least_points_hundredths: int = 0
    subsidised_percent: int = 100
    self_employment_counts: bool = False
    own_group_excluded: bool = True
    previous_employer_days: int = 0
    previous_employer_min_days: int = 0
    person_cap_cents: int | None = None
    cumulates_with: tuple[str, ...] = ()
    claim_within_days: int | None = None
    min_grade: str = "client"
    clawback_days: int | None = None

    def __post_init__(self) -> None:
        if whole(self.no, "no") < 1 or whole(self.days, "days") < 1:
            raise ValueError("a milestone's number and days start from one")
        for field in fields(self):
            value = getattr(self, field.name)
            if field.type == "bool" or field.type is bool:
                if not isinstance(value, bool):
                    raise TypeError(f"a milestone's flag must be true or false, not {value!r}")
            elif not isinstance(value, str | tuple | None):
                not_negative(value, field.name)
        if self.metric not in METRICS or self.min_grade not in MIN_GRADES or not set(self.kinds) <= set(KINDS):
            raise ValueError(f"milestone {self.no}: unknown metric, grade of evidence or kind of result")
        if self.subsidised_percent > PERCENT:
            raise ValueError(f"{self.subsidised_percent} is not a percentage from 0 to 100")

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """The rule from named values; those with a default may be missing. Errors: ValueError for a strange name."""
        known = {field.name for field in fields(cls)}
        check_names(values, required={"no", "days", "amount_cents"}, known=known, what="milestone")
        lists = {name: tuple(values[name]) for name in ("kinds", "cumulates_with") if name in values}
        return cls(**{**values, **lists})


def event_rules(terms: Mapping[str, Any]) -> tuple[EventRule, ...]:
    """The event rules of a version of the terms, in the order of the kinds.

    terms: {"no_show": {"unit_use_percent": 100, "paid_share_percent": 50}, ...}. A kind that is not there cannot be
    recorded. Errors: ValueError for a strange kind or name, TypeError for what is not an integer.
    """
    check_names(terms, required={EventKind.DELIVERED}, known=set(EventKind), what="event rules")
    found = []
    for kind in EventKind:
        if kind in terms:
            rule = terms[kind]
            names = {"unit_use_percent", "paid_share_percent"}
            check_names(rule, required=names, known={*names, "own_share_percent"}, what=kind)
            found.append(EventRule(kind, **rule))
    return tuple(found)


def milestone_rules(terms: Mapping[str, Any], tier: int) -> tuple[MilestoneRule, ...]:
    """The milestones of a version of the terms, with the amounts of one tier, by number.

    terms: {"milestones": [{"no": 1, "days": 42, "amount_cents": {"1": 50000, "2": ..}, ...}]}; {} is no bonus.
    Errors: ValueError for a strange name, a tier without an amount, a number twice or days that do not grow.
    """
    check_names(terms, required=set(), known={"milestones"}, what="bonus rule")
    found = []
    for values in terms.get("milestones", []):
        amounts = values.get("amount_cents", {})
        if str(tier) not in amounts:
            raise ValueError(f"milestone {values.get('no')} has no amount for tier {tier}")
        found.append(MilestoneRule.of({**values, "amount_cents": amounts[str(tier)]}))
    return in_order(tuple(found))


def in_order(milestones: tuple[MilestoneRule, ...]) -> tuple[MilestoneRule, ...]:
    """The milestones by number. Errors: ValueError when a number comes twice or a later one needs no more days."""
    ordered = tuple(sorted(milestones, key=lambda rule: rule.no))
    for earlier, later in zip(ordered, ordered[1:], strict=False):
        if earlier.no == later.no or earlier.days >= later.days:
            raise ValueError(f"milestone {later.no} must follow {earlier.no} with more days")
    return ordered


Name = TypeVar("Name", bound=str)


def check_names(values: object, *, required: set[Name], known: set[Name], what: str) -> None:
    """Hold a JSON object to its names. Errors: ValueError when it is none, or a name is missing or strange."""
    if not isinstance(values, Mapping):
        raise ValueError(f"{what}: an object is needed")
    missing, strange = {*required} - set(values), set(values) - {*known}
    if missing or strange:
        raise ValueError(f"{what}: missing {sorted(missing)}, strange {sorted(strange)}")
