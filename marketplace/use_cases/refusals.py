"""The three ways to say no. Only the first is for the person in front of the page to mend."""


class Refused(Exception):
    """The rules do not allow it, and the person can do something about it.

    `code` has its words in `web/labels`; `field` names the form's field where it is shown (None: above the form);
    `values` fill the words' placeholders.
    """

    def __init__(self, code: str, field: str | None = None, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.values = values


class Missing(Exception):
    """There is no such thing, or it is a stranger's: 404, which tells nothing."""


class Forbidden(Exception):
    """This role may not do this: 403."""


class Stale(Refused):
    """The page was old: somebody has moved the thing on meanwhile (409, with what it is now)."""
