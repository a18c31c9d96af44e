"""The client's forms."""

from wtforms import HiddenField, TextAreaField

from marketplace.web.forms import OnceForm, Required
from marketplace.web.i18n import lazy_gettext


class ChooseForm(OnceForm):
    """The confirmation of a choice. `shown` is the check code of the list that the client saw; her filters stand beside
    it as they stand in the list's address."""

    shown = HiddenField()


class RefuseForm(OnceForm):
    reason = TextAreaField(lazy_gettext("Do you want to tell why?"))


class ObjectForm(OnceForm):
    words = TextAreaField(lazy_gettext("What was wrong?"), validators=[Required()])
