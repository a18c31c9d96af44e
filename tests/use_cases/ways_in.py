"""What tests of accounts stand on: passwords, letters, the links of mails."""

import pytest
from sqlalchemy import func, select

from marketplace.access.actor import Actor
from marketplace.models.outbox import Message
from marketplace.models.people import Account, LoginAttempt
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.invite import Invited, Invitee, invite_person
from marketplace.use_cases.log_in import Knock
from marketplace.use_cases.passwords import hash_password
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.secret_notices import whole_body
from tests import makers

HERE = Knock(address="192.0.2.1")
PASSWORD = "kolme pientä sanaa"


def with_password(desk: Desk, who: Actor, password: str = PASSWORD) -> str:
    """Gives an account a password; returns its e-mail."""
    with makers.opened(desk, who) as tx:
        account = tx.session.scalars(select(Account).where(Account.id == who.account_id)).one()
        account.password_hash = hash_password(password)
        assert account.email is not None
        return account.email


def account_of(desk: Desk, account_id: int | None) -> Account:
    with desk.looking() as session:
        return session.scalars(select(Account).where(Account.id == account_id)).one()


def attempts(desk: Desk) -> int:
    with desk.looking() as session:
        return session.scalar(select(func.count()).select_from(LoginAttempt)) or 0


def link_of(desk: Desk, email: str, organiser_id: int | None = None) -> str:
    """The token in the last mail to an address."""
    with makers.opened(desk, Actor(role=None, organiser_id=organiser_id)) as tx:
        message = tx.session.scalars(
            select(Message)
            .where(Message.recipient == email, Message.sealed_code.is_not(None))
            .order_by(Message.id.desc())
        ).first()
        assert message is not None
        body = whole_body(tx.vault, message.body, message.sealed_code)
    return next(word for word in body.split() if word.startswith("http")).rsplit("/", 1)[1]


def refused(code: str, field: str | None = None) -> "pytest.RaisesExc[Refused]":
    return pytest.raises(Refused, check=lambda error: (error.code, error.field) == (code, field))


def by_letter(desk: Desk, world: makers.World, holder: makers.Person) -> Invited:
    with makers.opened(desk, world.caseworker) as tx:
        who = Invitee(name="Aino", role=Role.CLIENT, organiser_id=world.organiser_id, client_id=holder.client_id)
        return invite_person(tx, who, by_letter=True)
