"""Before the choice: the client's own note, her questions to a provider, and visits."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, TextAreaField
from wtforms.validators import Length

from marketplace.access.actions import Action
from marketplace.use_cases.ask_provider import (
    WORDS_MOST,
    AskOrder,
    agree_visit,
    ask_provider,
    my_thread,
    my_threads,
)
from marketplace.use_cases.own_notes import NOTE_MOST, NoteOrder, keep_note, own_note
from marketplace.use_cases.refusals import Refused
from marketplace.web.forms import Form, OnceForm, Required, add_refusal
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext, lazy_gettext
from portal_client import bp


class AskForm(OnceForm):
    words = TextAreaField(lazy_gettext("Your message"), [Required(), Length(max=WORDS_MOST)])
    visit = BooleanField(lazy_gettext("I would like to come and visit"))


class NoteForm(Form):
    words = TextAreaField(lazy_gettext("My own note"), [Length(max=NOTE_MOST)])


@bp.get("/my/questions")
@may(Action.ASK_PROVIDER)
def compare_questions() -> ResponseReturnValue:
    return render_template("portal_client/questions.html", threads=my_threads(desk(), actor()))


@bp.get("/my/vouchers/<int:voucher_id>/providers/<unit>/ask")
@may(Action.ASK_PROVIDER)
def compare_ask(voucher_id: int, unit: str) -> ResponseReturnValue:
    return _ask_page(voucher_id, unit, AskForm(formdata=None))


@bp.post("/my/vouchers/<int:voucher_id>/providers/<unit>/ask")
@may(Action.ASK_PROVIDER)
def compare_ask_now(voucher_id: int, unit: str) -> ResponseReturnValue:
    form = AskForm()
    if form.validate():
        order = AskOrder(voucher_id, unit, form.words.data or "", form.visit.data, form.once.data)
        try:
            ask_provider(desk(), actor(), order)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            flash(gettext("Sent. The answer comes here; the provider does not see who you are."), "ok")
            return redirect(url_for("portal_client.compare_ask", voucher_id=voucher_id, unit=unit), 303)
    return _ask_page(voucher_id, unit, form, 422)


@bp.post("/my/vouchers/<int:voucher_id>/providers/<unit>/visit")
@may(Action.ASK_PROVIDER)
def compare_visit(voucher_id: int, unit: str) -> ResponseReturnValue:
    try:
        agree_visit(desk(), actor(), voucher_id, unit, request.form.get("time", ""))
    except Refused as refused:
        form = AskForm(formdata=None)
        add_refusal(form, refused)
        return _ask_page(voucher_id, unit, form, 422)
    flash(gettext("The time is agreed. The visit does not bind you to anything."), "ok")
    return redirect(url_for("portal_client.compare_ask", voucher_id=voucher_id, unit=unit), 303)


def _ask_page(voucher_id: int, unit: str, form: AskForm, status: int = 200) -> ResponseReturnValue:
    thread = my_thread(desk(), actor(), voucher_id, unit)
    return render_template("portal_client/ask.html", thread=thread, form=form), status


@bp.get("/my/vouchers/<int:voucher_id>/providers/<unit>/note")
@may(Action.KEEP_NOTE)
def compare_note(voucher_id: int, unit: str) -> ResponseReturnValue:
    form = NoteForm(formdata=None, data={"words": own_note(desk(), actor(), voucher_id, unit)})
    return render_template("portal_client/note.html", form=form, voucher_id=voucher_id, unit=unit)


@bp.post("/my/vouchers/<int:voucher_id>/providers/<unit>/note")
@may(Action.KEEP_NOTE)
def compare_note_save(voucher_id: int, unit: str) -> ResponseReturnValue:
    form = NoteForm()
    if form.validate():
        keep_note(desk(), actor(), NoteOrder(voucher_id, unit, form.words.data or ""))
        flash(gettext("Your note is saved. Only you see it."), "ok")
        return redirect(url_for("portal_client.compare_provider", voucher_id=voucher_id, unit=unit), 303)
    return render_template("portal_client/note.html", form=form, voucher_id=voucher_id, unit=unit), 422
