"""What a provider's people see of their clients: the list, and one client. Never a tier, never a measurement."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_vouchers
from marketplace.clock import helsinki_day
from marketplace.models.clients import Client, Need
from marketplace.models.events import Outcome
from marketplace.models.people import Account, Organiser
from marketplace.models.programmes import ServicePackage
from marketplace.models.schema import Words
from marketplace.models.vouchers import Choice, Voucher
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.provider_event_pages import EventRow, event_rows
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.report_outcome import LIVING
from marketplace.vouchers.deadlines import working_days_after

PAGE = 50
SHOWS = ("now", "earlier")


@dataclass(frozen=True)
class ListQuery:
    """`show`: now (who needs something or can still be recorded for) or earlier; `search`: a name or a number."""

    show: str = "now"
    search: str = ""
    page: int = 1


class ClientRow(NamedTuple):
    """One client's one voucher. A named tuple of columns: the list is the page that is opened most."""

    voucher_id: int
    client_id: int
    choice_id: int | None
    number: str
    first_name: str
    last_name: str
    service: Words
    unit: str
    state: str
    units_left_hundredths: int
    valid_to: date
    ended_on: date | None
    tail_to: date | None
    all_rows: int

    @property
    def name(self) -> str:
        return f"{self.last_name} {self.first_name}"


@dataclass(frozen=True)
class ClientList:
    rows: tuple[ClientRow, ...]
    total: int
    page: int
    pages: int
    query: ListQuery


@dataclass(frozen=True)
class Caseworker:
    name: str
    phone: str | None
    email: str | None


@dataclass(frozen=True)
class ClientPage:
    """One client's one voucher, as much of it as the work needs.

    Before the place is confirmed (`accepted`): name, language, municipality, service and how to reach the client. The
    goal and the address come after that. A protected address is never here, nor the municipality or, before the place is
    confirmed, the client's own phone and mail: the caseworker helps to reach the client.
    """

    voucher_id: int
    choice_id: int
    number: str
    state: str
    accepted: bool
    name: str
    language: str
    protected: bool
    municipality: str | None
    phone: str | None
    email: str | None
    address: str | None
    goal: str | None
    caseworker: Caseworker
    service: Words
    unit: str
    units_hundredths: int
    units_left_hundredths: int
    valid_from: date
    valid_to: date
    ended_on: date | None
    tail_to: date | None
    chosen_on: date
    answer_by: date
    start_on: date | None
    today: date
    can_record: bool
    can_report: bool
    outcome_id: int | None
    events: tuple[EventRow, ...] = ()


def client_list(desk: Desk, actor: Actor, query: ListQuery) -> ClientList:
    """The company's clients, those who wait for an answer first. One query, one audit row, whatever the size."""
    with desk.reading(actor, Action.SEE_PROVIDER_CLIENTS) as tx:
        page = max(query.page, 1)
        rows = [ClientRow(*row) for row in tx.session.execute(_clients(tx, query).offset((page - 1) * PAGE))]
        if not rows and page > 1:  # the list has become shorter since the link was made
            page = 1
            rows = [ClientRow(*row) for row in tx.session.execute(_clients(tx, query))]
        total = rows[0].all_rows if rows else 0
        tx.audit("client.read", "client_list", None, clients=tuple(row.client_id for row in rows))
        return ClientList(tuple(rows), total, page, -(-total // PAGE), query)


def client_page(desk: Desk, actor: Actor, voucher_id: int) -> ClientPage:
    """One client of the company. Missing for a stranger, and for whoever has left the company."""
    with desk.reading(actor, Action.SEE_PROVIDER_CLIENTS) as tx:
        return _page(tx, Voucher.id == voucher_id)


def choice_page(desk: Desk, actor: Actor, choice_id: int) -> ClientPage:
    """The client who waits for an answer. Missing when the choice is not the client's present one."""
    with desk.reading(actor, Action.ANSWER_CHOICE) as tx:
        return _page(tx, Voucher.choice_id == choice_id)


def _clients(tx: Tx, query: ListQuery) -> Select[*tuple[Any, ...]]:
    now = or_(Voucher.state.in_(("chosen", "active")), Voucher.tail_to >= tx.today)
    wanted = [visible_vouchers(tx.actor), ~now if query.show == "earlier" else now]
    if query.search:
        wanted.append(_found(query.search))
    return (
        select(
            Voucher.id, Client.id, Voucher.choice_id, Voucher.number, Client.first_name, Client.last_name,
            ServicePackage.name, ServicePackage.unit, Voucher.state, Voucher.units_left_hundredths, Voucher.valid_to,
            Voucher.ended_on, Voucher.tail_to, func.count().over(),
        )
        .join(Client, Client.id == Voucher.client_id)
        .join(ServicePackage, ServicePackage.id == Voucher.package_id)
        .where(*wanted)
        .order_by(case((Voucher.state == "chosen", 0), else_=1), Client.last_name, Client.first_name, Voucher.id)
        .limit(PAGE)
    )  # fmt: skip


def _found(search: str) -> ColumnElement[bool]:
    """Every word of the search is in the name or in the voucher's number."""
    whole = func.concat_ws(" ", Client.first_name, Client.last_name, Voucher.number)
    return and_(*(whole.icontains(word, autoescape=True) for word in search.split()[:5]))


def _page(tx: Tx, which: ColumnElement[bool]) -> ClientPage:
    row = tx.session.execute(
        select(Voucher, Client, Choice, ServicePackage, Need.goal, Account, Organiser.answer_working_days)
        .join(Client, Client.id == Voucher.client_id)
        .join(Choice, Choice.id == Voucher.choice_id)
        .join(ServicePackage, ServicePackage.id == Voucher.package_id)
        .join(Need, Need.id == Voucher.need_id)
        .join(Account, Account.id == Voucher.caseworker_id)
        .join(Organiser, Organiser.id == Voucher.organiser_id)
        .where(which, visible_vouchers(tx.actor))
    ).one_or_none()
    if row is None:
        raise Missing("voucher")
    voucher, client, choice, package, goal, caseworker, answer_days = row
    accepted = choice.start_on is not None
    hidden = client.protected_address
    reach = accepted or not hidden
    open_still = voucher.state != "closed" and (voucher.tail_to is None or tx.today <= voucher.tail_to)
    chosen_on = helsinki_day(choice.chosen_at)
    outcome_id = tx.session.scalar(
        select(Outcome.id).where(Outcome.voucher_id == voucher.id, Outcome.state.in_(LIVING)).limit(1)
    )
    tx.audit("client.read", "voucher", voucher.id, clients=(client.id,))
    return ClientPage(
        voucher_id=voucher.id,
        choice_id=choice.id,
        number=voucher.number,
        state=voucher.state,
        accepted=accepted,
        name=f"{client.first_name} {client.last_name}",
        language=client.language,
        protected=hidden,
        municipality=None if hidden else client.municipality,
        phone=client.phone if reach else None,
        email=client.email if reach else None,
        address=client.address if accepted and not hidden else None,
        goal=goal if accepted else None,
        caseworker=Caseworker(caseworker.name, caseworker.phone, caseworker.email),
        service=package.name,
        unit=package.unit,
        units_hundredths=int(voucher.snapshot["units_hundredths"]),
        units_left_hundredths=voucher.units_left_hundredths,
        valid_from=voucher.valid_from,
        valid_to=voucher.valid_to,
        ended_on=voucher.ended_on,
        tail_to=voucher.tail_to,
        chosen_on=chosen_on,
        answer_by=working_days_after(chosen_on, answer_days),
        start_on=choice.start_on,
        today=tx.today,
        can_record=accepted and open_still,
        can_report=accepted and open_still and outcome_id is None,
        outcome_id=outcome_id if accepted else None,
        events=tuple(event_rows(tx, voucher.id)) if accepted else (),
    )
