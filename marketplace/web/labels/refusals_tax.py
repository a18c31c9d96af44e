"""What is refused about tax, e-invoices and credit notes: what is missing or wrong, and who mends it where."""

from marketplace.web.i18n import LazyText, lazy_template

TEXTS: dict[str, LazyText] = {
    "vat_service_basis": lazy_template(
        "It has not been decided how %(package)s is taxed. Ask the organiser's procurement: they decide "
        "it on the package's page."
    ),
    "vat_registered": lazy_template("Say on the company's page whether the company is registered for VAT."),
    "vat_supervised": lazy_template(
        "%(package)s may be exempt from VAT. Say on the company's page whether the company is in the "
        "authorities' register."
    ),
    "vat_own_control": lazy_template(
        "%(package)s may be exempt from VAT. Say on the company's page whether the company has an own-control plan."
    ),
    "vat_ground_missing": lazy_template("Write on whose word it is so: a ruling, an adviser or a decision."),
    "vat_since_missing": lazy_template("Write from which day on it is so."),
    "vat_since_before_statement": lazy_template(
        "From %(day)s on something else has been stated already. Write that day or a later one."
    ),
    "reference_needed": lazy_template(
        "The organiser asks for a reference of this form: %(form)s (9 is a number, A a letter)."
    ),
    "reference_form": lazy_template("The reference must have this form: %(form)s (9 is a number, A a letter)."),
    "credit_more_than_left": lazy_template("Only %(left_cents)s of the line is left to credit. Write at most that."),
    "nothing_to_credit": lazy_template("There is nothing left to credit on the line, or the amount is zero."),
    "credit_before_payment": lazy_template(
        "The line has not been paid. Reverse the event instead and record it right: the line is then credited whole."
    ),
    "credit_bonus": lazy_template("A bonus is taken back by the caseworker's decision, not by a credit note of yours."),
    "credit_too_old": lazy_template(
        "The invoice was sent before e-invoices were kept here. Reverse the event instead."
    ),
    "format_unknown": lazy_template("There is no such format."),
    "einvoice_seller_business_id": lazy_template("The company's business ID is not right. Tell the organiser."),
    "einvoice_buyer_business_id": lazy_template("The organiser's business ID is not right. Tell the organiser."),
    "einvoice_recipient_business_id": lazy_template(
        "The business ID of the invoices' recipient is not right. The organiser's administrator mends "
        "it in the invoicing settings."
    ),
    "einvoice_payer_business_id": lazy_template(
        "The payer's business ID is not right. The organiser's administrator mends it in the invoicing settings."
    ),
    "einvoice_seller_address": lazy_template(
        "The company's e-invoice address is not right. Mend it on the company's page."
    ),
    "einvoice_recipient_address": lazy_template(
        "The organiser's e-invoice address is not right. The organiser's administrator mends it in the "
        "invoicing settings."
    ),
    "einvoice_account": lazy_template("The company's account number is not right. Mend it on the company's page."),
    "einvoice_reference": lazy_template("The payment reference is not right. Tell the organiser."),
    "einvoice_due_date": lazy_template(
        "The due date is more than 30 days away. The organiser's administrator mends it in the invoicing settings."
    ),
    "ovt_wrong": lazy_template("The address must begin with 0037 and go on with the numbers of a right business ID."),
    "operator_wrong": lazy_template(
        "Write the operator's code: 4 to 35 capital letters and numbers, for example 003708599126."
    ),
    "party_business_id_wrong": lazy_template("The business ID is not right. It looks like this: 1234567-1."),
    "name_or_id_missing": lazy_template("Give both the name and the business ID, or leave both empty."),
    "payment_days_range": lazy_template("A public payer pays within 30 days. Write a number from 1 to 30."),
    "postal_incomplete": lazy_template(
        "Give the street, the postcode of five numbers and the town, or leave all three empty."
    ),
}
