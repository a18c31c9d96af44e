"""One list explained: what was promised, what was drawn, and after the key's reveal every step of the draw (fairness B4)."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.matching.beacon import NO_SOURCE
from marketplace.matching.explain import Explanation, explain
from marketplace.matching.registry import Pair, RegistryLine, drawn_units, from_log, late_units, rendered
from marketplace.models.people import Organiser
from marketplace.models.programmes import Area, ServicePackage
from marketplace.models.providers import Provider
from marketplace.models.schema import Words
from marketplace.models.trail import OrderLogHead, OrderLogLine
from marketplace.use_cases.order_log import REVEALED_AFTER
from marketplace.use_cases.refusals import Missing


@dataclass(frozen=True)
class Proof:
    """A list line of the log and what can be shown of it today.

    late_key: the key was promised on the day itself. source: "" when the day had no public randomness. told: None until
    the day's key is in the log. reveal_on: the first day on which it can be. names: of the companies, by unit.
    """

    organiser: Words
    code: str
    list_seq: int
    seq: int
    hash: str
    day: date
    service: Words
    area: Words
    count: int
    eligible_hash: str
    order_hash: str
    commitment: str
    commitment_seq: int
    late_key: bool
    source: str
    round: str
    randomness: str
    reveal_on: date
    told: Explanation | None
    names: dict[str, str]
    head_seq: int
    head_hash: str


def prove_list(session: Session, organiser_id: int, list_seq: int) -> Proof:
    """Explain a list from the log alone. Before its key is in the log nobody is shown the order's reasons, whoever asks.

    Missing when there is no such list.
    """
    row = next((row for row in _lines(session, organiser_id, "list") if _said(row)["list_seq"] == list_seq), None)
    if row is None or row.day is None:
        raise Missing("list")
    line = _said(row)
    of_day = {kind: _of_day(session, organiser_id, kind, row.day) for kind in ("commit", "beacon", "reveal")}
    commit, beacon, reveal = of_day["commit"], of_day["beacon"], of_day["reveal"]
    assert commit is not None, "a list is drawn with a promised key"
    assert beacon is not None, "a list is drawn after its day's beacon"
    pair = Pair(line["service"], line["area"])
    registry = [from_log(_said(one)) for one in _lines(session, organiser_id, "registry")]
    head = session.scalars(select(OrderLogHead).where(OrderLogHead.organiser_id == organiser_id)).one()
    organiser = session.get_one(Organiser, organiser_id)
    told = None
    if reveal is not None:
        told = _explained(line, pair, registry, _said(reveal)["key"], _said(beacon)["randomness"], row.seq)
    return Proof(
        organiser=organiser.name,
        code=organiser.code,
        list_seq=list_seq,
        seq=row.seq,
        hash=row.hash,
        day=row.day,
        service=_name(session, ServicePackage, organiser_id, pair.service),
        area=_name(session, Area, organiser_id, pair.area),
        count=line["n"],
        eligible_hash=line["eligible_hash"],
        order_hash=line["order_hash"],
        commitment=_said(commit)["commit"],
        commitment_seq=commit.seq,
        late_key="late" in _said(commit),
        source="" if _said(beacon)["source"] == NO_SOURCE else _said(beacon)["source"],
        round=_said(beacon)["round"],
        randomness=_said(beacon)["randomness"],
        reveal_on=row.day + REVEALED_AFTER,
        told=told,
        names=dict(session.execute(select(Provider.unit, Provider.name)).all()) if told else {},
        head_seq=head.seq,
        head_hash=head.hash,
    )


def _explained(
    line: dict[str, Any], pair: Pair, registry: list[RegistryLine], key: str, randomness: str, seq: int
) -> Explanation:
    key_bytes, public = bytes.fromhex(key), bytes.fromhex(randomness)
    drawn, late = drawn_units(registry, pair, seq), late_units(registry, pair, seq)
    whole = explain(line, key=key_bytes, randomness=public, drawn=drawn, late=late)
    shown = rendered([place.unit for place in whole.places], registry, pair)
    return explain(line, key=key_bytes, randomness=public, drawn=drawn, late=late, shown=shown)


def _lines(session: Session, organiser_id: int, kind: str) -> list[OrderLogLine]:
    return list(
        session.scalars(
            select(OrderLogLine)
            .where(OrderLogLine.organiser_id == organiser_id, OrderLogLine.type == kind)
            .order_by(OrderLogLine.seq)
        )
    )


def _of_day(session: Session, organiser_id: int, kind: str, day: date) -> OrderLogLine | None:
    return session.scalar(
        select(OrderLogLine)
        .where(OrderLogLine.organiser_id == organiser_id, OrderLogLine.type == kind, OrderLogLine.day == day)
        .order_by(OrderLogLine.seq)
        .limit(1)
    )


def _said(row: OrderLogLine) -> dict[str, Any]:
    return dict(json.loads(row.line))


def _name(session: Session, noun: type[ServicePackage] | type[Area], organiser_id: int, code: str) -> Words:
    found = session.scalar(select(noun.name).where(noun.organiser_id == organiser_id, noun.code == code))
    return found or {"fi": code}
