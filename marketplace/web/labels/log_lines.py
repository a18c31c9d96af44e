"""The kinds of lines in the order log (docs/fairness.md)."""

from marketplace.web.i18n import LazyText, lazy_gettext

TEXTS: dict[str, LazyText] = {
    "log_line.genesis": lazy_gettext("Beginning"),
    "log_line.commit": lazy_gettext("Promise of a key"),
    "log_line.beacon": lazy_gettext("Public randomness"),
    "log_line.registry": lazy_gettext("Change in the list of providers"),
    "log_line.reissue": lazy_gettext("New list in place of an old one"),
    "log_line.list": lazy_gettext("A voucher's list"),
    "log_line.reveal": lazy_gettext("Key made public"),
}
