"""How clients come to their choice, as procurement sees it: who is taken in, changes of provider, and the reminders."""

import re

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import Length

from admin import bp
from admin.attempt import attempt
from marketplace.access.actions import Action
from marketplace.use_cases.intake import intake_counts
from marketplace.use_cases.remind_to_choose import reminder_days, set_reminder_days
from marketplace.web.forms import Form
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import lazy_gettext
from marketplace.web.labels import label

WISHES = {"language": "language", "way": "way_of_work"}


class RemindersForm(Form):
    """The days on which a client without a provider is reminded, as numbers between commas."""

    days = StringField(lazy_gettext("Days after which we remind"), [Length(max=60)])


def wish_words(wish: str) -> str:
    """A counted wish in words: soon, language=ar, municipality=Kuopio ..."""
    name, _sign, value = wish.partition("=")
    said = label("wish", name)
    if not value:
        return said
    shown = label(WISHES[name], value) if name in WISHES else label("wish_sort", value) if name == "sort" else value
    return f"{said}: {shown}"


@bp.get("/providers/choosing")
@may(Action.SEE_INTAKE)
def provider_choosing() -> ResponseReturnValue:
    days = ", ".join(str(day) for day in reminder_days(desk(), actor()))
    return _page(RemindersForm(formdata=None, data={"days": days}))


@bp.post("/providers/choosing/reminders")
@may(Action.SET_REMINDERS)
def provider_reminders_save() -> ResponseReturnValue:
    form = RemindersForm()
    if form.validate():
        # what is no number becomes 0, which the rule refuses with its own words
        days = [int(word) if word.isdecimal() else 0 for word in re.split(r"[\s,;]+", form.days.data or "") if word]
        done, _none = attempt(form, lambda: set_reminder_days(desk(), actor(), days))
        if done:
            flash(_("Saved. The new days hold from now on."), "ok")
            return redirect(url_for("admin.provider_choosing"), 303)
    return _page(form, 422)


def _page(form: RemindersForm, code: int = 200) -> ResponseReturnValue:
    page = intake_counts(desk(), actor())
    return render_template("admin/choosing.html", page=page, form=form, wish_words=wish_words), code
