"""Coming in: passwords, letter codes, links; the brake on guessing; the ends of roles and accounts."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.access.actor import Actor
from marketplace.clock import SetClock
from marketplace.models.outbox import Message
from marketplace.models.people import Account, Invitation, LoginAttempt, Membership
from marketplace.models.providers import Application
from marketplace.models.trail import AuditEvent
from marketplace.roles import Role
from marketplace.use_cases.accept_invitation import accept_invitation, look_at_invitation, reset_password
from marketplace.use_cases.codes import plain_code
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.end_account import end_client_access, end_own_account
from marketplace.use_cases.invite import Invited, Invitee, invite_person
from marketplace.use_cases.log_in import Knock, log_in, log_in_with_code
from marketplace.use_cases.manage_staff import InviteStaff, end_staff, invite_staff, staff_list
from marketplace.use_cases.own_account import change_password, own_account, take_password
from marketplace.use_cases.passwords import hash_password
from marketplace.use_cases.refusals import Forbidden, Missing, Refused
from marketplace.use_cases.reset_password import ask_new_password
from marketplace.use_cases.secret_notices import whole_body
from marketplace.use_cases.sessions import load_session
from marketplace.use_cases.switch_membership import switch_membership
from tests import makers

HERE = Knock(address="192.0.2.1")
PASSWORD = "kolme pientä sanaa"


def with_password(desk: Desk, who: Actor, password: str = PASSWORD) -> str:
    """Gives an account a password; returns its e-mail."""
    with makers.opened(desk, who) as tx:
        account = tx.session.scalars(select(Account).where(Account.id == who.account_id)).one()
        account.password_hash = hash_password(password)
        assert account.email is not None
        return account.email


def account_of(desk: Desk, account_id: int | None) -> Account:
    with desk.looking() as session:
        return session.scalars(select(Account).where(Account.id == account_id)).one()


def attempts(desk: Desk) -> int:
    with desk.looking() as session:
        return session.scalar(select(func.count()).select_from(LoginAttempt)) or 0


def link_of(desk: Desk, email: str, organiser_id: int | None = None) -> str:
    """The token in the last mail to an address."""
    with makers.opened(desk, Actor(role=None, organiser_id=organiser_id)) as tx:
        message = tx.session.scalars(
            select(Message)
            .where(Message.recipient == email, Message.sealed_code.is_not(None))
            .order_by(Message.id.desc())
        ).first()
        assert message is not None
        body = whole_body(tx.vault, message.body, message.sealed_code)
    return next(word for word in body.split() if word.startswith("http")).rsplit("/", 1)[1]


def refused(code: str, field: str | None = None) -> "pytest.RaisesExc[Refused]":
    return pytest.raises(Refused, check=lambda error: (error.code, error.field) == (code, field))


def by_letter(desk: Desk, world: makers.World, holder: makers.Person) -> Invited:
    with makers.opened(desk, world.caseworker) as tx:
        who = Invitee(name="Aino", role=Role.CLIENT, organiser_id=world.organiser_id, client_id=holder.client_id)
        return invite_person(tx, who, by_letter=True)


def test_the_right_password_opens_and_a_session_stands_on_it(desk: Desk) -> None:
    world = makers.world(desk)
    email = with_password(desk, world.finance)
    came = log_in(desk, f"  {email.upper()} ", PASSWORD, HERE)
    (seat,) = came.seats
    session = load_session(desk, seat.cookie)
    assert session is not None
    assert session.actor == world.finance


@pytest.mark.parametrize("email", ["nobody@example.org", ""])
def test_an_unknown_address_and_a_wrong_password_get_one_answer(desk: Desk, email: str) -> None:
    world = makers.world(desk)
    known = with_password(desk, world.finance)
    with refused("login_failed"):
        log_in(desk, email or known, "wrong password", HERE)
    assert attempts(desk) == 2  # the person and the address


def test_five_failures_stop_a_person_for_a_quarter_of_an_hour(desk: Desk, clock: SetClock) -> None:
    world = makers.world(desk)
    email, other = with_password(desk, world.finance), with_password(desk, world.auditor)
    for _ in range(5):
        with refused("login_failed"):
            log_in(desk, email, "wrong password", HERE)
    before = attempts(desk)
    with pytest.raises(Refused) as stopped:
        log_in(desk, email, PASSWORD, Knock(address="198.51.100.9"))
    assert (stopped.value.code, stopped.value.values) == ("too_many_attempts", {"minutes": 15})
    assert attempts(desk) == before
    assert log_in(desk, other, PASSWORD, HERE)
    clock.move_to(clock.now() + timedelta(minutes=15))
    assert log_in(desk, email, PASSWORD, HERE)


def test_a_success_forgets_the_failures(desk: Desk) -> None:
    world = makers.world(desk)
    email = with_password(desk, world.finance)
    for _ in range(3):
        for _ in range(4):
            with refused("login_failed"):
                log_in(desk, email, "wrong password", HERE)
        assert log_in(desk, email, PASSWORD, HERE)


def test_thirty_failures_stop_an_address_and_one_home_is_one_ipv6_address(desk: Desk) -> None:
    world = makers.world(desk)
    email = with_password(desk, world.finance)
    for number in range(30):
        with refused("login_failed"):
            log_in(desk, f"guess{number}@example.org", "x", Knock(address=f"2001:db8:1:2::{number:x}"))
    with refused("too_many_attempts"):
        log_in(desk, email, PASSWORD, Knock(address="2001:db8:1:2:ffff::1"))
    assert log_in(desk, email, PASSWORD, Knock(address="2001:db8:1:3::1"))


def test_many_guesses_at_once_are_counted_as_many(own_desk: Desk) -> None:
    world = makers.world(own_desk)
    email = with_password(own_desk, world.finance)
    codes: list[str] = []

    def guess() -> None:
        try:
            log_in(own_desk, email, "wrong password", Knock())
        except Refused as no:
            codes.append(no.code)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["login_failed"] * 5 + ["too_many_attempts"] * 7


def test_a_demonstrations_login_opens_only_in_a_demonstration(desk: Desk) -> None:
    with makers.opened(desk, Actor(role=None)) as tx:
        tx.session.add(
            Account(email="demo@example.org", name="Demo", demonstration=True, password_hash=hash_password(PASSWORD))
        )
    with refused("login_failed"):
        log_in(desk, "demo@example.org", PASSWORD, HERE)
    with refused("no_role_left"):
        log_in(desk, "demo@example.org", PASSWORD, Knock(demo=True))


def test_a_letters_code_opens_again_and_again_until_it_is_replaced(desk: Desk) -> None:
    world = makers.world(desk)
    holder = makers.client(desk, world)
    invited = by_letter(desk, world, holder)
    assert invited.code is not None
    typed = invited.code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    came = log_in_with_code(desk, typed, HERE)
    assert came.account_id == holder.actor.account_id
    assert log_in_with_code(desk, invited.code, HERE)
    session = load_session(desk, came.seats[0].cookie)
    assert session is not None
    assert session.actor.client_id == holder.client_id
    again = by_letter(desk, world, holder)
    assert again.account_id == invited.account_id
    assert load_session(desk, came.seats[0].cookie) is None, "who came in with a lost letter is out"
    with refused("code_failed", "code"):
        log_in_with_code(desk, invited.code, HERE)
    assert again.code is not None
    assert log_in_with_code(desk, again.code, HERE)


def test_a_letters_code_ends_after_a_year_and_a_guess_is_counted(desk: Desk, clock: SetClock) -> None:
    world = makers.world(desk)
    code = by_letter(desk, world, makers.client(desk, world)).code
    assert code is not None
    clock.move_to(clock.now() + timedelta(days=366))
    with refused("code_failed", "code"):
        log_in_with_code(desk, code, HERE)
    assert attempts(desk) == 2
    with refused("code_malformed", "code"):
        log_in_with_code(desk, "K7QF-2MXA", HERE)
    assert attempts(desk) == 2


def test_codes_are_kept_nowhere_and_have_sixty_bits(desk: Desk) -> None:
    world = makers.world(desk)
    code = by_letter(desk, world, makers.client(desk, world)).code
    assert code is not None
    assert len(plain_code(code) or "") * 5 >= 60
    with desk.looking() as session:
        kept = session.scalars(select(Invitation.code_hash)).all()
    assert all(plain_code(code) not in one for one in kept)


def test_a_client_takes_a_password_in_place_of_her_letter(desk: Desk) -> None:
    world = makers.world(desk)
    holder = makers.client(desk, world)
    taken = with_password(desk, world.finance)
    code = by_letter(desk, world, holder).code
    assert code is not None
    with refused("email_taken", "email"):
        take_password(desk, holder.actor, taken, PASSWORD)
    with refused("password_short", "password"):
        take_password(desk, holder.actor, "aino@example.org", "lyhyt")
    assert log_in_with_code(desk, code, HERE)
    (seat,) = take_password(desk, holder.actor, "Aino@Example.org", PASSWORD)
    assert load_session(desk, seat.cookie) is not None
    with refused("code_failed", "code"):
        log_in_with_code(desk, code, HERE)
    assert log_in(desk, "aino@example.org", PASSWORD, HERE).seats[0].role is Role.CLIENT
    with refused("password_held"):
        take_password(desk, holder.actor, "other@example.org", PASSWORD)


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
