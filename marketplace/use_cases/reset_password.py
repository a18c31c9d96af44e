"""Asking for a new password: the same answer for everybody, a link by mail for those who have an account."""

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import public
from marketplace.models.people import Account
from marketplace.use_cases.codes import RESET, make_code
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.log_in import Knock, as_herself, may_come_in
from marketplace.use_cases.secret_notices import tell_with_code
from marketplace.use_cases.throttle import Brake


def ask_new_password(desk: Desk, email: str, door: str, knock: Knock) -> None:
    """Sends the link, if there is such an account. Each asking counts against the brake, so that nobody's mailbox is
    filled; a person who is braked gets the same answer too, a network address that asks for many is Refused."""
    person = email.strip().lower()
    with desk.transaction(public(None), Action.LOG_IN) as tx:
        brake = Brake(tx, f"reset/{person}", knock.address)
        if brake.person_is_over():
            return
        brake.check()
        brake.failed()
        account = tx.session.scalar(select(Account).where(Account.email == person))
        # an invited person who never came in may begin here as well
        if account is None or not may_come_in(account, knock):
            return
        made = make_code(tx, account.id, RESET)
        tell_with_code(tx, account, "password_reset", made, door=door)
        as_herself(tx, account).audit("account.reset_asked", "account", account.id)
