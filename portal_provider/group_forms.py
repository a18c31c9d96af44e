"""The forms by which a company questions a control group, or answers such a question about itself."""

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import Length

from marketplace.web.forms import Form, OnceForm, Required, labelled
from marketplace.web.i18n import lazy_gettext


class GroupQuestionForm(OnceForm):
    """Which two companies, what about them, and why."""

    unit = SelectField(lazy_gettext("Company"), [Required()])
    other = SelectField(lazy_gettext("The other company"), [Required()])
    kind = RadioField(lazy_gettext("What do you say?"), [Required()], choices=labelled("group_question", ("join", "part")))
    grounds = TextAreaField(lazy_gettext("Grounds"), [Length(max=4000)])


class AnswerForm(Form):
    """What the company itself says."""

    answer = TextAreaField(lazy_gettext("Your answer"), [Length(max=4000)])
