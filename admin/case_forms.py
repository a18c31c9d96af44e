"""The forms of a caseworker's work."""

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from marketplace.use_cases.amend_voucher import END_REASONS
from marketplace.use_cases.claw_back import GROUNDS
from marketplace.use_cases.end_client import CLIENT_END_REASONS
from marketplace.use_cases.outcome_steps import GRADES
from marketplace.use_cases.provider_cards import LANGUAGES
from marketplace.use_cases.record_need import INSTRUMENTS, TIERS
from marketplace.web.forms import (
    DayField,
    EmailField,
    Form,
    IdentityCodeField,
    MoneyField,
    OnceForm,
    PhoneField,
    QuantityField,
    Required,
    choices,
    labelled,
)
from marketplace.web.i18n import lazy_gettext

CHOOSE = lazy_gettext("Choose")


class FindForm(Form):
    """Words to look for. Posted, so that a name or a code never stands in an address or a log."""

    words = StringField(lazy_gettext("Name or personal identity code"), [Length(max=100)])


IDENTITY_CODE = IdentityCodeField(lazy_gettext("Personal identity code"), [Required()])
"""Made before the other boxes of a client, so that it comes first wherever they are listed."""


class ClientForm(Form):
    """What is kept of a client besides her identity code."""

    first_name = StringField(lazy_gettext("First name"), [Required(), Length(max=200)])
    last_name = StringField(lazy_gettext("Last name"), [Required(), Length(max=200)])
    municipality = SelectField(lazy_gettext("Home municipality"), [Required()])
    language = SelectField(lazy_gettext("Language of service"), [Required()], choices=labelled("language", LANGUAGES))
    address = StringField(lazy_gettext("Address"), [Length(max=200)])
    protected_address = BooleanField(lazy_gettext("The address is protected"))
    phone = PhoneField(lazy_gettext("Phone"))
    email = EmailField(lazy_gettext("E-mail"))
    unemployed_since = DayField(lazy_gettext("Unemployed since"), [Required()])
    benefit_days = IntegerField(lazy_gettext("Benefit days paid"), [Required(), NumberRange(min=0, max=20_000)])

    def __init__(self, *args: object, municipalities: tuple[str, ...] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.municipality.choices = [("", CHOOSE), *((name, name) for name in municipalities)]


class NewClientForm(ClientForm, OnceForm):
    """A new client."""

    identity_code = IDENTITY_CODE


class MoveClientForm(Form):
    """Another caseworker for a client."""

    caseworker = SelectField(lazy_gettext("Caseworker"), [Required()], coerce=str)


class RevealForm(Form):
    """Why a protected address is needed."""

    reason = StringField(lazy_gettext("Why do you need the address?"), [Length(max=500)])


class EndClientForm(Form):
    """A client has moved away or died."""

    reason = RadioField(
        lazy_gettext("What has happened?"), [Required()], choices=labelled("end_reason", CLIENT_END_REASONS)
    )
    last_day = DayField(lazy_gettext("Which day?"), [Required()])
    words = TextAreaField(lazy_gettext("Where does the information come from?"), [Length(max=500)])


class InviteForm(Form):
    """How a client gets her way in."""

    channel = RadioField(
        lazy_gettext("How does the client get it?"),
        [Required()],
        choices=choices(
            [
                ("letter", lazy_gettext("On paper: a letter with a code")),
                ("mail", lazy_gettext("By e-mail: a link")),
            ]
        ),
        default="letter",
    )


class ScoreForm(OnceForm):
    """One measurement."""

    instrument = SelectField(
        lazy_gettext("What was used to measure?"), [Required()], choices=labelled("instrument", INSTRUMENTS, CHOOSE)
    )
    version = StringField(lazy_gettext("Version of the instrument"), [Required(), Length(max=50)])
    score = QuantityField(lazy_gettext("Score"), [Optional()])
    declined = BooleanField(lazy_gettext("The client did not want to be measured"))
    measured_on = DayField(lazy_gettext("Day of the measurement"), [Required()])


class NeedForm(ScoreForm):
    """A need, with its first measurement."""

    package = SelectField(lazy_gettext("Service"), [Required()], coerce=str)
    category = SelectField(lazy_gettext("What does the client need?"), [Required()])
    need_class = SelectField(lazy_gettext("Class of need"), default="")
    tier = RadioField(
        lazy_gettext("How much support does the client need?"), [Required()], choices=labelled("tier", map(str, TIERS))
    )
    goal = TextAreaField(lazy_gettext("The client's goal"), [Required(), Length(max=500)])


class MeasureForm(ScoreForm):
    """A later measurement."""

    moment = RadioField(lazy_gettext("When was it made?"), [Required()])


class GrantForm(OnceForm):
    """The reasons of a grant."""

    reasons = TextAreaField(lazy_gettext("Reasons of the decision"), [Length(max=5000)])


class ExtendForm(OnceForm):
    """A later last day."""

    valid_to = DayField(lazy_gettext("New last day"), [Required()])
    reasons = TextAreaField(lazy_gettext("Reasons of the decision"), [Length(max=5000)])


class ReliefForm(OnceForm):
    """What the organiser pays more of each unit."""

    relief = MoneyField(lazy_gettext("The organiser pays more of each unit"), [Required()])
    valid_from = DayField(lazy_gettext("First day"), [Required()])
    reasons = TextAreaField(lazy_gettext("Reasons of the decision"), [Length(max=5000)])


class RevokeForm(OnceForm):
    """Why a voucher is withdrawn."""

    reasons = TextAreaField(lazy_gettext("Reasons of the decision"), [Length(max=5000)])


class EndVoucherForm(Form):
    """A voucher has come to its end."""

    reason = RadioField(lazy_gettext("Why does it end?"), [Required()], choices=labelled("end_reason", END_REASONS))
    last_day = DayField(lazy_gettext("Last day of the service"), [Required()])
    words = TextAreaField(lazy_gettext("Anything to add?"), [Length(max=500)])


class SettleForm(Form):
    """How an objection is settled."""

    uphold = RadioField(
        lazy_gettext("How do you settle it?"),
        [Required()],
        choices=choices(
            [
                ("yes", lazy_gettext("The client is right: the event is taken back")),
                ("no", lazy_gettext("The provider is right: the event stands")),
            ]
        ),
    )
    settlement = TextAreaField(lazy_gettext("Why?"), [Length(max=2000)])


class EvidenceForm(OnceForm):
    """What shows that a job is there."""

    grade = RadioField(lazy_gettext("Who shows it?"), [Required()], choices=labelled("evidence_grade", GRADES))
    description = TextAreaField(lazy_gettext("What have you seen?"), [Required(), Length(max=1000)])
    seen_on = DayField(lazy_gettext("When did you see it?"), [Required()])
    covers_from = DayField(lazy_gettext("First day of work, as it says"))
    covers_to = DayField(lazy_gettext("Until which day does it show that the job has lasted?"), [Required()])


class RejectOutcomeForm(Form):
    """Why a report is not accepted."""

    reasons = TextAreaField(lazy_gettext("Reasons, as the provider reads them"), [Length(max=2000)])


class ClawBackForm(OnceForm):
    """Which bonus is taken back, and why; the choices are the milestones that have matured."""

    number = RadioField(lazy_gettext("Which bonus?"), [Required()], choices=[], coerce=int, validate_choice=False)
    ground = RadioField(lazy_gettext("On which ground?"), [Required()], choices=labelled("milestone_reason", GROUNDS))
    reasons = TextAreaField(lazy_gettext("Reasons, as the decision prints them"), [Length(max=2000)])


class EndJobForm(Form):
    """The job has ended."""

    last_day = DayField(lazy_gettext("Last day of work"), [Required()])
    reason = StringField(lazy_gettext("How do you know it?"), [Length(max=500)])
