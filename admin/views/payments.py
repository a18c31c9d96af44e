"""Paying: what waits, batches with four eyes, the bank's answers by hand, and what providers owe."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin import bp, finance_words, money_tasks  # noqa: F401  words of the templates, tasks of the first page
from admin.attempt import attempt
from admin.finance_forms import BatchForm, ConfirmForm, DebtForm, ReturnForm
from admin.press import press
from marketplace.access.actions import Action
from marketplace.use_cases.collect_debt import DebtOrder, collect_debt
from marketplace.use_cases.pay import (
    BatchOrder,
    ConfirmBatch,
    ConfirmPayment,
    ReturnPayment,
    approve_batch,
    cancel_batch,
    confirm_batch,
    confirm_payment,
    make_batch,
    return_payment,
    send_batch,
)
from marketplace.use_cases.payment_pages import batch_page, batches_page, owed_page, payment_page
from marketplace.use_cases.refusals import Missing
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import ngettext


@bp.get("/payments")
@may(Action.SEE_INVOICES)
def payments() -> ResponseReturnValue:
    return _payments(None)


@bp.post("/payments")
@may(Action.MAKE_BATCH)
def payments_batch() -> ResponseReturnValue:
    form = BatchForm()
    if form.validate():
        order = BatchOrder(form["pay_on"].data, form.once.data)
        done, batch_id = attempt(form, lambda: make_batch(desk(), actor(), order))
        if done:
            flash(_("The batch was made. Another person must approve it before it goes to the bank."), "ok")
            return redirect(url_for("admin.batch", batch_id=batch_id), 303)
    return _payments(form, 422)


@bp.get("/payments/<int:batch_id>")
@may(Action.SEE_INVOICES)
def batch(batch_id: int) -> ResponseReturnValue:
    return render_template("admin/batch.html", page=batch_page(desk(), actor(), batch_id))


@bp.post("/payments/<int:batch_id>/approve")
@may(Action.APPROVE_BATCH)
def batch_approve(batch_id: int) -> ResponseReturnValue:
    said = _("The batch was approved. It can go to the bank.")
    return press(lambda: approve_batch(desk(), actor(), batch_id), said, url_for("admin.batch", batch_id=batch_id))


@bp.post("/payments/<int:batch_id>/send")
@may(Action.MAKE_BATCH)
def batch_send(batch_id: int) -> ResponseReturnValue:
    said = _("The batch is marked as sent. Confirm the payments when the bank has paid them.")
    return press(lambda: send_batch(desk(), actor(), batch_id), said, url_for("admin.batch", batch_id=batch_id))


@bp.post("/payments/<int:batch_id>/cancel")
@may(Action.MAKE_BATCH)
def batch_cancel(batch_id: int) -> ResponseReturnValue:
    said = _("The batch was cancelled. Its lines can go into a new one.")
    return press(lambda: cancel_batch(desk(), actor(), batch_id), said, url_for("admin.batch", batch_id=batch_id))


@bp.get("/payments/<int:batch_id>/confirm")
@may(Action.CONFIRM_PAYMENT)
def batch_confirm(batch_id: int) -> ResponseReturnValue:
    return _batch_form(batch_id, ConfirmForm())


@bp.post("/payments/<int:batch_id>/confirm")
@may(Action.CONFIRM_PAYMENT)
def batch_confirmed(batch_id: int) -> ResponseReturnValue:
    form = ConfirmForm()
    if form.validate():
        order = ConfirmBatch(batch_id, form["paid_on"].data, form.confirmation.data or "")
        done, count = attempt(form, lambda: confirm_batch(desk(), actor(), order))
        if done and count is not None:
            flash(ngettext("%(num)d payment is marked as paid.", "%(num)d payments are marked as paid.", count), "ok")
            return redirect(url_for("admin.batch", batch_id=batch_id), 303)
    return _batch_form(batch_id, form, 422)


@bp.get("/payments/one/<int:payment_id>/confirm")
@may(Action.CONFIRM_PAYMENT)
def payment_confirm(payment_id: int) -> ResponseReturnValue:
    return _payment_form("confirm", payment_id, ConfirmForm())


@bp.post("/payments/one/<int:payment_id>/confirm")
@may(Action.CONFIRM_PAYMENT)
def payment_confirmed(payment_id: int) -> ResponseReturnValue:
    form = ConfirmForm()
    if form.validate():
        order = ConfirmPayment(payment_id, form["paid_on"].data, form.confirmation.data or "")
        done, _none = attempt(form, lambda: confirm_payment(desk(), actor(), order))
        if done:
            return _answered(payment_id, _("The payment is marked as paid."))
    return _payment_form("confirm", payment_id, form, 422)


@bp.get("/payments/one/<int:payment_id>/return")
@may(Action.CONFIRM_PAYMENT)
def payment_return(payment_id: int) -> ResponseReturnValue:
    return _payment_form("return", payment_id, ReturnForm())


@bp.post("/payments/one/<int:payment_id>/return")
@may(Action.CONFIRM_PAYMENT)
def payment_returned(payment_id: int) -> ResponseReturnValue:
    form = ReturnForm()
    if form.validate():
        order = ReturnPayment(payment_id, form["returned_on"].data, form.reason.data or "")
        done, _none = attempt(form, lambda: return_payment(desk(), actor(), order))
        if done:
            return _answered(payment_id, _("The payment came back. Its lines wait for a new batch."))
    return _payment_form("return", payment_id, form, 422)


@bp.get("/payments/owed")
@may(Action.SEE_INVOICES)
def payments_owed() -> ResponseReturnValue:
    return render_template("admin/payments_owed.html", rows=owed_page(desk(), actor()), who=actor())


@bp.get("/payments/owed/<int:provider_id>")
@may(Action.CONFIRM_PAYMENT)
def payments_owed_back(provider_id: int) -> ResponseReturnValue:
    return _debt_form(provider_id, DebtForm())


@bp.post("/payments/owed/<int:provider_id>")
@may(Action.CONFIRM_PAYMENT)
def payments_owed_paid(provider_id: int) -> ResponseReturnValue:
    form = DebtForm()
    if form.validate():
        order = DebtOrder(
            provider_id, form["amount"].data, form["paid_on"].data, form.confirmation.data or "", form.once.data
        )
        done, _left = attempt(form, lambda: collect_debt(desk(), actor(), order))
        if done:
            flash(_("Recorded. The provider owes that much less."), "ok")
            return redirect(url_for("admin.payments_owed"), 303)
    return _debt_form(provider_id, form, 422)


def _payments(form: BatchForm | None, code: int = 200) -> ResponseReturnValue:
    page = batches_page(desk(), actor(), request.args.get("page", 1, type=int))
    if form is None and page.may_pay:
        form = BatchForm(data={"pay_on": page.today})
    return render_template("admin/payments.html", page=page, form=form), code


def _batch_form(batch_id: int, form: ConfirmForm, code: int = 200) -> ResponseReturnValue:
    return render_template("admin/batch_confirm.html", page=batch_page(desk(), actor(), batch_id), form=form), code


def _payment_form(kind: str, payment_id: int, form: ConfirmForm | ReturnForm, code: int = 200) -> ResponseReturnValue:
    payment, of = payment_page(desk(), actor(), payment_id)
    return render_template(f"admin/payment_{kind}.html", payment=payment, batch=of, form=form), code


def _answered(payment_id: int, said: str) -> ResponseReturnValue:
    flash(said, "ok")
    _payment, of = payment_page(desk(), actor(), payment_id)
    return redirect(url_for("admin.batch", batch_id=of.id), 303)


def _debt_form(provider_id: int, form: DebtForm, code: int = 200) -> ResponseReturnValue:
    row = next((one for one in owed_page(desk(), actor()) if one.provider_id == provider_id), None)
    if row is None:
        raise Missing("debt")
    return render_template("admin/payments_owed_back.html", row=row, form=form), code
