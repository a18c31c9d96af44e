"""What a version of the terms says, as values: between the form, the stored row and the rules that price events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from marketplace.models.programmes import TermsVersion
from marketplace.outcomes.contradictions import contradictions
from marketplace.pricing.bands import EVENING_FROM as EVENING_FROM
from marketplace.pricing.bands import MINUTES_A_DAY
from marketplace.pricing.rules import KINDS as BONUS_KINDS
from marketplace.pricing.rules import METRICS as BONUS_METRICS
from marketplace.pricing.rules import MIN_GRADES, EventKind, event_rules, milestone_rules
from marketplace.use_cases.refusals import Refused

TIERS = (1, 2, 3)
METRICS, KINDS_OF_RESULT, GRADES = BONUS_METRICS, BONUS_KINDS, MIN_GRADES
"""The words that a milestone's conditions are written in."""
KINDS = tuple(kind.value for kind in EventKind)
MOST_VALIDITY_DAYS = 3 * 366
MOST_CENTS = 10_000_00
MOST_UNITS_HUNDREDTHS = 10_000_00


@dataclass(frozen=True)
class EventTerm:
    """What an event of one kind takes from the voucher and what of its price is paid, in per cent."""

    unit_use_percent: int
    paid_share_percent: int


@dataclass(frozen=True)
class MilestoneTerm:
    """One instalment of the outcome bonus: gross cents for each tier after so many days in a job. What each value asks is
    told at `pricing.rules.MilestoneRule`, which has the same names and defaults."""

    days: int
    amount_cents: dict[int, int]
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

    def stored(self, no: int) -> dict[str, Any]:
        """As the row keeps it."""
        amounts = {str(tier): cents for tier, cents in self.amount_cents.items()}
        lists = {"kinds": [*self.kinds], "cumulates_with": [*self.cumulates_with]}
        return {**vars(self), **lists, "no": no, "amount_cents": amounts}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """From what the row keeps; what an older row does not name has its default."""
        values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()}
        del values["no"]
        values["amount_cents"] = {int(tier): cents for tier, cents in stored["amount_cents"].items()}
        return cls(**values)


@dataclass(frozen=True)
class TermsDraft:
    """A version as procurement writes it. Price: gross cents a unit for everyone at any time, None where price rows say it
    all; size: hundredths of the unit. evening_from: minute of the day."""

    valid_from: date
    price_cents: int | None
    units_hundredths: int
    validity_days: int
    events: dict[str, EventTerm]
    milestones: tuple[MilestoneTerm, ...] = ()
    board_decision: str = ""
    evening_from: int = EVENING_FROM
    once: str | None = field(default=None, compare=False)

    def event_rules(self) -> dict[str, Any]:
        """As the row keeps it, and as the pricing room reads it."""
        return {kind: vars(term) for kind, term in self.events.items()}

    def bonus_rule(self) -> dict[str, Any]:
        """As the row keeps it; {} without a bonus."""
        if not self.milestones:
            return {}
        return {"milestones": [term.stored(no) for no, term in enumerate(self.milestones, 1)]}


def draft_of(row: TermsVersion) -> TermsDraft:
    """The values of a stored version."""
    stored = sorted(row.bonus_rule.get("milestones", []), key=lambda one: one["no"])
    return TermsDraft(
        valid_from=row.valid_from,
        price_cents=row.price_cents,
        units_hundredths=row.units_hundredths,
        validity_days=row.validity_days,
        events={kind: EventTerm(**rule) for kind, rule in row.event_rules.items()},
        milestones=tuple(MilestoneTerm.of(one) for one in stored),
        board_decision=row.board_decision,
        evening_from=row.evening_from,
    )


def check(draft: TermsDraft) -> None:
    """Hold a draft to the rules of pricing. Refused at the field to mend, whose name says which one:
    `no_show_paid`, `milestone_2_days` and so on."""
    if draft.price_cents is not None and not 0 < draft.price_cents <= MOST_CENTS:
        raise Refused("not_above_zero", "price")
    if not 0 < draft.units_hundredths <= MOST_UNITS_HUNDREDTHS:
        raise Refused("not_above_zero", "units")
    if not 0 <= draft.evening_from <= MINUTES_A_DAY:
        raise Refused("choice_unknown", "evening_from")
    if not 0 < draft.validity_days <= MOST_VALIDITY_DAYS:
        raise Refused("validity_odd", "validity_days", most=MOST_VALIDITY_DAYS)
    if set(draft.events) != set(KINDS):
        raise Refused("choice_unknown")
    for kind, term in draft.events.items():
        for name, value in (("use", term.unit_use_percent), ("paid", term.paid_share_percent)):
            if not 0 <= value <= 100:
                raise Refused("not_a_percentage", f"{kind}_{name}")
        if term.paid_share_percent > term.unit_use_percent:
            raise Refused("paid_more_than_used", f"{kind}_paid", use=term.unit_use_percent)
    check_milestones(draft.milestones)
    # the pricing room has the last word: what it cannot read must never be stored
    event_rules(draft.event_rules())
    for tier in TIERS:
        milestone_rules(draft.bonus_rule(), tier)


FIELDS = {
    "min_weekly_hours_hundredths": "hours", "max_gap_days": "gap", "full_within_days": "window",
    "start_window_days": "start_window", "min_contract_days": "contract", "min_monthly_pay_cents": "pay",
    "earnings_cents": "earnings", "least_points_hundredths": "points", "subsidised_percent": "subsidised_percent",
    "previous_employer_days": "previous", "previous_employer_min_days": "previous_min", "person_cap_cents": "cap",
    "claim_within_days": "claim", "clawback_days": "clawback",
}  # fmt: skip
"""The form's short name of each number of a milestone; the others have their own names."""


def check_milestones(milestones: Sequence[MilestoneTerm]) -> None:
    """Hold a bonus rule to sense. Refused at `milestone_<no>_<field>`: what contradicts itself, what can never mature, and
    what no number can be (number_negative, not_a_percentage, amount_negative, milestone_not_later)."""
    before = 0
    for no, milestone in enumerate(milestones, 1):
        if milestone.days <= before:
            raise Refused("milestone_not_later", f"milestone_{no}_days", before=before)
        before = milestone.days
        if set(milestone.amount_cents) != set(TIERS) or min(milestone.amount_cents.values()) < 0:
            raise Refused("amount_negative", f"milestone_{no}_tier_1")
        if milestone.start_window_days < 0:
            raise Refused("window_before_start", f"milestone_{no}_start_window")
        for name, short in FIELDS.items():
            if (getattr(milestone, name) or 0) < 0:
                raise Refused("number_negative", f"milestone_{no}_{short}")
        if milestone.subsidised_percent > 100:
            raise Refused("not_a_percentage", f"milestone_{no}_subsidised_percent")
    stored = {"milestones": [term.stored(no) for no, term in enumerate(milestones, 1)]}
    found = next(contradictions({tier: milestone_rules(stored, tier) for tier in TIERS}), None)
    if found is not None:
        raise Refused(found.code, f"milestone_{found.no}_{FIELDS.get(found.field, found.field)}", **found.values)


@dataclass(frozen=True)
class Difference:
    """One thing that differs between two versions. `part` names it for the labels, `no` which one of several (a
    milestone), `detail` the kind of event or the tier; `shown_as`: money, quantity, days, percent, day, yes_no."""

    part: str
    shown_as: str
    old: Any
    new: Any
    no: int | None = None
    detail: str | None = None


def differences(old: TermsDraft | None, new: TermsDraft) -> tuple[Difference, ...]:
    """What the new version changes; a part that one side does not have is None. Empty without an old version."""
    if old is None:
        return ()
    return tuple(one for one in _compare(old, new) if one.old != one.new)


def _compare(old: TermsDraft, new: TermsDraft) -> Iterator[Difference]:
    yield Difference("price", "money", old.price_cents, new.price_cents)
    yield Difference("evening_from", "clock", old.evening_from, new.evening_from)
    yield Difference("size", "quantity", old.units_hundredths, new.units_hundredths)
    yield Difference("validity", "days", old.validity_days, new.validity_days)
    for kind in KINDS:
        one, two = old.events.get(kind), new.events.get(kind)
        for part in ("unit_use_percent", "paid_share_percent"):
            values = (getattr(one, part, None), getattr(two, part, None))
            yield Difference(part, "percent", *values, detail=kind)
    for no in range(1, max(len(old.milestones), len(new.milestones)) + 1):
        yield from _compare_milestones(no, _at(old.milestones, no), _at(new.milestones, no))


def _compare_milestones(no: int, old: MilestoneTerm | None, new: MilestoneTerm | None) -> Iterator[Difference]:
    for part, shown_as in (
        ("days", "days"),
        ("min_weekly_hours_hundredths", "quantity"),
        ("employer_change_allowed", "yes_no"),
        ("max_gap_days", "days"),
        ("subsidised_counts", "yes_no"),
        ("metric", "bonus_metric"),
        ("kinds", "outcome_kinds"),
        ("full_within_days", "days"),
        ("start_window_days", "days"),
        ("min_contract_days", "days"),
        ("min_monthly_pay_cents", "money"),
        ("earnings_cents", "money"),
        ("least_points_hundredths", "quantity"),
        ("subsidised_percent", "percent"),
        ("self_employment_counts", "yes_no"),
        ("own_group_excluded", "yes_no"),
        ("previous_employer_days", "days"),
        ("previous_employer_min_days", "days"),
        ("person_cap_cents", "money"),
        ("cumulates_with", "list"),
        ("claim_within_days", "days"),
        ("min_grade", "evidence_grade"),
        ("clawback_days", "days"),
    ):
        yield Difference(f"milestone_{part}", shown_as, getattr(old, part, None), getattr(new, part, None), no)
    for tier in TIERS:
        before, after = (None if one is None else one.amount_cents.get(tier) for one in (old, new))
        yield Difference("milestone_amount", "money", before, after, no=no, detail=str(tier))


def _at(milestones: tuple[MilestoneTerm, ...], no: int) -> MilestoneTerm | None:
    return milestones[no - 1] if no <= len(milestones) else None
