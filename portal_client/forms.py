"""The client's forms."""

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from marketplace.web.forms import DayField, Form, OnceForm, Required
from marketplace.web.i18n import lazy_gettext


class ChooseForm(OnceForm):
    """The confirmation of a choice. `shown` is the check code of the list that the client saw; her filters stand beside
    it as they stand in the list's address."""

    shown = HiddenField()


class RefuseForm(OnceForm):
    reason = TextAreaField(lazy_gettext("Do you want to tell why?"))


class ObjectForm(OnceForm):
    words = TextAreaField(lazy_gettext("What was wrong?"), validators=[Required()])


class ProposeForm(OnceForm):
    """What the client said, from a list with this check code."""

    shown = HiddenField()


class SignedFormForm(OnceForm):
    signed_on = DayField(lazy_gettext("Day of the signature"), validators=[Required()])
    archived_at = StringField(lazy_gettext("Where the paper is kept"), validators=[Required(), Length(max=200)])


class CodeForm(Form):
    """The client's own word: her voucher's number and the code that came to her."""

    number = StringField(lazy_gettext("Number of your voucher"), validators=[Required()])
    code = StringField(lazy_gettext("Code"), validators=[Required()])


class ConfirmForm(Form):
    """The same once more, with the check code of the list that the page showed."""

    number = HiddenField()
    code = HiddenField()
    shown = HiddenField()
