"""Programmes, and the overview of everything that is bought on terms."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from admin.attempt import attempt
from admin.terms_forms import AreaForm, ProgrammeForm, ReasonForm
from marketplace.access.actions import Action
from marketplace.use_cases.terms_pages import organiser_of, programme_page, terms_overview
from marketplace.use_cases.write_package import AreaDraft, create_area
from marketplace.use_cases.write_programme import (
    ProgrammeDraft,
    create_programme,
    edit_programme,
    publish_programme,
    send_back_programme,
    submit_programme,
)
from marketplace.web.forms import choices
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _


@bp.get("/terms")
@may(Action.SEE_TERMS)
def terms() -> ResponseReturnValue:
    return render_template("admin/terms_overview.html", overview=terms_overview(desk(), actor()), who=actor())


@bp.get("/programmes/<int:programme_id>")
@may(Action.SEE_TERMS)
def programme(programme_id: int) -> ResponseReturnValue:
    return _shown(programme_id, ReasonForm(formdata=None))


def _shown(programme_id: int, reason: ReasonForm, code: int = 200) -> ResponseReturnValue:
    page = programme_page(desk(), actor(), programme_id)
    return render_template("admin/programme.html", page=page, form=reason, who=actor()), code


@bp.get("/programmes/new")
@may(Action.WRITE_TERMS)
def programme_new() -> ResponseReturnValue:
    return _form(ProgrammeForm())


@bp.post("/programmes/new")
@may(Action.WRITE_TERMS)
def programme_create() -> ResponseReturnValue:
    form = ProgrammeForm()
    if form.validate():
        done, made = attempt(form, lambda: create_programme(desk(), actor(), _draft(form)))
        if done:
            flash(_("The programme was saved as a draft."), "ok")
            return redirect(url_for("admin.programme", programme_id=made), 303)
    return _form(form, code=422)


@bp.get("/programmes/<int:programme_id>/edit")
@may(Action.WRITE_TERMS)
def programme_edit(programme_id: int) -> ResponseReturnValue:
    page = programme_page(desk(), actor(), programme_id)
    return _form(ProgrammeForm(data=page.values), programme_id)


@bp.post("/programmes/<int:programme_id>/edit")
@may(Action.WRITE_TERMS)
def programme_save(programme_id: int) -> ResponseReturnValue:
    form = ProgrammeForm()
    if form.validate():
        done, _none = attempt(form, lambda: edit_programme(desk(), actor(), programme_id, _draft(form)))
        if done:
            flash(_("The draft was changed."), "ok")
            return redirect(url_for("admin.programme", programme_id=programme_id), 303)
    return _form(form, programme_id, 422)


def _form(form: ProgrammeForm, programme_id: int | None = None, code: int = 200) -> ResponseReturnValue:
    name, kind, _municipalities = organiser_of(desk(), actor())
    values = {"form": form, "programme_id": programme_id, "organiser": name, "organiser_kind": kind}
    return render_template("admin/programme_form.html", **values), code


def _draft(form: ProgrammeForm) -> ProgrammeDraft:
    return ProgrammeDraft(
        name=form.name.data,
        legal_basis=form.legal_basis.data,
        board_decision=form.board_decision.data,
        appeal_route=form.appeal_route.data,
        appeal_body=form.appeal_body.data,
        information_contact=form.information_contact.data,
        cost_centre=form.cost_centre.data,
        bonus_reserved_at=form.bonus_reserved_at.data,
        need_categories=tuple(form.need_categories.data),
        once=form.once.data,
    )


@bp.post("/programmes/<int:programme_id>/submit")
@may(Action.WRITE_TERMS)
def programme_submit(programme_id: int) -> ResponseReturnValue:
    submit_programme(desk(), actor(), programme_id)
    flash(_("Handed over. Another officer reads it and publishes it."), "ok")
    return redirect(url_for("admin.programme", programme_id=programme_id), 303)


@bp.post("/programmes/<int:programme_id>/publish")
@may(Action.PUBLISH_TERMS)
def programme_publish(programme_id: int) -> ResponseReturnValue:
    reason = ReasonForm(formdata=None)
    done, _none = attempt(reason, lambda: publish_programme(desk(), actor(), programme_id))
    if not done:
        return _shown(programme_id, reason, 422)
    flash(_("The programme is published."), "ok")
    return redirect(url_for("admin.programme", programme_id=programme_id), 303)


@bp.post("/programmes/<int:programme_id>/send-back")
@may(Action.PUBLISH_TERMS)
def programme_send_back(programme_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    if form.validate():
        done, _none = attempt(form, lambda: send_back_programme(desk(), actor(), programme_id, form.reason.data))
        if done:
            flash(_("Sent back with your reason."), "ok")
            return redirect(url_for("admin.programme", programme_id=programme_id), 303)
    return _shown(programme_id, form, 422)


@bp.get("/areas/new")
@may(Action.WRITE_TERMS)
def area_new() -> ResponseReturnValue:
    return _area_form(AreaForm())


@bp.post("/areas/new")
@may(Action.WRITE_TERMS)
def area_create() -> ResponseReturnValue:
    form = AreaForm()
    form.municipalities.choices = choices((name, name) for name in organiser_of(desk(), actor())[2])
    if form.validate():
        draft = AreaDraft(form.name.data, tuple(form.municipalities.data), once=form.once.data)
        done, _made = attempt(form, lambda: create_area(desk(), actor(), draft))
        if done:
            flash(_("The area was saved."), "ok")
            return redirect(url_for("admin.terms"), 303)
    return _area_form(form, 422)


def _area_form(form: AreaForm, code: int = 200) -> ResponseReturnValue:
    overview = terms_overview(desk(), actor())
    form.municipalities.choices = choices((name, name) for name in overview.without_area)
    return render_template("admin/area_form.html", form=form, overview=overview), code
