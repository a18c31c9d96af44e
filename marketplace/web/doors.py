"""The three portals' doors: where each begins, and who belongs behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, update_wrapper
from typing import Any

from flask import current_app, url_for

from marketplace.roles import PROVIDERS, STAFF, Role
from marketplace.web.setup import safe_next


@dataclass(frozen=True)
class Door:
    """`key` names the door in mail templates; `letter`: it opens with the code of a letter too."""

    key: str
    blueprint: str
    path: str
    roles: frozenset[Role]
    letter: bool = False

    def url(self, page: str, **values: object) -> str:
        return url_for(f"{self.blueprint}.{page}", **values)  # type: ignore[arg-type]

    def holds(self, path: str) -> bool:
        """Whether an address lies behind this door. The client's has no prefix: hers is what no other door holds."""
        inside = [door for door in DOORS if door.path and (path + "/").startswith(door.path + "/")]
        return inside == [self] if self.path else not inside


CLIENT_DOOR = Door("client", "portal_client", "", frozenset({Role.CLIENT}), letter=True)
PROVIDER_DOOR = Door("provider", "portal_provider", "/provider", PROVIDERS)
STAFF_DOOR = Door("admin", "admin", "/admin", STAFF)
DOORS = (CLIENT_DOOR, PROVIDER_DOOR, STAFF_DOOR)


def door_of(role: Role | None) -> Door:
    """The door of a role; a stranger's is the client's."""
    return next((door for door in DOORS if role in door.roles), CLIENT_DOOR)


def way_in(role: Role, asked: str | None) -> str:
    """Where a person goes after logging in: the page she asked for, when it is behind her door, or her first page."""
    door = door_of(role)
    target = safe_next(asked)
    return target if target != "/" and door.holds(target) else door.url("today")


def behind(door: Door, view: Callable[..., Any], *values: object) -> Callable[..., Any]:
    """The view of one door, out of one that is written for all. It keeps the name by which Flask's helpers ask for it."""
    return update_wrapper(partial(view, door, *values), view)


def has_page(endpoint: str) -> bool:
    """Whether this installation has such a page."""
    return endpoint in current_app.view_functions
