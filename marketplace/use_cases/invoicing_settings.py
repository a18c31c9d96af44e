"""How an organiser takes invoices: its e-invoice address and operator, its own reference, the term, and who else receives
or pays. What official rules of e-invoices do not look at is looked at here, where it is written."""

from dataclasses import dataclass

from sqlalchemy import select
from stdnum.fi import ytunnus

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.einvoices import InvoicingSettings
from marketplace.models.people import Organiser
from marketplace.references import fits_form, is_operator, is_ovt
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.einvoice_steps import settings_of
from marketplace.use_cases.refusals import Refused


@dataclass(frozen=True)
class Invoicing:
    """All of it. Texts may be empty: then the organiser itself receives and pays, and the reference is the programme's
    cost centre. `reference_form`: 9 stands for a digit, A for a letter."""

    e_invoice_address: str
    operator: str = ""
    reference: str = ""
    reference_form: str = ""
    payment_days: int = 30
    recipient_name: str = ""
    recipient_business_id: str = ""
    payer_name: str = ""
    payer_business_id: str = ""


def read_invoicing(desk: Desk, actor: Actor) -> Invoicing:
    """The settings as they are."""
    with desk.reading(actor, Action.SET_INVOICING) as tx:
        own = settings_of(tx)
        return Invoicing(
            _organiser(tx).e_invoice_address, own.operator, own.reference, own.reference_form, own.payment_days,
            own.recipient_name, own.recipient_business_id, own.payer_name, own.payer_business_id,
        )  # fmt: skip


def set_invoicing(desk: Desk, actor: Actor, wanted: Invoicing) -> None:
    """Keep the settings for the invoices from now on; those that were sent do not change.

    Refused at the field: ovt_wrong, operator_wrong, reference_form (form), payment_days_range, party_business_id_wrong,
    name_or_id_missing.
    """
    with desk.transaction(actor, Action.SET_INVOICING) as tx:
        _check(wanted)
        organiser = _organiser(tx)
        own = tx.session.scalar(select(InvoicingSettings).with_for_update())
        if own is None:
            own = InvoicingSettings(organiser_id=tx.organiser_id)
            tx.session.add(own)
        changed = [
            name
            for name, value in vars(wanted).items()
            if getattr(organiser if name == "e_invoice_address" else own, name) != value
        ]
        for name in changed:
            setattr(organiser if name == "e_invoice_address" else own, name, getattr(wanted, name))
        if changed:
            tx.audit("settings.invoicing", "organiser", tx.organiser_id, fields=changed)


def _organiser(tx: Tx) -> Organiser:
    return tx.session.scalars(select(Organiser).where(Organiser.id == tx.organiser_id)).one()


def _check(wanted: Invoicing) -> None:
    if not is_ovt(wanted.e_invoice_address):
        raise Refused("ovt_wrong", "e_invoice_address")
    if wanted.operator and not is_operator(wanted.operator):
        raise Refused("operator_wrong", "operator")
    if wanted.reference and not fits_form(wanted.reference, wanted.reference_form):
        raise Refused("reference_form", "reference", form=wanted.reference_form)
    if not 1 <= wanted.payment_days <= 30:
        raise Refused("payment_days_range", "payment_days")
    for who in ("recipient", "payer"):
        name, business_id = getattr(wanted, f"{who}_name"), getattr(wanted, f"{who}_business_id")
        if bool(name) != bool(business_id):
            raise Refused("name_or_id_missing", f"{who}_name")
        if business_id and not ytunnus.is_valid(business_id):
            raise Refused("party_business_id_wrong", f"{who}_business_id")
