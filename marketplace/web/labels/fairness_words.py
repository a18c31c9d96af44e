"""Words of the figures of equal treatment."""

from marketplace.web.i18n import LazyText, lazy_gettext

TEXTS: dict[str, LazyText] = {
    "effective.shown": lazy_gettext("On the list"),
    "effective.open": lazy_gettext("Taking clients"),
    "effective.near": lazy_gettext("In the client's own municipality"),
    "effective.language": lazy_gettext("In the client's language"),
    "effective.soon": lazy_gettext("Starting within two weeks"),
    "came.stands": lazy_gettext("Stands"),
    "came.declined": lazy_gettext("Declined by the provider"),
    "came.changed_soon": lazy_gettext("Changed within 14 days"),
    "came.changed_later": lazy_gettext("Changed later"),
    "came.other": lazy_gettext("Ended otherwise"),
    "confirmed_by.own_login": lazy_gettext("Own login"),
    "confirmed_by.code": lazy_gettext("A code to her own phone or mail"),
    "confirmed_by.paper": lazy_gettext("A signed paper form"),
}
