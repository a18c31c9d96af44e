"""The bank's answer: batches, single payments, returns, the same file twice, and what a person must settle."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from marketplace.clock import SetClock
from marketplace.models.bank import BankFile, BankImport, BankRow
from marketplace.models.outbox import Message
from marketplace.models.providers import Provider
from marketplace.models.trail import AuditEvent
from marketplace.use_cases.bank_files import bank_file
from marketplace.use_cases.debtor_account import DebtorOrder, debtor_accounts, set_debtor_account
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.import_camt import CamtFile, import_camt, preview_camt
from marketplace.use_cases.pay import (
    ConfirmBatch,
    ConfirmPayment,
    ReturnPayment,
    confirm_batch,
    confirm_payment,
    return_payment,
    send_batch,
)
from marketplace.use_cases.refusals import Forbidden, Missing, Refused, Stale
from tests.integrations.standin_bank import batch_answer, detail, entry, statement
from tests.makers import opened, world
from tests.use_cases.bank_story import AtBank, at_bank, batch_state, lines, payments, send, take_in
from tests.use_cases.settling import faults
from tests.world import IBANS


@pytest.fixture
def made(desk: Desk) -> AtBank:
    return at_bank(desk)


def rows(desk: Desk, made: AtBank) -> list[tuple[str, str | None]]:
    with opened(desk, made.world.finance) as tx:
        return [tuple(row) for row in tx.session.execute(select(BankRow.state, BankRow.why_open).order_by(BankRow.id))]


def mails(desk: Desk, made: AtBank) -> int:
    with opened(desk, made.world.finance) as tx:
        return int(tx.session.scalar(select(func.count(Message.id))) or 0)


def test_a_batch_is_exported_once_and_downloads_the_same_bytes(desk: Desk, made: AtBank) -> None:
    first = bank_file(desk, made.world.finance, made.batch_id)
    assert bank_file(desk, made.world.other_finance, made.batch_id) == first
    assert (first.payments, first.total_cents) == (3, made.order.cents)
    with pytest.raises(Stale):
        send_batch(desk, made.world.finance, made.batch_id)
    with opened(desk, made.world.auditor) as tx:
        read = tx.session.scalars(select(AuditEvent.actor_id).where(AuditEvent.action == "bank_file.read")).all()
    assert len(read) == 3  # the story's own look is one of them
    with pytest.raises(Forbidden):
        bank_file(desk, made.world.caseworker, made.batch_id)
    with pytest.raises(Missing):
        bank_file(desk, world(desk).finance, made.batch_id)


def test_a_kept_file_cannot_be_changed(desk: Desk, made: AtBank) -> None:
    with pytest.raises(Exception, match="permission denied|append-only"), opened(desk, made.world.finance) as tx:
        tx.session.execute(update(BankFile).values(sha256="0"))


def test_a_batch_with_one_return_and_the_same_file_twice(desk: Desk, made: AtBank) -> None:
    """Must show 3: nothing doubled, the returned one visible, and its lines paid again exactly once."""
    w, day = made.world, desk.clock.today()
    back = made.order.transfers[1]
    raw = batch_answer(made.order, day, back={back.end_to_end: "AC04"})
    done = take_in(desk, w, raw)
    assert (done.paid, done.returned, done.open, done.seen) == (3, 1, 0, 0)
    assert payments(desk, w) == ["paid", "returned", "paid"]
    assert lines(desk, w) == ["paid", "bank_returned", "paid"]
    assert batch_state(desk, w, made.batch_id) == "confirmed"
    sent, kept = mails(desk, made), rows(desk, made)
    again = take_in(desk, w, raw, "toinen nimi.xml")
    assert (again.paid, again.returned, again.known, again.seen) == (0, 0, 0, 4)
    assert (mails(desk, made), rows(desk, made), payments(desk, w)) == (sent, kept, ["paid", "returned", "paid"])
    assert faults(desk, w) == []
    # the account is mended, and the line is paid again in the next batch, under another id
    with opened(desk, w.finance) as tx:
        tx.session.execute(update(Provider).where(Provider.id == made.runs[1].company.provider_id).values(iban=IBANS[0]))
    batch_id, order = send(desk, w)
    (one,) = order.transfers
    assert (one.cents, one.iban) == (back.cents, IBANS[0])
    assert one.end_to_end != back.end_to_end
    # the old file tells nothing new of it, and the new answer pays it
    assert take_in(desk, w, raw).seen == 4
    assert payments(desk, w)[-1] == "sent"
    assert take_in(desk, w, batch_answer(order, day, ref="B1")).paid == 1
    assert lines(desk, w) == ["paid"] * 3
    assert batch_state(desk, w, batch_id) == "confirmed"
    assert faults(desk, w) == []


def test_a_notification_and_a_statement_tell_the_same_once(desk: Desk, made: AtBank) -> None:
    w, day, order = made.world, desk.clock.today(), made.order
    whole = statement(order.account, [entry("A1", order.cents, day, batch=order.batch)])
    assert take_in(desk, w, whole).paid == 3
    details = batch_answer(order, day, form="camt.054", version=2)
    told = take_in(desk, w, details)
    assert (told.paid, told.known, told.open) == (0, 3, 0)
    assert payments(desk, w) == ["paid"] * 3
    assert faults(desk, w) == []


def test_single_payments_are_found_by_their_id_then_by_all_three(desk: Desk, made: AtBank) -> None:
    w, day, order = made.world, desk.clock.today(), made.order
    first, second, third = order.transfers
    by_id = entry("S1", first.cents, day, [detail(first)])
    by_three = entry("S2", second.cents, day, [detail(second, end_to_end="")])
    strange = entry("S3", third.cents, day, [detail(replace(third, iban=IBANS[0], end_to_end=""))])
    done = take_in(desk, w, statement(order.account, [by_id, by_three, strange]))
    assert (done.paid, done.open) == (2, 1)
    assert payments(desk, w) == ["paid", "paid", "sent"]
    assert batch_state(desk, w, made.batch_id) == "acknowledged"
    assert rows(desk, made)[-1] == ("open", "no_payment")
    assert confirm_batch(desk, w.finance, ConfirmBatch(made.batch_id, day, "Tiliote")) == 1
    assert batch_state(desk, w, made.batch_id) == "confirmed"
    assert faults(desk, w) == []


def test_what_does_not_fit_waits_for_a_person_and_moves_nothing(desk: Desk, made: AtBank) -> None:
    w, day, order = made.world, desk.clock.today(), made.order
    first, second, third = order.transfers
    other = replace(first, end_to_end="V99999-2026-000001-1")
    odd = [
        (entry("O1", first.cents + 1, day, [detail(replace(first, cents=first.cents + 1))]), "amount_differs"),
        (entry("O2", second.cents, day + timedelta(days=1), [detail(second)]), "day_differs"),
        (entry("O3", third.cents, day - timedelta(days=1), [detail(third)]), "day_differs"),
        (entry("O4", first.cents, day, [detail(other)]), "no_payment"),
        (entry("O5", 500, day, out=False), "money_in"),
        (entry("O6", order.cents - 1, day, batch=order.batch), "batch_sum_differs"),
        (entry("O7", 12_345, day), "no_payment"),
        (entry("O8", first.cents, day, [detail(first, batch="V1-2026-999999")]), "other_batch"),
    ]
    done = take_in(desk, w, statement(order.account, [one for one, _why in odd]))
    assert (done.open, done.paid, done.returned) == (len(odd), 0, 0)
    assert [why for _state, why in rows(desk, made)] == [why for _one, why in odd]
    assert payments(desk, w) == ["sent"] * 3
    assert batch_state(desk, w, made.batch_id) == "sent"


def test_a_second_debit_or_return_of_a_payment_is_shown_to_a_person(desk: Desk, made: AtBank) -> None:
    w, day, order = made.world, desk.clock.today(), made.order
    back = {order.transfers[0].end_to_end: "AC01"}
    assert take_in(desk, w, batch_answer(order, day, back=back)).returned == 1
    twice = take_in(desk, w, batch_answer(order, day, ref="A2", back=back))
    assert (twice.open, twice.paid, twice.returned) == (4, 0, 0)
    assert {why for _state, why in rows(desk, made)} == {None, "paid_twice", "returned_twice"}
    assert payments(desk, w) == ["returned", "paid", "paid"]
    assert faults(desk, w) == []


def test_what_a_person_has_recorded_is_known(desk: Desk, made: AtBank) -> None:
    w, day, order = made.world, desk.clock.today(), made.order
    with opened(desk, w.finance) as tx:
        ids = tx.session.scalars(select(BankFile.id)).all()
    assert len(ids) == 1
    numbers = [int(one.end_to_end.rsplit("-", 1)[1]) for one in order.transfers]
    confirm_payment(desk, w.finance, ConfirmPayment(numbers[0], day, "Tiliote, nähty itse"))
    return_payment(desk, w.finance, ReturnPayment(numbers[1], day, "AC04"))
    done = take_in(desk, w, batch_answer(order, day, back={order.transfers[1].end_to_end: "AC04"}))
    assert (done.paid, done.known, done.open) == (1, 3, 0)
    assert payments(desk, w) == ["paid", "returned", "paid"]
    assert faults(desk, w) == []


def test_a_preview_tells_all_and_keeps_nothing(desk: Desk, made: AtBank) -> None:
    w, order = made.world, made.order
    raw = batch_answer(order, desk.clock.today(), back={order.transfers[2].end_to_end: "AC06"})
    seen = preview_camt(desk, w.finance, CamtFile("a.xml", raw))
    assert (seen.paid, seen.returned) == (3, 1)
    assert [row.payee for row in seen.rows if row.what == "returned"] == ["Käpälä 2 Oy"]
    with opened(desk, w.finance) as tx:
        assert tx.session.scalar(select(func.count(BankImport.id))) == 0
    assert payments(desk, w) == ["sent"] * 3
    done = take_in(desk, w, raw)
    assert replace(done, import_id=0) == replace(seen, import_id=0)


def test_a_file_that_cannot_be_trusted_changes_nothing(desk: Desk, made: AtBank) -> None:
    w, day, order = made.world, desk.clock.today(), made.order
    good = batch_answer(order, day)
    wrong = {
        "bank_file_sum": good.replace(b'<Ntry><NtryRef>1</NtryRef><Amt Ccy="EUR">', b'<Ntry><Amt Ccy="EUR">1'),
        "bank_file_broken": good[:-40],
        "bank_file_not_camt": good.replace(b"camt.053", b"camt.052"),
        "bank_file_other_account": good.replace(order.account.encode(), b"FI1410093000123458"),
    }
    for code, raw in wrong.items():
        with pytest.raises(Refused) as refused:
            take_in(desk, w, raw)
        assert refused.value.code == code
    with pytest.raises(Forbidden):
        import_camt(desk, w.auditor, CamtFile("a", good))
    assert rows(desk, made) == []
    assert payments(desk, w) == ["sent"] * 3


def test_the_account_that_is_paid_from_is_checked_and_kept(desk: Desk, clock: SetClock) -> None:
    made = at_bank(desk, 1)
    w = made.world
    for order, code in (
        (DebtorOrder("Kuopio", "FI2112345600000786"), "debtor_account_wrong"),
        (DebtorOrder("Kuopio", IBANS[1], "NDEA"), "bic_wrong"),
        (DebtorOrder("Kuopio", IBANS[1], "NDEASESS"), "bic_other_country"),
        (DebtorOrder(" ", IBANS[1]), "debtor_name_missing"),
    ):
        with pytest.raises(Refused) as refused:
            set_debtor_account(desk, w.finance, order)
        assert refused.value.code == code
    assert len(debtor_accounts(desk, w.finance)) == 1
    set_debtor_account(desk, w.administrator, DebtorOrder("Kuopion kaupunki, työllisyys", IBANS[1], "ndeafihh"))
    newest, first = debtor_accounts(desk, w.finance)
    assert (newest.iban, newest.bic, newest.set_by is not None, first.set_by) == (IBANS[1], "NDEAFIHH", True, None)
    # what went out before is answered for on the old account's statement
    assert take_in(desk, w, batch_answer(made.order, desk.clock.today())).paid == 1
    with pytest.raises(Forbidden):
        set_debtor_account(desk, w.procurement, DebtorOrder("Kuopio", IBANS[1]))
