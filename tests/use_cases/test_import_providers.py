"""A region's own list of companies: registered as they would register themselves, and never twice."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.models.outbox import Message
from marketplace.models.people import Account
from marketplace.models.providers import Approval, Provider
from marketplace.models.trail import AuditEvent
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.import_providers import import_provider, is_demonstration
from marketplace.use_cases.importing import ADDED, Rehearsal, Taken
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.register_provider import RegisterProvider
from tests import makers

ORDER = RegisterProvider(
    business_id="9100000-5",
    name="Esimerkkipolku Oy",
    legal_form="company",
    vat_registered=True,
    iban="FI3715903000000776",
    e_invoice_address=None,
    email="toimisto1@example.org",
    phone="+358175550200",
    manager_name="Maija Malli",
    manager_email="vastuu1@example.org",
)


def count(session: Session, *tables: type) -> list[int]:
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_a_company_is_registered_once_and_its_manager_invited(desk: Desk, session: Session) -> None:
    w = makers.world(desk)
    assert not is_demonstration(desk, w.procurement)
    assert import_provider(desk, w.procurement, ORDER) == ADDED
    assert import_provider(desk, w.procurement, ORDER) == Taken(False)
    company = session.scalars(select(Provider).where(Provider.business_id == ORDER.business_id)).one()
    manager = session.scalars(select(Account).where(Account.email == ORDER.manager_email)).one()
    makers.see(session, w.organiser_id)
    assert session.scalars(select(Message.recipient).where(Message.account_id == manager.id)).all() == [manager.email]
    assert session.scalar(select(func.count()).select_from(Approval).where(Approval.provider_id == company.id)) == 0
    actor = session.scalars(select(AuditEvent.actor_id).where(AuditEvent.action == "company.register")).all()
    assert w.procurement.account_id in actor


def test_what_a_list_says_otherwise_is_told_and_not_saved(desk: Desk, session: Session) -> None:
    w = makers.world(desk)
    import_provider(desk, w.procurement, ORDER)
    before = count(session, Provider, Account, Message)
    other = replace(ORDER, phone="+358401234567", iban="FI0315903000001776", manager_email="other@example.org")
    assert import_provider(desk, w.procurement, other) == Taken(False, ("iban", "phone"))
    assert count(session, Provider, Account, Message) == before
    assert session.scalars(select(Provider.phone).where(Provider.business_id == ORDER.business_id)).one() == ORDER.phone


def test_the_registerings_own_rules_hold(desk: Desk, session: Session) -> None:
    w = makers.world(desk)
    before = count(session, Provider, Account, Message)
    for order, code in (
        (replace(ORDER, belongs_to="9100037-1"), "group_unknown"),
        (replace(ORDER, belongs_to=ORDER.business_id), "group_is_itself"),
        (replace(ORDER, legal_form="club"), "unknown_legal_form"),
    ):
        with pytest.raises(Refused) as refused:
            import_provider(desk, w.procurement, order)
        assert refused.value.code == code
    assert count(session, Provider, Account, Message) == before


def test_a_rehearsal_saves_nothing(desk: Desk, session: Session) -> None:
    w = makers.world(desk)
    before = count(session, Provider, Account, Message)
    assert import_provider(Rehearsal(desk), w.procurement, ORDER) == ADDED
    assert count(session, Provider, Account, Message) == before
