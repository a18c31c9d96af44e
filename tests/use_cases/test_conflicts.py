"""Rule 24, use case by use case: whoever has an interest in a group keeps out where it is eligible or paid."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.clock import SetClock
from marketplace.models.invoices import InvoiceLine, Payment
from marketplace.models.trail import AuditEvent
from marketplace.models.vouchers import Voucher
from marketplace.roles import Role
from marketplace.use_cases.amend_voucher import (
    EndOrder,
    ExtendOrder,
    RevokeOrder,
    end_open_voucher,
    extend_voucher,
    revoke_voucher,
)
from marketplace.use_cases.approve_lines import (
    ApproveOrder,
    SendBackOrder,
    approve_invoice,
    approve_lines,
    send_back_line,
)
from marketplace.use_cases.confirm_by_code import send_code
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.end_job import JobEnd, end_job
from marketplace.use_cases.grant_voucher import GrantOrder, grant_voucher
from marketplace.use_cases.pay import (
    BatchOrder,
    ConfirmBatch,
    ConfirmPayment,
    ReturnPayment,
    approve_batch,
    confirm_batch,
    confirm_payment,
    make_batch,
    return_payment,
    send_batch,
)
from marketplace.use_cases.propose import ProposeOrder, propose
from marketplace.use_cases.record_signed_form import SignedOrder, record_signed_form
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.settle_objection import SettleOrder, settle_objection
from marketplace.use_cases.verify_outcome import (
    EvidenceOrder,
    RejectOrder,
    add_evidence,
    reject_outcome,
    verify_outcome,
)
from tests.makers import Actor, Company, Running, World, active_voucher, client, opened, person, provider, world
from tests.use_cases import settling
from tests.use_cases.assisting import Beside, interested


def kept_out(desk: Desk, w: World, company: Company, call: Callable[[], object]) -> None:
    """The call is refused with the company's name, and nothing has changed."""
    with opened(desk, w.auditor) as tx:
        before = tx.session.scalar(select(func.count()).select_from(AuditEvent))
    with pytest.raises(Refused) as refused:
        call()
    assert (refused.value.code, refused.value.values) == ("conflict_of_interest", {"names": company.name})
    with opened(desk, w.auditor) as tx:
        assert tx.session.scalar(select(func.count()).select_from(AuditEvent)) == before


def test_grant(desk: Desk) -> None:
    w = world(desk)
    company, _other = provider(desk, w), provider(desk, w)
    holder = client(desk, w)
    interested(desk, w.caseworker, company)
    order = GrantOrder(holder.need_id, "Tarvitsee tukea.")
    kept_out(desk, w, company, lambda: grant_voucher(desk, w.caseworker, order))
    assert grant_voucher(desk, w.other_caseworker, order).voucher_id, "a colleague may"


def test_an_interest_in_a_group_that_is_not_on_the_list_keeps_nobody_out(desk: Desk) -> None:
    w = world(desk)
    elsewhere, _here = provider(desk, w, approved=False), provider(desk, w)
    interested(desk, w.caseworker, elsewhere)
    assert grant_voucher(desk, w.caseworker, GrantOrder(client(desk, w).need_id, "Tarvitsee tukea.")).voucher_id


def test_a_sibling_company_is_the_same_group(desk: Desk) -> None:
    w = world(desk)
    named = provider(desk, w, approved=False, name="Emo Oy")
    provider(desk, w, group_of=named, name="Tytär Oy")
    interested(desk, w.caseworker, named)
    with pytest.raises(Refused, match="conflict_of_interest"):
        grant_voucher(desk, w.caseworker, GrantOrder(client(desk, w).need_id, "Tarvitsee tukea."))


def test_amendments(desk: Desk) -> None:
    run = active_voucher(desk)
    w, caseworker = run.world, run.world.caseworker
    rival = provider(desk, w)
    interested(desk, caseworker, rival)
    with opened(desk, caseworker) as tx:
        later = tx.session.get_one(Voucher, run.voucher_id).valid_to + timedelta(days=5)
    for call in (
        lambda: extend_voucher(desk, caseworker, ExtendOrder(run.voucher_id, later, "Kesken.")),
        lambda: revoke_voucher(desk, caseworker, RevokeOrder(run.voucher_id, "Peruste.")),
        lambda: end_open_voucher(desk, caseworker, EndOrder(run.voucher_id, "completed", desk.clock.today())),
    ):
        kept_out(desk, w, rival, call)


def test_assisting_to_the_end(desk: Desk) -> None:
    beside = Beside(desk)
    units, code = beside.offered()
    assist_id, proposal_id = beside.start(), beside.wants()
    company = beside.companies[2]
    interested(desk, beside.caseworker, company)
    today = desk.clock.today()
    for call in (
        lambda: propose(desk, beside.caseworker, ProposeOrder(assist_id, units[0], code)),
        lambda: send_code(desk, beside.caseworker, proposal_id, "mail"),
        lambda: record_signed_form(desk, beside.caseworker, SignedOrder(proposal_id, today, "Mappi 1")),
        beside.start,
    ):
        kept_out(desk, beside.world, company, call)
    assert beside.choices() == []


def test_objections_and_outcomes(desk: Desk) -> None:
    run = active_voucher(desk)
    w, caseworker, today = run.world, run.world.caseworker, desk.clock.today()
    objection = settling.objection(desk, run, settling.event(desk, run))
    job = settling.outcome(desk, run)
    interested(desk, caseworker, run.company)
    evidence = EvidenceOrder(job, "employer", "Vahvistettu puhelimessa.", today, today)
    for call in (
        lambda: settle_objection(desk, caseworker, SettleOrder(objection, True, "Ei ollut.")),
        lambda: verify_outcome(desk, caseworker, evidence),
        lambda: reject_outcome(desk, caseworker, RejectOrder(job, "Ei näyttöä.")),
    ):
        kept_out(desk, w, run.company, call)
    verify_outcome(desk, w.other_caseworker, evidence)
    kept_out(desk, w, run.company, lambda: add_evidence(desk, caseworker, evidence))
    kept_out(desk, w, run.company, lambda: end_job(desk, caseworker, JobEnd(job, today, "Päättyi.")))


def lines(desk: Desk, run: Running) -> tuple[int, list[int]]:
    with opened(desk, run.world.finance) as tx:
        rows = tx.session.execute(select(InvoiceLine.invoice_id, InvoiceLine.id)).all()
    return rows[0][0], [row[1] for row in rows]


def test_paying(desk: Desk, clock: SetClock) -> None:
    run = active_voucher(desk)
    w, tied = run.world, run.world.finance
    free: Actor = w.other_finance
    settling.event(desk, run)
    settling.bill(desk, run)
    invoice, waiting = lines(desk, run)
    interested(desk, tied, run.company)
    today = clock.today()

    def out(call: Callable[[], object]) -> None:
        kept_out(desk, w, run.company, call)

    out(lambda: approve_lines(desk, tied, ApproveOrder(invoice, tuple(waiting))))
    out(lambda: approve_invoice(desk, tied, invoice))
    out(lambda: send_back_line(desk, tied, SendBackOrder(waiting[0], "Väärä.")))
    approve_invoice(desk, free, invoice)
    out(lambda: make_batch(desk, tied, BatchOrder(today)))
    batch = make_batch(desk, free, BatchOrder(today))
    out(lambda: approve_batch(desk, tied, batch))
    third = settling_person(desk, w)
    approve_batch(desk, third, batch)
    out(lambda: send_batch(desk, tied, batch))
    send_batch(desk, free, batch)
    with opened(desk, free) as tx:
        payment = tx.session.scalars(select(Payment.id)).one()
    out(lambda: confirm_payment(desk, tied, ConfirmPayment(payment, today, "Tiliote")))
    out(lambda: confirm_batch(desk, tied, ConfirmBatch(batch, today, "Tiliote")))
    out(lambda: return_payment(desk, tied, ReturnPayment(payment, today, "AC04")))
    confirm_payment(desk, free, ConfirmPayment(payment, today, "Tiliote"))


def settling_person(desk: Desk, w: World) -> Actor:
    """A third person of finance, for the second pair of eyes."""
    return person(desk, Role.FINANCE, organiser_id=w.organiser_id)
