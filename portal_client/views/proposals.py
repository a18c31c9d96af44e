"""A noted proposal on its way to the client's own word: her login, a code to her mail or phone, or a signed form."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.confirm_by_code import send_code
from marketplace.use_cases.propose import ProposalPage, drop_proposal, proposal_page
from marketplace.use_cases.record_signed_form import SignedOrder, record_signed_form
from marketplace.use_cases.refusals import Refused, Stale
from marketplace.web.forms import add_refusal
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext
from marketplace.web.labels import refusal_text
from portal_client import bp
from portal_client.cards import CardWords
from portal_client.forms import SignedFormForm


@bp.get("/admin/proposals/<int:proposal_id>")
@may(Action.ASSIST_CHOICE)
def proposal(proposal_id: int) -> ResponseReturnValue:
    return _page(proposal_page(desk(), actor(), proposal_id), SignedFormForm(formdata=None))


@bp.post("/admin/proposals/<int:proposal_id>/code")
@may(Action.ASSIST_CHOICE)
def proposal_code(proposal_id: int) -> ResponseReturnValue:
    way = request.form.get("way", "")
    if way == "text" and not current_app.config["TEXT_MESSAGES"]:
        way = ""
    try:
        send_code(desk(), actor(), proposal_id, way)
    except Refused as refused:
        status = 409 if isinstance(refused, Stale) else 422
        wrong = refusal_text(refused.code, refused.values)
        return _page(proposal_page(desk(), actor(), proposal_id), SignedFormForm(formdata=None), status, wrong)
    flash(gettext("The code is on its way to the client. It works for half an hour."), "ok")
    return redirect(url_for("portal_client.proposal", proposal_id=proposal_id), 303)


@bp.get("/admin/proposals/<int:proposal_id>/form")
@may(Action.ASSIST_CHOICE)
def proposal_form(proposal_id: int) -> ResponseReturnValue:
    """The form for signing: the list in its drawn order, and what the client said."""
    page = proposal_page(desk(), actor(), proposal_id)
    if page.state != "waiting" or page.changed:
        return redirect(url_for("portal_client.proposal", proposal_id=proposal_id), 303)
    rows = CardWords(page.today).views(page.cards)
    return render_template("portal_client/proposal_form.html", page=page, rows=rows)


@bp.post("/admin/proposals/<int:proposal_id>/signed")
@may(Action.RECORD_SIGNED_FORM)
def proposal_signed(proposal_id: int) -> ResponseReturnValue:
    form = SignedFormForm()
    if form.validate():
        order = SignedOrder(proposal_id, form["signed_on"].data, form.archived_at.data or "", form.once.data)
        try:
            voucher_id = record_signed_form(desk(), actor(), order)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            flash(gettext("The signed form is recorded. The provider and the client have been told."), "ok")
            return redirect(url_for("admin.voucher", voucher_id=voucher_id), 303)
    return _page(proposal_page(desk(), actor(), proposal_id), form, 422)


@bp.post("/my/vouchers/<int:voucher_id>/proposal/drop")
@may(Action.CHOOSE_PROVIDER)
def proposal_drop(voucher_id: int) -> ResponseReturnValue:
    drop_proposal(desk(), actor(), voucher_id)
    flash(gettext("It has been dropped. Choose in peace whom you want."), "ok")
    return redirect(url_for("portal_client.today"), 303)


def _page(page: ProposalPage, form: SignedFormForm, status: int = 200, wrong: str | None = None) -> ResponseReturnValue:
    texts = bool(current_app.config["TEXT_MESSAGES"])
    shown = render_template("portal_client/proposal.html", page=page, form=form, texts=texts, wrong=wrong)
    return shown, status
