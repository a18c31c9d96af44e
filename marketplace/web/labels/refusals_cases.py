"""What is refused in a caseworker's work: clients, needs, amended vouchers, objections, outcomes."""

from marketplace.web.i18n import LazyText, lazy_template

TEXTS: dict[str, LazyText] = {
    "reason_missing": lazy_template("Write the reason. It is kept, and the others can read it."),
    "too_long": lazy_template("The text is too long. At most %(most)s characters fit here."),
    "identity_code_wrong": lazy_template("Check the personal identity code. A number or a letter in it is wrong."),
    "client_exists": lazy_template("%(name)s is a client already and has this personal identity code."),
    "name_missing": lazy_template("Write the first name and the last name."),
    "municipality_not_ours": lazy_template("%(municipality)s is not one of your municipalities. Choose one of them."),
    "unknown_language": lazy_template("Choose the language of service from the list."),
    "address_missing": lazy_template("Write the address. Decisions are sent there."),
    "unemployed_in_future": lazy_template("The day is in the future. Write the day on which unemployment began."),
    "unemployed_before_birth": lazy_template("The day is before the client's birth, %(day)s. Check the year."),
    "benefit_days_wrong": lazy_template("Write how many benefit days have been paid: a number from 0 up."),
    "not_a_caseworker": lazy_template("Choose a caseworker from the list."),
    "reveal_reason_missing": lazy_template("Write why you need the address. The client can read the reason."),
    "package_not_open": lazy_template("Choose a service that is in use."),
    "category_not_listed": lazy_template("This need does not belong to the chosen service. Choose another one."),
    "tier_not_listed": lazy_template("Choose a level of support from 1 to 3."),
    "goal_missing": lazy_template("Write the goal in the client's own words."),
    "instrument_not_listed": lazy_template("Choose what was used to measure."),
    "version_missing": lazy_template("Write the version of the instrument, for example 2.0."),
    "score_or_declined": lazy_template("Write the score, or tick that the client did not want to be measured."),
    "score_too_high": lazy_template("The score of this instrument goes from 0 to %(most_hundredths)s. Check it."),
    "measured_in_future": lazy_template("The day is in the future. Write the day of the measurement."),
    "moment_not_listed": lazy_template("Choose when the measurement was made."),
    "measured_already": lazy_template("This measurement has been recorded already. It cannot be changed."),
    "voucher_over": lazy_template("The voucher was valid until %(day)s. It can no longer be extended."),
    "not_later": lazy_template("The voucher is valid until %(day)s already. Choose a later day."),
    "too_far": lazy_template("Choose a day that is no later than %(day)s."),
    "end_reason_not_listed": lazy_template("Choose a reason from the list."),
    "end_in_future": lazy_template("The day is in the future. Record the end once it has happened."),
    "end_before_voucher": lazy_template("The voucher began on %(day)s. The last day cannot be before that."),
    "end_before_birth": lazy_template("The day is before the client's birth, %(day)s. Check the year."),
    "settlement_missing": lazy_template("Write why you settle it so. The client and the provider both read it."),
    "provider_not_heard": lazy_template(
        "The provider may answer until %(day)s. Settle the objection once it has answered, or after that day."
    ),
    "payment_under_way": lazy_template(
        "The bank is paying for this event just now, so it cannot be taken back today. "
        "Try again when the payment has been confirmed."
    ),
    "milestone_not_earned": lazy_template("This milestone has not matured, so there is nothing to take back."),
    "clawback_too_late": lazy_template("The terms let this bonus be taken back until %(day)s only."),
    "grade_not_listed": lazy_template("Choose who has shown that the job is there."),
    "evidence_unsaid": lazy_template("Write what you have seen, for example a pay slip or an employment contract."),
    "evidence_in_future": lazy_template("The day is in the future. Write the day on which you saw it."),
    "covers_before_start": lazy_template("The job began on %(day)s. The evidence must reach at least that day."),
    "covers_after_seen": lazy_template("What was seen on %(day)s cannot show a later day. Check the days."),
    "evidence_too_weak": lazy_template(
        "The provider's own word does not verify a job. Ask the employer or the client for something that shows it."
    ),
    "over_budget_bonus": lazy_template(
        "The budget does not suffice for the bonus: %(needed_cents)s is needed and %(free_cents)s is free. "
        "Nothing was verified. Ask procurement for a larger appropriation."
    ),
    "day_in_future_end": lazy_template("The day is in the future. Record the end of the job once it has ended."),
    "end_before_start": lazy_template("The job began on %(day)s. Its last day cannot be before that."),
}
