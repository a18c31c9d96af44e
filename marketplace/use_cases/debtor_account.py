"""The account that an organiser pays from: who set it, when, and what it was before."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from stdnum import iban

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.bank import DebtorAccount
from marketplace.models.people import Account, Organiser
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Refused

BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
NAME_LENGTH = 70


@dataclass(frozen=True)
class DebtorOrder:
    """`bic` may be empty. `name` is the account holder's, as the bank knows it."""

    name: str
    iban: str
    bic: str = ""
    once: str | None = None


@dataclass(frozen=True)
class DebtorSet:
    """One account that has been set: the first is the one that holds. `set_by` is None for that of the beginning."""

    name: str
    iban: str
    bic: str
    set_by: str | None = None
    set_at: datetime | None = None


def set_debtor_account(desk: Desk, actor: Actor, order: DebtorOrder) -> None:
    """From the next file on, payments leave from this account. Refused: debtor_account_wrong (`iban`), bic_wrong (`bic`),
    bic_other_country (`bic`), debtor_name_missing (`name`)."""
    with desk.transaction(actor, Action.SET_DEBTOR_ACCOUNT) as tx:
        if tx.first_click("set_debtor_account", order.once):
            return
        account = str(iban.compact(order.iban))
        bic = order.bic.replace(" ", "").upper()
        name = order.name.strip()
        if not iban.is_valid(account):
            raise Refused("debtor_account_wrong", "iban")
        if bic and not BIC.fullmatch(bic):
            raise Refused("bic_wrong", "bic")
        if bic and bic[4:6] != account[:2]:
            raise Refused("bic_other_country", "bic", bank=bic[4:6], account=account[:2])
        if not name or len(name) > NAME_LENGTH:
            raise Refused("debtor_name_missing", "name", most=NAME_LENGTH)
        tx.session.add(
            DebtorAccount(
                organiser_id=tx.organiser_id, name=name, iban=account, bic=bic, set_by=tx.account_id, set_at=tx.now
            )
        )
        tx.audit("debtor_account.set", "organiser", tx.organiser_id, iban=account, bic=bic)
        tx.remember_click("set_debtor_account", order.once)


def debtor_accounts(desk: Desk, actor: Actor) -> tuple[DebtorSet, ...]:
    """Every account that has been set, the newest first."""
    with desk.reading(actor, Action.SET_DEBTOR_ACCOUNT) as tx:
        rows = tx.session.execute(
            select(DebtorAccount, Account.name)
            .join(Account, Account.id == DebtorAccount.set_by)
            .where(DebtorAccount.organiser_id == tx.organiser_id)
            .order_by(DebtorAccount.id.desc())
        )
        found = [DebtorSet(one.name, one.iban, one.bic, who, one.set_at) for one, who in rows]
        return (*found, DebtorSet(*_first(tx)))


def debtor_of(tx: Tx) -> tuple[str, str, str]:
    """Name, account number and BIC (or nothing) of the account that is paid from now. Refused: debtor_account_wrong."""
    newest = tx.session.scalar(
        select(DebtorAccount)
        .where(DebtorAccount.organiser_id == tx.organiser_id)
        .order_by(DebtorAccount.id.desc())
        .limit(1)
    )
    found = (newest.name, newest.iban, newest.bic) if newest is not None else _first(tx)
    if not iban.is_valid(found[1]):
        raise Refused("debtor_account_wrong")
    return found


def own_accounts(tx: Tx) -> set[str]:
    """Every account that the organiser has ever paid from: its old statements are its own too."""
    set_later = tx.session.scalars(select(DebtorAccount.iban).where(DebtorAccount.organiser_id == tx.organiser_id))
    return {_first(tx)[1], *set_later}


def _first(tx: Tx) -> tuple[str, str, str]:
    """The account that was given when the organiser was founded."""
    organiser = tx.session.get_one(Organiser, tx.organiser_id)
    return organiser.name["fi"][:NAME_LENGTH], str(iban.compact(organiser.debtor_iban)), ""
