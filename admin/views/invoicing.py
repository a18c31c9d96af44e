"""How the organiser takes invoices (its administrator), and what a package is for value added tax (procurement)."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from admin.attempt import attempt
from admin.tax_forms import InvoicingForm, PackageVatForm
from marketplace.access.actions import Action
from marketplace.use_cases.invoicing_settings import Invoicing, read_invoicing, set_invoicing
from marketplace.use_cases.package_vat import VatOrder, decide_package_vat
from marketplace.use_cases.terms_pages import package_page
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _


@bp.get("/invoicing")
@may(Action.SET_INVOICING)
def invoicing() -> ResponseReturnValue:
    form = InvoicingForm(formdata=None, obj=read_invoicing(desk(), actor()))
    return render_template("admin/invoicing.html", form=form)


@bp.post("/invoicing")
@may(Action.SET_INVOICING)
def invoicing_save() -> ResponseReturnValue:
    form = InvoicingForm()
    if form.validate():
        wanted = Invoicing(**form.values())
        done, _none = attempt(form, lambda: set_invoicing(desk(), actor(), wanted))
        if done:
            flash(_("Saved. Invoices from now on follow it."), "ok")
            return redirect(url_for("admin.invoicing"), 303)
    return render_template("admin/invoicing.html", form=form), 422


@bp.get("/packages/<int:package_id>/vat")
@may(Action.WRITE_TERMS)
def package_vat(package_id: int) -> ResponseReturnValue:
    return _vat(package_id, PackageVatForm())


@bp.post("/packages/<int:package_id>/vat")
@may(Action.WRITE_TERMS)
def package_vat_save(package_id: int) -> ResponseReturnValue:
    form = PackageVatForm()
    if form.validate() and form.valid_from.data:
        order = VatOrder(
            package_id, form.valid_from.data, form.basis.data, form.rate.data, form.bonus.data, form.ground.data or ""
        )
        done, _none = attempt(form, lambda: decide_package_vat(desk(), actor(), order))
        if done:
            flash(_("Saved. Deliveries from that day on are taxed so."), "ok")
            return redirect(url_for("admin.package", package_id=package_id), 303)
    return _vat(package_id, form, 422)


def _vat(package_id: int, form: PackageVatForm, code: int = 200) -> ResponseReturnValue:
    return render_template("admin/package_vat.html", page=package_page(desk(), actor(), package_id), form=form), code
