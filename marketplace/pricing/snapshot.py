"""The snapshot: what the grant promised, kept with the voucher and never recomputed (money.md 2).

A later version of the terms, another provider or another tier alters nothing of it. Prices and values are gross; VAT is
split at the claim by the provider's class and the delivery date, so it is not a part of the promise.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from marketplace.money import not_negative, times, whole
from marketplace.pricing.rules import EventKind, EventRule, Json, MilestoneRule, check_names, in_order

FORM = 1
"""The form of the stored snapshot; a reader that meets another one must say so instead of guessing."""

BONUS_RESERVED_AT = ("grant", "outcome")
TEXTS = ("programme_code", "package_code", "legal_basis", "unit", "bonus_reserved_at")
NUMBERS = ("terms_no", "tier", "price_cents", "units_hundredths", "value_cents", "own_share_cents")


class NoRule(ValueError):
    """The grant promised no price for this kind of event: it cannot be recorded on this voucher."""


def voucher_value(price_cents: int, units_hundredths: int) -> int:
    """The most that the voucher's service may cost, in gross cents: units x price, rounded once."""
    return times(not_negative(units_hundredths, "units_hundredths"), not_negative(price_cents, "price_cents"))


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """The promise of one grant.

    unit: hour, day, session, month ... ; price_cents: gross, for one unit; value_cents: always
    `voucher_value(price_cents, units_hundredths)`; tier: the client's, set by the caseworker before the choice;
    own_share_cents: what the client owes the provider on top for each delivered unit, zero where the service is free of
    charge; bonus_reserved_at: `grant` or `outcome`, the programme's policy (money.md 3). Milestones are in order.

    Errors: ValueError when something does not fit together, TypeError for amounts that are not integers.
    """

    programme_code: str
    package_code: str
    terms_no: int
    legal_basis: str
    unit: str
    price_cents: int
    units_hundredths: int
    value_cents: int
    event_rules: tuple[EventRule, ...]
    milestones: tuple[MilestoneRule, ...] = ()
    tier: int = 1
    own_share_cents: int = 0
    bonus_reserved_at: str = "grant"

    def __post_init__(self) -> None:
        for name in NUMBERS:
            not_negative(getattr(self, name), name)
        for name in TEXTS:
            text = getattr(self, name)
            if not isinstance(text, str) or not text:
                raise ValueError(f"a snapshot needs its {name}")
        if self.value_cents != voucher_value(self.price_cents, self.units_hundredths):
            raise ValueError(f"the value {self.value_cents} is not units x price")
        kinds = [rule.kind for rule in self.event_rules]
        if len(set(kinds)) != len(kinds) or EventKind.DELIVERED not in kinds:
            raise ValueError("a snapshot has one rule for each kind of event, and one for a delivery")
        if self.milestones != in_order(self.milestones):
            raise ValueError("the milestones are not in order")
        if self.bonus_reserved_at not in BONUS_RESERVED_AT:
            raise ValueError(f"a bonus is reserved at grant or outcome, not at {self.bonus_reserved_at}")

    def rule(self, kind: EventKind | str) -> EventRule:
        """The rule of a kind of event. Errors: NoRule when the grant has none."""
        for rule in self.event_rules:
            if rule.kind == kind:
                return rule
        raise NoRule(f"no price for {kind}")

    def milestone(self, no: int) -> MilestoneRule:
        """The rule of milestone `no`. Errors: NoRule when the grant promised none of that number."""
        for rule in self.milestones:
            if rule.no == no:
                return rule
        raise NoRule(f"no milestone {no}")

    def to_json(self) -> Json:
        """The snapshot as a JSON object; `from_json` gives back an equal one."""
        values = asdict(self)
        values["event_rules"] = [{**rule, "kind": rule["kind"].value} for rule in values["event_rules"]]
        values["milestones"] = list(values["milestones"])
        return {"form": FORM, **values}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The snapshot from its stored form, strictly: what was stored, no more and no less.

        Errors: ValueError for another form, a missing or strange name or a value that does not fit; TypeError for a
        number that is not an integer.
        """
        names = {"form", *cls.__dataclass_fields__}
        check_names(stored, required=names, known=names, what="snapshot")
        if whole(stored["form"], "form") != FORM:
            raise ValueError(f"a snapshot of form {stored['form']} cannot be read here")
        values = {name: value for name, value in stored.items() if name != "form"}
        values["event_rules"] = tuple(_event_rule(rule) for rule in stored["event_rules"])
        values["milestones"] = tuple(_milestone(rule) for rule in stored["milestones"])
        return cls(**values)


def bonus_maximum(snapshot: Snapshot) -> int:
    """The most that the grant can come to cost in bonuses, in gross cents: every milestone, each once."""
    return sum(rule.amount_cents for rule in snapshot.milestones)


def _event_rule(stored: Mapping[str, Any]) -> EventRule:
    names = set(EventRule.__dataclass_fields__)
    check_names(stored, required=names, known=names, what="event rule")
    return EventRule(EventKind(stored["kind"]), stored["unit_use_percent"], stored["paid_share_percent"])


def _milestone(stored: Mapping[str, Any]) -> MilestoneRule:
    names = set(MilestoneRule.__dataclass_fields__)
    check_names(stored, required=names, known=names, what="milestone")
    return MilestoneRule.of(stored)
