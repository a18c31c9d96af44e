"""One client as her caseworker sees her: facts, needs and measurements, vouchers, decisions, and who has seen her data.

A protected address is never a part of the page: it is asked for apart, with a reason, and each asking is in the audit.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_decisions, visible_vouchers
from marketplace.models.clients import Client, Measurement, Need
from marketplace.models.decisions import Decision, Delivery
from marketplace.models.events import Event
from marketplace.models.people import Account, Invitation, Membership, Organiser
from marketplace.models.programmes import ServicePackage
from marketplace.models.providers import Provider
from marketplace.models.schema import Words
from marketplace.models.trail import AuditEvent
from marketplace.models.vouchers import Voucher
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.register_client import own_client
from marketplace.vouchers.cycles import OPEN_VOUCHER

SEEN = 10


@dataclass(frozen=True)
class ClientFile:
    """A client's facts. `address` is None when it is protected. `way_in`: none, letter (a code is on its way), mail (a
    link is), open (she has come in), or ended."""

    id: int
    first_name: str
    last_name: str
    birth_date: date
    municipality: str
    language: str
    address: str | None
    protected_address: bool
    phone: str | None
    email: str | None
    unemployed_since: date
    benefit_days: int
    caseworker_id: int | None
    caseworker: str | None
    ended_on: date | None
    end_reason: str | None
    way_in: str = "none"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class MeasurementView:
    moment: str
    instrument: str
    version: str
    score_hundredths: int | None
    declined: bool
    measured_on: date


@dataclass(frozen=True)
class NeedView:
    """`open_number`: the client's open voucher for the same package, which stands in the way of another."""

    id: int
    package: Words
    category: str
    tier: int
    goal: str
    assessed_on: date
    caseworker: str
    measurements: tuple[MeasurementView, ...]
    open_number: str | None

    @property
    def measured(self) -> frozenset[str]:
        return frozenset(one.moment for one in self.measurements)


@dataclass(frozen=True)
class VoucherLine:
    """`used_cents`: what has been recorded and not taken back; `left_cents`: what is still reserved for service."""

    id: int
    number: str
    package: Words
    provider: str | None
    state: str
    valid_from: date
    valid_to: date
    value_cents: int
    used_cents: int
    left_cents: int


@dataclass(frozen=True)
class DecisionLine:
    id: int
    number: str
    kind: str
    made_on: date
    sent_on: date | None


@dataclass(frozen=True)
class SeenLine:
    at: datetime
    who: str
    role: str
    action: str
    reason: str


@dataclass(frozen=True)
class ClientPage:
    client: ClientFile
    needs: tuple[NeedView, ...]
    vouchers: tuple[VoucherLine, ...]
    decisions: tuple[DecisionLine, ...]
    seen: tuple[SeenLine, ...]

    @property
    def open_vouchers(self) -> tuple[VoucherLine, ...]:
        return tuple(line for line in self.vouchers if line.state in OPEN_VOUCHER)


@dataclass(frozen=True)
class ClientChoices:
    """What forms about a client let one choose from: the organiser's municipalities, and its caseworkers (id, name)."""

    municipalities: tuple[str, ...]
    caseworkers: tuple[tuple[int, str], ...]


def client_page(desk: Desk, actor: Actor, client_id: int) -> ClientPage:
    """Everything of one client but a protected address. Missing for a stranger's."""
    with desk.reading(actor, Action.SEE_CLIENTS) as tx:
        client = own_client(tx, client_id)
        page = ClientPage(
            client=_file(tx, client),
            needs=_needs(tx, client.id),
            vouchers=_vouchers(tx, client.id),
            decisions=_decisions(tx, client.id),
            seen=_seen(tx, client.id),
        )
        tx.audit("client.read", "client", client.id, clients=(client.id,), page="client")
        return page


def client_file(desk: Desk, actor: Actor, client_id: int) -> ClientFile:
    """A client's facts alone, for the pages that change them. Missing for a stranger's."""
    with desk.reading(actor, Action.SEE_CLIENTS) as tx:
        client = own_client(tx, client_id)
        tx.audit("client.read", "client", client.id, clients=(client.id,), page="client_form")
        return _file(tx, client)


def client_choices(desk: Desk, actor: Actor) -> ClientChoices:
    """What the forms about clients offer."""
    with desk.reading(actor, Action.EDIT_CLIENT) as tx:
        ours = tx.session.scalars(select(Organiser.municipalities).where(Organiser.id == tx.organiser_id)).one()
        people = tx.session.execute(
            select(Account.id, Account.name)
            .join(Membership, Membership.account_id == Account.id)
            .where(
                Membership.organiser_id == tx.organiser_id,
                Membership.role == Role.CASEWORKER.value,
                Membership.ended_at.is_(None),
                Account.ended_at.is_(None),
            )
            .order_by(Account.name, Account.id)
        )
        return ClientChoices(tuple(ours), tuple((row.id, row.name) for row in people))


def reveal_address(desk: Desk, actor: Actor, client_id: int, reason: str) -> str:
    """A client's address, also a protected one, for a reason that the client can read in her own trail.

    Refused: reveal_reason_missing. Missing for a stranger's.
    """
    with desk.reading(actor, Action.SEE_PROTECTED_ADDRESS) as tx:
        client = own_client(tx, client_id)
        if not reason.strip():
            raise Refused("reveal_reason_missing", "reason")
        tx.audit("client.reveal_address", "client", client.id, clients=(client.id,), reason=reason.strip())
        return client.address


def _file(tx: Tx, client: Client) -> ClientFile:
    caseworker = None
    if client.caseworker_id is not None:
        caseworker = tx.session.scalar(select(Account.name).where(Account.id == client.caseworker_id))
    return ClientFile(
        id=client.id,
        first_name=client.first_name,
        last_name=client.last_name,
        birth_date=client.birth_date,
        municipality=client.municipality,
        language=client.language,
        address=None if client.protected_address else client.address,
        protected_address=client.protected_address,
        phone=client.phone,
        email=client.email,
        unemployed_since=client.unemployed_since,
        benefit_days=client.benefit_days,
        caseworker_id=client.caseworker_id,
        caseworker=caseworker,
        ended_on=client.ended_on,
        end_reason=client.end_reason,
        way_in=_way_in(tx, client.id),
    )


def _way_in(tx: Tx, client_id: int) -> str:
    account = tx.session.execute(
        select(Account.id, Account.ended_at, Account.password_hash, Membership.ended_at.label("left"))
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.client_id == client_id)
        .order_by(Membership.id.desc())
        .limit(1)
    ).one_or_none()
    if account is None:
        return "none"
    if account.ended_at is not None or account.left is not None:
        return "ended"
    if account.password_hash:
        return "open"
    newest = tx.session.execute(
        select(Invitation.purpose, Invitation.expires_at)
        .where(Invitation.account_id == account.id, Invitation.used_at.is_(None), Invitation.expires_at > tx.now)
        .order_by(Invitation.id.desc())
        .limit(1)
    ).one_or_none()
    if newest is None:
        return "open" if _has_come(tx, account.id) else "none"
    return "letter" if newest.purpose == "letter" else "mail"


def _has_come(tx: Tx, account_id: int) -> bool:
    used = select(Invitation.id).where(Invitation.account_id == account_id, Invitation.used_at.is_not(None)).limit(1)
    return tx.session.scalar(used) is not None


def _needs(tx: Tx, client_id: int) -> tuple[NeedView, ...]:
    measured: dict[int, list[MeasurementView]] = defaultdict(list)
    for one in tx.session.scalars(
        select(Measurement).where(Measurement.client_id == client_id).order_by(Measurement.id)
    ):
        measured[one.need_id].append(
            MeasurementView(
                one.moment,
                one.instrument,
                one.instrument_version,
                one.score_hundredths,
                one.declined,
                one.measured_on,
            )
        )
    rows = tx.session.execute(
        select(Need, ServicePackage.name, Account.name)
        .join(ServicePackage, ServicePackage.id == Need.package_id)
        .join(Account, Account.id == Need.caseworker_id)
        .where(Need.client_id == client_id)
        .order_by(Need.id.desc())
    )
    opened = {
        row.package_id: row.number
        for row in tx.session.execute(
            select(Voucher.package_id, Voucher.number).where(
                Voucher.client_id == client_id, Voucher.state.in_(OPEN_VOUCHER)
            )
        )
    }
    return tuple(
        NeedView(
            id=need.id,
            package=package,
            category=need.category,
            tier=need.tier,
            goal=need.goal,
            assessed_on=need.assessed_on,
            caseworker=caseworker,
            measurements=tuple(measured[need.id]),
            open_number=opened.get(need.package_id),
        )
        for need, package, caseworker in rows
    )


def _vouchers(tx: Tx, client_id: int) -> tuple[VoucherLine, ...]:
    used = (
        select(func.coalesce(func.sum(Event.amount_cents), 0))
        .where(Event.voucher_id == Voucher.id, Event.state != "reversed")
        .correlate(Voucher)
        .scalar_subquery()
    )
    rows = tx.session.execute(
        select(Voucher, ServicePackage.name, Provider.name, used)
        .join(ServicePackage, ServicePackage.id == Voucher.package_id)
        .outerjoin(Provider, Provider.id == Voucher.provider_id)
        .where(Voucher.client_id == client_id, visible_vouchers(tx.actor))
        .order_by(Voucher.id.desc())
    )
    return tuple(
        VoucherLine(
            id=voucher.id,
            number=voucher.number,
            package=package,
            provider=provider,
            state=voucher.state,
            valid_from=voucher.valid_from,
            valid_to=voucher.ended_on or voucher.valid_to,
            value_cents=voucher.snapshot["value_cents"],
            used_cents=int(cents),
            left_cents=voucher.reserved_service_cents,
        )
        for voucher, package, provider, cents in rows
    )


def _decisions(tx: Tx, client_id: int) -> tuple[DecisionLine, ...]:
    sent = (
        select(func.min(Delivery.sent_on)).where(Delivery.decision_id == Decision.id).correlate(Decision)
    ).scalar_subquery()
    rows = tx.session.execute(
        select(Decision.id, Decision.number, Decision.kind, Decision.made_on, sent)
        .where(Decision.client_id == client_id, visible_decisions(tx.actor))
        .order_by(Decision.id.desc())
    )
    return tuple(DecisionLine(*row) for row in rows)


def _seen(tx: Tx, client_id: int) -> tuple[SeenLine, ...]:
    rows = tx.session.execute(
        select(AuditEvent.at, AuditEvent.actor, AuditEvent.role, AuditEvent.action, AuditEvent.reason)
        .where(AuditEvent.organiser_id == tx.organiser_id, AuditEvent.client_ids.contains([client_id]))
        .order_by(AuditEvent.id.desc())
        .limit(SEEN)
    )
    return tuple(SeenLine(*row) for row in rows)
