"""States that pages of every portal show: `"voucher.issued": lazy_gettext("Issued")`, and their colours in KINDS."""

from marketplace.web.i18n import LazyText

TEXTS: dict[str, LazyText] = {}
KINDS: dict[str, str] = {}
