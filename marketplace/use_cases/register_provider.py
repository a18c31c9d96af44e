"""A company registers itself: once, for all organisers. Its codes for the neutral order are drawn here and never change."""

import secrets
from base64 import b32encode
from dataclasses import dataclass

from sqlalchemy import select, text

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.providers import ControlGroup, Provider
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.invite import Invitee, invite_person
from marketplace.use_cases.notices import tell_provider
from marketplace.use_cases.own_company import LEGAL_FORMS
from marketplace.use_cases.refusals import Refused

CODE_LENGTH = 10  # base32: 50 random bits


@dataclass(frozen=True)
class RegisterProvider:
    """A company and its first manager.

    business_id: with a right check digit. iban: without spaces. belongs_to: the business id of a company under the same
    control that has registered already; None when the company stands alone.
    """

    business_id: str
    name: str
    legal_form: str
    vat_registered: bool
    iban: str
    e_invoice_address: str | None
    email: str
    phone: str
    manager_name: str
    manager_email: str
    belongs_to: str | None = None
    language: str = "fi"
    demonstration: bool = False
    once: str | None = None


@dataclass(frozen=True)
class Registered:
    provider_id: int


def register_provider(desk: Desk, actor: Actor, order: RegisterProvider) -> Registered:
    """Make the company, its place in a control group, and its first manager's account with an invitation by mail.

    The result is the same whether or not the manager's e-mail has an account: a stranger must not learn who has one.
    Refused: company_registered (`business_id`), group_is_itself and group_unknown (`belongs_to`), company_name_missing,
    unknown_legal_form.
    """
    with desk.transaction(actor, Action.REGISTER_PROVIDER) as tx:
        if done := tx.first_click("register_provider", order.once):
            return Registered(**done)
        _check(order)
        _alone(tx, order.business_id)
        provider = Provider(
            business_id=order.business_id,
            unit=_code("u"),
            control_group_id=_group(tx, order),
            name=order.name.strip(),
            legal_form=order.legal_form,
            vat_registered=order.vat_registered,
            iban=order.iban,
            e_invoice_address=order.e_invoice_address,
            email=order.email,
            phone=order.phone,
            registered_at=tx.now,
            demonstration=order.demonstration,
        )
        tx.session.add(provider)
        tx.session.flush()
        tx.audit("company.register", "provider", provider.id, unit=provider.unit, joined_group=bool(order.belongs_to))
        _tell_group(tx, provider, order)
        invite_person(
            tx,
            Invitee(
                name=order.manager_name.strip(),
                role=Role.PROVIDER_MANAGER,
                email=order.manager_email,
                language=order.language,
                provider_id=provider.id,
                place=provider.name,
                demonstration=order.demonstration,
            ),
        )
        tx.remember_click("register_provider", order.once, provider_id=provider.id)
        return Registered(provider.id)


def _check(order: RegisterProvider) -> None:
    if not order.name.strip():
        raise Refused("company_name_missing", "name")
    if order.legal_form not in LEGAL_FORMS:
        raise Refused("unknown_legal_form", "legal_form")
    if order.belongs_to == order.business_id:
        raise Refused("group_is_itself", "belongs_to")


def _alone(tx: Tx, business_id: str) -> None:
    """Nobody else registers this company meanwhile, and nobody has before."""
    key = {"key": f"business-id/{business_id}"}
    tx.session.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), key)
    if tx.session.scalar(select(Provider.id).where(Provider.business_id == business_id)) is not None:
        raise Refused("company_registered", "business_id", business_id=business_id)


def _group(tx: Tx, order: RegisterProvider) -> int:
    if order.belongs_to is None:
        group = ControlGroup(code=_code("g"))
        tx.session.add(group)
        tx.session.flush()
        return group.id
    found = tx.session.scalar(select(Provider.control_group_id).where(Provider.business_id == order.belongs_to))
    if found is None:
        raise Refused("group_unknown", "belongs_to", business_id=order.belongs_to)
    return found


def _tell_group(tx: Tx, provider: Provider, order: RegisterProvider) -> None:
    """Siblings stand after one another in the order, so a false sibling would push a company back: the others are told
    at once, and procurement sees the group before it decides."""
    if order.belongs_to is None:
        return
    siblings = tx.session.scalars(
        select(Provider.id).where(Provider.control_group_id == provider.control_group_id, Provider.id != provider.id)
    )
    for sibling in siblings.all():
        tell_provider(tx, sibling, "group_joined", f"group/{provider.id}/{sibling}", company=provider.name,
                      business_id=provider.business_id)  # fmt: skip


def _code(letter: str) -> str:
    """A random code that says nothing of the company: a letter and ten marks of a-z, 2-7."""
    return letter + b32encode(secrets.token_bytes(10)).decode().lower()[:CODE_LENGTH]
