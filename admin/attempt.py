"""One way to make a use-case call from a form: what was refused is shown in the form, and what was typed stays."""

from collections.abc import Callable
from typing import TypeVar

from marketplace.use_cases.refusals import Refused, Stale
from marketplace.web.forms import Form, add_refusal

Result = TypeVar("Result")


def attempt(form: Form, call: Callable[[], Result]) -> tuple[bool, Result | None]:
    """Whether it was done, and its result. A page that was old (Stale) is not the form's to mend: it passes on (409)."""
    try:
        return True, call()
    except Stale:
        raise
    except Refused as refused:
        add_refusal(form, refused)
        return False, None
