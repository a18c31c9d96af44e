"""Declared interests: everybody's own page, and the register for the auditor and the administrator."""

from collections.abc import Iterator

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField

from admin import bp
from admin.attempt import attempt
from admin.today_tasks import Task, tasks_for
from marketplace.access.actions import Action
from marketplace.roles import STAFF
from marketplace.use_cases.interests import (
    KINDS,
    InterestOrder,
    OwnInterests,
    check_interests,
    check_is_due,
    declare_interest,
    end_interest,
    interest_register,
    own_interests,
)
from marketplace.web.forms import DayField, Form, OnceForm, Required, choices, labelled
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import lazy_gettext


class InterestForm(OnceForm):
    provider = SelectField(lazy_gettext("Company"), [Required(lazy_gettext("Choose the company from the list."))])
    kind = SelectField(
        lazy_gettext("What ties you to it"),
        [Required(lazy_gettext("Choose what ties you to the company."))],
        choices=labelled("interest_kind", KINDS, lazy_gettext("Choose")),
    )
    since = DayField(lazy_gettext("Since"), [Required()])
    until = DayField(lazy_gettext("Last day, if you know it"))


class EndInterestForm(Form):
    last_day = DayField(lazy_gettext("Last day"), [Required()])


@bp.get("/interests")
@may(Action.DECLARE_INTEREST)
def interests() -> ResponseReturnValue:
    return _own(InterestForm(formdata=None))


@bp.post("/interests")
@may(Action.DECLARE_INTEREST)
def interest_declare() -> ResponseReturnValue:
    form = InterestForm()
    page = own_interests(desk(), actor())
    form.provider.choices = _companies(page)
    if form.validate():
        order = InterestOrder(
            int(form.provider.data), form.kind.data, form["since"].data, form["until"].data, form.once.data
        )
        done, _id = attempt(form, lambda: declare_interest(desk(), actor(), order))
        if done:
            flash(_("Declared. You keep out of this company's cases from now on."), "ok")
            return redirect(url_for("admin.interests"), 303)
    return _own(form, 422)


@bp.post("/interests/check")
@may(Action.DECLARE_INTEREST)
def interest_check() -> ResponseReturnValue:
    check_interests(desk(), actor())
    flash(_("Thank you. You are asked again in a year."), "ok")
    return redirect(url_for("admin.interests"), 303)


@bp.get("/interests/<int:interest_id>/end")
@may(Action.DECLARE_INTEREST)
def interest_end(interest_id: int) -> ResponseReturnValue:
    return render_template("admin/interest_end.html", form=EndInterestForm(formdata=None))


@bp.post("/interests/<int:interest_id>/end")
@may(Action.DECLARE_INTEREST)
def interest_end_save(interest_id: int) -> ResponseReturnValue:
    form = EndInterestForm()
    if form.validate():
        done, _none = attempt(form, lambda: end_interest(desk(), actor(), interest_id, form["last_day"].data))
        if done:
            flash(_("The end is recorded."), "ok")
            return redirect(url_for("admin.interests"), 303)
    return render_template("admin/interest_end.html", form=form), 422


@bp.get("/interests/register")
@may(Action.SEE_INTERESTS)
def interests_register() -> ResponseReturnValue:
    return render_template("admin/interests_register.html", page=interest_register(desk(), actor()))


@tasks_for(*sorted(STAFF))
def interest_tasks() -> Iterator[Task]:
    """Once a year."""
    if check_is_due(desk(), actor()):
        yield Task(
            title=_("Confirm your declared interests"),
            why=_("Once a year everybody says whether anything ties them to a provider, also when nothing does."),
            url=url_for("admin.interests"),
            button=_("Look and confirm"),
        )


def _companies(page: OwnInterests) -> list[tuple[str, str]]:
    return [("", _("Choose a company")), *((str(number), name) for number, name in page.companies)]


def _own(form: InterestForm, status: int = 200) -> ResponseReturnValue:
    page = own_interests(desk(), actor())
    form.provider.choices = choices(_companies(page))
    return render_template("admin/interests.html", page=page, form=form), status
