"""What a version of the terms says, as values: between the form, the stored row and the rules that price events."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from marketplace.models.programmes import TermsVersion
from marketplace.pricing.bands import EVENING_FROM, MINUTES_A_DAY
from marketplace.pricing.rules import EventKind, event_rules, milestone_rules
from marketplace.use_cases.refusals import Refused

TIERS = (1, 2, 3)
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
    """One instalment of the outcome bonus: gross cents for each tier after so many days in a job."""

    days: int
    amount_cents: dict[int, int]
    min_weekly_hours_hundredths: int = 0
    employer_change_allowed: bool = False
    max_gap_days: int = 0
    subsidised_counts: bool = True


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
        return {
            "milestones": [
                {**vars(term), "no": no, "amount_cents": {str(t): cents for t, cents in term.amount_cents.items()}}
                for no, term in enumerate(self.milestones, 1)
            ]
        }


def draft_of(row: TermsVersion) -> TermsDraft:
    """The values of a stored version."""
    milestones = []
    for stored in sorted(row.bonus_rule.get("milestones", []), key=lambda one: one["no"]):
        values = {name: value for name, value in stored.items() if name != "no"}
        values["amount_cents"] = {int(tier): cents for tier, cents in stored["amount_cents"].items()}
        milestones.append(MilestoneTerm(**values))
    return TermsDraft(
        valid_from=row.valid_from,
        price_cents=row.price_cents,
        units_hundredths=row.units_hundredths,
        validity_days=row.validity_days,
        events={kind: EventTerm(**rule) for kind, rule in row.event_rules.items()},
        milestones=tuple(milestones),
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
    before = 0
    for no, milestone in enumerate(draft.milestones, 1):
        if milestone.days <= before:
            raise Refused("milestone_not_later", f"milestone_{no}_days", before=before)
        before = milestone.days
        if set(milestone.amount_cents) != set(TIERS) or min(milestone.amount_cents.values()) < 0:
            raise Refused("amount_negative", f"milestone_{no}_tier_1")
    # the pricing room has the last word: what it cannot read must never be stored
    event_rules(draft.event_rules())
    for tier in TIERS:
        milestone_rules(draft.bonus_rule(), tier)


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
    ):
        yield Difference(f"milestone_{part}", shown_as, getattr(old, part, None), getattr(new, part, None), no)
    for tier in TIERS:
        before, after = (None if one is None else one.amount_cents.get(tier) for one in (old, new))
        yield Difference("milestone_amount", "money", before, after, no=no, detail=str(tier))


def _at(milestones: tuple[MilestoneTerm, ...], no: int) -> MilestoneTerm | None:
    return milestones[no - 1] if no <= len(milestones) else None
