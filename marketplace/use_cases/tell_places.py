"""A provider tells how many new clients it can take, from when, and whether it takes any at all now."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_approvals
from marketplace.models.providers import Approval, ApprovalMove
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.intake import note_flip
from marketplace.use_cases.refusals import Missing, Refused, Stale

MOST_PLACES = 999


@dataclass(frozen=True)
class TellPlaces:
    """What is true today of one approval (package and area). None says "not stated"."""

    approval_id: int
    free_places: int | None
    next_start: date | None
    paused: bool


def tell_places(desk: Desk, actor: Actor, told: TellPlaces) -> None:
    """Save free places, first start and pause, with today as the date of the fact. It never touches the order: a full
    provider can still be chosen, a paused one stays on the list and cannot (fairness B1).

    Refused: places_out_of_range, first_start_in_past. Stale when the approval has ended; Missing for a stranger's.
    """
    with desk.transaction(actor, Action.TELL_PLACES) as tx:
        approval = _own_approval(tx, told.approval_id)
        if approval.state == "ended":
            raise Stale("approval_has_ended")
        if told.free_places is not None and not 0 <= told.free_places <= MOST_PLACES:
            raise Refused("places_out_of_range", "free_places", most=MOST_PLACES)
        if told.next_start is not None and told.next_start < tx.today:
            raise Refused("first_start_in_past", "next_start", today=tx.today)
        if told.paused != approval.paused:
            _flip(tx, approval, told.paused)
            note_flip(tx, approval, "pause" if told.paused else "resume")
        if (told.free_places == 0) != (approval.free_places == 0):
            note_flip(tx, approval, "full" if told.free_places == 0 else "free")
        approval.free_places = told.free_places
        approval.next_start = told.next_start
        approval.places_as_of = tx.today
        tx.audit("places.tell", "approval", approval.id, free_places=told.free_places, paused=told.paused)


def _own_approval(tx: Tx, approval_id: int) -> Approval:
    found = tx.session.scalar(
        select(Approval).where(Approval.id == approval_id, visible_approvals(tx.actor)).with_for_update()
    )
    if found is None:
        raise Missing("approval")
    return found


def _flip(tx: Tx, approval: Approval, paused: bool) -> None:
    approval.paused = paused
    tx.session.add(
        ApprovalMove(
            organiser_id=tx.organiser_id,
            approval_id=approval.id,
            move="pause" if paused else "resume",
            day=tx.today,
            at=tx.now,
            actor_id=tx.account_id,
            reason="",
        )
    )
