"""What providers tell of themselves: legal form, languages, way of work, accessibility; and where an application is."""

from marketplace.web.i18n import LazyText, lazy_gettext

TEXTS: dict[str, LazyText] = {
    "legal_form.company": lazy_gettext("Limited company or partnership"),
    "legal_form.sole_trader": lazy_gettext("Sole trader"),
    "legal_form.association": lazy_gettext("Association"),
    "legal_form.foundation": lazy_gettext("Foundation"),
    "legal_form.cooperative": lazy_gettext("Cooperative"),
    "legal_form.municipality": lazy_gettext("Municipality or joint authority"),
    "way_of_work.individual": lazy_gettext("Alone with a coach"),
    "way_of_work.group": lazy_gettext("In a group"),
    "way_of_work.both": lazy_gettext("Alone or in a group"),
    "accessible.yes": lazy_gettext("Accessible"),
    "accessible.some": lazy_gettext("Some sites are accessible"),
    "accessible.no": lazy_gettext("Not accessible"),
    "accessible.not_stated": lazy_gettext("not stated"),
    "language.fi": lazy_gettext("Finnish"),
    "language.sv": lazy_gettext("Swedish"),
    "language.en": lazy_gettext("English"),
    "language.ru": lazy_gettext("Russian"),
    "language.uk": lazy_gettext("Ukrainian"),
    "language.et": lazy_gettext("Estonian"),
    "language.ar": lazy_gettext("Arabic"),
    "language.fa": lazy_gettext("Persian"),
    "language.ckb": lazy_gettext("Kurdish (Sorani)"),
    "language.so": lazy_gettext("Somali"),
    "language.vi": lazy_gettext("Vietnamese"),
    "language.th": lazy_gettext("Thai"),
    "language.fse": lazy_gettext("Finnish Sign Language"),
}
