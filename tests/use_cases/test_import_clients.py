"""A region's own list of clients: each row whole or not at all, and never twice."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.access.actions import Action
from marketplace.models.clients import Client
from marketplace.models.people import Account, Membership
from marketplace.models.trail import AuditEvent
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.import_clients import client_surroundings, import_client
from marketplace.use_cases.importing import ADDED, Rehearsal, Taken, importer, note_import
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.register_client import ClientFacts, NewClient
from tests import makers

FACTS = ClientFacts(
    first_name="Aino",
    last_name="Esimerkki",
    municipality="KUOPIO",
    language="fi",
    address="Esimerkkitie 1, 70100 Kuopio",
    protected_address=False,
    phone=None,
    email=None,
    unemployed_since=date(2024, 2, 1),
    benefit_days=380,
)
ORDER = NewClient("030171-911E", FACTS, allow_temporary=True)


def email_of(session: Session, account_id: int | None) -> str:
    return str(session.scalars(select(Account.email).where(Account.id == account_id)).one())


def clients(session: Session, w: makers.World) -> int:
    makers.see(session, w.organiser_id)
    return session.scalar(select(func.count()).select_from(Client)) or 0


def test_a_row_is_added_once_and_found_again(desk: Desk, session: Session) -> None:
    w = makers.world(desk)
    known = client_surroundings(desk, w.caseworker)
    assert import_client(desk, w.caseworker, known, ORDER) == ADDED
    assert import_client(desk, w.caseworker, known, ORDER) == Taken(False)
    assert clients(session, w) == 1
    client = session.scalars(select(Client)).one()
    assert (client.municipality, client.caseworker_id) == ("Kuopio", w.caseworker.account_id)
    seen = session.scalars(select(AuditEvent).where(AuditEvent.action == "client.read")).all()
    assert [row.client_ids for row in seen] == [[client.id]]


def test_what_a_list_says_otherwise_is_told_and_not_saved(desk: Desk, session: Session) -> None:
    w = makers.world(desk)
    known = client_surroundings(desk, w.caseworker)
    import_client(desk, w.caseworker, known, ORDER)
    other = replace(ORDER, facts=replace(FACTS, phone="+358401234567", protected_address=True))
    hers = email_of(session, w.other_caseworker.account_id)
    taken = import_client(desk, w.caseworker, known, other, hers.upper())
    assert taken == Taken(False, ("protected_address", "phone", "caseworker"))
    makers.see(session, w.organiser_id)
    client = session.scalars(select(Client)).one()
    assert (client.phone, client.protected_address, client.caseworker_id) == (None, False, w.caseworker.account_id)


def test_a_list_may_name_the_caseworker(desk: Desk, session: Session) -> None:
    w = makers.world(desk)
    known = client_surroundings(desk, w.caseworker)
    import_client(desk, w.caseworker, known, ORDER, email_of(session, w.other_caseworker.account_id))
    makers.see(session, w.organiser_id)
    assert session.scalars(select(Client.caseworker_id)).one() == w.other_caseworker.account_id
    with pytest.raises(Refused) as refused:
        import_client(desk, w.caseworker, known, replace(ORDER, identity_code="050274-918J"), "nobody@example.org")
    assert (refused.value.code, refused.value.field) == ("not_a_caseworker", "caseworker")
    assert clients(session, w) == 1


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (replace(ORDER, allow_temporary=False), "identity_code_wrong"),
        (replace(ORDER, facts=replace(FACTS, municipality="Espoo")), "municipality_not_ours"),
        (replace(ORDER, facts=replace(FACTS, unemployed_since=date(2027, 1, 1))), "unemployed_in_future"),
        (replace(ORDER, facts=replace(FACTS, benefit_days=-1)), "benefit_days_wrong"),
    ],
)
def test_the_registers_own_rules_hold(desk: Desk, session: Session, order: NewClient, code: str) -> None:
    w = makers.world(desk)
    known = client_surroundings(desk, w.caseworker)
    with pytest.raises(Refused) as refused:
        import_client(desk, w.caseworker, known, order)
    assert refused.value.code == code
    assert clients(session, w) == 0


def test_a_rehearsal_finds_the_same_faults_and_saves_nothing(desk: Desk, session: Session) -> None:
    w = makers.world(desk)
    known = client_surroundings(desk, w.caseworker)
    rehearsal = Rehearsal(desk)
    audits = select(func.count()).select_from(AuditEvent)
    makers.see(session, w.organiser_id)
    before = session.scalar(audits)
    assert import_client(rehearsal, w.caseworker, known, ORDER) == ADDED
    assert import_client(rehearsal, w.caseworker, known, ORDER) == ADDED
    with pytest.raises(Refused):
        import_client(rehearsal, w.caseworker, known, replace(ORDER, facts=replace(FACTS, municipality="Espoo")))
    assert clients(session, w) == 0
    assert session.scalar(audits) == before


def test_looking_at_a_known_client_is_kept_also_of_a_rehearsal(desk: Desk, session: Session) -> None:
    w = makers.world(desk)
    known = client_surroundings(desk, w.caseworker)
    import_client(desk, w.caseworker, known, ORDER)
    assert import_client(Rehearsal(desk), w.caseworker, known, ORDER) == Taken(False)
    makers.see(session, w.organiser_id)
    reads = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "client.read")
    assert session.scalar(reads) == 1


def test_one_organisers_client_is_not_anothers(desk: Desk, session: Session) -> None:
    w, other = makers.world(desk), makers.world(desk)
    import_client(desk, w.caseworker, client_surroundings(desk, w.caseworker), ORDER)
    assert import_client(desk, other.caseworker, client_surroundings(desk, other.caseworker), ORDER) == ADDED


def test_who_imports_is_a_person_in_her_role(desk: Desk, session: Session) -> None:
    w = makers.world(desk)
    email = email_of(session, w.caseworker.account_id)
    actor = importer(desk, f" {email.upper()} ", Role.CASEWORKER)
    assert (actor.account_id, actor.organiser_id, actor.role) == (
        w.caseworker.account_id, w.organiser_id, Role.CASEWORKER
    )  # fmt: skip
    assert importer(desk, email, Role.CASEWORKER, w.organiser_code) == actor
    for wrong in (
        lambda: importer(desk, email, Role.PROCUREMENT),
        lambda: importer(desk, email, Role.CASEWORKER, "muu"),
        lambda: importer(desk, "nobody@example.org", Role.CASEWORKER),
    ):
        with pytest.raises(Refused, match="importer_unknown"):
            wrong()


def test_who_works_for_several_names_one(desk: Desk, session: Session) -> None:
    w, other = makers.world(desk), makers.world(desk)
    with makers.opened(desk, other.administrator) as tx:
        tx.session.add(
            Membership(
                account_id=w.caseworker.account_id, role="caseworker", organiser_id=other.organiser_id, since=tx.now
            )
        )
    email = email_of(session, w.caseworker.account_id)
    with pytest.raises(Refused) as refused:
        importer(desk, email, Role.CASEWORKER)
    assert refused.value.values["organisers"] == f"{w.organiser_code}, {other.organiser_code}"
    assert importer(desk, email, Role.CASEWORKER, other.organiser_code).organiser_id == other.organiser_id


def test_the_audit_says_that_a_list_was_sent(desk: Desk, session: Session) -> None:
    w = makers.world(desk)
    note_import(desk, w.caseworker, Action.EDIT_CLIENT, "client", {"added": 2, "bad": 1})
    makers.see(session, w.organiser_id)
    row = session.scalars(select(AuditEvent).where(AuditEvent.action == "list.import")).one()
    assert (row.actor_id, row.subject, row.details) == (w.caseworker.account_id, "client", {"added": 2, "bad": 1})
