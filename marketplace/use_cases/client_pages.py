"""The client's first page: her vouchers in plain words, what has happened with each, and what comes next.

Six queries, however many vouchers she has had.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_vouchers
from marketplace.clock import helsinki_day
from marketplace.models.assisting import ChoiceProposal
from marketplace.models.events import Event, Objection
from marketplace.models.people import Account, Organiser
from marketplace.models.programmes import Programme, ServicePackage
from marketplace.models.providers import Provider, Site
from marketplace.models.schema import Json, Words
from marketplace.models.vouchers import Choice, Voucher, VoucherMove
from marketplace.pricing.replay import Relief, relief_on
from marketplace.pricing.snapshot import Snapshot
from marketplace.use_cases.card_prices import CardPrice, costs_of, providers_set_prices
from marketplace.use_cases.compare_pages import SiteView
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.kept_prices import kept_prices, reliefs_of
from marketplace.use_cases.refusals import Missing
from marketplace.vouchers.cycles import OPEN_VOUCHER
from marketplace.vouchers.deadlines import working_days_after

Line = Row[*tuple[Any, ...]]

ENDS = ("refused", "revoked", "ended", "expired")
LIVING_CHOICE = ("proposed", "confirmed")


@dataclass(frozen=True)
class ChosenProvider:
    """Who is chosen now. `start_on` once it has confirmed; `answer_by` while it has not."""

    name: str
    email: str
    phone: str
    sites: tuple[SiteView, ...]
    confirmed: bool
    chosen_at: datetime
    answer_by: date
    start_on: date | None


@dataclass(frozen=True)
class Setback:
    """Why the client chooses again. kind: declined (with a listed reason) or left (the provider left the list)."""

    kind: str
    provider: str
    reason: str


@dataclass(frozen=True)
class WaitingProposal:
    """What the client said beside her caseworker, and what waits for her own word."""

    unit: str
    provider: str
    noted_by: str


@dataclass(frozen=True)
class MyVoucher:
    """One voucher as its holder sees it. Amounts are what the grant promised.

    `open`: it can be used today. `ended_as`: refused, revoked, ended or expired, also when it has been closed since.
    `no_show_uses`: a meeting that she misses without a word uses up units.
    """

    id: int
    number: str
    state: str
    ended_as: str | None
    open: bool
    package: Words
    card: Json
    unit: str
    units_hundredths: int
    units_left_hundredths: int
    price_cents: int
    value_cents: int
    own_share_cents: int
    providers_set_prices: bool
    own_price: CardPrice | None  # of the provider she has chosen, where providers set the price
    relief_cents: int  # what the organiser pays more of a unit by a decision on relief
    no_show_uses: bool
    valid_from: date
    valid_to: date
    ended_on: date | None
    decision_id: int
    contact: str
    caseworker: str
    provider: ChosenProvider | None
    setback: Setback | None
    proposal: WaitingProposal | None
    choices: int
    events: int
    last_event: date | None
    objections: int

    @property
    def last_day(self) -> date:
        """The last day on which it could be used, when it is over."""
        return self.ended_on or self.valid_to


@dataclass(frozen=True)
class MyPage:
    """Open vouchers first, then those that are over, newest first."""

    vouchers: tuple[MyVoucher, ...]
    past: tuple[MyVoucher, ...]
    organiser: Words
    organiser_phone: str
    organiser_email: str
    today: date


def my_page(desk: Desk, actor: Actor) -> MyPage:
    """All of the client's own vouchers."""
    with desk.reading(actor, Action.SEE_OWN_VOUCHER) as tx:
        organiser = tx.session.execute(
            select(Organiser.name, Organiser.phone, Organiser.email, Organiser.answer_working_days).where(
                Organiser.id == tx.organiser_id
            )
        ).one()
        found = _vouchers(tx, organiser.answer_working_days)
        return MyPage(
            vouchers=tuple(one for one in found if one.open),
            past=tuple(one for one in found if not one.open),
            organiser=organiser.name,
            organiser_phone=organiser.phone,
            organiser_email=organiser.email,
            today=tx.today,
        )


def my_voucher(desk: Desk, actor: Actor, voucher_id: int) -> MyVoucher:
    """One of the client's own vouchers. Missing for a stranger's."""
    with desk.reading(actor, Action.SEE_OWN_VOUCHER) as tx:
        days = tx.session.scalars(select(Organiser.answer_working_days).where(Organiser.id == tx.organiser_id)).one()
        found = _vouchers(tx, days, voucher_id)
        if not found:
            raise Missing("voucher")
        return found[0]


def _vouchers(tx: Tx, answer_days: int, voucher_id: int | None = None) -> list[MyVoucher]:
    ended_as = (
        select(VoucherMove.target)
        .where(VoucherMove.voucher_id == Voucher.id, VoucherMove.target.in_(ENDS))
        .order_by(VoucherMove.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(Voucher, ServicePackage.name, ServicePackage.card, Programme.information_contact, Account.name, ended_as)
        .join(ServicePackage, ServicePackage.id == Voucher.package_id)
        .join(Programme, Programme.id == Voucher.programme_id)
        .join(Account, Account.id == Voucher.caseworker_id)
        .where(visible_vouchers(tx.actor))
        .order_by(Voucher.id.desc())
    )
    if voucher_id is not None:
        query = query.where(Voucher.id == voucher_id)
    rows = tx.session.execute(query).all()
    ids = [row[0].id for row in rows]
    choices = _choices(tx, ids)
    sites = _sites(tx, {row.provider_id for one in choices.values() for row in one if row.state in LIVING_CHOICE})
    events = _events(tx, ids)
    proposals, reliefs = _proposals(tx, ids), reliefs_of(tx, ids)
    return [
        _voucher(tx, row, choices[row[0].id], sites, events.get(row[0].id), answer_days, proposals.get(row[0].id),
                 reliefs.get(row[0].id, []))
        for row in rows
    ]


def _voucher(
    tx: Tx, row: Line, choices: Sequence[Line], sites: dict[int, list[SiteView]], events: Line | None,
    answer_days: int, proposal: WaitingProposal | None, reliefs: list[Relief],
) -> MyVoucher:  # fmt: skip
    voucher, package, card, contact, caseworker, ended_as = row
    snapshot = Snapshot.from_json(voucher.snapshot)
    return MyVoucher(
        id=voucher.id,
        number=voucher.number,
        state=voucher.state,
        ended_as=ended_as,
        open=voucher.state in OPEN_VOUCHER and voucher.valid_to >= tx.today,
        package=package,
        card=card,
        unit=snapshot.unit,
        units_hundredths=snapshot.units_hundredths,
        units_left_hundredths=voucher.units_left_hundredths,
        price_cents=snapshot.price_cents,
        value_cents=snapshot.value_cents,
        own_share_cents=snapshot.own_share_cents,
        providers_set_prices=providers_set_prices(snapshot),
        own_price=_kept_price(snapshot, choices, relief_on(reliefs, tx.today)),
        relief_cents=relief_on(reliefs, tx.today),
        no_show_uses=any(rule.kind == "no_show" and rule.unit_use_percent for rule in snapshot.event_rules),
        valid_from=voucher.valid_from,
        valid_to=voucher.valid_to,
        ended_on=voucher.ended_on,
        decision_id=voucher.decision_id,
        contact=contact,
        caseworker=caseworker,
        provider=_provider(choices, sites, answer_days),
        setback=_setback(choices) if voucher.state == "granted" else None,
        proposal=proposal,
        choices=len(choices),
        events=events.number if events else 0,
        last_event=events.last if events else None,
        objections=events.objections if events else 0,
    )


def _provider(choices: Sequence[Line], sites: dict[int, list[SiteView]], answer_days: int) -> ChosenProvider | None:
    living = next((row for row in choices if row.state in LIVING_CHOICE), None)
    if living is None:
        return None
    return ChosenProvider(
        name=living.name,
        email=living.email,
        phone=living.phone,
        sites=tuple(sites.get(living.provider_id, ())),
        confirmed=living.state == "confirmed",
        chosen_at=living.chosen_at,
        answer_by=working_days_after(helsinki_day(living.chosen_at), answer_days),
        start_on=living.start_on,
    )


def _kept_price(snapshot: Snapshot, choices: Sequence[Line], relief_cents: int) -> CardPrice | None:
    living = next((row for row in choices if row.state in LIVING_CHOICE), None)
    if living is None or not providers_set_prices(snapshot):
        return None
    return costs_of(snapshot, kept_prices(living.prices), relief_cents)


def _setback(choices: Sequence[Line]) -> Setback | None:
    """What became of the latest choice, when it was not the client who ended it."""
    last = choices[-1] if choices else None
    if last is None:
        return None
    if last.state == "declined":
        return Setback("declined", last.name, last.decline_reason)
    if last.state == "released" and last.end_reason != "changed_by_client":
        return Setback("left", last.name, "")
    return None


def _choices(tx: Tx, vouchers: list[int]) -> dict[int, list[Line]]:
    rows = tx.session.execute(
        select(
            Choice.voucher_id, Choice.provider_id, Choice.state, Choice.chosen_at, Choice.start_on,
            Choice.decline_reason, Choice.end_reason, Choice.prices, Provider.name, Provider.email, Provider.phone,
        )
        .join(Provider, Provider.id == Choice.provider_id)
        .where(Choice.voucher_id.in_(vouchers))
        .order_by(Choice.id)
    )  # fmt: skip
    found: dict[int, list[Line]] = defaultdict(list)
    for row in rows:
        found[row.voucher_id].append(row)
    return found


def _proposals(tx: Tx, vouchers: list[int]) -> dict[int, WaitingProposal]:
    """What waits for the client's own word, by voucher."""
    rows = tx.session.execute(
        select(ChoiceProposal.voucher_id, ChoiceProposal.unit, Provider.name, Account.name.label("noted_by"))
        .join(Provider, Provider.id == ChoiceProposal.provider_id)
        .join(Account, Account.id == ChoiceProposal.proposed_by)
        .where(
            ChoiceProposal.voucher_id.in_(vouchers),
            ChoiceProposal.state == "waiting",
            ChoiceProposal.expires_at > tx.now,
        )
    )
    return {row.voucher_id: WaitingProposal(row.unit, row.name, row.noted_by) for row in rows}


def _sites(tx: Tx, providers: Iterable[int]) -> dict[int, list[SiteView]]:
    rows = tx.session.execute(
        select(Site.provider_id, Site.name, Site.street, Site.municipality, Site.languages, Site.accessible)
        .where(Site.provider_id.in_(list(providers)), Site.closed_on.is_(None))
        .order_by(Site.municipality, Site.id)
    )
    found: dict[int, list[SiteView]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(SiteView(*row[1:]))
    return found


def _events(tx: Tx, vouchers: list[int]) -> dict[int, Line]:
    """How many events stand on each voucher, the day of the last one, and how many objections are open."""
    open_one = (
        select(Objection.event_id).where(Objection.state.in_(["open", "answered"])).distinct().subquery("open_one")
    )
    rows = tx.session.execute(
        select(
            Event.voucher_id,
            func.count().label("number"),
            func.max(Event.day).label("last"),
            func.count(open_one.c.event_id).label("objections"),
        )
        .outerjoin(open_one, open_one.c.event_id == Event.id)
        .where(Event.voucher_id.in_(vouchers), Event.state != "reversed")
        .group_by(Event.voucher_id)
    )
    return {row.voucher_id: row for row in rows}
