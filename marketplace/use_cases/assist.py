"""A caseworker beside the client at her list: the same list, recorded from start to end (fairness B2.21).

The list is read by the very function that reads it for the client, with the client's eyes. Assisting moves nothing: what
the client says is noted as a proposal, and only she can make a choice of it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_vouchers
from marketplace.models.assisting import AssistSession, AssistStep
from marketplace.models.clients import Client
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.bookings import locked
from marketplace.use_cases.compare_pages import (
    NO_WISHES,
    Comparison,
    ProviderPage,
    comparison_of,
    provider_of,
)
from marketplace.use_cases.conflicts import refuse_conflict
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.offers import offer_of
from marketplace.use_cases.proposal_steps import end_session, eyes_of
from marketplace.use_cases.provider_cards import Wishes
from marketplace.use_cases.refusals import Missing, Refused, Stale
from marketplace.vouchers.cycles import OPEN_VOUCHER

REASONS = ("asked_for_help", "no_device", "language", "reading", "accessibility")
"""Why a client is assisted: she asked, has no device, needs another language, reading is hard, or seeing or moving is."""

LASTS = timedelta(minutes=60)
"""An assist session ends by itself after this."""


@dataclass(frozen=True)
class StartOrder:
    """`reason`: one of REASONS."""

    voucher_id: int
    reason: str
    once: str | None = None


@dataclass(frozen=True)
class Assisting:
    """The running session, for the banner on every page of it. `language`: the one that the client wants to be served in."""

    id: int
    voucher_id: int
    number: str
    client: str
    client_id: int
    language: str
    started_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class AssistedList:
    """What the client would see now, read for the caseworker beside her."""

    assist: Assisting
    comparison: Comparison


@dataclass(frozen=True)
class AssistedProvider:
    assist: Assisting
    page: ProviderPage


def start_assisting(desk: Desk, actor: Actor, order: StartOrder) -> int:
    """Begin to assist the holder of an open voucher; returns the session's id. Going on with one's own open session for
    the voucher gives that session.

    Refused: conflict_of_interest (names), assist_reason_not_listed, voucher_not_open, assisted_by_other. Missing for a
    stranger's voucher.
    """
    with desk.transaction(actor, Action.ASSIST_CHOICE) as tx:
        if done := tx.first_click("start_assisting", order.once):
            return int(done["assist_id"])
        if order.reason not in REASONS:
            raise Refused("assist_reason_not_listed", "reason")
        voucher = _voucher(tx, order.voucher_id)
        refuse_conflict(tx, vouchers=[voucher.id])
        running = _running(tx, voucher.id)
        if running is not None:
            if running.caseworker_id != tx.account_id:
                raise Refused("assisted_by_other")
            return running.id
        offer = offer_of(tx, voucher)
        made = AssistSession(
            organiser_id=tx.organiser_id,
            voucher_id=voucher.id,
            caseworker_id=tx.account_id,
            reason=order.reason,
            list_seq=offer.list_seq,
            at_seq=offer.at_seq,
            check_code=offer.code,
            started_at=tx.now,
            ends_at=tx.now + LASTS,
        )
        tx.session.add(made)
        tx.session.flush()
        tx.audit("assist.start", "voucher", voucher.id, clients=(voucher.client_id,), reason=order.reason,
                 assist_id=made.id, list_seq=offer.list_seq, check_code=offer.code)  # fmt: skip
        tx.remember_click("start_assisting", order.once, assist_id=made.id)
        return made.id


def stop_assisting(desk: Desk, actor: Actor, assist_id: int) -> int:
    """End one's own session (once; ending it again does nothing); returns the voucher's id. Missing for a stranger's."""
    with desk.transaction(actor, Action.ASSIST_CHOICE) as tx:
        assist = own_session(tx, assist_id)
        if assist.ended_at is None:
            end_session(tx, assist, "by_caseworker")
            client = tx.session.scalars(select(Voucher.client_id).where(Voucher.id == assist.voucher_id)).one()
            tx.audit("assist.end", "voucher", assist.voucher_id, clients=(client,), reason=assist.end_reason or "",
                     assist_id=assist.id)  # fmt: skip
        return assist.voucher_id


def assisted_list(
    desk: Desk, actor: Actor, assist_id: int, wishes: Wishes = NO_WISHES, *, side: frozenset[str] = frozenset()
) -> AssistedList:
    """The client's list, with the filters that the caseworker set together with her (none at first); each look is kept.
    `side`: the units that are put side by side. Stale (assist_over) when the session has ended. Missing for another's."""
    with desk.transaction(actor, Action.ASSIST_CHOICE) as tx:
        assist, eyes = open_session(tx, assist_id)
        found = comparison_of(eyes, assist.voucher_id, wishes)
        picked = sorted(card.unit for card in found.picked(side))
        note_step(tx, assist, "side" if side else "list", wishes.known(found.everyone), picked)
        return AssistedList(_banner(tx, assist), found)


def phone_script(desk: Desk, actor: Actor, assist_id: int) -> AssistedList:
    """The client's whole list, to be read to her on the phone: no wishes, nothing left out. Stale and Missing as
    `assisted_list`."""
    with desk.transaction(actor, Action.ASSIST_CHOICE) as tx:
        assist, eyes = open_session(tx, assist_id)
        found = comparison_of(eyes, assist.voucher_id, NO_WISHES)
        note_step(tx, assist, "phone", NO_WISHES, [])
        return AssistedList(_banner(tx, assist), found)


def assisted_provider(
    desk: Desk, actor: Actor, assist_id: int, unit: str, wishes: Wishes = NO_WISHES
) -> AssistedProvider:
    """One card of the client's list. Refused: not_on_list. Stale (assist_over). Missing for anything else."""
    with desk.transaction(actor, Action.ASSIST_CHOICE) as tx:
        assist, eyes = open_session(tx, assist_id)
        page = provider_of(eyes, assist.voucher_id, unit, wishes)
        note_step(tx, assist, "card", wishes.known(page.comparison.everyone), [page.card.unit])
        return AssistedProvider(_banner(tx, assist), page)


def own_session(tx: Tx, assist_id: int) -> AssistSession:
    """The caseworker's own session, locked. Missing for another's."""
    found = tx.session.scalar(
        select(AssistSession)
        .where(
            AssistSession.id == assist_id,
            AssistSession.organiser_id == tx.organiser_id,
            AssistSession.caseworker_id == tx.account_id,
        )
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing("assist session")
    return found


def open_session(tx: Tx, assist_id: int) -> tuple[AssistSession, Tx]:
    """The caseworker's own running session, and the same transaction with the client's eyes, for reading her list.

    Stale (assist_over) when it has ended, by hand or by time. Refused (conflict_of_interest) also in the middle of it.
    """
    assist = own_session(tx, assist_id)
    if assist.ended_at is not None or assist.ends_at <= tx.now:
        raise Stale("assist_over", None, voucher_id=assist.voucher_id)
    refuse_conflict(tx, vouchers=[assist.voucher_id])
    client_id = tx.session.scalars(select(Voucher.client_id).where(Voucher.id == assist.voucher_id)).one()
    return assist, eyes_of(tx, client_id)


def note_step(tx: Tx, assist: AssistSession, kind: str, wishes: Wishes, units: list[str]) -> None:
    """Keep what was touched, and say to the audit that a client's data was looked at."""
    filters: dict[str, Any] = wishes.said()
    tx.session.add(
        AssistStep(
            organiser_id=tx.organiser_id, assist_id=assist.id, at=tx.now, kind=kind, filters=filters, units=units
        )
    )
    client_id = tx.session.scalars(select(Voucher.client_id).where(Voucher.id == assist.voucher_id)).one()
    tx.audit("assist.look", "voucher", assist.voucher_id, clients=(client_id,), assist_id=assist.id, look=kind,
             filters=filters, units=units)  # fmt: skip


def _voucher(tx: Tx, voucher_id: int) -> Voucher:
    if tx.session.scalar(select(Voucher.id).where(Voucher.id == voucher_id, visible_vouchers(tx.actor))) is None:
        raise Missing("voucher")
    voucher = locked(tx, voucher_id)[0]
    if voucher.state not in OPEN_VOUCHER or voucher.valid_to < tx.today:
        raise Refused("voucher_not_open", None, day=voucher.ended_on or voucher.valid_to)
    return voucher


def _running(tx: Tx, voucher_id: int) -> AssistSession | None:
    """The open session of a (locked) voucher; one whose time has run out is ended on the way."""
    found = tx.session.scalar(
        select(AssistSession).where(AssistSession.voucher_id == voucher_id, AssistSession.ended_at.is_(None))
    )
    if found is not None and found.ends_at <= tx.now:
        end_session(tx, found, "time")
        return None
    return found


def _banner(tx: Tx, assist: AssistSession) -> Assisting:
    row = tx.session.execute(
        select(Voucher.number, Client.first_name, Client.last_name, Client.id, Client.language)
        .join(Client, Client.id == Voucher.client_id)
        .where(Voucher.id == assist.voucher_id)
    ).one()
    name = f"{row.first_name} {row.last_name}"
    return Assisting(
        assist.id, assist.voucher_id, row.number, name, row.id, row.language, assist.started_at, assist.ends_at
    )
