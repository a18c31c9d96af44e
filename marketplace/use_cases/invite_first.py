"""Inviting a person to a staff role from the command line: by whoever runs the installation, where no administrator is
left (or yet) to do it."""

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import system
from marketplace.models.people import Organiser
from marketplace.roles import STAFF, Role
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.invite import Invited, Invitee, invite_person
from marketplace.use_cases.refusals import Refused


def invite_first(desk: Desk, organiser_code: str, name: str, email: str, role: Role, language: str = "fi") -> Invited:
    """Invite by mail. Refused: `organiser_unknown`, `unknown_role`, `role_held`."""
    if role not in STAFF:
        raise Refused("unknown_role", "role")
    with desk.looking() as session:
        organiser = session.scalar(select(Organiser).where(Organiser.code == organiser_code))
    if organiser is None:
        raise Refused("organiser_unknown", "organiser")
    with desk.transaction(system(organiser.id), Action.FOUND_ORGANISER) as tx:
        return invite_person(
            tx,
            Invitee(
                name=name,
                role=role,
                email=email,
                language=language,
                organiser_id=organiser.id,
                place=organiser.name.get(language) or organiser.name["fi"],
                demonstration=organiser.demonstration,
            ),
        )
