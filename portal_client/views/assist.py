"""Assisting a client at her own list: the caseworker sees the very pages that the client sees, under a banner.

The pages stand here, not in the staff's portal, because they must be the same; only a caseworker gets to them.
"""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from marketplace.access.actions import Action
from marketplace.use_cases.assist import AssistedList, assisted_list, assisted_provider, phone_script, stop_assisting
from marketplace.use_cases.propose import ProposeOrder, propose
from marketplace.use_cases.provider_cards import Wishes
from marketplace.use_cases.refusals import Refused, Stale
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import DEFAULT_LANGUAGE, LANGUAGES, current_language, gettext, use_language
from marketplace.web.labels import refusal_text
from portal_client import bp
from portal_client.cards import wishes_of
from portal_client.forms import ProposeForm
from portal_client.listing import MOST_SIDE_BY_SIDE, Addresses, Listing, ListPage
from portal_client.present import hero
from portal_client.views.compare import FEWEST_SIDE_BY_SIDE, wrong_number


@bp.get("/admin/assist/<int:assist_id>")
@may(Action.ASSIST_CHOICE)
def assist_list(assist_id: int) -> ResponseReturnValue:
    return _list(assist_id, wishes_of(request.args))


@bp.get("/admin/assist/<int:assist_id>/side-by-side")
@may(Action.ASSIST_CHOICE)
def assist_side(assist_id: int) -> ResponseReturnValue:
    wishes, ticked = wishes_of(request.args), frozenset(request.args.getlist("unit"))
    try:
        seen = assisted_list(desk(), actor(), assist_id, wishes, side=ticked)
    except Stale as stale:
        return _over(stale)
    picked = seen.comparison.picked(ticked)
    if not FEWEST_SIDE_BY_SIDE <= len(picked) <= MOST_SIDE_BY_SIDE:
        return _shown(seen, wrong_number(), ticked, 422)
    listing = Listing(seen.comparison, picked, len(picked), _addresses(assist_id))
    return render_template("portal_client/side.html", listing=listing, assist=seen.assist)


@bp.get("/admin/assist/<int:assist_id>/providers/<unit>")
@may(Action.ASSIST_CHOICE)
def assist_provider(assist_id: int, unit: str) -> ResponseReturnValue:
    wishes = wishes_of(request.args)
    try:
        seen = assisted_provider(desk(), actor(), assist_id, unit, wishes)
    except Stale as stale:
        return _over(stale)
    except Refused as refused:
        return _list(assist_id, wishes, refusal_text(refused.code, refused.values), 422)
    listing = Listing(seen.page.comparison, [seen.page.card], 1, _addresses(assist_id))
    form = ProposeForm(formdata=None, shown=listing.note.code)
    return render_template(
        "portal_client/provider_of_list.html",
        listing=listing, page=seen.page, card=listing.rows[0], assist=seen.assist, form=form,
    )  # fmt: skip


@bp.get("/admin/assist/<int:assist_id>/phone")
@may(Action.ASSIST_CHOICE)
def assist_phone(assist_id: int) -> ResponseReturnValue:
    """The whole list in sentences, in the client's own language; its address takes no wishes."""
    try:
        seen = phone_script(desk(), actor(), assist_id)
    except Stale as stale:
        return _over(stale)
    if not seen.comparison.voucher.open:
        return redirect(url_for("admin.voucher", voucher_id=seen.assist.voucher_id), 303)
    spoken = seen.assist.language if seen.assist.language in LANGUAGES else DEFAULT_LANGUAGE
    with use_language(spoken):
        listing = Listing(seen.comparison, seen.comparison.left, len(seen.comparison.everyone), _addresses(assist_id))
        script = render_template("portal_client/_phone_words.html", listing=listing, cards=listing.by_card())
    return render_template(
        "portal_client/phone.html", listing=listing, assist=seen.assist, script=Markup(script), spoken=spoken  # noqa: S704
    )


@bp.post("/admin/assist/<int:assist_id>/wants/<unit>")
@may(Action.ASSIST_CHOICE)
def assist_propose(assist_id: int, unit: str) -> ResponseReturnValue:
    form, wishes = ProposeForm(), wishes_of(request.form)
    order = ProposeOrder(assist_id, unit, form.shown.data or "", wishes, current_language(), form.once.data)
    if not form.validate():
        return _list(assist_id, wishes, " ".join(str(text) for text in form.once.errors), 422)
    try:
        proposal_id = propose(desk(), actor(), order)
    except Refused as refused:
        if refused.code == "assist_over":
            return _over(refused)
        return _list(
            assist_id, wishes, refusal_text(refused.code, refused.values), 409 if isinstance(refused, Stale) else 422
        )
    flash(gettext("Written down. Nothing has been chosen yet: the client confirms it."), "ok")
    return redirect(url_for("portal_client.proposal", proposal_id=proposal_id), 303)


@bp.post("/admin/assist/<int:assist_id>/end")
@may(Action.ASSIST_CHOICE)
def assist_end(assist_id: int) -> ResponseReturnValue:
    voucher_id = stop_assisting(desk(), actor(), assist_id)
    flash(gettext("You are no longer assisting."), "ok")
    return redirect(url_for("admin.voucher", voucher_id=voucher_id), 303)


def _list(assist_id: int, wishes: Wishes, wrong: str | None = None, status: int = 200) -> ResponseReturnValue:
    try:
        seen = assisted_list(desk(), actor(), assist_id, wishes)
    except Stale as stale:
        return _over(stale)
    return _shown(seen, wrong, frozenset(), status)


def _shown(seen: AssistedList, wrong: str | None, ticked: frozenset[str], status: int) -> ResponseReturnValue:
    if not seen.comparison.voucher.open:
        return redirect(url_for("admin.voucher", voucher_id=seen.assist.voucher_id), 303)
    listing = ListPage(seen.comparison, request.args.get("page", 1, type=int), ticked, _addresses(seen.assist.id))
    page = render_template(
        "portal_client/compare.html",
        listing=listing, rows=listing.rows, pairs=hero(listing.voucher), wrong=wrong, assist=seen.assist,
    )  # fmt: skip
    return page, status


def _over(refused: Refused) -> ResponseReturnValue:
    """The session has ended: back to the voucher, where another can be begun."""
    flash(refusal_text(refused.code), "wait")
    return redirect(url_for("admin.voucher", voucher_id=refused.values["voucher_id"]), 303)


def _addresses(assist_id: int) -> Addresses:
    return Addresses(
        whole=url_for("portal_client.assist_list", assist_id=assist_id),
        side=url_for("portal_client.assist_side", assist_id=assist_id),
        card=url_for("portal_client.assist_provider", assist_id=assist_id, unit="-").removesuffix("-"),
        choose=url_for("portal_client.assist_propose", assist_id=assist_id, unit="-").removesuffix("-"),
    )
