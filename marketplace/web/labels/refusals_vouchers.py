"""Why a voucher's step was refused, and what to do about it."""

from marketplace.web.i18n import LazyText, lazy_template

TEXTS: dict[str, LazyText] = {
    "reasons_missing": lazy_template("Write the reasons. A decision without reasons cannot be saved."),
    "client_ended": lazy_template("The client's services ended on %(day)s. No new voucher can be granted."),
    "voucher_already_open": lazy_template(
        "The client already has an open voucher %(number)s for this service. End it first, or extend it."
    ),
    "no_terms": lazy_template("The service has no published terms today. Ask procurement to publish them first."),
    "no_area": lazy_template("%(municipality)s is not in any service area. Ask procurement to add it to one."),
    "no_budget": lazy_template("The programme has no budget for %(year)s."),
    "over_budget": lazy_template(
        "The budget does not suffice: %(needed_cents)s is needed and %(free_cents)s is free. Nothing was granted."
    ),
    "voucher_not_open": lazy_template("The voucher was valid until %(day)s. It can no longer be used for a choice."),
    "same_provider": lazy_template("You have already chosen this provider."),
    "not_on_list": lazy_template("This provider is no longer on your list. Choose another one."),
    "provider_paused": lazy_template(
        "%(name)s does not take new clients just now. Choose another one, or come back later."
    ),
    "list_changed": lazy_template(
        "The list changed after you opened the page. Look at it again and choose then. Nothing was chosen."
    ),
    "no_longer_possible": lazy_template(
        "This has already been dealt with. Open the page again to see how things are now. Nothing was changed."
    ),
    "start_outside_validity": lazy_template("The first day must be between %(valid_from)s and %(valid_to)s."),
    "reason_not_listed": lazy_template("Choose one of the listed reasons."),
    "day_in_future": lazy_template("The day is in the future. Record the event once it has happened."),
    "day_outside_validity": lazy_template("The voucher is valid from %(valid_from)s to %(valid_to)s. Check the day."),
    "before_start": lazy_template("The service started on %(start_on)s. Check the day."),
    "after_end": lazy_template("The client was yours until %(day)s. Only earlier days can be recorded."),
    "tail_over": lazy_template("Events could be recorded until %(day)s. Contact the organiser."),
    "approval_not_valid": lazy_template("Your approval did not cover this day. Check the day."),
    "quantity_not_positive": lazy_template("Give a quantity greater than zero."),
    "too_many_units": lazy_template(
        "The voucher has %(units_left_hundredths)s left and this needs %(units_needed_hundredths)s. Nothing was recorded."
    ),
    "kind_not_in_terms": lazy_template("The voucher's terms have no price for this kind of event."),
    "too_much_in_a_day": lazy_template(
        "At most %(most_hundredths)s can be recorded for one client in one day. Check the quantity and the day."
    ),
    "year_not_carried_over": lazy_template(
        "The reservation stands in the year %(reserved_year)s and the event is in %(year)s. "
        "Finance must first make the carry-over decision."
    ),
}
