"""What the common page frame needs to know about a portal and about the person at the screen.

A portal registers itself once: `register_portal(app, Portal(...))`. Login puts `Person(...)` into `g.person`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from flask import Flask, current_app, g, request, url_for
from werkzeug.routing import BuildError

from marketplace.web.i18n import LazyText

View = TypeVar("View", bound=Callable[..., Any])
PORTALS = "valinta.portals"
FOOTER = "valinta.footer"


def public(view: View) -> View:
    """Marks a view that anybody may open, as `may(Action.X)` marks the others."""
    vars(view)["action"] = "public"
    return view


@dataclass(frozen=True)
class NavLink:
    """One place in a portal's menu. `under` names other endpoints that belong to the same place (an ending * is any)."""

    endpoint: str
    label: LazyText | str
    under: tuple[str, ...] = ()

    def active(self, endpoint: str | None) -> bool:
        here = endpoint or ""
        return any(
            here.startswith(name.removesuffix("*")) if name.endswith("*") else here == name
            for name in (self.endpoint, *self.under)
        )


class NavItem(NamedTuple):
    """What the template draws."""

    endpoint: str
    label: LazyText | str
    active: bool


@dataclass(frozen=True)
class Portal:
    """A portal: the name of its blueprint(s), its name on the page, its front page and its menu for this person."""

    blueprint: str
    name: LazyText | str
    home: str
    nav: Callable[[], Iterable[NavLink]] = field(default=lambda: ())

    def items(self) -> list[NavItem]:
        return [NavItem(link.endpoint, link.label, link.active(request.endpoint)) for link in self.nav()]


@dataclass(frozen=True)
class Person:
    """Who is at the screen, for the header. `log_out` is the address that the log-out button posts to."""

    name: str
    role: LazyText | str
    log_out: str
    place: str = ""
    links: tuple[tuple[str, LazyText | str], ...] = ()  # (address, words), beside the log-out button


def register_portal(app: Flask, portal: Portal) -> None:
    app.extensions.setdefault(PORTALS, {})[portal.blueprint] = portal


def footer_link(app: Flask, endpoint: str, label: LazyText | str) -> None:
    """A link in every page's footer, such as the accessibility statement."""
    app.extensions.setdefault(FOOTER, []).append((endpoint, label))


def current_portal() -> Portal | None:
    """The portal of this page, by its blueprint (or the blueprint's parent)."""
    portals: dict[str, Portal] = current_app.extensions.get(PORTALS, {})
    for name in (request.blueprints if request else ()) or ():
        if name in portals:
            return portals[name]
    return None


def current_person() -> Person | None:
    found = g.get("person")
    return found if isinstance(found, Person) else None


def footer_links() -> list[tuple[str, LazyText | str]]:
    links = []
    for endpoint, label in current_app.extensions.get(FOOTER, []):
        try:
            links.append((url_for(endpoint), label))
        except BuildError:
            continue  # a portal that this installation does not run
    return links
