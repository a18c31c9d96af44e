"""What is refused about prices: rows, multipliers, what they leave open, and what providers ask."""

from marketplace.web.i18n import LazyText, lazy_template

TEXTS: dict[str, LazyText] = {
    "price_missing": lazy_template(
        "There is no price for: %(row)s, on %(day)s. Procurement must add the row to the price table."
    ),
    "prices_missing": lazy_template(
        "The price table is not whole: %(number)s combinations have no price. The first one is: %(row)s."
    ),
    "price_tie": lazy_template(
        "Two rows would hold at once for: %(row)s, from %(day)s. Write a row for exactly that first, or change one of them."
    ),
    "price_row_twice": lazy_template("There is a row for exactly this already, from the same day. Change that one."),
    "free_by_law": lazy_template(
        "The law makes this service free for the client, so no row may leave her anything to pay. Choose a fixed price."
    ),
    "band_not_of_unit": lazy_template(
        "Nothing that is counted in this unit happens at such a time. Choose another time."
    ),
    "start_before_terms": lazy_template("These terms start on %(day)s. A row cannot start before that."),
    "rows_before_start": lazy_template(
        "A row of the price table starts on %(day)s. Change it first, or choose an earlier first day."
    ),
    "cap_missing": lazy_template("Write how high the provider's price may be."),
    "cap_not_needed": lazy_template("This kind of price has no such limit. Leave it empty, or choose another kind."),
    "one_cap_only": lazy_template("Write the limit in euros or in per cent, not both."),
    "cap_below_value": lazy_template(
        "The ceiling cannot be below what the organiser pays, %(value_cents)s. Write at least that."
    ),
    "markup_odd": lazy_template("Write a percentage from 0 to %(most)s."),
    "multiplier_odd": lazy_template("Write a multiplier above 0 and at most 10, for example 1.15."),
    "need_class_missing": lazy_template(
        "The prices of this service go by class of need, and this need has none. Assess the need again."
    ),
    "class_of_other": lazy_template("This class belongs to another service. Choose one of the service above."),
    "provider_price_missing": lazy_template(
        "%(name)s has not told its price for this service. Choose another provider, or ask it to tell its price first."
    ),
    "own_price_missing": lazy_template(
        "Your own price was not kept when the client chose you, so the event cannot be priced. Contact the organiser."
    ),
    "price_start_early": lazy_template("Clients read the prices of today. Choose %(day)s or a later day."),
    "price_not_yours": lazy_template("The organiser fixes this price. There is nothing for you to tell."),
    "price_above_limit": lazy_template(
        "For: %(row)s, the price would be %(asked_cents)s. The limit is %(limit_cents)s. Write a lower price."
    ),
    "price_started": lazy_template("The price has started, or was taken back already. Tell a new price instead."),
    "relief_not_needed": lazy_template("The client pays nothing by this voucher, so there is nothing to lower."),
    "amount_odd": lazy_template("Write an amount from 0 to %(most_cents)s."),
    "legal_form_excluded": lazy_template(
        "Companies of your legal form may not provide the service %(package)s: %(provision)s. "
        "Leave it out of the application."
    ),
    "begins_missing": lazy_template("Write when it began: the price of an evening differs from that of a day."),
}
