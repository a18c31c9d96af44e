"""Do one official's clients choose one provider more often than the others' clients in the same place do?

The exact stratified test of fairness C1. In each stratum (service and area, and the need where it is recorded) the choices
are taken as given, and so are the officials' numbers of clients; by lot, an official's clients hold a hypergeometric number
of a provider's choices. The strata are summed by convolution. Pairs that could hardly ever be flagged are not tested, and
of all that are tested at most one in twenty of the flags is expected to be false (Benjamini and Hochberg).

A flag is a reason to look, never a finding. The test is blind when one official has a stratum alone, and when all do the
same; against the latter stands the comparison of assisted choices with clients' own.
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from marketplace.matching.statistics.exact import benjamini_hochberg, hypergeometric, total

SHARE = 0.05
LEAST_EXPECTED = 0.5


class Decided(NamedTuple):
    """One client's choice: where, whose client, which provider."""

    stratum: Hashable
    who: str
    provider: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A pair to be looked at: how many choices there are, how many chance gives, and the adjusted p-value."""

    who: str
    provider: str
    observed: int
    expected: float
    q_value: float


@dataclass(frozen=True, slots=True)
class Looked:
    """What a test looked at: how many choices and pairs, how many choices in strata where nothing can be compared (one
    official alone), and the flags."""

    choices: int
    pairs: int
    alone: int
    flags: tuple[Flag, ...]


def steering(choices: Iterable[Decided]) -> Looked:
    """Test every official against every provider."""
    return _test(list(choices), None)


def assisted_against_own(choices: Iterable[tuple[Hashable, bool, str]]) -> Looked:
    """Test, for each provider, the choices made with an official's help against those that clients made alone, in the
    same strata: (stratum, assisted, provider). Sees what all officials do alike."""
    decided = [Decided(stratum, "assisted" if assisted else "own", provider) for stratum, assisted, provider in choices]
    return _test(decided, "assisted")


def _test(choices: list[Decided], only: str | None) -> Looked:
    in_stratum: Counter[Hashable] = Counter(one.stratum for one in choices)
    clients = Counter((one.who, one.stratum) for one in choices)
    chosen = Counter((one.provider, one.stratum) for one in choices)
    observed = Counter((one.who, one.provider) for one in choices)
    alone = sum(count for (_, stratum), count in clients.items() if count == in_stratum[stratum])
    strata_of: dict[str, list[tuple[Hashable, int]]] = {}
    for (who, stratum), count in clients.items():
        if only in (None, who):
            strata_of.setdefault(who, []).append((stratum, count))
    providers = sorted({one.provider for one in choices})
    p_values: dict[tuple[str, str], float] = {}
    means: dict[tuple[str, str], float] = {}
    for who, strata in sorted(strata_of.items()):
        for provider in providers:
            here = [(stratum, count) for stratum, count in strata if chosen[provider, stratum]]
            mean = sum(count * chosen[provider, stratum] / in_stratum[stratum] for stratum, count in here)
            if mean < LEAST_EXPECTED or all(count == in_stratum[stratum] for stratum, count in here):
                continue
            parts = (hypergeometric(in_stratum[stratum], chosen[provider, stratum], count) for stratum, count in here)
            p_values[who, provider] = total(parts).at_least(observed[who, provider])
            means[who, provider] = mean
    flags = benjamini_hochberg(p_values, SHARE)
    return Looked(
        choices=len(choices),
        pairs=len(p_values),
        alone=alone,
        flags=tuple(Flag(*pair, observed[pair], means[pair], q) for pair, q in sorted(flags.items())),
    )
