"""The task list of the first page, role by role. A module of `views/` gives the tasks of its own work:

    @tasks_for(Role.FINANCE)
    def finance_tasks() -> Iterable[Task]:
        ...one use-case call, turned into tasks...

Every role may have several givers; their tasks stand in the order in which the modules are loaded, urgent ones first.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

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
AnyGiver = TypeVar("AnyGiver", bound=Giver)

_GIVERS: dict[Role, list[Giver]] = {}


def tasks_for(*roles: Role) -> Callable[[AnyGiver], AnyGiver]:
    """Names the roles whose first page shows the tasks of this function."""

    def add(giver: AnyGiver) -> AnyGiver:
        for role in roles:
            _GIVERS.setdefault(role, []).append(giver)
        return giver

    return add


def tasks_of(actor: Actor) -> list[Task]:
    """Everything that waits for this person, urgent tasks first."""
    if actor.role is None:
        return []
    found = [task for giver in _GIVERS.get(actor.role, ()) for task in giver()]
    return sorted(found, key=lambda task: not task.urgent)
