"""Logging in with e-mail and password, or with the code of a letter: one brake, one answer to every wrong guess."""

from dataclasses import dataclass, replace

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor, public
from marketplace.models.people import Account
from marketplace.use_cases.codes import LETTER, find_code, plain_code
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.passwords import hash_password, is_old_form, password_fits
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.seats import Seat, seats_of
from marketplace.use_cases.throttle import Brake


@dataclass(frozen=True)
class LoggedIn:
    """Who came in, and where she can sit down (at least one seat)."""

    account_id: int
    language: str
    seats: tuple[Seat, ...]


@dataclass(frozen=True)
class Knock:
    """What is known of an attempt: the network address it came from, and whether demonstration accounts are let in."""

    address: str = ""
    demo: bool = False


def log_in(desk: Desk, email: str, password: str, knock: Knock) -> LoggedIn:
    """Refused: `login_failed` (whatever was wrong), `too_many_attempts`, `no_role_left`."""
    person = email.strip().lower()
    with desk.transaction(public(None), Action.LOG_IN) as tx:
        brake = Brake(tx, person, knock.address)
        brake.check()
        account = tx.session.scalar(select(Account).where(Account.email == person))
        fits = password_fits(account.password_hash if account else None, password)
        if account is not None and fits and may_come_in(account, knock):
            if account.password_hash and is_old_form(account.password_hash):
                account.password_hash = hash_password(password)
            brake.succeeded()
            return come_in(tx, account, "password")
        brake.failed()
    # raised after the transaction, which has to keep the failure
    raise Refused("login_failed")


def log_in_with_code(desk: Desk, code: str, knock: Knock) -> LoggedIn:
    """The client's way in with the code of her letter (docs/decisions/0005-a-way-in-by-letter.md).

    Refused: `code_malformed`, `code_failed`, `too_many_attempts`, `no_role_left`.
    """
    marks = plain_code(code)
    if marks is None:
        raise Refused("code_malformed", "code")
    with desk.transaction(public(None), Action.LOG_IN) as tx:
        brake = Brake(tx, f"code/{marks[:4]}", knock.address)
        brake.check()
        found = find_code(tx, LETTER, code)
        if found is not None and may_come_in(found[1], knock):
            brake.succeeded()
            return come_in(tx, found[1], "letter")
        brake.failed()
    raise Refused("code_failed", "code")


def may_come_in(account: Account, knock: Knock) -> bool:
    return account.ended_at is None and (knock.demo or not account.demonstration)


def come_in(tx: Tx, account: Account, by: str) -> LoggedIn:
    """The step that ends every way of logging in. Refused (`no_role_left`) when all of her roles have ended."""
    seats = seats_of(tx, account)
    if not seats:
        raise Refused("no_role_left")
    as_herself(tx, account, seats[0]).audit("account.logged_in", "account", account.id, by=by)
    return LoggedIn(account_id=account.id, language=account.language, seats=seats)


def as_herself(tx: Tx, account: Account, seat: Seat | None = None) -> Tx:
    """The same transaction with the account's owner as its actor, for the audit. Accounts are shared: no organiser."""
    actor = Actor(role=seat.role if seat else None, account_id=account.id, name=account.name, language=account.language)
    return replace(tx, actor=actor)
