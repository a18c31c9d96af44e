"""The form of an outcome bonus: up to four milestones, each with everything that it may ask."""

from typing import Any

from wtforms import BooleanField, IntegerField, SelectField
from wtforms.validators import Optional

from marketplace.use_cases.terms_values import GRADES, KINDS_OF_RESULT, METRICS, TIERS, MilestoneTerm
from marketplace.web.forms import CheckboxesField, Form, MoneyField, QuantityField, labelled
from marketplace.web.i18n import lazy_gettext

MILESTONES = (1, 2, 3, 4)

NUMBERS = {
    "max_gap_days": "gap", "start_window_days": "start_window", "min_contract_days": "contract",
    "previous_employer_days": "previous", "previous_employer_min_days": "previous_min",
    "subsidised_percent": "subsidised_percent",
}  # fmt: skip
"""Whole numbers; an empty box is zero, but for the percentage, where it is no limit."""
MAYBE = {"full_within_days": "window", "claim_within_days": "claim", "clawback_days": "clawback"}
"""Whole numbers that may be left out."""
AMOUNTS = {
    "min_weekly_hours_hundredths": "hours", "min_monthly_pay_cents": "pay", "earnings_cents": "earnings",
    "least_points_hundredths": "points",
}  # fmt: skip
FLAGS = {
    "employer_change_allowed": "change", "subsidised_counts": "subsidised", "self_employment_counts": "self_employment",
    "own_group_excluded": "own_group",
}  # fmt: skip
FURTHER = ("metric", "kinds", "window", "earnings", "points", "start_window", "contract", "pay", "self_employment",
           "own_group", "previous", "previous_min", "subsidised_percent", "min_grade", "claim", "clawback")  # fmt: skip
"""Fields that stand folded away; a milestone with an error in one of them is shown unfolded."""


class BonusForm(Form):
    """Its fields for milestones are made below."""

    cap = MoneyField(lazy_gettext("The most for one person"))
    cumulates_with = CheckboxesField(lazy_gettext("Programmes that may pay for the same days"), choices=[])

    def milestones(self) -> tuple[MilestoneTerm, ...]:
        """The milestones, of a form that is valid so far; one without days is left out."""
        return tuple(self._milestone(no) for no in MILESTONES if self[f"milestone_{no}_days"].data is not None)

    def _milestone(self, no: int) -> MilestoneTerm:
        def value(name: str) -> Any:
            return self[f"milestone_{no}_{name}"].data

        values: dict[str, Any] = {name: value(short) or 0 for name, short in {**NUMBERS, **AMOUNTS}.items()}
        if value("subsidised_percent") is None:
            values["subsidised_percent"] = 100
        values |= {name: value(short) for name, short in {**MAYBE, **FLAGS}.items()}
        return MilestoneTerm(
            days=value("days"),
            amount_cents={tier: value(f"tier_{tier}") or 0 for tier in TIERS},
            metric=value("metric"),
            kinds=tuple(value("kinds") or ()),
            min_grade=value("min_grade"),
            person_cap_cents=self.cap.data,
            cumulates_with=tuple(self.cumulates_with.data or ()),
            **values,
        )

    def unfolded(self, no: int) -> bool:
        """Has a field that stands folded away something to mend?"""
        return any(self[f"milestone_{no}_{name}"].errors for name in FURTHER)


def bonus_values(milestones: tuple[MilestoneTerm, ...]) -> dict[str, Any]:
    """The milestones' values by the names of the form's fields."""
    values: dict[str, Any] = {}
    for no in MILESTONES:
        if no > len(milestones):
            values[f"milestone_{no}_days"] = None
            continue
        one = milestones[no - 1]
        names = {**NUMBERS, **MAYBE, **AMOUNTS, **FLAGS, "days": "days", "metric": "metric", "min_grade": "min_grade"}
        values |= {f"milestone_{no}_{short}": getattr(one, name) for name, short in names.items()}
        values |= {f"milestone_{no}_tier_{tier}": one.amount_cents[tier] for tier in TIERS}
        values[f"milestone_{no}_kinds"] = list(one.kinds)
    if milestones:
        values |= {"cap": milestones[0].person_cap_cents, "cumulates_with": list(milestones[0].cumulates_with)}
    return values


def _days(label: Any, default: int | None = None) -> IntegerField:
    return IntegerField(label, [Optional()], default=default)


for _no in MILESTONES:
    _fields = {
        "days": _days(lazy_gettext("Days in the job")),
        "tier_1": MoneyField(lazy_gettext("Tier 1")),
        "tier_2": MoneyField(lazy_gettext("Tier 2")),
        "tier_3": MoneyField(lazy_gettext("Tier 3")),
        "hours": QuantityField(lazy_gettext("Least hours a week")),
        "gap": _days(lazy_gettext("Days without work that are forgiven between two jobs"), 0),
        "change": BooleanField(lazy_gettext("The employer may change")),
        "subsidised": BooleanField(lazy_gettext("A job with wage subsidy counts"), default=True),
        "metric": SelectField(lazy_gettext("What is counted"), choices=labelled("bonus_metric", METRICS)),
        "kinds": CheckboxesField(
            lazy_gettext("Results that count"), choices=labelled("outcome_kind", KINDS_OF_RESULT),
            default=["job", "apprenticeship"],
        ),
        "window": _days(lazy_gettext("Must be full within, days from the first day of work")),
        "earnings": MoneyField(lazy_gettext("Pay in all that is asked for")),
        "points": QuantityField(lazy_gettext("Least change between two measurements")),
        "start_window": _days(lazy_gettext("Days after the voucher in which the work may still begin"), 0),
        "contract": _days(lazy_gettext("Shortest contract, in days"), 0),
        "pay": MoneyField(lazy_gettext("Least net pay a month")),
        "self_employment": BooleanField(lazy_gettext("A business of one's own counts")),
        "own_group": BooleanField(lazy_gettext("The provider's own group does not count"), default=True),
        "previous": _days(lazy_gettext("Days back in which a former employer is looked for"), 0),
        "previous_min": _days(lazy_gettext("A former job up to so many days does not matter"), 0),
        "subsidised_percent": _days(lazy_gettext("The most of it that subsidised work may be"), 100),
        "min_grade": SelectField(
            lazy_gettext("Weakest evidence that is enough"), choices=labelled("evidence_grade", GRADES), default="client"
        ),
        "claim": _days(lazy_gettext("Must be shown within, days from the first day of work")),
        "clawback": _days(lazy_gettext("Days in which the bonus can be taken back")),
    }  # fmt: skip
    for _name, _field in _fields.items():
        setattr(BonusForm, f"milestone_{_no}_{_name}", _field)
