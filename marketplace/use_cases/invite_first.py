"""The first rows of a real installation: an organiser, and the first person of a role. Done from the command line by
whoever owns the installation, and said to the audit as such."""

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import system
from marketplace.models.people import Organiser
from marketplace.roles import STAFF, Role
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.invite import Invited, Invitee, invite_person
from marketplace.use_cases.refusals import Refused

KINDS = ("municipality", "employment_area", "wellbeing_county")


@dataclass(frozen=True)
class NewOrganiser:
    code: str
    name: dict[str, str]
    kind: str
    business_id: str
    e_invoice_address: str
    debtor_iban: str
    contact: str
    email: str
    phone: str
    address: str
    municipalities: tuple[str, ...]
    demonstration: bool = False


def create_organiser(desk: Desk, new: NewOrganiser) -> int:
    """Returns the organiser's id. Refused: `organiser_code_taken`, `organiser_kind_unknown`."""
    if new.kind not in KINDS:
        raise Refused("organiser_kind_unknown", "kind")
    with desk.transaction(system(None), Action.RUN_DUE_WORK) as tx:
        if tx.session.scalar(select(Organiser.id).where(Organiser.code == new.code)) is not None:
            raise Refused("organiser_code_taken", "code")
        made = Organiser(**{**vars(new), "municipalities": list(new.municipalities)})
        tx.session.add(made)
        tx.session.flush()
        tx.audit("organiser.created", "organiser", made.id, code=new.code)
        return made.id


def invite_first(desk: Desk, organiser_code: str, name: str, email: str, role: Role, language: str = "fi") -> Invited:
    """Invite a person to a staff role of an organiser, by mail. Refused: `organiser_unknown`, `unknown_role`,
    `role_held`."""
    if role not in STAFF:
        raise Refused("unknown_role", "role")
    with desk.looking() as session:
        organiser = session.scalar(select(Organiser).where(Organiser.code == organiser_code))
    if organiser is None:
        raise Refused("organiser_unknown", "organiser")
    with desk.transaction(system(organiser.id), Action.RUN_DUE_WORK) as tx:
        return invite_person(
            tx,
            Invitee(
                name=name,
                role=role,
                email=email,
                language=language,
                organiser_id=organiser.id,
                place=organiser.name.get(language) or organiser.name["fi"],
            ),
        )
