"""What an auditor reads: the verifications, the order log, the audit trail, and the entries of one voucher.

Auditors see voucher numbers, not people: a client who acted is "the client", and a client's data is found by the number of
one of her vouchers.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_vouchers
from marketplace.clock import helsinki_moment
from marketplace.ledger.accounts import RESERVED, USED, Account
from marketplace.models import people
from marketplace.models.decisions import Decision
from marketplace.models.invoices import Invoice, PaymentBatch
from marketplace.models.ledger_rows import LedgerEntry, LedgerLine
from marketplace.models.people import Membership, Organiser
from marketplace.models.providers import Provider
from marketplace.models.trail import AuditEvent, OrderLogLine
from marketplace.models.vouchers import Voucher
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.verify_audit import verify_audit
from marketplace.use_cases.verify_ledger import Checked, verify_ledger
from marketplace.use_cases.verify_orders import verify_orders

PAGE = 50
MIDNIGHT = datetime.min.time()
OWN = tuple(account for account in Account if account in RESERVED | USED | {Account.RECEIVABLE})
"""The accounts that hold a voucher's own money; the others stand for the budget it came from."""


@dataclass(frozen=True)
class Verified:
    """What `valinta verify all` says of one organiser, at one moment."""

    at: datetime
    checks: tuple[Checked, ...]

    @property
    def clean(self) -> bool:
        return all(check.clean for check in self.checks)


@dataclass(frozen=True)
class LogRow:
    """One line of the order log, as it is hashed."""

    seq: int
    type: str
    day: date | None
    hash: str
    line: str


@dataclass(frozen=True)
class OrderLog:
    organiser_code: str
    rows: tuple[LogRow, ...]


@dataclass(frozen=True)
class AuditFilter:
    """`who`: a part of a name; `voucher`: a voucher's number, for everything that touched its client's data."""

    who: str = ""
    role: str = ""
    action: str = ""
    voucher: str = ""
    first: date | None = None
    last: date | None = None
    page: int = 1


@dataclass(frozen=True)
class AuditRow:
    """`who` is None for a client. `number`: what the subject is called, where it has a number. `vouchers`: the vouchers
    of the clients whose data it touched."""

    id: int
    at: datetime
    who: str | None
    role: str
    action: str
    subject: str
    subject_id: int | None
    number: str | None
    vouchers: tuple[str, ...]
    reason: str
    details: dict[str, Any]


@dataclass(frozen=True)
class AuditPage:
    """`known`: False when no voucher has the number that was asked for."""

    rows: tuple[AuditRow, ...]
    total: int
    page: int
    pages: int
    actions: tuple[str, ...]
    known: bool


@dataclass(frozen=True)
class EntryRow:
    """One entry of the ledger. `who` is None for a client, and for the system."""

    day: date
    recipe: str
    year: int
    provider: str | None
    who: str | None
    reason: str
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class VoucherMoney:
    number: str
    state: str
    valid_from: date
    valid_to: date
    reserved_year: int
    reserved_service_cents: int
    reserved_bonus_cents: int
    entries: tuple[EntryRow, ...]
    balances: tuple[tuple[str, int], ...]


def verification(desk: Desk, actor: Actor) -> Verified:
    """Verify ledger, audit and order log of the auditor's organiser, all as they were at one moment."""
    with desk.reading(actor, Action.VERIFY, one_look=True) as tx:
        checks = (
            verify_ledger(tx.session, tx.organiser_id),
            verify_audit(tx.session, tx.organiser_id),
            verify_orders(tx.session, tx.organiser_id, tx.today, vault=tx.vault),
        )
        found = sum(len(check.findings) for check in checks)
        tx.audit("verification.run", "organiser", tx.organiser_id, findings=found)
        return Verified(tx.now, checks)


def order_log(desk: Desk, actor: Actor) -> OrderLog:
    """The whole order log, lines of unrevealed days too, as `valinta export orders` writes it."""
    with desk.reading(actor, Action.VERIFY, one_look=True) as tx:
        code = tx.session.scalars(select(Organiser.code).where(Organiser.id == tx.organiser_id)).one()
        rows = tx.session.execute(
            select(OrderLogLine.seq, OrderLogLine.type, OrderLogLine.day, OrderLogLine.hash, OrderLogLine.line)
            .where(OrderLogLine.organiser_id == tx.organiser_id)
            .order_by(OrderLogLine.seq)
        ).all()
        tx.audit("orders.export", "organiser", tx.organiser_id, lines=len(rows))
        return OrderLog(code, tuple(LogRow(*row) for row in rows))


def audit_trail(desk: Desk, actor: Actor, wanted: AuditFilter) -> AuditPage:
    """The organiser's audit, newest first. Reading it is said to it, too."""
    with desk.reading(actor, Action.SEE_AUDIT) as tx:
        voucher = _voucher(tx, wanted.voucher)
        known = voucher is not None or not wanted.voucher
        where = [*_conditions(tx, wanted, voucher)] if known else [false()]
        total = tx.session.scalars(select(func.count()).select_from(AuditEvent).where(*where)).one()
        pages = max(-(-total // PAGE), 1)
        page = min(max(wanted.page, 1), pages)
        events = tx.session.scalars(
            select(AuditEvent).where(*where).order_by(AuditEvent.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
        ).all()
        actions = tx.session.scalars(
            select(AuditEvent.action).where(AuditEvent.organiser_id == tx.organiser_id).distinct()
        ).all()
        rows = _rows(tx, events)
        clients = (voucher.client_id,) if voucher is not None else ()
        tx.audit("audit.read", "audit", None, clients=clients, voucher=voucher.number if voucher else "")
        return AuditPage(rows, total, page, pages, tuple(sorted(actions)), known)


def voucher_money(desk: Desk, actor: Actor, number: str) -> VoucherMoney:
    """Every ledger entry of one voucher, oldest first, with the balances. Missing when there is no such number."""
    with desk.reading(actor, Action.SEE_INVOICES) as tx:
        voucher = _voucher(tx, number)
        if voucher is None:
            raise Missing("voucher")
        balances: dict[str, int] = defaultdict(int)
        entries = []
        for entry, provider, who, is_client, lines in _entries(tx, voucher.id):
            for account, cents in lines:
                balances[account] += cents
            name = None if is_client else who
            entries.append(
                EntryRow(entry.day, entry.recipe, entry.budget_year, provider, name, entry.reason, tuple(lines))
            )
        tx.audit("client.read", "voucher", voucher.id, clients=(voucher.client_id,), page="ledger")
        return VoucherMoney(
            number=voucher.number,
            state=voucher.state,
            valid_from=voucher.valid_from,
            valid_to=voucher.valid_to,
            reserved_year=voucher.reserved_year,
            reserved_service_cents=voucher.reserved_service_cents,
            reserved_bonus_cents=voucher.reserved_bonus_cents,
            entries=tuple(entries),
            balances=tuple((account, balances[account]) for account in OWN if balances[account]),
        )


def _voucher(tx: Tx, number: str) -> Voucher | None:
    if not number.strip():
        return None
    return tx.session.scalar(select(Voucher).where(Voucher.number == number.strip(), visible_vouchers(tx.actor)))


def _entries(tx: Tx, voucher_id: int) -> list[tuple[LedgerEntry, str | None, str | None, bool, list[tuple[str, int]]]]:
    is_client = (
        select(Membership.id)
        .where(Membership.account_id == LedgerEntry.actor_id, Membership.role == Role.CLIENT.value)
        .exists()
    )
    found = tx.session.execute(
        select(LedgerEntry, Provider.name, people.Account.name, is_client)
        .outerjoin(Provider, Provider.id == LedgerEntry.provider_id)
        .outerjoin(people.Account, people.Account.id == LedgerEntry.actor_id)
        .where(LedgerEntry.voucher_id == voucher_id, LedgerEntry.organiser_id == tx.organiser_id)
        .order_by(LedgerEntry.id)
    ).all()
    lines: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for entry_id, account, cents in tx.session.execute(
        select(LedgerLine.entry_id, LedgerLine.account, LedgerLine.cents)
        .where(LedgerLine.entry_id.in_([row[0].id for row in found]))
        .order_by(LedgerLine.id)
    ):
        lines[entry_id].append((account, cents))
    return [(row[0], row[1], row[2], row[3], lines[row[0].id]) for row in found]


def _conditions(tx: Tx, wanted: AuditFilter, voucher: Voucher | None) -> Iterable[ColumnElement[bool]]:
    yield AuditEvent.organiser_id == tx.organiser_id
    if wanted.who.strip():
        # a client is not found by her name
        yield AuditEvent.actor.icontains(wanted.who.strip(), autoescape=True)
        yield AuditEvent.role != Role.CLIENT.value
    if wanted.role:
        yield AuditEvent.role == wanted.role
    if wanted.action:
        yield AuditEvent.action == wanted.action
    if wanted.first is not None:
        yield AuditEvent.at >= helsinki_moment(wanted.first, MIDNIGHT)
    if wanted.last is not None:
        yield AuditEvent.at < helsinki_moment(wanted.last + timedelta(days=1), MIDNIGHT)
    if voucher is not None:
        itself = (AuditEvent.subject == "voucher") & (AuditEvent.subject_id == voucher.id)
        yield or_(AuditEvent.client_ids.contains([voucher.client_id]), itself)


def _rows(tx: Tx, events: Iterable[AuditEvent]) -> tuple[AuditRow, ...]:
    events = list(events)
    numbers = _numbers(tx, events)
    vouchers: dict[int, list[str]] = defaultdict(list)
    clients = {client_id for event in events for client_id in event.client_ids}
    for client_id, number in tx.session.execute(
        select(Voucher.client_id, Voucher.number).where(Voucher.client_id.in_(clients)).order_by(Voucher.id)
    ):
        vouchers[client_id].append(number)
    return tuple(
        AuditRow(
            id=event.id,
            at=event.at,
            who=None if event.role == Role.CLIENT.value else event.actor,
            role=event.role,
            action=event.action,
            subject=event.subject,
            subject_id=event.subject_id,
            number=numbers.get((event.subject, event.subject_id or 0)),
            vouchers=tuple(number for client_id in event.client_ids for number in vouchers[client_id]),
            reason=event.reason,
            details=dict(event.details),
        )
        for event in events
    )


NUMBERED = (
    ("voucher", Voucher.id, Voucher.number),
    ("invoice", Invoice.id, Invoice.number),
    ("payment_batch", PaymentBatch.id, PaymentBatch.number),
    ("decision", Decision.id, Decision.number),
    ("provider", Provider.id, Provider.name),
)


def _numbers(tx: Tx, events: Iterable[AuditEvent]) -> dict[tuple[str, int], str]:
    """What the subjects of these rows are called: numbers of things, names of companies; never a person's."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for event in events:
        if event.subject_id is not None:
            wanted[event.subject].add(event.subject_id)
    found = {}
    for subject, key, name in NUMBERED:
        if wanted[subject]:
            for one, called in tx.session.execute(select(key, name).where(key.in_(wanted[subject]))):
                found[subject, one] = called
    return found
