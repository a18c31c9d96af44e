"""What is refused while a client is assisted, when she confirms, and where somebody has an interest."""

from marketplace.web.i18n import LazyText, lazy_template

TEXTS: dict[str, LazyText] = {
    "conflict_of_interest": lazy_template(
        "You have declared an interest in %(names)s, which is a party to this. Hand it over to a colleague: for a client, "
        "change the caseworker on the client's page; for payments, another person of finance does it."
    ),
    "assist_reason_not_listed": lazy_template("Choose why the client wants help."),
    "assisted_by_other": lazy_template(
        "A colleague is assisting this client just now. Begin when that has ended, in an hour at the latest."
    ),
    "assist_over": lazy_template("Assisting has ended. Begin again if the client is still with you."),
    "way_not_on_record": lazy_template("The client has no such address on record. Use another way."),
    "contact_changed_lately": lazy_template(
        "This address was changed lately, so no code is sent to it before %(day)s. Use another way: the client's own "
        "login, or a paper form."
    ),
    "codes_sent_enough": lazy_template("Three codes have been sent within an hour. Wait, or use another way."),
    "choice_code_wrong": lazy_template(
        "The number or the code is not right, or the code is too old. Check both, or ask your caseworker for a new code."
    ),
    "own_device_only": lazy_template(
        "Somebody has logged in here as staff or as a provider. The client confirms alone: log out first."
    ),
    "signed_in_future": lazy_template("The day is in the future. Write the day of the signature."),
    "signed_before_form": lazy_template("The form was made on %(day)s. It cannot have been signed before that."),
    "archive_missing": lazy_template("Write where the paper is kept, so that an auditor finds it."),
    "company_not_listed": lazy_template("Choose the company from the list."),
    "interest_kind_not_listed": lazy_template("Choose what ties you to the company."),
    "interest_days_wrong": lazy_template("The last day cannot be before the first day."),
    "interest_declared": lazy_template("You have declared this already."),
    "interest_end_past": lazy_template("The last day cannot be before today: what has been, has been."),
}
