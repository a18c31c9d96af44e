"""What is refused when the auditor's view of results by caseworker is opened."""

from marketplace.web.i18n import LazyText, lazy_template

TEXTS: dict[str, LazyText] = {
    "grounds_missing": lazy_template("Write this too. Without it the results stay closed."),
    "grounds_later": lazy_template("This day has not come yet. Record what has been done."),
}
