"""The step by which a provider's approvals end, now or on the day that was set, and its clients are free again."""

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import system
from marketplace.matching.registry import Reason
from marketplace.models.clients import Client
from marketplace.models.ledger import lock_voucher
from marketplace.models.people import Account
from marketplace.models.providers import Approval, ApprovalMove, Provider
from marketplace.models.vouchers import Voucher
from marketplace.roles import Role
from marketplace.use_cases.approvals import living_approvals, lock_provider, log_registry
from marketplace.use_cases.choose_provider import release
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_account, tell_client

WITH_PROVIDER = ("chosen", "active")


@dataclass(frozen=True)
class Ended:
    """How many approvals ended and which vouchers' clients choose again."""

    approvals: int
    voucher_ids: tuple[int, ...]


def apply_due_approvals(desk: Desk, organiser_id: int) -> Ended:
    """The worker's duty: end what was to end by a day that has passed, one provider a transaction. Does nothing when
    nothing is due."""
    approvals, vouchers = 0, list[int]()
    while True:
        with desk.transaction(system(organiser_id), Action.RUN_DUE_WORK) as tx:
            ended = end_due(tx, most=1)
        if not ended.approvals:
            return Ended(approvals, tuple(vouchers))
        approvals, vouchers = approvals + ended.approvals, [*vouchers, *ended.voucher_ids]


def end_due(tx: Tx, most: int | None = None) -> Ended:
    """End the approvals whose last day has passed, of `most` providers. A grant takes this step, so that its draw sees
    today's list: after the budget's lock and before its own voucher, as the lock order says (budget, vouchers, head)."""
    due = (
        select(Approval.provider_id)
        .where(Approval.state != "ended", Approval.ended_on < tx.today)
        .distinct()
        .order_by(Approval.provider_id)
        .limit(most)
    )
    approvals, vouchers = 0, list[int]()
    for provider_id in tx.session.scalars(due).all():
        provider = lock_provider(tx, provider_id)
        living = living_approvals(tx, provider_id)
        rows = [row for row in living if row.ended_on is not None and row.ended_on < tx.today]
        if rows:  # else another worker was first
            ended = end_now(tx, provider, rows, _reason(tx, rows[0]), Role.SYSTEM)
            approvals, vouchers = approvals + ended.approvals, [*vouchers, *ended.voucher_ids]
    return Ended(approvals, tuple(vouchers))


def end_now(tx: Tx, provider: Provider, rows: list[Approval], reason: Reason, role: Role | None = None) -> Ended:
    """End (locked) approvals at once: release the clients of these pairs with their value intact, tell them and their
    caseworkers, and write the registry line."""
    for row in rows:
        move(tx, "approval", row, "end", role)
    tx.session.flush()
    vouchers = _release(tx, provider, {(row.package_id, row.area_id) for row in rows})
    tx.audit(
        "approval.end",
        "provider",
        provider.id,
        clients=tuple(voucher.client_id for voucher in vouchers),
        approvals=[row.id for row in rows],
        vouchers=[voucher.number for voucher in vouchers],
    )
    log_registry(tx, provider, reason)
    return Ended(len(rows), tuple(voucher.id for voucher in vouchers))


def _release(tx: Tx, provider: Provider, pairs: set[tuple[int, int]]) -> list[Voucher]:
    with_it = (
        select(Voucher.id)
        .where(
            Voucher.organiser_id == tx.organiser_id,
            Voucher.provider_id == provider.id,
            Voucher.state.in_(WITH_PROVIDER),
            Voucher.valid_to >= tx.today,
        )
        .order_by(Voucher.id)
    )
    released = []
    for voucher_id in tx.session.scalars(with_it).all():
        voucher = lock_voucher(tx.session, voucher_id)
        # as it is now that it is locked: the client may have changed, refused or ended it a moment ago
        if voucher is None or voucher.provider_id != provider.id or voucher.state not in WITH_PROVIDER:
            continue
        if (voucher.package_id, voucher.area_id) not in pairs:
            continue
        release(tx, voucher, "provider_left_list", Role.SYSTEM)
        released.append(voucher)
    _tell(tx, provider, released)
    return released


def _tell(tx: Tx, provider: Provider, released: list[Voucher]) -> None:
    """The clients choose again; each caseworker hears once which vouchers of hers wait for a choice."""
    if not released:
        return
    clients = {
        client.id: client
        for client in tx.session.scalars(select(Client).where(Client.id.in_({one.client_id for one in released})))
    }
    for voucher in released:
        key = f"choose_again/{voucher.id}/{tx.today.isoformat()}"
        tell_client(
            tx, clients[voucher.client_id], "choose_again", key, number=voucher.number, valid_to=voucher.valid_to
        )
    workers = {voucher.caseworker_id for voucher in released}
    for account in tx.session.scalars(select(Account).where(Account.id.in_(workers), Account.ended_at.is_(None))):
        numbers = [voucher.number for voucher in released if voucher.caseworker_id == account.id]
        key = f"clients_choose_again/{provider.id}/{tx.today.isoformat()}/{account.id}"
        tell_account(tx, account, "clients_choose_again", key, provider=provider.name, numbers=numbers)


def _reason(tx: Tx, approval: Approval) -> Reason:
    """Who set the last day: the organiser, or the provider itself (`leave`)."""
    found = tx.session.scalar(
        select(ApprovalMove.move)
        .where(ApprovalMove.approval_id == approval.id, ApprovalMove.move.in_(["end", "leave"]))
        .order_by(ApprovalMove.id.desc())
        .limit(1)
    )
    return Reason.OWN_REQUEST if found == "leave" else Reason.AUTHORITY
