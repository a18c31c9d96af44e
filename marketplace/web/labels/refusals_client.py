"""What a use case refuses in the client's portal: `"code": lazy_template("Why, and what to do. %(name)s")`."""

from marketplace.web.i18n import LazyText

TEXTS: dict[str, LazyText] = {}
