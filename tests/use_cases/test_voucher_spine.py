"""The spine of a voucher's life: grant, choose, confirm, record."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.clock import SetClock
from marketplace.models.events import Event
from marketplace.models.ledger_rows import LedgerEntry
from marketplace.models.programmes import Budget
from marketplace.models.providers import Approval
from marketplace.models.vouchers import Choice, Voucher
from marketplace.use_cases.answer_choice import DeclineOrder, decline_choice
from marketplace.use_cases.choose_provider import ChoiceOrder, choose_provider
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.grant_voucher import GrantOrder, grant_voucher
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.refusals import Forbidden, Missing, Refused, Stale
from tests.makers import active_voucher, chosen, client, granted, opened, provider, world


def test_a_grant_reserves_its_value_and_its_bonus(desk: Desk) -> None:
    w = world(desk, budget_cents=1_000_000)
    done = granted(desk, w, client(desk, w, tier=3))
    with opened(desk, w.finance) as tx:
        voucher = tx.session.get_one(Voucher, done.voucher_id)
        assert (voucher.reserved_service_cents, voucher.reserved_bonus_cents) == (212_000, 180_000)
        assert tx.session.scalars(select(Budget.free_cents)).one() == 1_000_000 - 392_000


def test_over_the_budget_is_refused_and_changes_nothing(desk: Desk) -> None:
    w = world(desk, budget_cents=392_000 * 2 - 1)
    one, two = client(desk, w, tier=3), client(desk, w, tier=3)
    granted(desk, w, one)
    with pytest.raises(Refused) as refused:
        granted(desk, w, two)
    assert refused.value.code == "over_budget"
    with opened(desk, w.finance) as tx:
        assert tx.session.scalar(select(func.count()).select_from(Voucher)) == 1
        assert tx.session.scalars(select(Budget.free_cents)).one() == 392_000 - 1


def test_a_second_click_grants_once(desk: Desk) -> None:
    w = world(desk)
    order = GrantOrder(client(desk, w).need_id, "Perustelu", once="a" * 32)
    assert grant_voucher(desk, w.caseworker, order) == grant_voucher(desk, w.caseworker, order)


def test_a_grant_needs_reasons_and_the_right_role(desk: Desk) -> None:
    w = world(desk)
    holder = client(desk, w)
    with pytest.raises(Refused, match="reasons_missing"):
        grant_voucher(desk, w.caseworker, GrantOrder(holder.need_id, "  "))
    with pytest.raises(Forbidden):
        grant_voucher(desk, w.finance, GrantOrder(holder.need_id, "Perustelu"))
    with pytest.raises(Missing):
        grant_voucher(desk, world(desk).caseworker, GrantOrder(holder.need_id, "Perustelu"))


def test_the_client_chooses_from_the_list_that_was_shown(desk: Desk) -> None:
    w = world(desk)
    one, two = provider(desk, w), provider(desk, w)
    holder = client(desk, w)
    voucher_id = granted(desk, w, holder).voucher_id
    with pytest.raises(Stale, match="list_changed"):
        choose_provider(desk, holder.actor, ChoiceOrder(voucher_id, one.unit, "AAAAAAAA"))
    first = chosen(desk, holder, one, voucher_id)
    second = chosen(desk, holder, two, voucher_id)
    with opened(desk, w.caseworker) as tx:
        states = dict(tx.session.execute(select(Choice.id, Choice.state)).all())
        assert states == {first: "released", second: "proposed"}
        assert tx.session.get_one(Voucher, voucher_id).provider_id == two.provider_id


def test_a_paused_provider_cannot_be_chosen(desk: Desk) -> None:
    w = world(desk)
    paused = provider(desk, w, paused=True)
    holder = client(desk, w)
    voucher_id = granted(desk, w, holder).voucher_id
    with pytest.raises(Refused, match="provider_paused"):
        chosen(desk, holder, paused, voucher_id)


def test_a_strangers_voucher_is_not_there(desk: Desk) -> None:
    run = active_voucher(desk)
    stranger = client(desk, run.world)
    with pytest.raises(Missing):
        choose_provider(desk, stranger.actor, ChoiceOrder(run.voucher_id, run.company.unit, "AAAAAAAA"))
    with pytest.raises(Missing):
        record_event(
            desk, provider(desk, run.world).coach, EventOrder(run.voucher_id, "delivered", desk.clock.today(), 100)
        )


def test_declining_needs_a_listed_reason_and_frees_the_client(desk: Desk) -> None:
    w = world(desk)
    company, holder = provider(desk, w), client(desk, w)
    voucher_id = granted(desk, w, holder).voucher_id
    choice_id = chosen(desk, holder, company, voucher_id)
    with pytest.raises(Refused, match="reason_not_listed"):
        decline_choice(desk, company.coach, DeclineOrder(choice_id, "too difficult"))
    decline_choice(desk, company.coach, DeclineOrder(choice_id, "no_capacity"))
    with opened(desk, w.caseworker) as tx:
        voucher = tx.session.get_one(Voucher, voucher_id)
        assert (voucher.state, voucher.provider_id) == ("granted", None)


def test_an_event_uses_units_and_books_money(desk: Desk) -> None:
    run = active_voucher(desk)
    done = record_event(desk, run.company.coach, EventOrder(run.voucher_id, "delivered", desk.clock.today(), 250))
    assert (done.amount_cents, done.units_left_hundredths) == (13_250, 3_750)
    with opened(desk, run.world.finance) as tx:
        assert tx.session.get_one(Voucher, run.voucher_id).reserved_service_cents == 212_000 - 13_250
        assert tx.session.scalar(select(func.count()).where(LedgerEntry.recipe == "record_event")) == 1


@pytest.mark.parametrize(
    ("days", "quantity", "kind", "code"),
    [
        (1, 100, "delivered", "day_in_future"),
        (-1, 100, "delivered", "day_outside_validity"),
        (0, 0, "delivered", "quantity_not_positive"),
        (0, 1_300, "delivered", "too_much_in_a_day"),
        (0, 5_000, "delivered", "too_many_units"),
        (0, 100, "party", "kind_not_in_terms"),
    ],
)
def test_a_wrong_event_is_refused_and_nothing_changes(
    desk: Desk, days: int, quantity: int, kind: str, code: str
) -> None:
    run = active_voucher(desk)
    day = desk.clock.today() + timedelta(days=days)
    with pytest.raises(Refused) as refused:
        record_event(desk, run.company.coach, EventOrder(run.voucher_id, kind, day, quantity))
    assert refused.value.code == code
    with opened(desk, run.world.finance) as tx:
        assert tx.session.scalar(select(func.count()).select_from(Event)) == 0
        assert tx.session.get_one(Voucher, run.voucher_id).units_left_hundredths == 4_000


def test_a_visit_after_the_approval_has_ended_is_refused(desk: Desk, clock: SetClock) -> None:
    run = active_voucher(desk)
    with opened(desk, run.world.procurement) as tx:
        tx.session.get_one(Approval, run.company.approval_id).ended_on = clock.today()
    clock.move_to(clock.today() + timedelta(days=1))
    with pytest.raises(Refused, match="approval_not_valid"):
        record_event(desk, run.company.coach, EventOrder(run.voucher_id, "delivered", clock.today(), 100))
    with opened(desk, run.world.finance) as tx:
        assert tx.session.scalar(select(func.count()).select_from(Event)) == 0


def test_the_former_provider_may_still_record_what_it_delivered(desk: Desk, clock: SetClock) -> None:
    run = active_voucher(desk)
    other = provider(desk, run.world)
    today = clock.today()
    chosen(desk, run.holder, other, run.voucher_id)
    clock.move_to(today + timedelta(days=5))
    record_event(desk, run.company.coach, EventOrder(run.voucher_id, "delivered", today, 100))
    with pytest.raises(Refused, match="after_end"):
        record_event(desk, run.company.coach, EventOrder(run.voucher_id, "delivered", today + timedelta(days=2), 100))
    clock.move_to(today + timedelta(days=40))
    with pytest.raises(Refused, match="tail_over"):
        record_event(desk, run.company.coach, EventOrder(run.voucher_id, "delivered", today, 100))
