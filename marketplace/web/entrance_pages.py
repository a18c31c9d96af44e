"""The pages before somebody is known: logging in, asking for a new password, the links of mails.

Each portal has its own (`add_entrance_pages`), all from this one file.
"""

from flask import Blueprint, current_app, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user, login_user

from marketplace.access.actions import Action
from marketplace.use_cases.accept_invitation import (
    LinkFacts,
    accept_invitation,
    look_at_invitation,
    look_at_reset,
    reset_password,
)
from marketplace.use_cases.demo_logins import DemoLogin, demo_logins
from marketplace.use_cases.log_in import Knock, LoggedIn, log_in, log_in_with_code
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.reset_password import ask_new_password
from marketplace.use_cases.seats import Seat
from marketplace.web.account_forms import CodeForm, ForgottenForm, LogInForm, NewPasswordForm
from marketplace.web.doors import Door, behind, door_of, way_in
from marketplace.web.forms import add_refusal
from marketplace.web.guard import desk, may
from marketplace.web.i18n import forget_language, gettext

TOO_MANY = "too_many_attempts"


class Seated(UserMixin):  # type: ignore[misc]
    """Who has just sat down: for Flask-Login's cookie, until the next request reads the session from the database."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat

    def get_id(self) -> str:
        return self.seat.cookie


def knock() -> Knock:
    return Knock(address=request.remote_addr or "", demo=bool(current_app.config["DEMO"]))


def sit_down(seat: Seat) -> None:
    """Begin a new session: nothing of the one before is kept but the language that was chosen for it."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    session.permanent = True  # an hour after the last page, not an hour after logging in
    login_user(Seated(seat))
    forget_language()


def welcome(door: Door, came: LoggedIn) -> ResponseReturnValue:
    """Sit down where she knocked, or where she belongs; with several places there, ask which."""
    here = [seat for seat in came.seats if seat.role in door.roles] or list(came.seats)
    sit_down(here[0])
    asked = request.args.get("next")
    if len(here) > 1:
        return redirect(door_of(here[0].role).url("choose_role", next=asked), 303)
    return redirect(way_in(here[0].role, asked), 303)


def status_of(refused: Refused) -> int:
    return 429 if refused.code == TOO_MANY else 422


def _login_page(door: Door, form: LogInForm, code_form: CodeForm | None, status: int = 200) -> ResponseReturnValue:
    logins: tuple[DemoLogin, ...] = ()
    if current_app.config["DEMO"]:
        logins = demo_logins(desk(), door.roles)
    asked = code_form if code_form is not None and code_form.is_submitted() and code_form.errors else form
    page = render_template(
        "account/login.html",
        door=door,
        form=asked,
        login_form=form,
        code_form=code_form,
        next=request.args.get("next"),
        demo_logins=logins,
        demo_password=current_app.config.get("DEMO_PASSWORD"),
    )
    return page, status


def _login(door: Door) -> ResponseReturnValue:
    if current_user.is_authenticated and current_user.actor.role in door.roles:
        return redirect(way_in(current_user.actor.role, request.args.get("next")), 303)
    return _login_page(door, LogInForm(formdata=None), CodeForm(formdata=None) if door.letter else None)


def _log_in(door: Door) -> ResponseReturnValue:
    form, status = LogInForm(), 422
    if form.validate():
        try:
            return welcome(door, log_in(desk(), str(form.email.data), str(form.password.data), knock()))
        except Refused as refused:
            add_refusal(form, refused)
            status = status_of(refused)
    return _login_page(door, form, CodeForm(formdata=None) if door.letter else None, status)


def _log_in_with_code(door: Door) -> ResponseReturnValue:
    form, status = CodeForm(), 422
    if form.validate():
        try:
            return welcome(door, log_in_with_code(desk(), form.code.data, knock()))
        except Refused as refused:
            add_refusal(form, refused)
            status = status_of(refused)
    return _login_page(door, LogInForm(formdata=None), form, status)


def _forgotten(door: Door) -> ResponseReturnValue:
    return render_template("account/forgotten.html", door=door, form=ForgottenForm(formdata=None))


def _ask_new_password(door: Door) -> ResponseReturnValue:
    form, status = ForgottenForm(), 422
    if form.validate():
        try:
            ask_new_password(desk(), str(form.email.data), door.key, knock())
        except Refused as refused:
            add_refusal(form, refused)
            status = status_of(refused)
        else:
            flash(gettext("If that address has an account, a mail is on its way. Its link works for one hour."), "ok")
            return redirect(door.url("login"), 303)
    return render_template("account/forgotten.html", door=door, form=form), status


LINKS = {
    "invitation": (look_at_invitation, accept_invitation),
    "reset": (look_at_reset, reset_password),
}


def _link(door: Door, kind: str, token: str) -> ResponseReturnValue:
    look, _take = LINKS[kind]
    try:
        facts = look(desk(), token, knock())
    except Refused:
        return _link_ended(door, kind)
    return _link_page(door, kind, facts, NewPasswordForm(formdata=None))


def _use_link(door: Door, kind: str, token: str) -> ResponseReturnValue:
    look, take = LINKS[kind]
    form = NewPasswordForm()
    try:
        facts = look(desk(), token, knock())
        if form.validate():
            came = take(desk(), token, str(form.password.data), knock())
            flash(gettext("Your password is ready. Use it when you log in the next time."), "ok")
            return welcome(door, came)
    except Refused as refused:
        if refused.code == "link_ended":
            return _link_ended(door, kind)
        add_refusal(form, refused)
    return _link_page(door, kind, facts, form, 422)


def _link_page(
    door: Door, kind: str, facts: LinkFacts, form: NewPasswordForm, status: int = 200
) -> ResponseReturnValue:
    return render_template("account/new_password.html", door=door, kind=kind, facts=facts, form=form), status


def _link_ended(door: Door, kind: str) -> ResponseReturnValue:
    return render_template("account/link_ended.html", door=door, kind=kind), 410


def add_entrance_pages(bp: Blueprint, door: Door) -> None:
    """Gives a portal its entrance: /login, /forgotten, /invitation/<token>, /new-password/<token>."""
    rules = [
        ("/login", "login", "GET", behind(door, _login)),
        ("/login", "log_in", "POST", behind(door, _log_in)),
        ("/forgotten", "forgotten", "GET", behind(door, _forgotten)),
        ("/forgotten", "ask_new_password", "POST", behind(door, _ask_new_password)),
        ("/invitation/<token>", "invitation", "GET", behind(door, _link, "invitation")),
        ("/invitation/<token>", "accept_invitation", "POST", behind(door, _use_link, "invitation")),
        ("/new-password/<token>", "new_password", "GET", behind(door, _link, "reset")),
        ("/new-password/<token>", "set_new_password", "POST", behind(door, _use_link, "reset")),
    ]
    if door.letter:
        rules.append(("/login/code", "log_in_with_code", "POST", behind(door, _log_in_with_code)))
    for rule, endpoint, method, view in rules:
        bp.add_url_rule(rule, endpoint, may(Action.LOG_IN)(view), methods=[method])
