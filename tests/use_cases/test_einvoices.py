"""An invoice's documents: what is frozen at the sending, what is credited and never more, and nothing about any client."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from lxml import etree
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from marketplace.access.actor import system
from marketplace.clock import SetClock
from marketplace.ledger import recipes
from marketplace.matching.order import Unit
from marketplace.matching.registry import Reason, State
from marketplace.models.clients import Client
from marketplace.models.einvoices import EInvoice, EInvoiceFile, PackageVat, ProviderVat
from marketplace.models.events import Evidence, Milestone, Outcome
from marketplace.models.invoices import Invoice, InvoiceLine
from marketplace.models.ledger import lock_voucher, post
from marketplace.models.providers import Approval, Provider
from marketplace.pricing.vat import ClientBasis, Fact, MissingFact, Supplier
from marketplace.use_cases.bookings import voucher_context
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.einvoice_steps import content_hash
from marketplace.use_cases.einvoices import einvoice_file, month_files, papers_of, write_documents
from marketplace.use_cases.order_log import write_registry
from marketplace.use_cases.refusals import Forbidden, Missing, Refused
from marketplace.use_cases.reverse_event import reverse_event
from marketplace.use_cases.tax_facts import Bought, TaxBook
from tests.einvoices.official import Judge
from tests.makers import Running, active_voucher, opened, provider, world
from tests.use_cases.einvoice_story import (
    CODE,
    NAME,
    START,
    TODAY,
    bill,
    deliver,
    documents,
    in_use,
    sound,
)


@pytest.fixture
def run(desk: Desk, clock: SetClock) -> Running:
    return in_use(desk, clock)


def decide(desk: Desk, run: Running, **values: str) -> None:
    with opened(desk, run.world.procurement) as tx:
        known = {"basis": "taxable", "rate": "general", "bonus": "as_service", "ground": "Lautakunta"} | values
        tx.session.add(
            PackageVat(organiser_id=run.world.organiser_id, package_id=run.world.package_id,
                       valid_from=date(2026, 1, 1), said_at=tx.now, **known)
        )  # fmt: skip


def state(desk: Desk, run: Running, first: date, **values: bool) -> None:
    with opened(desk, run.company.manager) as tx:
        known = {"registered": True, "supervised": True, "own_control": True} | values
        tx.session.add(ProviderVat(provider_id=run.company.provider_id, valid_from=first, said_at=tx.now, **known))


def test_a_sent_invoice_is_a_document_of_what_passed(desk: Desk, run: Running) -> None:
    deliver(desk, run, 150)
    deliver(desk, run, 25, START + timedelta(days=1))
    deliver(desk, run, 100, START + timedelta(days=2), "no_show")
    sent = bill(desk, run)
    (made,) = documents(desk, run)
    assert (made.number, made.total.gross_cents, len(made.lines)) == (sent.number, 7950 + 1325 + 2650, 3)
    assert (made.total.net_cents, made.total.vat_cents) == (9502, 2423)
    assert {line.vat.reason for line in made.lines} == {"taxable"}
    assert (made.first_day, made.last_day) == (START, START + timedelta(days=2))
    assert (made.due_on, made.buyer_reference) == (TODAY + timedelta(days=30), "4101")
    assert made.recipient == made.buyer == made.payer
    assert (made.seller.registered, made.buyer.endpoint[:4]) == (True, "0037")
    assert made.seller.postal.street == "Kauppakatu 1"
    assert [line.text for line in made.lines][-1] == "Valmennus kohti työtä, asiakas ei saapunut"
    with opened(desk, run.world.finance) as tx:
        lines = tx.session.scalars(select(InvoiceLine).order_by(InvoiceLine.number)).all()
        assert [(one.net_cents, one.vat_cents) for one in lines] == [
            (one.part.net_cents, one.part.vat_cents) for one in made.lines
        ]
        row = tx.session.scalars(select(EInvoice)).one()
        assert row.sha256 == content_hash(row.content)
        assert row.gross_cents == tx.session.scalars(select(Invoice.total_cents)).one()


def test_both_formats_are_stored_once_and_never_change(desk: Desk, run: Running) -> None:
    deliver(desk, run)
    bill(desk, run)
    with opened(desk, run.world.finance) as tx:
        (number,) = tx.session.scalars(select(EInvoice.id))
    first = {name: einvoice_file(desk, run.company.manager, number, name) for name in ("ubl", "finvoice")}
    # what the company is called later does not touch what was sent
    with opened(desk, run.company.manager) as tx:
        tx.session.get_one(Provider, run.company.provider_id).name = "Uusi Nimi Oy"
    for name, file in first.items():
        again = einvoice_file(desk, run.world.finance, number, name)
        assert again == file
        assert file.sha256 == hashlib.sha256(file.body).hexdigest()
        assert run.company.name.encode() in file.body
    with opened(desk, run.world.finance) as tx:
        stored = tx.session.scalars(select(EInvoiceFile).order_by(EInvoiceFile.id)).all()
        assert [(one.format, one.writer) for one in stored] == [("ubl", "ubl-1"), ("finvoice", "finvoice-1")]
    for table in ("einvoice", "einvoice_file", "credit_note", "credit_note_line"):
        with pytest.raises(DBAPIError, match="permission denied"), opened(desk, run.world.finance) as tx:
            tx.session.execute(text(f"delete from {table}"))


def test_the_worker_writes_what_nobody_has_asked_for(desk: Desk, run: Running) -> None:
    deliver(desk, run)
    bill(desk, run)
    worker = system(run.world.organiser_id)
    assert write_documents(desk, worker) == 2
    assert write_documents(desk, worker) == 0


def test_strangers_get_nothing(desk: Desk, run: Running) -> None:
    deliver(desk, run)
    bill(desk, run)
    with opened(desk, run.world.finance) as tx:
        (number,) = tx.session.scalars(select(EInvoice.id))
    other = provider(desk, run.world)
    for stranger in (other.manager, world(desk).finance):
        with pytest.raises(Missing):
            einvoice_file(desk, stranger, number, "ubl")
    for forbidden in (run.company.coach, run.world.caseworker, run.holder.actor):
        with pytest.raises(Forbidden):
            einvoice_file(desk, forbidden, number, "ubl")
    with pytest.raises(Missing):
        einvoice_file(desk, run.company.manager, number, "pdf")


def test_no_byte_tells_of_the_client(desk: Desk, run: Running) -> None:
    """Neither her name, her code, her address nor what was written about her visits or the reasons of a credit."""
    deliver(desk, run)
    taken = deliver(desk, run, 200, START + timedelta(days=1))
    bill(desk, run)
    reverse_event(desk, run.company.coach, taken, f"Väärä asiakas: {CODE} 010180-900X")
    with opened(desk, run.world.caseworker) as tx:
        holder = tx.session.get_one(Client, run.holder.client_id)
        code = tx.vault.open(holder.identity_code, "identity-code").decode()
        secrets = [*NAME, code, code[:6], holder.address, "Kävimme", "Väärä", str(holder.birth_date)]
    bodies = [file.body for name in ("ubl", "finvoice") for file in month_files(desk, run.world.finance, TODAY, name)]
    assert len(bodies) == 4
    with opened(desk, run.world.finance) as tx:
        bodies += [str(one).encode() for one in tx.session.scalars(select(EInvoice.content))]
    for body in bodies:
        for secret in secrets:
            for charset in ("utf-8", "iso-8859-15"):
                assert secret.encode(charset) not in body, secret


def test_what_cannot_share_a_document_becomes_two(desk: Desk, run: Running) -> None:
    """A bonus that is outside VAT stands on an invoice of its own; the numbers run on."""
    decide(desk, run, bonus="outside")
    deliver(desk, run)
    milestone(desk, run)
    sent = bill(desk, run)
    hours, bonus = documents(desk, run)
    assert (sent.passed, sent.returned, len(sent.more)) == (2, 0, 1)
    assert [sent.number[-4:], sent.more[0][-4:]] == ["0001", "0002"]
    assert (hours.outside, bonus.outside) == (False, True)
    assert bonus.total.vat_cents == 0
    assert (bonus.lines[0].unit, bonus.lines[0].quantity_hundredths) == ("lump_sum", 100)
    sound(desk, run)


def milestone(desk: Desk, run: Running) -> None:
    """A bonus that has matured, with evidence of the employer's."""
    with opened(desk, run.world.caseworker) as tx:
        assert run.company.coach.account_id
        assert run.world.caseworker.account_id
        outcome = Outcome(organiser_id=run.world.organiser_id, voucher_id=run.voucher_id, client_id=run.holder.client_id,
                          provider_id=run.company.provider_id, kind="employment", employer="Pekan Paja Oy",
                          contract="permanent", subsidised=False, starts_on=START, weekly_hours_hundredths=3000,
                          state="verified", reported_by=run.company.coach.account_id, reported_at=tx.now)  # fmt: skip
        tx.session.add(outcome)
        tx.session.flush()
        tx.session.add_all([
            Evidence(organiser_id=run.world.organiser_id, outcome_id=outcome.id, grade="employer", description="Todistus",
                     seen_on=TODAY, covers_to=TODAY, recorded_by=run.world.caseworker.account_id, at=tx.now),
            Milestone(organiser_id=run.world.organiser_id, programme_id=run.world.programme_id,
                      outcome_id=outcome.id, voucher_id=run.voucher_id,
                      client_id=run.holder.client_id, provider_id=run.company.provider_id, number=1,
                      due_on=START + timedelta(days=41), amount_cents=70_000, state="matured", settled_at=tx.now,
                      budget_year=2026),
        ])  # fmt: skip
        mature(tx, run)


def mature(tx: Tx, run: Running) -> None:
    voucher = lock_voucher(tx.session, run.voucher_id)
    assert voucher
    context = voucher_context(tx, voucher, 2026, "matured", run.company.provider_id)
    post(tx.session, recipes.mature_bonus(f"test/{run.voucher_id}", context, 70_000), tx.now, voucher=voucher)


@pytest.mark.parametrize(
    ("basis", "stated", "reasons", "scheme"),
    [
        ("taxable", {"registered": False}, ["small_business"], "TAX"),
        ("social_welfare", {"registered": False}, ["social_welfare"], "TAX"),
        ("social_welfare", {}, ["social_welfare"], "VAT"),
        ("social_welfare", {"supervised": False}, ["not_supervised"], "VAT"),
        ("health_care", {}, ["health_care"], "VAT"),
        ("outside", {}, ["outside"], None),
    ],
)
def test_the_class_follows_from_the_facts(
    desk: Desk, run: Running, official: Judge, basis: str, stated: dict[str, bool], reasons: list[str],
    scheme: str | None,
) -> None:  # fmt: skip
    decide(desk, run, basis=basis)
    state(desk, run, date(2026, 1, 1), **stated)
    deliver(desk, run)
    sent = bill(desk, run)
    (made,) = documents(desk, run)
    assert [line.vat.reason.value for line in made.lines] == reasons
    assert made.total.gross_cents == 5300
    with opened(desk, run.world.finance) as tx:
        (tax,) = papers_of(tx, sent.invoice_id).taxes
        assert tax.reason == reasons[0]
    (file,) = month_files(desk, run.world.finance, TODAY, "ubl")
    assert official(file.body) == []
    schemes = [one.text for one in etree.fromstring(file.body).iterfind(".//{*}PartyTaxScheme/{*}TaxScheme/{*}ID")]
    assert schemes == ([scheme] if scheme else [])


def test_the_rate_and_the_register_are_those_of_the_day_of_delivery(desk: Desk, run: Running) -> None:
    """A company that joins the register in the middle of a month: what it did before carries no tax."""
    state(desk, run, date(2026, 1, 1), registered=False)
    state(desk, run, START + timedelta(days=10), registered=True)
    deliver(desk, run)
    deliver(desk, run, 100, START + timedelta(days=10))
    bill(desk, run)
    (made,) = documents(desk, run)
    assert [line.vat.reason.value for line in made.lines] == ["small_business", "taxable"]
    assert [one.part.vat_cents for one in made.subtotals] == [0, 1077]


def test_a_missing_fact_is_named_and_nothing_is_sent(desk: Desk, run: Running) -> None:
    deliver(desk, run)
    decide(desk, run, basis="social_welfare")
    with pytest.raises(Refused) as refused:
        bill(desk, run)
    assert (refused.value.code, refused.value.values) == ("vat_supervised", {"package": "Valmennus kohti työtä"})
    with opened(desk, run.world.finance) as tx:
        assert tx.session.scalar(select(func.count()).select_from(Invoice)) == 0
        assert tx.session.scalar(select(func.count()).select_from(EInvoice)) == 0


def test_a_package_that_nobody_has_decided_about_is_a_missing_fact() -> None:
    bought = Bought(7, {"fi": "Valmennus"}, ClientBasis(decision=True, plan=True))
    book = TaxBook(Supplier(registered=True), (), {}, {1: bought})
    with pytest.raises(MissingFact) as missing:
        book.of(1, START, bonus=False)
    assert missing.value.fact is Fact.SERVICE_BASIS


def test_a_seller_never_gives_a_number_twice_whoever_buys(desk: Desk, run: Running, clock: SetClock) -> None:
    deliver(desk, run)
    first = bill(desk, run)
    clock.move_to(START)
    other = world(desk)
    with opened(desk, other.procurement) as tx:
        approval = Approval(organiser_id=other.organiser_id, provider_id=run.company.provider_id,
                            package_id=other.package_id, area_id=other.area_id, state="approved",
                            valid_from=START - timedelta(days=9), free_places=3)  # fmt: skip
        tx.session.add(approval)
        tx.session.flush()
        offers = [(other.package_code, other.area_code)]
        write_registry(tx, Unit(run.company.unit, "g-x"), offers, State.APPROVED, Reason.AUTHORITY)
    there = replace(run.company, manager=replace(run.company.manager, organiser_id=other.organiser_id),
                 coach=replace(run.company.coach, organiser_id=other.organiser_id))  # fmt: skip
    second = active_voucher(desk, other, company=there)
    clock.move_to(TODAY)
    deliver(desk, second)
    assert [first.number[-4:], bill(desk, second).number[-4:]] == ["0001", "0002"]
