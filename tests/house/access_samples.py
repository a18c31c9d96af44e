"""The objects that the access table asks for: one's own, a stranger's of the same organiser, another organiser's.

Three lives are lived through the use cases: A and B with one organiser, C with another. An address's `voucher_id` is the
life's voucher, and so on. A new kind of object: one line in `_objects`.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select, update

from marketplace.access.actor import Actor
from marketplace.clock import SetClock
from marketplace.models.assisting import AssistSession, ChoiceProposal
from marketplace.models.bank import BankRow
from marketplace.models.clients import Need
from marketplace.models.decisions import Decision
from marketplace.models.einvoices import EInvoice
from marketplace.models.events import Milestone
from marketplace.models.invoices import InvoiceLine, Payment
from marketplace.models.order_rules import GroupQuestion, LotteryDraw
from marketplace.models.outbox import Message
from marketplace.models.people import Account, Membership
from marketplace.models.prices import MultiplierLine, PriceLine, ProviderPrice
from marketplace.models.programmes import TermsVersion
from marketplace.models.providers import Application, Approval, Provider, Site
from marketplace.models.vouchers import Voucher
from marketplace.roles import PROVIDERS, Role
from marketplace.use_cases.approve_lines import ApproveOrder, approve_lines
from marketplace.use_cases.ask_provider import AskOrder, ask_provider, threads_to_us
from marketplace.use_cases.competences import ClaimOrder, claim_competence
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.import_camt import CamtFile, import_camt
from marketplace.use_cases.keep_competences import TermDraft, add_term
from marketplace.use_cases.object_to_event import ObjectionOrder, object_to_event
from marketplace.use_cases.pay import BatchOrder, make_batch
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.report_outcome import ReportOrder, report_outcome
from marketplace.use_cases.send_invoice import InvoiceOrder, send_invoice
from marketplace.use_cases.write_prices import MultiplierDraft, PriceDraft, add_multiplier, add_price
from marketplace.use_cases.write_terms import create_terms
from tests import makers
from tests.integrations.standin_bank import entry, statement
from tests.use_cases.procurement import terms_draft
from tests.world import IBANS

CLIENTS_DECISIONS = {Role.CLIENT, Role.CASEWORKER, Role.AUDITOR}


@dataclass
class Life:
    """One client, one company, and everything that came of them, by the names that addresses use."""

    world: makers.World
    holder: makers.Person
    company: makers.Company
    objects: dict[str, object] = field(default_factory=dict)

    def value(self, name: str, role: Role) -> object:
        """What stands in an address at `name` for this role."""
        if name == "decision_id":
            return self.objects["client_decision" if role in CLIENTS_DECISIONS else "provider_decision"]
        if name == "membership_id":
            return self.objects["coach_membership" if role in PROVIDERS else "staff_membership"]
        return self.objects[name]

    def actor(self, role: Role) -> Actor:
        """The person of this role in this life."""
        staff = {
            Role.CASEWORKER: self.world.caseworker,
            Role.PROCUREMENT: self.world.procurement,
            Role.APPROVER: self.world.approver,
            Role.FINANCE: self.world.finance,
            Role.AUDITOR: self.world.auditor,
            Role.ADMINISTRATOR: self.world.administrator,
        }
        people = {
            Role.CLIENT: self.holder.actor,
            Role.PROVIDER_MANAGER: self.company.manager,
            Role.PROVIDER_COACH: self.company.coach,
        }
        return (staff | people)[role]


@dataclass
class Samples:
    """`own` is what the asking people work with, `stranger` their organiser's but not theirs, `other` another's."""

    own: Life
    stranger: Life
    other: Life


def make_samples(desk: Desk, clock: SetClock) -> Samples:
    first, second = makers.world(desk), makers.world(desk)
    lives = [_live(desk, clock, world) for world in (first, first, second)]
    with makers.opened(desk, first.administrator) as tx:
        # everyone but the clients, who come by letter, has a password
        clients = [life.holder.actor.account_id for life in lives]
        tx.session.execute(update(Account).where(Account.id.not_in(clients)).values(password_hash="none that fits"))
    return Samples(*lives)


def _live(desk: Desk, clock: SetClock, world: makers.World) -> Life:
    today = clock.today()
    running = makers.active_voucher(desk, world)
    life = Life(world, running.holder, running.company)
    event = record_event(desk, life.company.coach, EventOrder(running.voucher_id, "delivered", today, 200))
    objected = record_event(desk, life.company.coach, EventOrder(running.voucher_id, "no_show", today, 100))
    objection = object_to_event(desk, life.holder.actor, ObjectionOrder(objected.event_id, "Olin paikalla.", None))
    job = ReportOrder(running.voucher_id, today, 2500, "Yritys Oy", None, "permanent", False)
    outcome = report_outcome(desk, life.company.coach, job)
    clock.move_to(today + timedelta(days=30))
    invoice = send_invoice(desk, life.company.manager, InvoiceOrder(today.replace(day=1)))
    with makers.opened(desk, world.finance) as tx:
        lines = tx.session.scalars(select(InvoiceLine.id).where(InvoiceLine.invoice_id == invoice.invoice_id)).all()
    approve_lines(desk, world.finance, ApproveOrder(invoice.invoice_id, tuple(lines[:1])))
    batch = make_batch(desk, world.finance, BatchOrder(clock.today()))
    clock.move_to(today)
    life.objects = {
        "client_id": life.holder.client_id,
        "need_id": life.holder.need_id,
        "voucher_id": running.voucher_id,
        "choice_id": running.choice_id,
        "event_id": event.event_id,
        "objection_id": objection.objection_id,
        "outcome_id": outcome,
        "invoice_id": invoice.invoice_id,
        "line_id": lines[0],
        "batch_id": batch,
        "provider_id": life.company.provider_id,
        "unit": life.company.unit,
        "approval_id": life.company.approval_id,
        "organiser_id": world.organiser_id,
        "code": world.organiser_code,
        "programme_id": world.programme_id,
        "package_id": world.package_id,
        "area_id": world.area_id,
        "version_id": world.rulebook_id,
        "rulebook_id": world.rulebook_id,
        **_before_the_choice(desk, life, running.voucher_id),
        "row_id": _bank_row(desk, world, today),
        **_objects(desk, life, today),
    }
    return life


def _before_the_choice(desk: Desk, life: Life, voucher_id: int) -> dict[str, object]:
    name = {"fi": f"Osaaminen {life.company.unit}"}
    term = add_term(desk, life.world.procurement, TermDraft(name, {"fi": "Koulutus."}, desk.clock.today()))
    order = ClaimOrder(term, "Koulutus käyty.", None, desk.clock.today())
    ask = AskOrder(voucher_id, life.company.unit, "Voiko tulla bussilla?")
    ask_provider(desk, life.holder.actor, ask)
    thread = threads_to_us(desk, life.company.manager)[0].id
    return {"thread_id": thread, "term_id": term, "claim_id": claim_competence(desk, life.company.manager, order)}
    return {"term_id": term, "claim_id": claim_competence(desk, life.company.manager, order)}
def _draft_prices(desk: Desk, life: Life, today: date) -> dict[str, object]:
    """A draft of the world's terms with a price row and a multiplier; there is one draft a package."""
    world = life.world
    with makers.opened(desk, world.procurement) as tx:
        open_one = tx.session.scalar(
            select(TermsVersion.id).where(TermsVersion.package_id == world.package_id, TermsVersion.state == "draft")
        )
    if open_one is None:
        open_one = create_terms(desk, world.procurement, world.package_id, terms_draft(today + timedelta(days=400)))
        add_price(desk, world.procurement, open_one, PriceDraft("fixed", 6_000, band="sunday"))
        add_multiplier(desk, world.procurement, open_one, MultiplierDraft("evening", 115))
    with makers.opened(desk, world.procurement) as tx:
        row = tx.session.scalar(select(PriceLine.id).where(PriceLine.terms_id == open_one))
        multiplier = tx.session.scalar(select(MultiplierLine.id).where(MultiplierLine.terms_id == open_one))
        told = ProviderPrice(
            organiser_id=world.organiser_id, provider_id=life.company.provider_id, package_id=world.package_id,
            valid_from=today + timedelta(days=400), price_cents=6_000, made_by=world.procurement.account_id, made_at=tx.now,
        )  # fmt: skip
        tx.session.add(told)
        tx.session.flush()
        return {"price_row_id": row, "multiplier_id": multiplier, "provider_price_id": told.id}


def _objects(desk: Desk, life: Life, today: date) -> dict[str, object]:
    world, company = life.world, life.company
    sister = makers.provider(desk, world, approved=False)
    prices = _draft_prices(desk, life, today)
    with makers.opened(desk, world.caseworker) as tx:
        session = tx.session

        def first(query: object) -> object:
            return session.scalars(query).first()  # type: ignore[call-overload]

        application = Application(
            organiser_id=world.organiser_id, provider_id=company.provider_id, state="submitted", made_at=tx.now,
            submitted_at=tx.now, rulebook_version_id=world.rulebook_id,
        )  # fmt: skip
        letter = Message(
            organiser_id=world.organiser_id, key=f"sample/{company.unit}", channel="print", recipient="Aino\nKatu 1",
            language="fi", subject="Kirje", body="Hei.", made_at=tx.now, next_at=tx.now,
        )  # fmt: skip
        decision = Decision(
            organiser_id=world.organiser_id, number=f"2026-9{company.provider_id:05d}", kind="provider_approval",
            maker_id=world.procurement.account_id, maker="Päättäjä", provider_id=company.provider_id, outcome="approved",
            legal_basis="Ohje", reasons="Ehdot täyttyvät.", information_contact="040 123 4567", appeal_days=30,
            appeal_instruction="Oikaisua haetaan.", language="fi", document="<h2>Päätös</h2>", document_sha256="0" * 64,
            made_on=today, at=tx.now,
        )  # fmt: skip
        lottery = LotteryDraw(
            organiser_id=world.organiser_id, day=today + timedelta(days=company.provider_id), lottery="lotto", round=1,
            drawn_on=today, numbers=[1, 2, 3, 4, 5], entered_by=world.administrator.account_id, entered_at=tx.now,
        )  # fmt: skip
        question = GroupQuestion(
            organiser_id=world.organiser_id, kind="join", provider_id=company.provider_id, made_at=tx.now,
            other_id=sister.provider_id,
            grounds="Sama omistaja.", made_by=world.caseworker.account_id,
        )  # fmt: skip
        session.add_all([application, letter, decision, lottery])
        voucher = session.scalars(select(Voucher).where(Voucher.client_id == life.holder.client_id)).one()
        beside = AssistSession(
            organiser_id=world.organiser_id, voucher_id=voucher.id, caseworker_id=world.caseworker.account_id,
            reason="asked_for_help", list_seq=voucher.list_seq, at_seq=1, check_code="AAAAAAAA", started_at=tx.now,
            ends_at=tx.now + timedelta(hours=1),
        )  # fmt: skip
        session.add(beside)
        session.flush()
        wish = ChoiceProposal(
            organiser_id=world.organiser_id, voucher_id=voucher.id, assist_id=beside.id, provider_id=company.provider_id,
            unit=company.unit, list_seq=voucher.list_seq, at_seq=1, check_code="AAAAAAAA", filters={}, language="fi",
            state="waiting", proposed_by=world.caseworker.account_id, proposed_at=tx.now,
            expires_at=tx.now + timedelta(days=14),
        )  # fmt: skip
        session.add(wish)
        session.add_all([application, letter, decision, lottery, question])
        session.flush()
        mine = Voucher.client_id == life.holder.client_id
        return {
            "assist_id": beside.id,
            "proposal_id": wish.id,
            "application_id": application.id,
            "message_id": letter.id,
            "group_question_id": question.id,
            "lottery_draw_id": lottery.id,
            "provider_decision": decision.id,
            "client_decision": first(select(Voucher.decision_id).where(mine)),
            "terms_id": first(select(TermsVersion.id).where(TermsVersion.package_id == world.package_id).order_by("id")),
            **prices,
            "site_id": first(select(Site.id).where(Site.provider_id == company.provider_id)),
            "coach_membership": first(select(Membership.id).where(Membership.account_id == company.coach.account_id)),
            "staff_membership": first(
                select(Membership.id).where(Membership.account_id == world.other_caseworker.account_id)
            ),
            "einvoice_id": first(select(EInvoice.id).where(EInvoice.provider_id == company.provider_id)),
            "payment_id": first(select(Payment.id).where(Payment.provider_id == company.provider_id)),
            "milestone_id": first(select(Milestone.id).where(Milestone.client_id == life.holder.client_id)),
            "group_id": first(select(Provider.control_group_id).where(Provider.id == company.provider_id)),
            "need": first(select(Need.id).where(Need.client_id == life.holder.client_id)),
            "approval": first(select(Approval.id).where(Approval.provider_id == company.provider_id)),
        }


def _bank_row(desk: Desk, world: makers.World, day: date) -> int:
    """A row of the organiser's statement that fits no payment."""
    strange = statement(IBANS[0], [entry(f"row-{world.organiser_id}", 12_345, day)])
    import_camt(desk, world.finance, CamtFile("tiliote.xml", strange))
    with makers.opened(desk, world.finance) as tx:
        return tx.session.scalars(select(BankRow.id).where(BankRow.organiser_id == world.organiser_id)).one()
