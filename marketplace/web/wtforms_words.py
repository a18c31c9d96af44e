"""WTForms' own messages, named here so that the catalogues hold them."""

from marketplace.web.i18n import N_, NN_


def _named(*messages: str) -> tuple[str, ...]:
    return messages


MESSAGES = _named(
    N_("This field is required."),
    N_("Field must be equal to %(other_name)s."),
    N_("Field must be between %(min)d and %(max)d characters long."),
    N_("Number must be at least %(min)s."),
    N_("Number must be at most %(max)s."),
    N_("Number must be between %(min)s and %(max)s."),
    N_("Invalid input."),
    N_("Invalid email address."),
    N_("Invalid URL."),
    N_("Invalid value, must be one of: %(values)s."),
    N_("Invalid value, can't be any of: %(values)s."),
    N_("This field cannot be edited."),
    N_("This field is disabled and cannot have a value."),
    N_("Invalid Choice: could not coerce."),
    N_("Not a valid choice."),
    N_("Invalid choice(s): one or more data inputs could not be coerced."),
    N_("Not a valid datetime value."),
    N_("Not a valid date value."),
    N_("Not a valid time value."),
    N_("Not a valid integer value."),
    N_("Not a valid decimal value."),
    N_("File does not have an approved extension: {extensions}"),
    N_("File does not have an approved extension."),
)

PLURALS = (
    NN_("Field must be at least %(min)d character long.", "Field must be at least %(min)d characters long."),
    NN_("Field cannot be longer than %(max)d character.", "Field cannot be longer than %(max)d characters."),
    NN_("Field must be exactly %(max)d character long.", "Field must be exactly %(max)d characters long."),
    NN_("'%(value)s' is not a valid choice for this field.", "'%(value)s' are not valid choices for this field."),
)
