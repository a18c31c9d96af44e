"""The company's e-invoices as files, and the credit of a paid line."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.credit_invoice import CreditOrder, credit_invoice, own_line
from marketplace.use_cases.einvoices import einvoice_file
from marketplace.web.downloads import download
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext
from portal_provider import bp
from portal_provider.organiser import with_organiser
from portal_provider.work_forms import CreditForm, mending


@bp.get("/invoices/papers/<int:einvoice_id>/<name>")
@may(Action.SEE_OWN_INVOICES)
@with_organiser
def einvoice(einvoice_id: int, name: str) -> ResponseReturnValue:
    file = einvoice_file(desk(), actor(), einvoice_id, name)
    return download(file.body, "application/xml", file.name)


@bp.get("/invoices/lines/<int:line_id>/credit")
@may(Action.CREDIT_INVOICE)
@with_organiser
def credit_new(line_id: int) -> ResponseReturnValue:
    return _shown(line_id, CreditForm())


@bp.post("/invoices/lines/<int:line_id>/credit")
@may(Action.CREDIT_INVOICE)
@with_organiser
def credit_save(line_id: int) -> ResponseReturnValue:
    form = CreditForm()
    if form.validate():
        with mending(form):
            order = CreditOrder(line_id, form.amount.data or 0, form.reason.data or "", form.once.data)
            made = credit_invoice(desk(), actor(), order)
            flash(gettext("The credit note %(number)s has been sent.", number=made.number), "ok")
            return redirect(url_for("portal_provider.invoice", invoice_id=made.invoice_id), 303)
    return _shown(line_id, form, 422)


def _shown(line_id: int, form: CreditForm, code: int = 200) -> ResponseReturnValue:
    line = own_line(desk(), actor(), line_id)
    return render_template("portal_provider/credit_new.html", line=line, form=form), code
