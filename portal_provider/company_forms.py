"""The forms of a company's own pages."""

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from marketplace.roles import Role
from marketplace.use_cases.own_company import LEGAL_FORMS, OWN_WORDS_MOST, WAYS_OF_WORK
from marketplace.use_cases.provider_cards import LANGUAGES
from marketplace.use_cases.sites import ACCESSIBLE
from marketplace.use_cases.tell_places import MOST_PLACES
from marketplace.web.forms import (
    BusinessIdField,
    CheckboxesField,
    DayField,
    EInvoiceAddressField,
    EmailField,
    Form,
    IbanField,
    OnceForm,
    PhoneField,
    Required,
    choices,
    labelled,
)
from marketplace.web.i18n import LANGUAGE_NAMES, lazy_gettext


class RegisterForm(OnceForm):
    """A company and its first manager."""

    business_id = BusinessIdField(lazy_gettext("Business ID"), [Required()])
    name = StringField(lazy_gettext("Company's name"), [Required(), Length(max=200)])
    legal_form = SelectField(lazy_gettext("Legal form"), [Required()], choices=labelled("legal_form", LEGAL_FORMS))
    vat_registered = BooleanField(lazy_gettext("The company is registered for VAT"))
    group = RadioField(
        lazy_gettext("Is the company under the same control as another provider?"),
        [Required()],
        choices=choices(
            [
                ("alone", lazy_gettext("No, it stands alone")),
                ("belongs", lazy_gettext("Yes, it belongs to the same group")),
            ]
        ),
        default="alone",
    )
    belongs_to = BusinessIdField(lazy_gettext("The other company's business ID"))
    iban = IbanField(lazy_gettext("Account number for payments"), [Required()])
    e_invoice_address = EInvoiceAddressField(lazy_gettext("E-invoice address"))
    email = EmailField(lazy_gettext("Company's e-mail"), [Required()])
    phone = PhoneField(lazy_gettext("Company's phone"), [Required()])
    manager_name = StringField(lazy_gettext("Your name"), [Required(), Length(max=200)])
    manager_email = EmailField(lazy_gettext("Your e-mail, with which you log in"), [Required()])

    def validate_belongs_to(self, field: BusinessIdField) -> None:
        if self.group.data == "belongs" and field.data is None and not field.errors:
            Required()(self, field)


class CompanyForm(Form):
    """What a company may change of itself."""

    own_words = TextAreaField(lazy_gettext("What you are good at, in your own words"), [Length(max=OWN_WORDS_MOST)])
    way_of_work = RadioField(lazy_gettext("Way of work"), [Required()], choices=labelled("way_of_work", WAYS_OF_WORK))
    name = StringField(lazy_gettext("Company's name"), [Required(), Length(max=200)])
    email = EmailField(lazy_gettext("Company's e-mail"), [Required()])
    phone = PhoneField(lazy_gettext("Company's phone"), [Required()])
    iban = IbanField(lazy_gettext("Account number for payments"), [Required()])
    e_invoice_address = EInvoiceAddressField(lazy_gettext("E-invoice address"))
    e_invoice_operator = StringField(lazy_gettext("Operator's code"), [Length(max=35)])
    street = StringField(lazy_gettext("Street address on invoices"), [Length(max=100)])
    postcode = StringField(lazy_gettext("Postcode"), [Length(max=5)])
    town = StringField(lazy_gettext("Town"), [Length(max=60)])
    vat_registered = BooleanField(lazy_gettext("The company is registered for VAT"))
    supervised = BooleanField(lazy_gettext("The company is in the authorities' register of social and health care providers"))
    own_control = BooleanField(lazy_gettext("The company has an own-control plan"))
    vat_since = DayField(lazy_gettext("If something of this changed: from which day on"))


class SiteForm(OnceForm):
    """One site."""

    name = StringField(lazy_gettext("Name of the site"), [Required(), Length(max=100)])
    street = StringField(lazy_gettext("Street address"), [Required(), Length(max=200)])
    municipality = StringField(lazy_gettext("Municipality"), [Required(), Length(max=60)])
    languages = CheckboxesField(
        lazy_gettext("Languages in which you serve here"), [Required()], choices=labelled("language", LANGUAGES)
    )
    accessible = RadioField(
        lazy_gettext("Can one get in and move about with a wheelchair?"),
        [Required()],
        choices=choices(
            [
                ("yes", lazy_gettext("Yes")),
                ("no", lazy_gettext("No")),
                ("not_stated", lazy_gettext("I cannot say")),
            ]
        ),
        default=ACCESSIBLE[-1],
    )


class PlacesForm(Form):
    """Free places of one approval."""

    free_places = IntegerField(lazy_gettext("Free places now"), [Optional(), NumberRange(min=0, max=MOST_PLACES)])
    next_start = DayField(lazy_gettext("First day on which a new client can start"))
    paused = BooleanField(lazy_gettext("We take no new clients for now"))


class AnswerForm(Form):
    """The answer to what procurement asked, when it asked."""

    answer = TextAreaField(lazy_gettext("Your answer"), [Length(max=4000)])


class InviteForm(OnceForm):
    """A coach or a manager to invite."""

    name = StringField(lazy_gettext("Name"), [Required(), Length(max=200)])
    email = EmailField(lazy_gettext("E-mail"), [Required()])
    phone = PhoneField(lazy_gettext("Phone"))
    role = RadioField(
        lazy_gettext("Role"),
        [Required()],
        choices=labelled("role", (Role.PROVIDER_COACH.value, Role.PROVIDER_MANAGER.value)),
        default=Role.PROVIDER_COACH.value,
    )
    language = RadioField(
        lazy_gettext("Language of the invitation"),
        [Required()],
        choices=choices(LANGUAGE_NAMES.items()),
        default="fi",
    )


class LeaveForm(Form):
    """Leaving an organiser's list at one's own request."""

    last_day = DayField(lazy_gettext("Last day on the list"), [Required()])
    reason = TextAreaField(lazy_gettext("Message to the organiser"), [Length(max=1000)])
