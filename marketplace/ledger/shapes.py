"""The shape of each recipe: which accounts it may take from and give to. The recipes and the checks both hold to it."""

from collections.abc import Iterable
from dataclasses import dataclass

from marketplace.ledger.accounts import RESERVED, Account

A = Account


@dataclass(frozen=True)
class Shape:
    """A recipe's name, the accounts it credits (takes from) and debits (gives to), and what it books."""

    name: str
    credits: frozenset[Account]
    debits: frozenset[Account]
    meaning: str

    def fits(self, account: str, cents: int) -> bool:
        """May the recipe put these cents on this account?"""
        if cents == 0:
            return account in self.credits | self.debits
        return account in (self.debits if cents > 0 else self.credits)


BEFORE_PAYMENT: frozenset[Account] = frozenset(
    {A.USED_RECORDED, A.USED_CONTESTED, A.USED_PAYABLE, A.USED_APPROVED, A.USED_RETURNED}
)
"""Where used money can still be cancelled. In a batch or at the bank it must first come out, or be paid."""

CONTESTABLE: frozenset[Account] = BEFORE_PAYMENT - {A.USED_CONTESTED}
"""Where an objection can still stop used money."""

CARRIED = RESERVED | {A.FREE}


def _shape(name: str, take: Iterable[Account], give: Iterable[Account], meaning: str) -> Shape:
    return Shape(name, frozenset(take), frozenset(give), meaning)


_TABLE = (
    _shape("appropriate", {A.APPROPRIATED}, {A.FREE}, "the organiser appropriates money"),
    _shape("reduce_appropriation", {A.FREE}, {A.APPROPRIATED}, "the organiser takes back money that is still free"),
    _shape("grant", {A.FREE}, RESERVED, "a voucher is granted, or made larger: its value and its bonus maximum"),
    _shape("reserve_bonus", {A.FREE}, {A.RESERVED_BONUS}, "an outcome is reported, where that reserves the bonus"),
    _shape("return_unused", RESERVED, {A.FREE}, "the tail is over, or a bonus can no longer come: the rest is free"),
    _shape("record_event", {A.RESERVED_SERVICE}, {A.USED_RECORDED}, "a service event is recorded"),
    _shape("mature_bonus", {A.RESERVED_BONUS}, {A.USED_RECORDED}, "a milestone has matured"),
    _shape("contest", CONTESTABLE, {A.USED_CONTESTED}, "the client objects to the event"),
    _shape("settle_for_provider", {A.USED_CONTESTED}, {A.USED_RECORDED}, "the objection is dismissed or withdrawn"),
    _shape("make_payable", {A.USED_RECORDED}, {A.USED_PAYABLE}, "an invoice line passes the checks"),
    _shape("unmake_payable", {A.USED_PAYABLE}, {A.USED_RECORDED}, "the invoice line is sent back"),
    _shape("approve", {A.USED_PAYABLE}, {A.USED_APPROVED}, "the line is accepted for payment"),
    _shape("batch", {A.USED_APPROVED}, {A.USED_IN_BATCH}, "the line is put into a payment batch"),
    _shape("unbatch", {A.USED_IN_BATCH}, {A.USED_APPROVED}, "the line is taken out of the batch"),
    _shape("send", {A.USED_IN_BATCH}, {A.USED_SENT}, "the batch goes to the bank"),
    _shape("confirm_paid", {A.USED_SENT}, {A.USED_PAID}, "the bank has paid"),
    _shape("payment_returned", {A.USED_SENT, A.USED_PAID}, {A.USED_RETURNED}, "the bank gives the money back"),
    _shape("rebatch", {A.USED_RETURNED}, {A.USED_IN_BATCH}, "a returned payment goes into a new batch"),
    _shape("reverse_before_payment", BEFORE_PAYMENT, RESERVED, "an event or a bonus falls before it was paid"),
    _shape(
        "reverse_after_payment",
        {A.USED_PAID, A.RECEIVABLE_COUNTER},
        RESERVED | {A.RECEIVABLE},
        "an event or a bonus falls after it was paid: the provider owes it",
    ),
    _shape("net_receivable", {A.RECEIVABLE}, {A.RECEIVABLE_COUNTER}, "the debt is taken off the provider's payment"),
    _shape("restore_receivable", {A.RECEIVABLE_COUNTER}, {A.RECEIVABLE}, "a payment that was netted came back unpaid"),
    _shape("collect_receivable", {A.RECEIVABLE}, {A.RECEIVABLE_COUNTER}, "the provider pays the debt itself"),
    _shape("carry_over_out", CARRIED, {A.APPROPRIATED}, "year end: money leaves the old year, with its appropriation"),
    _shape("carry_over_in", {A.APPROPRIATED}, CARRIED, "year end: the same money arrives in the next year"),
    _shape(
        "carry_back_out", RESERVED, {A.APPROPRIATED}, "an event of the old year, recorded late: its money goes back"
    ),
    _shape("carry_back_in", {A.APPROPRIATED}, RESERVED, "the same money arrives in the old year again"),
)

SHAPES: dict[str, Shape] = {shape.name: shape for shape in _TABLE}
