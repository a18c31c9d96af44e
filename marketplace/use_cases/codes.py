"""One-time ways in: the code of a client's letter, and the long token of a link. Only a keyed index of either is kept.

The index is keyed (not a bare hash), so that a copy of the database alone does not let anyone try codes at home.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from marketplace.models.people import Account, Invitation
from marketplace.use_cases.desk import Tx

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # base32 without I, L, O and U: nothing that looks like something else
LETTER_LENGTH = 12  # 60 bits
LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})

LETTER = "letter"
INVITATION = "invitation"
RESET = "password_reset"
LIVES = {LETTER: timedelta(days=365), INVITATION: timedelta(days=14), RESET: timedelta(hours=1)}


@dataclass(frozen=True)
class MadeCode:
    """A new way in. The code is known here and now, and nowhere later."""

    id: int
    code: str
    expires_at: datetime


def letter_code() -> str:
    """A code that can be read from paper: K7QF-2MXA-9PWD."""
    marks = "".join(secrets.choice(LETTERS) for _ in range(LETTER_LENGTH))
    return "-".join(marks[at : at + 4] for at in range(0, LETTER_LENGTH, 4))


def plain_code(typed: str) -> str | None:
    """A typed letter code as it is compared; None when it cannot be one. Dashes, blanks and case do not matter."""
    marks = "".join(mark for mark in typed.upper() if mark.isalnum()).translate(LOOK_ALIKES)
    return marks if len(marks) == LETTER_LENGTH and all(mark in LETTERS for mark in marks) else None


def make_code(tx: Tx, account_id: int, purpose: str) -> MadeCode:
    """A new way in for an account. Older ones of the same purpose end now."""
    end_codes(tx, account_id, purpose)
    code = letter_code() if purpose == LETTER else secrets.token_urlsafe(32)
    made = Invitation(
        purpose=purpose,
        code_hash=_index(tx, purpose, code),
        account_id=account_id,
        made_at=tx.now,
        expires_at=tx.now + LIVES[purpose],
    )
    tx.session.add(made)
    tx.session.flush()
    return MadeCode(made.id, code, made.expires_at)


def find_code(tx: Tx, purpose: str, code: str, *, lock: bool = False) -> tuple[Invitation, Account] | None:
    """The living way in of a code with its account; None when it is unknown, used, replaced or too old."""
    query = (
        select(Invitation, Account)
        .join(Account, Account.id == Invitation.account_id)
        .where(
            Invitation.code_hash == _index(tx, purpose, code),
            Invitation.purpose == purpose,
            Invitation.used_at.is_(None),
            Invitation.expires_at > tx.now,
            Account.ended_at.is_(None),
        )
    )
    if lock:
        query = query.with_for_update(of=[Invitation, Account]).execution_options(populate_existing=True)
    row = tx.session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def end_codes(tx: Tx, account_id: int, *purposes: str) -> None:
    """The account's living ways in (of these purposes) work no more."""
    tx.session.execute(
        update(Invitation)
        .where(Invitation.account_id == account_id, Invitation.purpose.in_(purposes), Invitation.used_at.is_(None))
        .values(used_at=tx.now)
    )


def _index(tx: Tx, purpose: str, code: str) -> str:
    marks = plain_code(code) if purpose == LETTER else code
    return tx.vault.index(marks or "", f"code/{purpose}").hex()
