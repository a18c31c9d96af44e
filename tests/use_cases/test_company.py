"""A company's own verbs: registering, its data, sites, free places, people."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.access.actor import public
from marketplace.models.outbox import Message
from marketplace.models.people import Account, Membership
from marketplace.models.providers import Approval, ApprovalMove, ControlGroup, Provider, Site
from marketplace.models.trail import AuditEvent
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.edit_company import EditCompany, edit_company
from marketplace.use_cases.invite_coach import InviteCoach, end_person, invite_coach
from marketplace.use_cases.pick_organiser import pick_organiser
from marketplace.use_cases.provider_company_pages import (
    company_page,
    company_tasks,
    people_page,
    places_page,
    site_page,
)
from marketplace.use_cases.refusals import Forbidden, Missing, Refused, Stale
from marketplace.use_cases.register_provider import RegisterProvider, register_provider
from marketplace.use_cases.sites import SiteOrder, add_site, close_site, edit_site
from marketplace.use_cases.tell_places import TellPlaces, tell_places
from tests import makers

ORDER = RegisterProvider(
    business_id="2077474-0",
    name="Savon Polku ry",
    legal_form="association",
    vat_registered=False,
    iban="FI2112345600000785",
    e_invoice_address=None,
    email="info@example.org",
    phone="+358401234567",
    manager_name="Maija Meikäläinen",
    manager_email="Maija@Example.org",
)
SITE = SiteOrder("Toimisto", "Kauppakatu 1", "kuopio", ("en", "fi"), "not_stated")


def _count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_registering_makes_company_group_manager_and_invitation(desk: Desk, session: Session) -> None:
    made = register_provider(desk, public(None), ORDER)
    provider = session.get_one(Provider, made.provider_id)
    group = session.get_one(ControlGroup, provider.control_group_id)
    assert provider.unit.startswith("u")
    assert len(provider.unit) == 11
    assert group.code.startswith("g")
    assert len(group.code) == 11
    account = session.scalars(select(Account).where(Account.email == "maija@example.org")).one()
    membership = session.scalars(select(Membership).where(Membership.account_id == account.id)).one()
    assert (membership.role, membership.provider_id, membership.organiser_id) == (
        "provider_manager",
        provider.id,
        None,
    )
    mail = session.scalars(select(Message).where(Message.account_id == account.id)).one()
    assert mail.recipient == account.email
    assert "Yritys on rekisteröity Valinta-palveluun sinun nimissäsi." in mail.body
    assert account.password_hash is None


def test_a_second_click_registers_once(desk: Desk, session: Session) -> None:
    order = replace(ORDER, once="a" * 32)
    assert register_provider(desk, public(None), order) == register_provider(desk, public(None), order)
    assert session.scalar(select(func.count()).where(Provider.business_id == ORDER.business_id)) == 1


def test_a_company_registers_once(desk: Desk, session: Session) -> None:
    register_provider(desk, public(None), ORDER)
    before = _count(session, Provider), _count(session, Account), _count(session, Message)
    with pytest.raises(Refused) as refused:
        register_provider(desk, public(None), replace(ORDER, manager_email="other@example.org"))
    assert (refused.value.code, refused.value.field) == ("company_registered", "business_id")
    assert (_count(session, Provider), _count(session, Account), _count(session, Message)) == before


def test_a_sibling_joins_its_group_and_the_group_is_told(desk: Desk, session: Session) -> None:
    first = register_provider(desk, public(None), ORDER)
    other = replace(ORDER, business_id="0112038-9", manager_email="p@example.org", belongs_to=ORDER.business_id)
    second = register_provider(desk, public(None), other)
    groups = session.scalars(
        select(Provider.control_group_id).where(Provider.id.in_([first.provider_id, second.provider_id]))
    ).all()
    assert len(set(groups)) == 1
    told = session.scalars(select(Message.subject).where(Message.recipient == "maija@example.org")).all()
    assert any("ryhmä" in subject for subject in told)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"belongs_to": "0112038-9"}, "group_unknown"),
        ({"belongs_to": ORDER.business_id}, "group_is_itself"),
        ({"name": " "}, "company_name_missing"),
        ({"legal_form": "guild"}, "unknown_legal_form"),
    ],
)
def test_what_cannot_be_registered(desk: Desk, session: Session, change: dict[str, str], code: str) -> None:
    before = _count(session, Provider), _count(session, ControlGroup), _count(session, Account)
    with pytest.raises(Refused) as refused:
        register_provider(desk, public(None), replace(ORDER, **change))  # type: ignore[arg-type]
    assert refused.value.code == code
    assert (_count(session, Provider), _count(session, ControlGroup), _count(session, Account)) == before


def _change(desk: Desk, company: makers.Company, **values: object) -> EditCompany:
    page = company_page(desk, company.manager)
    fields = EditCompany.__dataclass_fields__
    return EditCompany(**{name: getattr(page, name) for name in fields} | values)  # type: ignore[arg-type]


def test_a_new_account_number_is_told_to_every_manager(desk: Desk, session: Session) -> None:
    company = makers.provider(desk, makers.world(desk))
    second = makers.person(desk, Role.PROVIDER_MANAGER, organiser_id=None, provider_id=company.provider_id)
    iban = next(iban for iban in makers.IBANS if iban != company_page(desk, company.manager).iban)
    edit_company(desk, company.manager, _change(desk, company, iban=iban, own_words="Uusi"))
    page = company_page(desk, company.manager)
    assert (page.iban, page.own_words) == (iban, "Uusi")
    assert company_page(desk, company.coach).iban == ""
    makers.see(session, company.manager.organiser_id)
    told = session.scalars(select(Message.account_id).where(Message.subject.contains("tilinumero"))).all()
    assert sorted(told) == sorted([company.manager.account_id, second.account_id])  # type: ignore[type-var]
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.subject == "provider")).all()
    assert {"company.edit", "company.change_iban"} <= set(actions)


def test_own_words_have_the_same_limit_for_all(desk: Desk) -> None:
    company = makers.provider(desk, makers.world(desk))
    before = company_page(desk, company.manager)
    with pytest.raises(Refused, match="own_words_too_long"):
        edit_company(desk, company.manager, _change(desk, company, own_words="x" * 301, name="Toinen"))
    assert company_page(desk, company.manager) == before


def test_a_coach_may_not_edit(desk: Desk) -> None:
    company = makers.provider(desk, makers.world(desk))
    change = _change(desk, company)
    with pytest.raises(Forbidden):
        edit_company(desk, company.coach, change)


def test_sites_come_change_and_close(desk: Desk, session: Session) -> None:
    company = makers.provider(desk, makers.world(desk))
    made = add_site(desk, company.manager, SITE)
    site = site_page(desk, company.manager, made.site_id).site
    assert site is not None
    assert (site.municipality, site.languages) == ("Kuopio", ("fi", "en"))
    edit_site(desk, company.manager, made.site_id, replace(SITE, municipality="Helsinki", accessible="yes"))
    close_site(desk, company.manager, made.site_id)
    assert session.get_one(Site, made.site_id).municipality == "Helsinki"
    with pytest.raises(Missing):
        site_page(desk, company.manager, made.site_id)
    last = company_page(desk, company.manager).sites[0]
    with pytest.raises(Refused, match="last_site"):
        close_site(desk, company.manager, last.id)
    assert company_page(desk, company.manager).sites == (last,)


def test_a_strangers_site_is_missing(desk: Desk) -> None:
    w = makers.world(desk)
    mine, other = makers.provider(desk, w), makers.provider(desk, w)
    theirs = company_page(desk, other.manager).sites[0]
    for act in (
        lambda: edit_site(desk, mine.manager, theirs.id, SITE),
        lambda: close_site(desk, mine.manager, theirs.id),
    ):
        with pytest.raises(Missing):
            act()
    assert company_page(desk, other.manager).sites == (theirs,)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": ""}, "name"), ({"languages": ()}, "languages"), ({"languages": ("xx",)}, "languages"),
     ({"accessible": "maybe"}, "accessible")],
)  # fmt: skip
def test_a_site_must_be_whole(desk: Desk, session: Session, change: dict[str, object], field: str) -> None:
    company = makers.provider(desk, makers.world(desk))
    before = _count(session, Site)
    with pytest.raises(Refused) as refused:
        add_site(desk, company.manager, replace(SITE, **change))  # type: ignore[arg-type]
    assert refused.value.field == field
    assert _count(session, Site) == before


def test_places_are_told_with_their_day_and_pauses_are_moves(desk: Desk, session: Session) -> None:
    company = makers.provider(desk, makers.world(desk))
    today = desk.clock.today()
    told = TellPlaces(company.approval_id, 0, today + timedelta(days=20), paused=True)
    tell_places(desk, company.manager, told)
    tell_places(desk, company.manager, told)
    tell_places(desk, company.manager, replace(told, paused=False, free_places=None))
    row = places_page(desk, company.manager)[0]
    assert (row.free_places, row.as_of, row.paused, row.known) == (None, today, False, True)
    makers.see(session, company.manager.organiser_id)
    moves = session.scalars(
        select(ApprovalMove.move).where(ApprovalMove.approval_id == company.approval_id).order_by(ApprovalMove.id)
    ).all()
    assert moves == ["approve", "pause", "resume"]


def test_places_that_make_no_sense_are_refused(desk: Desk) -> None:
    w = makers.world(desk)
    company, other = makers.provider(desk, w), makers.provider(desk, w)
    today = desk.clock.today()
    before = places_page(desk, company.manager)
    with pytest.raises(Refused, match="first_start_in_past"):
        tell_places(desk, company.manager, TellPlaces(company.approval_id, 1, today - timedelta(days=1), False))
    with pytest.raises(Refused, match="places_out_of_range"):
        tell_places(desk, company.manager, TellPlaces(company.approval_id, -1, None, False))
    with pytest.raises(Missing):
        tell_places(desk, other.manager, TellPlaces(company.approval_id, 1, None, True))
    assert places_page(desk, company.manager) == before
    gone = makers.provider(desk, w, approved=False)
    with pytest.raises(Stale):
        tell_places(desk, gone.manager, TellPlaces(gone.approval_id, 1, None, False))


def test_people_are_invited_and_ended(desk: Desk, session: Session) -> None:
    company = makers.provider(desk, makers.world(desk))
    made = invite_coach(desk, company.manager, InviteCoach("Uusi Valmentaja", "uusi@example.org", Role.PROVIDER_COACH))
    names = [row.name for row in people_page(desk, company.manager)]
    assert "Uusi Valmentaja" in names
    assert len(names) == 3
    end_person(desk, company.manager, made.membership_id)
    assert len(people_page(desk, company.manager)) == 2
    assert session.get_one(Membership, made.membership_id).ended_at is not None
    with pytest.raises(Missing):
        end_person(desk, company.manager, made.membership_id)


def test_the_last_manager_stays(desk: Desk) -> None:
    company = makers.provider(desk, makers.world(desk))
    own = next(row for row in people_page(desk, company.manager) if row.is_self)
    with pytest.raises(Refused, match="last_manager"):
        end_person(desk, company.manager, own.membership_id)
    assert any(row.is_self for row in people_page(desk, company.manager))


def test_staff_roles_cannot_be_given_by_a_company(desk: Desk, session: Session) -> None:
    company = makers.provider(desk, makers.world(desk))
    before = _count(session, Membership)
    with pytest.raises(Refused, match="unknown_role"):
        invite_coach(desk, company.manager, InviteCoach("X", "x@example.org", Role.FINANCE))
    assert _count(session, Membership) == before


def test_the_picked_organiser_is_in_the_session(desk: Desk) -> None:
    w, other = makers.world(desk), makers.world(desk)
    company = makers.provider(desk, w)
    cookie = pick_organiser(desk, company.manager, other.organiser_id).cookie
    membership = next(row.membership_id for row in people_page(desk, company.manager) if row.is_self)
    assert cookie == f"{membership}:{other.organiser_id}:0"
    with pytest.raises(Missing):
        pick_organiser(desk, company.manager, 10**9)
    with pytest.raises(Forbidden):
        pick_organiser(desk, w.finance, other.organiser_id)


def test_old_places_become_a_task(desk: Desk, session: Session) -> None:
    company = makers.provider(desk, makers.world(desk))
    assert company_tasks(desk, company.manager).places_to_tell == 0
    makers.see(session, company.manager.organiser_id)
    approval = session.get_one(Approval, company.approval_id)
    approval.places_as_of = desk.clock.today() - timedelta(days=31)
    session.commit()
    tasks = company_tasks(desk, company.manager)
    assert (tasks.places_to_tell, tasks.rulebook, tasks.may_apply) == (1, 1, False)
