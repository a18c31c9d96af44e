"""What people are called."""

from marketplace.web.i18n import LazyText, lazy_gettext

TEXTS: dict[str, LazyText] = {
    "role.client": lazy_gettext("Client"),
    "role.provider_manager": lazy_gettext("Service manager"),
    "role.provider_coach": lazy_gettext("Coach"),
    "role.caseworker": lazy_gettext("Caseworker"),
    "role.procurement": lazy_gettext("Procurement"),
    "role.approver": lazy_gettext("Approver"),
    "role.finance": lazy_gettext("Finance"),
    "role.auditor": lazy_gettext("Auditor"),
    "role.administrator": lazy_gettext("Administrator"),
    "role.system": lazy_gettext("The system"),
}
