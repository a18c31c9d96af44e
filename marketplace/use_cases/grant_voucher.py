"""Granting a service voucher: an administrative decision, a reservation on the budget, and the draw of its list."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_clients
from marketplace.ledger import recipes
from marketplace.matching.registry import Pair
from marketplace.models.clients import Client, Need
from marketplace.models.ledger import NoBudget, lock_budget, post
from marketplace.models.numbers import numbered
from marketplace.models.programmes import Area, Budget, Programme, ServicePackage, TermsVersion, area_of, terms_in_force
from marketplace.models.vouchers import Voucher, VoucherMove
from marketplace.pricing.bands import Band
from marketplace.pricing.prices import BandPrice, missing
from marketplace.pricing.rules import event_rules, milestone_rules
from marketplace.pricing.snapshot import Snapshot, bonus_maximum, voucher_value
from marketplace.use_cases.bookings import voucher_context
from marketplace.use_cases.card_prices import providers_set_prices
from marketplace.use_cases.conflicts import refuse_conflict
from marketplace.use_cases.decisions import Draft, make_decision
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.end_approvals import end_due
from marketplace.use_cases.notices import tell_client
from marketplace.use_cases.order_log import draw, head
from marketplace.use_cases.price_table import places_of, promised_prices, table_of
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.vouchers.cycles import OPEN_VOUCHER


@dataclass(frozen=True)
class GrantOrder:
    """What the caseworker decides: for which assessed need, and why. Value, size and validity come from the terms."""

    need_id: int
    reasons: str
    once: str | None = None


@dataclass(frozen=True)
class Granted:
    voucher_id: int
    decision_id: int
    number: str


def grant_voucher(desk: Desk, actor: Actor, order: GrantOrder) -> Granted:
    """Grant a voucher for a need.

    Refused with: conflict_of_interest (names), reasons_missing, client_ended, voucher_already_open, no_terms, no_area,
    need_class_missing, price_missing (the row that lacks), no_budget, over_budget (free_cents, needed_cents). Missing
    for a stranger's need. The value and, where the programme says so, the bonus's maximum are reserved on this year's
    budget in the same transaction (money.md 3).
    """
    with desk.transaction(actor, Action.GRANT_VOUCHER) as tx:
        if done := tx.first_click("grant_voucher", order.once):
            return Granted(**done)
        case = _load(tx, order)
        refuse_conflict(tx, pairs=[(case.package.id, case.area.id)])
        snapshot = promise(tx, case.programme, case.package, case.terms, case.need, case.area)
        bonus = bonus_maximum(snapshot) if snapshot.bonus_reserved_at == "grant" else 0
        budget = _lock_enough(tx, case.programme.id, snapshot.value_cents + bonus)
        end_due(tx)  # what ends by date counts only through its log line, which comes before the draw (fairness B3)
        voucher = _make(tx, case, snapshot, order.reasons)
        entry = recipes.grant(
            f"grant/{voucher.id}", voucher_context(tx, voucher, tx.today.year, "grant"), snapshot.value_cents, bonus
        )
        post(tx.session, entry, tx.now, budget=budget, voucher=voucher)
        tx.audit(
            "voucher.grant",
            "voucher",
            voucher.id,
            clients=(case.client.id,),
            reason=order.reasons,
            number=voucher.number,
            decision_id=voucher.decision_id,
            value_cents=snapshot.value_cents,
        )
        tell_client(
            tx,
            case.client,
            "voucher_granted",
            f"voucher_granted/{voucher.id}",
            decision_id=voucher.decision_id,
            number=voucher.number,
            valid_to=voucher.valid_to,
            package=case.package.name,
        )
        granted = Granted(voucher.id, voucher.decision_id, voucher.number)
        tx.remember_click("grant_voucher", order.once, **vars(granted))
        return granted


@dataclass(frozen=True)
class _Case:
    need: Need
    client: Client
    programme: Programme
    package: ServicePackage
    terms: TermsVersion
    area: Area


def _load(tx: Tx, order: GrantOrder) -> _Case:
    row = tx.session.execute(
        select(Need, Client, ServicePackage, Programme)
        .join(Client, Client.id == Need.client_id)
        .join(ServicePackage, ServicePackage.id == Need.package_id)
        .join(Programme, Programme.id == ServicePackage.programme_id)
        .where(Need.id == order.need_id, visible_clients(tx.actor))
        # two grants for one need at once: the second waits here and then finds the first one's voucher
        .with_for_update(of=Client, key_share=True)
    ).one_or_none()
    if row is None:
        raise Missing("need")
    need, client, package, programme = row
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
    area = area_of(tx.session, client.municipality)
    if area is None:
        raise Refused("no_area", None, municipality=client.municipality)
    return _Case(need, client, programme, package, terms, area)


def promise(
    tx: Tx, programme: Programme, package: ServicePackage, terms: TermsVersion, need: Need, area: Area
) -> Snapshot:
    """What a grant for this need promises today. Refused: price_missing; need_class_missing, for a need without a class
    where prices go by class alone."""
    places, table = places_of(tx, package.id), table_of(tx, terms, package.unit)
    try:
        bands = promised_prices(table, places, package.unit, need.need_class, area.code, tx.today)
    except Refused as refused:
        cells = [cell for cell in places.cells(package.unit) if cell.area == area.code and cell.need_class is not None]
        if need.need_class is None and len(missing(table, cells, tx.today)) < len(cells):
            raise Refused("need_class_missing") from None
        raise refused
    return snapshot_of(programme, package, terms, need.tier, bands, need_class=need.need_class, area=area.code)


def snapshot_of(
    programme: Programme,
    package: ServicePackage,
    terms: TermsVersion,
    tier: int,
    bands: tuple[BandPrice, ...],
    *,
    need_class: str | None = None,
    area: str = "",
) -> Snapshot:
    """The promise that a grant makes by these terms and the prices that hold for it (money.md 2). Its value is the most
    that its units can come to cost, in the dearest band of time."""
    usual = next(one for one in bands if one.band is Band.DAY)
    return Snapshot(
        programme_code=programme.code,
        package_code=package.code,
        terms_no=terms.number,
        legal_basis=programme.legal_basis["fi"],
        unit=package.unit,
        price_cents=usual.value_cents,
        units_hundredths=terms.units_hundredths,
        value_cents=voucher_value(max(one.value_cents for one in bands), terms.units_hundredths),
        event_rules=event_rules(terms.event_rules),
        milestones=milestone_rules(terms.bonus_rule, tier),
        tier=tier,
        bonus_reserved_at=programme.bonus_reserved_at,
        need_class=need_class,
        area=area,
        bands=bands,
        evening_from=terms.evening_from,
    )


def _lock_enough(tx: Tx, programme_id: int, needed_cents: int) -> Budget:
    try:
        budget = lock_budget(tx.session, programme_id, tx.today.year)
    except NoBudget:
        raise Refused("no_budget", None, year=tx.today.year) from None
    if budget.free_cents < needed_cents:
        raise Refused("over_budget", None, free_cents=budget.free_cents, needed_cents=needed_cents)
    return budget


def _make(tx: Tx, case: _Case, snapshot: Snapshot, reasons: str) -> Voucher:
    valid_to = tx.today + timedelta(days=case.terms.validity_days - 1)
    client = case.client
    number = numbered(tx.session, tx.organiser_id, "voucher", tx.today.year)
    decision = make_decision(
        tx,
        Draft(
            kind="voucher_grant",
            programme=case.programme,
            outcome="granted",
            reasons=reasons,
            language=client.language,
            client_id=client.id,
            facts=_facts(case, snapshot, number, tx.today, valid_to),
        ),
    )
    log = head(tx)
    list_seq = log.list_seq + 1
    voucher = Voucher(
        organiser_id=tx.organiser_id,
        number=number,
        client_id=client.id,
        need_id=case.need.id,
        decision_id=decision.id,
        programme_id=case.programme.id,
        package_id=case.package.id,
        area_id=case.area.id,
        terms_id=case.terms.id,
        snapshot=snapshot.to_json(),
        municipality=client.municipality,
        caseworker_id=tx.account_id,
        list_seq=list_seq,
        state="granted",
        valid_from=tx.today,
        valid_to=valid_to,
        units_left_hundredths=snapshot.units_hundredths,
        reserved_service_cents=0,
        reserved_bonus_cents=0,
        reserved_year=tx.today.year,
        granted_at=tx.now,
    )
    tx.session.add(voucher)
    tx.session.flush()
    tx.session.add(
        VoucherMove(
            organiser_id=tx.organiser_id,
            voucher_id=voucher.id,
            move="grant",
            source="",
            target="granted",
            at=tx.now,
            actor_id=tx.account_id,
            role=tx.actor.role.value if tx.actor.role else "",
            decision_id=decision.id,
        )
    )
    draw(tx, Pair(case.package.code, case.area.code), voucher.id, list_seq, log, _replaced(tx, voucher))
    return voucher


def _replaced(tx: Tx, voucher: Voucher) -> int | None:
    """The list that this voucher's list replaces: that of the client's voucher before it for the same service, when that
    one was revoked by a decision. By the service and not by the need: a need written anew would otherwise hide it."""
    revoked = select(VoucherMove.id).where(VoucherMove.voucher_id == Voucher.id, VoucherMove.move == "revoke")
    before = tx.session.execute(
        select(Voucher.list_seq, revoked.exists().label("revoked"))
        .where(
            Voucher.client_id == voucher.client_id,
            Voucher.package_id == voucher.package_id,
            Voucher.id != voucher.id,
        )
        .order_by(Voucher.list_seq.desc())
        .limit(1)
    ).one_or_none()
    return before.list_seq if before is not None and before.revoked else None


def _facts(case: _Case, snapshot: Snapshot, number: str, valid_from: date, valid_to: date) -> dict[str, Any]:
    """What the decision's template says."""
    client = case.client
    return {
        "party": f"{client.first_name} {client.last_name}",
        # a protected address is never printed; the letter is handed over
        "party_lines": [] if client.protected_address else [client.address],
        "voucher_number": number,
        "package": case.package.name,
        "unit": snapshot.unit,
        "units_hundredths": snapshot.units_hundredths,
        "price_cents": snapshot.price_cents,
        "value_cents": snapshot.value_cents,
        "own_share_cents": snapshot.own_share_cents,
        "providers_set_prices": providers_set_prices(snapshot),
        "valid_from": valid_from,
        "valid_to": valid_to,
        "need_category": case.need.category,
        "goal": case.need.goal,
        "terms_no": case.terms.number,
        "terms_board_decision": case.terms.board_decision,
    }
