"""The provider's side of an objection, heard before a caseworker settles it (money.md 9)."""

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_objections
from marketplace.models.events import Event, Objection
from marketplace.models.people import Account
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_account
from marketplace.use_cases.refusals import Missing, Refused

LONGEST = 2_000
"""Characters of the provider's own words: as many as the client has for hers."""


@dataclass(frozen=True)
class AnswerObjection:
    objection_id: int
    answer: str
    once: str | None = None


def answer_objection(desk: Desk, actor: Actor, order: AnswerObjection) -> int:
    """Give the company's side of one objection, once; returns the event's id. The client's caseworker is told.

    Refused: objection_answer_missing, objection_answer_too_long (`answer`). Stale when it was answered, settled or
    taken back meanwhile. Missing for a stranger's objection.
    """
    with desk.transaction(actor, Action.ANSWER_OBJECTION) as tx:
        if done := tx.first_click("answer_objection", order.once):
            return int(done["event_id"])
        answer = order.answer.strip()
        if not answer:
            raise Refused("objection_answer_missing", "answer")
        if len(answer) > LONGEST:
            raise Refused("objection_answer_too_long", "answer", most=LONGEST)
        objection = tx.session.scalar(
            select(Objection)
            .where(Objection.id == order.objection_id, visible_objections(tx.actor))
            .with_for_update(key_share=True)
        )
        if objection is None:
            raise Missing("objection")
        move(tx, "objection", objection, "answer")
        objection.answer, objection.answered_at = answer, tx.now
        tx.session.flush()
        tx.audit(
            "objection.answer",
            "objection",
            objection.id,
            clients=(objection.client_id,),
            event_id=objection.event_id,
        )
        _tell(tx, objection)
        tx.remember_click("answer_objection", order.once, event_id=objection.event_id)
        return objection.event_id


def _tell(tx: Tx, objection: Objection) -> None:
    event, voucher = tx.session.execute(
        select(Event, Voucher).join(Voucher, Voucher.id == Event.voucher_id).where(Event.id == objection.event_id)
    ).one()
    caseworker = tx.session.get_one(Account, voucher.caseworker_id)
    if caseworker.ended_at is None:
        tell_account(tx, caseworker, "objection_answered", f"objection_answered/{objection.id}", number=voucher.number,
                     day=event.day, settle_by=objection.settle_by)  # fmt: skip
