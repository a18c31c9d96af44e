"""The company's control group in the draw: its own, and questions about others'."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.group_pages import own_groups_page
from marketplace.use_cases.question_group import QuestionOrder, answer_group, question_group
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.web.forms import add_refusal, choices
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from portal_provider import bp
from portal_provider.group_forms import AnswerForm, GroupQuestionForm


@bp.get("/company/group")
@may(Action.ANSWER_GROUP)
def company_group() -> ResponseReturnValue:
    return render_template("portal_provider/group.html", page=own_groups_page(desk(), actor()))


@bp.get("/company/group/question")
@may(Action.ANSWER_GROUP)
def company_group_new() -> ResponseReturnValue:
    return _form(GroupQuestionForm())


@bp.post("/company/group/question")
@may(Action.ANSWER_GROUP)
def company_group_ask() -> ResponseReturnValue:
    form = GroupQuestionForm()
    _fill(form)
    if form.validate():
        order = QuestionOrder(form.kind.data, form.unit.data, form.other.data, form.grounds.data or "", form.once.data)
        try:
            question_group(desk(), actor(), order)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            flash(_("The question is sent. The company is heard, then the organiser decides."), "ok")
            return redirect(url_for("portal_provider.company_group"), 303)
    return _form(form, 422)


@bp.get("/company/group/questions/<int:group_question_id>")
@may(Action.ANSWER_GROUP)
def company_group_answer(group_question_id: int) -> ResponseReturnValue:
    return _answer(group_question_id, AnswerForm())


@bp.post("/company/group/questions/<int:group_question_id>")
@may(Action.ANSWER_GROUP)
def company_group_answered(group_question_id: int) -> ResponseReturnValue:
    form = AnswerForm()
    if form.validate():
        try:
            answer_group(desk(), actor(), group_question_id, form.answer.data or "")
        except Refused as refused:
            add_refusal(form, refused)
        else:
            flash(_("Your answer is sent. The organiser reads it before it decides."), "ok")
            return redirect(url_for("portal_provider.company_group"), 303)
    return _answer(group_question_id, form, 422)


def _fill(form: GroupQuestionForm) -> None:
    found = choices((one.unit, one.name) for one in own_groups_page(desk(), actor()).companies)
    form.unit.choices = found
    form.other.choices = found


def _form(form: GroupQuestionForm, code: int = 200) -> ResponseReturnValue:
    _fill(form)
    return render_template("portal_provider/group_form.html", form=form), code


def _answer(question_id: int, form: AnswerForm, code: int = 200) -> ResponseReturnValue:
    page = own_groups_page(desk(), actor())
    question = next((one for one in page.questions if one.id == question_id and one.mine), None)
    if question is None:
        raise Missing("group question")
    return render_template("portal_provider/group_answer.html", question=question, form=form), code
