"""The forms of finance: approving and sending back lines, paying, the bank's answers, debts, and the year's end."""

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from marketplace.use_cases.finance_pages import STATES
from marketplace.web.forms import (
    CheckboxesField,
    DayField,
    Form,
    IbanField,
    MoneyField,
    OnceForm,
    Required,
    labelled,
)
from marketplace.web.i18n import lazy_gettext

BANK_CODES = ("AC01", "AC04", "AC06", "AG01", "AM05", "AM09", "BE01", "BE04", "FF01", "MD07", "MS02", "MS03", "RC01", "RR04")
"""The reasons of ISO 20022 that Finnish banks give most often when a payment comes back."""


class InvoiceFilterForm(Form):
    """What of the invoices is shown. Sent with GET: it changes nothing, so it needs no token."""

    class Meta(Form.Meta):
        csrf = False

    state = SelectField(
        lazy_gettext("Where the money is"), choices=labelled("invoice_filter", STATES, lazy_gettext("Anywhere"))
    )
    month = SelectField(lazy_gettext("Month"), choices=[], validate_choice=False)
    provider = SelectField(lazy_gettext("Provider"), choices=[], validate_choice=False)


class LinesForm(Form):
    """Which lines of an invoice are approved."""

    lines = CheckboxesField(lazy_gettext("Lines to approve"), choices=[], coerce=int, validate_choice=False)


class SendBackForm(Form):
    """Why a line goes back; the provider reads it."""

    reason = TextAreaField(lazy_gettext("Why does it go back?"), [Required(), Length(max=1000)])


class BatchForm(OnceForm):
    """On which day everything that is approved is paid."""

    pay_on = DayField(lazy_gettext("Day of payment"), [Required()])


class ConfirmForm(Form):
    """How one knows that the bank has paid."""

    paid_on = DayField(lazy_gettext("Day on which the bank paid"), [Required()])
    confirmation = StringField(lazy_gettext("What shows it"), [Required(), Length(max=200)])


class ReturnForm(Form):
    """The bank gave the money back."""

    returned_on = DayField(lazy_gettext("Day on which the bank gave it back"), [Required()])
    reason = SelectField(
        lazy_gettext("The bank's code"),
        [Required()],
        choices=labelled("bank_code", BANK_CODES, lazy_gettext("Choose")),
    )


class StatementForm(Form):
    """A statement file from the bank."""

    file = FileField(
        lazy_gettext("File from the bank (camt.053 or camt.054)"), [FileRequired(lazy_gettext("Choose a file."))]
    )


class StatementAgainForm(Form):
    """The same file, carried by the page that has shown what it would do."""

    name = HiddenField()
    packed = HiddenField()


class RowForm(Form):
    """What a row of a statement is about. The payments that fit are put in by the view."""

    payment = RadioField(lazy_gettext("What is it about?"), [Required()], choices=[], coerce=int)
    note = StringField(lazy_gettext("How do you know it?"), [Required(), Length(max=500)])


class NoteForm(Form):
    """How a file reached the bank."""

    note = StringField(lazy_gettext("How did the file reach the bank?"), [Required(), Length(max=300)])


class DebtorForm(OnceForm):
    """The account that payments leave from."""

    name = StringField(lazy_gettext("Account holder, as the bank knows it"), [Required(), Length(max=70)])
    iban = IbanField(lazy_gettext("Account number (IBAN)"), [Required()])
    bic = StringField(lazy_gettext("The bank's BIC"), [Length(max=11)])


class DebtForm(OnceForm):
    """The provider has paid back itself."""

    amount = MoneyField(lazy_gettext("How much came"), [Required()])
    paid_on = DayField(lazy_gettext("Day on which it came"), [Required()])
    confirmation = StringField(lazy_gettext("What shows it"), [Required(), Length(max=200)])


class CarryOverForm(Form):
    """By which decision a year's open reservations move to the next year."""

    decision = StringField(lazy_gettext("The decision, as its record names it"), [Required(), Length(max=200)])
    decided_on = DayField(lazy_gettext("Day of the decision"), [Required()])
