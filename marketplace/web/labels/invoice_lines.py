"""The words of invoice lines: what was checked, what is wrong and the next step, and where a line's money has been."""

from marketplace.web.i18n import LazyText, lazy_gettext

TEXTS: dict[str, LazyText] = {
    "line_check.inside_validity": lazy_gettext("The day is within the voucher's validity"),
    "line_check.approved_provider": lazy_gettext("The provider was approved on that day"),
    "line_check.price_of_terms": lazy_gettext("The price is the one promised at the grant"),
    "line_check.not_contested": lazy_gettext("The client has not objected"),
    "line_check.stands": lazy_gettext("The event has not been reversed"),
    "line_check.no_twin": lazy_gettext("The same visit is not there twice"),
    "line_check.possible_day": lazy_gettext("The day's hours are possible for one client"),
    "line_check.payee": lazy_gettext("The payee's account number is right"),
    "line_check.result_shown": lazy_gettext("The bonus has been earned and somebody else than the payee has shown it"),
    "line_fault.inside_validity": lazy_gettext(
        "The day is outside the voucher's validity. Reverse the event. If only the day was wrong, record it again."
    ),
    "line_fault.approved_provider": lazy_gettext(
        "Your approval did not cover the day. Reverse the event. If only the day was wrong, record it again."
    ),
    "line_fault.price_of_terms": lazy_gettext(
        "The price is above what was promised at the grant. Reverse the event and record it again."
    ),
    "line_fault.not_contested": lazy_gettext(
        "The client has objected. The line waits until the caseworker has settled it. Give your side of it."
    ),
    "line_fault.stands": lazy_gettext("The event was reversed, so it is not paid. You need not do anything."),
    "line_fault.no_twin": lazy_gettext(
        "There is another visit of the same day, kind, length and note. If it is the same visit, reverse this one. "
        "If there were two, reverse this one and record it again with a note that tells them apart."
    ),
    "line_fault.possible_day": lazy_gettext(
        "More has been recorded for the client on this day than one day can hold. Reverse what is wrong and record it again."
    ),
    "line_fault.payee": lazy_gettext(
        "The account number is missing or wrong. Correct it in the company's data. The line then goes on the next invoice."
    ),
    "line_fault.result_shown": lazy_gettext(
        "Nobody but you has shown that the job has lasted. Ask the client or the employer to tell the caseworker."
    ),
    "line_fault.sent_back": lazy_gettext(
        "Finance sent the line back. Read the reason. If the event is wrong, reverse it and record it again. "
        "Otherwise the line goes on the next invoice."
    ),
    "line_fault.payment_under_way": lazy_gettext(
        "The bank is paying the line just now. Wait until the payment has been confirmed, then reverse the event."
    ),
    "line_move.pass": lazy_gettext("Every check holds"),
    "line_move.bounce_back": lazy_gettext("A check did not hold"),
    "line_move.send_back": lazy_gettext("Finance sent the line back"),
    "line_move.withdraw": lazy_gettext("Taken off the invoice"),
    "line_move.approve": lazy_gettext("Approved for payment"),
    "line_move.batch": lazy_gettext("Put into a payment batch"),
    "line_move.unbatch": lazy_gettext("Taken out of the payment batch"),
    "line_move.send": lazy_gettext("Sent to the bank"),
    "line_move.confirm": lazy_gettext("Paid"),
    "line_move.bank_return": lazy_gettext("The bank gave the payment back"),
}
