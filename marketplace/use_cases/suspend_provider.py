"""Suspending a provider, restoring it, and ending its approvals by decision or at its own request.

A suspension stops new choices and leaves the present clients where they are. An end frees them: they choose again.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.matching.registry import Reason
from marketplace.models.people import Organiser
from marketplace.models.programmes import Programme
from marketplace.models.providers import Approval, Provider
from marketplace.use_cases.approvals import (
    accepted_rulebook,
    keep_move,
    living_approvals,
    lock_provider,
    log_registry,
    no_own_interest,
    pairings,
    provider_language,
    rulebook_in_force,
)
from marketplace.use_cases.decisions import Draft, make_decision
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.end_approvals import Ended, end_now
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_provider
from marketplace.use_cases.refusals import Missing, Refused


@dataclass(frozen=True)
class EndOrder:
    """By which day (the last day that still holds) and why a provider leaves the list.

    own_request: the provider has asked for it itself. approval_ids: only these of its approvals; () is all of them.
    """

    provider_id: int
    last_day: date
    reasons: str
    own_request: bool = False
    approval_ids: tuple[int, ...] = ()
    once: str | None = None


@dataclass(frozen=True)
class EndDecided:
    """The decisions made (one a programme), and the vouchers whose clients choose again now; none before the last day."""

    decision_ids: tuple[int, ...]
    numbers: tuple[str, ...]
    voucher_ids: tuple[int, ...]


def suspend_provider(desk: Desk, actor: Actor, provider_id: int, reason: str) -> None:
    """Stop new choices of a provider. Refused: reasons_missing, own_interest, nothing_to_suspend."""
    with desk.transaction(actor, Action.SUSPEND_PROVIDER) as tx:
        provider, rows = _living(tx, provider_id)
        rows = _ready(rows, "approved", "nothing_to_suspend", reason)
        for row in rows:
            move(tx, "approval", row, "suspend")
            keep_move(tx, row, "suspend", reason)
        tx.session.flush()
        _say(tx, provider, "suspend", reason)
        log_registry(tx, provider, Reason.AUTHORITY)


def restore_provider(desk: Desk, actor: Actor, provider_id: int, reason: str) -> None:
    """Put a suspended provider back on the list, in its old places. Refused: reasons_missing, nothing_to_restore."""
    with desk.transaction(actor, Action.SUSPEND_PROVIDER) as tx:
        provider, rows = _living(tx, provider_id)
        rows = _ready(rows, "suspended", "nothing_to_restore", reason)
        for row in rows:
            move(tx, "approval", row, "restore")
            keep_move(tx, row, "restore", reason)
        tx.session.flush()
        _say(tx, provider, "restore", reason)
        log_registry(tx, provider, Reason.AUTHORITY)


def end_provider(desk: Desk, actor: Actor, order: EndOrder) -> EndDecided:
    """Decide that approvals end. With today as the last day they end at once; with a later one when that has passed
    (`end_approvals.apply_due_approvals`).

    Refused: reasons_missing, last_day_past, nothing_to_end, own_interest, rulebook_missing. The decision is appealable
    (KHO 2016:23); the clients' release happens in the same transaction as the end.
    """
    with desk.transaction(actor, Action.SUSPEND_PROVIDER) as tx:
        if done := tx.first_click("end_provider", order.once):
            return EndDecided(*(tuple(done[name]) for name in ("decision_ids", "numbers", "voucher_ids")))
        provider, rows = _living(tx, order.provider_id)
        rows = _to_end(rows, order)
        if order.last_day < tx.today:
            raise Refused("last_day_past", "last_day")
        made = _decide(tx, provider, rows, order)
        for row in rows:
            row.ended_on = order.last_day
            keep_move(tx, row, "leave" if order.own_request else "end", order.reasons)
        ended = Ended(0, ())
        tx.audit(
            "provider.end",
            "provider",
            provider.id,
            reason=order.reasons,
            last_day=order.last_day.isoformat(),
            decisions=[number for _id, number in made],
        )
        for decision_id, number in made:
            key = f"provider_ended/{decision_id}"
            tell_provider(tx, provider.id, "approval_ends", key, number=number, last_day=order.last_day)
        if order.last_day == tx.today:
            ended = end_now(tx, provider, rows, Reason.OWN_REQUEST if order.own_request else Reason.AUTHORITY)
        result = EndDecided(tuple(one[0] for one in made), tuple(one[1] for one in made), ended.voucher_ids)
        tx.remember_click("end_provider", order.once, **{name: list(found) for name, found in vars(result).items()})
        return result


def leave_list(desk: Desk, actor: Actor, last_day: date, reason: str = "") -> Ended:
    """A provider's manager takes the company off this organiser's list, from the day after `last_day`.

    No decision is needed for what the provider itself wants. Refused: last_day_past, nothing_to_end.
    """
    with desk.transaction(actor, Action.APPLY) as tx:
        if actor.provider_id is None:
            raise Missing("provider")
        provider = lock_provider(tx, actor.provider_id)
        rows = living_approvals(tx, provider.id)
        if not rows:
            raise Refused("nothing_to_end")
        if last_day < tx.today:
            raise Refused("last_day_past", "last_day")
        for row in rows:
            row.ended_on = last_day
            keep_move(tx, row, "leave", reason)
        tx.audit("provider.leave", "provider", provider.id, reason=reason, last_day=last_day.isoformat())
        return end_now(tx, provider, rows, Reason.OWN_REQUEST) if last_day == tx.today else Ended(0, ())


def _living(tx: Tx, provider_id: int) -> tuple[Provider, list[Approval]]:
    provider = lock_provider(tx, provider_id)
    rows = living_approvals(tx, provider_id)
    known = select(Approval.id).where(Approval.provider_id == provider_id).limit(1)
    if not rows and tx.session.scalar(known) is None:
        raise Missing("provider")  # of another organiser
    no_own_interest(tx, provider)
    return provider, rows


def _ready(rows: list[Approval], state: str, code: str, reason: str) -> list[Approval]:
    if not reason.strip():
        raise Refused("reasons_missing", "reason")
    found = [row for row in rows if row.state == state]
    if not found:
        raise Refused(code)
    return found


def _to_end(rows: list[Approval], order: EndOrder) -> list[Approval]:
    if order.approval_ids:
        if set(order.approval_ids) - {row.id for row in rows}:
            raise Missing("approval")
        rows = [row for row in rows if row.id in order.approval_ids]
    if not rows:
        raise Refused("nothing_to_end")
    return rows


def _say(tx: Tx, provider: Provider, verb: str, reason: str) -> None:
    tx.audit(f"provider.{verb}", "provider", provider.id, reason=reason)
    key = f"provider_{verb}/{provider.id}/{tx.now.isoformat()}"
    tell_provider(tx, provider.id, f"provider_{verb}", key, reason=reason)


def _decide(tx: Tx, provider: Provider, rows: list[Approval], order: EndOrder) -> list[tuple[int, str]]:
    rulebook = accepted_rulebook(tx, provider.id) or rulebook_in_force(tx)
    if rulebook is None:
        raise Refused("rulebook_missing")
    found = pairings(tx, ((row.package_id, row.area_id) for row in rows))
    programmes: dict[int, Programme] = {one.programme.id: one.programme for one in found.values()}
    language = provider_language(tx, provider.id)
    tail_days = tx.session.scalars(select(Organiser.tail_days).where(Organiser.id == tx.organiser_id)).one()
    made = []
    for programme_id, programme in sorted(programmes.items()):
        mine = [row for row in rows if found[(row.package_id, row.area_id)].programme.id == programme_id]
        facts: dict[str, Any] = {
            "party": provider.name,
            "party_lines": [provider.business_id],
            "ended_pairs": [found[(row.package_id, row.area_id)].words(language) for row in mine],
            "last_day": order.last_day,
            "tail_days": tail_days,
            "rulebook_number": rulebook.number,
        }
        decision = make_decision(
            tx,
            Draft(
                kind="provider_exit" if order.own_request else "provider_removal",
                programme=programme,
                outcome="left" if order.own_request else "removed",
                reasons=order.reasons,
                language=language,
                provider_id=provider.id,
                facts=facts,
            ),
        )
        for row in mine:
            row.decision_id = decision.id
        made.append((decision.id, decision.number))
    return made
