"""States of messages."""

from marketplace.web.i18n import LazyText, lazy_gettext

TEXTS: dict[str, LazyText] = {
    "message.waiting": lazy_gettext("Waits to leave"),
    "message.sent": lazy_gettext("Sent"),
    "message.failed": lazy_gettext("Did not arrive"),
    "message.settled": lazy_gettext("Taken care of by hand"),
}
KINDS: dict[str, str] = {
    "message.waiting": "wait",
    "message.sent": "ok",
    "message.failed": "stop",
    "message.settled": "ok",
}
