"""Why a client's objection, or her refusal of a voucher, was not taken, and what to do about it."""

from marketplace.web.i18n import LazyText, lazy_template

TEXTS: dict[str, LazyText] = {
    "words_missing": lazy_template("Tell in your own words what was wrong."),
    "words_too_long": lazy_template("The text is too long. At most %(most)s characters fit here."),
    "objection_too_late": lazy_template(
        "You could object to this until %(day)s. Ask your caseworker what can be done."
    ),
    "objection_settled": lazy_template("Your objection to this has been settled. Ask your caseworker if you disagree."),
}
