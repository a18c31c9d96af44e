"""Control groups: which companies stand together in the draw, who questions it, and what procurement decides."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from admin.attempt import attempt
from admin.order_forms import GroupQuestionForm, RulingForm
from marketplace.access.actions import Action
from marketplace.use_cases.decide_group import RulingOrder, decide_group
from marketplace.use_cases.group_pages import groups_page, question_page
from marketplace.use_cases.question_group import QuestionOrder, question_group
from marketplace.web.forms import choices
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _


@bp.get("/groups")
@may(Action.SEE_GROUPS)
def provider_groups() -> ResponseReturnValue:
    return render_template("admin/groups.html", page=groups_page(desk(), actor()))


@bp.get("/groups/new")
@may(Action.QUESTION_GROUP)
def provider_group_new() -> ResponseReturnValue:
    return _question_form(GroupQuestionForm())


@bp.post("/groups/new")
@may(Action.QUESTION_GROUP)
def provider_group_ask() -> ResponseReturnValue:
    form = GroupQuestionForm()
    _fill(form)
    if form.validate():
        order = QuestionOrder(
            form.kind.data, form.unit.data, form.other.data, form.grounds.data or "", form.once.data
        )
        done, _number = attempt(form, lambda: question_group(desk(), actor(), order))
        if done:
            flash(_("The question is stored. The company is heard, then procurement decides."), "ok")
            return redirect(url_for("admin.provider_groups"), 303)
    return _question_form(form, 422)


@bp.get("/groups/questions/<int:group_question_id>")
@may(Action.SEE_GROUPS)
def provider_group(group_question_id: int) -> ResponseReturnValue:
    return _question(group_question_id, RulingForm())


@bp.post("/groups/questions/<int:group_question_id>")
@may(Action.DECIDE_GROUP)
def provider_group_decide(group_question_id: int) -> ResponseReturnValue:
    form = RulingForm()
    if form.validate():
        order = RulingOrder(group_question_id, form.outcome.data, form.reasons.data or "", form.once.data)
        done, ruled = attempt(form, lambda: decide_group(desk(), actor(), order))
        if done and ruled is not None:
            flash(_("The decision is made."), "ok")
            return redirect(url_for("admin.decision", decision_id=ruled.decision_id), 303)
    return _question(group_question_id, form, 422)


def _fill(form: GroupQuestionForm) -> None:
    found = choices((one.unit, one.name) for one in groups_page(desk(), actor()).companies)
    form.unit.choices = found
    form.other.choices = found


def _question_form(form: GroupQuestionForm, code: int = 200) -> ResponseReturnValue:
    _fill(form)
    return render_template("admin/group_form.html", form=form), code


def _question(question_id: int, form: RulingForm, code: int = 200) -> ResponseReturnValue:
    question = question_page(desk(), actor(), question_id)
    return render_template("admin/group_question.html", question=question, form=form, who=actor()), code
