"""Invitations, new passwords, several roles; the ends of roles and accounts."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.access.actor import Actor
from marketplace.clock import SetClock
from marketplace.models.outbox import Message
from marketplace.models.people import Account, Membership
from marketplace.models.providers import Application
from marketplace.models.trail import AuditEvent
from marketplace.roles import Role
from marketplace.use_cases.accept_invitation import accept_invitation, look_at_invitation, reset_password
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.end_account import end_client_access, end_own_account
from marketplace.use_cases.log_in import log_in, log_in_with_code
from marketplace.use_cases.manage_staff import InviteStaff, end_staff, invite_staff, staff_list
from marketplace.use_cases.own_account import change_password, own_account
from marketplace.use_cases.refusals import Forbidden, Missing, Refused
from marketplace.use_cases.reset_password import ask_new_password
from marketplace.use_cases.sessions import load_session
from marketplace.use_cases.switch_membership import switch_membership
from tests import makers
from tests.use_cases.ways_in import HERE, PASSWORD, account_of, by_letter, link_of, refused, with_password


def test_staff_are_invited_by_a_link_that_works_once(desk: Desk) -> None:
    world = makers.world(desk)
    order = InviteStaff("Uusi Ohjaaja", "Uusi@Example.org", Role.CASEWORKER, "fi", once="a" * 32)
    membership = invite_staff(desk, world.administrator, order)
    assert invite_staff(desk, world.administrator, order) == membership, "a second click"
    token = link_of(desk, "uusi@example.org", world.organiser_id)
    assert look_at_invitation(desk, token, HERE).email == "uusi@example.org"
    for bad in ("lyhyt", "a" * 201, "aaaaaaaaaaaaaa"):
        with pytest.raises(Refused):
            accept_invitation(desk, token, bad, HERE)
    (seat,) = accept_invitation(desk, token, PASSWORD, HERE).seats
    assert (seat.role, seat.organiser_id) == (Role.CASEWORKER, world.organiser_id)
    with refused("link_ended"):
        accept_invitation(desk, token, "another password", HERE)
    assert log_in(desk, "uusi@example.org", PASSWORD, HERE)


def test_an_invitation_again_replaces_the_former_and_ends_in_two_weeks(desk: Desk, clock: SetClock) -> None:
    world = makers.world(desk)
    order = InviteStaff("Uusi", "uusi@example.org", Role.FINANCE, "fi")
    invite_staff(desk, world.administrator, order)
    first = link_of(desk, "uusi@example.org", world.organiser_id)
    invite_staff(desk, world.administrator, order)
    second = link_of(desk, "uusi@example.org", world.organiser_id)
    with refused("link_ended"):
        look_at_invitation(desk, first, HERE)
    assert look_at_invitation(desk, second, HERE)
    clock.move_to(clock.now() + timedelta(days=15))
    with refused("link_ended"):
        look_at_invitation(desk, second, HERE)


def test_who_has_an_account_gets_the_new_role_without_a_link(desk: Desk) -> None:
    world, other = makers.world(desk), makers.world(desk)
    email = with_password(desk, world.finance)
    invite_staff(desk, other.administrator, InviteStaff("Sama", email, Role.AUDITOR, "fi"))
    seats = log_in(desk, email, PASSWORD, HERE).seats
    assert [(seat.role, seat.organiser_id) for seat in seats] == [
        (Role.FINANCE, world.organiser_id), (Role.AUDITOR, other.organiser_id)
    ]  # fmt: skip
    with refused("role_held", "email"):
        invite_staff(desk, other.administrator, InviteStaff("Sama", email, Role.AUDITOR, "fi"))


def test_only_staff_roles_are_given_by_the_administrator_and_only_by_her(desk: Desk) -> None:
    world = makers.world(desk)
    with refused("unknown_role", "role"):
        invite_staff(desk, world.administrator, InviteStaff("X", "x@example.org", Role.CLIENT, "fi"))
    with pytest.raises(Forbidden):
        invite_staff(desk, world.finance, InviteStaff("X", "x@example.org", Role.FINANCE, "fi"))
    with desk.looking() as session:
        assert session.scalar(select(Account.id).where(Account.email == "x@example.org")) is None


def test_a_role_that_ends_closes_its_sessions_at_once(desk: Desk) -> None:
    world, other = makers.world(desk), makers.world(desk)
    email = with_password(desk, world.finance)
    (seat,) = log_in(desk, email, PASSWORD, HERE).seats
    with pytest.raises(Missing):
        end_staff(desk, other.administrator, seat.membership_id)
    assert load_session(desk, seat.cookie) is not None
    end_staff(desk, world.administrator, seat.membership_id)
    assert load_session(desk, seat.cookie) is None
    with refused("no_role_left"):
        log_in(desk, email, PASSWORD, HERE)
    assert email not in [member.email for member in staff_list(desk, world.administrator)]
    with pytest.raises(Missing):
        end_staff(desk, world.administrator, seat.membership_id)


def test_nobody_ends_her_own_role_and_the_last_administrator_stays(desk: Desk) -> None:
    world = makers.world(desk)
    own = next(member for member in staff_list(desk, world.administrator) if member.is_self)
    with refused("own_role"):
        end_staff(desk, world.administrator, own.membership_id)
    with refused("last_in_role"):
        end_own_account(desk, world.administrator)
    assert account_of(desk, world.administrator.account_id).ended_at is None
    second = makers.person(desk, Role.ADMINISTRATOR, organiser_id=world.organiser_id)
    end_staff(desk, second, own.membership_id)
    with desk.looking() as session:
        ended = session.scalars(select(Membership.ended_at).where(Membership.id == own.membership_id)).one()
    assert ended is not None


def test_a_new_password_by_mail_ends_every_session_and_works_for_an_hour(desk: Desk, clock: SetClock) -> None:
    world = makers.world(desk)
    email = with_password(desk, world.finance)
    (seat,) = log_in(desk, email, PASSWORD, HERE).seats
    ask_new_password(desk, email, "admin", HERE)
    token = link_of(desk, email)
    reset_password(desk, token, "aivan uusi salasana", HERE)
    assert load_session(desk, seat.cookie) is None
    with refused("login_failed"):
        log_in(desk, email, PASSWORD, HERE)
    with refused("link_ended"):
        reset_password(desk, token, PASSWORD, HERE)
    ask_new_password(desk, email, "admin", HERE)
    late = link_of(desk, email)
    clock.move_to(clock.now() + timedelta(minutes=61))
    with refused("link_ended"):
        reset_password(desk, late, PASSWORD, HERE)


def test_asking_for_a_password_tells_nothing_and_fills_no_mailbox(desk: Desk) -> None:
    world = makers.world(desk)
    email = with_password(desk, world.finance)
    ask_new_password(desk, "nobody@example.org", "admin", HERE)
    for _ in range(9):
        ask_new_password(desk, email, "admin", HERE)
    with makers.opened(desk, Actor(role=None)) as tx:
        sent = tx.session.scalars(select(Message.recipient)).all()
    assert sent == [email] * 5


def test_the_old_password_is_asked_for_and_guessing_it_is_braked(desk: Desk) -> None:
    world = makers.world(desk)
    email = with_password(desk, world.finance)
    (seat,) = log_in(desk, email, PASSWORD, HERE).seats
    for _ in range(5):
        with refused("password_wrong", "old"):
            change_password(desk, world.finance, "not this", "aivan uusi salasana")
    with refused("too_many_attempts"):
        change_password(desk, world.finance, PASSWORD, "aivan uusi salasana")
    assert load_session(desk, seat.cookie) is not None


def test_a_changed_password_keeps_only_the_session_that_changed_it(desk: Desk) -> None:
    world = makers.world(desk)
    email = with_password(desk, world.finance)
    (elsewhere,) = log_in(desk, email, PASSWORD, HERE).seats
    (here,) = change_password(desk, world.finance, PASSWORD, "aivan uusi salasana")
    assert load_session(desk, elsewhere.cookie) is None
    assert load_session(desk, here.cookie) is not None
    assert log_in(desk, email, "aivan uusi salasana", HERE)


def test_who_leaves_is_forgotten_and_her_address_is_free(desk: Desk) -> None:
    world = makers.world(desk)
    email = with_password(desk, world.finance)
    end_own_account(desk, world.finance)
    gone = account_of(desk, world.finance.account_id)
    assert (gone.email, gone.password_hash, gone.phone) == (None, None, None)
    with refused("login_failed"):
        log_in(desk, email, PASSWORD, HERE)
    with pytest.raises(Missing):
        own_account(desk, world.finance)
    invite_staff(desk, world.administrator, InviteStaff("Toinen", email, Role.FINANCE, "fi"))
    assert look_at_invitation(desk, link_of(desk, email, world.organiser_id), HERE).name == "Toinen"


def test_a_client_who_has_moved_away_is_let_in_no_more(desk: Desk) -> None:
    world = makers.world(desk)
    holder = makers.client(desk, world)
    code = by_letter(desk, world, holder).code
    assert code is not None
    with makers.opened(desk, world.caseworker) as tx:
        assert end_client_access(tx, holder.client_id) == 1
    with refused("code_failed", "code"):
        log_in_with_code(desk, code, HERE)


def test_a_providers_person_sits_with_each_organiser_that_knows_the_company(desk: Desk) -> None:
    world, second, third = makers.world(desk), makers.world(desk), makers.world(desk)
    company = makers.provider(desk, world)
    assert [seat.organiser_id for seat in own_account(desk, company.manager).seats] == [world.organiser_id]
    with makers.opened(desk, second.procurement) as tx:
        tx.session.add(
            Application(
                organiser_id=second.organiser_id, provider_id=company.provider_id, state="draft", made_at=tx.now
            )
        )
    seats = own_account(desk, company.manager).seats
    assert [seat.organiser_id for seat in seats] == [world.organiser_id, second.organiser_id]
    moved = load_session(desk, switch_membership(desk, company.manager, seats[1].key).cookie)
    assert moved is not None
    assert moved.actor.organiser_id == second.organiser_id
    for strange in (f"{seats[0].membership_id}:{third.organiser_id}", f"{seats[0].membership_id + 9}:0", "", "x:y"):
        with pytest.raises(Missing):
            switch_membership(desk, company.manager, strange)


def test_a_session_cookie_is_what_it_was_made_for(desk: Desk) -> None:
    world, other = makers.world(desk), makers.world(desk)
    email = with_password(desk, world.finance)
    (seat,) = log_in(desk, email, PASSWORD, HERE).seats
    stays = load_session(desk, f"{seat.membership_id}:{other.organiser_id}:{seat.session_no}")
    assert stays is not None
    assert stays.actor.organiser_id == world.organiser_id, "staff are their own organiser's, whatever is asked for"
    assert load_session(desk, f"{seat.membership_id}:{seat.organiser_id}:{seat.session_no + 1}") is None
    for broken in ("", "1:2", "a:b:c", "1:2:3:4", "-1:0:0"):
        assert load_session(desk, broken) is None


def test_coming_in_is_on_record(desk: Desk) -> None:
    world = makers.world(desk)
    log_in(desk, with_password(desk, world.finance), PASSWORD, HERE)
    with desk.looking() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "account.logged_in")).one()
    assert (event.actor_id, event.role, event.organiser_id) == (world.finance.account_id, "finance", None)
