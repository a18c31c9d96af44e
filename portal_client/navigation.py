"""The menu of the client's portal: a client's own places, and for a visitor the public ones. A place that is not there
is left out."""

from collections.abc import Iterator
from typing import cast

from flask import Flask, current_app, url_for

from marketplace.roles import Role
from marketplace.web.guard import actor
from marketplace.web.i18n import lazy_gettext
from marketplace.web.portals import NavLink, Portal, register_portal
from portal_client import bp

CLIENT = (
    NavLink(
        "portal_client.today", lazy_gettext("My voucher"), ("portal_client.choice_rec*", "portal_client.refuse*")
    ),
    NavLink(
        "portal_client.compare_start",
        lazy_gettext("Choose a provider"),
        ("portal_client.compare*", "portal_client.choose*"),
    ),
    NavLink("portal_client.events", lazy_gettext("What has been done"), ("portal_client.event*",)),
    NavLink("portal_client.decisions", lazy_gettext("Decisions"), ("portal_client.decision*",)),
    NavLink("portal_client.my_data", lazy_gettext("My data"), ("portal_client.own_account",)),
)
VISITOR = (
    NavLink("portal_client.providers", lazy_gettext("Providers"), ("portal_client.provider*",)),
    NavLink("portal_client.how_order", lazy_gettext("How the order is drawn")),
    NavLink("portal_client.login", lazy_gettext("Log in")),
)


ASSISTING = (
    NavLink("admin.today", lazy_gettext("Today")),
    NavLink("admin.clients", lazy_gettext("Clients"), ("portal_client.assist*", "portal_client.proposal*")),
)


def menu() -> Iterator[NavLink]:
    """The places of the person at the screen; a caseworker comes here to assist, and goes back to her own."""
    role = actor().role
    for link in CLIENT if role is Role.CLIENT else ASSISTING if role is Role.CASEWORKER else VISITOR:
        if link.endpoint in current_app.view_functions:
            yield link


def how_order_url() -> str | None:
    """The public page that says how the order is drawn."""
    endpoint = "portal_client.how_order"
    return url_for(endpoint) if endpoint in current_app.view_functions else None


bp.record_once(
    lambda state: register_portal(
        cast(Flask, state.app),
        Portal("portal_client", lazy_gettext("Service voucher"), home="portal_client.front", nav=menu),
    )
)
