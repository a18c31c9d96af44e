"""One voucher, and what a caseworker can do to it: extend, withdraw, end. Never choose its provider."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from admin.attempt import attempt
from admin.case_forms import EndVoucherForm, ExtendForm, ReliefForm, RevokeForm
from marketplace.access.actions import Action
from marketplace.use_cases.amend_voucher import (
    EndOrder,
    ExtendOrder,
    RevokeOrder,
    end_open_voucher,
    extend_voucher,
    revoke_voucher,
)
from marketplace.use_cases.case_voucher_page import case_voucher_page
from marketplace.use_cases.relieve_own_share import ReliefOrder, relieve_own_share
from marketplace.web.forms import Form
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _


@bp.get("/vouchers/<int:voucher_id>")
@may(Action.AMEND_VOUCHER)
def voucher(voucher_id: int) -> ResponseReturnValue:
    return render_template("admin/voucher.html", page=case_voucher_page(desk(), actor(), voucher_id))


@bp.get("/vouchers/<int:voucher_id>/extend")
@may(Action.AMEND_VOUCHER)
def voucher_extend(voucher_id: int) -> ResponseReturnValue:
    return _shown("admin/voucher_extend.html", voucher_id, ExtendForm())


@bp.post("/vouchers/<int:voucher_id>/extend")
@may(Action.AMEND_VOUCHER)
def voucher_extend_save(voucher_id: int) -> ResponseReturnValue:
    form = ExtendForm()
    if form.validate():
        order = ExtendOrder(voucher_id, form["valid_to"].data, form.reasons.data or "", form.once.data)
        done, made = attempt(form, lambda: extend_voucher(desk(), actor(), order))
        if done and made is not None:
            flash(_("The voucher has been extended. Now send the decision."), "ok")
            return redirect(url_for("admin.decision", decision_id=made.decision_id), 303)
    return _shown("admin/voucher_extend.html", voucher_id, form, 422)


@bp.get("/vouchers/<int:voucher_id>/relief")
@may(Action.AMEND_VOUCHER)
def voucher_relief(voucher_id: int) -> ResponseReturnValue:
    return _shown("admin/voucher_relief.html", voucher_id, ReliefForm())


@bp.post("/vouchers/<int:voucher_id>/relief")
@may(Action.AMEND_VOUCHER)
def voucher_relief_save(voucher_id: int) -> ResponseReturnValue:
    form = ReliefForm()
    if form.validate():
        order = ReliefOrder(
            voucher_id, form["relief"].data, form["valid_from"].data, form.reasons.data or "", form.once.data
        )
        done, made = attempt(form, lambda: relieve_own_share(desk(), actor(), order))
        if done and made is not None:
            flash(_("The client's part has been lowered. Now send the decision."), "ok")
            return redirect(url_for("admin.decision", decision_id=made.decision_id), 303)
    return _shown("admin/voucher_relief.html", voucher_id, form, 422)


@bp.get("/vouchers/<int:voucher_id>/revoke")
@may(Action.AMEND_VOUCHER)
def voucher_revoke(voucher_id: int) -> ResponseReturnValue:
    return _shown("admin/voucher_revoke.html", voucher_id, RevokeForm())


@bp.post("/vouchers/<int:voucher_id>/revoke")
@may(Action.AMEND_VOUCHER)
def voucher_revoke_save(voucher_id: int) -> ResponseReturnValue:
    form = RevokeForm()
    if form.validate():
        order = RevokeOrder(voucher_id, form.reasons.data or "", form.once.data)
        done, made = attempt(form, lambda: revoke_voucher(desk(), actor(), order))
        if done and made is not None:
            flash(_("The voucher has been withdrawn. Now send the decision."), "ok")
            return redirect(url_for("admin.decision", decision_id=made.decision_id), 303)
    return _shown("admin/voucher_revoke.html", voucher_id, form, 422)


@bp.get("/vouchers/<int:voucher_id>/end")
@may(Action.AMEND_VOUCHER)
def voucher_end(voucher_id: int) -> ResponseReturnValue:
    return _shown("admin/voucher_end.html", voucher_id, EndVoucherForm())


@bp.post("/vouchers/<int:voucher_id>/end")
@may(Action.AMEND_VOUCHER)
def voucher_end_save(voucher_id: int) -> ResponseReturnValue:
    form = EndVoucherForm()
    if form.validate():
        order = EndOrder(voucher_id, form.reason.data, form["last_day"].data, form.words.data or "")
        done, _none = attempt(form, lambda: end_open_voucher(desk(), actor(), order))
        if done:
            flash(_("The voucher has ended."), "ok")
            return redirect(url_for("admin.voucher", voucher_id=voucher_id), 303)
    return _shown("admin/voucher_end.html", voucher_id, form, 422)


def _shown(template: str, voucher_id: int, form: Form, code: int = 200) -> ResponseReturnValue:
    page = case_voucher_page(desk(), actor(), voucher_id)
    return render_template(template, page=page, form=form), code
