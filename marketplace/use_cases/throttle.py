"""The brake on guessing: failed attempts are counted by person and by network address, neither of which is stored."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import delete, select, text

from marketplace.models.people import LoginAttempt
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.refusals import Refused

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)
PER_PERSON = 5
PER_ADDRESS = 30


class Brake:
    """The brake for one attempt: `person` is what she calls herself (an e-mail address, the start of a code),
    `address` the network address that the attempt came from."""

    def __init__(self, tx: Tx, person: str, address: str) -> None:
        self.tx = tx
        self._limits = dict(self._keys(person, address))
        self._person = next(iter(self._limits))
        # attempts on one person stand in a line, so that many at once are not counted as few
        tx.session.execute(text("select pg_advisory_xact_lock(hashtextextended(:who, 0))"), {"who": self._person})

    def _keys(self, person: str, address: str) -> Iterator[tuple[str, int]]:
        yield self.tx.vault.index(person, "login/person").hex(), PER_PERSON
        if address:
            yield self.tx.vault.index(network_of(address), "login/address").hex(), PER_ADDRESS

    def check(self) -> None:
        """Refused while there have been too many failures."""
        for who in self._limits:
            if minutes := self._wait(who):
                raise Refused("too_many_attempts", minutes=minutes)

    def person_is_over(self) -> bool:
        """Whether there have been too many for this person, whatever the address."""
        return bool(self._wait(self._person))

    def _wait(self, who: str) -> int:
        """Minutes to wait, 0 when none."""
        limit = self._limits[who]
        failures = self.tx.session.scalars(
            select(LoginAttempt.at)
            .where(LoginAttempt.who == who, LoginAttempt.at > self.tx.now - WINDOW)
            .order_by(LoginAttempt.at.desc())
            .limit(limit)
        ).all()
        if len(failures) < limit:
            return 0
        left = failures[-1] + WINDOW - self.tx.now
        return max(1, -(-int(left.total_seconds()) // 60))

    def failed(self) -> None:
        """Count one failure."""
        self.tx.session.add_all(LoginAttempt(who=who, at=self.tx.now) for who in self._limits)

    def succeeded(self) -> None:
        """Forget the person's failures; those of the address stay."""
        self.tx.session.execute(delete(LoginAttempt).where(LoginAttempt.who == self._person))


def network_of(address: str) -> str:
    """The address that is counted: of IPv6 the first half, because one home has all of the second."""
    return ":".join(address.split(":")[:4]) if ":" in address else address


def forget_old_attempts(tx: Tx) -> int:
    """Delete what is older than a day. Returns how many."""
    gone = tx.session.execute(
        delete(LoginAttempt).where(LoginAttempt.at < tx.now - KEPT).returning(LoginAttempt.id)
    ).all()
    return len(gone)
