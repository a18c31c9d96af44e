"""A region's own list of companies, row by row.

Each row is one transaction: the registering's own (`register_provider`). Being on the list is not being approved: each
company still applies, and procurement decides.
"""

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.people import Organiser
from marketplace.models.providers import Provider
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.importing import ADDED, Taken
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.register_provider import RegisterProvider, register_provider

COMPARED = ("name", "legal_form", "vat_registered", "iban", "e_invoice_address", "email", "phone")


def is_demonstration(desk: Desk, actor: Actor) -> bool:
    """Whether what this organiser's people add belongs to a demonstration."""
    with desk.reading(actor, Action.SEE_PROVIDERS) as tx:
        return bool(tx.session.scalar(select(Organiser.demonstration).where(Organiser.id == tx.organiser_id)))


def import_provider(desk: Desk, actor: Actor, order: RegisterProvider) -> Taken:
    """Add one company of a list and invite its manager by mail, or find it here.

    One that is here already is not changed: its own people keep its data. What the list says differently is reported.
    Refused as `register_provider`, but for company_registered.
    """
    try:
        register_provider(desk, actor, order)
    except Refused as refused:
        if refused.code != "company_registered":
            raise
        return _known(desk, actor, order)
    return ADDED


def _known(desk: Desk, actor: Actor, order: RegisterProvider) -> Taken:
    with desk.reading(actor, Action.SEE_PROVIDERS) as tx:
        company = tx.session.scalars(select(Provider).where(Provider.business_id == order.business_id)).one()
        return Taken(False, tuple(name for name in COMPARED if getattr(company, name) != getattr(order, name)))
