"""The order log as stored: the head that is locked, the lines that are added, the registry taken apart for look-ups."""

import json
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from marketplace.matching.lines import FIRST_PREV, encode, genesis_line, line_hash
from marketplace.matching.order import Unit
from marketplace.matching.registry import Pair
from marketplace.models.trail import OrderLogHead, OrderLogLine, RegistryLine


def lock_head(session: Session, organiser_id: int, organiser_code: str, today: date) -> OrderLogHead:
    """The log's head, locked until the transaction ends; the first caller ever writes the genesis line.

    Last in the lock order: budget row, voucher row, log head. `head.day` is brought up to `today`; it may be later, when
    this transaction began before midnight and another wrote after it: lines carry `head.day`, so days never go back.
    """
    query = (
        select(OrderLogHead)
        .where(OrderLogHead.organiser_id == organiser_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    head = session.scalar(query)
    if head is not None:
        head.day = max(head.day, today)
        return head
    session.execute(
        insert(OrderLogHead)
        .values(organiser_id=organiser_id, seq=-1, hash=FIRST_PREV, list_seq=0, day=today)
        .on_conflict_do_nothing(index_elements=["organiser_id"])
    )
    head = session.scalars(query).one()
    if head.seq < 0:
        append(session, head, genesis_line(organiser_code))
    return head


def append(session: Session, head: OrderLogHead, line: dict[str, Any], day: date | None = None) -> int:
    """Add one line after the (locked) head; returns its seq."""
    seq = head.seq + 1
    raw = encode(line, seq, head.hash)
    digest = line_hash(raw)
    session.add(
        OrderLogLine(
            organiser_id=head.organiser_id,
            seq=seq,
            type=str(line["type"]),
            day=day,
            line=raw.decode("utf-8").removesuffix("\n"),
            hash=digest,
        )
    )
    head.seq, head.hash = seq, digest
    session.flush()
    return seq


def remember_registry(
    session: Session, organiser_id: int, seq: int, unit: Unit, offers: frozenset[Pair], approved: bool
) -> None:
    """Take a registry line apart: one row for each pair that it touches, by offering it or by offering it no more."""
    touched = offers | pairs_of_unit(session, unit.unit)
    session.add_all(
        RegistryLine(
            organiser_id=organiser_id,
            seq=seq,
            unit=unit.unit,
            group=unit.group,
            service=pair.service,
            area=pair.area,
            offered=pair in offers,
            approved=approved and pair in offers,
        )
        for pair in sorted(touched)
    )
    session.flush()


def pairs_of_unit(session: Session, unit: str) -> frozenset[Pair]:
    """The pairs that the unit's latest registry line offers (in whatever state)."""
    latest = select(RegistryLine.seq).where(RegistryLine.unit == unit).order_by(RegistryLine.seq.desc()).limit(1)
    rows = session.execute(
        select(RegistryLine.service, RegistryLine.area).where(
            RegistryLine.unit == unit, RegistryLine.seq == latest.scalar_subquery(), RegistryLine.offered
        )
    )
    return frozenset(Pair(*row) for row in rows)


def drawn_now(session: Session, pair: Pair) -> list[Unit]:
    """The units whose latest registry line approves the pair. Exact only while the head is locked."""
    latest = (
        select(RegistryLine.unit, RegistryLine.group, RegistryLine.approved)
        .where(RegistryLine.service == pair.service, RegistryLine.area == pair.area)
        .ext(distinct_on(RegistryLine.unit))
        .order_by(RegistryLine.unit, RegistryLine.seq.desc())
        .subquery()
    )
    rows = session.execute(select(latest.c.unit, latest.c.group).where(latest.c.approved))
    return sorted(Unit(*row) for row in rows)


def late_units(session: Session, pair: Pair, list_line: int, drawn: frozenset[str]) -> list[Unit]:
    """Units that were not drawn and were first approved for the pair after the list's line, in the order they came."""
    rows = session.execute(_approved_after(), {**pair._asdict(), "list_line": list_line})
    found: dict[str, Unit] = {}
    for unit, group in rows:
        if unit not in drawn:
            found.setdefault(unit, Unit(unit, group))
    return list(found.values())


def randomness_of(session: Session, day: date) -> bytes | None:
    """The day's public randomness, as its beacon line has it; None before there is one."""
    line = session.scalar(select(OrderLogLine.line).where(OrderLogLine.type == "beacon", OrderLogLine.day == day))
    return None if line is None else bytes.fromhex(json.loads(line)["randomness"])


def at_seq(session: Session, pair: Pair) -> int:
    """The seq of the latest registry line that touches the pair, -1 when none does (docs/fairness.md, check code)."""
    found = session.scalar(_latest_of_pair(), pair._asdict())
    return -1 if found is None else int(found)


# The comparison page asks these at every view: building a statement takes longer than running it, so each is built once.


@cache
def _approved_after() -> Select[*tuple[Any, ...]]:
    return (
        select(RegistryLine.unit, RegistryLine.group)
        .where(
            RegistryLine.service == bindparam("service"),
            RegistryLine.area == bindparam("area"),
            RegistryLine.seq > bindparam("list_line"),
            RegistryLine.approved,
        )
        .order_by(RegistryLine.seq)
    )


@cache
def _latest_of_pair() -> Select[int]:
    return (
        select(RegistryLine.seq)
        .where(RegistryLine.service == bindparam("service"), RegistryLine.area == bindparam("area"))
        .order_by(RegistryLine.seq.desc())
        .limit(1)
    )
