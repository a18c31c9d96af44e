"""A batch at the bank, and the stand-in bank's answers to it, for the tests of statements."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from marketplace.models.invoices import InvoiceLine, Payment, PaymentBatch
from marketplace.use_cases.approve_lines import approve_invoice
from marketplace.use_cases.bank_files import bank_file
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.import_camt import CamtFile, Imported, import_camt
from marketplace.use_cases.pay import BatchOrder, approve_batch, make_batch, send_batch
from tests.integrations.standin_bank import Order, read_pain
from tests.makers import Running, World, active_voucher, opened, provider, world
from tests.use_cases.money_story import bill, deliver


@dataclass
class AtBank:
    """`runs`: three companies' vouchers in use, each with one payment in the batch, in the order of `order`."""

    world: World
    runs: list[Running]
    batch_id: int
    order: Order


def send(desk: Desk, w: World) -> tuple[int, Order]:
    """Everything that is approved, in a batch that has gone to the bank today."""
    batch_id = make_batch(desk, w.finance, BatchOrder(desk.clock.today() + timedelta(days=1)))
    approve_batch(desk, w.other_finance, batch_id)
    send_batch(desk, w.finance, batch_id)
    return batch_id, read_pain(bank_file(desk, w.finance, batch_id).content)


def at_bank(desk: Desk, companies: int = 3) -> AtBank:
    w = world(desk)
    runs = [active_voucher(desk, w, company=provider(desk, w, name=f"Käpälä {n} Oy")) for n in range(companies)]
    for number, run in enumerate(runs, 1):
        deliver(desk, run, 100 * number)
        approve_invoice(desk, w.finance, bill(desk, run))
    return AtBank(w, runs, *send(desk, w))


def take_in(desk: Desk, w: World, raw: bytes, name: str = "tiliote.xml") -> Imported:
    return import_camt(desk, w.finance, CamtFile(name, raw))


def payments(desk: Desk, w: World) -> list[str]:
    with opened(desk, w.finance) as tx:
        return list(tx.session.scalars(select(Payment.state).order_by(Payment.id)))


def lines(desk: Desk, w: World) -> list[str]:
    with opened(desk, w.finance) as tx:
        return list(tx.session.scalars(select(InvoiceLine.state).order_by(InvoiceLine.id)))


def batch_state(desk: Desk, w: World, batch_id: int) -> str:
    with opened(desk, w.finance) as tx:
        return tx.session.scalars(select(PaymentBatch.state).where(PaymentBatch.id == batch_id)).one()
