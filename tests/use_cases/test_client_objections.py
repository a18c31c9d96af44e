"""Objections and refusals: what they do to the voucher's money, and what they leave alone."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from marketplace.clock import SetClock
from marketplace.models.events import Event, Objection
from marketplace.models.invoices import InvoiceLine, LineMove
from marketplace.models.ledger_rows import LedgerEntry, LedgerLine
from marketplace.models.outbox import Message
from marketplace.models.programmes import Budget
from marketplace.models.vouchers import Choice, Voucher
from marketplace.use_cases.approve_lines import approve_invoice
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.object_to_event import ObjectionOrder, object_to_event, withdraw_objection
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.refusals import Forbidden, Missing, Refused, Stale
from marketplace.use_cases.refuse_voucher import RefusalOrder, refuse_voucher
from marketplace.use_cases.reverse_event import reverse_event
from marketplace.use_cases.send_invoice import InvoiceOrder, send_invoice
from tests.makers import Running, active_voucher, chosen, client, granted, opened, provider, world

WORDS = "En ollut siellä sinä päivänä."


def recorded(desk: Desk, run: Running, quantity: int = 200) -> int:
    order = EventOrder(run.voucher_id, "delivered", desk.clock.today(), quantity)
    return record_event(desk, run.company.coach, order).event_id


def balances(desk: Desk, run: Running) -> dict[str, int]:
    """What stands on the accounts of used money."""
    with opened(desk, run.world.finance) as tx:
        rows = tx.session.execute(
            select(LedgerLine.account, func.sum(LedgerLine.cents))
            .where(LedgerLine.account.startswith("used_"))
            .group_by(LedgerLine.account)
        )
        return {account: int(cents) for account, cents in rows if cents}


def test_an_objection_stops_the_money_and_asks_both(desk: Desk) -> None:
    run = active_voucher(desk)
    event_id = recorded(desk, run)
    done = object_to_event(desk, run.holder.actor, ObjectionOrder(event_id, f"  {WORDS}  "))
    assert done.money_waits
    assert done.settle_by == date(2026, 11, 30)  # ten working days from Monday 16.11.
    assert balances(desk, run) == {"used_contested": 10_600}
    with opened(desk, run.world.administrator) as tx:
        objection = tx.session.get_one(Objection, done.objection_id)
        assert (objection.state, objection.words, objection.provider_id) == ("open", WORDS, run.company.provider_id)
        assert tx.session.get_one(Event, event_id).state == "objected"
        told = set(tx.session.scalars(select(Message.account_id).where(Message.subject.contains("huomautuksen"))))
        assert told == {run.company.manager.account_id, run.world.caseworker.account_id}


def test_taking_it_back_frees_the_money_once(desk: Desk) -> None:
    run = active_voucher(desk)
    event_id = recorded(desk, run)
    done = object_to_event(desk, run.holder.actor, ObjectionOrder(event_id, WORDS))
    for _ in range(2):
        assert withdraw_objection(desk, run.holder.actor, done.objection_id) == event_id
    assert balances(desk, run) == {"used_recorded": 10_600}
    again = object_to_event(desk, run.holder.actor, ObjectionOrder(event_id, WORDS))
    assert again.objection_id != done.objection_id
    assert balances(desk, run) == {"used_contested": 10_600}


@pytest.mark.parametrize("approved", [False, True])
def test_a_line_short_of_a_batch_is_withdrawn(desk: Desk, approved: bool) -> None:
    run = active_voucher(desk)
    event_id = recorded(desk, run)
    send_invoice(desk, run.company.manager, InvoiceOrder(desk.clock.today()))
    with opened(desk, run.world.finance) as tx:
        line_id, invoice_id = tx.session.execute(select(InvoiceLine.id, InvoiceLine.invoice_id)).one()
    if approved:
        approve_invoice(desk, run.world.finance, invoice_id)
    done = object_to_event(desk, run.holder.actor, ObjectionOrder(event_id, WORDS))
    assert done.money_waits
    assert balances(desk, run) == {"used_contested": 10_600}
    with opened(desk, run.world.finance) as tx:
        line = tx.session.get_one(InvoiceLine, line_id)
        assert (line.state, line.return_code) == ("returned", "not_contested")
        moves = tx.session.scalars(select(LineMove.move).order_by(LineMove.id)).all()
        assert moves[-1] == "withdraw"
    withdraw_objection(desk, run.holder.actor, done.objection_id)
    assert send_invoice(desk, run.company.manager, InvoiceOrder(desk.clock.today())).passed == 1


def test_money_that_has_gone_on_is_left_alone(desk: Desk) -> None:
    run = active_voucher(desk)
    event_id = recorded(desk, run)
    send_invoice(desk, run.company.manager, InvoiceOrder(desk.clock.today()))
    with opened(desk, run.world.finance) as tx:
        tx.session.scalars(select(InvoiceLine)).one().state = "in_batch"
    before = balances(desk, run)
    done = object_to_event(desk, run.holder.actor, ObjectionOrder(event_id, WORDS))
    assert not done.money_waits
    assert balances(desk, run) == before
    withdraw_objection(desk, run.holder.actor, done.objection_id)
    assert balances(desk, run) == before


def test_an_event_without_a_price_can_be_objected_to(desk: Desk) -> None:
    run = active_voucher(desk)
    order = EventOrder(run.voucher_id, "provider_cancel", desk.clock.today(), 100)
    event_id = record_event(desk, run.company.coach, order).event_id
    done = object_to_event(desk, run.holder.actor, ObjectionOrder(event_id, WORDS))
    assert not done.money_waits
    withdraw_objection(desk, run.holder.actor, done.objection_id)
    assert balances(desk, run) == {}


def test_what_cannot_be_objected_to(desk: Desk, clock: SetClock) -> None:
    run = active_voucher(desk)
    event_id, reversed_id = recorded(desk, run), recorded(desk, run, 100)
    reverse_event(desk, run.company.coach, reversed_id, "Väärä päivä")
    holder = run.holder.actor
    before = balances(desk, run)
    for typed, code in (("  ", "words_missing"), ("x" * 2_001, "words_too_long")):
        with pytest.raises(Refused, match=code):
            object_to_event(desk, holder, ObjectionOrder(event_id, typed))
    with pytest.raises(Stale):
        object_to_event(desk, holder, ObjectionOrder(reversed_id, WORDS))
    with pytest.raises(Missing):
        object_to_event(desk, client(desk, run.world).actor, ObjectionOrder(event_id, WORDS))
    with pytest.raises(Forbidden):
        object_to_event(desk, run.company.coach, ObjectionOrder(event_id, WORDS))
    clock.move_to(clock.today() + timedelta(days=61))
    with pytest.raises(Refused, match="objection_too_late"):
        object_to_event(desk, holder, ObjectionOrder(event_id, WORDS))
    assert balances(desk, run) == before
    with opened(desk, run.world.caseworker) as tx:
        assert tx.session.scalars(select(func.count()).select_from(Objection)).one() == 0


def test_a_second_click_objects_once(desk: Desk) -> None:
    run = active_voucher(desk)
    order = ObjectionOrder(recorded(desk, run), WORDS, once="b" * 32)
    assert object_to_event(desk, run.holder.actor, order) == object_to_event(desk, run.holder.actor, order)


def test_refusing_before_any_service_frees_the_money_at_once(desk: Desk) -> None:
    w = world(desk, budget_cents=1_000_000)
    holder, company = client(desk, w), provider(desk, w)
    voucher_id = granted(desk, w, holder).voucher_id
    choice_id = chosen(desk, holder, company, voucher_id)
    assert refuse_voucher(desk, holder.actor, RefusalOrder(voucher_id, "Haluan muuta.")) == voucher_id
    with opened(desk, w.finance) as tx:
        voucher = tx.session.get_one(Voucher, voucher_id)
        assert (voucher.state, voucher.provider_id) == ("closed", None)
        assert tx.session.scalars(select(Budget.free_cents)).one() == 1_000_000
        assert tx.session.get_one(Choice, choice_id).state == "ended"


def test_refusing_during_the_service_keeps_what_was_done(desk: Desk) -> None:
    run = active_voucher(desk)
    recorded(desk, run)
    refuse_voucher(desk, run.holder.actor, RefusalOrder(run.voucher_id))
    with opened(desk, run.world.finance) as tx:
        voucher = tx.session.get_one(Voucher, run.voucher_id)
        assert (voucher.state, voucher.tail_to) == ("refused", desk.clock.today() + timedelta(days=30))
    assert balances(desk, run) == {"used_recorded": 10_600}
    with pytest.raises(Stale):
        refuse_voucher(desk, run.holder.actor, RefusalOrder(run.voucher_id))


def test_who_cannot_refuse(desk: Desk) -> None:
    run = active_voucher(desk)
    with opened(desk, run.world.finance) as tx:
        entries = tx.session.scalars(select(func.count()).select_from(LedgerEntry)).one()
    with pytest.raises(Missing):
        refuse_voucher(desk, client(desk, run.world).actor, RefusalOrder(run.voucher_id))
    with pytest.raises(Forbidden):
        refuse_voucher(desk, run.world.caseworker, RefusalOrder(run.voucher_id))
    with pytest.raises(Refused, match="words_too_long"):
        refuse_voucher(desk, run.holder.actor, RefusalOrder(run.voucher_id, "x" * 501))
    with opened(desk, run.world.finance) as tx:
        assert tx.session.get_one(Voucher, run.voucher_id).state == "active"
        assert tx.session.scalars(select(func.count()).select_from(LedgerEntry)).one() == entries
