"""Puts the shared room into an app: `init_web(app)`, once, after the configuration is read.

Configuration read here: DEMO, HTTPS, FORM_TARGETS, ALLOW_TEMPORARY_IDENTITY_CODES, SERVICE_NAME.
"""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, make_response, redirect, request, session
from flask_login import current_user
from jinja2 import ChoiceLoader, PackageLoader
from werkzeug.routing import IntegerConverter, Map

from marketplace.web import portals
from marketplace.web.assets import init_assets
from marketplace.web.charts import init_charts
from marketplace.web.errors import init_errors
from marketplace.web.formats import init_formats
from marketplace.web.forms import init_forms
from marketplace.web.i18n import (
    COOKIE,
    LANGUAGE_NAMES,
    LANGUAGES,
    current_language,
    forget_language,
    init_i18n,
    words_of,
)
from marketplace.web.labels import init_labels
from marketplace.web.security import init_security

YEAR = 365 * 24 * 3600
LARGEST_ID = 2**63 - 1


class RowNumber(IntegerConverter):
    """`<int:voucher_id>` in an address: a number that a row can have. A larger one is no such page, not an error."""

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, **{"max": LARGEST_ID, **options})


def safe_next(target: str | None) -> str:
    """A place within this service, or its front page. Nobody is sent elsewhere by a link that only looks like ours."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or any(ord(c) < 33 for c in target):
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc or "\\" in target else target


@portals.public
def switch_language(lang: str) -> Response:
    if lang not in LANGUAGES:
        abort(404)
    session["language"] = lang
    forget_language()
    response = make_response(redirect(safe_next(request.args.get("next")), 303))
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(COOKIE, lang, max_age=YEAR, samesite="Lax", secure=secure, httponly=True)
    return response


def here() -> str:
    """This page's address within the service, for the language links. A page made by a form has its form's address."""
    return request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else request.path


def page_frame() -> dict[str, object]:
    """What shared/base.html stands on."""
    portal = portals.current_portal()
    return {
        "portal": portal,
        "nav": portal.items() if portal else [],
        "person": portals.current_person(),
        "footer_links": portals.footer_links(),
        "here": here(),
    }


def know_person() -> None:
    """Loads whoever is logged in before the page is made, also on public pages: her name and her language stand on it."""
    if request.endpoint != "asset" and "_user_id" in session and hasattr(current_app, "login_manager"):
        bool(current_user.is_authenticated)
        forget_language()


def init_web(app: Flask) -> None:
    app.config.setdefault("DEMO", False)
    app.config.setdefault("SERVICE_NAME", "Valinta")
    for language in LANGUAGES:
        words_of(language)  # a conflict between rooms stops the start, not a page
    shared = PackageLoader("marketplace.web", "templates")
    app.jinja_loader = ChoiceLoader([loader for loader in (app.jinja_loader, shared) if loader])
    app.url_map.converters["int"] = RowNumber
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    init_i18n(app)
    init_formats(app)
    init_labels(app)
    init_security(app)
    init_forms(app)
    init_assets(app)
    init_charts(app)
    init_errors(app)
    app.jinja_env.globals.update(
        current_language=current_language,
        LANGUAGES=LANGUAGES,
        LANGUAGE_NAMES=LANGUAGE_NAMES,
        demo=bool(app.config["DEMO"]),
        service_name=app.config["SERVICE_NAME"],
    )
    app.before_request(know_person)
    app.context_processor(page_frame)
    app.add_url_rule("/language/<lang>", "switch_language", switch_language)
