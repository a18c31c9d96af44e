"""What waits for a caseworker today, for her first page. Counts and deadlines only: no client's name is read."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.events import Event, Milestone, Objection, Outcome
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.find_clients import waits_for

SOON = timedelta(days=7)


@dataclass(frozen=True)
class WaitingObjection:
    """`answered`: the provider has given its side. `late`: the deadline has passed."""

    id: int
    voucher: str
    answered: bool
    settle_by: date
    late: bool


@dataclass(frozen=True)
class CaseToday:
    """Each a number of the acting caseworker's own vouchers. `first_expiry`: the soonest last day among `expiring`.
    `evidence`: outcomes with a milestone that is full within a week or already, and waits to be shown."""

    objections: tuple[WaitingObjection, ...]
    outcomes: int
    evidence: int
    unchosen: int
    given_back: int
    expiring: int
    first_expiry: date | None
    measurements: int


def case_today(desk: Desk, actor: Actor) -> CaseToday:
    """What waits for the acting caseworker."""
    with desk.reading(actor, Action.SEE_CLIENTS) as tx:
        mine = select(Voucher.id).where(Voucher.organiser_id == tx.organiser_id, Voucher.caseworker_id == tx.account_id)
        reported = select(func.count()).where(Outcome.state == "reported", Outcome.voucher_id.in_(mine))
        due = select(func.count(Milestone.outcome_id.distinct())).where(
            Milestone.state == "waiting", Milestone.due_on <= tx.today + SOON, Milestone.voucher_id.in_(mine)
        )
        expiring = tx.session.execute(
            select(func.count(), func.min(Voucher.valid_to)).where(waits_for(tx, "expiry"))
        ).one()
        return CaseToday(
            objections=_objections(tx),
            outcomes=tx.session.scalars(reported).one(),
            evidence=tx.session.scalars(due).one(),
            unchosen=_count(tx, "choice"),
            given_back=_count(tx, "no_choice"),
            expiring=expiring[0],
            first_expiry=expiring[1],
            measurements=_count(tx, "measurement"),
        )


def _count(tx: Tx, what: str) -> int:
    return tx.session.scalars(select(func.count()).select_from(Voucher).where(waits_for(tx, what))).one()


def _objections(tx: Tx) -> tuple[WaitingObjection, ...]:
    rows = tx.session.execute(
        select(Objection.id, Voucher.number, Objection.answered_at, Objection.settle_by)
        .join(Event, Event.id == Objection.event_id)
        .join(Voucher, Voucher.id == Event.voucher_id)
        .where(
            Objection.organiser_id == tx.organiser_id,
            Objection.state.in_(("open", "answered")),
            Voucher.caseworker_id == tx.account_id,
        )
        .order_by(Objection.settle_by, Objection.id)
    )
    return tuple(
        WaitingObjection(row.id, row.number, row.answered_at is not None, row.settle_by, row.settle_by < tx.today)
        for row in rows
    )
