"""Beginning to assist a client with her choice. The pages of it are the client's own (the client's portal has them)."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField

from admin import bp
from admin.attempt import attempt
from marketplace.access.actions import Action
from marketplace.use_cases.assist import REASONS, StartOrder, start_assisting
from marketplace.use_cases.case_voucher_page import case_voucher_page
from marketplace.web.forms import OnceForm, Required, labelled
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import lazy_gettext


class AssistForm(OnceForm):
    reason = RadioField(
        lazy_gettext("Why does the client want help?"),
        [Required(lazy_gettext("Choose why the client wants help."))],
        choices=labelled("assist_reason", REASONS),
    )


@bp.get("/vouchers/<int:voucher_id>/assist")
@may(Action.ASSIST_CHOICE)
def voucher_assist(voucher_id: int) -> ResponseReturnValue:
    return _shown(voucher_id, AssistForm(formdata=None))


@bp.post("/vouchers/<int:voucher_id>/assist")
@may(Action.ASSIST_CHOICE)
def voucher_assist_start(voucher_id: int) -> ResponseReturnValue:
    form = AssistForm()
    if form.validate():
        order = StartOrder(voucher_id, form.reason.data, form.once.data)
        done, assist_id = attempt(form, lambda: start_assisting(desk(), actor(), order))
        if done:
            return redirect(url_for("portal_client.assist_list", assist_id=assist_id), 303)
    return _shown(voucher_id, form, 422)


def _shown(voucher_id: int, form: AssistForm, code: int = 200) -> ResponseReturnValue:
    page = case_voucher_page(desk(), actor(), voucher_id)
    return render_template("admin/voucher_assist.html", page=page, form=form), code
