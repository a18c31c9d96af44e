"""Words of prices: bands of time and kinds of price."""

from marketplace.web.i18n import LazyText, lazy_gettext

TEXTS: dict[str, LazyText] = {
    "band.day": lazy_gettext("weekday, daytime"),
    "band.evening": lazy_gettext("weekday evening"),
    "band.saturday": lazy_gettext("Saturday"),
    "band.sunday": lazy_gettext("Sunday or holiday"),
    "price_kind.fixed": lazy_gettext("Fixed by the organiser"),
    "price_kind.free": lazy_gettext("The provider's own price; the client pays what is above the value"),
    "price_kind.ceiling": lazy_gettext("The provider's own price, up to a ceiling"),
    "price_kind.markup": lazy_gettext("The provider may ask a limited mark-up above the value"),
    "free_by_law.yes": lazy_gettext("Nothing: the law makes the service free"),
    "free_by_law.no": lazy_gettext("Perhaps a part: what the price rows leave"),
    "terms_part.evening_from": lazy_gettext("The evening begins at"),
}
