"""What is refused when a company registers, keeps its data, applies, or invites its people."""

from marketplace.web.i18n import LazyText, lazy_template

TEXTS: dict[str, LazyText] = {
    "company_registered": lazy_template(
        "A company with the business ID %(business_id)s is registered already. Ask its service manager to invite you. "
        "If you do not know who that is, contact an organiser."
    ),
    "group_is_itself": lazy_template("This is your own business ID. Write the other company's."),
    "group_unknown": lazy_template(
        "We know no company with the business ID %(business_id)s. Check the number. If that company has not registered "
        "yet, register this one first as standing alone and tell the organiser of the group."
    ),
    "company_name_missing": lazy_template("Write the company's name."),
    "unknown_legal_form": lazy_template("Choose the legal form from the list."),
    "own_words_too_long": lazy_template("The text is too long. It may have at most %(most)s characters, for everyone."),
    "unknown_way_of_work": lazy_template("Choose the way of work from the list."),
    "site_incomplete": lazy_template("Fill in this field: a client must know where to go."),
    "site_language_missing": lazy_template("Choose at least one language in which you serve at this site."),
    "unknown_accessible": lazy_template("Choose one of the three answers."),
    "last_site": lazy_template("This is your only site. Add the new one first, then close this one."),
    "places_out_of_range": lazy_template("Write a whole number from 0 to %(most)s, or leave the box empty."),
    "first_start_in_past": lazy_template("The first start cannot be before today, %(today)s."),
    "approval_has_ended": lazy_template("You are no longer on this list, so its places cannot be changed."),
    "rulebook_not_newest": lazy_template("A newer rulebook has been published. Read it, then accept it."),
    "application_open": lazy_template("You have an application under way already. Continue with it."),
    "nothing_applied": lazy_template("Choose at least one service and area."),
    "pair_not_open": lazy_template(
        "One of the services you chose can no longer be applied for, or you are on its list already. Choose again."
    ),
    "site_missing": lazy_template("Add at least one site before you send the application."),
    "iban_missing": lazy_template("Give your account number before you send the application."),
    "no_rulebook": lazy_template("The organiser has not published its rulebook yet. Applications open after that."),
    "rulebook_not_accepted": lazy_template("Read and accept version %(number)s of the rulebook before you send."),
    "answer_missing": lazy_template("Write your answer to what procurement asked."),
    "person_name_missing": lazy_template("Write the person's name."),
    "unknown_role": lazy_template("Choose the role from the list."),
    "last_manager": lazy_template(
        "This is the company's only service manager. Invite another one first, so that somebody can invite people."
    ),
}
