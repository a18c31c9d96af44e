"""Invoices: where the money is, every line's way, and the month sent with one press of a button."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.invoice_pages import draft_page, invoice_list, invoice_page
from marketplace.use_cases.send_invoice import InvoiceOrder, send_invoice
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext, ngettext
from portal_provider import bp
from portal_provider.organiser import with_organiser
from portal_provider.present import money_sentence, month_code, month_from, page_number, with_page
from portal_provider.work_forms import SendInvoiceForm, mending


@bp.get("/invoices")
@may(Action.SEE_OWN_INVOICES)
@with_organiser
def invoices() -> ResponseReturnValue:
    listing = invoice_list(desk(), actor(), page_number())
    address = with_page(url_for("portal_provider.invoices"))
    return render_template("portal_provider/invoices.html", listing=listing, address=address, sentence=money_sentence)


@bp.get("/invoices/<int:invoice_id>")
@may(Action.SEE_OWN_INVOICES)
@with_organiser
def invoice(invoice_id: int) -> ResponseReturnValue:
    page = invoice_page(desk(), actor(), invoice_id, page_number())
    address = with_page(url_for("portal_provider.invoice", invoice_id=invoice_id))
    return render_template("portal_provider/invoice.html", page=page, address=address, sentence=money_sentence)


def _draft(form: SendInvoiceForm | None, status: int = 200) -> ResponseReturnValue:
    asked = request.args.get("month") if form is None else form.month.data
    draft = draft_page(desk(), actor(), month_from(asked))
    shown = form or SendInvoiceForm(formdata=None, month=month_code(draft.month))
    return render_template("portal_provider/invoice_new.html", draft=draft, form=shown, month_code=month_code), status


@bp.get("/invoices/new")
@may(Action.SEND_INVOICE)
@with_organiser
def invoice_new() -> ResponseReturnValue:
    return _draft(None)


@bp.post("/invoices/new")
@may(Action.SEND_INVOICE)
@with_organiser
def invoice_send() -> ResponseReturnValue:
    form = SendInvoiceForm()
    month = month_from(form.month.data)
    if month is None:
        form.form_errors.append(gettext("Choose the month to send."))
    elif form.validate():
        with mending(form):
            sent = send_invoice(desk(), actor(), InvoiceOrder(month, form.once.data, form.reference.data or ""))
            passed = ngettext("%(n)d line passed the checks.", "%(n)d lines passed the checks.", sent.passed)
            returned = (
                ngettext("%(n)d line came back.", "%(n)d lines came back.", sent.returned) if sent.returned else ""
            )
            flash(
                " ".join((gettext("The invoice %(number)s has been sent.", number=sent.number), passed, returned)), "ok"
            )
            return redirect(url_for("portal_provider.invoice", invoice_id=sent.invoice_id), 303)
    return _draft(form, 422)
