"""The administrator's work: who works here, in which role; inviting and ending."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.people import Account, Membership, Organiser
from marketplace.roles import STAFF, Role
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.end_account import end_membership
from marketplace.use_cases.invite import Invited, Invitee, invite_person
from marketplace.use_cases.refusals import Missing, Refused


@dataclass(frozen=True)
class StaffMember:
    """One person in one role. `came_in`: she has a password, so the invitation has been used."""

    membership_id: int
    name: str
    email: str | None
    role: Role
    since: datetime
    came_in: bool
    is_self: bool


@dataclass(frozen=True)
class InviteStaff:
    name: str
    email: str
    role: Role
    language: str
    once: str | None = None


def staff_list(desk: Desk, actor: Actor) -> tuple[StaffMember, ...]:
    """Everyone who works for the organiser, by name."""
    with desk.reading(actor, Action.MANAGE_STAFF) as tx:
        rows = tx.session.execute(
            select(Membership, Account)
            .join(Account, Account.id == Membership.account_id)
            .where(*_ours(tx), Account.ended_at.is_(None))
            .order_by(Account.name, Membership.id)
        ).all()
        return tuple(
            StaffMember(
                membership_id=membership.id,
                name=account.name,
                email=account.email,
                role=Role(membership.role),
                since=membership.since,
                came_in=account.password_hash is not None,
                is_self=account.id == actor.account_id,
            )
            for membership, account in rows
        )


def invite_staff(desk: Desk, actor: Actor, order: InviteStaff) -> int:
    """Invite a person to a staff role; also once more, when the first mail was lost. Returns the membership's id.

    Refused: `unknown_role` (`role`), `role_held` (`email`).
    """
    if order.role not in STAFF:
        raise Refused("unknown_role", "role")
    with desk.transaction(actor, Action.MANAGE_STAFF) as tx:
        if done := tx.first_click("invite_staff", order.once):
            return int(done["membership"])
        organiser = tx.session.scalars(select(Organiser).where(Organiser.id == tx.organiser_id)).one()
        invited: Invited = invite_person(
            tx,
            Invitee(
                name=order.name,
                role=order.role,
                email=order.email,
                language=order.language,
                organiser_id=organiser.id,
                place=organiser.name.get(order.language) or organiser.name["fi"],
                demonstration=organiser.demonstration,
            ),
        )
        tx.remember_click("invite_staff", order.once, membership=invited.membership_id)
        return invited.membership_id


def end_staff(desk: Desk, actor: Actor, membership_id: int) -> str:
    """End a person's role with this organiser; her sessions in it end at once. Returns her name.

    Refused: `own_role` (nobody ends her own here), `last_in_role`. Missing for another organiser's.
    """
    with desk.transaction(actor, Action.MANAGE_STAFF) as tx:
        membership = tx.session.scalar(select(Membership).where(Membership.id == membership_id, *_ours(tx)))
        if membership is None:
            raise Missing("membership")
        if membership.account_id == actor.account_id:
            raise Refused("own_role")
        end_membership(tx, membership)
        return tx.session.scalars(select(Account.name).where(Account.id == membership.account_id)).one()


def _ours(tx: Tx) -> tuple[ColumnElement[bool], ...]:
    return (
        Membership.organiser_id == tx.organiser_id,
        Membership.role.in_([role.value for role in STAFF]),
        Membership.ended_at.is_(None),
    )
