"""Short ways for the tests of e-invoices: a voucher of a recognisable client, a delivery, an invoice, its payment."""

from datetime import date

from sqlalchemy import select

from marketplace.clock import SetClock
from marketplace.models.einvoices import EInvoice
from marketplace.models.invoices import InvoiceLine
from marketplace.pricing.documents import Document
from marketplace.use_cases.approve_lines import approve_invoice
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.pay import ConfirmBatch, confirm_batch
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.send_invoice import InvoiceOrder, Sent, send_invoice
from marketplace.use_cases.verify_ledger import verify_ledger
from tests.makers import Running, active_voucher, client, opened, world
from tests.use_cases.money_story import batch

START, TODAY = date(2026, 10, 5), date(2026, 11, 16)
NAME, CODE = ("Tunnistettava", "Sukunimikäs"), "Tunnistettava Sukunimikäs"


def in_use(desk: Desk, clock: SetClock) -> Running:
    clock.move_to(START)
    w = world(desk)
    made = active_voucher(desk, w, holder=client(desk, w, name=NAME))
    clock.move_to(TODAY)
    return made


def deliver(desk: Desk, run: Running, hundredths: int = 100, day: date = START, kind: str = "delivered") -> int:
    order = EventOrder(run.voucher_id, kind, day, hundredths, f"Kävimme {CODE} kanssa läpi {hundredths} {day}")
    return record_event(desk, run.company.coach, order).event_id


def bill(desk: Desk, run: Running, reference: str = "") -> Sent:
    return send_invoice(desk, run.company.manager, InvoiceOrder(desk.clock.today(), None, reference))


def pay(desk: Desk, run: Running, invoice_id: int) -> None:
    approve_invoice(desk, run.world.finance, invoice_id)
    made = batch(desk, run.world)
    confirm_batch(desk, run.world.finance, ConfirmBatch(made, desk.clock.today(), "Tiliote"))


def documents(desk: Desk, run: Running) -> list[Document]:
    with opened(desk, run.world.finance) as tx:
        return [Document.from_json(one) for one in tx.session.scalars(select(EInvoice.content).order_by(EInvoice.id))]


def line_ids(desk: Desk, run: Running, invoice_id: int) -> list[int]:
    with opened(desk, run.world.finance) as tx:
        query = select(InvoiceLine.id).where(InvoiceLine.invoice_id == invoice_id).order_by(InvoiceLine.number)
        return list(tx.session.scalars(query))


def sound(desk: Desk, run: Running) -> None:
    with opened(desk, run.world.finance) as tx:
        assert verify_ledger(tx.session, run.world.organiser_id).findings == ()
