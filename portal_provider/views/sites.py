"""The company's sites."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.provider_company_pages import site_page
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.sites import SiteOrder, add_site, close_site, edit_site
from marketplace.web.forms import add_refusal
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext
from marketplace.web.labels import refusal_text
from portal_provider import bp
from portal_provider.company_forms import SiteForm


def _page(form: SiteForm, site_id: int | None, status: int = 200) -> ResponseReturnValue:
    page = site_page(desk(), actor(), site_id)
    return render_template("portal_provider/site.html", form=form, page=page), status


def _order(form: SiteForm) -> SiteOrder:
    return SiteOrder(
        name=form.name.data or "",
        street=form.street.data or "",
        municipality=form.municipality.data or "",
        languages=tuple(form.languages.data or ()),
        accessible=form.accessible.data,
        once=form.once.data,
    )


@bp.get("/company/sites/new")
@may(Action.EDIT_COMPANY)
def site_new() -> ResponseReturnValue:
    return _page(SiteForm(formdata=None, languages=["fi"]), None)


@bp.post("/company/sites/new")
@may(Action.EDIT_COMPANY)
def site_add() -> ResponseReturnValue:
    form = SiteForm()
    if form.validate():
        try:
            add_site(desk(), actor(), _order(form))
        except Refused as refused:
            add_refusal(form, refused)
        else:
            flash(gettext("The site has been added."), "ok")
            return redirect(url_for("portal_provider.company"), 303)
    return _page(form, None, 422)


@bp.get("/company/sites/<int:site_id>")
@may(Action.EDIT_COMPANY)
def site(site_id: int) -> ResponseReturnValue:
    page = site_page(desk(), actor(), site_id)
    form = SiteForm(formdata=None, obj=page.site)
    return render_template("portal_provider/site.html", form=form, page=page)


@bp.post("/company/sites/<int:site_id>")
@may(Action.EDIT_COMPANY)
def site_save(site_id: int) -> ResponseReturnValue:
    form = SiteForm()
    if form.validate():
        try:
            edit_site(desk(), actor(), site_id, _order(form))
        except Refused as refused:
            add_refusal(form, refused)
        else:
            flash(gettext("Saved."), "ok")
            return redirect(url_for("portal_provider.company"), 303)
    return _page(form, site_id, 422)


@bp.post("/company/sites/<int:site_id>/close")
@may(Action.EDIT_COMPANY)
def site_close(site_id: int) -> ResponseReturnValue:
    try:
        close_site(desk(), actor(), site_id)
    except Refused as refused:
        flash(refusal_text(refused.code, refused.values), "stop")
        return redirect(url_for("portal_provider.site", site_id=site_id), 303)
    flash(gettext("The site is closed. Clients no longer see it."), "ok")
    return redirect(url_for("portal_provider.company"), 303)
