"""How a voucher's end treats its choice, its tail and its money."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.models.ledger_rows import LedgerEntry
from marketplace.models.outbox import Message
from marketplace.models.programmes import Budget
from marketplace.models.vouchers import Choice, Voucher
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.endings import end_voucher, locked_to_end
from marketplace.use_cases.refusals import Stale
from tests.makers import active_voucher, chosen, client, granted, opened, provider, world


def test_a_used_voucher_keeps_its_money_in_the_tail(desk: Desk) -> None:
    run = active_voucher(desk)
    with opened(desk, run.holder.actor) as tx:
        end_voucher(tx, *locked_to_end(tx, run.voucher_id), "refuse", tx.today, "own wish")
    with opened(desk, run.world.caseworker) as tx:
        voucher = tx.session.get_one(Voucher, run.voucher_id)
        assert (voucher.state, voucher.ended_on) == ("refused", tx.today)
        assert voucher.tail_to == tx.today + timedelta(days=30)
        assert voucher.reserved_service_cents == 212_000
        assert voucher.provider_id == run.company.provider_id
        assert tx.session.get_one(Choice, run.choice_id).state == "ended"
        told = tx.session.scalars(select(Message.body).where(Message.key.contains("voucher_over"))).one()
        assert "16.12.2026" in told
        with pytest.raises(Stale):
            end_voucher(
                tx, *locked_to_end(tx, run.voucher_id), "end", tx.today, "again", role=run.world.caseworker.role
            )


def test_a_voucher_nobody_took_is_closed_at_once(desk: Desk) -> None:
    w = world(desk, budget_cents=1_000_000)
    company, holder = provider(desk, w), client(desk, w)
    voucher_id = granted(desk, w, holder).voucher_id
    chosen(desk, holder, company, voucher_id)
    with opened(desk, holder.actor) as tx:
        end_voucher(tx, *locked_to_end(tx, voucher_id), "refuse", tx.today, "own wish")
    with opened(desk, w.caseworker) as tx:
        voucher = tx.session.get_one(Voucher, voucher_id)
        assert (voucher.state, voucher.provider_id, voucher.choice_id) == ("closed", None, None)
        assert (voucher.reserved_service_cents, voucher.reserved_bonus_cents) == (0, 0)
        assert tx.session.scalars(select(Budget.free_cents)).one() == 1_000_000
        assert tx.session.scalar(select(func.count()).where(LedgerEntry.recipe == "return_unused")) == 1
