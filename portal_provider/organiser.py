"""Pages that concern one organiser: whoever has not picked one yet is asked to."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import redirect, url_for

from marketplace.web.guard import actor

View = TypeVar("View", bound=Callable[..., Any])


def with_organiser(view: View) -> View:
    """Sends to the list of organisers first, when none is picked. Stands below `@may`."""

    @wraps(view)
    def asked(*arguments: Any, **values: Any) -> Any:
        if actor().organiser_id is None:
            return redirect(url_for("portal_provider.organisers"), 303)
        return view(*arguments, **values)

    return asked  # type: ignore[return-value]
