"""The organiser's providers: who is on the list, with what, and the moves off it and back."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields import SelectChoice

from admin import bp
from admin.attempt import attempt
from admin.provider_forms import EndForm, StateForm
from marketplace.access.actions import Action
from marketplace.use_cases.admin_procurement_pages import ProviderPage, provider_list, provider_page
from marketplace.use_cases.suspend_provider import EndOrder, end_provider, restore_provider, suspend_provider
from marketplace.web.forms import choices
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import in_language, ngettext


@bp.get("/providers")
@may(Action.SEE_PROVIDERS)
def providers() -> ResponseReturnValue:
    return render_template("admin/providers.html", lines=provider_list(desk(), actor()), who=actor())


@bp.get("/providers/<int:provider_id>")
@may(Action.SEE_PROVIDERS)
def provider(provider_id: int) -> ResponseReturnValue:
    page = provider_page(desk(), actor(), provider_id)
    return render_template("admin/provider.html", page=page, who=actor())


@bp.get("/providers/<int:provider_id>/suspend")
@may(Action.SUSPEND_PROVIDER)
def provider_suspend(provider_id: int) -> ResponseReturnValue:
    return _state_form(provider_id, StateForm())


@bp.post("/providers/<int:provider_id>/suspend")
@may(Action.SUSPEND_PROVIDER)
def provider_suspend_now(provider_id: int) -> ResponseReturnValue:
    form = StateForm()
    if form.validate():
        done, _none = attempt(form, lambda: suspend_provider(desk(), actor(), provider_id, form.reason.data or ""))
        if done:
            flash(_("The provider is suspended. Its present clients go on as before."), "ok")
            return redirect(url_for("admin.provider", provider_id=provider_id), 303)
    return _state_form(provider_id, form, 422)


@bp.get("/providers/<int:provider_id>/restore")
@may(Action.SUSPEND_PROVIDER)
def provider_restore(provider_id: int) -> ResponseReturnValue:
    return _state_form(provider_id, StateForm())


@bp.post("/providers/<int:provider_id>/restore")
@may(Action.SUSPEND_PROVIDER)
def provider_restore_now(provider_id: int) -> ResponseReturnValue:
    form = StateForm()
    if form.validate():
        done, _none = attempt(form, lambda: restore_provider(desk(), actor(), provider_id, form.reason.data or ""))
        if done:
            flash(_("The provider is on the list again, in its old place."), "ok")
            return redirect(url_for("admin.provider", provider_id=provider_id), 303)
    return _state_form(provider_id, form, 422)


def _state_form(provider_id: int, form: StateForm, code: int = 200) -> ResponseReturnValue:
    page = provider_page(desk(), actor(), provider_id)
    return render_template("admin/provider_state.html", page=page, form=form), code


@bp.get("/providers/<int:provider_id>/end")
@may(Action.SUSPEND_PROVIDER)
def provider_end(provider_id: int) -> ResponseReturnValue:
    page = provider_page(desk(), actor(), provider_id)
    return _end_form(
        page, EndForm(data={"approvals": [one.approval_id for one in page.approvals if one.state != "ended"]})
    )


@bp.post("/providers/<int:provider_id>/end")
@may(Action.SUSPEND_PROVIDER)
def provider_end_now(provider_id: int) -> ResponseReturnValue:
    page = provider_page(desk(), actor(), provider_id)
    form = EndForm()
    form.approvals.choices = _living(page)
    if form.validate():
        order = EndOrder(
            provider_id,
            form["last_day"].data,
            form.reasons.data or "",
            form.own_request.data == "yes",
            tuple(form.approvals.data),
            form.once.data,
        )
        done, made = attempt(form, lambda: end_provider(desk(), actor(), order))
        if done and made is not None:
            freed = len(made.voucher_ids)
            flash(_("The decision is made."), "ok")
            if freed:
                flash(ngettext("%(n)d client chooses again.", "%(n)d clients choose again.", freed), "wait")
            return redirect(url_for("admin.decision", decision_id=made.decision_ids[0]), 303)
    return _end_form(page, form, 422)


def _living(page: ProviderPage) -> list[SelectChoice]:
    return choices(
        (str(one.approval_id), f"{in_language(one.package)}, {in_language(one.area)}")
        for one in page.approvals
        if one.state != "ended"
    )


def _end_form(page: ProviderPage, form: EndForm, code: int = 200) -> ResponseReturnValue:
    form.approvals.choices = _living(page)
    return render_template("admin/provider_end.html", page=page, form=form), code
