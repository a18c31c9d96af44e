"""What any use case may refuse: `"code": lazy_template("Why, and what to do. %(name)s")`."""

from marketplace.web.i18n import LazyText, lazy_template

TEXTS: dict[str, LazyText] = {
    "stale": lazy_template("Somebody changed this while you had it open. Look at the new version and try again."),
    "not_allowed": lazy_template("You may not do this. Ask your administrator if you need it for your work."),
}
