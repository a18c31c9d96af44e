"""Clients' objections to events: the list, and one with both sides, to be settled."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from admin.attempt import attempt
from admin.case_forms import SettleForm
from marketplace.access.actions import Action
from marketplace.use_cases.case_objection_pages import objection_list, objection_page
from marketplace.use_cases.settle_objection import SettleOrder, settle_objection
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _


@bp.get("/objections")
@may(Action.SETTLE_OBJECTION)
def objections() -> ResponseReturnValue:
    page = objection_list(desk(), actor(), request.args.get("page", 1, type=int))
    return render_template("admin/objections.html", page=page)


@bp.get("/objections/<int:objection_id>")
@may(Action.SETTLE_OBJECTION)
def objection(objection_id: int) -> ResponseReturnValue:
    return _shown(objection_id, SettleForm())


@bp.post("/objections/<int:objection_id>")
@may(Action.SETTLE_OBJECTION)
def objection_settle(objection_id: int) -> ResponseReturnValue:
    form = SettleForm()
    if form.validate():
        order = SettleOrder(objection_id, form.uphold.data == "yes", form.settlement.data or "")
        done, _none = attempt(form, lambda: settle_objection(desk(), actor(), order))
        if done:
            flash(_("The objection has been settled. The client and the provider get a message."), "ok")
            return redirect(url_for("admin.objection", objection_id=objection_id), 303)
    return _shown(objection_id, form, 422)


def _shown(objection_id: int, form: SettleForm, code: int = 200) -> ResponseReturnValue:
    page = objection_page(desk(), actor(), objection_id)
    return render_template("admin/objection.html", page=page, form=form), code
