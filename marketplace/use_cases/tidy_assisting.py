"""What ends by itself: assist sessions whose time has run out, and proposals that nobody has confirmed."""

from sqlalchemy import or_, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.assisting import AssistSession, ChoiceProposal
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.proposal_steps import close_proposal, end_session
from marketplace.vouchers.cycles import OPEN_VOUCHER


def tidy_assisting(desk: Desk, actor: Actor) -> int:
    """End what is over; returns how many. A proposal never becomes a choice by itself: it lapses (fairness B2.20)."""
    with desk.transaction(actor, Action.RUN_DUE_WORK) as tx:
        sessions = tx.session.execute(
            select(AssistSession, Voucher.client_id)
            .join(Voucher, Voucher.id == AssistSession.voucher_id)
            .where(
                AssistSession.organiser_id == tx.organiser_id,
                AssistSession.ended_at.is_(None),
                or_(AssistSession.ends_at <= tx.now, Voucher.state.not_in(OPEN_VOUCHER)),
            )
            .with_for_update(of=AssistSession, key_share=True, skip_locked=True)
        ).all()
        for assist, client_id in sessions:
            end_session(tx, assist, "voucher_over")
            tx.audit("assist.end", "voucher", assist.voucher_id, clients=(client_id,), reason=assist.end_reason or "",
                     assist_id=assist.id)  # fmt: skip
        proposals = tx.session.execute(
            select(ChoiceProposal, Voucher.client_id)
            .join(Voucher, Voucher.id == ChoiceProposal.voucher_id)
            .where(
                ChoiceProposal.organiser_id == tx.organiser_id,
                ChoiceProposal.state == "waiting",
                or_(ChoiceProposal.expires_at <= tx.now, Voucher.state.not_in(OPEN_VOUCHER)),
            )
            .with_for_update(of=ChoiceProposal, key_share=True, skip_locked=True)
        ).all()
        for proposal, client_id in proposals:
            close_proposal(tx, proposal, "lapse")
            tx.audit("proposal.lapse", "voucher", proposal.voucher_id, clients=(client_id,), proposal_id=proposal.id)
        return len(sessions) + len(proposals)
