"""What falls is credited, once and never more than remains; what is paid and credited is owed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.clock import SetClock
from marketplace.models.einvoices import CreditNote
from marketplace.use_cases.approve_lines import SendBackOrder, send_back_line
from marketplace.use_cases.credit_invoice import CreditOrder, credit_invoice
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.einvoices import month_files, papers_of
from marketplace.use_cases.object_to_event import ObjectionOrder, object_to_event
from marketplace.use_cases.receivables import owed_by
from marketplace.use_cases.refusals import Forbidden, Missing, Refused
from marketplace.use_cases.reverse_event import reverse_event
from tests.einvoices.official import Judge
from tests.makers import Running, opened, provider
from tests.use_cases.einvoice_story import (
    START,
    TODAY,
    bill,
    deliver,
    documents,
    in_use,
    line_ids,
    pay,
    sound,
)


@pytest.fixture
def run(desk: Desk, clock: SetClock) -> Running:
    return in_use(desk, clock)


def _sent_back(desk: Desk, run: Running, event_id: int, line_id: int) -> None:
    send_back_line(desk, run.world.finance, SendBackOrder(line_id, "Kesto ei täsmää."))


def _reversed(desk: Desk, run: Running, event_id: int, line_id: int) -> None:
    reverse_event(desk, run.company.coach, event_id, "Väärä päivä")


def _objected(desk: Desk, run: Running, event_id: int, line_id: int) -> None:
    object_to_event(desk, run.holder.actor, ObjectionOrder(event_id, "En ollut paikalla."))


@pytest.mark.parametrize("fell", [_sent_back, _reversed, _objected])
def test_what_falls_before_payment_is_credited_at_once(
    desk: Desk, run: Running, clock: SetClock, fell: Callable[[Desk, Running, int, int], None]
) -> None:
    clock.move_to(START + timedelta(days=2))
    deliver(desk, run, 200)
    event_id = deliver(desk, run, 25)
    sent = bill(desk, run)
    line_id = line_ids(desk, run, sent.invoice_id)[1]
    fell(desk, run, event_id, line_id)
    invoice, note = documents(desk, run)
    assert note.credit
    assert note.original
    assert (note.original.number, note.number[-5:]) == (invoice.number, "C0001")
    assert [line.part for line in note.lines] == [invoice.lines[1].part]
    with opened(desk, run.world.finance) as tx:
        assert papers_of(tx, sent.invoice_id).left_cents == 10_600
    sound(desk, run)


def test_a_paid_event_that_falls_is_credited_and_owed(desk: Desk, run: Running) -> None:
    event_id = deliver(desk, run)
    sent = bill(desk, run)
    pay(desk, run, sent.invoice_id)
    reverse_event(desk, run.company.coach, event_id, "Väärä asiakas")
    _, note = documents(desk, run)
    assert note.total.gross_cents == 5300
    with opened(desk, run.world.finance) as tx:
        assert sum(owed_by(tx, run.company.provider_id).values()) == 5300
    sound(desk, run)


def test_partial_credit_then_the_rest_then_one_cent_more(desk: Desk, run: Running, official: Judge) -> None:
    deliver(desk, run, 63)  # 33.39
    sent = bill(desk, run)
    pay(desk, run, sent.invoice_id)
    (line_id,) = line_ids(desk, run, sent.invoice_id)
    manager = run.company.manager
    with pytest.raises(Refused) as refused:
        credit_invoice(desk, manager, CreditOrder(line_id, 3340, "Liikaa"))
    assert (refused.value.code, refused.value.values["left_cents"]) == ("credit_more_than_left", 3339)
    first = credit_invoice(desk, manager, CreditOrder(line_id, 1000, "Sovittu hyvitys", once="a" * 32))
    assert credit_invoice(desk, manager, CreditOrder(line_id, 1000, "Sovittu hyvitys", once="a" * 32)) == first
    sound(desk, run)
    rest = credit_invoice(desk, manager, CreditOrder(line_id, 2339, "Loput"))
    assert [first.number[-5:], rest.number[-5:]] == ["C0001", "C0002"]
    with pytest.raises(Refused) as refused:
        credit_invoice(desk, manager, CreditOrder(line_id, 1, "Sentti lisää"))
    assert refused.value.code == "nothing_to_credit"
    invoice, *notes = documents(desk, run)
    assert sum(note.total.net_cents for note in notes) == invoice.total.net_cents
    assert sum(note.total.vat_cents for note in notes) == invoice.total.vat_cents
    assert sum(note.total.gross_cents for note in notes) == 3339
    with opened(desk, run.world.finance) as tx:
        assert tx.session.scalar(select(func.count()).select_from(CreditNote)) == 2
        assert sum(owed_by(tx, run.company.provider_id).values()) == 3339
        assert papers_of(tx, sent.invoice_id).left_cents == 0
    for file in month_files(desk, run.world.finance, TODAY, "ubl"):
        assert official(file.body) == []
    sound(desk, run)


def test_a_partly_credited_event_falls_for_the_rest_alone(desk: Desk, run: Running) -> None:
    event_id = deliver(desk, run)
    sent = bill(desk, run)
    pay(desk, run, sent.invoice_id)
    credit_invoice(desk, run.company.manager, CreditOrder(line_ids(desk, run, sent.invoice_id)[0], 300, "Sovittu"))
    reverse_event(desk, run.company.coach, event_id, "Väärä asiakas")
    assert [one.total.gross_cents for one in documents(desk, run)] == [5300, 300, 5000]
    with opened(desk, run.world.finance) as tx:
        assert sum(owed_by(tx, run.company.provider_id).values()) == 5300
    sound(desk, run)


def test_what_may_not_be_credited_changes_nothing(desk: Desk, run: Running) -> None:
    deliver(desk, run)
    sent = bill(desk, run)
    (line_id,) = line_ids(desk, run, sent.invoice_id)
    for amount, reason, code in ((100, "Syy", "credit_before_payment"), (100, " ", "reason_missing")):
        with pytest.raises(Refused) as refused:
            credit_invoice(desk, run.company.manager, CreditOrder(line_id, amount, reason))
        assert refused.value.code == code
    pay(desk, run, sent.invoice_id)
    for amount in (0, -5):
        with pytest.raises(Refused, match="nothing_to_credit"):
            credit_invoice(desk, run.company.manager, CreditOrder(line_id, amount, "Syy"))
    with pytest.raises(Missing):
        credit_invoice(desk, provider(desk, run.world).manager, CreditOrder(line_id, 100, "Syy"))
    with pytest.raises(Forbidden):
        credit_invoice(desk, run.company.coach, CreditOrder(line_id, 100, "Syy"))
    assert len(documents(desk, run)) == 1
    sound(desk, run)
