"""Versions of a package's terms: written with a worked example beside the form, published by a second officer."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from admin.attempt import attempt
from admin.terms_forms import MILESTONES, PublishForm, ReasonForm, TermsForm, form_values
from marketplace.access.actions import Action
from marketplace.use_cases.terms_meaning import Meaning
from marketplace.use_cases.terms_pages import PackagePage, explain_terms, package_page, terms_page
from marketplace.use_cases.terms_values import KINDS
from marketplace.use_cases.write_terms import create_terms, edit_terms, publish_terms, send_back_terms, submit_terms
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _


@bp.get("/terms/<int:terms_id>")
@may(Action.SEE_TERMS)
def terms_version(terms_id: int) -> ResponseReturnValue:
    return _shown(terms_id)


def _shown(
    terms_id: int, publish: PublishForm | None = None, reason: ReasonForm | None = None, code: int = 200
) -> ResponseReturnValue:
    page = terms_page(desk(), actor(), terms_id)
    publish = publish or PublishForm(formdata=None, data={"board_decision": page.draft.board_decision})
    reason = reason or ReasonForm(formdata=None)
    form = reason if reason.errors else publish
    return render_template("admin/terms_version.html", page=page, publish=publish, reason=reason, form=form,
                           who=actor(), kinds=KINDS), code  # fmt: skip


@bp.get("/packages/<int:package_id>/terms/new")
@may(Action.WRITE_TERMS)
def terms_new(package_id: int) -> ResponseReturnValue:
    page = package_page(desk(), actor(), package_id)
    values = {} if page.newest is None else {**form_values(page.newest), "board_decision": ""}
    return _form(TermsForm(data={**values, "valid_from": None}), page)


@bp.post("/packages/<int:package_id>/terms/new")
@may(Action.WRITE_TERMS)
def terms_create(package_id: int) -> ResponseReturnValue:
    form = TermsForm()
    if form.validate():
        if "show" in request.form:
            return _explained(form, package_id)
        newest = package_page(desk(), actor(), package_id).newest
        draft = form.draft(newest.milestones if newest else ())
        done, made = attempt(form, lambda: create_terms(desk(), actor(), package_id, draft))
        if done:
            flash(_("The terms were saved as a draft. Read them through and hand them over."), "ok")
            return redirect(url_for("admin.terms_version", terms_id=made), 303)
    return _form(form, package_page(desk(), actor(), package_id), code=422)


@bp.get("/terms/<int:terms_id>/edit")
@may(Action.WRITE_TERMS)
def terms_edit(terms_id: int) -> ResponseReturnValue:
    version = terms_page(desk(), actor(), terms_id)
    page = package_page(desk(), actor(), version.package_id)
    return _form(TermsForm(data=form_values(version.draft)), page, version.meaning, terms_id)


@bp.post("/terms/<int:terms_id>/edit")
@may(Action.WRITE_TERMS)
def terms_save(terms_id: int) -> ResponseReturnValue:
    form = TermsForm()
    version = terms_page(desk(), actor(), terms_id)
    package_id, kept = version.package_id, version.draft.milestones
    if form.validate():
        if "show" in request.form:
            return _explained(form, package_id, terms_id)
        done, _none = attempt(form, lambda: edit_terms(desk(), actor(), terms_id, form.draft(kept)))
        if done:
            flash(_("The draft was changed."), "ok")
            return redirect(url_for("admin.terms_version", terms_id=terms_id), 303)
    return _form(form, package_page(desk(), actor(), package_id), None, terms_id, 422)


def _explained(form: TermsForm, package_id: int, terms_id: int | None = None) -> ResponseReturnValue:
    """The same form with what was typed, and beside it what it would mean. Nothing is saved."""
    done, meaning = attempt(form, lambda: explain_terms(desk(), actor(), package_id, form.draft(), terms_id))
    return _form(form, package_page(desk(), actor(), package_id), meaning, terms_id, 200 if done else 422)


def _form(
    form: TermsForm, page: PackagePage, meaning: Meaning | None = None, terms_id: int | None = None, code: int = 200
) -> ResponseReturnValue:
    values = {"form": form, "page": page, "meaning": meaning, "terms_id": terms_id}
    return render_template("admin/terms_form.html", kinds=KINDS, milestones=MILESTONES, **values), code


@bp.post("/terms/<int:terms_id>/submit")
@may(Action.WRITE_TERMS)
def terms_submit(terms_id: int) -> ResponseReturnValue:
    publish = PublishForm(formdata=None)
    done, _none = attempt(publish, lambda: submit_terms(desk(), actor(), terms_id))
    if not done:
        return _shown(terms_id, publish, code=422)
    flash(_("Handed over. Another officer reads it and publishes it."), "ok")
    return redirect(url_for("admin.terms_version", terms_id=terms_id), 303)


@bp.post("/terms/<int:terms_id>/publish")
@may(Action.PUBLISH_TERMS)
def terms_publish(terms_id: int) -> ResponseReturnValue:
    form = PublishForm()
    if form.validate():
        done, _none = attempt(form, lambda: publish_terms(desk(), actor(), terms_id, form.board_decision.data))
        if done:
            flash(_("The terms are published. They hold from their first day on."), "ok")
            return redirect(url_for("admin.terms_version", terms_id=terms_id), 303)
    return _shown(terms_id, form, code=422)


@bp.post("/terms/<int:terms_id>/send-back")
@may(Action.PUBLISH_TERMS)
def terms_send_back(terms_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    if form.validate():
        done, _none = attempt(form, lambda: send_back_terms(desk(), actor(), terms_id, form.reason.data))
        if done:
            flash(_("Sent back with your reason."), "ok")
            return redirect(url_for("admin.terms_version", terms_id=terms_id), 303)
    return _shown(terms_id, reason=form, code=422)
