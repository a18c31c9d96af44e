"""The logins of a demonstration: one password for all of its invented people, who exist in demo mode only."""

from sqlalchemy import select, update

from marketplace.access.actions import Action
from marketplace.access.actor import system
from marketplace.models.people import Account, Organiser
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.passwords import hash_password


def open_demonstration(desk: Desk, password: str) -> int:
    """Give every account of the demonstration that has none yet the demonstration's password. Returns how many."""
    with desk.transaction(system(None), Action.OPEN_DEMONSTRATION) as tx:
        hashed = hash_password(password)
        changed = tx.session.scalars(
            update(Account)
            .where(Account.demonstration, Account.email.is_not(None), Account.password_hash.is_(None))
            .values(password_hash=hashed)
            .returning(Account.id)
        ).all()
        tx.audit("demonstration.open", "account", None, accounts=len(changed))
        return len(changed)


def demonstration_state(desk: Desk, code: str) -> str:
    """`none`, `half` (its building was interrupted: its logins are opened last) or `ready`."""
    with desk.reading(system(None), Action.OPEN_DEMONSTRATION) as tx:
        if tx.session.scalar(select(Organiser.id).where(Organiser.code == code)) is None:
            return "none"
        opened = select(Account.id).where(Account.demonstration, Account.password_hash.is_not(None)).limit(1)
        return "half" if tx.session.scalar(opened) is None else "ready"
