"""The vocabulary of special competence, and a look at what providers claim of it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField
from wtforms.validators import Length

from admin import bp
from admin.attempt import attempt
from marketplace.access.actions import Action
from marketplace.use_cases.keep_competences import (
    REASON_MOST,
    TermDraft,
    add_term,
    check_claim,
    claim_line,
    end_term,
    take_off,
    vocabulary,
)
from marketplace.use_cases.refusals import Missing
from marketplace.web.forms import DayField, Form, LocalizedTextField, OnceForm, Required
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import lazy_gettext


class TermForm(OnceForm):
    """A new word of the vocabulary."""

    name = LocalizedTextField(lazy_gettext("Competence"), most=60)
    meaning = LocalizedTextField(lazy_gettext("What one must have shown"), long=True, most=500)
    valid_from = DayField(lazy_gettext("First day"), [Required()])


class TermEndForm(Form):
    """The end of a word."""

    last_day = DayField(lazy_gettext("Last day in use"), [Required()])


class TakeOffForm(Form):
    """Why a word is taken off a provider."""

    reason = TextAreaField(lazy_gettext("Reason, as the provider reads it"), [Required(), Length(max=REASON_MOST)])


@bp.get("/providers/competences")
@may(Action.KEEP_COMPETENCES)
def provider_competences() -> ResponseReturnValue:
    return render_template("admin/competences.html", page=vocabulary(desk(), actor()))


@bp.get("/providers/competences/new")
@may(Action.KEEP_COMPETENCES)
def provider_competence_new() -> ResponseReturnValue:
    return render_template("admin/competence_new.html", form=TermForm(formdata=None))


@bp.post("/providers/competences/new")
@may(Action.KEEP_COMPETENCES)
def provider_competence_add() -> ResponseReturnValue:
    form = TermForm()
    if form.validate():
        draft = TermDraft(form.name.data, form.meaning.data, form["valid_from"].data, form.once.data)
        done, _made = attempt(form, lambda: add_term(desk(), actor(), draft))
        if done:
            flash(_("The word was added. Providers can claim it from its first day on."), "ok")
            return redirect(url_for("admin.provider_competences"), 303)
    return render_template("admin/competence_new.html", form=form), 422


@bp.get("/providers/competences/<int:term_id>/end")
@may(Action.KEEP_COMPETENCES)
def provider_competence_end(term_id: int) -> ResponseReturnValue:
    return _end_page(term_id, TermEndForm(formdata=None))


@bp.post("/providers/competences/<int:term_id>/end")
@may(Action.KEEP_COMPETENCES)
def provider_competence_end_now(term_id: int) -> ResponseReturnValue:
    form = TermEndForm()
    if form.validate():
        done, _none = attempt(form, lambda: end_term(desk(), actor(), term_id, form["last_day"].data))
        if done:
            flash(_("The word has an end now."), "ok")
            return redirect(url_for("admin.provider_competences"), 303)
    return _end_page(term_id, form, 422)


def _end_page(term_id: int, form: TermEndForm, code: int = 200) -> ResponseReturnValue:
    line = next((line for line in vocabulary(desk(), actor()).terms if line.term.id == term_id), None)
    if line is None:
        raise Missing("competence")
    return render_template("admin/competence_end.html", form=form, line=line), code


@bp.post("/providers/competences/claims/<int:claim_id>/check")
@may(Action.KEEP_COMPETENCES)
def provider_competence_check(claim_id: int) -> ResponseReturnValue:
    check_claim(desk(), actor(), claim_id)
    flash(_("Noted: you have looked at the evidence today."), "ok")
    return redirect(url_for("admin.provider_competences"), 303)


@bp.get("/providers/competences/claims/<int:claim_id>/take-off")
@may(Action.KEEP_COMPETENCES)
def provider_competence_off(claim_id: int) -> ResponseReturnValue:
    return _off_page(claim_id, TakeOffForm(formdata=None))


@bp.post("/providers/competences/claims/<int:claim_id>/take-off")
@may(Action.KEEP_COMPETENCES)
def provider_competence_off_now(claim_id: int) -> ResponseReturnValue:
    form = TakeOffForm()
    if form.validate():
        done, _none = attempt(form, lambda: take_off(desk(), actor(), claim_id, form.reason.data or ""))
        if done:
            flash(_("Taken off. The provider has been told why."), "ok")
            return redirect(url_for("admin.provider_competences"), 303)
    return _off_page(claim_id, form, 422)


def _off_page(claim_id: int, form: TakeOffForm, code: int = 200) -> ResponseReturnValue:
    return render_template("admin/competence_off.html", form=form, claim=claim_line(desk(), actor(), claim_id)), code
