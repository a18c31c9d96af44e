"""Coming in by password or by letter, and the brake on guessing."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.access.actor import Actor
from marketplace.clock import SetClock
from marketplace.models.people import Account, Invitation
from marketplace.roles import Role
from marketplace.use_cases.codes import plain_code
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.log_in import Knock, log_in, log_in_with_code
from marketplace.use_cases.own_account import take_password
from marketplace.use_cases.passwords import hash_password
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.sessions import load_session
from tests import makers
from tests.use_cases.ways_in import HERE, PASSWORD, attempts, by_letter, refused, with_password


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
