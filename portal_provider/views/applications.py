"""Applying to the organiser's list, the rulebook, and leaving the list."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases import suspend_provider
from marketplace.use_cases.accept_rulebook import accept_rulebook
from marketplace.use_cases.application_pages import (
    ApplicationForm,
    application_form,
    application_page,
    applications_page,
    rulebook_page,
)
from marketplace.use_cases.apply import (
    Pairs,
    StartApplication,
    SubmitApplication,
    change_application,
    start_application,
    submit_application,
    withdraw_application,
)
from marketplace.use_cases.refusals import Refused
from marketplace.web.forms import CheckboxesField, OnceForm, add_refusal, choices
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import current_language, gettext, in_language
from portal_provider import bp
from portal_provider.company_forms import AnswerForm, LeaveForm
from portal_provider.organiser import with_organiser


def _pairs_form(page: ApplicationForm, *, fresh: bool = False) -> Any:
    """One group of boxes a package, one box an area. Its fields depend on what the organiser has published."""
    fields = {
        f"package_{package.id}": CheckboxesField(
            in_language(package.name),
            choices=choices((str(area), in_language(name)) for area, name in package.areas),
            description=in_language(package.purpose),
            default=[str(area) for chosen, area in page.chosen if chosen == package.id],
        )
        for package in page.packages
    }
    made = type("PairsForm", (OnceForm,), fields)
    return made(formdata=None) if fresh else made()


def _pairs(form: Any, page: ApplicationForm) -> Pairs:
    return frozenset(
        (package.id, int(area)) for package in page.packages for area in form[f"package_{package.id}"].data or ()
    )


def _choosing(form: Any, page: ApplicationForm, application_id: int | None, status: int = 200) -> ResponseReturnValue:
    template = render_template(
        "portal_provider/application_choose.html", form=form, page=page, application_id=application_id
    )
    return template, status


@bp.get("/applications")
@may(Action.APPLY)
@with_organiser
def applications() -> ResponseReturnValue:
    return render_template("portal_provider/applications.html", page=applications_page(desk(), actor()))


@bp.get("/applications/new")
@may(Action.APPLY)
@with_organiser
def application_new() -> ResponseReturnValue:
    page = application_form(desk(), actor())
    return _choosing(_pairs_form(page, fresh=True), page, None)


@bp.post("/applications/new")
@may(Action.APPLY)
@with_organiser
def application_start() -> ResponseReturnValue:
    page = application_form(desk(), actor())
    form = _pairs_form(page)
    if form.validate():
        try:
            made = start_application(desk(), actor(), StartApplication(_pairs(form, page), form.once.data))
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return redirect(url_for("portal_provider.application", application_id=made.application_id), 303)
    return _choosing(form, page, None, 422)


@bp.get("/applications/<int:application_id>")
@may(Action.APPLY)
@with_organiser
def application(application_id: int) -> ResponseReturnValue:
    page = application_page(desk(), actor(), application_id)
    form = AnswerForm(formdata=None, answer=page.answer)
    return render_template("portal_provider/application.html", page=page, form=form)


@bp.get("/applications/<int:application_id>/change")
@may(Action.APPLY)
@with_organiser
def application_change(application_id: int) -> ResponseReturnValue:
    page = application_form(desk(), actor(), application_id)
    return _choosing(_pairs_form(page, fresh=True), page, application_id)


@bp.post("/applications/<int:application_id>/change")
@may(Action.APPLY)
@with_organiser
def application_changed(application_id: int) -> ResponseReturnValue:
    page = application_form(desk(), actor(), application_id)
    form = _pairs_form(page)
    if form.validate():
        try:
            change_application(desk(), actor(), application_id, _pairs(form, page))
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return redirect(url_for("portal_provider.application", application_id=application_id), 303)
    return _choosing(form, page, application_id, 422)


@bp.post("/applications/<int:application_id>/send")
@may(Action.APPLY)
@with_organiser
def application_send(application_id: int) -> ResponseReturnValue:
    form = AnswerForm()
    if form.validate():
        try:
            submit_application(desk(), actor(), SubmitApplication(application_id, form.answer.data or ""))
        except Refused as refused:
            add_refusal(form, refused)
        else:
            flash(gettext("The application has been sent. You get a mail when it has been decided."), "ok")
            return redirect(url_for("portal_provider.applications"), 303)
    page = application_page(desk(), actor(), application_id)
    return render_template("portal_provider/application.html", page=page, form=form), 422


@bp.post("/applications/<int:application_id>/withdraw")
@may(Action.APPLY)
@with_organiser
def application_withdraw(application_id: int) -> ResponseReturnValue:
    withdraw_application(desk(), actor(), application_id)
    flash(gettext("You have taken the application back."), "ok")
    return redirect(url_for("portal_provider.applications"), 303)


@bp.get("/rulebook")
@may(Action.APPLY)
@with_organiser
def rulebook() -> ResponseReturnValue:
    page = rulebook_page(desk(), actor(), current_language())
    return render_template("portal_provider/rulebook.html", page=page)


@bp.post("/rulebook/<int:version_id>/accept")
@may(Action.APPLY)
@with_organiser
def rulebook_accept(version_id: int) -> ResponseReturnValue:
    accept_rulebook(desk(), actor(), version_id)
    flash(gettext("You have accepted the rulebook."), "ok")
    return redirect(url_for("portal_provider.applications"), 303)


@bp.get("/leave-list")
@may(Action.APPLY)
@with_organiser
def leave_list() -> ResponseReturnValue:
    page = applications_page(desk(), actor())
    return render_template("portal_provider/leave_list.html", form=LeaveForm(formdata=None), page=page)


@bp.post("/leave-list")
@may(Action.APPLY)
@with_organiser
def leave_list_send() -> ResponseReturnValue:
    form = LeaveForm()
    if form.validate() and form.last_day.data is not None:
        try:
            suspend_provider.leave_list(desk(), actor(), form.last_day.data, form.reason.data or "")
        except Refused as refused:
            add_refusal(form, refused)
        else:
            flash(gettext("Your last day on the list is saved. Your clients choose again after it."), "ok")
            return redirect(url_for("portal_provider.applications"), 303)
    page = applications_page(desk(), actor())
    return render_template("portal_provider/leave_list.html", form=form, page=page), 422
