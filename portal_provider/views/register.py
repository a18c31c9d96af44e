"""A company registers: open to anyone."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.register_provider import RegisterProvider, register_provider
from marketplace.web.forms import add_refusal
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import current_language
from portal_provider import bp
from portal_provider.company_forms import RegisterForm


def _page(form: RegisterForm, status: int = 200) -> ResponseReturnValue:
    return render_template("portal_provider/register.html", form=form), status


@bp.get("/register")
@may(Action.REGISTER_PROVIDER)
def register() -> ResponseReturnValue:
    return _page(RegisterForm(formdata=None))


@bp.post("/register")
@may(Action.REGISTER_PROVIDER)
def register_send() -> ResponseReturnValue:
    form = RegisterForm()
    if form.validate():
        order = RegisterProvider(
            business_id=form.business_id.data or "",
            name=form.name.data or "",
            legal_form=form.legal_form.data,
            vat_registered=form.vat_registered.data,
            iban=form.iban.data or "",
            e_invoice_address=form.e_invoice_address.data,
            email=form.email.data or "",
            phone=form.phone.data or "",
            manager_name=form.manager_name.data or "",
            manager_email=form.manager_email.data or "",
            belongs_to=form.belongs_to.data if form.group.data == "belongs" else None,
            language=current_language(),
            once=form.once.data,
        )
        try:
            register_provider(desk(), actor(), order)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return redirect(url_for("portal_provider.registered"), 303)
    return _page(form, 422)


@bp.get("/register/done")
@may(Action.REGISTER_PROVIDER)
def registered() -> ResponseReturnValue:
    return render_template("portal_provider/registered.html")
