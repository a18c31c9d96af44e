"""A company's autumn, lived through the use cases: what the pages of its daily work are tried on."""

from dataclasses import dataclass
from datetime import date

from marketplace.clock import SetClock
from marketplace.use_cases.answer_choice import ConfirmOrder, confirm_choice
from marketplace.use_cases.approve_lines import ApproveOrder, SendBackOrder, approve_lines, send_back_line
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.invoice_pages import invoice_page
from marketplace.use_cases.object_to_event import ObjectionOrder, object_to_event
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.report_outcome import ReportOrder, report_outcome
from marketplace.use_cases.send_invoice import InvoiceOrder, send_invoice
from tests.makers import Company, Person, World, active_voucher, chosen, client, granted, provider, world

SEPTEMBER = date(2026, 9, 1)
TODAY = date(2026, 11, 16)


@dataclass
class Story:
    """`voucher_id` is Aino's, who is in use; Bertta has chosen and waits; Cecilia has left; Dina's address is protected."""

    world: World
    company: Company
    stranger: Company
    aino: Person
    voucher_id: int
    event_id: int  # on no invoice yet
    objection_id: int
    outcome_id: int
    invoice_id: int
    waiting_voucher_id: int
    waiting_choice_id: int
    former_voucher_id: int
    protected_voucher_id: int


def live(desk: Desk, clock: SetClock, w: World | None = None) -> Story:
    clock.move_to(SEPTEMBER)
    w = w or world(desk)
    company, stranger = provider(desk, w, name="Savon Polku ry"), provider(desk, w, name="Toinen Tie Oy")
    aino = client(desk, w, name=("Aino", "Aaltonen"), email="aino@example.org")
    run = active_voucher(desk, w, company=company, holder=aino)
    cecilia = active_voucher(desk, w, company=company, holder=client(desk, w, name=("Cecilia", "Ceder")))
    protected = active_voucher(
        desk,
        w,
        company=company,
        holder=client(desk, w, name=("Dina", "Dahl"), protected=True, email="dina@example.org"),
    )
    clock.move_to(date(2026, 10, 2))
    for day in (3, 10, 17):
        _visit(desk, company, run.voucher_id, date(2026, 9, day), 200)
    _september(desk, w, company)
    clock.move_to(date(2026, 11, 2))
    _visit(desk, company, run.voucher_id, date(2026, 10, 8), 200)
    _visit(desk, company, run.voucher_id, date(2026, 10, 8), 200)  # the same visit twice
    _visit(desk, company, run.voucher_id, date(2026, 10, 15), 100, "no_show")
    _visit(desk, company, cecilia.voucher_id, date(2026, 10, 20), 150, note="Käynti työpaikalla")
    invoice_id = send_invoice(desk, company.manager, InvoiceOrder(date(2026, 10, 1))).invoice_id
    _send_back(desk, w, company, invoice_id)
    contested = _visit(desk, company, run.voucher_id, date(2026, 10, 29), 150)
    chosen(desk, cecilia.holder, stranger, cecilia.voucher_id)
    clock.move_to(TODAY)
    event_id = _visit(desk, company, run.voucher_id, date(2026, 11, 12), 150)
    objected = object_to_event(desk, aino.actor, ObjectionOrder(contested, "Tapaaminen kesti vain puoli tuntia."))
    job = ReportOrder(run.voucher_id, date(2026, 11, 2), 3_000, "Savon Leipä Oy", None, "permanent", False)
    outcome_id = report_outcome(desk, company.coach, job)
    bertta = client(desk, w, name=("Bertta", "Björk"))
    waiting = granted(desk, w, bertta).voucher_id
    return Story(
        world=w,
        company=company,
        stranger=stranger,
        aino=aino,
        voucher_id=run.voucher_id,
        event_id=event_id,
        objection_id=objected.objection_id,
        outcome_id=outcome_id,
        invoice_id=invoice_id,
        waiting_voucher_id=waiting,
        waiting_choice_id=chosen(desk, bertta, company, waiting),
        former_voucher_id=cecilia.voucher_id,
        protected_voucher_id=protected.voucher_id,
    )


def _visit(desk: Desk, company: Company, voucher_id: int, day: date, hundredths: int, kind: str = "delivered",
           note: str = "") -> int:  # fmt: skip
    return record_event(desk, company.coach, EventOrder(voucher_id, kind, day, hundredths, note)).event_id


def _september(desk: Desk, w: World, company: Company) -> None:
    """September's invoice, approved."""
    sent = send_invoice(desk, company.manager, InvoiceOrder(SEPTEMBER))
    lines = tuple(line.id for line in invoice_page(desk, company.manager, sent.invoice_id).lines)
    approve_lines(desk, w.finance, ApproveOrder(sent.invoice_id, lines))


def _send_back(desk: Desk, w: World, company: Company, invoice_id: int) -> None:
    """Finance has a question about the no-show."""
    line = next(one for one in invoice_page(desk, company.manager, invoice_id).lines if one.kind == "no_show")
    send_back_line(desk, w.finance, SendBackOrder(line.id, "Päivä näyttää väärältä. Tarkistakaa."))


def confirm(desk: Desk, story: Story) -> None:
    """Bertta gets her place today."""
    confirm_choice(desk, story.company.coach, ConfirmOrder(story.waiting_choice_id, desk.clock.today()))
