"""What a grant would be, before it is made: value, bonus, validity, and what the budget has left."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_clients
from marketplace.models.clients import Client, Need
from marketplace.models.programmes import (
    Budget,
    Programme,
    ServicePackage,
    TermsVersion,
    area_of,
    terms_in_force,
)
from marketplace.models.providers import Approval
from marketplace.models.schema import Words
from marketplace.models.vouchers import Voucher
from marketplace.pricing.snapshot import Snapshot, bonus_maximum
from marketplace.use_cases.card_prices import providers_set_prices
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.grant_voucher import promise
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.vouchers.cycles import OPEN_VOUCHER


@dataclass(frozen=True)
class Promise:
    """What would be granted today. `bonus_cents`: the most that bonuses can cost; `reserved_cents`: what the grant takes
    from the free budget. `providers`: how many the client could choose from now."""

    unit: str
    price_cents: int
    units_hundredths: int
    value_cents: int
    own_share_cents: int
    providers_set_prices: bool
    bonus_cents: int
    bonus_reserved_at: str
    valid_from: date
    valid_to: date
    terms_no: int
    area: Words
    providers: int
    free_cents: int
    reserved_cents: int

    @property
    def enough(self) -> bool:
        return self.free_cents >= self.reserved_cents


@dataclass(frozen=True)
class GrantPage:
    """`promise` is None, and `blocked` (a refusal's code with its values) says why, when nothing can be granted."""

    need_id: int
    client_id: int
    client: str
    language: str
    protected_address: bool
    package: Words
    category: str
    tier: int
    goal: str
    assessed_on: date
    programme: Words
    legal_basis: Words
    promise: Promise | None
    blocked: tuple[str, dict[str, Any]] | None


def grant_page(desk: Desk, actor: Actor, need_id: int) -> GrantPage:
    """The page before the grant. Nothing is reserved by looking. Missing for a stranger's need."""
    with desk.reading(actor, Action.GRANT_VOUCHER) as tx:
        row = tx.session.execute(
            select(Need, Client, ServicePackage, Programme)
            .join(Client, Client.id == Need.client_id)
            .join(ServicePackage, ServicePackage.id == Need.package_id)
            .join(Programme, Programme.id == ServicePackage.programme_id)
            .where(Need.id == need_id, visible_clients(actor))
        ).one_or_none()
        if row is None:
            raise Missing("need")
        need, client, package, programme = row
        tx.audit("client.read", "need", need.id, clients=(client.id,), page="grant")
        promise, blocked = None, None
        try:
            promise = _promise(tx, need, client, package, programme)
        except Refused as refused:
            blocked = refused.code, refused.values
        return GrantPage(
            need_id=need.id,
            client_id=client.id,
            client=f"{client.first_name} {client.last_name}",
            language=client.language,
            protected_address=client.protected_address,
            package=package.name,
            category=need.category,
            tier=need.tier,
            goal=need.goal,
            assessed_on=need.assessed_on,
            programme=programme.name,
            legal_basis=programme.legal_basis,
            promise=promise,
            blocked=blocked,
        )


def _promise(tx: Tx, need: Need, client: Client, package: ServicePackage, programme: Programme) -> Promise:
    terms = _terms(tx, client, package, programme)
    area = area_of(tx.session, client.municipality)
    if area is None:
        raise Refused("no_area", None, municipality=client.municipality)
    free = tx.session.scalar(
        select(Budget.free_cents).where(Budget.programme_id == programme.id, Budget.year == tx.today.year)
    )
    if free is None:
        raise Refused("no_budget", None, year=tx.today.year)
    snapshot: Snapshot = promise(tx, programme, package, terms, need, area)
    bonus = bonus_maximum(snapshot)
    approved = tx.session.scalars(
        select(Approval.id).where(
            Approval.package_id == package.id, Approval.area_id == area.id, Approval.state == "approved"
        )
    ).all()
    return Promise(
        unit=snapshot.unit,
        price_cents=snapshot.price_cents,
        units_hundredths=snapshot.units_hundredths,
        value_cents=snapshot.value_cents,
        own_share_cents=snapshot.own_share_cents,
        providers_set_prices=providers_set_prices(snapshot),
        bonus_cents=bonus,
        bonus_reserved_at=snapshot.bonus_reserved_at,
        valid_from=tx.today,
        valid_to=tx.today + timedelta(days=terms.validity_days - 1),
        terms_no=snapshot.terms_no,
        area=area.name,
        providers=len(approved),
        free_cents=free,
        reserved_cents=snapshot.value_cents + (bonus if snapshot.bonus_reserved_at == "grant" else 0),
    )


def _terms(tx: Tx, client: Client, package: ServicePackage, programme: Programme) -> TermsVersion:
    """The terms that a grant would use, refused where a grant would be (`grant_voucher`)."""
    if client.ended_on is not None:
        raise Refused("client_ended", None, day=client.ended_on)
    already = tx.session.scalar(
        select(Voucher.number).where(
            Voucher.client_id == client.id, Voucher.package_id == package.id, Voucher.state.in_(OPEN_VOUCHER)
        )
    )
    if already is not None:
        raise Refused("voucher_already_open", None, number=already)
    terms = terms_in_force(tx.session, package.id, tx.today)
    if terms is None or programme.state != "published":
        raise Refused("no_terms")
    return terms
