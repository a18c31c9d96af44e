"""The task list of the first page. A module of `views/` gives the tasks of its own work:

    @tasks_for(Role.PROVIDER_MANAGER, Role.PROVIDER_COACH)
    def client_tasks() -> Iterable[Task]:
        ...one use-case call, turned into tasks...

and may show more below the list with `@panel_for(..)`, a function that gives a template's name and what it needs.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from marketplace.access.actor import Actor
from marketplace.roles import Role


@dataclass(frozen=True)
class Task:
    """What needs this person: in which words, why, by when (already written out, or None), and one button."""

    title: str
    why: str
    url: str
    button: str
    deadline: str | None = None
    urgent: bool = False


Giver = Callable[[], Iterable[Task]]
Panel = Callable[[], tuple[str, dict[str, Any]]]
AnyGiver = TypeVar("AnyGiver", bound=Giver)
AnyPanel = TypeVar("AnyPanel", bound=Panel)

_GIVERS: dict[Role, list[Giver]] = {}
_PANELS: dict[Role, list[Panel]] = {}


def tasks_for(*roles: Role) -> Callable[[AnyGiver], AnyGiver]:
    """Names the roles whose first page shows the tasks of this function."""

    def add(giver: AnyGiver) -> AnyGiver:
        for role in roles:
            _GIVERS.setdefault(role, []).append(giver)
        return giver

    return add


def panel_for(*roles: Role) -> Callable[[AnyPanel], AnyPanel]:
    """Names the roles whose first page shows this panel below the tasks."""

    def add(panel: AnyPanel) -> AnyPanel:
        for role in roles:
            _PANELS.setdefault(role, []).append(panel)
        return panel

    return add


def tasks_of(actor: Actor) -> list[Task]:
    """Everything that waits for this person, urgent tasks first."""
    found = [task for giver in _GIVERS.get(_role(actor), ()) for task in giver()]
    return sorted(found, key=lambda task: not task.urgent)


def panels_of(actor: Actor) -> list[tuple[str, dict[str, Any]]]:
    """The panels below the tasks. Without an organiser there is nothing to show yet."""
    if actor.organiser_id is None:
        return []
    return [panel() for panel in _PANELS.get(_role(actor), ())]


def _role(actor: Actor) -> Role:
    return actor.role or Role.SYSTEM
