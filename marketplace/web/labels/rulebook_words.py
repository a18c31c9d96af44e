"""By what the program holds a term of the rulebook."""

from marketplace.web.i18n import LazyText, lazy_gettext

TEXTS: dict[str, LazyText] = {
    "enforced.approved_on_the_day": lazy_gettext(
        "The program sees to it: a visit is recorded only for a day on which the provider was approved."
    ),
    "enforced.inside_validity": lazy_gettext(
        "The program sees to it: a visit is recorded only for a day on which the voucher is valid."
    ),
    "enforced.nothing_ahead": lazy_gettext("The program sees to it: nothing is recorded before it has happened."),
    "enforced.recorded_in_time": lazy_gettext(
        "The program sees to it: a visit is recorded at the latest when the time after the voucher's end is over."
    ),
    "enforced.units_left": lazy_gettext("The program sees to it: not more is recorded than the voucher has left."),
    "enforced.possible_day": lazy_gettext("The program sees to it: a day holds only so many hours for one client."),
    "enforced.price_of_terms": lazy_gettext(
        "The program sees to it: an invoice's line is never above the price promised at the grant."
    ),
    "enforced.one_visit_once": lazy_gettext("The program sees to it: the same visit is paid once."),
    "enforced.contested_waits": lazy_gettext(
        "The program sees to it: what the client objects to is not paid before a caseworker has settled it."
    ),
    "enforced.bonus_shown": lazy_gettext(
        "The program sees to it: a bonus is paid only when its time is full and there is evidence."
    ),
    "enforced.payee_known": lazy_gettext(
        "The program sees to it: money goes only to an account that the provider has given."
    ),
    "enforced.listed_decline": lazy_gettext("The program sees to it: a client is declined only for a listed reason."),
}
