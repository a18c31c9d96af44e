"""Invoices as finance and auditors read them, line by line; finance approves lines or sends them back."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields import SelectChoice

from admin import bp, finance_words  # noqa: F401  filters and words of the templates
from admin.attempt import attempt
from admin.finance_forms import InvoiceFilterForm, LinesForm, SendBackForm
from admin.press import press
from marketplace.access.actions import Action
from marketplace.use_cases.approve_lines import (
    ApproveOrder,
    SendBackOrder,
    approve_invoice,
    approve_lines,
    send_back_line,
)
from marketplace.use_cases.einvoices import einvoice_file
from marketplace.use_cases.finance_pages import InvoiceFilter, finance_invoice, finance_invoices, finance_line
from marketplace.web.downloads import download
from marketplace.web.formats import month as month_words
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import ngettext


@bp.get("/invoices")
@may(Action.SEE_INVOICES)
def invoices() -> ResponseReturnValue:
    form = InvoiceFilterForm(request.args)
    wanted = InvoiceFilter(
        state=request.args.get("state", ""),
        month=_month(request.args.get("month", "")),
        provider_id=request.args.get("provider", type=int),
        page=request.args.get("page", 1, type=int),
    )
    page = finance_invoices(desk(), actor(), wanted)
    every = [SelectChoice("", _("All"))]
    form.month.choices = every + [SelectChoice(day.isoformat(), month_words(day)) for day in page.months]
    form.provider.choices = every + [SelectChoice(str(key), name) for key, name in page.providers]
    filtered = {name: value for name, value in request.args.items() if name in form and value}
    return render_template("admin/invoices.html", page=page, form=form, filtered=filtered)


@bp.get("/invoices/<int:invoice_id>")
@may(Action.SEE_INVOICES)
def invoice(invoice_id: int) -> ResponseReturnValue:
    return _shown(invoice_id, LinesForm())


@bp.get("/invoices/papers/<int:einvoice_id>/<name>")
@may(Action.SEE_INVOICES)
def einvoice(einvoice_id: int, name: str) -> ResponseReturnValue:
    file = einvoice_file(desk(), actor(), einvoice_id, name)
    return download(file.body, "application/xml", file.name)


@bp.post("/invoices/<int:invoice_id>/lines")
@may(Action.APPROVE_LINES)
def invoice_approve(invoice_id: int) -> ResponseReturnValue:
    form = LinesForm()
    if form.validate():
        order = ApproveOrder(invoice_id, tuple(form.lines.data or ()))
        done, count = attempt(form, lambda: approve_lines(desk(), actor(), order))
        if done and count is not None:
            flash(
                ngettext("%(num)d line was approved for payment.", "%(num)d lines were approved for payment.", count),
                "ok",
            )
            return redirect(url_for("admin.invoice", invoice_id=invoice_id), 303)
    return _shown(invoice_id, form, 422)


@bp.post("/invoices/<int:invoice_id>/approve")
@may(Action.APPROVE_LINES)
def invoice_approve_all(invoice_id: int) -> ResponseReturnValue:
    return press(
        lambda: approve_invoice(desk(), actor(), invoice_id),
        _("Every line that had passed the checks was approved for payment."),
        url_for("admin.invoice", invoice_id=invoice_id),
    )


@bp.get("/invoices/lines/<int:line_id>/send-back")
@may(Action.APPROVE_LINES)
def invoice_line_send_back(line_id: int) -> ResponseReturnValue:
    return _send_back(line_id, SendBackForm())


@bp.post("/invoices/lines/<int:line_id>/send-back")
@may(Action.APPROVE_LINES)
def invoice_line_sent_back(line_id: int) -> ResponseReturnValue:
    form = SendBackForm()
    if form.validate():
        order = SendBackOrder(line_id, form.reason.data or "")
        done, invoice_id = attempt(form, lambda: send_back_line(desk(), actor(), order))
        if done:
            flash(_("The line went back to the provider, with your reason."), "ok")
            return redirect(url_for("admin.invoice", invoice_id=invoice_id), 303)
    return _send_back(line_id, form, 422)


def _shown(invoice_id: int, form: LinesForm, code: int = 200) -> ResponseReturnValue:
    page = finance_invoice(desk(), actor(), invoice_id, request.args.get("page", 1, type=int))
    picked = set(form.lines.data or ())
    return render_template("admin/invoice.html", page=page, form=form, picked=picked), code


def _send_back(line_id: int, form: SendBackForm, code: int = 200) -> ResponseReturnValue:
    line = finance_line(desk(), actor(), line_id)
    return render_template("admin/invoice_send_back.html", line=line, form=form), code


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None  # a hand-written address: everything is shown
