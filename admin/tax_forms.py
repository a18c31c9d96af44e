"""The forms of tax and of how the organiser takes invoices."""

from typing import Any

from wtforms import IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from marketplace.use_cases.package_vat import BASES, BONUSES, RATES
from marketplace.web.forms import BusinessIdField, DayField, EInvoiceAddressField, Form, Required, labelled
from marketplace.web.i18n import lazy_gettext


class PackageVatForm(Form):
    """What a package is for value added tax, from a day on."""

    basis = RadioField(lazy_gettext("What the service is"), [Required()], choices=labelled("vat_basis", BASES))
    rate = RadioField(
        lazy_gettext("Rate, where it is taxed"), [Required()], choices=labelled("vat_rate", RATES), default="general"
    )
    bonus = RadioField(
        lazy_gettext("How its bonuses are taxed"), [Required()], choices=labelled("vat_bonus", BONUSES),
        default="as_service",
    )  # fmt: skip
    valid_from = DayField(lazy_gettext("From which day on"), [Required()])
    ground = StringField(lazy_gettext("On whose word"), [Required(), Length(max=300)])


class InvoicingForm(Form):
    """How the organiser takes invoices."""

    e_invoice_address = EInvoiceAddressField(lazy_gettext("E-invoice address"), [Required()])
    operator = StringField(lazy_gettext("Operator's code"), [Length(max=35)])
    reference = StringField(lazy_gettext("Reference on every invoice"), [Length(max=70)])
    reference_form = StringField(lazy_gettext("Form of the reference"), [Length(max=70)])
    payment_days = IntegerField(lazy_gettext("Days to pay"), [InputRequired()], default=30)
    recipient_name = StringField(lazy_gettext("Recipient of the invoices, if another"), [Length(max=70)])
    recipient_business_id = BusinessIdField(lazy_gettext("Recipient's business ID"))
    payer_name = StringField(lazy_gettext("Payer, if another"), [Length(max=70)])
    payer_business_id = BusinessIdField(lazy_gettext("Payer's business ID"))

    def values(self) -> dict[str, Any]:
        """What was written in each box; an empty one is an empty text."""
        boxes = {name: field.data for name, field in self._fields.items() if name != "csrf_token"}
        return {name: "" if value is None else value for name, value in boxes.items()}
