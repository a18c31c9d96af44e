"""The menu of the organiser's portal, role by role. A place whose page is not there is left out."""

from collections.abc import Iterator
from typing import cast

from flask import Flask, current_app
from flask.blueprints import BlueprintSetupState

from admin import bp
from marketplace.roles import Role
from marketplace.web.guard import actor
from marketplace.web.i18n import lazy_gettext
from marketplace.web.portals import NavLink, Portal, register_portal

TODAY = NavLink("admin.today", lazy_gettext("Today"))
CLIENTS = NavLink("admin.clients", lazy_gettext("Clients"), ("admin.client*", "admin.voucher*", "admin.need*"))
OBJECTIONS = NavLink("admin.objections", lazy_gettext("Objections"), ("admin.objection*",))
OUTCOMES = NavLink("admin.outcomes", lazy_gettext("Outcomes"), ("admin.outcome*",))
PROVIDERS = NavLink("admin.providers", lazy_gettext("Providers"), ("admin.provider*",))
APPLICATIONS = NavLink("admin.applications", lazy_gettext("Applications"), ("admin.application*",))
TERMS = NavLink(
    "admin.terms",
    lazy_gettext("Terms"),
    ("admin.terms*", "admin.programme*", "admin.package*", "admin.rulebook*", "admin.area*"),
)
BUDGET = NavLink("admin.budget", lazy_gettext("Budget"), ("admin.budget*", "admin.appropriation*"))
INVOICES = NavLink("admin.invoices", lazy_gettext("Invoices"), ("admin.invoice*",))
PAYMENTS = NavLink("admin.payments", lazy_gettext("Payments"), ("admin.payment*", "admin.batch*", "admin.bank*"))
MONITOR = NavLink("admin.monitor", lazy_gettext("Equal treatment"), ("admin.monitor*",))
VERIFICATION = NavLink("admin.verification", lazy_gettext("Verification"), ("admin.verification*",))
AUDIT = NavLink("admin.audit", lazy_gettext("Audit trail"), ("admin.audit*",))
DECISIONS = NavLink("admin.decisions", lazy_gettext("Decisions"), ("admin.decision*",))
ORDER = NavLink("admin.order_rule", lazy_gettext("Draws"), ("admin.order_*",))
INTERESTS = NavLink("admin.interests_register", lazy_gettext("Interests"))
STAFF = NavLink("admin.staff", lazy_gettext("Staff"), ("admin.staff*",))
OUTBOX = NavLink("admin.outbox", lazy_gettext("Outbox"), ("admin.outbox*", "admin.message*"))
INVOICING = NavLink("admin.invoicing", lazy_gettext("Invoicing"))

MENUS: dict[Role, tuple[NavLink, ...]] = {
    Role.CASEWORKER: (TODAY, CLIENTS, OBJECTIONS, OUTCOMES, DECISIONS),
    Role.PROCUREMENT: (TODAY, PROVIDERS, APPLICATIONS, TERMS, BUDGET, MONITOR, ORDER),
    Role.APPROVER: (TODAY, TERMS, PROVIDERS, BUDGET, ORDER),
    Role.FINANCE: (TODAY, INVOICES, PAYMENTS, BUDGET),
    Role.AUDITOR: (TODAY, MONITOR, VERIFICATION, AUDIT, DECISIONS, ORDER, INTERESTS),
    Role.ADMINISTRATOR: (TODAY, STAFF, OUTBOX, INVOICING, INTERESTS),
}


def menu() -> Iterator[NavLink]:
    """The places of the person at the screen."""
    role = actor().role
    for link in MENUS.get(role, ()) if role else ():
        if link.endpoint in current_app.view_functions:
            yield link


PORTAL = Portal("admin", lazy_gettext("Organiser's service"), home="admin.today", nav=menu)


@bp.record_once
def _register(state: BlueprintSetupState) -> None:
    register_portal(cast(Flask, state.app), PORTAL)
