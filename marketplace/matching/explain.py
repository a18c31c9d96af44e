"""One list, step by step: everything a reader needs to redo a draw by hand (docs/fairness.md)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.matching.lines import eligible_hash, order_hash
from marketplace.matching.order import Placement, Unit, commit, placements, seed, sibling_digest


@dataclass(frozen=True, slots=True)
class Place:
    """Why one unit stands where it stands. Digests are 64 hexadecimal digits.

    position: 1 for the first. tier: 0 for a group's first unit. late: approved after the draw. sibling_digest: what ranked
    it among the drawn units of its own group, "" when it was the only one or came late. digest: what ranked it in its
    tier. shown: whether it is approved now (True when that was not asked).
    """

    position: int
    unit: str
    group: str
    tier: int
    late: bool
    sibling_digest: str
    digest: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """A list, what it was drawn from, and whether the log says the same. Hashes, seed and randomness in hexadecimal.

    commitment: SHA-256 of the key; compare it with the day's commit line. places: all units, late ones too, in order.
    drawn_order: the order at the draw, without late units, which is what order_hash is of. The three `_holds` say whether
    the list line carries the same n, eligible_hash and order_hash.
    """

    list_seq: int
    day: str
    service: str
    area: str
    commitment: str
    randomness: str
    seed: str
    places: tuple[Place, ...]
    drawn_order: tuple[str, ...]
    eligible_hash: str
    order_hash: str
    n_holds: bool
    eligible_holds: bool
    order_holds: bool


def explain(
    line: Mapping[str, Any],
    *,
    key: bytes,
    randomness: bytes,
    drawn: Sequence[Unit],
    late: Sequence[Unit] = (),
    shown: Iterable[str] | None = None,
) -> Explanation:
    """Redo the draw of one list line and say what each step gave (VO1, docs/fairness.md).

    line: a list line as `lines.decode` gives it. key, randomness: the day's, 32 bytes each; the key of a day that is not
    revealed yet must not reach a reader. drawn, late: `registry.drawn_units` and `registry.late_units`. shown: the codes
    that `registry.rendered` leaves, when that is to be told. Raises ValueError as `order.order` does.
    """
    list_seq, service = line["list_seq"], line["service"]
    root = seed(key, randomness, list_seq, service)
    drawn_order = [place.unit for place in placements(key, randomness, list_seq, service, drawn, ())]
    hashes = eligible_hash(drawn), order_hash(list_seq, drawn_order)
    return Explanation(
        list_seq=list_seq,
        day=line["day"],
        service=service,
        area=line["area"],
        commitment=commit(key),
        randomness=randomness.hex(),
        seed=root.hex(),
        places=_places(root, placements(key, randomness, list_seq, service, drawn, late), drawn, shown),
        drawn_order=tuple(drawn_order),
        eligible_hash=hashes[0],
        order_hash=hashes[1],
        n_holds=line["n"] == len(drawn),
        eligible_holds=line["eligible_hash"] == hashes[0],
        order_holds=line["order_hash"] == hashes[1],
    )


def _places(
    root: bytes, found: Iterable[Placement], drawn: Sequence[Unit], shown: Iterable[str] | None
) -> tuple[Place, ...]:
    size = Counter(unit.group for unit in drawn)
    in_draw = {unit.unit for unit in drawn}
    visible = None if shown is None else set(shown)
    return tuple(
        Place(
            position=position,
            unit=each.unit,
            group=each.group,
            tier=each.tier,
            late=each.unit not in in_draw,
            sibling_digest=_rank(root, each.unit) if each.unit in in_draw and size[each.group] > 1 else "",
            digest=each.digest.hex(),
            shown=visible is None or each.unit in visible,
        )
        for position, each in enumerate(found, start=1)
    )


def _rank(root: bytes, unit: str) -> str:
    return sibling_digest(root, unit).hex()
