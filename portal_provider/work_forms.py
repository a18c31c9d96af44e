"""The forms of a provider's daily work."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Length

from marketplace.use_cases.answer_choice import DECLINE_REASONS
from marketplace.use_cases.refusals import Refused, Stale
from marketplace.use_cases.report_outcome import CONTRACTS
from marketplace.web.forms import (
    BusinessIdField,
    ClockField,
    DayField,
    Form,
    MoneyField,
    OnceForm,
    QuantityField,
    Required,
    add_refusal,
    labelled,
)
from marketplace.web.i18n import lazy_gettext

WORDS = 2_000


@contextmanager
def mending(form: Any) -> Iterator[None]:
    """Shows what the rules refuse at the form's fields. A stale page stays an error page of its own (409)."""
    try:
        yield
    except Stale:
        raise
    except Refused as refused:
        add_refusal(form, refused)


def given(field: Any) -> Any:
    """What a required box was filled with, after the form has been found good."""
    return field.data


class ConfirmForm(Form):
    """A place for a client who has chosen the company."""

    start_on = DayField(lazy_gettext("First day of the service"), [Required()])


class DeclineForm(Form):
    """One of the listed grounds."""

    reason = RadioField(
        lazy_gettext("Why can you not take the client?"),
        [Required()],
        choices=labelled("decline_reason", DECLINE_REASONS),
    )


class EventForm(OnceForm):
    """One delivery, or a visit that did not happen. `kind` gets its choices from the voucher's terms."""

    day = DayField(lazy_gettext("Day"), [Required()])
    begins_at = ClockField(lazy_gettext("When did it begin?"))
    kind = RadioField(lazy_gettext("What happened?"), [Required()], default="delivered")
    quantity = QuantityField(lazy_gettext("How much?"), [Required()])
    note = StringField(lazy_gettext("Note"), [Length(max=500)])


class ReasonForm(OnceForm):
    """Why something is taken back."""

    reason = TextAreaField(lazy_gettext("Reason"), [Required(), Length(max=WORDS)])


class AnswerObjectionForm(OnceForm):
    """The company's side of an objection."""

    answer = TextAreaField(lazy_gettext("How was it from your side?"), [Required(), Length(max=WORDS)])


STATEMENTS = ("no", "yes")
"""What disqualifies must be said, one way or the other: nothing is ticked beforehand."""


class OutcomeForm(OnceForm):
    """A job that the client has found."""

    employer = StringField(lazy_gettext("Employer's name"), [Required(), Length(max=200)])
    employer_business_id = BusinessIdField(lazy_gettext("Employer's business ID"))
    starts_on = DayField(lazy_gettext("First day of work"), [Required()])
    weekly_hours = QuantityField(lazy_gettext("Hours a week"), [Required()])
    contract = RadioField(lazy_gettext("Contract"), [Required()], choices=labelled("contract", CONTRACTS))
    ends_on = DayField(lazy_gettext("Planned last day"))
    subsidised = BooleanField(lazy_gettext("The employer gets a wage subsidy for this job"))
    subsidised_to = DayField(lazy_gettext("Last day of the wage subsidy"))
    own_group = RadioField(
        lazy_gettext("Is the employer your own company, or of your own group?"), [Required()],
        choices=labelled("statement", STATEMENTS),
    )
    previous_employer = RadioField(
        lazy_gettext("Has the client worked for this employer before?"), [Required()],
        choices=labelled("statement", STATEMENTS),
    )
    monthly_pay = MoneyField(lazy_gettext("Net pay a month"))
    beside = BooleanField(lazy_gettext("This is a job beside another one that you have reported"))


class JobEndForm(Form):
    """A verified job that has ended."""

    last_day = DayField(lazy_gettext("Last day of work"), [Required()])
    reason = TextAreaField(lazy_gettext("How did it end?"), [Required(), Length(max=WORDS)])


class SendInvoiceForm(OnceForm):
    """The month to send. Its lines are not typed: they come from what was recorded."""

    month = HiddenField()
    reference = StringField(lazy_gettext("The organiser's reference"), [Length(max=70)])


class CreditForm(OnceForm):
    """A part of a paid line, or what is left of it."""

    amount = MoneyField(lazy_gettext("How much to credit"), [Required()])
    reason = TextAreaField(lazy_gettext("Reason of the credit"), [Required(), Length(max=500)])
