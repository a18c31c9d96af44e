"""What a caseworker can do to a granted voucher: extend it, revoke it, or end it.

Extending and revoking change what was granted, so each is an administrative decision of its own that names the grant.
Ending is not: the client has moved away or died, or the service has done what it was for. Nothing is decided about her
right then; the ground of the voucher is gone, and the fact with its reason is enough.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_vouchers
from marketplace.models.clients import Client
from marketplace.models.decisions import Decision
from marketplace.models.programmes import Budget, Programme, ServicePackage
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.conflicts import refuse_conflict
from marketplace.use_cases.decisions import Draft, make_decision
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.endings import end_voucher, locked_to_end
from marketplace.use_cases.moves import move_voucher
from marketplace.use_cases.notices import tell_client, tell_provider
from marketplace.use_cases.refusals import Missing, Refused, Stale
from marketplace.vouchers.cycles import OPEN_VOUCHER

END_REASONS = ("moved_away", "died", "completed")
LONGEST_EXTENSION = timedelta(days=730)
"""Nobody is promised a service for longer than two years ahead; a longer need is assessed anew."""


@dataclass(frozen=True)
class ExtendOrder:
    voucher_id: int
    valid_to: date
    reasons: str
    once: str | None = None


@dataclass(frozen=True)
class RevokeOrder:
    """The last day of a revoked voucher is the day of the decision."""

    voucher_id: int
    reasons: str
    once: str | None = None


@dataclass(frozen=True)
class EndOrder:
    """`reason`: one of END_REASONS; `words`: what the caseworker adds to it."""

    voucher_id: int
    reason: str
    last_day: date
    words: str = ""


@dataclass(frozen=True)
class Amended:
    voucher_id: int
    decision_id: int


def extend_voucher(desk: Desk, actor: Actor, order: ExtendOrder) -> Amended:
    """Move an open voucher's last day later, by a decision. Its value and its terms stay as they were granted.

    Refused: conflict_of_interest (names), not_later (day), too_far (day), voucher_over (day), reasons_missing. Stale
    when it has ended. Missing for a stranger's.
    """
    with desk.transaction(actor, Action.AMEND_VOUCHER) as tx:
        if done := tx.first_click("extend_voucher", order.once):
            return Amended(**done)
        voucher, _ = held_to_amend(tx, order.voucher_id)
        before = voucher.valid_to
        if before < tx.today:
            raise Refused("voucher_over", None, day=before)
        if order.valid_to <= before:
            raise Refused("not_later", "valid_to", day=before)
        if order.valid_to > tx.today + LONGEST_EXTENSION:
            raise Refused("too_far", "valid_to", day=tx.today + LONGEST_EXTENSION)
        decision = amending_decision(
            tx, voucher, "voucher_extension", "extended", order.reasons, valid_before=before, valid_to=order.valid_to
        )
        move_voucher(tx, voucher, "extend", reason=order.reasons, decision_id=decision.id)
        voucher.valid_to = order.valid_to
        amended = Amended(voucher.id, decision.id)
        say_amended(tx, voucher, "voucher.extend", order.reasons, decision, valid_to=order.valid_to.isoformat())
        _tell_extended(tx, voucher, decision)
        tx.remember_click("extend_voucher", order.once, **vars(amended))
        return amended


def revoke_voucher(desk: Desk, actor: Actor, order: RevokeOrder) -> Amended:
    """Withdraw an open voucher by a decision with reasons. What was delivered until today is paid.

    Refused: conflict_of_interest (names), reasons_missing. Stale when it has ended. Missing for a stranger's.
    """
    with desk.transaction(actor, Action.AMEND_VOUCHER) as tx:
        if done := tx.first_click("revoke_voucher", order.once):
            return Amended(**done)
        voucher, budget = held_to_amend(tx, order.voucher_id)
        decision = amending_decision(tx, voucher, "voucher_revocation", "revoked", order.reasons, last_day=tx.today)
        end_voucher(tx, voucher, budget, "revoke", tx.today, order.reasons, decision_id=decision.id)
        amended = Amended(voucher.id, decision.id)
        say_amended(tx, voucher, "voucher.revoke", order.reasons, decision)
        client = tx.session.scalars(select(Client).where(Client.id == voucher.client_id)).one()
        tell_client(tx, client, "voucher_revoked", f"voucher_revoked/{voucher.id}", decision_id=decision.id,
                    number=voucher.number)  # fmt: skip
        tx.remember_click("revoke_voucher", order.once, **vars(amended))
        return amended


def end_open_voucher(desk: Desk, actor: Actor, order: EndOrder) -> int:
    """End one open voucher before its last day; returns its id.

    Refused: conflict_of_interest (names), end_reason_not_listed, end_in_future, end_before_voucher (day). Stale when it
    has ended already. Missing for a stranger's.
    """
    with desk.transaction(actor, Action.AMEND_VOUCHER) as tx:
        if order.reason not in END_REASONS:
            raise Refused("end_reason_not_listed", "reason")
        voucher, budget = held_to_amend(tx, order.voucher_id)
        check_last_day(tx, order.last_day)
        if order.last_day < voucher.valid_from:
            raise Refused("end_before_voucher", "last_day", day=voucher.valid_from)
        end_for_reason(tx, voucher, budget, order.last_day, order.reason, order.words)
        return voucher.id


def check_last_day(tx: Tx, last_day: date) -> None:
    """An end is a fact, so it cannot lie ahead. Refused: end_in_future."""
    if last_day > tx.today:
        raise Refused("end_in_future", "last_day")


def end_for_reason(tx: Tx, voucher: Voucher, budget: Budget, last_day: date, reason: str, words: str) -> None:
    """The step that ends one held voucher as a fact, with its reason and the caseworker's own words."""
    end_voucher(tx, voucher, budget, "end", last_day, reason)
    tx.audit(
        "voucher.end",
        "voucher",
        voucher.id,
        clients=(voucher.client_id,),
        reason=f"{reason}: {words.strip()}" if words.strip() else reason,
        number=voucher.number,
        last_day=last_day.isoformat(),
    )


def held_to_amend(tx: Tx, voucher_id: int) -> tuple[Voucher, Budget]:
    """An open voucher, locked with its budget. Stale when it has ended; Missing for a stranger's."""
    if tx.session.scalar(select(Voucher.id).where(Voucher.id == voucher_id, visible_vouchers(tx.actor))) is None:
        raise Missing("voucher")
    refuse_conflict(tx, vouchers=[voucher_id])
    voucher, budget = locked_to_end(tx, voucher_id)
    if voucher.state not in OPEN_VOUCHER:
        raise Stale("no_longer_possible", None, cycle="voucher", state=voucher.state)
    return voucher, budget


def amending_decision(tx: Tx, voucher: Voucher, kind: str, outcome: str, reasons: str, **facts: Any) -> Decision:
    """The decision that changes what was granted; it names the grant."""
    client = tx.session.scalars(select(Client).where(Client.id == voucher.client_id)).one()
    package = tx.session.scalars(select(ServicePackage.name).where(ServicePackage.id == voucher.package_id)).one()
    grant = tx.session.execute(
        select(Decision.number, Decision.made_on).where(Decision.id == voucher.decision_id)
    ).one()
    return make_decision(
        tx,
        Draft(
            kind=kind,
            programme=tx.session.scalars(select(Programme).where(Programme.id == voucher.programme_id)).one(),
            outcome=outcome,
            reasons=reasons,
            language=client.language,
            client_id=client.id,
            amends_id=voucher.decision_id,
            facts={
                "party": f"{client.first_name} {client.last_name}",
                # a protected address is never printed; the letter is handed over
                "party_lines": [] if client.protected_address else [client.address],
                "voucher_number": voucher.number,
                "package": package,
                "grant_number": grant.number,
                "grant_day": grant.made_on,
                **facts,
            },
        ),
    )


def say_amended(tx: Tx, voucher: Voucher, action: str, reasons: str, decision: Decision, **details: str) -> None:
    """Say a change of a voucher to the audit."""
    tx.audit(
        action,
        "voucher",
        voucher.id,
        clients=(voucher.client_id,),
        reason=reasons,
        number=voucher.number,
        decision_id=decision.id,
        **details,
    )


def _tell_extended(tx: Tx, voucher: Voucher, decision: Decision) -> None:
    tx.session.flush()
    facts = {"number": voucher.number, "valid_to": voucher.valid_to}
    key = f"voucher_extended/{decision.id}"
    client = tx.session.scalars(select(Client).where(Client.id == voucher.client_id)).one()
    tell_client(tx, client, "voucher_extended", key, decision.id, **facts)
    if voucher.provider_id is not None:
        tell_provider(tx, voucher.provider_id, "voucher_extended_provider", f"{key}/provider", **facts)
