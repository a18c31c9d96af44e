"""The words of frozen rows: what a row does, and why it is there."""

from marketplace.web.i18n import LazyText, lazy_gettext

TEXTS: dict[str, LazyText] = {
    "month_row.original": lazy_gettext("New row"),
    "month_row.take_back": lazy_gettext("Take-back"),
    "month_row.new": lazy_gettext("New row instead"),
    "month_why.recorded": lazy_gettext("Recorded in its month"),
    "month_why.late": lazy_gettext("Recorded when its own month was already frozen"),
    "month_why.stands": lazy_gettext("The client had objected; the objection is over and the visit stands"),
    "month_why.matured": lazy_gettext("The bonus was earned"),
    "month_why.reversed": lazy_gettext("The provider reversed the visit"),
    "month_why.upheld": lazy_gettext("The client's objection was upheld"),
    "month_why.credited": lazy_gettext("The provider credited a part of it after payment"),
    "month_why.clawed_back": lazy_gettext("The bonus was taken back by a decision"),
}
KINDS = {"month_row.original": "plain", "month_row.take_back": "stop", "month_row.new": "ok"}
