"""The caseworkers' list of clients: a page of it, those who wait for something, and the search by name or identity code.

A page is one query of columns, whatever the number of clients; whose names were shown is said to the audit.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, lateral, or_, select, true
from sqlalchemy.orm import aliased

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_clients
from marketplace.models.clients import Client, Measurement
from marketplace.models.people import Account
from marketplace.models.vouchers import Voucher, VoucherMove
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.register_client import identity_index, plain_identity_code
from marketplace.vouchers.cycles import OPEN_VOUCHER

PAGE = 50
NO_CHOICE_AFTER = timedelta(days=7)
"""How long a client may be without a provider before her caseworker asks how it goes."""
EXPIRES_WITHIN = timedelta(days=30)
OVER = ("ended", "expired", "closed")
WAITING = ("choice", "no_choice", "expiry", "measurement")
GIVEN_BACK_FOR = timedelta(days=60)
"""How long a case that came back without a choice waits on the first page."""


@dataclass(frozen=True)
class ClientRow:
    """One client with her newest voucher (None without any)."""

    client_id: int
    first_name: str
    last_name: str
    birth_date: date
    municipality: str
    caseworker: str | None
    ended_on: date | None
    voucher_id: int | None
    voucher_number: str | None
    voucher_state: str | None
    valid_to: date | None

    @property
    def name(self) -> str:
        return f"{self.last_name} {self.first_name}"


@dataclass(frozen=True)
class ClientList:
    """`page` counts from one."""

    rows: tuple[ClientRow, ...]
    total: int
    page: int
    pages: int


def client_list(desk: Desk, actor: Actor, *, page: int = 1, everyone: bool = False, waiting: str = "") -> ClientList:
    """A page of the acting caseworker's clients (or of everyone's), by name. `waiting`: only those who wait for a
    choice, whose voucher expires soon, or whose end measurement is due."""
    with desk.reading(actor, Action.SEE_CLIENTS) as tx:
        where = [visible_clients(actor)]
        if waiting in WAITING:
            where.append(exists(select(Voucher.id).where(Voucher.client_id == Client.id, waits_for(tx, waiting))))
        elif not everyone:
            where.append(Client.caseworker_id == tx.account_id)
        return _page(tx, where, max(1, page))


def find_clients(desk: Desk, actor: Actor, words: str, *, page: int = 1, allow_temporary: bool = False) -> ClientList:
    """Clients of the organiser by the beginnings of their names, or the one who has this whole identity code.

    The words must never come in a URL. `allow_temporary`: codes of the 900 range are codes too.
    """
    with desk.reading(actor, Action.SEE_CLIENTS) as tx:
        code = plain_identity_code(words, allow_temporary)
        if code is not None:
            found = Client.identity_index == identity_index(tx, code)
            return _page(tx, [visible_clients(actor), found], 1)
        names = words.lower().split()
        if not names:
            return ClientList((), 0, 1, 1)
        return _page(tx, [visible_clients(actor), *(_begins(name) for name in names[:5])], max(1, page))


def waits_for(tx: Tx, what: str) -> ColumnElement[bool]:
    """Which of the acting caseworker's vouchers wait: for a choice that has taken long, for another way
    of service because no choice was made, for an extension before they
    expire, or for the second measurement after the service."""
    own = and_(Voucher.organiser_id == tx.organiser_id, Voucher.caseworker_id == tx.account_id)
    if what == "choice":
        since = (
            select(func.max(VoucherMove.at)).where(VoucherMove.voucher_id == Voucher.id).correlate(Voucher)
        ).scalar_subquery()
        return and_(own, Voucher.state == "granted", since <= tx.now - NO_CHOICE_AFTER)
    if what == "no_choice":
        later = aliased(Voucher)
        newer = exists(select(later.id).where(later.client_id == Voucher.client_id, later.id > Voucher.id))
        back = exists(
            select(VoucherMove.id).where(
                VoucherMove.voucher_id == Voucher.id,
                VoucherMove.move == "expire",
                VoucherMove.reason == "no_choice",
                VoucherMove.at > tx.now - GIVEN_BACK_FOR,
            )
        )
        return and_(own, Voucher.state.in_(OVER), back, ~newer)
    if what == "expiry":
        return and_(own, Voucher.state.in_(OPEN_VOUCHER), Voucher.valid_to <= tx.today + EXPIRES_WITHIN)
    measured = exists(select(Measurement.id).where(Measurement.need_id == Voucher.need_id, Measurement.moment == "end"))
    began = exists(select(Measurement.id).where(Measurement.need_id == Voucher.need_id, Measurement.moment == "start"))
    died = exists(select(Client.id).where(Client.id == Voucher.client_id, Client.end_reason == "died"))
    return and_(own, Voucher.state.in_(OVER), Voucher.had_provider, began, ~measured, ~died)


def _begins(name: str) -> ColumnElement[bool]:
    return or_(
        func.lower(Client.last_name).startswith(name, autoescape=True),
        func.lower(Client.first_name).startswith(name, autoescape=True),
    )


def _page(tx: Tx, where: list[ColumnElement[bool]], page: int) -> ClientList:
    rows = tx.session.execute(_query(where).offset((page - 1) * PAGE).limit(PAGE)).all()
    if not rows and page > 1:
        return _page(tx, where, 1)
    total = rows[0][-1] if rows else 0
    found = tuple(ClientRow(*row[:-1]) for row in rows)
    if found:
        ids = tuple(row.client_id for row in found)
        tx.audit("client.read", "client_list", None, clients=ids, page="clients")
    return ClientList(found, total, page, max(1, -(-total // PAGE)))


def _query(where: list[ColumnElement[bool]]) -> Select[Any]:
    newest = lateral(
        select(Voucher.id, Voucher.number, Voucher.state, Voucher.valid_to)
        .where(Voucher.client_id == Client.id)
        .order_by(Voucher.id.desc())
        .limit(1)
    )
    return (
        select(
            Client.id,
            Client.first_name,
            Client.last_name,
            Client.birth_date,
            Client.municipality,
            Account.name,
            Client.ended_on,
            newest.c.id,
            newest.c.number,
            newest.c.state,
            newest.c.valid_to,
            func.count().over(),
        )
        .outerjoin(Account, Account.id == Client.caseworker_id)
        .outerjoin(newest, true())
        .where(*where)
        .order_by(Client.last_name, Client.first_name, Client.id)
    )
