"""How lists are drawn: the sources of public randomness."""

from marketplace.web.i18n import LazyText, lazy_gettext

TEXTS: dict[str, LazyText] = {
    "order_source.none": lazy_gettext("No public draw"),
    "order_source.lottery": lazy_gettext("A public lottery, entered by two people"),
    "order_source.drand": lazy_gettext("drand, a public network of randomness"),
    "decision_kind.control_group": lazy_gettext("Control group of a provider"),
    "group_question.join": lazy_gettext("They are under common control"),
    "group_question.part": lazy_gettext("They are not under common control"),
    "group_outcome.joined": lazy_gettext("One group"),
    "group_outcome.not_joined": lazy_gettext("Separate groups"),
    "deed.group.question": lazy_gettext("Questioned a control group"),
    "deed.group.answer": lazy_gettext("Answered a question about its group"),
    "deed.group.decide": lazy_gettext("Decided on a control group"),
    "deed.order_rule.set": lazy_gettext("Changed how lists are drawn"),
    "deed.lottery.enter": lazy_gettext("Entered a draw of the lottery"),
    "deed.lottery.confirm": lazy_gettext("Confirmed a draw of the lottery"),
    "deed.lottery.withdraw": lazy_gettext("Took a draw of the lottery back"),
    "deed.beacon.import": lazy_gettext("Brought in public randomness"),
}
