"""A few weeks of money at one organiser, for the tests of finance's and the auditor's pages: every state is there once."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from marketplace.clock import SetClock
from marketplace.models.events import Event
from marketplace.models.invoices import InvoiceLine, Payment
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.approve_lines import SendBackOrder, approve_invoice, send_back_line
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.object_to_event import ObjectionOrder, object_to_event
from marketplace.use_cases.pay import (
    BatchOrder,
    ConfirmPayment,
    ReturnPayment,
    approve_batch,
    confirm_payment,
    make_batch,
    return_payment,
    send_batch,
)
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.reverse_event import reverse_event
from marketplace.use_cases.send_invoice import InvoiceOrder, send_invoice
from tests.makers import Running, World, active_voucher, opened, provider, world

NAMES = ("Savon Polku ry", "Kallaveden Valmennus Oy", "Puijon Työpaja ry")


@dataclass
class Story:
    """`runs`: a voucher in use with each of three companies. `paid`: the first company's event that was paid and then
    taken back. `fresh`: invoices with lines that wait for approval. `draft`: a batch that waits for its second person."""

    world: World
    runs: list[Running]
    paid: int
    sent: int
    draft: int
    fresh: list[int] = field(default_factory=list)

    def numbers(self, desk: Desk) -> list[str]:
        with opened(desk, self.world.finance) as tx:
            wanted = [run.voucher_id for run in self.runs]
            return list(tx.session.scalars(select(Voucher.number).where(Voucher.id.in_(wanted)).order_by(Voucher.id)))

    def lines(self, desk: Desk, invoice_id: int, state: str = "passed") -> list[int]:
        with opened(desk, self.world.finance) as tx:
            return list(
                tx.session.scalars(
                    select(InvoiceLine.id)
                    .where(InvoiceLine.invoice_id == invoice_id, InvoiceLine.state == state)
                    .order_by(InvoiceLine.id)
                )
            )

    def payments(self, desk: Desk, batch_id: int) -> list[int]:
        with opened(desk, self.world.finance) as tx:
            query = select(Payment.id).where(Payment.batch_id == batch_id).order_by(Payment.id)
            return list(tx.session.scalars(query))


def deliver(desk: Desk, run: Running, *quantities: int) -> list[int]:
    """Deliveries of today, by their hundredths of an hour."""
    today = desk.clock.today()
    return [
        record_event(
            desk, run.company.coach, EventOrder(run.voucher_id, "delivered", today, quantity, str(number))
        ).event_id
        for number, quantity in enumerate(quantities)
    ]


def bill(desk: Desk, run: Running) -> int:
    return send_invoice(desk, run.company.manager, InvoiceOrder(desk.clock.today())).invoice_id


def batch(desk: Desk, w: World) -> int:
    made = make_batch(desk, w.finance, BatchOrder(desk.clock.today() + timedelta(days=2)))
    approve_batch(desk, w.other_finance, made)
    send_batch(desk, w.finance, made)
    return made


def story(desk: Desk, clock: SetClock) -> Story:
    w = world(desk)
    runs = [active_voucher(desk, w, company=provider(desk, w, name=name)) for name in NAMES]
    first, second, third = runs
    # a batch that was paid, but for one payment that the bank gave back
    events = [deliver(desk, run, 200, 150) for run in runs[:2]]
    for run in runs[:2]:
        approve_invoice(desk, w.finance, bill(desk, run))
    clock.move_to(clock.today() + timedelta(days=1))
    sent = batch(desk, w)
    made = Story(w, runs, events[0][0], sent, 0)
    paid, back = made.payments(desk, sent)
    confirm_payment(desk, w.finance, ConfirmPayment(paid, clock.today(), "Tiliote 17.11."))
    return_payment(desk, w.finance, ReturnPayment(back, clock.today(), "AC04"))
    reverse_event(desk, first.company.manager, made.paid, "Väärä asiakas")
    # a draft with the returned lines and new ones; one of its events is then objected to
    clock.move_to(clock.today() + timedelta(days=1))
    contested = deliver(desk, third, 100, 300)
    approve_invoice(desk, w.finance, bill(desk, third))
    made.draft = make_batch(desk, w.finance, BatchOrder(clock.today() + timedelta(days=3)))
    object_to_event(desk, third.holder.actor, ObjectionOrder(contested[0], "En ollut paikalla."))
    # invoices that wait: one with a line that a person sent back, one with a double visit
    clock.move_to(clock.today() + timedelta(days=1))
    deliver(desk, first, 100, 125, 75)
    made.fresh.append(bill(desk, first))
    send_back_line(desk, w.finance, SendBackOrder(made.lines(desk, made.fresh[0])[-1], "Kesto ei täsmää sovittuun."))
    today = clock.today()
    for _ in range(2):
        record_event(desk, second.company.coach, EventOrder(second.voucher_id, "delivered", today, 100, "Käynti"))
    made.fresh.append(bill(desk, second))
    return made


def states(desk: Desk, made: Story) -> list[str]:
    with opened(desk, made.world.finance) as tx:
        return list(tx.session.scalars(select(Event.state)))
