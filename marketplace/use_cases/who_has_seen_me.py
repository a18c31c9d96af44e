"""The client's own data: what is kept of her, and who has read or changed it, when and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.clients import Client
from marketplace.models.people import Membership, Organiser
from marketplace.models.providers import Provider
from marketplace.models.schema import Words
from marketplace.models.trail import AuditEvent
from marketplace.models.vouchers import Choice, Voucher
from marketplace.roles import PROVIDERS
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Missing

PAGE = 50
"""Rows a page."""


@dataclass(frozen=True)
class Seen:
    """Somebody read or changed the client's data. `provider`: whom the person works for, "" when for the organiser.

    `own`: it was the client herself.
    """

    at: datetime
    who: str
    role: str
    provider: str
    action: str
    reason: str
    own: bool


@dataclass(frozen=True)
class MyData:
    """What is kept of her contact, and a page of the trail, newest first. The identity code is never shown."""

    name: str
    birth_date: date
    municipality: str
    address: str
    protected_address: bool
    phone: str | None
    email: str | None
    language: str
    organiser: Words
    rows: tuple[Seen, ...]
    total: int
    page: int
    pages: int
    with_own: bool


def who_has_seen_me(desk: Desk, actor: Actor, page: int = 1, with_own: bool = False) -> MyData:
    """A page of the trail of the client's data. Her own doings are there when she asks for them."""
    with desk.reading(actor, Action.SEE_WHO_HAS_SEEN) as tx:
        row = tx.session.execute(
            select(Client, Organiser.name)
            .join(Organiser, Organiser.id == Client.organiser_id)
            .where(Client.id == tx.actor.client_id, Client.organiser_id == tx.organiser_id)
        ).one_or_none()
        if row is None:
            raise Missing("client")
        client, organiser = row
        where = _touches(client.id, None if with_own else tx.account_id)
        total = tx.session.scalars(select(func.count()).select_from(AuditEvent).where(where)).one()
        pages = max(1, -(-total // PAGE))
        page = min(max(page, 1), pages)
        return MyData(
            name=f"{client.first_name} {client.last_name}",
            birth_date=client.birth_date,
            municipality=client.municipality,
            address=client.address,
            protected_address=client.protected_address,
            phone=client.phone,
            email=client.email,
            language=client.language,
            organiser=organiser,
            rows=_rows(tx, where, page, client.id),
            total=total,
            page=page,
            pages=pages,
            with_own=with_own,
        )


def _touches(client_id: int, but_not: int | None) -> ColumnElement[bool]:
    touches = AuditEvent.client_ids.contains([client_id])
    if but_not is None:
        return touches
    return touches & AuditEvent.actor_id.is_distinct_from(but_not)


def _rows(tx: Tx, where: ColumnElement[bool], page: int, client_id: int) -> tuple[Seen, ...]:
    found = tx.session.scalars(
        select(AuditEvent).where(where).order_by(AuditEvent.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    ).all()
    companies = _companies(tx, {row.actor_id for row in found if row.actor_id and row.role in PROVIDERS}, client_id)
    return tuple(
        Seen(
            at=row.at,
            who=row.actor,
            role=row.role,
            provider=companies.get(row.actor_id or 0, "") if row.role in PROVIDERS else "",
            action=row.action,
            # what others wrote to justify themselves; her own words are hers already
            reason=row.reason,
            own=row.actor_id == tx.actor.account_id,
        )
        for row in found
    )


def _companies(tx: Tx, accounts: Iterable[int], client_id: int) -> dict[int, str]:
    """For whom each of these provider's people works, among the providers that the client has chosen at some time."""
    hers = (
        select(Choice.provider_id).join(Voucher, Voucher.id == Choice.voucher_id).where(Voucher.client_id == client_id)
    )
    rows = tx.session.execute(
        select(Membership.account_id, Provider.name)
        .join(Provider, Provider.id == Membership.provider_id)
        .where(Membership.account_id.in_(list(accounts)), Membership.provider_id.in_(hers))
        .order_by(Membership.id)
    )
    return {row[0]: row[1] for row in rows}
