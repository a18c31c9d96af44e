"""The filters of the audit trail. Sent with GET: they change nothing, so they need no token."""

from collections.abc import Iterable

from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Length

from admin.finance_words import words_or_code
from marketplace.roles import Role
from marketplace.web.forms import DayField, Form, Required, labelled
from marketplace.web.i18n import gettext, lazy_gettext


class Filter(Form):
    """A form that only asks."""

    class Meta(Form.Meta):
        csrf = False


class AuditFilterForm(Filter):
    who = StringField(lazy_gettext("Who (a part of the name)"), [Length(max=100)])
    role = SelectField(
        lazy_gettext("In which role"), choices=labelled("role", Role, lazy_gettext("Any")), validate_choice=False
    )
    done = SelectField(lazy_gettext("What was done"), choices=[], validate_choice=False)
    voucher = StringField(lazy_gettext("Number of a client's voucher"), [Length(max=40)])
    first = DayField(lazy_gettext("From"))
    last = DayField(lazy_gettext("To"))


class VoucherForm(Filter):
    number = StringField(lazy_gettext("Number of the voucher"), [Required(), Length(max=40)])


def actions_with_words(actions: Iterable[str]) -> list[SelectChoice]:
    """The choices of the filter, by their words."""
    pairs = sorted((words_or_code("deed", action), action) for action in actions)
    return [SelectChoice("", gettext("Anything")), *(SelectChoice(action, words) for words, action in pairs)]
