"""The forms of accounts: logging in, passwords, one's own details."""

from typing import Any

from wtforms import BooleanField, PasswordField, SelectField, StringField
from wtforms.validators import Length, StopValidation

from marketplace.web.forms import EmailField, Form, PhoneField, Required, choices
from marketplace.web.i18n import LANGUAGE_NAMES, gettext, lazy_gettext


class LogInForm(Form):
    email = EmailField(lazy_gettext("E-mail address"), [Required()], render_kw={"autocomplete": "username"})
    password = PasswordField(
        lazy_gettext("Password"),
        [Required(lazy_gettext("Write your password."))],
        render_kw={"autocomplete": "current-password"},
    )


class CodeForm(Form):
    code = StringField(
        lazy_gettext("Code"),
        [Required(lazy_gettext("Write the code of your letter.")), Length(max=40)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class ForgottenForm(Form):
    email = EmailField(lazy_gettext("E-mail address"), [Required()], render_kw={"autocomplete": "username"})


class _TwicePassword(Form):
    """A new password, written twice."""

    password = PasswordField(
        lazy_gettext("New password"),
        [Required(lazy_gettext("Write a new password."))],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        lazy_gettext("New password once more"),
        [Required(lazy_gettext("Write the new password once more."))],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_again(self, field: Any) -> None:
        if field.data != self.password.data:
            raise StopValidation(gettext("The two passwords are not the same. Write them again."))


class NewPasswordForm(_TwicePassword):
    """By the link of a mail."""


class ChangePasswordForm(_TwicePassword):
    old = PasswordField(
        lazy_gettext("Present password"),
        [Required(lazy_gettext("Write your present password."))],
        render_kw={"autocomplete": "current-password"},
    )


class TakePasswordForm(_TwicePassword):
    """A client who has come in by letter until now."""

    email = EmailField(lazy_gettext("E-mail address"), [Required()], render_kw={"autocomplete": "username"})


class DetailsForm(Form):
    language = SelectField(lazy_gettext("Language"), choices=choices(LANGUAGE_NAMES.items()))
    phone = PhoneField(lazy_gettext("Phone number"))


class EndForm(Form):
    sure = BooleanField(
        lazy_gettext("Yes, end my account"), [Required(lazy_gettext("Tick the box if you want to end your account."))]
    )
