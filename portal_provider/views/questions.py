"""Questions and wishes to visit from clients who are choosing; who they are is not shown."""

from collections.abc import Iterator

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from marketplace.access.actions import Action
from marketplace.roles import Role
from marketplace.use_cases.ask_provider import WORDS_MOST, AnswerOrder, answer_question, thread_to_us, threads_to_us
from marketplace.use_cases.refusals import Refused
from marketplace.web.forms import DayField, OnceForm, add_refusal
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext, in_language, lazy_gettext, ngettext
from portal_provider import bp
from portal_provider.organiser import with_organiser
from portal_provider.today_tasks import Task, tasks_for


class AnswerQuestionForm(OnceForm):
    """Words, and at most three times for a visit."""

    words = TextAreaField(lazy_gettext("Your answer"), [Length(max=WORDS_MOST)])
    day1 = DayField(lazy_gettext("First time: day"))
    time1 = StringField(lazy_gettext("First time: o'clock"), [Length(max=5)])
    day2 = DayField(lazy_gettext("Second time: day"))
    time2 = StringField(lazy_gettext("Second time: o'clock"), [Length(max=5)])
    day3 = DayField(lazy_gettext("Third time: day"))
    time3 = StringField(lazy_gettext("Third time: o'clock"), [Length(max=5)])

    def order(self, thread_id: int) -> AnswerOrder:
        """The answer as it was typed; a time needs its day."""
        rows = ((self[f"day{n}"].data, (self[f"time{n}"].data or "").replace(".", ":")) for n in (1, 2, 3))
        times = tuple((day, clock.zfill(5)) for day, clock in rows if day is not None)
        return AnswerOrder(thread_id, self.words.data or "", times, self.once.data)


@bp.get("/questions")
@may(Action.ANSWER_QUESTION)
@with_organiser
def questions() -> ResponseReturnValue:
    return render_template("portal_provider/questions.html", threads=threads_to_us(desk(), actor()))


@bp.get("/questions/<int:thread_id>")
@may(Action.ANSWER_QUESTION)
@with_organiser
def question(thread_id: int) -> ResponseReturnValue:
    return _page(thread_id, AnswerQuestionForm(formdata=None))


@bp.post("/questions/<int:thread_id>")
@may(Action.ANSWER_QUESTION)
@with_organiser
def question_answer(thread_id: int) -> ResponseReturnValue:
    form = AnswerQuestionForm()
    if form.validate():
        try:
            answer_question(desk(), actor(), form.order(thread_id))
        except Refused as refused:
            add_refusal(form, refused)
        else:
            flash(gettext("Sent. The client has been told that there is an answer."), "ok")
            return redirect(url_for("portal_provider.question", thread_id=thread_id), 303)
    return _page(thread_id, form, 422)


def _page(thread_id: int, form: AnswerQuestionForm, status: int = 200) -> ResponseReturnValue:
    thread = thread_to_us(desk(), actor(), thread_id)
    return render_template("portal_provider/question.html", thread=thread, form=form), status


@tasks_for(Role.PROVIDER_MANAGER, Role.PROVIDER_COACH)
def question_tasks() -> Iterator[Task]:
    """Threads that wait for the company's answer."""
    if actor().organiser_id is None:
        return
    waiting = [thread for thread in threads_to_us(desk(), actor()) if thread.waits_for == "provider"]
    if waiting:
        yield Task(
            title=ngettext("%(n)d question waits for an answer", "%(n)d questions wait for an answer", len(waiting)),
            why=gettext("A client who is choosing has asked about %(name)s.", name=in_language(waiting[0].package)),
            url=url_for("portal_provider.questions"),
            button=gettext("Answer"),
        )
