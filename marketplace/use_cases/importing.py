"""What the imports of lists share: who imports, a desk at which everything is tried and nothing kept, and the trail."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.people import Account, Membership, Organiser
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Refused


@dataclass(frozen=True)
class Taken:
    """What became of a good row. `added`: it is new. Otherwise it was here already, and `differs` names the fields in
    which the list says something else; nothing was changed."""

    added: bool
    differs: tuple[str, ...] = ()


ADDED = Taken(True)


def importer(desk: Desk, email: str | None, role: Role, organiser_code: str | None = None) -> Actor:
    """The named person in the named staff role: whoever runs the command acts for somebody, and every fact has an actor.
    Without a name: the only person who has the role, or in a demonstration the first one.

    Refused: importer_not_named when several could be meant, importer_unknown when nobody with this e-mail has the role
    (with that organiser), importer_of_many (organisers) when she has it with several and none is named.
    """
    query = (
        select(Account.id, Account.name, Account.language, Organiser.id, Organiser.code, Organiser.demonstration)
        .join(Membership, Membership.account_id == Account.id)
        .join(Organiser, Organiser.id == Membership.organiser_id)
        .where(
            Account.ended_at.is_(None),
            Membership.ended_at.is_(None),
            Membership.role == role.value,
        )
        .order_by(Organiser.id, Membership.id)
    )
    if email is not None:
        query = query.where(Account.email == email.strip().lower())
    if organiser_code is not None:
        query = query.where(Organiser.code == organiser_code)
    with desk.looking() as session:
        found = session.execute(query).all()
    if not found:
        raise Refused(f"importer_unknown_{role.value}", "as", email=email or "–")
    if email is None:
        if len(found) > 1 and not found[0][5]:
            raise Refused("importer_not_named", "as")
        found = found[:1]
    if len(found) > 1:
        raise Refused("importer_of_many", "organiser", email=email, organisers=", ".join(row[4] for row in found))
    account_id, name, language, organiser_id, _code, _demonstration = found[0]
    return Actor(role, account_id, organiser_id, name=name, language=language)


class _Undone(Exception):
    """The end of a rehearsed transaction."""


class Rehearsal(Desk):
    """A desk at which every transaction does all that it would, is checked by the database, and is then undone.

    What is only read stays read: the trail of who has looked at whom is kept also of a rehearsal.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk.engine, desk.clock, desk.vault, desk.wording, heads=desk.heads, writers=desk.writers, bank=desk.bank
        )
        self._sessions = desk._sessions

    @contextmanager
    def transaction(self, actor: Actor, action: Action) -> Iterator[Tx]:
        with suppress(_Undone), super().transaction(actor, action) as tx:
            yield tx
            tx.session.flush()
            tx.session.execute(text("set constraints all immediate"))
            raise _Undone


def note_import(desk: Desk, actor: Actor, action: Action, what: str, counts: Mapping[str, Any]) -> None:
    """Say in the audit that a list was sent, by whom, and how many of its rows were taken."""
    with desk.transaction(actor, action) as tx:
        tx.audit("list.import", what, None, **counts)
