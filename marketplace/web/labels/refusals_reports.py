"""What is refused when a provider answers an objection, reports an outcome or sends an invoice."""

from marketplace.web.i18n import LazyText, lazy_template

TEXTS: dict[str, LazyText] = {
    "objection_answer_missing": lazy_template("Write how it was from your side. The caseworker reads both sides."),
    "objection_answer_too_long": lazy_template("The answer is too long. It may have at most %(most)s characters."),
    "employer_missing": lazy_template("Write the employer's name."),
    "employer_too_long": lazy_template("The name is too long. It may have at most %(most)s characters."),
    "business_id_wrong": lazy_template("Check the employer's business ID. A number in it is wrong."),
    "weekly_hours_out_of_range": lazy_template("Write the weekly hours: more than 0 and at most %(most_hundredths)s."),
    "unknown_contract": lazy_template("Choose the kind of contract from the list."),
    "planned_end_missing": lazy_template("A fixed-term job has a last day. Write it here."),
    "subsidy_before_start": lazy_template("The wage subsidy cannot end before the job starts on %(starts_on)s."),
    "planned_end_before_start": lazy_template("The last day cannot be before the first, %(starts_on)s."),
    "outcome_reported_already": lazy_template(
        "A job has been reported on this voucher already. Take that report back first, or contact the caseworker."
    ),
    "month_in_future": lazy_template("The month has not begun yet. Choose an earlier one."),
    "nothing_to_bill": lazy_template(
        "There is nothing to send: everything up to this month is on an invoice already, or waits to be mended."
    ),
}
