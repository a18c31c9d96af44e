"""Steps about proposals: what a client said beside her caseworker, until she confirms it herself, drops it or forgets it."""

from dataclasses import replace

from sqlalchemy import select

from marketplace.access.actor import Actor
from marketplace.models.assisting import AssistSession, ChoiceProposal
from marketplace.models.clients import Client
from marketplace.models.people import Account, Membership
from marketplace.models.vouchers import Voucher
from marketplace.roles import Role
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.moves import move


def waiting_proposal(tx: Tx, voucher_id: int) -> ChoiceProposal | None:
    """The voucher's proposal that waits for the client, locked; None when there is none, or when its time is over."""
    return tx.session.scalar(
        select(ChoiceProposal)
        .where(
            ChoiceProposal.voucher_id == voucher_id,
            ChoiceProposal.state == "waiting",
            ChoiceProposal.expires_at > tx.now,
        )
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def settle_proposal(tx: Tx, voucher: Voucher, provider_id: int) -> int | None:
    """The client chooses: what waited is confirmed by it, or dropped. Returns the assist session behind a confirmed one.
    The voucher is locked."""
    proposal = waiting_proposal(tx, voucher.id)
    if proposal is None:
        return None
    same = proposal.provider_id == provider_id
    close_proposal(tx, proposal, "confirm" if same else "drop")
    return proposal.assist_id if same else None


def close_proposal(tx: Tx, proposal: ChoiceProposal, name: str, role: Role | None = None) -> None:
    """Move a proposal to one of its ends. Stale when it has come to one already."""
    move(tx, "proposal", proposal, name, role)
    proposal.settled_at = tx.now
    tx.session.flush()


def end_session(tx: Tx, assist: AssistSession, reason: str) -> None:
    """Note that an open assist session is over; one whose time had run out ended then."""
    over = assist.ends_at <= tx.now
    assist.ended_at = assist.ends_at if over else tx.now
    assist.end_reason = "time" if over else reason
    tx.session.flush()


def account_of(tx: Tx, client: Client) -> Account | None:
    """The client's own account, when she has a living one."""
    return tx.session.scalar(
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.client_id == client.id, Membership.ended_at.is_(None), Account.ended_at.is_(None))
        .limit(1)
    )


def eyes_of(tx: Tx, client_id: int) -> Tx:
    """The same transaction with a client's eyes, for reading her list as she would."""
    return replace(tx, actor=Actor(role=Role.CLIENT, organiser_id=tx.organiser_id, client_id=client_id))
