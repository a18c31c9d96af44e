"""Clients' objections to what the company recorded, and its own side of each."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.answer_objection import AnswerObjection, answer_objection
from marketplace.use_cases.provider_objection_pages import objection_list, objection_page
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext
from portal_provider import bp
from portal_provider.organiser import with_organiser
from portal_provider.work_forms import AnswerObjectionForm, mending


@bp.get("/objections")
@may(Action.ANSWER_OBJECTION)
@with_organiser
def objections() -> ResponseReturnValue:
    return render_template("portal_provider/objections.html", rows=objection_list(desk(), actor()))


@bp.get("/objections/<int:objection_id>")
@may(Action.ANSWER_OBJECTION)
@with_organiser
def objection(objection_id: int) -> ResponseReturnValue:
    row = objection_page(desk(), actor(), objection_id)
    return render_template("portal_provider/objection.html", row=row, form=AnswerObjectionForm(formdata=None))


@bp.post("/objections/<int:objection_id>")
@may(Action.ANSWER_OBJECTION)
@with_organiser
def objection_answer(objection_id: int) -> ResponseReturnValue:
    form = AnswerObjectionForm()
    if form.validate():
        with mending(form):
            answer = form.answer.data or ""
            answer_objection(desk(), actor(), AnswerObjection(objection_id, answer, form.once.data))
            flash(gettext("Your answer has been sent. A caseworker settles the objection."), "ok")
            return redirect(url_for("portal_provider.objections"), 303)
    row = objection_page(desk(), actor(), objection_id)
    return render_template("portal_provider/objection.html", row=row, form=form), 422
