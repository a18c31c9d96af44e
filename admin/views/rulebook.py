"""The rulebook: its versions, a draft written term by term, and its publication by a second officer."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from admin.attempt import attempt
from admin.terms_forms import ReasonForm, RulebookForm, TermForm
from marketplace.access.actions import Action
from marketplace.use_cases.rulebook_pages import VersionPage, rulebook_version, rulebook_versions, term_of
from marketplace.use_cases.write_rulebook import (
    CHECKS,
    GENERAL_PART,
    Frame,
    TermDraft,
    drop_term,
    frame_rulebook,
    move_term,
    publish_rulebook,
    send_back_rulebook,
    start_rulebook,
    submit_rulebook,
    write_term,
)
from marketplace.web.forms import Form, OnceForm, choices, labelled
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import current_language, in_language
from marketplace.web.i18n import gettext as _


@bp.get("/rulebook")
@may(Action.SEE_TERMS)
def rulebook() -> ResponseReturnValue:
    return _list(OnceForm(formdata=None))


@bp.post("/rulebook")
@may(Action.WRITE_TERMS)
def rulebook_start() -> ResponseReturnValue:
    form = OnceForm()
    done, made = attempt(form, lambda: start_rulebook(desk(), actor(), form.once.data))
    return redirect(url_for("admin.rulebook_version_page", rulebook_id=made), 303) if done else _list(form, 422)


def _list(form: Form, code: int = 200) -> ResponseReturnValue:
    versions = rulebook_versions(desk(), actor())
    return render_template("admin/rulebook.html", versions=versions, form=form, who=actor()), code


@bp.get("/rulebook/<int:rulebook_id>")
@may(Action.SEE_TERMS)
def rulebook_version_page(rulebook_id: int) -> ResponseReturnValue:
    return _version(rulebook_id)


def _page(rulebook_id: int) -> VersionPage:
    return rulebook_version(desk(), actor(), rulebook_id, current_language())


def _version(rulebook_id: int, reason: ReasonForm | None = None, form: Form | None = None,
             code: int = 200) -> ResponseReturnValue:  # fmt: skip
    reason = reason or ReasonForm(formdata=None)
    page = _page(rulebook_id)
    return render_template("admin/rulebook_version.html", page=page, reason=reason, form=form or reason, who=actor()), code


def _back(rulebook_id: int, said: str) -> ResponseReturnValue:
    flash(said, "ok")
    return redirect(url_for("admin.rulebook_version_page", rulebook_id=rulebook_id), 303)


@bp.get("/rulebook/<int:rulebook_id>/edit")
@may(Action.WRITE_TERMS)
def rulebook_frame(rulebook_id: int) -> ResponseReturnValue:
    page = _page(rulebook_id)
    form = RulebookForm(formdata=None, data={**vars(page.text), "board_decision": page.board_decision})
    return render_template("admin/rulebook_form.html", form=form, page=page)


@bp.post("/rulebook/<int:rulebook_id>/edit")
@may(Action.WRITE_TERMS)
def rulebook_frame_save(rulebook_id: int) -> ResponseReturnValue:
    form = RulebookForm()
    if form.validate():
        frame = Frame(form["valid_from"].data, form["accept_by"].data, form.introduction.data, form.change_note.data,
                      form.board_decision.data or "")  # fmt: skip
        done, _none = attempt(form, lambda: frame_rulebook(desk(), actor(), rulebook_id, frame))
        if done:
            return _back(rulebook_id, _("The draft was changed."))
    return render_template("admin/rulebook_form.html", form=form, page=_page(rulebook_id)), 422


@bp.get("/rulebook/<int:rulebook_id>/terms/new")
@may(Action.WRITE_TERMS)
def rulebook_term_new(rulebook_id: int) -> ResponseReturnValue:
    return _term_form(TermForm(formdata=None), rulebook_id)


@bp.post("/rulebook/<int:rulebook_id>/terms/new")
@may(Action.WRITE_TERMS)
def rulebook_term_add(rulebook_id: int) -> ResponseReturnValue:
    return _term_saved(rulebook_id, None)


@bp.get("/rulebook/<int:rulebook_id>/terms/<int:key>")
@may(Action.WRITE_TERMS)
def rulebook_term(rulebook_id: int, key: int) -> ResponseReturnValue:
    term = term_of(_page(rulebook_id), key)
    form = TermForm(formdata=None, data={"part": term.part, "text": dict(term.text), "check": term.check or ""})
    return _term_form(form, rulebook_id, key)


@bp.post("/rulebook/<int:rulebook_id>/terms/<int:key>")
@may(Action.WRITE_TERMS)
def rulebook_term_save(rulebook_id: int, key: int) -> ResponseReturnValue:
    return _term_saved(rulebook_id, key)


def _term_saved(rulebook_id: int, key: int | None) -> ResponseReturnValue:
    form = _with_choices(TermForm(), page := _page(rulebook_id))
    if form.validate():
        draft = TermDraft(form.part.data, form.text.data, form.check.data or "")
        done, _key = attempt(form, lambda: write_term(desk(), actor(), rulebook_id, draft, key))
        if done:
            return _back(rulebook_id, _("The term was saved."))
    return render_template("admin/rulebook_term.html", form=form, page=page, key=key), 422


def _term_form(form: TermForm, rulebook_id: int, key: int | None = None) -> ResponseReturnValue:
    page = _page(rulebook_id)
    return render_template("admin/rulebook_term.html", form=_with_choices(form, page), page=page, key=key)


def _with_choices(form: TermForm, page: VersionPage) -> TermForm:
    services = [(code, in_language(name)) for code, name in page.packages]
    form.part.choices = choices([(GENERAL_PART, _("General part")), *services])
    form.check.choices = labelled("enforced", CHECKS, _("A person sees to it."))
    return form


@bp.post("/rulebook/<int:rulebook_id>/terms/<int:key>/up")
@may(Action.WRITE_TERMS)
def rulebook_term_up(rulebook_id: int, key: int) -> ResponseReturnValue:
    move_term(desk(), actor(), rulebook_id, key, -1)
    return _back(rulebook_id, _("The term was moved up."))


@bp.post("/rulebook/<int:rulebook_id>/terms/<int:key>/drop")
@may(Action.WRITE_TERMS)
def rulebook_term_drop(rulebook_id: int, key: int) -> ResponseReturnValue:
    drop_term(desk(), actor(), rulebook_id, key)
    return _back(rulebook_id, _("The term was taken out."))


@bp.post("/rulebook/<int:rulebook_id>/submit")
@may(Action.WRITE_TERMS)
def rulebook_submit(rulebook_id: int) -> ResponseReturnValue:
    form = Form(formdata=None)
    done, _none = attempt(form, lambda: submit_rulebook(desk(), actor(), rulebook_id))
    if not done:
        return _version(rulebook_id, form=form, code=422)
    return _back(rulebook_id, _("Handed over. Another officer reads it and publishes it."))


@bp.post("/rulebook/<int:rulebook_id>/publish")
@may(Action.PUBLISH_TERMS)
def rulebook_publish(rulebook_id: int) -> ResponseReturnValue:
    form = Form(formdata=None)
    done, _none = attempt(form, lambda: publish_rulebook(desk(), actor(), rulebook_id))
    if not done:
        return _version(rulebook_id, form=form, code=422)
    return _back(rulebook_id, _("The new version is published, and the providers have been told."))


@bp.post("/rulebook/<int:rulebook_id>/send-back")
@may(Action.PUBLISH_TERMS)
def rulebook_send_back(rulebook_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    if form.validate():
        done, _none = attempt(form, lambda: send_back_rulebook(desk(), actor(), rulebook_id, form.reason.data))
        if done:
            return _back(rulebook_id, _("Sent back with your reason."))
    return _version(rulebook_id, reason=form, code=422)
