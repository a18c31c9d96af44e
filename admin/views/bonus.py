"""The outcome bonus of a version of the terms: its milestones, with worked examples beside the form."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from admin.attempt import attempt
from admin.bonus_forms import MILESTONES, BonusForm, bonus_values
from marketplace.access.actions import Action
from marketplace.use_cases.write_bonus import BonusPage, bonus_page, save_bonus
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import in_language


@bp.get("/terms/<int:terms_id>/bonus/examples")
@may(Action.SEE_TERMS)
def terms_examples(terms_id: int) -> ResponseReturnValue:
    return render_template("admin/terms_examples.html", page=bonus_page(desk(), actor(), terms_id))


@bp.get("/terms/<int:terms_id>/bonus")
@may(Action.WRITE_TERMS)
def terms_bonus(terms_id: int) -> ResponseReturnValue:
    page = bonus_page(desk(), actor(), terms_id)
    return _shown(BonusForm(formdata=None, data=bonus_values(page.milestones)), page)


@bp.post("/terms/<int:terms_id>/bonus")
@may(Action.WRITE_TERMS)
def terms_bonus_save(terms_id: int) -> ResponseReturnValue:
    """Save, or show what the milestones would mean without saving anything."""
    page = bonus_page(desk(), actor(), terms_id)
    form = _with_programmes(BonusForm(), page)
    if form.validate():
        if "show" in request.form:
            done, tried = attempt(form, lambda: bonus_page(desk(), actor(), terms_id, form.milestones()))
            return _shown(form, tried or page, 200 if done else 422)
        done, _none = attempt(form, lambda: save_bonus(desk(), actor(), terms_id, form.milestones()))
        if done:
            flash(_("The outcome bonus was changed."), "ok")
            return redirect(url_for("admin.terms_version", terms_id=terms_id), 303)
    return _shown(form, page, 422)


def _with_programmes(form: BonusForm, page: BonusPage) -> BonusForm:
    form.cumulates_with.choices = [(code, in_language(name)) for code, name in page.programmes]
    return form


def _shown(form: BonusForm, page: BonusPage, code: int = 200) -> ResponseReturnValue:
    form = _with_programmes(form, page)
    return render_template("admin/terms_bonus.html", form=form, page=page, milestones=MILESTONES), code
