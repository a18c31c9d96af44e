"""The rulebook: its versions, and a new one."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from admin.attempt import attempt
from admin.terms_forms import RulebookForm
from marketplace.access.actions import Action
from marketplace.use_cases.terms_pages import rulebook_versions
from marketplace.use_cases.write_rulebook import RulebookOrder, publish_rulebook
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _


@bp.get("/rulebook")
@may(Action.SEE_TERMS)
def rulebook() -> ResponseReturnValue:
    versions = rulebook_versions(desk(), actor())
    return render_template("admin/rulebook.html", versions=versions, who=actor())


@bp.get("/rulebook/new")
@may(Action.WRITE_TERMS)
def rulebook_new() -> ResponseReturnValue:
    newest = next(iter(rulebook_versions(desk(), actor())), None)
    form = RulebookForm(data={"body": newest.body if newest else {}})
    return render_template("admin/rulebook_form.html", form=form, newest=newest)


@bp.post("/rulebook/new")
@may(Action.WRITE_TERMS)
def rulebook_publish() -> ResponseReturnValue:
    form = RulebookForm()
    if form.validate():
        order = RulebookOrder(form.body.data, form["valid_from"].data, form.once.data)
        done, _made = attempt(form, lambda: publish_rulebook(desk(), actor(), order))
        if done:
            flash(_("The new version is published, and the providers have been told."), "ok")
            return redirect(url_for("admin.rulebook"), 303)
    newest = next(iter(rulebook_versions(desk(), actor())), None)
    return render_template("admin/rulebook_form.html", form=form, newest=newest), 422
