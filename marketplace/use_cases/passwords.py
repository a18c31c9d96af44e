"""Passwords: kept as argon2id, checked with the same work whether or not there is such an account."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from marketplace.use_cases.refusals import Refused

SHORTEST = 12
LONGEST = 200

# OWASP's floor for argon2id: 19 MiB, two passes, one lane; about 25 ms of one core
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def hash_password(password: str) -> str:
    """The password as it is kept."""
    return _hasher.hash(password)


def check_new_password(password: str, email: str | None, field: str = "password") -> None:
    """Refused (at `field`) when a new password is too short, too long, or easily guessed."""
    if len(password) < SHORTEST:
        raise Refused("password_short", field, shortest=SHORTEST)
    if len(password) > LONGEST:
        raise Refused("password_long", field, longest=LONGEST)
    bare = password.strip().lower()
    if len(set(bare)) < 5 or (email and bare in (email, email.split("@")[0] * 2)):
        raise Refused("password_easy", field)


def password_fits(kept: str | None, password: str) -> bool:
    """Whether the password is the kept one. Without a kept one the same work is done, for nothing: the time that an
    answer takes does not tell who has an account."""
    try:
        return _hasher.verify(kept or _nobodys(), password[:LONGEST]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_old_form(kept: str) -> bool:
    """Whether the kept form was made with other settings than today's."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody's password")
