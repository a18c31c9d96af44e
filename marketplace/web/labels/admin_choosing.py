"""Words of filters, as they are counted when the single uses are gone."""

from marketplace.web.i18n import LazyText, lazy_gettext

TEXTS: dict[str, LazyText] = {
    "wish.municipality": lazy_gettext("Where"),
    "wish.language": lazy_gettext("Language"),
    "wish.way": lazy_gettext("Way of work"),
    "wish.competence": lazy_gettext("Special competence"),
    "wish.accessible": lazy_gettext("Accessible premises"),
    "wish.soon": lazy_gettext("Can start within two weeks"),
    "wish.taking": lazy_gettext("Takes new clients now"),
    "wish.sort": lazy_gettext("Order"),
    "wish.neutral": lazy_gettext("Back to the neutral order"),
    "wish_sort.start": lazy_gettext("soonest start first"),
    "move_reason.no_choice": lazy_gettext("No choice made"),
}
