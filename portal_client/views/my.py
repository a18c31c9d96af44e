"""The client's first page, and refusing a voucher."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.client_pages import my_page, my_voucher
from marketplace.use_cases.refusals import Refused, Stale
from marketplace.use_cases.refuse_voucher import RefusalOrder, refuse_voucher
from marketplace.web.forms import add_refusal
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext
from portal_client import bp
from portal_client.forms import RefuseForm
from portal_client.present import UNIT_MEANINGS, hero, own_cost


@bp.get("/my")
@may(Action.SEE_OWN_VOUCHER)
def today() -> ResponseReturnValue:
    page = my_page(desk(), actor())
    return render_template(
        "portal_client/my.html", page=page, name=actor().name, hero_of=hero, own_cost=own_cost, meanings=UNIT_MEANINGS
    )


@bp.get("/my/vouchers/<int:voucher_id>/refuse")
@may(Action.REFUSE_VOUCHER)
def refuse(voucher_id: int) -> ResponseReturnValue:
    return _refuse_page(voucher_id, RefuseForm(formdata=None))


@bp.post("/my/vouchers/<int:voucher_id>/refuse")
@may(Action.REFUSE_VOUCHER)
def refuse_now(voucher_id: int) -> ResponseReturnValue:
    form = RefuseForm()
    if form.validate():
        try:
            refuse_voucher(desk(), actor(), RefusalOrder(voucher_id, form.reason.data or "", form.once.data))
        except Stale:
            return _refuse_page(voucher_id, form, 409)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            flash(gettext("You have refused the voucher. Your caseworker contacts you about what comes next."), "ok")
            return redirect(url_for("portal_client.today"), 303)
    return _refuse_page(voucher_id, form, 422)


def _refuse_page(voucher_id: int, form: RefuseForm, status: int = 200) -> ResponseReturnValue:
    voucher = my_voucher(desk(), actor(), voucher_id)
    if not voucher.open:
        return render_template("portal_client/over.html", voucher=voucher), status
    return render_template("portal_client/refuse.html", voucher=voucher, form=form, pairs=hero(voucher)), status
