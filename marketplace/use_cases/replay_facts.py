"""The facts of all past vouchers of a package, as the replay wants them, and what the ledger holds of each; a fixed number
of queries, however many vouchers there are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from marketplace.models.einvoices import CreditNoteLine
from marketplace.models.events import Event, Milestone, Outcome
from marketplace.models.invoices import InvoiceLine
from marketplace.models.ledger_rows import LedgerEntry, LedgerLine
from marketplace.models.people import Membership
from marketplace.models.providers import Provider
from marketplace.models.vouchers import Choice, Voucher
from marketplace.pricing.history import Kept
from marketplace.pricing.replay import Happening
from marketplace.pricing.rules import EventKind
from marketplace.pricing.snapshot import Snapshot
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.kept_prices import kept_prices, reliefs_of
from marketplace.use_cases.outcome_facts import VERIFIED, facts_of
from marketplace.use_cases.replay_voucher import Claim, History, Money

LARGE_FROM = 10
"""People with an account at a provider from which it is called large; one person alone, or a sole trader, is `one`."""

RETURNING = ("reverse_before_payment", "reverse_after_payment")
OUT_OF = {"reserved_service": ("record_event", *RETURNING), "reserved_bonus": ("mature_bonus", *RETURNING)}
"""By which recipes money leaves a voucher's reservation because it was used, or comes back because a use fell."""


@dataclass(frozen=True)
class Past:
    """Past vouchers with their numbers, which stay inside the house: `numbers[history.place]`."""

    histories: tuple[History, ...]
    numbers: tuple[str, ...]
    held: tuple[Money, ...]  # what the ledger (and, for the client's share, the event) holds


def past_of(tx: Tx, package_id: int) -> Past:
    """All vouchers of a package, by grant."""
    mine = Voucher.package_id == package_id
    rows = tx.session.execute(
        select(Voucher.id, Voucher.number, Voucher.snapshot, Voucher.provider_id).where(mine).order_by(Voucher.id)
    ).all()
    ids = [row.id for row in rows]
    kept, served_by = _kept(tx, mine)
    reliefs, claims, credits = reliefs_of(tx, ids), _claims(tx, mine), _credited(tx, mine)
    sizes = _sizes(tx, {*served_by.values(), *(row.provider_id for row in rows if row.provider_id)})
    held = _held(tx, mine)
    found = tuple(
        History(
            place,
            Snapshot.from_json(row.snapshot),
            tuple(kept.get(row.id, ())),
            tuple(reliefs.get(row.id, ())),
            tuple(claims.get(row.id, ())),
            credits.get(row.id, 0),
            sizes.get(served_by.get(row.id) or row.provider_id or 0),
        )
        for place, row in enumerate(rows)
    )
    return Past(found, tuple(row.number for row in rows), tuple(held.get(row.id, Money()) for row in rows))


def _kept(tx: Tx, mine: ColumnElement[bool]) -> tuple[dict[int, list[Kept]], dict[int, int]]:
    """The events of each voucher in the order of recording, and the provider that served it last."""
    rows = tx.session.execute(
        select(Event.voucher_id, Event.kind, Event.day, Event.quantity_hundredths, Event.begins_at, Choice.prices,
               Event.recorded_at, Event.reversed_at, Event.provider_id)
        .join(Voucher, Voucher.id == Event.voucher_id)
        .join(Choice, Choice.id == Event.choice_id)
        .where(mine)
        .order_by(Event.id)
    )  # fmt: skip
    events: dict[int, list[tuple[Happening, datetime, datetime | None]]] = defaultdict(list)
    served_by: dict[int, int] = {}
    for voucher_id, kind, day, quantity, begins_at, prices, recorded_at, reversed_at, provider_id in rows:
        happening = Happening(EventKind(kind), day, quantity, begins_at, kept_prices(prices) if prices else None)
        events[voucher_id].append((happening, recorded_at, reversed_at))
        served_by[voucher_id] = provider_id
    found = {}
    for voucher_id, each in events.items():
        times = [recorded_at for _happening, recorded_at, _reversed_at in each]
        found[voucher_id] = [
            Kept(happening, None if fell is None else _place(times, place, fell))
            for place, (happening, _recorded_at, fell) in enumerate(each)
        ]
    return found, served_by


def _place(times: list[datetime], place: int, fell: datetime) -> int:
    """Before which of the later events this one fell."""
    later = (number for number in range(place + 1, len(times)) if times[number] >= fell)
    return next(later, len(times))


def _claims(tx: Tx, mine: ColumnElement[bool]) -> dict[int, list[Claim]]:
    """The verified results of each voucher, in the order in which they were verified."""
    rows = tx.session.execute(
        select(Outcome, Voucher)
        .join(Voucher, Voucher.id == Outcome.voucher_id)
        .where(mine, Outcome.state.in_(VERIFIED))
        .order_by(Outcome.settled_at, Outcome.id)
    ).all()
    facts = facts_of(tx, [outcome for outcome, _voucher in rows])
    of_voucher: dict[int, set[int]] = defaultdict(set)
    for outcome, voucher in rows:
        of_voucher[voucher.id].add(outcome.id)
    taken: dict[int, set[int]] = defaultdict(set)
    for outcome_id, number in tx.session.execute(
        select(Milestone.outcome_id, Milestone.number).where(Milestone.state == "clawed_back")
    ):
        taken[outcome_id].add(number)
    found: dict[int, list[Claim]] = defaultdict(list)
    for outcome, voucher in rows:
        others = tuple(one for by, one in facts.counted.get(outcome.client_id, ()) if by not in of_voucher[voucher.id])
        case = replace(facts.case(outcome, voucher, 0), counted=others)
        found[voucher.id].append(Claim(case, frozenset(taken[outcome.id])))
    return found


def _credited(tx: Tx, mine: ColumnElement[bool]) -> dict[int, int]:
    """Cents taken off paid deliveries that stand, by voucher."""
    rows = tx.session.execute(
        select(Event.voucher_id, func.sum(CreditNoteLine.amount_cents))
        .join(InvoiceLine, InvoiceLine.id == CreditNoteLine.line_id)
        .join(Event, Event.id == InvoiceLine.event_id)
        .join(Voucher, Voucher.id == Event.voucher_id)
        .where(mine, Event.state != "reversed", InvoiceLine.state != "returned")
        .group_by(Event.voucher_id)
    )
    return {voucher_id: int(cents) for voucher_id, cents in rows}


def _sizes(tx: Tx, provider_ids: Iterable[int]) -> dict[int, str]:
    """Each provider's size by the people who have an account with it."""
    rows = tx.session.execute(
        select(Provider.id, Provider.legal_form, func.count(Membership.account_id.distinct()))
        .outerjoin(Membership, (Membership.provider_id == Provider.id) & Membership.ended_at.is_(None))
        .where(Provider.id.in_(list(provider_ids)))
        .group_by(Provider.id, Provider.legal_form)
    )
    return {provider_id: size_of(form, people) for provider_id, form, people in rows}


def size_of(legal_form: str, people: int) -> str:
    """`one`, `small` or `large`."""
    if legal_form == "sole_trader" or people <= 1:
        return "one"
    return "large" if people >= LARGE_FROM else "small"


def _held(tx: Tx, mine: ColumnElement[bool]) -> dict[int, Money]:
    """What the ledger holds of each voucher: reserved by its grant, used for service, used for bonuses. The client's share
    is no money of the organiser: it stands with the event."""
    rows = tx.session.execute(
        select(LedgerEntry.voucher_id, LedgerEntry.recipe, LedgerLine.account, func.sum(LedgerLine.cents))
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .join(Voucher, Voucher.id == LedgerEntry.voucher_id)
        .where(mine, LedgerLine.account.in_(list(OUT_OF)), LedgerEntry.recipe.in_(("grant", *sum(OUT_OF.values(), ()))))
        .group_by(LedgerEntry.voucher_id, LedgerEntry.recipe, LedgerLine.account)
    )
    found: dict[int, Money] = defaultdict(Money)
    for voucher_id, recipe, account, total in rows:
        assert voucher_id is not None  # joined by it
        cents, service = int(total), account == "reserved_service"
        if recipe == "grant":
            found[voucher_id] += Money(reserved_service=cents) if service else Money(reserved_bonus=cents)
        elif recipe in OUT_OF[account]:
            found[voucher_id] += Money(service=-cents) if service else Money(bonus=-cents)
    shares = tx.session.execute(
        select(Event.voucher_id, func.sum(Event.own_share_cents))
        .join(Voucher, Voucher.id == Event.voucher_id)
        .where(mine, Event.state != "reversed")
        .group_by(Event.voucher_id)
    )
    for voucher_id, total in shares:
        found[voucher_id] += Money(own_share=int(total))
    return found
