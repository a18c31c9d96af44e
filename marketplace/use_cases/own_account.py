"""A person's own account: language, phone, password."""

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.clients import Client
from marketplace.models.people import Account
from marketplace.use_cases.codes import INVITATION, LETTER, RESET, end_codes
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.notices import tell_account
from marketplace.use_cases.passwords import check_new_password, hash_password, password_fits
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.use_cases.seats import Seat, seats_of
from marketplace.use_cases.throttle import Brake


@dataclass(frozen=True)
class OwnAccount:
    """What the page of one's own account shows. `seats`: where she can work."""

    name: str
    email: str | None
    phone: str | None
    language: str
    has_password: bool
    seats: tuple[Seat, ...]


def own_account(desk: Desk, actor: Actor) -> OwnAccount:
    with desk.reading(actor, Action.OWN_ACCOUNT) as tx:
        account = living_account(tx)
        return OwnAccount(
            name=account.name,
            email=account.email,
            phone=account.phone,
            language=account.language,
            has_password=account.password_hash is not None,
            seats=seats_of(tx, account),
        )


def change_details(desk: Desk, actor: Actor, language: str, phone: str | None) -> None:
    """The language of one's pages and mail, and one's phone number."""
    with desk.transaction(actor, Action.OWN_ACCOUNT) as tx:
        account = living_account(tx, lock=True)
        account.language = language
        account.phone = phone
        tx.audit("account.changed", "account", account.id, language=language)


def change_password(desk: Desk, actor: Actor, old: str, new: str, address: str = "") -> tuple[Seat, ...]:
    """A new password in place of the old one. Every session ends; the returned seats are of the new one.

    Refused: `password_wrong` (`old`), `too_many_attempts`, `password_*` (`password`).
    """
    with desk.transaction(actor, Action.OWN_ACCOUNT) as tx:
        account = living_account(tx, lock=True)
        brake = Brake(tx, f"own/{account.id}", address)
        brake.check()
        fits = password_fits(account.password_hash, old)
        if fits:
            check_new_password(new, account.email)
            brake.succeeded()
            return _set_password(tx, account, new)
        brake.failed()
    # raised after the transaction, which has to keep the failure
    raise Refused("password_wrong", "old")


def take_password(desk: Desk, actor: Actor, email: str, new: str) -> tuple[Seat, ...]:
    """A client who comes in with her letter's code takes an e-mail address and a password instead. The code ends.

    Refused: `password_held`, `email_taken` (`email`), `password_*` (`password`).
    """
    address = email.strip().lower()
    with desk.transaction(actor, Action.OWN_ACCOUNT) as tx:
        account = living_account(tx, lock=True)
        if account.password_hash is not None:
            raise Refused("password_held")
        taken = tx.session.scalar(select(Account.id).where(Account.email == address, Account.id != account.id))
        if taken is not None:
            raise Refused("email_taken", "email")
        check_new_password(new, address)
        account.email = address
        client = tx.session.get(Client, actor.client_id) if actor.client_id else None
        if client is not None and client.email is None:
            client.email = address  # her notices come there from now on
        return _set_password(tx, account, new)


def _set_password(tx: Tx, account: Account, new: str) -> tuple[Seat, ...]:
    account.password_hash = hash_password(new)
    account.session_no += 1
    end_codes(tx, account.id, LETTER, INVITATION, RESET)
    clients = (tx.actor.client_id,) if tx.actor.client_id else ()
    tx.audit("account.password_changed", "account", account.id, clients=clients)
    tell_account(tx, account, "password_changed", f"password_changed/{account.id}/{account.session_no}",
                 name=account.name)  # fmt: skip
    return seats_of(tx, account)


def living_account(tx: Tx, lock: bool = False) -> Account:
    """The acting person's account. Missing when it has ended."""
    query = select(Account).where(Account.id == tx.account_id, Account.ended_at.is_(None))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = tx.session.scalar(query)
    if found is None:
        raise Missing("account")
    return found
