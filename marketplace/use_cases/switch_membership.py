"""Sitting down elsewhere: a person with several roles, or a provider's person with several organisers, picks one."""

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.own_account import living_account
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.seats import Seat, seats_of


def switch_membership(desk: Desk, actor: Actor, key: str) -> Seat:
    """The seat of this key. Missing when it is not among her own."""
    with desk.transaction(actor, Action.OWN_ACCOUNT) as tx:
        for seat in seats_of(tx, living_account(tx)):
            if seat.key == key:
                tx.audit("account.seat_taken", "membership", seat.membership_id)
                return seat
        raise Missing("seat")
