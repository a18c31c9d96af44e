"""The menu of the provider's portal. A place whose page is not there, or not for this role, is left out."""

from collections.abc import Iterator
from typing import cast

from flask import Flask, current_app

from marketplace.roles import PROVIDERS, Role
from marketplace.web.guard import actor
from marketplace.web.i18n import lazy_gettext
from marketplace.web.portals import NavLink, Portal, register_portal
from portal_provider import bp

MANAGER = frozenset({Role.PROVIDER_MANAGER})

TODAY = NavLink("portal_provider.today", lazy_gettext("Today"))
CLIENTS = NavLink(
    "portal_provider.clients",
    lazy_gettext("Clients"),
    ("portal_provider.client*", "portal_provider.event*", "portal_provider.choice*", "portal_provider.objection*",
     "portal_provider.question*"),
)
OUTCOMES = NavLink("portal_provider.outcomes", lazy_gettext("Outcomes"), ("portal_provider.outcome*",))
INVOICES = NavLink("portal_provider.invoices", lazy_gettext("Invoices"), ("portal_provider.invoice*",))
PLACES = NavLink("portal_provider.places", lazy_gettext("Free places"), ("portal_provider.place*", "portal_provider.price*"))
COMPANY = NavLink(
    "portal_provider.company",
    lazy_gettext("Company"),
    ("portal_provider.company*", "portal_provider.site*", "portal_provider.people*"),
)
APPLICATIONS = NavLink(
    "portal_provider.applications",
    lazy_gettext("Applications"),
    (
        "portal_provider.application*",
        "portal_provider.rulebook*",
        "portal_provider.decision*",
        "portal_provider.leave_list*",
    ),
)

MENU = (
    (TODAY, PROVIDERS),
    (CLIENTS, PROVIDERS),
    (OUTCOMES, PROVIDERS),
    (INVOICES, MANAGER),
    (PLACES, MANAGER),
    (COMPANY, PROVIDERS),
    (APPLICATIONS, MANAGER),
)


def menu() -> Iterator[NavLink]:
    """The places of the person at the screen."""
    role = actor().role
    for link, roles in MENU:
        if role in roles and link.endpoint in current_app.view_functions:
            yield link


bp.record_once(
    lambda state: register_portal(
        cast(Flask, state.app),
        Portal("portal_provider", lazy_gettext("Provider's service"), home="portal_provider.today", nav=menu),
    )
)
