"""People at work, at random: each step picks a thing that can be done and somebody who may do it, through the use cases.

Refusals are a part of life; any other error is the test's. The same seed takes the same steps. Used by a walk over months
(tests/use_cases/test_random_walk.py) and by processes that are killed (tests/concurrency/test_kill.py).
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Select, select

from marketplace.access.actor import Actor
from marketplace.models.events import Event, Objection, Outcome
from marketplace.models.invoices import InvoiceLine, Payment, PaymentBatch
from marketplace.models.vouchers import Choice, Voucher
from marketplace.use_cases.amend_voucher import (
    EndOrder,
    ExtendOrder,
    RevokeOrder,
    end_open_voucher,
    extend_voucher,
    revoke_voucher,
)
from marketplace.use_cases.answer_choice import ConfirmOrder, DeclineOrder, confirm_choice, decline_choice
from marketplace.use_cases.answer_objection import AnswerObjection, answer_objection
from marketplace.use_cases.approve_lines import (
    ApproveOrder,
    SendBackOrder,
    approve_invoice,
    approve_lines,
    send_back_line,
)
from marketplace.use_cases.collect_debt import DebtOrder, collect_debt
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.object_to_event import ObjectionOrder, object_to_event, withdraw_objection
from marketplace.use_cases.pay import (
    BatchOrder,
    ConfirmBatch,
    ConfirmPayment,
    ReturnPayment,
    approve_batch,
    cancel_batch,
    confirm_batch,
    confirm_payment,
    make_batch,
    return_payment,
    send_batch,
)
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.use_cases.refuse_voucher import RefusalOrder, refuse_voucher
from marketplace.use_cases.report_outcome import ReportOrder, report_outcome
from marketplace.use_cases.reverse_event import reverse_event
from marketplace.use_cases.send_invoice import InvoiceOrder, send_invoice
from marketplace.use_cases.settle_objection import SettleOrder, settle_objection
from marketplace.use_cases.suspend_provider import restore_provider, suspend_provider
from marketplace.use_cases.verify_outcome import (
    EvidenceOrder,
    RejectOrder,
    add_evidence,
    reject_outcome,
    verify_outcome,
)
from tests.makers import Company, Person, World, chosen, granted, opened

KINDS = ("delivered", "delivered", "delivered", "no_show", "late_cancel", "provider_cancel")


@dataclass
class Walk:
    """One organiser's people, and what they did: `done` and `refused` count by the step's name."""

    desk: Desk
    world: World
    companies: list[Company]
    holders: list[Person]
    seed: int = 1
    done: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.by_client = {holder.client_id: holder for holder in self.holders}
        self.by_company = {company.provider_id: company for company in self.companies}

    def step(self) -> None:
        """One thing, at random. What there is nothing to do with is passed over."""
        name = self.rng.choices(list(STEPS), [weight for _, weight in STEPS.values()])[0]
        try:
            STEPS[name][0](self)
            self.done[name] = self.done.get(name, 0) + 1
        except NothingToDo:
            pass
        except (Refused, Missing) as refusal:
            word = getattr(refusal, "code", "missing")
            self.refused[f"{name}: {word}"] = self.refused.get(f"{name}: {word}", 0) + 1

    @property
    def today(self) -> date:
        return self.desk.clock.today()

    def some(self, query: Select[*tuple[int]]) -> int:
        """One of what there is. The newest hundred, so that the walk does not stay with the oldest."""
        with opened(self.desk, self.world.finance) as tx:
            found = tx.session.scalars(query.limit(100)).all()
        if not found:
            raise NothingToDo
        return self.rng.choice(found)

    def value(self, query: Select[*tuple[int]]) -> int:
        with opened(self.desk, self.world.finance) as tx:
            return tx.session.scalars(query).one()

    def finance(self) -> Actor:
        return self.rng.choice([self.world.finance, self.world.other_finance])

    def holder_of(self, voucher_id: int) -> Actor:
        return self.by_client[self.value(select(Voucher.client_id).where(Voucher.id == voucher_id))].actor

    def company_of(self, voucher_id: int) -> Company:
        provider = self.value(select(Voucher.provider_id).where(Voucher.id == voucher_id))
        if provider is None:
            raise NothingToDo
        return self.by_company[provider]


class NothingToDo(Exception):
    """There is nothing of the kind yet."""


def _voucher(walk: Walk, *states: str) -> int:
    return walk.some(select(Voucher.id).where(Voucher.state.in_(states)).order_by(Voucher.id.desc()))


def grant(walk: Walk) -> None:
    granted(walk.desk, walk.world, walk.rng.choice(walk.holders))


def choose(walk: Walk) -> None:
    voucher_id = _voucher(walk, "granted", "granted", "active")
    client_id = walk.value(select(Voucher.client_id).where(Voucher.id == voucher_id))
    chosen(walk.desk, walk.by_client[client_id], walk.rng.choice(walk.companies), voucher_id)


def answer(walk: Walk) -> None:
    choice_id = walk.some(select(Choice.id).where(Choice.state == "proposed"))
    company = walk.by_company[walk.value(select(Choice.provider_id).where(Choice.id == choice_id))]
    if walk.rng.random() < 0.85:
        confirm_choice(walk.desk, company.manager, ConfirmOrder(choice_id, walk.today))
    else:
        decline_choice(walk.desk, company.coach, DeclineOrder(choice_id, "no_capacity"))


def record(walk: Walk) -> None:
    voucher_id = _voucher(walk, "active", "expired", "ended")
    company = walk.company_of(voucher_id)
    day = walk.today - timedelta(days=walk.rng.choice([0, 0, 0, 1, 3, 9, 20]))
    quantity = walk.rng.choice([25, 50, 100, 133, 150, 275, 400])
    note = str(walk.rng.random())
    record_event(walk.desk, company.coach, EventOrder(voucher_id, walk.rng.choice(KINDS), day, quantity, note))


def reverse(walk: Walk) -> None:
    event_id = walk.some(select(Event.id).where(Event.state != "reversed").order_by(Event.id.desc()))
    company = walk.by_company[walk.value(select(Event.provider_id).where(Event.id == event_id))]
    reverse_event(walk.desk, company.manager, event_id, "Väärin kirjattu")


def object_(walk: Walk) -> None:
    event_id = walk.some(select(Event.id).where(Event.state == "recorded").order_by(Event.id.desc()))
    voucher_id = walk.value(select(Event.voucher_id).where(Event.id == event_id))
    object_to_event(walk.desk, walk.holder_of(voucher_id), ObjectionOrder(event_id, "Ei ollut näin."))


def answer_objecting(walk: Walk) -> None:
    objection_id = walk.some(select(Objection.id).where(Objection.state == "open"))
    company = walk.by_company[walk.value(select(Objection.provider_id).where(Objection.id == objection_id))]
    answer_objection(walk.desk, company.manager, AnswerObjection(objection_id, "Oli näin."))


def settle(walk: Walk) -> None:
    objection_id = walk.some(select(Objection.id).where(Objection.state.in_(("open", "answered"))))
    order = SettleOrder(objection_id, walk.rng.random() < 0.5, "Molempia on kuultu.")
    settle_objection(walk.desk, walk.world.caseworker, order)


def withdraw(walk: Walk) -> None:
    objection_id = walk.some(select(Objection.id).where(Objection.state.in_(("open", "answered"))))
    client_id = walk.value(select(Objection.client_id).where(Objection.id == objection_id))
    withdraw_objection(walk.desk, walk.by_client[client_id].actor, objection_id)


def invoice(walk: Walk) -> None:
    send_invoice(walk.desk, walk.rng.choice(walk.companies).manager, InvoiceOrder(walk.today))


def approve(walk: Walk) -> None:
    line = select(InvoiceLine.invoice_id).where(InvoiceLine.state == "passed").order_by(InvoiceLine.id.desc())
    invoice_id = walk.some(line)
    if walk.rng.random() < 0.6:
        approve_invoice(walk.desk, walk.finance(), invoice_id)
    else:
        line_id = walk.some(select(InvoiceLine.id).where(InvoiceLine.invoice_id == invoice_id))
        approve_lines(walk.desk, walk.finance(), ApproveOrder(invoice_id, (line_id,)))


def send_back(walk: Walk) -> None:
    line_id = walk.some(select(InvoiceLine.id).where(InvoiceLine.state == "passed"))
    send_back_line(walk.desk, walk.finance(), SendBackOrder(line_id, "Tarkista kesto."))


def batch(walk: Walk) -> None:
    make_batch(walk.desk, walk.finance(), BatchOrder(walk.today + timedelta(days=1)))


def _batch(walk: Walk, *states: str) -> int:
    return walk.some(select(PaymentBatch.id).where(PaymentBatch.state.in_(states)))


def accept_batch(walk: Walk) -> None:
    approve_batch(walk.desk, walk.finance(), _batch(walk, "draft"))


def dispatch(walk: Walk) -> None:
    send_batch(walk.desk, walk.finance(), _batch(walk, "approved"))


def cancel(walk: Walk) -> None:
    cancel_batch(walk.desk, walk.finance(), _batch(walk, "draft", "approved"))


def confirm(walk: Walk) -> None:
    if walk.rng.random() < 0.5:
        confirm_batch(walk.desk, walk.finance(), ConfirmBatch(_batch(walk, "sent"), walk.today, "Tiliote"))
    else:
        payment_id = walk.some(select(Payment.id).where(Payment.state == "sent"))
        confirm_payment(walk.desk, walk.finance(), ConfirmPayment(payment_id, walk.today, "Tiliote"))


def bank_return(walk: Walk) -> None:
    payment_id = walk.some(select(Payment.id).where(Payment.state.in_(("sent", "paid"))).order_by(Payment.id.desc()))
    return_payment(walk.desk, walk.finance(), ReturnPayment(payment_id, walk.today, "AC04"))


def collect(walk: Walk) -> None:
    provider_id = walk.rng.choice(walk.companies).provider_id
    cents = walk.rng.choice([100, 2_650, 5_300])
    collect_debt(walk.desk, walk.finance(), DebtOrder(provider_id, cents, walk.today, "Tiliote"))


def report(walk: Walk) -> None:
    voucher_id = _voucher(walk, "active")
    coach = walk.company_of(voucher_id).coach
    start = walk.today - timedelta(days=walk.rng.choice([0, 2, 10]))
    report_outcome(
        walk.desk,
        coach,
        ReportOrder(voucher_id, start, walk.rng.choice([1_000, 3_000]), "Kahvila Oy", None, "permanent", False),
    )


def judge(walk: Walk) -> None:
    outcome_id = walk.some(select(Outcome.id).where(Outcome.state == "reported"))
    if walk.rng.random() < 0.8:
        verify_outcome(walk.desk, walk.world.caseworker, _evidence(walk, outcome_id))
    else:
        reject_outcome(walk.desk, walk.world.caseworker, RejectOrder(outcome_id, "Ei näyttöä."))


def show(walk: Walk) -> None:
    outcome_id = walk.some(select(Outcome.id).where(Outcome.state == "verified"))
    add_evidence(walk.desk, walk.world.caseworker, _evidence(walk, outcome_id))


def _evidence(walk: Walk, outcome_id: int) -> EvidenceOrder:
    return EvidenceOrder(outcome_id, "employer", "Palkkatodistus", walk.today, walk.today)


def end(walk: Walk) -> None:
    voucher_id = _voucher(walk, "granted", "chosen", "active")
    way = walk.rng.randrange(4)
    if way == 0:
        refuse_voucher(walk.desk, walk.holder_of(voucher_id), RefusalOrder(voucher_id))
    elif way == 1:
        revoke_voucher(walk.desk, walk.world.caseworker, RevokeOrder(voucher_id, "Tarvetta ei enää ole."))
    elif way == 2:
        end_open_voucher(walk.desk, walk.world.caseworker, EndOrder(voucher_id, "moved_away", walk.today))
    else:
        day = walk.today + timedelta(days=40)
        extend_voucher(walk.desk, walk.world.caseworker, ExtendOrder(voucher_id, day, "Palvelu on kesken."))


def suspend(walk: Walk) -> None:
    company = walk.rng.choice(walk.companies)
    change = walk.rng.choice([suspend_provider, restore_provider, restore_provider])
    change(walk.desk, walk.world.procurement, company.provider_id, "Vakuutus")


STEPS: dict[str, tuple[Callable[[Walk], None], int]] = {
    "grant": (grant, 5),
    "choose": (choose, 5),
    "answer": (answer, 6),
    "record": (record, 30),
    "reverse": (reverse, 4),
    "object": (object_, 4),
    "answer objection": (answer_objecting, 3),
    "settle": (settle, 3),
    "withdraw": (withdraw, 1),
    "invoice": (invoice, 5),
    "approve": (approve, 6),
    "send back": (send_back, 1),
    "make batch": (batch, 4),
    "approve batch": (accept_batch, 5),
    "send batch": (dispatch, 4),
    "cancel batch": (cancel, 1),
    "confirm": (confirm, 4),
    "bank return": (bank_return, 2),
    "collect": (collect, 1),
    "report": (report, 3),
    "judge": (judge, 3),
    "show": (show, 3),
    "end": (end, 1),
    "suspend": (suspend, 1),
}
