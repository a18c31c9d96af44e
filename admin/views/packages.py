"""Service packages with their service cards."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from admin.attempt import attempt
from admin.terms_forms import PackageForm
from marketplace.access.actions import Action
from marketplace.use_cases.terms_pages import PackagePage, package_page, programme_page
from marketplace.use_cases.write_package import PackageDraft, create_package, edit_package
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _


@bp.get("/packages/<int:package_id>")
@may(Action.SEE_TERMS)
def package(package_id: int) -> ResponseReturnValue:
    return render_template("admin/package.html", page=package_page(desk(), actor(), package_id), who=actor())


@bp.get("/programmes/<int:programme_id>/packages/new")
@may(Action.WRITE_TERMS)
def package_new(programme_id: int) -> ResponseReturnValue:
    programme = programme_page(desk(), actor(), programme_id)
    return render_template("admin/package_form.html", form=PackageForm(), programme=programme)


@bp.post("/programmes/<int:programme_id>/packages/new")
@may(Action.WRITE_TERMS)
def package_create(programme_id: int) -> ResponseReturnValue:
    form = PackageForm()
    if form.validate():
        draft = PackageDraft(form.name.data, form.card(), form.unit.data, form.free_by_law.data == "yes", form.excluded(),
                             once=form.once.data, vat_basis=form.vat_basis.data)  # fmt: skip
        done, made = attempt(form, lambda: create_package(desk(), actor(), programme_id, draft))
        if done:
            flash(_("The service was saved. Write its terms next."), "ok")
            return redirect(url_for("admin.package", package_id=made), 303)
    programme = programme_page(desk(), actor(), programme_id)
    return render_template("admin/package_form.html", form=form, programme=programme), 422


@bp.get("/packages/<int:package_id>/edit")
@may(Action.WRITE_TERMS)
def package_edit(package_id: int) -> ResponseReturnValue:
    page = package_page(desk(), actor(), package_id)
    charge = "yes" if page.free_by_law else "no"
    form = PackageForm(data={"name": page.name, "unit": page.unit, "free_by_law": charge, **_forms(page), **page.card})
    return render_template("admin/package_form.html", form=form, page=page)


def _forms(page: PackagePage) -> dict[str, Any]:
    """The excluded legal forms as the form's boxes hold them."""
    excluded = page.legal_forms_excluded
    return {"legal_forms": list(excluded), "provision": next(iter(excluded.values()), "")}


@bp.post("/packages/<int:package_id>/edit")
@may(Action.WRITE_TERMS)
def package_save(package_id: int) -> ResponseReturnValue:
    form = PackageForm()
    del form.unit
    del form.vat_basis
    if form.validate():
        draft = PackageDraft(form.name.data, form.card(), free_by_law=form.free_by_law.data == "yes",
                             legal_forms_excluded=form.excluded())  # fmt: skip
        done, _none = attempt(form, lambda: edit_package(desk(), actor(), package_id, draft))
        if done:
            flash(_("The service card was changed."), "ok")
            return redirect(url_for("admin.package", package_id=package_id), 303)
    return render_template("admin/package_form.html", form=form, page=package_page(desk(), actor(), package_id)), 422
