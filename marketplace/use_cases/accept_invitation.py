"""The two ways by a link: accepting an invitation, and choosing a new password. Each link works once."""

from dataclasses import dataclass

from marketplace.access.actions import Action
from marketplace.access.actor import public
from marketplace.models.people import Account
from marketplace.use_cases.codes import INVITATION, LETTER, RESET, end_codes, find_code
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.log_in import Knock, LoggedIn, come_in, may_come_in
from marketplace.use_cases.notices import tell_account
from marketplace.use_cases.passwords import check_new_password, hash_password
from marketplace.use_cases.refusals import Refused


@dataclass(frozen=True)
class LinkFacts:
    """Whom a link belongs to, for its page."""

    name: str
    email: str | None


def look_at_invitation(desk: Desk, token: str, knock: Knock) -> LinkFacts:
    """Refused (`link_ended`) when the link was used, replaced or is too old."""
    return _look(desk, INVITATION, token, knock)


def look_at_reset(desk: Desk, token: str, knock: Knock) -> LinkFacts:
    """As `look_at_invitation`, for the link of a new password."""
    return _look(desk, RESET, token, knock)


def accept_invitation(desk: Desk, token: str, password: str, knock: Knock) -> LoggedIn:
    """The invited person's first password; she is logged in. Refused: `link_ended`, `password_*`, `no_role_left`."""
    with desk.transaction(public(None), Action.LOG_IN) as tx:
        account = _take(tx, INVITATION, token, password, knock)
        end_codes(tx, account.id, LETTER, RESET)
        return come_in(tx, account, "invitation")


def reset_password(desk: Desk, token: str, password: str, knock: Knock) -> LoggedIn:
    """A new password by the link of a mail; every older session ends. Refused as in `accept_invitation`."""
    with desk.transaction(public(None), Action.LOG_IN) as tx:
        account = _take(tx, RESET, token, password, knock)
        end_codes(tx, account.id, INVITATION)
        tell_account(tx, account, "password_changed", f"password_changed/{account.id}/{account.session_no}",
                     name=account.name)  # fmt: skip
        return come_in(tx, account, "reset")


def _look(desk: Desk, purpose: str, token: str, knock: Knock) -> LinkFacts:
    with desk.reading(public(None), Action.LOG_IN) as tx:
        found = find_code(tx, purpose, token)
        if found is None or not may_come_in(found[1], knock):
            raise Refused("link_ended")
        return LinkFacts(name=found[1].name, email=found[1].email)


def _take(tx: Tx, purpose: str, token: str, password: str, knock: Knock) -> Account:
    found = find_code(tx, purpose, token, lock=True)
    if found is None or not may_come_in(found[1], knock):
        raise Refused("link_ended")
    invitation, account = found
    check_new_password(password, account.email)
    invitation.used_at = tx.now
    account.password_hash = hash_password(password)
    account.session_no += 1
    return account
