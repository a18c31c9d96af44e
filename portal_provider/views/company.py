"""The company's own data: seen by all its people, changed by its managers."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.edit_company import EditCompany, edit_company
from marketplace.use_cases.provider_company_pages import company_page
from marketplace.use_cases.refusals import Refused
from marketplace.web.finnish_fields import phone
from marketplace.web.forms import add_refusal
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext
from portal_provider import bp
from portal_provider.company_forms import CompanyForm


def iban(value: str) -> str:
    """An account number in groups of four, as it stands on a bank's paper."""
    return " ".join(value[at : at + 4] for at in range(0, len(value), 4))


@bp.get("/company")
@may(Action.SEE_OWN_COMPANY)
def company() -> ResponseReturnValue:
    page = company_page(desk(), actor())
    return render_template("portal_provider/company.html", company=page, phone=phone(page.phone), iban=iban(page.iban))


@bp.get("/company/edit")
@may(Action.EDIT_COMPANY)
def company_edit() -> ResponseReturnValue:
    form = CompanyForm(formdata=None, obj=company_page(desk(), actor()))
    return render_template("portal_provider/company_edit.html", form=form)


@bp.post("/company/edit")
@may(Action.EDIT_COMPANY)
def company_save() -> ResponseReturnValue:
    form = CompanyForm()
    if form.validate():
        change = EditCompany(
            name=form.name.data or "",
            email=form.email.data or "",
            phone=form.phone.data or "",
            iban=form.iban.data or "",
            e_invoice_address=form.e_invoice_address.data,
            vat_registered=form.vat_registered.data,
            own_words=form.own_words.data or "",
            way_of_work=form.way_of_work.data,
            vat_since=form.vat_since.data,
            supervised=form.supervised.data,
            own_control=form.own_control.data,
            e_invoice_operator=form.e_invoice_operator.data or "",
            street=form.street.data or "",
            postcode=form.postcode.data or "",
            town=form.town.data or "",
        )
        try:
            edit_company(desk(), actor(), change)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            flash(gettext("Saved. Clients see the new text at once."), "ok")
            return redirect(url_for("portal_provider.company"), 303)
    return render_template("portal_provider/company_edit.html", form=form), 422
