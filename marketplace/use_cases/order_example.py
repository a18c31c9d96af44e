"""A draw with everything that a reader needs to redo it: an invented one, or the newest that an organiser has released."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.matching.check_code import check_code
from marketplace.matching.lines import decode
from marketplace.matching.order import Unit, commit, placements, seed
from marketplace.models.order_log import randomness_of
from marketplace.models.trail import OrderLogLine, RegistryLine
from marketplace.models.vouchers import OfferList
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.order_log import key_of
from marketplace.use_cases.public_pages import of_organiser

INVENTED_KEY = bytes(range(32))
INVENTED_RANDOMNESS = bytes.fromhex("8b676484b5fb1f37f9ec5c413d7d29883504e5b669f604a1ce68b3388e9ae3d9")
INVENTED = tuple(Unit(f"u{n:02d}", f"g{group}") for n, group in enumerate("abcdefc", start=1))
INVENTED_AT = 17


@dataclass(frozen=True)
class ExamplePlace:
    """One place. tier: 0 for the first company of a group. digest: the 64 hexadecimal digits that placed it."""

    unit: str
    group: str
    tier: int
    digest: str


@dataclass(frozen=True)
class Example:
    """A draw with its inputs in hexadecimal. `day` is None for the invented one; units in the order of their codes."""

    day: date | None
    key: str
    commitment: str
    randomness: str
    list_seq: int
    at_seq: int
    service: str
    units: tuple[tuple[str, str], ...]
    seed: str
    places: tuple[ExamplePlace, ...]
    code: str


def invented_example() -> Example:
    """The example of docs/fairness.md: list 1 of an invented day, with two companies in one group."""
    return _worked(None, INVENTED_KEY, INVENTED_RANDOMNESS, 1, INVENTED_AT, "valmennus", INVENTED)


def released_example(desk: Desk, actor: Actor, code: str) -> Example | None:
    """The newest list whose day's key is public; None while there is none. Missing for an unknown organiser.

    Everything in it can be read from the released lines too: the units from the registry's, the rest from the day's.
    """
    who = of_organiser(desk, actor, code)
    with desk.reading(who, Action.SEE_PUBLIC) as tx:
        reveal = aliased(OrderLogLine)
        mine = OfferList.organiser_id == tx.organiser_id
        drawn = tx.session.scalar(
            select(OfferList)
            .join(reveal, (reveal.day == OfferList.day) & (reveal.organiser_id == OfferList.organiser_id))
            .where(mine, reveal.type == "reveal")
            .order_by(OfferList.list_seq.desc())
            .limit(1)
        )
        if drawn is None:
            return None
        line = tx.session.scalars(
            select(OrderLogLine.line).where(OrderLogLine.organiser_id == tx.organiser_id, OrderLogLine.seq == drawn.seq)
        ).one()
        fields = decode(line.encode() + b"\n")
        key, randomness = key_of(tx, drawn.day), randomness_of(tx.session, drawn.day)
        assert key is not None, "a released day has its key"
        assert randomness is not None, "a list is drawn after its day's beacon"
        units = tuple(Unit(*pair) for pair in sorted(zip(drawn.units, drawn.groups, strict=True)))
        at_draw = tx.session.scalar(
            select(func.max(RegistryLine.seq)).where(
                RegistryLine.organiser_id == tx.organiser_id,
                RegistryLine.service == drawn.service,
                RegistryLine.area == drawn.area,
                RegistryLine.seq < drawn.seq,
            )
        )
        at_seq = -1 if at_draw is None else at_draw
        return _worked(drawn.day, key, randomness, fields["list_seq"], at_seq, fields["service"], units)


def _worked(
    day: date | None, key: bytes, randomness: bytes, list_seq: int, at_seq: int, service: str, units: Sequence[Unit]
) -> Example:
    places = placements(key, randomness, list_seq, service, units, ())
    return Example(
        day=day,
        key=key.hex(),
        commitment=commit(key),
        randomness=randomness.hex(),
        list_seq=list_seq,
        at_seq=at_seq,
        service=service,
        units=tuple((unit, group) for unit, group in units),
        seed=seed(key, randomness, list_seq, service).hex(),
        places=tuple(ExamplePlace(one.unit, one.group, one.tier, one.digest.hex()) for one in places),
        code=check_code(list_seq, at_seq, [one.unit for one in places]),
    )
