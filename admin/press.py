"""A button without questions: what was refused is said above the page it stands on, and nothing has changed."""

from collections.abc import Callable

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from marketplace.use_cases.refusals import Refused, Stale
from marketplace.web.labels import refusal_text


def press(call: Callable[[], object], said: str, back: str) -> ResponseReturnValue:
    """Make the call and go back to the page at `back` with a word about what was done, or why it was not. A page that
    was old (Stale) passes on: it is answered with how things are now."""
    try:
        call()
    except Stale:
        raise
    except Refused as refused:
        flash(refusal_text(refused.code, refused.values), "stop")
    else:
        flash(said, "ok")
    return redirect(back, 303)
