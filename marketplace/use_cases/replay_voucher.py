"""One voucher replayed: its facts and a promise in, money out. By the very functions that price events and judge bonuses.

Nothing here asks the database or a clock, so that a voucher's own promise gives what the ledger holds, and the promise of
a draft gives what would have been. What people have decided (a rejected report, a bonus taken back) stays as it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from marketplace.outcomes.facts import Case, Counted
from marketplace.outcomes.milestones import counted, judge
from marketplace.pricing.bands import bands_of
from marketplace.pricing.events import OwnPrices
from marketplace.pricing.history import Kept, served
from marketplace.pricing.replay import Relief
from marketplace.pricing.snapshot import Snapshot, bonus_maximum


@dataclass(frozen=True)
class Claim:
    """A verified result. case.counted: what the person's other vouchers count. taken_back: milestones that people have
    taken back."""

    case: Case
    taken_back: frozenset[int] = frozenset()


@dataclass(frozen=True)
class History:
    """The facts of one voucher, without a name or a number. own: its own promise. claims: in the order of verification.
    credited_cents: taken off paid deliveries that stand. size: of the provider that served it (`one`, `small`, `large`),
    None when none has."""

    place: int
    own: Snapshot
    kept: tuple[Kept, ...]
    reliefs: tuple[Relief, ...] = ()
    claims: tuple[Claim, ...] = ()
    credited_cents: int = 0
    size: str | None = None


@dataclass(frozen=True)
class Money:
    """What a voucher comes to, in gross cents: reserved at its grant for service and for bonuses, paid for service, paid as
    bonuses, and owed by the client to the provider."""

    reserved_service: int = 0
    reserved_bonus: int = 0
    service: int = 0
    bonus: int = 0
    own_share: int = 0

    def __add__(self, other: "Money") -> "Money":
        return Money(*(mine + theirs for mine, theirs in zip(self.values, other.values, strict=True)))

    @property
    def values(self) -> tuple[int, ...]:
        return self.reserved_service, self.reserved_bonus, self.service, self.bonus, self.own_share

    @property
    def reserved(self) -> int:
        return self.reserved_service + self.reserved_bonus

    @property
    def paid(self) -> int:
        """What the organiser pays."""
        return self.service + self.bonus


@dataclass(frozen=True)
class Replayed:
    """The money, the milestones that were earned (number: cents), and how many events were not covered."""

    money: Money
    milestones: tuple[tuple[int, int], ...]
    not_covered: int


def replay_voucher(history: History, promise: Snapshot, today: date, asked: OwnPrices | None = None) -> Replayed:
    """What the history comes to by a promise, looked at on a day. asked: see `pricing.history.served`."""
    service = served(promise, history.kept, history.reliefs, asked)
    milestones = earned(promise, history.claims, today)
    at_grant = promise.bonus_reserved_at == "grant"
    money = Money(
        promise.value_cents,
        bonus_maximum(promise) if at_grant else 0,
        max(0, service.paid_cents - history.credited_cents),
        sum(cents for _no, cents in milestones),
        service.own_share_cents,
    )
    return Replayed(money, milestones, service.not_covered)


def earned(promise: Snapshot, claims: Iterable[Claim], today: date) -> tuple[tuple[int, int], ...]:
    """The milestones that have matured by a day, each counted once on the voucher, less what was taken back."""
    found: dict[int, int] = {}
    mine: list[Counted] = []
    for claim in claims:
        for rule in promise.milestones:
            if rule.amount_cents == 0 or rule.no in found:
                continue
            case = replace(claim.case, counted=(*claim.case.counted, *mine))
            judgement = judge(rule, case, today)
            if judgement.state != "matured" or rule.no in claim.taken_back:
                continue
            found[rule.no] = rule.amount_cents
            mine.append(counted(rule, case, judgement))
    return tuple(sorted((no, cents) for no, cents in found.items()))


REASONS = ("price", "event_rules", "size", "bonus_amount", "bonus_rule")
"""Why a voucher comes to something else, in the order in which they are told."""


def why(history: History, promise: Snapshot, before: Replayed, after: Replayed) -> tuple[str, ...]:
    """Why the money of a voucher changes, from its own promise to another one."""
    own, found = history.own, set()
    if after.not_covered != before.not_covered:
        found.add("size")
    if (before.money.service, before.money.own_share) != (after.money.service, after.money.own_share):
        used = {one.happening.kind for one in history.kept}
        rules = [{rule for rule in each.event_rules if rule.kind in used} for each in (own, promise)]
        if rules[0] != rules[1]:
            found.add("event_rules")
        if [own.band(band) for band in bands_of(own.unit)] != [promise.band(band) for band in bands_of(own.unit)]:
            found.add("price")
    if before.milestones != after.milestones:
        same = [no for no, _cents in before.milestones] == [no for no, _cents in after.milestones]
        found.add("bonus_amount" if same else "bonus_rule")
    return tuple(reason for reason in REASONS if reason in found)
