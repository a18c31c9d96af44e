"""The forms by which procurement decides on providers, and by which a decision's delivery is recorded."""

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import Length

from marketplace.web.forms import CheckboxesField, DayField, Form, OnceForm, Required, choices, labelled
from marketplace.web.i18n import lazy_gettext

CHANNELS = ("post", "electronic", "handed_over")


class AskForm(Form):
    """A question back to the provider."""

    question = TextAreaField(lazy_gettext("What do you need from the provider?"), [Required(), Length(max=2000)])


class ApproveForm(OnceForm):
    """Which services and areas are approved, and why."""

    items = CheckboxesField(lazy_gettext("Approved for"), choices=[], coerce=int)
    reasons = TextAreaField(lazy_gettext("Reasons of the decision"), [Length(max=5000)])


class RejectForm(OnceForm):
    """Why the application is rejected."""

    reasons = TextAreaField(lazy_gettext("Reasons of the decision"), [Length(max=5000)])


class StateForm(Form):
    """The reason of a suspension, or of its end. The provider reads it."""

    reason = TextAreaField(lazy_gettext("Reason, as the provider reads it"), [Length(max=2000)])


class EndForm(OnceForm):
    """The end of a provider's approvals."""

    approvals = CheckboxesField(lazy_gettext("Which approvals end?"), [Required()], choices=[], coerce=int)
    own_request = RadioField(
        lazy_gettext("Who has asked for it?"),
        [Required()],
        choices=choices(
            [
                ("no", lazy_gettext("The organiser: a condition is not met")),
                ("yes", lazy_gettext("The provider itself")),
            ]
        ),
    )
    last_day = DayField(lazy_gettext("Last day of the approval"), [Required()])
    reasons = TextAreaField(lazy_gettext("Reasons of the decision"), [Length(max=5000)])


class DeliveryForm(OnceForm):
    """How and when a decision left."""

    channel = RadioField(
        lazy_gettext("How was it sent?"), [Required()], choices=labelled("delivery_channel", CHANNELS), default="post"
    )
    sent_on = DayField(lazy_gettext("Day of sending"), [Required()])
    evidence = StringField(lazy_gettext("What shows it"), [Length(max=500)])
