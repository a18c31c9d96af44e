"""Declaring interests, ending them, confirming them once a year, and the register."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.clock import SetClock
from marketplace.models.outbox import Message
from marketplace.models.people import Interest
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.grant_voucher import GrantOrder, grant_voucher
from marketplace.use_cases.interests import (
    InterestOrder,
    check_interests,
    check_is_due,
    declare_interest,
    end_interest,
    interest_register,
    own_interests,
)
from marketplace.use_cases.refusals import Forbidden, Missing, Refused
from tests.makers import client, opened, provider, world


def told(desk: Desk, organiser_id: int, administrator: object) -> list[str]:
    with opened(desk, administrator) as tx:  # type: ignore[arg-type]
        query = select(Message.body).where(Message.organiser_id == organiser_id, Message.key.contains("nobody_free"))
        return list(tx.session.scalars(query))


def test_a_declared_interest_keeps_out_until_the_end_of_its_last_day(desk: Desk, clock: SetClock) -> None:
    w = world(desk)
    company = provider(desk, w)
    today = clock.today()
    made = declare_interest(desk, w.caseworker, InterestOrder(company.provider_id, "family", today))
    order = GrantOrder(client(desk, w).need_id, "Tarvitsee tukea.")
    with pytest.raises(Refused, match="interest_end_past"):
        end_interest(desk, w.caseworker, made, today - timedelta(days=1))
    end_interest(desk, w.caseworker, made, today)
    with pytest.raises(Refused, match="conflict_of_interest"):
        grant_voucher(desk, w.caseworker, order)
    with pytest.raises(Missing):
        end_interest(desk, w.caseworker, made, today)
    clock.move_to(today + timedelta(days=1))
    assert grant_voucher(desk, w.caseworker, order).voucher_id
    [line] = own_interests(desk, w.caseworker).lines
    assert (line.company, line.ended, line.holds(clock.today())) == (company.name, today, False)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("company_not_listed", {"provider_id": 10**9}),
        ("interest_kind_not_listed", {"kind": "friend"}),
        ("interest_days_wrong", {"until": "before"}),
    ],
)
def test_what_cannot_be_declared(desk: Desk, clock: SetClock, code: str, change: dict[str, object]) -> None:
    w = world(desk)
    company, today = provider(desk, w), clock.today()
    if change.get("until"):
        change = {"until": today - timedelta(days=1)}
    order = InterestOrder(**{"provider_id": company.provider_id, "kind": "work", "since": today, **change})  # type: ignore[arg-type]
    with pytest.raises(Refused, match=code):
        declare_interest(desk, w.finance, order)
    with opened(desk, w.finance) as tx:
        assert tx.session.scalars(select(Interest)).all() == []


def test_the_same_tie_is_declared_once_and_only_ones_own_is_ended(desk: Desk, clock: SetClock) -> None:
    w = world(desk)
    order = InterestOrder(provider(desk, w).provider_id, "owner", clock.today())
    made = declare_interest(desk, w.auditor, order)
    with pytest.raises(Refused, match="interest_declared"):
        declare_interest(desk, w.auditor, order)
    with pytest.raises(Missing):
        end_interest(desk, w.finance, made, clock.today())
    with pytest.raises(Forbidden):
        declare_interest(desk, client(desk, w).actor, order)


def test_the_administrator_hears_when_nobody_would_be_left(desk: Desk, clock: SetClock) -> None:
    w = world(desk)
    company, today = provider(desk, w), clock.today()
    declare_interest(desk, w.caseworker, InterestOrder(company.provider_id, "work", today))
    assert told(desk, w.organiser_id, w.administrator) == [], "the other caseworker is free"
    declare_interest(desk, w.other_caseworker, InterestOrder(company.provider_id, "work", today))
    [words] = told(desk, w.organiser_id, w.administrator)
    assert company.name in words
    assert interest_register(desk, w.administrator).short == (("caseworker", company.name),)


def test_payments_need_two_free_people(desk: Desk, clock: SetClock) -> None:
    w = world(desk)
    company = provider(desk, w)
    declare_interest(desk, w.finance, InterestOrder(company.provider_id, "client", clock.today()))
    assert interest_register(desk, w.auditor).short == (("finance", company.name),)


def test_once_a_year_everybody_confirms(desk: Desk, clock: SetClock) -> None:
    w = world(desk)
    assert check_is_due(desk, w.approver)
    check_interests(desk, w.approver)
    assert not check_is_due(desk, w.approver)
    clock.move_to(clock.today() + timedelta(days=365))
    assert check_is_due(desk, w.approver)
    register = interest_register(desk, w.auditor)
    assert {one.due for one in register.staff} == {True}
    assert sum(one.checked_at is not None for one in register.staff) == 1
