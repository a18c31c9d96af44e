"""The desk a use case works at: one transaction, one actor, one clock, and the audit beside it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session, sessionmaker

from marketplace.access.actions import Action, may
from marketplace.access.actor import Actor
from marketplace.clock import Clock
from marketplace.models.outbox import Once
from marketplace.models.trail import AuditEvent
from marketplace.ports import Bank, DocumentWriter, HeadShelf, Vault, Wording
from marketplace.use_cases.refusals import Forbidden, Missing


@dataclass(frozen=True)
class Tx:
    """One transaction of one actor. `now` and `today` stand still for its whole length."""

    session: Session
    actor: Actor
    now: datetime
    today: date
    vault: Vault
    wording: Wording
    heads: HeadShelf | None = None
    writers: Mapping[str, DocumentWriter] = field(default_factory=dict)
    bank: Bank | None = None

    @property
    def organiser_id(self) -> int:
        """The organiser whose rows are worked with. Missing (404) when there is none."""
        if self.actor.organiser_id is None:
            raise Missing("organiser")
        return self.actor.organiser_id

    @property
    def account_id(self) -> int:
        """The acting person's account. Forbidden for the system and for strangers."""
        if self.actor.account_id is None:
            raise Forbidden("no account")
        return self.actor.account_id

    def audit(
        self,
        action: str,
        subject: str,
        subject_id: int | None,
        *,
        clients: tuple[int, ...] = (),
        reason: str = "",
        **details: Any,
    ) -> None:
        """Say who did what to what. `details` are plain values (no names, no identity codes)."""
        self.session.add(
            AuditEvent(
                organiser_id=self.actor.organiser_id,
                at=self.now,
                actor_id=self.actor.account_id,
                actor=self.actor.name,
                role=self.actor.role.value if self.actor.role else "public",
                action=action,
                subject=subject,
                subject_id=subject_id,
                client_ids=sorted(set(clients)),
                reason=reason,
                details=details,
            )
        )

    def first_click(self, verb: str, key: str | None) -> dict[str, Any] | None:
        """The first click's result, when this form was sent before; None the first time (or without a key)."""
        if not key:
            return None
        # a second click that comes while the first still works waits here for its end
        self.session.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"{verb}:{key}"})
        found = self.session.scalar(
            select(Once.result).where(Once.account_id == self.actor.account_id, Once.verb == verb, Once.key == key)
        )
        return dict(found) if found is not None else None

    def remember_click(self, verb: str, key: str | None, **result: Any) -> None:
        """Keep this click's result for `first_click`."""
        if key:
            self.session.add(Once(account_id=self.actor.account_id, verb=verb, key=key, result=result, at=self.now))


class Desk:
    """Made once a process; gives transactions to use cases."""

    def __init__(
        self, engine: Engine, clock: Clock, vault: Vault, wording: Wording, *,
        heads: HeadShelf | None = None,
        writers: Mapping[str, DocumentWriter] | None = None,
        bank: Bank | None = None,
    ) -> None:  # fmt: skip
        self.engine = engine
        self.clock = clock
        self.vault = vault
        self.wording = wording
        self.heads = heads
        self.writers = writers or {}
        self.bank = bank
        self._sessions = sessionmaker(engine, expire_on_commit=False)

    @contextmanager
    def transaction(self, actor: Actor, action: Action) -> Iterator[Tx]:
        """One transaction. Forbidden when the actor's role may not do the action; all or nothing is saved at its end."""
        with self.reading(actor, action) as tx:
            yield tx
            tx.session.flush()

    @contextmanager
    def reading(self, actor: Actor, action: Action, *, one_look: bool = False) -> Iterator[Tx]:
        """A transaction that reads (and may note in the audit that it has read). `one_look`: everything is seen as it
        was at one moment, whatever others save meanwhile."""
        if not may(actor.role, action):
            raise Forbidden(action)
        with self._sessions.begin() as session:
            if one_look and isinstance(session.get_bind(), Engine):  # a test's single connection has one look anyway
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            session.execute(
                text("select set_config('app.organiser', :organiser, true)"),
                {"organiser": "" if actor.organiser_id is None else str(actor.organiser_id)},
            )
            now, today = self.clock.now(), self.clock.today()
            yield Tx(session, actor, now, today, self.vault, self.wording, self.heads, self.writers, self.bank)

    @contextmanager
    def looking(self) -> Iterator[Session]:
        """A bare look at what organisers share (accounts, organisers, companies), before anybody is known to act."""
        with self._sessions.begin() as session:
            yield session
