"""A new organiser on this installation, with its first administrator. Done from the command line, by whoever runs it."""

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import system
from marketplace.models.people import Organiser
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.invite import Invitee, invite_person
from marketplace.use_cases.refusals import Refused

KINDS = ("municipality", "employment_area", "wellbeing_county")


@dataclass(frozen=True, kw_only=True)
class NewOrganiser:
    """`code` names it in addresses and in the order log ([a-z0-9-], for ever). A demonstration is marked everywhere."""

    code: str
    name: dict[str, str]
    kind: str
    business_id: str
    e_invoice_address: str
    contact: str
    email: str
    phone: str
    address: str
    municipalities: tuple[str, ...]
    debtor_iban: str
    administrator_name: str
    administrator_email: str
    demonstration: bool = False


def create_organiser(desk: Desk, order: NewOrganiser) -> int:
    """Make the organiser and invite its first administrator by mail; returns its id. Refused: organiser_exists,
    organiser_kind."""
    with desk.transaction(system(None), Action.FOUND_ORGANISER) as tx:
        if order.kind not in KINDS:
            raise Refused("organiser_kind", "kind")
        if tx.session.scalar(select(Organiser.id).where(Organiser.code == order.code)) is not None:
            raise Refused("organiser_exists", "code", organiser=order.code)
        made = Organiser(
            code=order.code,
            name=order.name,
            kind=order.kind,
            business_id=order.business_id,
            e_invoice_address=order.e_invoice_address,
            contact=order.contact,
            email=order.email,
            phone=order.phone,
            address=order.address,
            municipalities=list(order.municipalities),
            debtor_iban=order.debtor_iban,
            demonstration=order.demonstration,
        )
        tx.session.add(made)
        tx.session.flush()
        organiser_id = made.id
    with desk.transaction(system(organiser_id), Action.FOUND_ORGANISER) as tx:
        tx.audit("organiser.create", "organiser", organiser_id, code=order.code)
        invite_person(
            tx,
            Invitee(
                name=order.administrator_name,
                role=Role.ADMINISTRATOR,
                email=order.administrator_email,
                organiser_id=organiser_id,
                place=order.name["fi"],
                demonstration=order.demonstration,
            ),
        )
    return organiser_id
