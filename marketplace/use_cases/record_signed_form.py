"""A client who uses no screen signs a printed form; the caseworker records that she did, and where the paper is."""

from dataclasses import dataclass
from datetime import date

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.clock import helsinki_day
from marketplace.models.assisting import SignedForm
from marketplace.use_cases.choose_provider import ON_PAPER, choose
from marketplace.use_cases.confirm_by_code import as_client, held_proposal, order_of_proposal, tell_chosen
from marketplace.use_cases.conflicts import refuse_conflict
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Refused

LONGEST = 200
"""Characters of the place where the paper is kept."""


@dataclass(frozen=True)
class SignedOrder:
    """`archived_at`: the mark or the place by which the paper is found again."""

    proposal_id: int
    signed_on: date
    archived_at: str
    once: str | None = None


def record_signed_form(desk: Desk, actor: Actor, order: SignedOrder) -> int:
    """Record a signed form: the choice that it says is made, with the channel `paper`, and the client is told. Returns the
    voucher's id. Such choices are counted apart (fairness B5), because the record is the caseworker's.

    Refused: conflict_of_interest, signed_in_future, signed_before_form (day), archive_missing, too_long; and as
    `choose_provider`. Stale when nothing waits, or (list_changed) when the list is not the form's any more: a new form
    is then printed and signed. Missing for another organiser's.
    """
    with desk.transaction(actor, Action.RECORD_SIGNED_FORM) as tx:
        if done := tx.first_click("record_signed_form", order.once):
            return int(done["voucher_id"])
        if order.signed_on > tx.today:
            raise Refused("signed_in_future", "signed_on")
        place = order.archived_at.strip()
        if not place:
            raise Refused("archive_missing", "archived_at")
        if len(place) > LONGEST:
            raise Refused("too_long", "archived_at", most=LONGEST)
        proposal, voucher = held_proposal(tx, order.proposal_id)
        refuse_conflict(tx, vouchers=[voucher.id])
        noted = helsinki_day(proposal.proposed_at)
        if order.signed_on < noted:
            raise Refused("signed_before_form", "signed_on", day=noted)
        choice = choose(as_client(tx, voucher), voucher, order_of_proposal(proposal), ON_PAPER)
        tx.session.add(
            SignedForm(
                organiser_id=tx.organiser_id,
                proposal_id=proposal.id,
                choice_id=choice.id,
                signed_on=order.signed_on,
                archived_at=place,
                recorded_by=tx.account_id,
                at=tx.now,
            )
        )
        tx.audit("proposal.signed_form", "voucher", voucher.id, clients=(voucher.client_id,), proposal_id=proposal.id,
                 choice_id=choice.id, signed_on=order.signed_on.isoformat(), archived_at=place)  # fmt: skip
        tell_chosen(tx, voucher, choice.id, ON_PAPER)
        tx.remember_click("record_signed_form", order.once, voucher_id=voucher.id)
        return voucher.id
