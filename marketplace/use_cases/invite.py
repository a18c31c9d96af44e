"""The step that gives a person a role and a way in, inside another use case's transaction: staff, coaches, clients."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.models.people import Account, Membership, Organiser
from marketplace.roles import PROVIDERS, STAFF, Role
from marketplace.use_cases.codes import INVITATION, LETTER, end_codes, make_code
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.notices import tell_account
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.secret_notices import tell_with_code

LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True)
class Invitee:
    """Whom to invite, to what. Staff and clients: `organiser_id`; a provider's people: `provider_id` and no organiser.
    A client also has her `client_id`, and may lack an e-mail address."""

    name: str
    role: Role
    email: str | None = None
    phone: str | None = None
    language: str = "fi"
    organiser_id: int | None = None
    provider_id: int | None = None
    client_id: int | None = None
    place: str = ""  # the organiser's or company's name, for the mail
    demonstration: bool = False


@dataclass(frozen=True)
class Invited:
    """`code` is the letter's code, to be shown or printed once; None when a mail was sent (or an account's owner, who
    can log in already, was told of her new role)."""

    account_id: int
    membership_id: int
    code: str | None
    expires_at: datetime | None


def invite_person(tx: Tx, who: Invitee, *, by_letter: bool = False) -> Invited:
    """Make the account (or find the one that has this e-mail), give it the role, and send the way in.

    By letter, or without an e-mail address, the client's code is returned instead: K7QF-2MXA-9PWD. A client who has an
    account already gets a new code, and the old one and her open sessions end.
    Refused (`email`): `email_missing`, `role_held`.
    """
    _check(who)
    email = who.email.strip().lower() if who.email else None
    letter = who.role is Role.CLIENT and (by_letter or email is None)
    if email is None and not letter:
        raise Refused("email_missing", "email")
    account = _account_of_client(tx, who) or _account_of(tx, email)
    if account is None:
        language = who.language if who.language in LANGUAGES else "fi"
        account = Account(
            email=None if letter else email, name=who.name, phone=who.phone, language=language,
            demonstration=_is_demonstration(tx, who), session_no=0,
        )  # fmt: skip
        tx.session.add(account)
        tx.session.flush()
    membership = _membership(tx, who, account)
    clients = (who.client_id,) if who.client_id else ()
    tx.audit("account.invited", "account", account.id, clients=clients, role=who.role.value, by_letter=letter)
    if letter:
        account.session_no += 1
        made = make_code(tx, account.id, LETTER)
        return Invited(account.id, membership.id, made.code, made.expires_at)
    return _send(tx, who, account, membership)


def _is_demonstration(tx: Tx, who: Invitee) -> bool:
    """People whom a demonstration's own people invite belong to it too."""
    if who.demonstration or who.organiser_id is None:
        return who.demonstration
    return bool(tx.session.scalar(select(Organiser.demonstration).where(Organiser.id == who.organiser_id)))


def _check(who: Invitee) -> None:
    """A wrong mixture is a fault of the program, not of the person in front of the page."""
    kinds = {
        who.role in STAFF: who.organiser_id and not who.provider_id and not who.client_id,
        who.role in PROVIDERS: who.provider_id and not who.organiser_id and not who.client_id,
        who.role is Role.CLIENT: who.organiser_id and who.client_id and not who.provider_id,
    }
    if not kinds.get(True):
        raise ValueError(f"not an invitation of a {who.role}: {who}")


def _account_of_client(tx: Tx, who: Invitee) -> Account | None:
    if who.client_id is None:
        return None
    return tx.session.scalar(
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.client_id == who.client_id, Membership.ended_at.is_(None), Account.ended_at.is_(None))
        .with_for_update(of=Account)
    )


def _account_of(tx: Tx, email: str | None) -> Account | None:
    if email is None:
        return None
    return tx.session.scalar(
        select(Account).where(Account.email == email, Account.ended_at.is_(None)).with_for_update()
    )


def _membership(tx: Tx, who: Invitee, account: Account) -> Membership:
    found = tx.session.scalar(
        select(Membership).where(
            Membership.account_id == account.id,
            Membership.role == who.role.value,
            Membership.organiser_id.is_not_distinct_from(who.organiser_id),
            Membership.provider_id.is_not_distinct_from(who.provider_id),
            Membership.client_id.is_not_distinct_from(who.client_id),
        )
    )
    if found is None:
        found = Membership(
            account_id=account.id, role=who.role.value, organiser_id=who.organiser_id, provider_id=who.provider_id,
            client_id=who.client_id, since=tx.now,
        )  # fmt: skip
        tx.session.add(found)
        tx.session.flush()
    elif found.ended_at is not None:
        found.ended_at = None
    elif who.role is not Role.CLIENT and account.password_hash:
        raise Refused("role_held", "email")
    return found


def _send(tx: Tx, who: Invitee, account: Account, membership: Membership) -> Invited:
    door = "admin" if who.role in STAFF else "provider" if who.role in PROVIDERS else "client"
    if account.email is None:  # a client who came by letter until now
        account.email = who.email.strip().lower() if who.email else None
    facts = {"door": door, "place": who.place, "role": who.role.value, "inviter": tx.actor.name}
    if account.password_hash:
        tell_account(tx, account, "new_role", f"new_role/{membership.id}/{tx.now:%Y%m%d%H%M}", name=account.name,
                     **facts)  # fmt: skip
        return Invited(account.id, membership.id, None, None)
    end_codes(tx, account.id, LETTER)
    made = make_code(tx, account.id, INVITATION)
    tell_with_code(tx, account, "invitation", made, expires_at=made.expires_at, **facts)
    return Invited(account.id, membership.id, None, made.expires_at)
