"""Error pages: what happened, what to do next, in the reader's language. Never what is inside.

The pages need neither the database nor the session; a page that cannot be drawn with its frame is drawn bare.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, Response, current_app, has_request_context, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable, TooManyRequests

from marketplace.web.i18n import (
    COOKIE,
    DEFAULT_LANGUAGE,
    LANGUAGES,
    LazyText,
    gettext,
    lazy_gettext,
    ngettext,
    use_language,
)

BARE_CODES = frozenset({500, 502, 503})
SECRETS = ("csrf_token", "once", "password", "code", "identity")
LONGEST_SHOWN = 20_000


@dataclass(frozen=True)
class ErrorWords:
    title: LazyText
    what: LazyText
    next: LazyText


WORDS: Mapping[int, ErrorWords] = {
    400: ErrorWords(
        lazy_gettext("We could not read the request"),
        lazy_gettext("Something in the address or in the form was not as it should be. Nothing was saved."),
        lazy_gettext("Go back, check what you wrote and try again."),
    ),
    403: ErrorWords(
        lazy_gettext("You may not open this page"),
        lazy_gettext("Your role does not include this page. Nothing was changed."),
        lazy_gettext(
            "If you need it for your work, ask your administrator. You may also have another role: log out and in again."
        ),
    ),
    404: ErrorWords(
        lazy_gettext("There is no such page"),
        lazy_gettext("The page may have moved, or the address has a typing error in it."),
        lazy_gettext("Check the address, or start from the front page."),
    ),
    405: ErrorWords(
        lazy_gettext("This page is not opened this way"),
        lazy_gettext("The address belongs to a button on another page. Nothing was changed."),
        lazy_gettext("Start from the front page and use the button there."),
    ),
    409: ErrorWords(
        lazy_gettext("The matter has changed meanwhile"),
        lazy_gettext(
            "Somebody else, or you in another window, changed this while you had it open. Nothing of yours was saved."
        ),
        lazy_gettext("Go back and load the page again. Then you see the newest version and can do your change to it."),
    ),
    413: ErrorWords(
        lazy_gettext("The file is too large"),
        lazy_gettext("The file or the text was larger than we can take. Nothing was saved."),
        lazy_gettext("Make the file smaller, or send it in parts."),
    ),
    422: ErrorWords(
        lazy_gettext("This cannot be done now"),
        lazy_gettext("The rules or the state of the matter do not allow it. Nothing was saved."),
        lazy_gettext("Go back and load the page again. It shows what can be done now."),
    ),
    429: ErrorWords(
        lazy_gettext("Too many attempts"),
        lazy_gettext("There were so many attempts in a short time that we stopped for a moment, for safety."),
        lazy_gettext("Wait a while and try again."),
    ),
    500: ErrorWords(
        lazy_gettext("Something went wrong on our side"),
        lazy_gettext("The fault is ours, not yours. We have made a note of it."),
        lazy_gettext("Try again in a moment. If you were sending something, check first whether it was saved."),
    ),
    503: ErrorWords(
        lazy_gettext("The service is having a break"),
        lazy_gettext("We are doing maintenance, or there is more traffic than we can serve."),
        lazy_gettext("Try again in a few minutes. What you have saved is safe."),
    ),
}
EXPIRED = ErrorWords(
    lazy_gettext("The form was open too long"),
    lazy_gettext("For your safety a form works only while you are logged in. Nothing was saved."),
    lazy_gettext("Go back, load the page again and send the form once more. If you were logged out, log in first."),
)


def _language_without_session() -> str:
    asked = request.cookies.get(COOKIE) if has_request_context() else None
    if asked in LANGUAGES:
        return str(asked)
    if has_request_context():
        return request.accept_languages.best_match(LANGUAGES, DEFAULT_LANGUAGE) or DEFAULT_LANGUAGE
    return DEFAULT_LANGUAGE


def _typed() -> list[str]:
    """What she had written at length, to copy from the page. Only from our own pages: a stranger's form shows
    nothing here.
    """
    if request.headers.get("Sec-Fetch-Site") != "same-origin":
        return []
    return [
        value[:LONGEST_SHOWN]
        for name, value in request.form.items(multi=True)
        if len(value) > 30 and not any(secret in name for secret in SECRETS)
    ]


def _words(code: int) -> ErrorWords:
    return WORDS.get(code) or WORDS[500 if code >= 500 else 400]


def bare_page(code: int, **values: object) -> str:
    """An error page with nothing around it that could fail: no session, no database, no context processors."""
    with use_language(_language_without_session()):
        template = current_app.jinja_env.get_template("shared/error_bare.html")
        return template.render(words=_words(code), code=code, **values)


def _page(code: int, words: ErrorWords, **values: object) -> str:
    if code in BARE_CODES:
        return bare_page(code, **values)
    try:
        return render_template("shared/error.html", words=words, code=code, **values)
    except Exception:
        current_app.logger.exception("an error page could not be drawn with its frame")
        return bare_page(code, **values)


def error_page(code: int, text: str | None = None) -> Response:
    """An error page for who has no exception at hand. `text` is a refusal's own words, said instead of the general ones."""
    typed = _typed() if code in (409, 422) else []
    return make_response(_page(code, _words(code), what=text, typed=typed), code)


def _own_words(error: HTTPException) -> str | None:
    """The words that our own code gave with `abort(409, description=..)`. The library's English ones are never shown."""
    ours = error.code in (409, 422) and error.description != type(error).description
    return error.description if ours else None


def _answer(error: HTTPException, body: str) -> Response:
    response = make_response(body, error.code or 500)
    for name, value in error.get_headers():
        if name in ("Retry-After", "Allow", "WWW-Authenticate"):
            response.headers[name] = value
    return response


def _on_http_error(error: HTTPException) -> Response | HTTPException:
    code = error.code or 500
    if code < 400 or error.response is not None:
        return error
    values: dict[str, object] = {"what": _own_words(error)}
    if code in (409, 422):
        values["typed"] = _typed()
    if code == 413 and (most := current_app.config["MAX_CONTENT_LENGTH"]):
        megabytes = max(1, most // 1024 // 1024)
        values["next"] = gettext(
            "Make the file smaller, or send it in parts. At most %(most)d MB fit in at once.", most=megabytes
        )
    if isinstance(error, (TooManyRequests, ServiceUnavailable)) and isinstance(error.retry_after, int):
        minutes = max(1, -(-error.retry_after // 60))
        values["next"] = ngettext("Try again in %(n)d minute.", "Try again in %(n)d minutes.", minutes)
    return _answer(error, _page(code, _words(code), **values))


def _on_expired(error: CSRFError) -> Response:
    return _answer(error, _page(400, EXPIRED, typed=_typed()))


def _on_crash(error: InternalServerError) -> Response:
    reference = secrets.token_hex(4)
    current_app.logger.error("page failed, reference %s, %s %s", reference, request.method, request.path)
    return _answer(error, bare_page(500, reference=reference))


def init_errors(app: Flask) -> None:
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(CSRFError, _on_expired)
    app.register_error_handler(InternalServerError, _on_crash)
