"""Choosing a provider: asked once more, done, and kept as a record."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.clock import helsinki_day
from marketplace.use_cases.choice_receipt import receipt_file
from marketplace.use_cases.choice_record import choice_record as read_record
from marketplace.use_cases.choose_provider import ChoiceOrder, choose_provider
from marketplace.use_cases.compare_pages import provider_page
from marketplace.use_cases.refusals import Refused, Stale
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import current_language, gettext
from marketplace.web.labels import refusal_text
from portal_client import bp
from portal_client.cards import CardWords, wishes_of
from portal_client.forms import ChooseForm
from portal_client.listing import Listing, said_wishes
from portal_client.present import own_cost
from portal_client.views.compare import list_page


@bp.get("/my/vouchers/<int:voucher_id>/choose/<unit>")
@may(Action.CHOOSE_PROVIDER)
def choose(voucher_id: int, unit: str) -> ResponseReturnValue:
    """Asks once more. Who comes without a list's check code sees the list first; who comes with an old one, anew."""
    wishes, shown = wishes_of(request.args), request.args.get("shown")
    try:
        page = provider_page(desk(), actor(), voucher_id, unit, wishes, opened=False)
    except Refused as refused:
        return list_page(voucher_id, wishes, wrong=refusal_text(refused.code, refused.values), status=422)
    listing = Listing(page.comparison, [page.card], 1)
    if not shown or not listing.voucher.open:
        return redirect(listing.back_url, 303)
    if shown != listing.note.code:
        return list_page(voucher_id, wishes, wrong=refusal_text("list_changed"), status=409)
    card = listing.rows[0]
    if not card.can_be_chosen:
        wrong = refusal_text("provider_paused" if card.paused else "provider_price_missing", {"name": card.name})
        return list_page(voucher_id, wishes, wrong=wrong, status=422)
    if listing.voucher.provider_unit == unit:
        return list_page(voucher_id, wishes, wrong=refusal_text("same_provider"), status=422)
    form = ChooseForm(formdata=None, shown=shown)
    return render_template(
        "portal_client/choose.html", listing=listing, card=card, form=form, page=page, cost=own_cost(listing.voucher)
    )


@bp.post("/my/vouchers/<int:voucher_id>/choose/<unit>")
@may(Action.CHOOSE_PROVIDER)
def choose_now(voucher_id: int, unit: str) -> ResponseReturnValue:
    form, wishes = ChooseForm(), wishes_of(request.form)
    order = ChoiceOrder(voucher_id, unit, form.shown.data or "", wishes, current_language(), form.once.data)
    if not form.validate():
        return list_page(voucher_id, wishes, wrong=" ".join(str(text) for text in form.once.errors), status=422)
    try:
        choose_provider(desk(), actor(), order)
    except Refused as refused:
        status = 409 if isinstance(refused, Stale) else 422
        return list_page(voucher_id, wishes, wrong=refusal_text(refused.code, refused.values), status=status)
    flash(gettext("Your choice is made. The provider has been told, and you hear from it soon."), "ok")
    return redirect(url_for("portal_client.today"), 303)


@bp.get("/my/vouchers/<int:voucher_id>/choice")
@may(Action.SEE_OWN_VOUCHER)
def choice_record(voucher_id: int) -> ResponseReturnValue:
    record = read_record(desk(), actor(), voucher_id)
    choices = []
    for one in record.choices:
        views = CardWords(helsinki_day(one.chosen_at)).views(one.cards)
        shown = {row.unit: (row, place) for place, row in enumerate(views, start=1)}
        rows = [[shown[unit] for unit in card] for card in one.together]
        choices.append((one, rows, said_wishes(one.wishes, one.cards)))
    return render_template("portal_client/choice_record.html", record=record, choices=choices)


@bp.get("/my/choices/<int:choice_id>/receipt")
@may(Action.SEE_OWN_VOUCHER)
def choice_receipt(choice_id: int) -> ResponseReturnValue:
    """The signed receipt, as the file that `valinta verify receipt` reads."""
    receipt = receipt_file(desk(), actor(), choice_id)
    return Response(receipt.body, mimetype="application/json", headers={
        "Content-Disposition": f'attachment; filename="{receipt.name}"'
    })  # fmt: skip
