"""Every life cycle of the house, as tables. `docs/lifecycles.md` is drawn from this file.

Who decides what follows the rule that people decide: approvals of providers, grants, rejected outcomes, claw-backs and
objections are a person's moves; the system only does what a date or another move already settled.
"""

from collections.abc import Iterable

from marketplace.roles import PROVIDERS, Role
from marketplace.vouchers.lifecycle import SAME, LifeCycle, Move

CLIENT = {Role.CLIENT}
MANAGER = {Role.PROVIDER_MANAGER}
CASEWORKER = {Role.CASEWORKER}
PROCUREMENT = {Role.PROCUREMENT}
APPROVER = {Role.APPROVER}
FINANCE = {Role.FINANCE}
SYSTEM = {Role.SYSTEM}


def _move(name: str, by: Iterable[Role], sources: Iterable[str], target: str, meaning: str) -> Move:
    return Move(name, frozenset(by), frozenset(sources), target, meaning)


OPEN_VOUCHER = ("granted", "chosen", "active")

VOUCHER = LifeCycle(
    name="voucher",
    about="A client's voucher. The client chooses, the provider confirms; what is left returns when the tail is over.",
    states=("granted", "chosen", "active", "refused", "revoked", "ended", "expired", "closed"),
    initial="granted",
    terminal=frozenset({"closed"}),
    moves=(
        _move("choose", CLIENT, ["granted"], "chosen", "the client chooses a provider"),
        _move("confirm", PROVIDERS, ["chosen"], "active", "the provider confirms that it has room"),
        _move("decline", PROVIDERS, ["chosen"], "granted", "the provider cannot take the client, who chooses again"),
        _move("release", CLIENT | SYSTEM, ["chosen", "active"], "granted", "the client is free to choose again"),
        _move("refuse", CLIENT, OPEN_VOUCHER, "refused", "the client does not want the voucher"),
        _move("extend", CASEWORKER, OPEN_VOUCHER, SAME, "the last day moves later"),
        _move("revoke", CASEWORKER, OPEN_VOUCHER, "revoked", "the grant is withdrawn by a decision"),
        _move("end", CASEWORKER, OPEN_VOUCHER, "ended", "the service ends before the last day"),
        _move("expire", SYSTEM, OPEN_VOUCHER, "expired", "the last day has passed"),
        _move(
            "close", SYSTEM, ["refused", "revoked", "ended", "expired"], "closed", "the tail is over, the rest returns"
        ),
    ),
)

CHOICE = LifeCycle(
    name="choice",
    about="One choice of a provider. A new choice is a new row; the old one stays to be read.",
    states=("proposed", "confirmed", "declined", "released", "ended"),
    initial="proposed",
    terminal=frozenset({"declined", "released", "ended"}),
    moves=(
        _move("confirm", PROVIDERS, ["proposed"], "confirmed", "the provider takes the client"),
        _move("decline", PROVIDERS, ["proposed"], "declined", "the provider cannot, on a listed ground"),
        _move("release", CLIENT | SYSTEM, ["proposed", "confirmed"], "released", "the client changes, or must change"),
        _move("end", SYSTEM, ["proposed", "confirmed"], "ended", "the voucher came to its end"),
    ),
)

PROPOSAL = LifeCycle(
    name="proposal",
    about="What the client said she wants, noted by an assisting caseworker. Only the client makes a choice of it.",
    states=("waiting", "confirmed", "dropped", "replaced", "lapsed"),
    initial="waiting",
    terminal=frozenset({"confirmed", "dropped", "replaced", "lapsed"}),
    moves=(
        _move("confirm", CLIENT, ["waiting"], "confirmed", "the client confirms it in a channel of her own"),
        _move("drop", CLIENT, ["waiting"], "dropped", "the client does not want it, or chooses another provider"),
        _move("replace", CASEWORKER, ["waiting"], "replaced", "the client said something else, and that was noted"),
        _move("lapse", SYSTEM, ["waiting"], "lapsed", "nobody confirmed it in time, or the voucher is over"),
    ),
)

APPLICATION = LifeCycle(
    name="application",
    about="A provider's application to be on the list.",
    states=("draft", "submitted", "info_requested", "approved", "rejected", "withdrawn"),
    initial="draft",
    terminal=frozenset({"approved", "rejected", "withdrawn"}),
    moves=(
        _move("submit", MANAGER, ["draft", "info_requested"], "submitted", "the provider sends it in, or answers"),
        _move("ask", PROCUREMENT, ["submitted"], "info_requested", "something is missing"),
        _move("approve", PROCUREMENT, ["submitted"], "approved", "every condition is met"),
        _move("reject", PROCUREMENT, ["submitted"], "rejected", "a condition is not met; written reasons"),
        _move(
            "withdraw",
            MANAGER,
            ["draft", "submitted", "info_requested"],
            "withdrawn",
            "the provider takes it back",
        ),
    ),
)

APPROVAL = LifeCycle(
    name="approval",
    about="A provider's place on the list.",
    states=("approved", "suspended", "ended"),
    initial="approved",
    terminal=frozenset({"ended"}),
    moves=(
        _move("suspend", PROCUREMENT | SYSTEM, ["approved"], "suspended", "no new clients; a condition lapsed"),
        _move("restore", PROCUREMENT, ["suspended"], "approved", "the condition is met again"),
        _move(
            "end",
            PROCUREMENT | MANAGER | SYSTEM,  # the system: on the day that a decision or the provider has set
            ["approved", "suspended"],
            "ended",
            "struck off by decision, or left",
        ),
    ),
)

EVENT = LifeCycle(
    name="event",
    about="A service event. It is never edited: a mistake is reversed and recorded anew.",
    states=("recorded", "objected", "reversed"),
    initial="recorded",
    terminal=frozenset({"reversed"}),
    moves=(
        _move("object", CLIENT, ["recorded"], "objected", "the client says it was not so"),
        _move("dismiss", CASEWORKER, ["objected"], "recorded", "the caseworker finds for the provider"),
        _move("withdraw_objection", CLIENT, ["objected"], "recorded", "the client takes the objection back"),
        _move("uphold", CASEWORKER, ["objected"], "reversed", "the caseworker finds for the client"),
        _move("reverse", PROVIDERS, ["recorded", "objected"], "reversed", "the provider takes the event back"),
    ),
)

OBJECTION = LifeCycle(
    name="objection",
    about="A client's objection to an event. Both sides are heard; a caseworker settles it.",
    states=("open", "answered", "upheld", "dismissed", "withdrawn"),
    initial="open",
    terminal=frozenset({"upheld", "dismissed", "withdrawn"}),
    moves=(
        _move("answer", PROVIDERS, ["open"], "answered", "the provider gives its side"),
        _move("uphold", CASEWORKER, ["open", "answered"], "upheld", "the client is right"),
        _move("dismiss", CASEWORKER, ["open", "answered"], "dismissed", "the provider is right"),
        _move("withdraw", CLIENT, ["open", "answered"], "withdrawn", "the client takes it back"),
        _move("close", SYSTEM, ["open", "answered"], "upheld", "the provider reversed the event itself"),
    ),
)

OUTCOME = LifeCycle(
    name="outcome",
    about="A reported outcome, such as a job. Its bonuses are milestones.",
    states=("reported", "verified", "rejected", "withdrawn", "ended"),
    initial="reported",
    terminal=frozenset({"rejected", "withdrawn", "ended"}),
    moves=(
        _move("verify", CASEWORKER, ["reported"], "verified", "the evidence holds"),
        _move("reject", CASEWORKER, ["reported"], "rejected", "it does not; written reasons"),
        _move("withdraw", PROVIDERS, ["reported"], "withdrawn", "the provider takes the report back"),
        _move("end", PROVIDERS | CASEWORKER, ["verified"], "ended", "the job has ended"),
    ),
)

MILESTONE = LifeCycle(
    name="milestone",
    about="One milestone of an outcome: a bonus that a day can make due.",
    states=("waiting", "matured", "billed", "broken", "clawed_back"),
    initial="waiting",
    terminal=frozenset({"broken", "clawed_back"}),
    moves=(
        _move("mature", SYSTEM | CASEWORKER, ["waiting"], "matured", "the job has lasted long enough"),
        _move("break", SYSTEM | CASEWORKER, ["waiting"], "broken", "it did not, or the outcome fell"),
        _move("bill", SYSTEM, ["matured"], "billed", "the bonus went on an invoice"),
        _move("unbill", SYSTEM, ["billed"], "matured", "the invoice line came back"),
        _move("claw_back", CASEWORKER, ["matured", "billed"], "clawed_back", "the bonus is taken back by a decision"),
    ),
)

INVOICE_LINE = LifeCycle(
    name="invoice_line",
    about="One line of a provider's invoice, from the payment checks to the bank.",
    states=("new", "passed", "returned", "approved", "in_batch", "sent", "paid", "bank_returned"),
    initial="new",
    terminal=frozenset({"returned"}),
    moves=(
        _move("pass", SYSTEM, ["new"], "passed", "every payment check holds"),
        _move("bounce_back", SYSTEM, ["new"], "returned", "a payment check failed"),
        _move("send_back", FINANCE, ["passed"], "returned", "a person found something wrong; written reasons"),
        _move(
            "withdraw",
            SYSTEM,
            ["passed", "approved", "bank_returned"],
            "returned",
            "what it bills was contested, reversed or clawed back before payment",
        ),
        _move("approve", FINANCE, ["passed"], "approved", "accepted for payment"),
        _move("batch", FINANCE, ["approved", "bank_returned"], "in_batch", "put into a payment batch"),
        _move("unbatch", FINANCE, ["in_batch"], "approved", "taken out of it, or the batch was cancelled"),
        _move("send", FINANCE | SYSTEM, ["in_batch"], "sent", "the batch went to the bank"),
        _move("confirm", FINANCE | SYSTEM, ["sent"], "paid", "the bank has paid"),
        _move("bank_return", FINANCE | SYSTEM, ["sent", "paid"], "bank_returned", "the bank gave the money back"),
    ),
)

BATCH = LifeCycle(
    name="batch",
    about="A payment batch.",
    states=("draft", "approved", "sent", "acknowledged", "confirmed", "cancelled"),
    initial="draft",
    terminal=frozenset({"confirmed", "cancelled"}),
    moves=(
        _move("approve", FINANCE, ["draft"], "approved", "a second person accepts it"),
        _move("send", FINANCE, ["approved"], "sent", "its file is made, once, and goes to the bank"),
        _move("acknowledge", SYSTEM, ["sent"], "acknowledged", "the bank has answered for some of its payments"),
        _move(
            "confirm",
            FINANCE | SYSTEM,
            ["sent", "acknowledged"],
            "confirmed",
            "the bank has answered for every payment",
        ),
        _move("cancel", FINANCE, ["draft", "approved"], "cancelled", "it is not sent; its lines are free again"),
    ),
)


def _published(name: str, about: str) -> LifeCycle:
    return LifeCycle(
        name=name,
        about=about,
        states=("draft", "submitted", "published"),
        initial="draft",
        terminal=frozenset({"published"}),
        moves=(
            _move("submit", PROCUREMENT, ["draft"], "submitted", "ready for a second pair of eyes"),
            _move("publish", APPROVER, ["submitted"], "published", "in force from its first day; never edited again"),
            _move("send_back", APPROVER, ["submitted"], "draft", "something must change first"),
        ),
    )


TERMS = _published("terms", "A version of the terms and prices. A change is a new version.")
PROGRAMME = _published("programme", "A voucher programme.")

CYCLES: dict[str, LifeCycle] = {
    cycle.name: cycle
    for cycle in (
        VOUCHER,
        CHOICE,
        PROPOSAL,
        APPLICATION,
        APPROVAL,
        EVENT,
        OBJECTION,
        OUTCOME,
        MILESTONE,
        INVOICE_LINE,
        BATCH,
        TERMS,
        PROGRAMME,
    )
}
