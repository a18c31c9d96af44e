"""The forms of programmes, packages, areas, terms, rulebooks and appropriations."""

from dataclasses import replace
from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from marketplace.use_cases.decisions import APPEAL_DAYS
from marketplace.use_cases.own_company import LEGAL_FORMS
from marketplace.use_cases.package_vat import BASES
from marketplace.use_cases.terms_values import EVENING_FROM, KINDS, TIERS, EventTerm, MilestoneTerm, TermsDraft
from marketplace.use_cases.write_package import CARD_PARTS, UNITS
from marketplace.use_cases.write_programme import BONUS_RESERVED_AT, NEED_CATEGORIES
from marketplace.web.forms import (
    CheckboxesField,
    ClockField,
    DayField,
    Form,
    LocalizedTextField,
    MoneyField,
    OnceForm,
    QuantityField,
    Required,
    labelled,
)
from marketplace.web.i18n import lazy_gettext

MILESTONES = (1, 2)
WRITTEN_HERE = ("days", "amount_cents", "min_weekly_hours_hundredths", "employer_change_allowed", "max_gap_days",
                "subsidised_counts")  # fmt: skip
"""What the form of the terms asks of a milestone; everything else stands in the form of the bonus."""


class ProgrammeForm(OnceForm):
    """What a programme needs so that its decisions lack nothing."""

    name = LocalizedTextField(lazy_gettext("Name of the programme"))
    legal_basis = LocalizedTextField(lazy_gettext("Legal basis, as decisions print it"), long=True, most=2000)
    board_decision = StringField(lazy_gettext("The board's decision on the programme"), [Required(), Length(max=200)])
    appeal_route = RadioField(
        lazy_gettext("How its decisions are appealed"), [Required()], choices=labelled("appeal_route", APPEAL_DAYS)
    )
    appeal_body = LocalizedTextField(lazy_gettext("To whom a request for rectification goes"), long=True, most=1000)
    information_contact = TextAreaField(lazy_gettext("Who gives more information"), [Required(), Length(max=500)])
    cost_centre = StringField(lazy_gettext("Cost centre"), [Required(), Length(max=40)])
    bonus_reserved_at = RadioField(
        lazy_gettext("When is money reserved for outcome bonuses?"),
        [Required()],
        choices=labelled("bonus_reserved_at", BONUS_RESERVED_AT),
        default="grant",
    )
    need_categories = CheckboxesField(
        lazy_gettext("Which needs it answers to"), [Required()], choices=labelled("need_category", NEED_CATEGORIES)
    )


class PackageForm(OnceForm):
    """A package with its service card."""

    name = LocalizedTextField(lazy_gettext("Name of the service"))
    unit = SelectField(lazy_gettext("Unit"), [Required()], choices=labelled("unit", UNITS), default="hour")
    vat_basis = RadioField(
        lazy_gettext("For value added tax"), [Required()], choices=labelled("vat_basis", BASES), default="taxable"
    )
    free_by_law = RadioField(
        lazy_gettext("Does the client pay anything?"), [Required()], choices=labelled("free_by_law", ("yes", "no")),
        default="yes",
    )  # fmt: skip
    legal_forms = CheckboxesField(
        lazy_gettext("Legal forms that may not provide it"), choices=labelled("legal_form", LEGAL_FORMS)
    )
    provision = StringField(lazy_gettext("The provision that says so"), [Length(max=300)])
    purpose = LocalizedTextField(lazy_gettext("Purpose"), long=True, most=2000)
    target_group = LocalizedTextField(lazy_gettext("Who it is for"), long=True, most=2000)
    content = LocalizedTextField(lazy_gettext("What is done"), long=True, most=4000)
    effects = LocalizedTextField(lazy_gettext("What it should lead to"), long=True, most=2000)
    arrival = LocalizedTextField(lazy_gettext("How one comes to the service"), long=True, most=2000)

    def excluded(self) -> dict[str, str]:
        """The legal forms that may not provide the service, each with the provision."""
        return dict.fromkeys(self.legal_forms.data or (), self.provision.data or "")

    def card(self) -> dict[str, dict[str, str]]:
        return {part: self[part].data for part in CARD_PARTS}


class AreaForm(OnceForm):
    """An area and its municipalities; the choices are the organiser's own."""

    name = LocalizedTextField(lazy_gettext("Name of the area"))
    municipalities = CheckboxesField(lazy_gettext("Municipalities"), [Required()], choices=[])


def _percent(label: Any, default: int) -> IntegerField:
    return IntegerField(label, [InputRequired(lazy_gettext("Write a percentage from 0 to 100."))], default=default)


class TermsForm(OnceForm):
    """One version of a package's terms. Its fields for events and milestones are made below."""

    valid_from = DayField(lazy_gettext("First day"), [Required()])
    price = MoneyField(lazy_gettext("Price of one unit, VAT included"))
    units = QuantityField(lazy_gettext("Size of the voucher"), [Required()])
    validity_days = IntegerField(
        lazy_gettext("Days of validity"), [InputRequired(lazy_gettext("Write the number of days."))], default=180
    )
    evening_from = ClockField(lazy_gettext("The evening begins at"), default=EVENING_FROM)
    board_decision = StringField(lazy_gettext("The board's decision on these terms"), [Length(max=200)])

    def draft(self, kept: tuple[MilestoneTerm, ...] = ()) -> TermsDraft:
        """The values, of a form that is valid so far. kept: milestones whose further conditions, which have a form of
        their own, stay as they are."""
        return TermsDraft(
            valid_from=self["valid_from"].data,
            price_cents=self["price"].data,
            units_hundredths=self["units"].data,
            validity_days=self.validity_days.data,
            events={kind: EventTerm(self[f"{kind}_use"].data, self[f"{kind}_paid"].data) for kind in KINDS},
            milestones=self._milestones(kept),
            board_decision=self.board_decision.data or "",
            evening_from=EVENING_FROM if self["evening_from"].data is None else self["evening_from"].data,
            once=self.once.data,
        )

    def _milestones(self, kept: tuple[MilestoneTerm, ...]) -> tuple[MilestoneTerm, ...]:
        found = []
        for no in MILESTONES:
            if self[f"milestone_{no}_days"].data is not None:
                written = self._milestone(no)
                values = {name: getattr(written, name) for name in WRITTEN_HERE}
                found.append(replace(kept[no - 1], **values) if no <= len(kept) else written)
        return (*found, *kept[len(MILESTONES) :])

    def _milestone(self, no: int) -> MilestoneTerm:
        def value(name: str) -> Any:
            return self[f"milestone_{no}_{name}"].data

        return MilestoneTerm(
            days=value("days"),
            amount_cents={tier: value(f"tier_{tier}") or 0 for tier in TIERS},
            min_weekly_hours_hundredths=value("hours") or 0,
            employer_change_allowed=value("change"),
            max_gap_days=value("gap") or 0,
            subsidised_counts=value("subsidised"),
        )


def form_values(draft: TermsDraft) -> dict[str, Any]:
    """A draft's values by the names of the form's fields."""
    values: dict[str, Any] = {
        "valid_from": draft.valid_from,
        "price": draft.price_cents,
        "units": draft.units_hundredths,
        "validity_days": draft.validity_days,
        "board_decision": draft.board_decision,
        "evening_from": draft.evening_from,
    }
    for kind, term in draft.events.items():
        values[f"{kind}_use"], values[f"{kind}_paid"] = term.unit_use_percent, term.paid_share_percent
    for no in MILESTONES:
        one = draft.milestones[no - 1] if no <= len(draft.milestones) else None
        values[f"milestone_{no}_days"] = one.days if one else None
        if one:
            values |= {f"milestone_{no}_tier_{tier}": one.amount_cents[tier] for tier in TIERS}
            values[f"milestone_{no}_hours"] = one.min_weekly_hours_hundredths
            values[f"milestone_{no}_change"] = one.employer_change_allowed
            values[f"milestone_{no}_gap"] = one.max_gap_days
            values[f"milestone_{no}_subsidised"] = one.subsidised_counts
    return values


USUAL = {"delivered": (100, 100), "no_show": (100, 50), "late_cancel": (50, 50), "provider_cancel": (0, 0)}
USUAL_DAYS = {1: 42, 2: 182}

for _kind in KINDS:
    setattr(TermsForm, f"{_kind}_use", _percent(lazy_gettext("Taken from the voucher"), USUAL[_kind][0]))
    setattr(TermsForm, f"{_kind}_paid", _percent(lazy_gettext("Paid of the price"), USUAL[_kind][1]))
for _no in MILESTONES:
    _fields = {
        "days": IntegerField(lazy_gettext("Days in the job"), [Optional()], default=USUAL_DAYS[_no]),
        "tier_1": MoneyField(lazy_gettext("Tier 1")),
        "tier_2": MoneyField(lazy_gettext("Tier 2")),
        "tier_3": MoneyField(lazy_gettext("Tier 3")),
        "hours": QuantityField(lazy_gettext("Least hours a week"), default=1800),
        "gap": IntegerField(
            lazy_gettext("Days without work that are forgiven between two jobs"), [Optional()], default=0
        ),
        "change": BooleanField(lazy_gettext("The employer may change")),
        "subsidised": BooleanField(lazy_gettext("A job with wage subsidy counts"), default=True),
    }
    for _name, _field in _fields.items():
        setattr(TermsForm, f"milestone_{_no}_{_name}", _field)


class ReasonForm(Form):
    """A reason, for sending something back."""

    reason = TextAreaField(lazy_gettext("What must change"), [Required(), Length(max=2000)])


class PublishForm(Form):
    """By which decision the terms are published."""

    board_decision = StringField(lazy_gettext("The board's decision on these terms"), [Required(), Length(max=200)])


class RulebookForm(Form):
    """The dates and texts of a version of the rulebook."""

    valid_from = DayField(lazy_gettext("First day"), [Required()])
    accept_by = DayField(lazy_gettext("Last day to accept it"), [Required()])
    change_note = LocalizedTextField(lazy_gettext("What changes, and why"), long=True, required=False, most=4000)
    introduction = LocalizedTextField(lazy_gettext("Introduction"), long=True, required=False, most=20_000)
    board_decision = StringField(lazy_gettext("The board's decision"), [Length(max=200)])


class TermForm(Form):
    """One numbered term."""

    part = SelectField(lazy_gettext("Which part"), [Required()], choices=[])
    text = LocalizedTextField(lazy_gettext("The term"), long=True, most=8000)
    check = SelectField(lazy_gettext("Who sees to it"), choices=[])


class AppropriationForm(OnceForm):
    """The year's whole appropriation."""

    year = SelectField(lazy_gettext("Year"), [Required()], coerce=int, choices=[])
    amount = MoneyField(lazy_gettext("Appropriation of the year, as a whole"), [Required()])
    reason = TextAreaField(lazy_gettext("Why"), [Required(), Length(max=1000)])
    board_decision = StringField(lazy_gettext("The decision behind it"), [Required(), Length(max=200)])
