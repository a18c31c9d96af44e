"""All past vouchers of a package, replayed: by the versions in force, which must give what the ledger holds, and by one
version of the terms, which tells what the budget would have been."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.programmes import Programme, ServicePackage, TermsVersion
from marketplace.pricing.history import usual_prices
from marketplace.pricing.prices import PriceTable, Tie
from marketplace.pricing.snapshot import Snapshot
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.grant_voucher import snapshot_of
from marketplace.use_cases.price_table import Places, places_of, promised_prices, table_of
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.use_cases.replay_facts import Past, past_of
from marketplace.use_cases.replay_voucher import History, Money, Replayed, replay_voucher, why


@dataclass(frozen=True)
class Differing:
    """A voucher whose own promise, replayed, does not give what the ledger holds."""

    number: str
    replayed: Money
    held: Money


@dataclass(frozen=True)
class Proof:
    """The replay of the versions in force beside the ledger."""

    vouchers: int
    replayed: Money
    held: Money
    differing: tuple[Differing, ...]


@dataclass(frozen=True)
class Changed:
    """One voucher by its own promise and by the draft. `after` is None where the draft has no price for it."""

    history: History
    before: Replayed
    after: Replayed | None
    why: tuple[str, ...]


def prove_ledger(desk: Desk, actor: Actor, package_code: str) -> Proof:
    """Replay each voucher by its own promise. Missing for a strange package."""
    with desk.reading(actor, Action.RUN_DUE_WORK, one_look=True) as tx:
        return proof(past_of(tx, package_of(tx, package_code).id), tx.today)


def proof(past: Past, today: date) -> Proof:
    """Each voucher by its own promise beside what the ledger holds of it."""
    replayed, held, differing = Money(), Money(), []
    for history, number, kept in zip(past.histories, past.numbers, past.held, strict=True):
        again = replay_voucher(history, history.own, today).money
        replayed, held = replayed + again, held + kept
        if again != kept:
            differing.append(Differing(number, again, kept))
    return Proof(len(past.histories), replayed, held, tuple(differing))


def compare_with(desk: Desk, actor: Actor, package_code: str, number: int) -> list[Changed]:
    """Every past voucher by its own promise and by version `number` of the package's terms. Missing for a strange one."""
    with desk.reading(actor, Action.RUN_DUE_WORK, one_look=True) as tx:
        package = package_of(tx, package_code)
        terms = tx.session.scalar(
            select(TermsVersion).where(TermsVersion.package_id == package.id, TermsVersion.number == number)
        )
        if terms is None:
            raise Missing("terms")
        past, promises = past_of(tx, package.id), promises_of(tx, terms)
        return list(compared(past, promises, tx.today))


def package_codes(desk: Desk, actor: Actor) -> list[str]:
    """The codes of the organiser's packages."""
    with desk.reading(actor, Action.RUN_DUE_WORK) as tx:
        return list(tx.session.scalars(select(ServicePackage.code).order_by(ServicePackage.id)))


def package_of(tx: Tx, code: str) -> ServicePackage:
    """The package of a code. Missing when there is none."""
    found = tx.session.scalar(select(ServicePackage).where(ServicePackage.code == code))
    if found is None:
        raise Missing("package")
    return found


@dataclass
class Promises:
    """What a version of the terms promises on its first day, by class of need, area and tier; each worked out once."""

    programme: Programme
    package: ServicePackage
    terms: TermsVersion
    table: PriceTable
    places: Places
    _known: dict[tuple[str | None, str, int], Snapshot | None] = field(default_factory=dict)

    def for_one(self, own: Snapshot) -> Snapshot | None:
        """The promise to whoever was given `own`; None where the version has no price for her class of need or area."""
        key = (own.need_class, own.area, own.tier)
        if key not in self._known:
            self._known[key] = self._promise(*key)
        return self._known[key]

    def _promise(self, need_class: str | None, area: str, tier: int) -> Snapshot | None:
        unit, day = self.package.unit, self.terms.valid_from
        if (need_class is None) == bool(self.places.classes):
            return None
        try:
            bands = promised_prices(self.table, self.places, unit, need_class, area, day)
        except (Refused, Tie):
            return None
        return snapshot_of(self.programme, self.package, self.terms, tier, bands, need_class=need_class, area=area)


def promises_of(tx: Tx, terms: TermsVersion) -> Promises:
    """The promises of a stored version, draft or not."""
    package = tx.session.get_one(ServicePackage, terms.package_id)
    programme = tx.session.get_one(Programme, package.programme_id)
    return Promises(programme, package, terms, table_of(tx, terms, package.unit), places_of(tx, package.id))


def compared(
    past: Past, promises: Promises, today: date, tick: Callable[[int], None] = lambda _done: None
) -> Iterator[Changed]:
    """Each past voucher by its own promise and by another version's. tick: told how many are done, after each."""
    for number, history in enumerate(past.histories, 1):
        before = replay_voucher(history, history.own, today)
        promise = promises.for_one(history.own)
        if promise is None:
            yield Changed(history, before, None, ("no_price",))
        else:
            after = replay_voucher(history, promise, today, usual_prices(history.own))
            yield Changed(history, before, after, why(history, promise, before, after))
        tick(number)
