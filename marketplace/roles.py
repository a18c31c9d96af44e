"""The roles: who may be somebody in the house. A person may hold several, each within one organiser or provider."""

from enum import StrEnum


class Role(StrEnum):
    """A short code for each role; the words people see live with the labels of the pages."""

    CLIENT = "client"
    PROVIDER_MANAGER = "provider_manager"
    PROVIDER_COACH = "provider_coach"
    CASEWORKER = "caseworker"
    PROCUREMENT = "procurement"
    APPROVER = "approver"
    FINANCE = "finance"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


PROVIDERS: frozenset[Role] = frozenset({Role.PROVIDER_MANAGER, Role.PROVIDER_COACH})
"""Whoever acts for a provider."""

STAFF: frozenset[Role] = frozenset(
    {Role.CASEWORKER, Role.PROCUREMENT, Role.APPROVER, Role.FINANCE, Role.AUDITOR, Role.ADMINISTRATOR}
)
"""Whoever works for an organiser. The system is nobody's employee: it only does what a rule says by itself."""
