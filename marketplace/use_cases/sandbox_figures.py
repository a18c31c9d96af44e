"""What a trial of a draft came to: totals, groups of at least five vouchers, and the cases that change, without a name.

A group of fewer than five is never told: small groups are put together, and with the smallest other one where that is not
enough, so that nobody can find them by taking the others off the sum.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from marketplace.use_cases.replay_package import Changed
from marketplace.use_cases.replay_voucher import Money

K = 5
"""The smallest group that is told."""

NOBODY = "nobody"
"""The size of the provider where none has served the voucher."""


@dataclass(frozen=True)
class Group:
    """Vouchers of one size of provider or tier of client. codes: more than one where small groups were put together."""

    codes: tuple[str, ...]
    vouchers: int
    before: Money
    after: Money

    @property
    def change_cents(self) -> int:
        """What their providers gain (or lose, below zero) in all: from the organiser and from the clients."""
        return (self.after.paid + self.after.own_share) - (self.before.paid + self.before.own_share)


@dataclass(frozen=True)
class CaseLine:
    """One voucher that changes, under a running code. size, tier: None where too few are alike."""

    code: str
    size: str | None
    tier: int | None
    before: Money
    after: Money
    why: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """The whole result. unpriced: vouchers for which the draft has no price; they are in no sum."""

    vouchers: int
    unpriced: int
    before: Money
    after: Money
    sizes: tuple[Group, ...]
    tiers: tuple[Group, ...]
    cases: tuple[CaseLine, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "vouchers": self.vouchers,
            "unpriced": self.unpriced,
            "before": self.before.values,
            "after": self.after.values,
            "sizes": [[one.codes, one.vouchers, one.before.values, one.after.values] for one in self.sizes],
            "tiers": [[one.codes, one.vouchers, one.before.values, one.after.values] for one in self.tiers],
            "cases": [
                [one.code, one.size, one.tier, one.before.values, one.after.values, one.why] for one in self.cases
            ],
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Figures":
        groups = {
            name: tuple(Group(tuple(codes), count, Money(*before), Money(*after))
                        for codes, count, before, after in stored[name])
            for name in ("sizes", "tiers")
        }  # fmt: skip
        cases = tuple(
            CaseLine(code, size, tier, Money(*before), Money(*after), tuple(why))
            for code, size, tier, before, after, why in stored["cases"]
        )
        return cls(stored["vouchers"], stored["unpriced"], Money(*stored["before"]), Money(*stored["after"]),
                   groups["sizes"], groups["tiers"], cases)  # fmt: skip


def figures_of(rows: Sequence[Changed], key: str) -> Figures:
    """Add up a trial. key: what the running codes are mixed by, another one for each trial, so that a code says nothing of
    a voucher's number and two trials cannot be laid beside each other."""
    priced = [(row, row.before.money, row.after.money) for row in rows if row.after is not None]
    by_size: dict[str, Group] = {}
    by_tier: dict[str, Group] = {}
    alike: dict[tuple[str, int], int] = {}
    before, after = Money(), Money()
    for row, old, new in priced:
        before, after = before + old, after + new
        size, tier = row.history.size or NOBODY, row.history.own.tier
        _add(by_size, size, old, new)
        _add(by_tier, str(tier), old, new)
        alike[size, tier] = alike.get((size, tier), 0) + 1
    mixed = sorted(
        (row for row in rows if row.why), key=lambda row: sha256(f"{key}/{row.history.place}".encode()).digest()
    )
    cases = []
    for number, row in enumerate(mixed, 1):
        size, tier = row.history.size or NOBODY, row.history.own.tier
        told = alike.get((size, tier), 0) >= K
        after_one = row.after.money if row.after else Money()
        cases.append(CaseLine(f"T{number:04d}", size if told else None, tier if told else None, row.before.money,
                              after_one, row.why))  # fmt: skip
    return Figures(len(rows), len(rows) - len(priced), before, after, folded(by_size.values()),
                   folded(by_tier.values()), tuple(cases))  # fmt: skip


def _add(groups: dict[str, Group], code: str, before: Money, after: Money) -> None:
    one = groups.get(code, Group((code,), 0, Money(), Money()))
    groups[code] = Group((code,), one.vouchers + 1, one.before + before, one.after + after)


def folded(groups: Iterable[Group]) -> tuple[Group, ...]:
    """The groups by their codes, those of fewer than five put together; none at all where all together are fewer."""
    ordered = sorted(groups, key=lambda one: (one.vouchers, one.codes))
    small = [one for one in ordered if one.vouchers < K]
    rest = [one for one in ordered if one.vouchers >= K]
    while small and rest and sum(one.vouchers for one in small) < K:
        small.append(rest.pop(0))
    together = Group(
        tuple(sorted(code for one in small for code in one.codes)),
        sum(one.vouchers for one in small),
        sum((one.before for one in small), Money()),
        sum((one.after for one in small), Money()),
    )
    found = [*rest, together] if together.vouchers >= K else rest
    return tuple(sorted(found, key=lambda one: one.codes))
