"""Frozen months: what is stored is what the rule says, a later change is a row of the next month, and nothing reopens."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from marketplace.access.actor import system
from marketplace.clock import SetClock, helsinki_day
from marketplace.ledger.months import Cause, Fact, Kind, Row, Why, next_rows
from marketplace.models.einvoices import CreditNoteLine, InvoicingSettings
from marketplace.models.events import Event
from marketplace.models.invoices import InvoiceLine
from marketplace.models.months import FrozenMonth, FrozenRow, MonthSeal
from marketplace.period import Period, month_of
from marketplace.use_cases.answer_objection import AnswerObjection, answer_objection
from marketplace.use_cases.credit_invoice import CreditOrder, credit_invoice
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.freeze_month import freeze_due, freeze_month
from marketplace.use_cases.object_to_event import ObjectionOrder, object_to_event
from marketplace.use_cases.refusals import Forbidden, Refused
from marketplace.use_cases.reverse_event import reverse_event
from marketplace.use_cases.send_invoice import InvoiceOrder, send_invoice
from marketplace.use_cases.settle_objection import SettleOrder, settle_objection
from marketplace.use_cases.verify_months import verify_months
from tests.makers import Running, opened
from tests.use_cases.einvoice_story import bill, deliver, in_use, line_ids, pay, sound

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture
def run(desk: Desk, clock: SetClock) -> Running:
    return in_use(desk, clock)


def rows_of(desk: Desk, run: Running, month: date) -> list[FrozenRow]:
    with opened(desk, run.world.finance) as tx:
        query = select(FrozenRow).join(FrozenMonth, FrozenMonth.id == FrozenRow.month_id)
        return list(tx.session.scalars(query.where(FrozenMonth.month == month).order_by(FrozenRow.number)))


def told(rows: list[FrozenRow]) -> list[tuple[str, int | None, int, int, str]]:
    return [(row.kind, row.event_id, row.quantity_hundredths, row.amount_cents, row.why) for row in rows]


def clean(desk: Desk, run: Running) -> None:
    with opened(desk, run.world.finance) as tx:
        assert verify_months(tx.session, run.world.organiser_id).findings == ()
    sound(desk, run)


def settled(desk: Desk, run: Running, event_id: int, uphold: bool = True) -> None:
    made = object_to_event(desk, run.holder.actor, ObjectionOrder(event_id, "En ollut paikalla."))
    answer_objection(desk, run.company.manager, AnswerObjection(made.objection_id, "Olimme paikalla."))
    settle_objection(desk, run.world.caseworker, SettleOrder(made.objection_id, uphold, "Asiakas on oikeassa."))


def test_a_change_after_the_freeze_is_exact_in_the_next_month(desk: Desk, clock: SetClock, run: Running) -> None:
    wrong, paid, contested, good = (
        deliver(desk, run, hundredths, date(2026, 10, day)) for hundredths, day in ((200, 6), (100, 7), (150, 8), (25, 9))
    )
    first = freeze_month(desk, run.world.finance, OCTOBER)
    assert (first.rows, first.total_cents) == (4, 5300 * 475 // 100)
    assert {row.why for row in rows_of(desk, run, OCTOBER)} == {"recorded"}
    sent = bill(desk, run)
    pay(desk, run, sent.invoice_id)
    reverse_event(desk, run.company.coach, wrong, "Väärä päivä")
    corrected = deliver(desk, run, 100, date(2026, 10, 6))
    credit_invoice(desk, run.company.manager, CreditOrder(line_ids(desk, run, sent.invoice_id)[1], 300, "Sovittu"))
    settled(desk, run, contested)
    own = deliver(desk, run, 50, date(2026, 11, 2))
    clock.move_to(date(2026, 12, 2))
    frozen = freeze_month(desk, run.world.finance, NOVEMBER)
    rows = rows_of(desk, run, NOVEMBER)
    assert told(rows) == [
        ("take_back", wrong, -200, -10_600, "reversed"),
        ("original", corrected, 100, 5300, "late"),
        ("take_back", paid, -100, -5300, "credited"),
        ("new", paid, 100, 5000, "credited"),
        ("take_back", contested, -150, -7950, "upheld"),
        ("original", own, 50, 2650, "recorded"),
    ]
    assert {helsinki_day(row.caused_at) for row in rows} == {date(2026, 11, 16)}
    assert rows[0].caused_by == run.company.coach.account_id
    assert rows[4].caused_by == run.world.caseworker.account_id
    assert rows[0].vat_category is not None
    assert frozen.total_cents == sum(row.amount_cents for row in rows)
    assert good not in {row.event_id for row in rows}
    with opened(desk, run.world.finance) as tx:
        assert tx.session.scalar(select(MonthSeal.sha256).order_by(MonthSeal.id).limit(1)) == first.sha256
        agrees(tx, [OCTOBER, NOVEMBER])
    clean(desk, run)


def agrees(tx: Tx, months: list[date]) -> None:
    """The newest month's stored rows are what the pure rule says of the earlier ones and of the facts."""
    stored = [as_rows(tx, month) for month in months]
    frozen = [row for rows in stored[:-1] for row in rows]
    expected = next_rows(months[0], month_of(months[-1]), frozen, facts(tx, month_of(months[-1])))
    assert Counter(stored[-1]) == Counter(expected)


def as_rows(tx: Tx, month: date) -> list[Row]:
    query = select(FrozenRow).join(FrozenMonth, FrozenMonth.id == FrozenRow.month_id).where(FrozenMonth.month == month)
    return [
        Row(Kind(row.kind), ("event", row.event_id or 0), row.day, row.quantity_hundredths, row.amount_cents,
            Cause(Why(row.why), row.caused_at, row.caused_by))
        for row in tx.session.scalars(query)
    ]  # fmt: skip


def facts(tx: Tx, month: Period) -> list[Fact]:
    """What each event is worth now, asked one by one; the causes as the rows tell them where something changed."""
    causes = {row.source: row.cause for row in as_rows(tx, month.first)}
    found = []
    for event in tx.session.scalars(select(Event)):
        taken = tx.session.scalars(
            select(CreditNoteLine.amount_cents)
            .join(InvoiceLine, InvoiceLine.id == CreditNoteLine.line_id)
            .where(InvoiceLine.event_id == event.id, InvoiceLine.state != "returned")
        )
        cents = 0 if event.state == "reversed" else event.amount_cents - sum(taken)
        source = ("event", event.id)
        cause = causes.get(source, Cause(Why.RECORDED, event.recorded_at, event.coach_id))
        found.append(Fact(source, event.day, event.quantity_hundredths, cents, cause, event.state == "objected"))
    return found


def test_what_came_to_the_same_again_leaves_no_rows(desk: Desk, clock: SetClock, run: Running) -> None:
    event_id = deliver(desk, run, 100, date(2026, 10, 6))
    freeze_month(desk, run.world.finance, OCTOBER)
    settled(desk, run, event_id, uphold=False)
    reverse_event(desk, run.company.coach, deliver(desk, run, 100, date(2026, 10, 7)), "Väärä päivä")
    clock.move_to(date(2026, 12, 1))
    assert freeze_month(desk, run.world.finance, NOVEMBER).rows == 0
    clean(desk, run)


def test_a_contested_event_waits_for_its_settlement(desk: Desk, clock: SetClock, run: Running) -> None:
    event_id = deliver(desk, run, 100, date(2026, 10, 6))
    made = object_to_event(desk, run.holder.actor, ObjectionOrder(event_id, "En ollut paikalla."))
    assert freeze_month(desk, run.world.finance, OCTOBER).rows == 0
    answer_objection(desk, run.company.manager, AnswerObjection(made.objection_id, "Olimme paikalla."))
    settle_objection(desk, run.world.caseworker, SettleOrder(made.objection_id, False, "Käynti pidettiin."))
    clock.move_to(date(2026, 12, 1))
    freeze_month(desk, run.world.finance, NOVEMBER)
    assert told(rows_of(desk, run, NOVEMBER)) == [("original", event_id, 100, 5300, "stands")]


def test_months_follow_each_other_over_a_years_end(desk: Desk, clock: SetClock, run: Running) -> None:
    finance = run.world.finance
    with pytest.raises(Refused, match="month_not_over"):
        freeze_month(desk, finance, NOVEMBER)
    clock.move_to(date(2027, 2, 1))
    freeze_month(desk, finance, date(2026, 11, 30))
    for day, code in ((OCTOBER, "month_frozen"), (NOVEMBER, "month_frozen"), (date(2027, 1, 1), "month_out_of_order")):
        with pytest.raises(Refused, match=code):
            freeze_month(desk, finance, day)
    freeze_month(desk, finance, date(2026, 12, 1))
    assert freeze_month(desk, finance, date(2027, 1, 31)).month == date(2027, 1, 1)
    with pytest.raises(Forbidden):
        freeze_month(desk, run.company.manager, date(2027, 2, 1))
    clean(desk, run)


def test_the_worker_freezes_on_the_set_day_and_catches_up(desk: Desk, clock: SetClock, run: Running) -> None:
    worker = system(run.world.organiser_id)
    assert freeze_due(desk, worker) == 0
    with opened(desk, run.world.administrator) as tx:
        tx.session.add(InvoicingSettings(organiser_id=tx.organiser_id, freeze_day=8, payment_days=30))
    clock.move_to(date(2026, 12, 7))
    assert freeze_due(desk, worker) == 1
    clock.move_to(date(2027, 2, 8))
    assert freeze_due(desk, worker) == 3
    assert freeze_due(desk, worker) == 0
    clean(desk, run)


def test_a_frozen_month_cannot_be_changed_and_a_change_is_found(desk: Desk, run: Running) -> None:
    deliver(desk, run, 100, date(2026, 10, 6))
    freeze_month(desk, run.world.finance, OCTOBER)
    with opened(desk, run.world.finance) as tx:
        for statement in ("update frozen_row set amount_cents = 1", "delete from frozen_row"):
            with pytest.raises(DBAPIError), tx.session.begin_nested():
                tx.session.execute(text(statement))
        row = tx.session.scalars(select(FrozenRow)).one()
        kept = {name: getattr(row, name) for name in set(FrozenRow.__table__.columns.keys()) - {"id"}}
        tx.session.add(FrozenRow(**{**kept, "number": 2, "amount_cents": 1}))
        tx.session.flush()
        codes = [found.code for found in verify_months(tx.session, run.world.organiser_id).findings]
        assert codes == ["month_differs", "month_changed"]
        tx.session.rollback()


def test_a_frozen_month_is_billed_from_its_rows(desk: Desk, clock: SetClock, run: Running) -> None:
    older = deliver(desk, run, 25, date(2026, 10, 30))
    clock.move_to(date(2026, 12, 1))
    kept, fallen = (deliver(desk, run, 100, date(2026, 11, day)) for day in (20, 23))
    freeze_month(desk, run.world.finance, NOVEMBER)
    late = deliver(desk, run, 50, date(2026, 11, 24))
    reverse_event(desk, run.company.coach, fallen, "Väärä päivä")

    def billed(day: date) -> list[int | None]:
        sent = send_invoice(desk, run.company.manager, InvoiceOrder(day))
        with opened(desk, run.world.finance) as tx:
            query = select(InvoiceLine.event_id).where(InvoiceLine.invoice_id == sent.invoice_id)
            return list(tx.session.scalars(query.order_by(InvoiceLine.number)))

    assert billed(NOVEMBER) == [older, kept]
    with pytest.raises(Refused, match="nothing_to_bill"):
        billed(NOVEMBER)
    assert billed(date(2026, 12, 1)) == [late]
    clock.move_to(date(2027, 1, 2))
    freeze_month(desk, run.world.finance, date(2026, 12, 1))
    assert told(rows_of(desk, run, date(2026, 12, 1))) == [
        ("take_back", fallen, -100, -5300, "reversed"),
        ("original", late, 50, 2650, "late"),
    ]
    clean(desk, run)
