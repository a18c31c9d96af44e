"""The guard at every view's door: one action a view, denied by default, and the three ways to say no as pages."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.access.actions import PUBLIC, Action
from marketplace.access.actions import may as role_may
from marketplace.access.actor import Actor
from marketplace.access.actor import public as public_actor
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Forbidden, Missing, Refused, Stale
from marketplace.web.errors import error_page
from marketplace.web.i18n import current_language
from marketplace.web.labels import refusal_text

View = TypeVar("View", bound=Callable[..., Any])
DESK = "valinta.desk"
LOGIN_PAGES = {"portal_provider": "portal_provider.login", "admin": "admin.login"}


def may(action: Action) -> Callable[[View], View]:
    """Names the one action of a view: `@bp.get("/x")` above, `@may(Action.X)` below it."""

    def mark(view: View) -> View:
        vars(view)["action"] = action
        return view

    return mark


def desk() -> Desk:
    """The desk that this app's use cases work at."""
    found: Desk = current_app.extensions[DESK]
    return found


def actor() -> Actor:
    """Who is at the screen: the logged-in person in her present role, or anyone."""
    if current_user.is_authenticated:
        found: Actor = current_user.actor
        return found
    return public_actor(g.get("public_organiser_id"), current_language())


def action_of(endpoint: str | None) -> Action | str | None:
    view = current_app.view_functions.get(endpoint or "")
    return None if view is None else getattr(view, "action", None)


def _check() -> ResponseReturnValue | None:
    if request.endpoint is None or request.endpoint == "static" or request.endpoint.endswith(".static"):
        return None  # no such page: 404 follows by itself
    action = action_of(request.endpoint)
    if action is None:
        abort(403)
    if action == "public" or action in PUBLIC:
        return None
    if not current_user.is_authenticated:
        page = LOGIN_PAGES.get((request.blueprints or [""])[-1], "portal_client.login")
        target = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for(page, next=target), 303)
    if not role_may(current_user.actor.role, Action(action)):
        abort(403)
    return None


def _missing(_error: Missing) -> ResponseReturnValue:
    return error_page(404)


def _forbidden(_error: Forbidden) -> ResponseReturnValue:
    return error_page(403)


def _refused(error: Refused) -> ResponseReturnValue:
    """A refusal that no form caught: the page says it in words. A stale page is a conflict (409)."""
    return error_page(409 if isinstance(error, Stale) else 422, refusal_text(error.code, error.values))


def init_guard(app: Flask) -> None:
    app.before_request(_check)
    app.register_error_handler(Missing, _missing)
    app.register_error_handler(Forbidden, _forbidden)
    app.register_error_handler(Refused, _refused)
