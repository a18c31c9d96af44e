"""The pages of one's own account: details, password, place of work, leaving. One file for all three portals."""

from flask import Blueprint, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.end_account import end_own_account
from marketplace.use_cases.own_account import OwnAccount, change_details, change_password, own_account, take_password
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.seats import Seat
from marketplace.use_cases.switch_membership import switch_membership
from marketplace.web.account_forms import ChangePasswordForm, DetailsForm, EndForm, TakePasswordForm
from marketplace.web.doors import Door, behind, door_of, way_in
from marketplace.web.entrance_pages import add_entrance_pages, sit_down, status_of
from marketplace.web.forms import Form, add_refusal
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import LANGUAGES, forget_language, gettext
from marketplace.web.login import end_session


def _elsewhere(door: Door, page: str) -> ResponseReturnValue | None:
    """A person of another portal is shown the same page of her own."""
    own = door_of(actor().role)
    return None if own == door else redirect(own.url(page), 303)


def _page(door: Door, account: OwnAccount, asked: Form | None = None, status: int = 200) -> ResponseReturnValue:
    right_kind = ChangePasswordForm if account.has_password else TakePasswordForm
    if isinstance(asked, (ChangePasswordForm, TakePasswordForm)) and not isinstance(asked, right_kind):
        return redirect(door.url("own_account"), 303)  # the page was old: she has (or has not) a password by now
    details = asked if isinstance(asked, DetailsForm) else DetailsForm(
        formdata=None, language=account.language, phone=account.phone
    )  # fmt: skip
    password = asked if isinstance(asked, right_kind) else right_kind(formdata=None)
    page = render_template(
        "account/own.html",
        door=door,
        account=account,
        form=asked or details,
        details_form=details,
        password_form=password,
        several=len(account.seats) > 1,
    )
    return page, status


def _own_account(door: Door) -> ResponseReturnValue:
    return _elsewhere(door, "own_account") or _page(door, own_account(desk(), actor()))


def _change_details(door: Door) -> ResponseReturnValue:
    form = DetailsForm()
    if form.validate() and form.language.data in LANGUAGES:
        change_details(desk(), actor(), form.language.data, form.phone.data)
        session["language"] = form.language.data
        forget_language()
        flash(gettext("Saved."), "ok")
        return redirect(door.url("own_account"), 303)
    return _page(door, own_account(desk(), actor()), form, 422)


def _change_password(door: Door) -> ResponseReturnValue:
    form, status = ChangePasswordForm(), 422
    if form.validate():
        try:
            seats = change_password(desk(), actor(), form.old.data, form.password.data, request.remote_addr or "")
            return _password_done(door, seats)
        except Refused as refused:
            add_refusal(form, refused)
            status = status_of(refused)
    return _page(door, own_account(desk(), actor()), form, status)


def _take_password(door: Door) -> ResponseReturnValue:
    form = TakePasswordForm()
    if form.validate():
        try:
            return _password_done(door, take_password(desk(), actor(), str(form.email.data), str(form.password.data)))
        except Refused as refused:
            add_refusal(form, refused)
    return _page(door, own_account(desk(), actor()), form, 422)


def _password_done(door: Door, seats: tuple[Seat, ...]) -> ResponseReturnValue:
    """Her other sessions have ended; this one goes on at the same place."""
    who = actor()
    same = [seat for seat in seats if (seat.role, seat.organiser_id) == (who.role, who.organiser_id)]
    sit_down((same or list(seats))[0])
    flash(gettext("Your password has been changed. You have been logged out everywhere else."), "ok")
    return redirect(door.url("own_account"), 303)


def _choose_role(door: Door) -> ResponseReturnValue:
    if elsewhere := _elsewhere(door, "choose_role"):
        return elsewhere
    account = own_account(desk(), actor())
    return render_template(
        "account/choose.html", door=door, account=account, now=actor(), next=request.args.get("next")
    )


def _take_seat(door: Door) -> ResponseReturnValue:
    seat = switch_membership(desk(), actor(), request.form.get("seat", ""))
    sit_down(seat)
    return redirect(way_in(seat.role, request.args.get("next")), 303)


def _leave(door: Door) -> ResponseReturnValue:
    return _elsewhere(door, "leave") or render_template("account/leave.html", door=door, form=EndForm(formdata=None))


def _end_account(door: Door) -> ResponseReturnValue:
    form = EndForm()
    if form.validate():
        try:
            end_own_account(desk(), actor())
        except Refused as refused:
            add_refusal(form, refused)
        else:
            end_session()
            flash(gettext("Your account has ended. Nobody can log in with it any more."), "ok")
            return redirect(door.url("login"), 303)
    return render_template("account/leave.html", door=door, form=form), 422


def add_account_pages(bp: Blueprint, door: Door) -> None:
    """Gives a portal its entrance and the pages of one's own account."""
    add_entrance_pages(bp, door)
    rules = [
        ("/account", "own_account", "GET", _own_account),
        ("/account", "change_details", "POST", _change_details),
        ("/account/password", "change_password", "POST", _change_password),
        ("/account/choose", "choose_role", "GET", _choose_role),
        ("/account/choose", "take_seat", "POST", _take_seat),
        ("/account/end", "leave", "GET", _leave),
        ("/account/end", "end_account", "POST", _end_account),
    ]
    if door.letter:
        rules.append(("/account/email", "take_password", "POST", _take_password))
    for rule, endpoint, method, view in rules:
        bp.add_url_rule(rule, endpoint, may(Action.OWN_ACCOUNT)(behind(door, view)), methods=[method])
