"""The snapshot: what the grant promised, kept with the voucher and never recomputed (money.md 2).

A later version of the terms, another provider or another tier alters nothing of it. Prices and values are gross; VAT is
split at the claim by the provider's class and the delivery date, so it is not a part of the promise.
"""

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import date
from typing import Any, Self

from marketplace.money import not_negative, times, whole
from marketplace.pricing.bands import EVENING_FROM, MINUTES_A_DAY, Band, band_at
from marketplace.pricing.prices import BandPrice, PriceKind
from marketplace.pricing.rules import EventKind, EventRule, Json, MilestoneRule, check_names, in_order

FORM = 2
"""The form in which a snapshot is stored. Form 1 knew one price for all bands of time; it is read as that. A reader that
meets another form must say so instead of guessing."""

FORM_1 = frozenset({
    "programme_code", "package_code", "terms_no", "legal_basis", "unit", "price_cents", "units_hundredths", "value_cents",
    "event_rules", "milestones", "tier", "own_share_cents", "bonus_reserved_at",
})  # fmt: skip
"""The names of form 1, all of them required then and now."""

MILESTONE_1 = frozenset({
    "no", "days", "amount_cents", "min_weekly_hours_hundredths", "employer_change_allowed", "max_gap_days",
    "subsidised_counts",
})  # fmt: skip
"""The names of a milestone in form 1, required as well; what it has gained since has its default where it is not there."""

BONUS_RESERVED_AT = ("grant", "outcome")
TEXTS = ("programme_code", "package_code", "legal_basis", "unit", "bonus_reserved_at")
NUMBERS = ("terms_no", "tier", "price_cents", "units_hundredths", "value_cents", "own_share_cents")


class NoRule(ValueError):
    """The grant promised no price for this kind of event: it cannot be recorded on this voucher."""


def voucher_value(price_cents: int, units_hundredths: int) -> int:
    """The most that the voucher's service may cost the organiser, in gross cents: units x the highest value of a unit in
    any band of time, rounded once. So the money can never run out before the units do, whenever they are used."""
    return times(not_negative(units_hundredths, "units_hundredths"), not_negative(price_cents, "price_cents"))


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """The promise of one grant.

    unit: hour, day, session, month ... ; price_cents: what the organiser pays at most for one unit on a weekday's day,
    gross; value_cents: always `voucher_value(top_cents, units_hundredths)`; tier: the client's, set by the caseworker
    before the choice; own_share_cents: what the client owes the provider on top for each delivered unit on a weekday's day,
    as far as the grant knows it; bonus_reserved_at: `grant` or `outcome`, the programme's policy (money.md 3). Milestones
    are in order. bands: the prices of the unit's bands of time; empty means `price_cents` at any time. need_class, area:
    by which rows of the table they were found; evening_from: minute of the day.

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
    need_class: str | None = None
    area: str = ""
    bands: tuple[BandPrice, ...] = ()
    evening_from: int = EVENING_FROM

    def __post_init__(self) -> None:
        for name in NUMBERS:
            not_negative(getattr(self, name), name)
        for name in TEXTS:
            text = getattr(self, name)
            if not isinstance(text, str) or not text:
                raise ValueError(f"a snapshot needs its {name}")
        if self.value_cents != voucher_value(self.top_cents, self.units_hundredths):
            raise ValueError(f"the value {self.value_cents} is not units x price")
        names = [one.band for one in self.bands]
        if len(set(names)) != len(names) or (names and Band.DAY not in names):
            raise ValueError("a snapshot has one price for each band of time, and one for a weekday's day")
        if self.bands and self.price_cents != self.band(Band.DAY).value_cents:
            raise ValueError("the price is not that of a weekday's day")
        if not 0 <= whole(self.evening_from, "evening_from") <= MINUTES_A_DAY:
            raise ValueError("the evening begins outside the day")
        kinds = [rule.kind for rule in self.event_rules]
        if len(set(kinds)) != len(kinds) or EventKind.DELIVERED not in kinds:
            raise ValueError("a snapshot has one rule for each kind of event, and one for a delivery")
        if self.milestones != in_order(self.milestones):
            raise ValueError("the milestones are not in order")
        if self.bonus_reserved_at not in BONUS_RESERVED_AT:
            raise ValueError(f"a bonus is reserved at grant or outcome, not at {self.bonus_reserved_at}")

    @property
    def top_cents(self) -> int:
        """The highest value of one unit in any band of time, gross cents."""
        return max((one.value_cents for one in self.bands), default=self.price_cents)

    @property
    def time_matters(self) -> bool:
        """Whether a weekday's evening is priced otherwise than its day, so that an event must say when it began."""
        evening = [one for one in self.bands if one.band is Band.EVENING]
        return bool(evening) and asdict(evening[0]) != {**asdict(self.band(Band.DAY)), "band": Band.EVENING}

    def band(self, band: Band) -> BandPrice:
        """The price that holds in a band. Errors: NoRule when the grant has none."""
        if not self.bands:
            return BandPrice(band, PriceKind.FIXED, self.price_cents, None, self.price_cents + self.own_share_cents)
        for one in self.bands:
            if one.band is band:
                return one
        raise NoRule(f"no price for {band}")

    def band_at(self, day: date, minute: int | None) -> Band:
        """The band of an event that begins then."""
        return band_at(self.unit, day, minute, self.evening_from)

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
        values["milestones"] = [
            {name: list(value) if isinstance(value, tuple) else value for name, value in rule.items()}
            for rule in values["milestones"]
        ]
        values["bands"] = [{**one, "band": one["band"].value, "kind": one["kind"].value} for one in values["bands"]]
        return {"form": FORM, **values}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The snapshot from its stored form, strictly: what was stored, no more and no less. What a later form has added
        has its default where it is not there.

        Errors: ValueError for another form, a missing or strange name or a value that does not fit; TypeError for a
        number that is not an integer.
        """
        form = whole(stored.get("form"), "form")
        if form not in (1, FORM):
            raise ValueError(f"a snapshot of form {form} cannot be read here")
        known = FORM_1 if form == 1 else {*cls.__dataclass_fields__}
        check_names(stored, required={"form", *FORM_1}, known={"form", *known}, what="snapshot")
        values = {name: value for name, value in stored.items() if name != "form"}
        values["event_rules"] = tuple(_event_rule(rule) for rule in stored["event_rules"])
        values["milestones"] = tuple(_milestone(rule) for rule in stored["milestones"])
        values["bands"] = tuple(_band(one) for one in stored.get("bands", ()))
        return cls(**values)


def bonus_maximum(snapshot: Snapshot) -> int:
    """The most that the grant can come to cost in bonuses, in gross cents: every milestone, each once."""
    return sum(rule.amount_cents for rule in snapshot.milestones)


def _event_rule(stored: Mapping[str, Any]) -> EventRule:
    _hold(stored, EventRule, "event rule")
    return EventRule(**{**stored, "kind": EventKind(stored["kind"])})


def _milestone(stored: Mapping[str, Any]) -> MilestoneRule:
    check_names(stored, required={*MILESTONE_1}, known={*MilestoneRule.__dataclass_fields__}, what="milestone")
    return MilestoneRule.of(stored)


def _band(stored: Mapping[str, Any]) -> BandPrice:
    _hold(stored, BandPrice, "band price")
    return BandPrice(**{**stored, "band": Band(stored["band"]), "kind": PriceKind(stored["kind"])})


def _hold(stored: Mapping[str, Any], kind: type[EventRule] | type[BandPrice], what: str) -> None:
    required = {field.name for field in fields(kind) if field.default is MISSING}
    check_names(stored, required=required, known={field.name for field in fields(kind)}, what=what)
