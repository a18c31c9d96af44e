"""Ends: of one role, of a client's way in, of a whole account. Rows stay, as history; nobody can come in by them."""

from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.people import Account, Membership
from marketplace.roles import Role
from marketplace.use_cases.codes import INVITATION, LETTER, RESET, end_codes
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.own_account import living_account
from marketplace.use_cases.refusals import Refused

NEVER_EMPTY = (Role.ADMINISTRATOR.value, Role.PROVIDER_MANAGER.value)


def end_own_account(desk: Desk, actor: Actor) -> None:
    """A person leaves: all her roles end, her e-mail address and password are forgotten, all sessions end.

    Refused (`last_in_role`) while she is the only administrator or manager somewhere.
    """
    with desk.transaction(actor, Action.OWN_ACCOUNT) as tx:
        account = living_account(tx, lock=True)
        living = tx.session.scalars(
            select(Membership).where(Membership.account_id == account.id, Membership.ended_at.is_(None))
        ).all()
        for membership in living:
            end_membership(tx, membership)
        close_account(tx, account)


def end_membership(tx: Tx, membership: Membership) -> None:
    """The step that ends one role. Refused (`last_in_role`) when a place would lose its only administrator or manager."""
    if sole_holder(tx, membership):
        raise Refused("last_in_role")
    membership.ended_at = tx.now
    tx.audit("account.role_ended", "membership", membership.id, role=membership.role)


def end_client_access(tx: Tx, client_id: int) -> int:
    """The step for a client whose clienthood has ended (she moved away or died): her roles and ways in end. Returns how
    many accounts could come in until now."""
    rows = tx.session.execute(
        select(Membership, Account)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.client_id == client_id, Membership.ended_at.is_(None))
        .with_for_update(of=Account)
    ).all()
    for membership, account in rows:
        end_membership(tx, membership)
        others = select(func.count()).where(Membership.account_id == account.id, Membership.ended_at.is_(None))
        if not tx.session.scalar(others):
            close_account(tx, account)
    return len(rows)


def close_account(tx: Tx, account: Account) -> None:
    """The step that ends an account: no password, no codes, no sessions; its address is free for another."""
    account.ended_at = tx.now
    account.password_hash = None
    account.email = None
    account.phone = None
    account.session_no += 1
    end_codes(tx, account.id, LETTER, INVITATION, RESET)
    clients = (tx.actor.client_id,) if tx.actor.client_id else ()
    tx.audit("account.ended", "account", account.id, clients=clients)


def sole_holder(tx: Tx, membership: Membership) -> bool:
    """Whether a place would be left without its only administrator or manager. The role's holders there are locked."""
    if membership.role not in NEVER_EMPTY:
        return False
    # all of them are locked, in one order: two who leave at once would each see the other stay
    holders = tx.session.execute(
        select(Membership, Account.ended_at)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.role == membership.role,
            Membership.organiser_id.is_not_distinct_from(membership.organiser_id),
            Membership.provider_id.is_not_distinct_from(membership.provider_id),
        )
        .order_by(Membership.id)
        .with_for_update(of=Membership)
        .execution_options(populate_existing=True)
    ).all()
    return not any(other.id != membership.id and other.ended_at is None and left is None for other, left in holders)
