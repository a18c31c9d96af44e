"""Who acts: one person in one role, for one organiser. Handed to every use case."""

from dataclasses import dataclass

from marketplace.roles import Role


@dataclass(frozen=True)
class Actor:
    """`organiser_id` is the organiser whose rows this person works with now; a provider's people choose it at the top of
    their page. `account_id` is None only for the system."""

    role: Role | None
    account_id: int | None = None
    organiser_id: int | None = None
    provider_id: int | None = None
    client_id: int | None = None
    name: str = ""
    language: str = "fi"

    @property
    def is_system(self) -> bool:
        return self.role is Role.SYSTEM


def system(organiser_id: int | None) -> Actor:
    """The worker, acting by date or by queue for one organiser."""
    return Actor(role=Role.SYSTEM, organiser_id=organiser_id, name="Valinta")


def public(organiser_id: int | None, language: str = "fi") -> Actor:
    """Anyone, without a login, looking at one organiser's public pages."""
    return Actor(role=None, organiser_id=organiser_id, language=language)
