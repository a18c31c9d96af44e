"""What a version of the terms means: a worked example for one client, by the same functions as grants and events use."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from marketplace.models.programmes import Budget, Programme, ServicePackage, TermsVersion
from marketplace.models.schema import Words
from marketplace.pricing.events import price_event, unit_price
from marketplace.pricing.prices import BandPrice, PriceTable
from marketplace.pricing.snapshot import Snapshot, bonus_maximum
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.grant_voucher import snapshot_of
from marketplace.use_cases.price_table import Places, places_of, promised_prices
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.terms_values import TIERS, TermsDraft

ONE = 100


@dataclass(frozen=True)
class EventMeaning:
    """What one such event takes and pays on a weekday's day, by the pricing rules. `own_share_cents`: what the client pays
    on top at the highest price that is allowed; None where no price is too high."""

    kind: str
    quantity_hundredths: int
    units_used_hundredths: int
    amount_cents: int
    own_share_cents: int | None


@dataclass(frozen=True)
class BandMeaning:
    """One unit in one band of time: what the organiser pays at most, the highest price that a provider may ask (None: any),
    and what the client pays then."""

    band: str
    kind: str
    value_cents: int
    limit_cents: int | None
    own_share_cents: int | None


@dataclass(frozen=True)
class Meaning:
    """A version of the terms as a worked example, for a client of one class of need in one area (None where the package
    has no classes, or nothing depends on it). Bonus amounts and totals: one for each tier."""

    unit: str
    need_class: Words | None
    area: Words | None
    price_cents: int
    top_cents: int
    units_hundredths: int
    value_cents: int
    bands: tuple[BandMeaning, ...]
    events: tuple[EventMeaning, ...]
    milestones: tuple[tuple[int, tuple[int, ...]], ...]  # (days, amounts)
    most_cents: tuple[int, ...]
    last_day: date  # of a voucher that is granted on the day
    reserved_at: str
    free_cents: int | None  # of this year's budget; None when there is no budget yet
    enough_for: int | None  # vouchers of the middle tier that the free money suffices for

    @property
    def by_time(self) -> bool:
        """Whether the price depends on when an event begins."""
        return len({(one.value_cents, one.limit_cents) for one in self.bands}) > 1

    @property
    def own_prices(self) -> bool:
        """Whether providers say the price themselves, at some time."""
        return any(one.kind != "fixed" for one in self.bands)


def meaning_of(
    tx: Tx,
    programme: Programme,
    package: ServicePackage,
    draft: TermsDraft,
    table: PriceTable,
    need_class: str | None = None,
    area: str | None = None,
    day: date | None = None,
) -> Meaning | None:
    """The worked example of a grant on `day` (the first day of the terms when not told) for a class (none when not told)
    and an area (the first one when not told). None when the table lacks a price for them."""
    places = places_of(tx, package.id)
    area = area or next(iter(places.areas), "")
    day = day or draft.valid_from
    try:
        bands = promised_prices(table, places, package.unit, need_class, area, day)
    except Refused:
        return None
    terms = TermsVersion(
        number=0,
        price_cents=draft.price_cents,
        units_hundredths=draft.units_hundredths,
        event_rules=draft.event_rules(),
        bonus_rule=draft.bonus_rule(),
        evening_from=draft.evening_from,
    )
    tiers = [snapshot_of(programme, package, terms, tier, bands, need_class=need_class, area=area) for tier in TIERS]
    free = tx.session.scalar(
        select(Budget.free_cents).where(Budget.programme_id == programme.id, Budget.year == tx.today.year)
    )
    last_day = day + timedelta(days=draft.validity_days - 1)
    return _said(programme, tiers, places, table, last_day, free)


def example_class(tx: Tx, package: ServicePackage, table: PriceTable) -> str | None:
    """The class of need that an example is worked out for when nobody asks for one: none where there are prices without a
    class, otherwise the first class."""
    if any(row.scope.need_class is None for row in table.rows):
        return None
    return next(iter(places_of(tx, package.id).classes), None)


def _said(
    programme: Programme, tiers: list[Snapshot], places: Places, table: PriceTable, last_day: date, free: int | None
) -> Meaning:
    middle = tiers[1]
    reserved = middle.value_cents + (bonus_maximum(middle) if programme.bonus_reserved_at == "grant" else 0)
    scopes = [row.scope for row in table.rows] + [one.scope for one in table.multipliers]
    return Meaning(
        unit=middle.unit,
        need_class=places.classes.get(middle.need_class or ""),
        area=places.areas.get(middle.area) if any(scope.area for scope in scopes) else None,
        price_cents=middle.price_cents,
        top_cents=middle.top_cents,
        units_hundredths=middle.units_hundredths,
        value_cents=middle.value_cents,
        bands=tuple(_band(one) for one in middle.bands),
        events=tuple(_event(middle, rule.kind.value) for rule in middle.event_rules),
        milestones=tuple(
            (rule.days, tuple(one.milestone(rule.no).amount_cents for one in tiers)) for rule in middle.milestones
        ),
        most_cents=tuple(one.value_cents + bonus_maximum(one) for one in tiers),
        last_day=last_day,
        reserved_at=programme.bonus_reserved_at,
        free_cents=free,
        enough_for=None if free is None else free // reserved,
    )


def highest(band: BandPrice) -> int | None:
    """The highest price that one unit can have in a band; None when no price is too high. Gross cents."""
    return band.price_cents if band.price_cents is not None else band.limit_cents


def _band(one: BandPrice) -> BandMeaning:
    most = highest(one)
    share = None if most is None else unit_price(one, {one.band: most}).client_cents
    return BandMeaning(one.band.value, one.kind.value, one.value_cents, one.limit_cents, share)


def _event(snapshot: Snapshot, kind: str) -> EventMeaning:
    quantity = min(ONE, snapshot.units_hundredths)
    one = snapshot.bands[0]
    most = highest(one)
    own = {one.band: one.value_cents if most is None else most}
    price = price_event(snapshot, kind, quantity, snapshot.units_hundredths, snapshot.value_cents, own=own)
    share = None if most is None else price.own_share_cents
    return EventMeaning(kind, quantity, price.units_used_hundredths, price.amount_cents, share)
