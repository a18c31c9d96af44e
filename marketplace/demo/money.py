"""The money of the months: invoices on the second working day, finance on the days after, a bank that answers."""

from datetime import date, timedelta

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import system
from marketplace.demo.play import Play
from marketplace.models.invoices import InvoiceLine, Payment
from marketplace.roles import Role
from marketplace.use_cases.approve_lines import ApproveOrder, SendBackOrder, approve_lines, send_back_line
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
from marketplace.use_cases.refusals import Refused, Stale
from marketplace.use_cases.send_invoice import InvoiceOrder, send_invoice


class Money:
    """Who bills, who pays, month by month."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.stage = play.stage

    def plan(self, first: date, last: date) -> None:
        """Put every month's billing between two days into the queue."""
        month = first.replace(day=1)
        while month <= last:
            following = (month + timedelta(days=32)).replace(day=1)
            self.play.on(following + timedelta(days=1), self._bill_of(month))
            self.play.on(following + timedelta(days=5), self.approve)
            self.play.on(following + timedelta(days=7), self.pay)
            self.play.on(following + timedelta(days=19), self.pay)
            month = following

    def _bill_of(self, month: date):  # type: ignore[no-untyped-def]
        return lambda: self.bill(month)

    def bill(self, month: date) -> None:
        for manager in self.stage.cast.managers.values():
            try:
                sent = send_invoice(self.stage.desk, manager, InvoiceOrder(month))
            except Refused:
                continue  # nothing to bill
            self.play.volumes["invoices"] += 1
            self.play.volumes["invoice lines passed"] += sent.passed
            self.play.volumes["invoice lines returned"] += sent.returned

    def approve(self) -> None:
        finance = self.stage.cast.one(Role.FINANCE)
        with self.stage.desk.reading(system(self.stage.organiser_id), Action.RUN_DUE_WORK) as tx:
            rows = tx.session.execute(
                select(InvoiceLine.invoice_id, InvoiceLine.id)
                .where(InvoiceLine.organiser_id == self.stage.organiser_id, InvoiceLine.state == "passed")
                .order_by(InvoiceLine.invoice_id, InvoiceLine.id)
            ).all()
        good: dict[int, list[int]] = {}
        for invoice_id, line_id in rows:
            if self.play.random.random() < 0.002:
                order = SendBackOrder(line_id, "Käynnin kesto ei vastaa asiakkaan suunnitelmaa. Tarkistakaa kirjaus.")
                send_back_line(self.stage.desk, finance, order)
                self.play.volumes["lines sent back by finance"] += 1
            else:
                good.setdefault(invoice_id, []).append(line_id)
        for invoice_id, lines in good.items():
            approve_lines(self.stage.desk, finance, ApproveOrder(invoice_id, tuple(lines)))

    def pay(self) -> None:
        one, two = self.stage.cast.one(Role.FINANCE), self.stage.cast.two(Role.FINANCE)
        try:
            batch_id = make_batch(self.stage.desk, one, BatchOrder(self.play.today + timedelta(days=1)))
        except Refused:
            return  # nothing to pay
        approve_batch(self.stage.desk, two, batch_id)
        send_batch(self.stage.desk, one, batch_id)
        self.play.volumes["payment batches"] += 1
        self.play.after(1, 2, lambda: self.bank(batch_id))

    def bank(self, batch_id: int) -> None:
        finance = self.stage.cast.one(Role.FINANCE)
        with self.stage.desk.reading(system(self.stage.organiser_id), Action.RUN_DUE_WORK) as tx:
            payments = tx.session.scalars(
                select(Payment.id).where(Payment.batch_id == batch_id, Payment.state == "sent").order_by(Payment.id)
            ).all()
        for payment_id in payments:
            try:
                if self.play.random.random() < 0.01:
                    return_payment(self.stage.desk, finance, ReturnPayment(payment_id, self.play.today, "AC04"))
                    self.play.volumes["payments returned by the bank"] += 1
                else:
                    words = f"Tiliote {self.play.today:%d.%m.%Y} (esittely)"
                    confirm_payment(self.stage.desk, finance, ConfirmPayment(payment_id, self.play.today, words))
                    self.play.volumes["payments made"] += 1
            except Stale:
                continue
