"""Why a step of paying, or of the year's end, was refused, and what to do about it."""

from marketplace.web.i18n import LazyText, lazy_template

TEXTS: dict[str, LazyText] = {
    "nothing_picked": lazy_template("Pick at least one line."),
    "own_entry": lazy_template(
        "You entered line %(line)s yourself, or sent the invoice. Another person must approve it."
    ),
    "pay_day_in_past": lazy_template("The day of payment has passed. Choose today or a later day."),
    "nothing_to_pay": lazy_template("Nothing waits to be paid. Lines must be approved first."),
    "no_account": lazy_template(
        "No payee has an account number. Ask the providers to add one to their company's data."
    ),
    "own_batch": lazy_template("You made this batch yourself. Another person must approve it."),
    "contested_in_batch": lazy_template(
        "A client has objected to an event in this batch (lines: %(lines)s). Cancel the batch and make a new one: the line "
        "stays out until the objection is settled."
    ),
    "netting_changed": lazy_template(
        "%(payee)s owes less than when the batch was made. Cancel the batch and make a new one. Nothing was sent."
    ),
    "confirmation_missing": lazy_template("Write what shows it. An auditor must be able to find it."),
    "bank_day_in_future": lazy_template("The day is in the future. Record it when it has happened."),
    "bank_day_before_sent": lazy_template("The batch went to the bank on %(sent_on)s. The day cannot be before that."),
    "nothing_was_sent": lazy_template(
        "The debt covered this payment whole, so the bank never had it. It cannot come back."
    ),
    "debt_settled_elsewhere": lazy_template(
        "%(amount_cents)s of this payment was taken back after it had been paid, "
        "and %(payee)s has settled that debt already. "
        "Agree with the provider on what it is due, and tell the administrator. Nothing was changed."
    ),
    "amount_not_positive": lazy_template("Write an amount above zero."),
    "more_than_owed": lazy_template("The provider owes %(owed_cents)s. Write at most that."),
    "debt_in_batch": lazy_template(
        "A payment batch that has not been sent is about to take this debt off a payment. Send the batch or cancel it first."
    ),
    "text_too_long": lazy_template("This is too long. Write at most %(most)s characters."),
    "decided_in_future": lazy_template(
        "The day of the decision is in the future. Store the decision when it has been made."
    ),
    "month_not_over": lazy_template("The month is not over. It can be frozen when its last day has passed."),
    "month_frozen": lazy_template("The month is frozen already. What changes now is a row of the next month."),
    "month_out_of_order": lazy_template(
        "Months are frozen in order. It is the turn of the month that begins on %(expected)s."
    ),
    "year_not_over": lazy_template("The year is not over. The decision can be stored from %(first)s on."),
    "decided_otherwise": lazy_template("The year has another decision already: %(decision)s."),
}
