"""A manager invites the company's people, and ends their access when they leave."""

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.people import Account, Membership
from marketplace.roles import PROVIDERS, Role
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.end_account import sole_holder
from marketplace.use_cases.invite import Invitee, invite_person
from marketplace.use_cases.own_company import own_provider, provider_id_of
from marketplace.use_cases.refusals import Missing, Refused


@dataclass(frozen=True)
class InviteCoach:
    """Who is invited, and as what: Role.PROVIDER_COACH or Role.PROVIDER_MANAGER."""

    name: str
    email: str
    role: Role
    language: str = "fi"
    phone: str | None = None
    once: str | None = None


@dataclass(frozen=True)
class CoachInvited:
    membership_id: int


def invite_coach(desk: Desk, actor: Actor, order: InviteCoach) -> CoachInvited:
    """Invite a coach or a manager to the company. Refused: person_name_missing, unknown_role; role_held from the step
    that invites, when the person has the role already."""
    with desk.transaction(actor, Action.INVITE_COACH) as tx:
        if done := tx.first_click("invite_coach", order.once):
            return CoachInvited(**done)
        if not order.name.strip():
            raise Refused("person_name_missing", "name")
        if order.role not in PROVIDERS:
            raise Refused("unknown_role", "role")
        provider = own_provider(tx)
        made = invite_person(
            tx,
            Invitee(
                name=order.name.strip(),
                role=order.role,
                email=order.email,
                phone=order.phone,
                language=order.language,
                provider_id=provider.id,
                place=provider.name,
                demonstration=provider.demonstration,
            ),
        )
        tx.remember_click("invite_coach", order.once, membership_id=made.membership_id)
        return CoachInvited(made.membership_id)


def end_person(desk: Desk, actor: Actor, membership_id: int) -> None:
    """End a person's access to the company, at once: her next click is a login page.

    Refused: last_manager, because somebody must be able to invite the next. Missing for a stranger's or an ended one.
    """
    with desk.transaction(actor, Action.INVITE_COACH) as tx:
        membership = tx.session.scalar(
            select(Membership)
            .join(Account, Account.id == Membership.account_id)
            .where(
                Membership.id == membership_id,
                Membership.provider_id == provider_id_of(tx),
                Membership.ended_at.is_(None),
                Account.ended_at.is_(None),
            )
        )
        if membership is None:
            raise Missing("membership")
        if sole_holder(tx, membership):
            raise Refused("last_manager")
        membership.ended_at = tx.now
        tx.audit("company.end_person", "membership", membership.id, account_id=membership.account_id,
                 role=membership.role)  # fmt: skip
