"""Filters belong to the client. Each change is noted with its actor for 30 days, then only counted (fairness B2.14)."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import cast, delete, exists, insert, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.clock import helsinki_day
from marketplace.models.choosing import FilterCount, FilterUse
from marketplace.models.schema import Json
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.provider_cards import Wishes

KEPT = timedelta(days=30)
NEUTRAL = "neutral"


def note_wishes(tx: Tx, voucher_id: int, wishes: Wishes) -> None:
    """Note a change of a list's filters with its actor: nothing when they are what they were. One statement."""
    assert tx.actor.role is not None
    last = (
        select(FilterUse.wishes)
        .where(
            FilterUse.organiser_id == tx.organiser_id,
            FilterUse.voucher_id == voucher_id,
            FilterUse.actor_id == tx.account_id,
        )
        .order_by(FilterUse.id.desc())
        .limit(1)
        .subquery()
    )
    said = cast(literal(wishes.said(), JSONB), JSONB)
    row = select(
        literal(tx.organiser_id), literal(voucher_id), literal(tx.account_id), literal(tx.actor.role.value),
        literal(tx.now), said,
    ).where(~exists().where(last.c.wishes == said))  # fmt: skip
    columns = ["organiser_id", "voucher_id", "actor_id", "role", "at", "wishes"]
    tx.session.execute(insert(FilterUse).from_select(columns, row, include_defaults=False))


def forget_filters(desk: Desk, actor: Actor) -> int:
    """Count the uses that are older than 30 days by month, role and wish, and delete them. Returns how many went."""
    with desk.transaction(actor, Action.RUN_DUE_WORK) as tx:
        # deleted and counted by one statement, so that two workers never count a use twice
        old = tx.session.execute(
            delete(FilterUse)
            .where(FilterUse.organiser_id == tx.organiser_id, FilterUse.at < tx.now - KEPT)
            .returning(FilterUse.at, FilterUse.role, FilterUse.wishes)
        ).all()
        counts = Counter(
            (helsinki_day(use.at).replace(day=1), use.role, wish) for use in old for wish in _each(use.wishes)
        )
        for (month, role, wish), number in sorted(counts.items()):
            row = upsert(FilterCount).values(
                organiser_id=tx.organiser_id, month=month, role=role, wish=wish, number=number
            )
            sum_up = {"number": FilterCount.number + row.excluded.number}
            key = ["organiser_id", "month", "role", "wish"]
            tx.session.execute(row.on_conflict_do_update(index_elements=key, set_=sum_up))
        return len(old)


def _each(wishes: Json) -> list[str]:
    """The single wishes of a use, one word each."""
    words = []
    for name, value in wishes.items():
        words += (
            [name] if value is True else [f"{name}={one}" for one in ([value] if isinstance(value, str) else value)]
        )
    return words or [NEUTRAL]
