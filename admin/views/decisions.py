"""Decisions: the list, one as it was made (to be read and printed), and how it left."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from admin.attempt import attempt
from admin.provider_forms import DeliveryForm
from marketplace.access.actions import Action
from marketplace.use_cases.decision_pages import decision_list, decision_page
from marketplace.use_cases.record_delivery import DeliveryOrder, record_delivery
from marketplace.web.formats import day
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _


@bp.get("/decisions")
@may(Action.SEE_DECISIONS)
def decisions() -> ResponseReturnValue:
    unsent = request.args.get("unsent") == "1"
    page = decision_list(desk(), actor(), request.args.get("page", 1, type=int), unsent)
    return render_template("admin/decisions.html", page=page, unsent=unsent)


@bp.get("/decisions/<int:decision_id>")
@may(Action.SEE_DECISIONS)
def decision(decision_id: int) -> ResponseReturnValue:
    return _shown(decision_id, DeliveryForm())


@bp.post("/decisions/<int:decision_id>/delivery")
@may(Action.RECORD_DELIVERY)
def decision_delivery(decision_id: int) -> ResponseReturnValue:
    form = DeliveryForm()
    if form.validate():
        order = DeliveryOrder(
            decision_id, form.channel.data, form["sent_on"].data, form.evidence.data or "", form.once.data
        )
        done, made = attempt(form, lambda: record_delivery(desk(), actor(), order))
        if done and made is not None:
            flash(_("Recorded. Rectification can be asked for until %(day)s.", day=day(made.last_day)), "ok")
            return redirect(url_for("admin.decision", decision_id=decision_id), 303)
    return _shown(decision_id, form, 422)


def _shown(decision_id: int, form: DeliveryForm, code: int = 200) -> ResponseReturnValue:
    page = decision_page(desk(), actor(), decision_id)
    return render_template("admin/decision.html", page=page, form=form), code
