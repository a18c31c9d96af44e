"""How lists are drawn: the sources of public randomness."""

from marketplace.web.i18n import LazyText, lazy_gettext

TEXTS: dict[str, LazyText] = {
    "order_source.none": lazy_gettext("None"),
    "order_source.lottery": lazy_gettext("A public lottery, entered by two people"),
    "order_source.drand": lazy_gettext("drand, a public network of randomness"),
    "deed.order_rule.set": lazy_gettext("Changed how lists are drawn"),
    "deed.lottery.enter": lazy_gettext("Entered a draw of the lottery"),
    "deed.lottery.confirm": lazy_gettext("Confirmed a draw of the lottery"),
    "deed.lottery.withdraw": lazy_gettext("Took a draw of the lottery back"),
    "deed.beacon.import": lazy_gettext("Brought in public randomness"),
}
