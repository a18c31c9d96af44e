"""The outbox: letters to print, mail that failed, mail on its way."""

from collections.abc import Iterator

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import Length

from admin import bp
from admin.attempt import attempt
from admin.today_tasks import Task, tasks_for
from marketplace.access.actions import Action
from marketplace.roles import Role
from marketplace.use_cases.outbox_pages import letter, letters, waiting_counts
from marketplace.use_cases.outbox_pages import outbox as read_outbox
from marketplace.use_cases.settle_message import settle_message, settle_messages, try_again
from marketplace.web.forms import Form, Required
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import lazy_gettext, ngettext

SHOWN = 25  # lines of each list


class SettleForm(Form):
    note = StringField(
        lazy_gettext("How was it done?"),
        [Required(lazy_gettext("Write how it was done, for example: posted 21.11.")), Length(max=300)],
    )


@bp.get("/outbox")
@may(Action.SEE_OUTBOX)
def outbox() -> ResponseReturnValue:
    return render_template("admin/outbox.html", outbox=read_outbox(desk(), actor()), shown=SHOWN)


@bp.get("/outbox/letters")
@may(Action.SEE_OUTBOX)
def message_letters() -> ResponseReturnValue:
    found = letters(desk(), actor())
    return render_template("admin/message_letters.html", letters=found, form=SettleForm(formdata=None))


@bp.post("/outbox/letters")
@may(Action.SETTLE_MESSAGE)
def messages_settle() -> ResponseReturnValue:
    form = SettleForm()
    marked = tuple(request.form.getlist("message", type=int))
    if form.validate():
        done, count = attempt(form, lambda: settle_messages(desk(), actor(), marked, str(form.note.data)))
        if done:
            flash(ngettext("%(n)d letter is marked as done.", "%(n)d letters are marked as done.", count or 0), "ok")
            return redirect(url_for("admin.outbox"), 303)
    return render_template("admin/message_letters.html", letters=letters(desk(), actor()), form=form), 422


@bp.get("/outbox/<int:message_id>")
@may(Action.SEE_OUTBOX)
def message(message_id: int) -> ResponseReturnValue:
    return render_template("admin/message.html", message=letter(desk(), actor(), message_id), form=SettleForm())


@bp.get("/outbox/<int:message_id>/letter")
@may(Action.SEE_OUTBOX)
def message_letter(message_id: int) -> ResponseReturnValue:
    return render_template("admin/message_letter.html", message=letter(desk(), actor(), message_id))


@bp.post("/outbox/<int:message_id>/settle")
@may(Action.SETTLE_MESSAGE)
def message_settle(message_id: int) -> ResponseReturnValue:
    form = SettleForm()
    if form.validate():
        done, _nothing = attempt(form, lambda: settle_message(desk(), actor(), message_id, str(form.note.data)))
        if done:
            flash(_("Marked as done."), "ok")
            return redirect(url_for("admin.outbox"), 303)
    return render_template("admin/message.html", message=letter(desk(), actor(), message_id), form=form), 422


@bp.post("/outbox/<int:message_id>/again")
@may(Action.SETTLE_MESSAGE)
def message_again(message_id: int) -> ResponseReturnValue:
    try_again(desk(), actor(), message_id)
    flash(_("The mail is tried again."), "ok")
    return redirect(url_for("admin.outbox"), 303)


@tasks_for(Role.ADMINISTRATOR)
def outbox_tasks() -> Iterator[Task]:
    letters, failed = waiting_counts(desk(), actor())
    if failed:
        yield Task(
            title=ngettext("%(n)d message did not arrive", "%(n)d messages did not arrive", failed),
            why=_("The mail server refused it, or did not answer. Somebody has to be told in another way."),
            url=url_for("admin.outbox"),
            button=_("See why"),
            urgent=True,
        )
    if letters:
        yield Task(
            title=ngettext("%(n)d letter to print", "%(n)d letters to print", letters),
            why=_("The receiver has no e-mail address, so the notice goes on paper."),
            url=url_for("admin.outbox"),
            button=_("To the letters"),
        )
