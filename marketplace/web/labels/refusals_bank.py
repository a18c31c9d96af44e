"""Why a file from the bank, a row of it, or the organiser's own account was refused, and what to do about it."""

from marketplace.web.i18n import LazyText, lazy_template

TEXTS: dict[str, LazyText] = {
    "bank_file_too_large": lazy_template(
        "The file is larger than %(most_megabytes)s megabytes. Ask the bank for a statement of fewer days."
    ),
    "bank_file_too_many": lazy_template(
        "The file has more than %(most)s entries. Ask the bank for a statement of fewer days. Nothing was changed."
    ),
    "bank_file_broken": lazy_template(
        "The file is not whole or not XML. Download it from the bank again. Nothing was changed."
    ),
    "bank_file_doctype": lazy_template(
        "The file refers to other files, which no statement does. It may not be from the bank. Nothing was changed."
    ),
    "bank_file_not_camt": lazy_template(
        "This is not an account statement (camt.053) or a notification (camt.054). Choose another file."
    ),
    "bank_file_currency": lazy_template("An entry is in %(currency)s. Only euros are read. Nothing was changed."),
    "bank_file_sum": lazy_template(
        "An entry and its payments differ in sum. Ask the bank about this file. Nothing was changed."
    ),
    "bank_file_lacks": lazy_template(
        "Something is missing from the file or cannot be read: %(element)s. Download it from the bank again. "
        "Nothing was changed."
    ),
    "bank_file_other_account": lazy_template(
        "This is the statement of another account: %(account)s. Nothing was changed."
    ),
    "bank_file_page_lost": lazy_template("The page had lost its file. Choose the file once more."),
    "batch_is_draft": lazy_template("The batch has not been approved yet. Another person than its maker approves it."),
    "batch_is_cancelled": lazy_template("The batch was cancelled. There is nothing to send."),
    "debtor_account_wrong": lazy_template("Check the number of the account that payments leave from: it is not an IBAN."),
    "bic_wrong": lazy_template("A BIC has 8 or 11 letters and numbers, for example NDEAFIHH. It can be left empty."),
    "bic_other_country": lazy_template("The BIC is of a bank in %(bank)s, the account is in %(account)s. Check both."),
    "debtor_name_missing": lazy_template("Write the account holder's name, at most %(most)s characters."),
    "row_amount_differs": lazy_template(
        "The row is of %(row_cents)s, the payment of %(payment_cents)s. They must be the same."
    ),
    "row_is_money_in": lazy_template("Money came in: it cannot be one of the payments out."),
}
