"""The client's own word by a code: a page that needs no login and that nobody who has logged in as staff can use."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.roles import Role
from marketplace.use_cases.confirm_by_code import CodeTyped, confirm_by_code, look_at_proposal
from marketplace.use_cases.public_pages import organiser_front
from marketplace.use_cases.refusals import Refused, Stale
from marketplace.web.forms import add_refusal
from marketplace.web.guard import actor, desk, may
from portal_client import bp
from portal_client.cards import CardWords
from portal_client.forms import CodeForm, ConfirmForm
from portal_client.present import own_cost


@bp.get("/o/<code>/confirm")
@may(Action.CONFIRM_BY_CODE)
def confirm_start(code: str) -> ResponseReturnValue:
    number = request.args.get("number", "")[:40]
    return _ask(code, CodeForm(formdata=None, number=number))


@bp.post("/o/<code>/confirm")
@may(Action.CONFIRM_BY_CODE)
def confirm_look(code: str) -> ResponseReturnValue:
    """Shows what waits behind the code; it is looked at and not used up, so nothing is done yet."""
    form = CodeForm()
    if not form.validate():
        return _ask(code, form, 422)
    typed = CodeTyped(code, form.number.data, form.code.data, request.remote_addr or "")
    try:
        found = look_at_proposal(desk(), actor(), typed)
    except Refused as refused:
        add_refusal(form, refused)
        return _ask(code, form, _status(refused))
    rows = CardWords(found.today, found.prices, found.unit).views(found.cards)
    card = next(row for row in rows if row.unit == found.card_unit)
    again = ConfirmForm(formdata=None, number=typed.number, code=typed.code, shown=found.check_code)
    return render_template(
        "portal_client/confirm_look.html",
        code=code, found=found, rows=rows, card=card, form=again, titles=CardWords(found.today).titles,
        cost=own_cost(found),
    )  # fmt: skip


@bp.post("/o/<code>/confirm/yes")
@may(Action.CONFIRM_BY_CODE)
def confirm_now(code: str) -> ResponseReturnValue:
    form = ConfirmForm()
    typed = CodeTyped(
        code, form.number.data or "", form.code.data or "", request.remote_addr or "", form.shown.data or ""
    )
    again = CodeForm(formdata=None, number=typed.number)
    if not form.validate():
        return _ask(code, again, 422)
    try:
        confirm_by_code(desk(), actor(), typed)
    except Refused as refused:
        add_refusal(again, refused)
        return _ask(code, again, _status(refused))
    return redirect(url_for("portal_client.confirmed", code=code), 303)


@bp.get("/o/<code>/confirmed")
@may(Action.CONFIRM_BY_CODE)
def confirmed(code: str) -> ResponseReturnValue:
    page = organiser_front(desk(), actor(), code)
    return render_template("portal_client/confirmed.html", organiser=page.organiser)


def _ask(code: str, form: CodeForm, status: int = 200) -> ResponseReturnValue:
    page = organiser_front(desk(), actor(), code)
    own = actor().role in (None, Role.CLIENT)
    return render_template("portal_client/confirm.html", organiser=page.organiser, form=form, own=own), status


def _status(refused: Refused) -> int:
    if refused.code == "too_many_attempts":
        return 429
    return 409 if isinstance(refused, Stale) else 422
