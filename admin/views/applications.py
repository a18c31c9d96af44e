"""Providers' applications: a question back, an approval of all or some of it, or a rejection."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields import SelectChoice

from admin import bp
from admin.attempt import attempt
from admin.provider_forms import ApproveForm, AskForm, RejectForm
from marketplace.access.actions import Action
from marketplace.use_cases.admin_procurement_pages import ApplicationPage, application_list, application_page
from marketplace.use_cases.decide_application import (
    ApproveOrder,
    RejectOrder,
    approve_application,
    ask_for_more,
    reject_application,
)
from marketplace.web.forms import choices
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import in_language


@bp.get("/applications")
@may(Action.SEE_PROVIDERS)
def applications() -> ResponseReturnValue:
    return render_template("admin/applications.html", lines=application_list(desk(), actor()))


@bp.get("/applications/<int:application_id>")
@may(Action.SEE_PROVIDERS)
def application(application_id: int) -> ResponseReturnValue:
    page = application_page(desk(), actor(), application_id)
    return _shown(page, ApproveForm(formdata=None, data={"items": [item.item_id for item in page.items]}))


def _shown(
    page: ApplicationPage,
    approve: ApproveForm | None = None,
    ask: AskForm | None = None,
    reject: RejectForm | None = None,
    code: int = 200,
) -> ResponseReturnValue:
    """The page with its three forms; each has a prefix of its own, so that no two boxes share an id."""
    given = approve or ask or reject
    approve = approve or ApproveForm(formdata=None, data={"items": [item.item_id for item in page.items]})
    approve.items.choices = _choices(page)
    forms = {
        "approve": approve,
        "ask": ask or AskForm(formdata=None, prefix="ask"),
        "reject": reject or RejectForm(formdata=None, prefix="reject"),
    }
    return render_template("admin/application.html", page=page, form=given, who=actor(), **forms), code


def _choices(page: ApplicationPage) -> list[SelectChoice]:
    return choices((str(item.item_id), f"{in_language(item.package)}, {in_language(item.area)}") for item in page.items)


@bp.post("/applications/<int:application_id>/ask")
@may(Action.DECIDE_APPLICATION)
def application_ask(application_id: int) -> ResponseReturnValue:
    form = AskForm(prefix="ask")
    if form.validate():
        done, _none = attempt(form, lambda: ask_for_more(desk(), actor(), application_id, form.question.data))
        if done:
            flash(_("The question was sent to the provider."), "ok")
            return redirect(url_for("admin.application", application_id=application_id), 303)
    return _shown(application_page(desk(), actor(), application_id), ask=form, code=422)


@bp.post("/applications/<int:application_id>/approve")
@may(Action.DECIDE_APPLICATION)
def application_approve(application_id: int) -> ResponseReturnValue:
    page = application_page(desk(), actor(), application_id)
    form = ApproveForm()
    form.items.choices = _choices(page)
    if form.validate():
        order = ApproveOrder(application_id, tuple(form.items.data or ()), form.reasons.data or "", form.once.data)
        done, made = attempt(form, lambda: approve_application(desk(), actor(), order))
        if done and made is not None:
            flash(_("The decision is made. The provider is on the public list."), "ok")
            return redirect(url_for("admin.decision", decision_id=made.decision_ids[0]), 303)
    return _shown(page, form, code=422)


@bp.post("/applications/<int:application_id>/reject")
@may(Action.DECIDE_APPLICATION)
def application_reject(application_id: int) -> ResponseReturnValue:
    form = RejectForm(prefix="reject")
    if form.validate():
        order = RejectOrder(application_id, form.reasons.data or "", form.once.data)
        done, made = attempt(form, lambda: reject_application(desk(), actor(), order))
        if done and made is not None:
            flash(_("The decision is made. Send it to the provider and record how it left."), "ok")
            return redirect(url_for("admin.decision", decision_id=made.decision_ids[0]), 303)
    return _shown(application_page(desk(), actor(), application_id), reject=form, code=422)
