"""What logging in and accounts refuse."""

from marketplace.web.i18n import LazyText, lazy_template

TEXTS: dict[str, LazyText] = {
    "login_failed": lazy_template(
        "The e-mail address and the password do not go together. Check both and try again, or ask for a new password."
    ),
    "code_malformed": lazy_template("The code has 12 marks, for example K7QF-2MXA-9PWD. Check that none is missing."),
    "code_failed": lazy_template(
        "This code does not open anything. Check it from your letter. If it is right, it has been replaced or is too old:"
        " ask your caseworker for a new one."
    ),
    "too_many_attempts": lazy_template(
        "There have been too many attempts. For safety, wait %(minutes)s minutes and try again."
    ),
    "no_role_left": lazy_template("Your account has no role any more. Ask the person who invited you to the service."),
    "link_ended": lazy_template("The link does not work any more. Ask for a new one."),
    "password_short": lazy_template("The password is too short. Use at least %(shortest)s characters."),
    "password_long": lazy_template("The password is too long. Use at most %(longest)s characters."),
    "password_easy": lazy_template("The password is too easy to guess. Use several words."),
    "password_wrong": lazy_template("The present password is not right."),
    "password_held": lazy_template("You have a password already. Change it here."),
    "email_missing": lazy_template("Write the e-mail address."),
    "email_taken": lazy_template("Another account has this e-mail address. Use another address."),
    "role_held": lazy_template("This person has this role already."),
    "own_role": lazy_template("You cannot end your own role here. Ask another administrator."),
    "organiser_unknown": lazy_template("There is no organiser with this code."),
    "note_missing": lazy_template("Write how it was done."),
    "last_in_role": lazy_template("Nobody else has this role here. Invite another person to it first."),
}
