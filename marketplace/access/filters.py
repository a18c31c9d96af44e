"""Who may see which rows, as WHERE clauses: the one place for "who may see this voucher"."""

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from marketplace.access.actor import Actor
from marketplace.models.clients import Client
from marketplace.models.decisions import Decision
from marketplace.models.events import Event, Objection, Outcome
from marketplace.models.invoices import Invoice
from marketplace.models.providers import Application, Approval
from marketplace.models.vouchers import Voucher
from marketplace.roles import Role

PROVIDER_ROLES = frozenset({Role.PROVIDER_MANAGER, Role.PROVIDER_COACH})
CASE_ROLES = frozenset({Role.CASEWORKER, Role.SYSTEM})


def visible_vouchers(actor: Actor) -> ColumnElement[bool]:
    """A client sees her own; a provider's people those where they are the client's present choice; caseworkers, finance
    and auditors all of their organiser's."""
    own = Voucher.organiser_id == actor.organiser_id
    if actor.role is Role.CLIENT:
        return and_(own, Voucher.client_id == actor.client_id)
    if actor.role in PROVIDER_ROLES:
        return and_(own, Voucher.provider_id == actor.provider_id, Voucher.state.in_(LIVING_WITH_PROVIDER))
    if actor.role in CASE_ROLES | {Role.FINANCE, Role.AUDITOR}:
        return own
    return false()


LIVING_WITH_PROVIDER = ("chosen", "active", "expired", "ended", "revoked", "refused", "closed")
"""States in which `voucher.provider_id`, where it is set, still is the client's provider or was her last one."""


def visible_clients(actor: Actor) -> ColumnElement[bool]:
    """A client sees herself; a provider's people the clients who have chosen them and whom they have confirmed;
    caseworkers all of their organiser's. Finance and auditors see voucher numbers, not people."""
    own = Client.organiser_id == actor.organiser_id
    if actor.role is Role.CLIENT:
        return and_(own, Client.id == actor.client_id)
    if actor.role in PROVIDER_ROLES:
        theirs = select(Voucher.id).where(Voucher.client_id == Client.id, visible_vouchers(actor))
        return and_(own, exists(theirs))
    if actor.role in CASE_ROLES:
        return own
    return false()


def visible_events(actor: Actor) -> ColumnElement[bool]:
    """A client sees her own; a provider's people those that their company recorded; caseworkers, finance, auditors all."""
    own = Event.organiser_id == actor.organiser_id
    if actor.role is Role.CLIENT:
        mine = select(Voucher.id).where(
            Voucher.client_id == actor.client_id, Voucher.organiser_id == actor.organiser_id
        )
        return and_(own, Event.voucher_id.in_(mine))
    if actor.role in PROVIDER_ROLES:
        return and_(own, Event.provider_id == actor.provider_id)
    if actor.role in CASE_ROLES | {Role.FINANCE, Role.AUDITOR}:
        return own
    return false()


def visible_objections(actor: Actor) -> ColumnElement[bool]:
    own = Objection.organiser_id == actor.organiser_id
    if actor.role is Role.CLIENT:
        return and_(own, Objection.client_id == actor.client_id)
    if actor.role in PROVIDER_ROLES:
        return and_(own, Objection.provider_id == actor.provider_id)
    return own if actor.role in CASE_ROLES else false()


def visible_outcomes(actor: Actor) -> ColumnElement[bool]:
    own = Outcome.organiser_id == actor.organiser_id
    if actor.role is Role.CLIENT:
        return and_(own, Outcome.client_id == actor.client_id)
    if actor.role in PROVIDER_ROLES:
        return and_(own, Outcome.provider_id == actor.provider_id)
    return own if actor.role in CASE_ROLES else false()


def visible_decisions(actor: Actor) -> ColumnElement[bool]:
    """The party sees its own; caseworkers those about clients and about bonuses, which they decide; procurement those
    about providers, auditors all."""
    own = Decision.organiser_id == actor.organiser_id
    if actor.role is Role.CLIENT:
        return and_(own, Decision.client_id == actor.client_id)
    if actor.role is Role.PROVIDER_MANAGER:
        return and_(own, Decision.provider_id == actor.provider_id)
    if actor.role is Role.CASEWORKER:
        return and_(own, or_(Decision.client_id.is_not(None), Decision.kind.in_(("outcome_rejection", "clawback"))))
    if actor.role in {Role.PROCUREMENT, Role.APPROVER}:
        return and_(own, Decision.provider_id.is_not(None))
    return own if actor.role in {Role.AUDITOR, Role.SYSTEM} else false()


def visible_invoices(actor: Actor) -> ColumnElement[bool]:
    own = Invoice.organiser_id == actor.organiser_id
    if actor.role is Role.PROVIDER_MANAGER:
        return and_(own, Invoice.provider_id == actor.provider_id)
    return own if actor.role in {Role.FINANCE, Role.AUDITOR, Role.SYSTEM} else false()


def visible_applications(actor: Actor) -> ColumnElement[bool]:
    own = Application.organiser_id == actor.organiser_id
    if actor.role is Role.PROVIDER_MANAGER:
        return and_(own, Application.provider_id == actor.provider_id)
    if actor.role in {Role.PROCUREMENT, Role.APPROVER, Role.AUDITOR}:
        return and_(own, Application.state != "draft")
    return false()


def visible_approvals(actor: Actor) -> ColumnElement[bool]:
    """Approvals are public; a provider's people work with their own."""
    if actor.role in PROVIDER_ROLES:
        return and_(Approval.organiser_id == actor.organiser_id, Approval.provider_id == actor.provider_id)
    return Approval.organiser_id == actor.organiser_id if actor.organiser_id else true()
