"""The client's list: compared whole, narrowed by her own filters, or up to four side by side."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.client_pages import my_page, my_voucher
from marketplace.use_cases.compare_pages import compare_page, provider_page
from marketplace.use_cases.own_notes import own_note
from marketplace.use_cases.provider_cards import Wishes
from marketplace.use_cases.refusals import Refused
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext
from marketplace.web.labels import refusal_text
from portal_client import bp
from portal_client.cards import wishes_of
from portal_client.listing import MOST_SIDE_BY_SIDE, Listing, ListPage
from portal_client.present import hero

FEWEST_SIDE_BY_SIDE = 2


@bp.get("/my/choose")
@may(Action.COMPARE_PROVIDERS)
def compare_start() -> ResponseReturnValue:
    """The menu's way to the list: straight there when there is one voucher to choose for."""
    page = my_page(desk(), actor())
    if len(page.vouchers) == 1:
        return redirect(url_for("portal_client.compare", voucher_id=page.vouchers[0].id), 303)
    return render_template("portal_client/which.html", page=page)


@bp.get("/my/vouchers/<int:voucher_id>/providers")
@may(Action.COMPARE_PROVIDERS)
def compare(voucher_id: int) -> ResponseReturnValue:
    return list_page(voucher_id, wishes_of(request.args))


@bp.get("/my/vouchers/<int:voucher_id>/side-by-side")
@may(Action.COMPARE_PROVIDERS)
def compare_side(voucher_id: int) -> ResponseReturnValue:
    wishes = wishes_of(request.args)
    ticked = frozenset(request.args.getlist("unit"))
    comparison = compare_page(desk(), actor(), voucher_id, wishes)
    picked = comparison.picked(ticked)
    if not comparison.voucher.open or not FEWEST_SIDE_BY_SIDE <= len(picked) <= MOST_SIDE_BY_SIDE:
        return list_page(voucher_id, wishes, wrong=wrong_number(), ticked=ticked, status=422)
    listing = Listing(comparison, picked, len(picked))
    return render_template("portal_client/side.html", listing=listing)


@bp.get("/my/vouchers/<int:voucher_id>/providers/<unit>")
@may(Action.COMPARE_PROVIDERS)
def compare_provider(voucher_id: int, unit: str) -> ResponseReturnValue:
    wishes = wishes_of(request.args)
    try:
        page = provider_page(desk(), actor(), voucher_id, unit, wishes)
    except Refused as refused:
        return list_page(voucher_id, wishes, wrong=refusal_text(refused.code, refused.values), status=422)
    if not page.comparison.voucher.open:
        return list_page(voucher_id, wishes)
    listing = Listing(page.comparison, [page.card], 1)
    note = own_note(desk(), actor(), voucher_id, unit)
    return render_template(
        "portal_client/provider_of_list.html", listing=listing, page=page, card=listing.rows[0], note=note
    )


def wrong_number() -> str:
    """Why so many cannot stand side by side."""
    return gettext("You can compare two, three or four providers at a time. Tick that many and press the button again.")


def list_page(
    voucher_id: int,
    wishes: Wishes,
    *,
    wrong: str | None = None,
    ticked: frozenset[str] = frozenset(),
    status: int = 200,
) -> ResponseReturnValue:
    """The list, also when something else was asked and could not be done: `wrong` says what. A voucher that is over has
    a page that says so."""
    comparison = compare_page(desk(), actor(), voucher_id, wishes, back=request.args.get("neutral") == "1")
    if not comparison.voucher.open:
        return render_template("portal_client/over.html", voucher=my_voucher(desk(), actor(), voucher_id)), status
    listing = ListPage(comparison, request.args.get("page", 1, type=int), ticked)
    page = render_template(
        "portal_client/compare.html", listing=listing, rows=listing.rows, pairs=hero(comparison.voucher), wrong=wrong
    )
    return page, status
