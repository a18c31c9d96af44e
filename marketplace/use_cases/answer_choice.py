"""A provider's answer to a client who has chosen it: a place, or a listed reason why not."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.clients import Client
from marketplace.models.vouchers import Choice, Voucher
from marketplace.use_cases.bookings import locked
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.moves import move, move_voucher
from marketplace.use_cases.notices import tell_client
from marketplace.use_cases.refusals import Missing, Refused, Stale

DECLINE_REASONS = ("no_capacity", "outside_target_group", "safety", "conflict_of_interest")
"""The only grounds on which a provider may decline; declines are counted (domain.md E9)."""


@dataclass(frozen=True)
class ConfirmOrder:
    choice_id: int
    start_on: date


@dataclass(frozen=True)
class DeclineOrder:
    choice_id: int
    reason: str


def confirm_choice(desk: Desk, actor: Actor, order: ConfirmOrder) -> int:
    """Confirm a place from a first day on. Returns the voucher's id.

    Refused: start_outside_validity (valid_from, valid_to). Stale when the choice was answered or taken back. Missing
    for a stranger's choice.
    """
    with desk.transaction(actor, Action.ANSWER_CHOICE) as tx:
        choice, voucher = _load(tx, order.choice_id)
        if not (max(voucher.valid_from, tx.today) <= order.start_on <= voucher.valid_to):
            raise Refused("start_outside_validity", "start_on", valid_from=max(voucher.valid_from, tx.today),
                          valid_to=voucher.valid_to)  # fmt: skip
        move(tx, "choice", choice, "confirm")
        move_voucher(tx, voucher, "confirm")
        choice.answered_at, choice.answered_by, choice.start_on = tx.now, tx.account_id, order.start_on
        voucher.had_provider = True
        _told(tx, choice, voucher, "confirm", "provider_confirmed", start_on=order.start_on)
        return voucher.id


def decline_choice(desk: Desk, actor: Actor, order: DeclineOrder) -> None:
    """Decline on one of the listed grounds; the client chooses again from the same list. Refused: reason_not_listed."""
    with desk.transaction(actor, Action.ANSWER_CHOICE) as tx:
        if order.reason not in DECLINE_REASONS:
            raise Refused("reason_not_listed", "reason")
        choice, voucher = _load(tx, order.choice_id)
        move(tx, "choice", choice, "decline")
        move_voucher(tx, voucher, "decline", reason=order.reason)
        choice.answered_at, choice.answered_by, choice.decline_reason = tx.now, tx.account_id, order.reason
        voucher.provider_id = None
        voucher.choice_id = None
        _told(tx, choice, voucher, "decline", "provider_declined", reason=order.reason)


def _load(tx: Tx, choice_id: int) -> tuple[Choice, Voucher]:
    voucher_id = tx.session.scalar(
        select(Choice.voucher_id).where(Choice.id == choice_id, Choice.provider_id == tx.actor.provider_id)
    )
    if voucher_id is None:
        raise Missing("choice")
    voucher, _ = locked(tx, voucher_id)
    choice = tx.session.scalars(
        select(Choice)
        .where(Choice.id == choice_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    if voucher.choice_id != choice.id:
        raise Stale("no_longer_possible", None, cycle="choice", state=choice.state)
    return choice, voucher


def _told(tx: Tx, choice: Choice, voucher: Voucher, verb: str, notice: str, **facts: Any) -> None:
    tx.session.flush()
    tx.audit(
        f"choice.{verb}",
        "voucher",
        voucher.id,
        clients=(voucher.client_id,),
        reason=str(facts.get("reason", "")),
        choice_id=choice.id,
    )
    client = tx.session.scalars(select(Client).where(Client.id == voucher.client_id)).one()
    tell_client(tx, client, notice, f"{notice}/{choice.id}", number=voucher.number, **facts)
