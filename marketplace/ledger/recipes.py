"""The recipes: every way to book, each a named function. No other file of the house names an account.

Each takes an idempotency key, the context and positive amounts in whole cents, and gives the entry to post, or None
when there is nothing to book (an event priced at zero makes no entry). Errors of all: TypeError for floats and bools,
ValueError for a negative amount or an account that the recipe does not use.
"""

from collections.abc import Mapping

from marketplace.ledger.accounts import Account
from marketplace.ledger.entry import Context, Entry, Line
from marketplace.ledger.shapes import SHAPES
from marketplace.money import not_negative

A = Account


def appropriate(key: str, context: Context, cents: int) -> Entry | None:
    """The organiser appropriates money for the programme and year."""
    return _move("appropriate", key, context, cents, A.APPROPRIATED, A.FREE)


def reduce_appropriation(key: str, context: Context, cents: int) -> Entry | None:
    """The organiser takes back money that is still free."""
    return _move("reduce_appropriation", key, context, cents, A.FREE, A.APPROPRIATED)


def grant(key: str, context: Context, service_cents: int, bonus_cents: int = 0) -> Entry | None:
    """A voucher is granted (or made larger): its value, and its bonus maximum where the grant reserves it."""
    amounts = {A.RESERVED_SERVICE: service_cents, A.RESERVED_BONUS: bonus_cents}
    return _entry("grant", key, context, take={A.FREE: _total(amounts)}, give=amounts)


def reserve_bonus(key: str, context: Context, cents: int) -> Entry | None:
    """An outcome is reported in a programme that reserves the bonus only then."""
    return _move("reserve_bonus", key, context, cents, A.FREE, A.RESERVED_BONUS)


def return_unused(key: str, context: Context, service_cents: int, bonus_cents: int = 0) -> Entry | None:
    """What is left of a voucher after its tail, or of a bonus that can no longer come, becomes free again."""
    amounts = {A.RESERVED_SERVICE: service_cents, A.RESERVED_BONUS: bonus_cents}
    return _entry("return_unused", key, context, take=amounts, give={A.FREE: _total(amounts)})


def record_event(key: str, context: Context, cents: int) -> Entry | None:
    """A service event is recorded; None when it costs nothing."""
    return _move("record_event", key, context, cents, A.RESERVED_SERVICE, A.USED_RECORDED)


def mature_bonus(key: str, context: Context, cents: int) -> Entry | None:
    """A milestone has matured; it belongs to the budget year in which it matured."""
    return _move("mature_bonus", key, context, cents, A.RESERVED_BONUS, A.USED_RECORDED)


def contest(key: str, context: Context, cents: int, from_account: Account = A.USED_RECORDED) -> Entry | None:
    """The client objects: the money waits, from wherever short of a batch it stood."""
    return _move("contest", key, context, cents, from_account, A.USED_CONTESTED)


def settle_for_provider(key: str, context: Context, cents: int) -> Entry | None:
    """The objection is dismissed or withdrawn: the event is recorded as before and can be billed."""
    return _move("settle_for_provider", key, context, cents, A.USED_CONTESTED, A.USED_RECORDED)


def make_payable(key: str, context: Context, cents: int) -> Entry | None:
    """An invoice line passes the payment checks."""
    return _move("make_payable", key, context, cents, A.USED_RECORDED, A.USED_PAYABLE)


def unmake_payable(key: str, context: Context, cents: int) -> Entry | None:
    """The invoice line is sent back: the event is recorded and not billed."""
    return _move("unmake_payable", key, context, cents, A.USED_PAYABLE, A.USED_RECORDED)


def approve(key: str, context: Context, cents: int) -> Entry | None:
    """The line is accepted for payment."""
    return _move("approve", key, context, cents, A.USED_PAYABLE, A.USED_APPROVED)


def batch(key: str, context: Context, cents: int) -> Entry | None:
    """The line is put into a payment batch."""
    return _move("batch", key, context, cents, A.USED_APPROVED, A.USED_IN_BATCH)


def unbatch(key: str, context: Context, cents: int) -> Entry | None:
    """The line is taken out of its batch, or the batch is cancelled."""
    return _move("unbatch", key, context, cents, A.USED_IN_BATCH, A.USED_APPROVED)


def send(key: str, context: Context, cents: int) -> Entry | None:
    """The batch goes to the bank."""
    return _move("send", key, context, cents, A.USED_IN_BATCH, A.USED_SENT)


def confirm_paid(key: str, context: Context, cents: int) -> Entry | None:
    """The bank says that it has paid."""
    return _move("confirm_paid", key, context, cents, A.USED_SENT, A.USED_PAID)


def payment_returned(key: str, context: Context, cents: int, from_account: Account = A.USED_SENT) -> Entry | None:
    """The bank gives the money back, before (`USED_SENT`) or after (`USED_PAID`) it said that it had paid."""
    return _move("payment_returned", key, context, cents, from_account, A.USED_RETURNED)


def rebatch(key: str, context: Context, cents: int) -> Entry | None:
    """A returned payment goes into a new batch."""
    return _move("rebatch", key, context, cents, A.USED_RETURNED, A.USED_IN_BATCH)


def reverse_before_payment(
    key: str, context: Context, cents: int, from_account: Account, to_account: Account = A.RESERVED_SERVICE
) -> Entry | None:
    """An event (back to `RESERVED_SERVICE`) or a bonus (back to `RESERVED_BONUS`) falls before it was paid.

    from_account: where its money stands: recorded, contested, payable, approved or returned by the bank.
    """
    return _move("reverse_before_payment", key, context, cents, from_account, to_account)


def reverse_after_payment(
    key: str, context: Context, cents: int, to_account: Account = A.RESERVED_SERVICE
) -> Entry | None:
    """An event or a bonus falls after it was paid: its money is the voucher's again, and the provider owes it."""
    take = {A.USED_PAID: cents, A.RECEIVABLE_COUNTER: cents}
    return _entry("reverse_after_payment", key, context, take=take, give={to_account: cents, A.RECEIVABLE: cents})


def net_receivable(key: str, context: Context, cents: int) -> Entry | None:
    """The debt, or a part of it, is taken off the provider's next payment."""
    return _move("net_receivable", key, context, cents, A.RECEIVABLE, A.RECEIVABLE_COUNTER)


def restore_receivable(key: str, context: Context, cents: int) -> Entry | None:
    """The payment from which the debt was taken came back from the bank: the provider owes it as before."""
    return _move("restore_receivable", key, context, cents, A.RECEIVABLE_COUNTER, A.RECEIVABLE)


def collect_receivable(key: str, context: Context, cents: int) -> Entry | None:
    """The provider pays the debt, or a part of it, itself: it has left and no payment is to come."""
    return _move("collect_receivable", key, context, cents, A.RECEIVABLE, A.RECEIVABLE_COUNTER)


def carry_over_out(
    key: str, context: Context, service_cents: int = 0, bonus_cents: int = 0, free_cents: int = 0
) -> Entry | None:
    """Year end: reservations and free money leave the old year (the context's), and their appropriation with them."""
    amounts = {A.RESERVED_SERVICE: service_cents, A.RESERVED_BONUS: bonus_cents, A.FREE: free_cents}
    return _entry("carry_over_out", key, context, take=amounts, give={A.APPROPRIATED: _total(amounts)})


def carry_over_in(
    key: str, context: Context, service_cents: int = 0, bonus_cents: int = 0, free_cents: int = 0
) -> Entry | None:
    """Year end: what left the old year arrives in the next one (the context's year)."""
    amounts = {A.RESERVED_SERVICE: service_cents, A.RESERVED_BONUS: bonus_cents, A.FREE: free_cents}
    return _entry("carry_over_in", key, context, take={A.APPROPRIATED: _total(amounts)}, give=amounts)


def carry_back_out(key: str, context: Context, service_cents: int = 0, bonus_cents: int = 0) -> Entry | None:
    """An event of the old year is recorded after the carry-over: its money leaves the next year (the context's) again."""
    amounts = {A.RESERVED_SERVICE: service_cents, A.RESERVED_BONUS: bonus_cents}
    return _entry("carry_back_out", key, context, take=amounts, give={A.APPROPRIATED: _total(amounts)})


def carry_back_in(key: str, context: Context, service_cents: int = 0, bonus_cents: int = 0) -> Entry | None:
    """What left the next year arrives in the year of the event (the context's)."""
    amounts = {A.RESERVED_SERVICE: service_cents, A.RESERVED_BONUS: bonus_cents}
    return _entry("carry_back_in", key, context, take={A.APPROPRIATED: _total(amounts)}, give=amounts)


def _total(amounts: Mapping[Account, int]) -> int:
    return sum(not_negative(cents, f"{account} cents") for account, cents in amounts.items())


def _move(
    recipe: str, key: str, context: Context, cents: int, from_account: Account, to_account: Account
) -> Entry | None:
    return _entry(recipe, key, context, take={from_account: cents}, give={to_account: cents})


def _entry(
    recipe: str, key: str, context: Context, *, take: Mapping[Account, int], give: Mapping[Account, int]
) -> Entry | None:
    shape = SHAPES[recipe]
    if not (shape.credits >= set(take) and shape.debits >= set(give)):
        raise ValueError(f"{recipe} cannot move money from {sorted(take)} to {sorted(give)}")
    signed = [(account, not_negative(cents, "cents")) for account, cents in give.items()]
    signed += [(account, -not_negative(cents, "cents")) for account, cents in take.items()]
    lines = tuple(Line(account, cents) for account, cents in signed if cents)
    return Entry(key, recipe, context, lines) if lines else None
