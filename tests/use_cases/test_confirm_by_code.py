"""The one-time code: where it goes, how long it lives, how often it may be tried, and what it never does."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.access.actor import public
from marketplace.clock import SetClock
from marketplace.models.assisting import ConfirmationCode
from marketplace.models.clients import Client
from marketplace.models.outbox import Message
from marketplace.use_cases.confirm_by_code import CodeTyped, confirm_by_code, look_at_proposal, send_code
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.propose import proposal_page
from marketplace.use_cases.refusals import Refused, Stale
from marketplace.use_cases.register_client import ClientFacts, edit_client
from marketplace.use_cases.run_due_work import DUTIES, do
from marketplace.use_cases.suspend_provider import suspend_provider
from tests.makers import opened
from tests.use_cases.assisting import Beside


@pytest.fixture
def beside(desk: Desk) -> Beside:
    return Beside(desk)


def typed(beside: Beside, code: str) -> CodeTyped:
    return CodeTyped(beside.world.organiser_code, beside.number, code, "192.0.2.7", beside.offered()[1])


def wrong_of(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08d}"


def test_the_code_is_nowhere_but_in_the_clients_mail(beside: Beside) -> None:
    proposal = beside.wants()
    send_code(beside.desk, beside.caseworker, proposal, "mail")
    with opened(beside.desk, beside.caseworker) as tx:
        message = tx.session.scalars(select(Message).where(Message.key.contains("choice_code"))).one()
        kept = tx.session.scalars(select(ConfirmationCode.code_hash)).one()
        body, sealed = message.body, message.sealed_code
    code = beside.code()
    assert code not in body
    assert code.encode() not in (sealed or b"")
    assert code not in kept
    assert beside.mail[-1][0] == "aino@example.org"


def test_to_the_phone(beside: Beside) -> None:
    send_code(beside.desk, beside.caseworker, beside.wants(), "text")
    assert confirm_by_code(beside.desk, public(None), typed(beside, beside.code()))
    assert ("+358401112223") in [who for who, _body in beside.mail]
    assert [channel for _unit, channel, _assist in beside.choices()] == ["code"]


def test_five_wrong_tries_end_it(beside: Beside, clock: SetClock) -> None:
    send_code(beside.desk, beside.caseworker, beside.wants(), "mail")
    code = beside.code()
    for _ in range(5):
        with pytest.raises(Refused, match="choice_code_wrong"):
            look_at_proposal(beside.desk, public(None), typed(beside, wrong_of(code)))
    with pytest.raises(Refused, match="too_many_attempts"):
        confirm_by_code(beside.desk, public(None), typed(beside, code))
    clock.move_to(clock.now() + timedelta(minutes=16))
    with pytest.raises(Refused, match="choice_code_wrong"):
        confirm_by_code(beside.desk, public(None), typed(beside, code))
    assert beside.choices() == []


def test_half_an_hour_and_a_newer_one_end_it(beside: Beside, clock: SetClock) -> None:
    proposal = beside.wants()
    send_code(beside.desk, beside.caseworker, proposal, "mail")
    first = beside.code()
    clock.move_to(clock.now() + timedelta(minutes=5))
    send_code(beside.desk, beside.caseworker, proposal, "mail")
    second = beside.code()
    with pytest.raises(Refused, match="choice_code_wrong"):
        look_at_proposal(beside.desk, public(None), typed(beside, first))
    assert look_at_proposal(beside.desk, public(None), typed(beside, second)).card_unit == beside.offered()[0][0]
    clock.move_to(clock.now() + timedelta(minutes=31))
    with pytest.raises(Refused, match="choice_code_wrong"):
        confirm_by_code(beside.desk, public(None), typed(beside, second))
    assert beside.choices() == []


def test_three_codes_an_hour(beside: Beside) -> None:
    proposal = beside.wants()
    for _ in range(3):
        send_code(beside.desk, beside.caseworker, proposal, "mail")
    with pytest.raises(Refused, match="codes_sent_enough"):
        send_code(beside.desk, beside.caseworker, proposal, "mail")


def test_an_address_that_was_just_changed_gets_no_code(beside: Beside, clock: SetClock) -> None:
    """Attack 11: whoever writes the address into the register does not receive the code there."""
    with opened(beside.desk, beside.caseworker) as tx:
        row = tx.session.get_one(Client, beside.holder.client_id)
        facts = {name: getattr(row, name) for name in ClientFacts.__dataclass_fields__}
    edit_client(beside.desk, beside.caseworker, beside.holder.client_id,
                ClientFacts(**(facts | {"email": "oma@example.org"})))  # fmt: skip
    proposal = beside.wants()
    with pytest.raises(Refused, match="contact_changed_lately"):
        send_code(beside.desk, beside.caseworker, proposal, "mail")
    send_code(beside.desk, beside.caseworker, proposal, "text")
    clock.move_to(clock.today() + timedelta(days=8))
    send_code(beside.desk, beside.caseworker, proposal, "mail")


def test_the_list_changed_between_looking_and_confirming(beside: Beside) -> None:
    send_code(beside.desk, beside.caseworker, beside.wants(0), "mail")
    answer = typed(beside, beside.code())
    last = next(one for one in beside.companies if one.unit == beside.offered()[0][2])
    suspend_provider(beside.desk, beside.world.procurement, last.provider_id, "Vakuutus puuttuu.")
    with pytest.raises(Stale, match="list_changed"):
        confirm_by_code(beside.desk, public(None), answer)
    assert beside.choices() == []
    assert confirm_by_code(beside.desk, public(None), typed(beside, answer.code)), "the code has stayed alive"


def test_a_proposal_that_nobody_confirms_lapses_and_nobody_is_chosen(beside: Beside, clock: SetClock) -> None:
    proposal = beside.wants()
    clock.move_to(clock.today() + timedelta(days=15))
    duty = next(one for one in DUTIES if one.name == "assisted choices that are over")
    assert do(duty, beside.desk, beside.world.organiser_id).count == 2, "the session and the proposal"
    assert proposal_page(beside.desk, beside.caseworker, proposal).state == "lapsed"
    assert (beside.choices(), beside.state()) == ([], ("granted", None))


def test_a_newer_word_replaces_the_older(beside: Beside) -> None:
    assist_id = beside.start()
    first, second = beside.wants(0, assist_id), beside.wants(1, assist_id)
    assert proposal_page(beside.desk, beside.caseworker, first).state == "replaced"
    assert proposal_page(beside.desk, beside.caseworker, second).state == "waiting"
