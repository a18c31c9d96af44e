"""What a provider's people may see of a client, and for how long."""

from dataclasses import fields
from datetime import date, timedelta

import pytest

from marketplace.clock import SetClock
from marketplace.models.vouchers import Voucher
from marketplace.roles import Role
from marketplace.use_cases.answer_choice import ConfirmOrder, confirm_choice
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.endings import close_voucher, end_voucher, locked_to_end
from marketplace.use_cases.provider_event_pages import event_form, event_list, former_clients
from marketplace.use_cases.provider_tasks import work_tasks
from marketplace.use_cases.provider_work_pages import (
    ClientPage,
    ClientRow,
    ListQuery,
    choice_page,
    client_list,
    client_page,
)
from marketplace.use_cases.record_event import EventOrder, preview_event, record_event
from marketplace.use_cases.refusals import Forbidden, Missing, Refused
from tests.makers import Running, active_voucher, chosen, client, granted, opened, provider, world

START = date(2026, 10, 5)
TODAY = date(2026, 11, 16)


@pytest.fixture
def run(desk: Desk, clock: SetClock) -> Running:
    clock.move_to(START)
    made = active_voucher(desk)
    clock.move_to(TODAY)
    return made


def test_no_page_has_a_place_for_tier_or_measurements() -> None:
    names = {field.name for field in fields(ClientPage)} | set(ClientRow._fields)
    assert not {name for name in names if any(word in name for word in ("tier", "score", "measure", "category"))}


def test_who_waits_for_an_answer_comes_first(desk: Desk, run: Running) -> None:
    holder = client(desk, run.world, name=("Örjan", "Öberg"))
    voucher_id = granted(desk, run.world, holder).voucher_id
    chosen(desk, holder, run.company, voucher_id)
    listing = client_list(desk, run.company.coach, ListQuery())
    assert [row.voucher_id for row in listing.rows] == [voucher_id, run.voucher_id]
    assert (listing.total, listing.pages) == (2, 1)


@pytest.mark.parametrize(
    ("search", "found"),
    [("aino", 1), ("Esimerkki Aino", 1), ("2026-", 1), ("aino bertta", 0), ("%", 0), ("_", 0), ("  ", 1)],
)
def test_a_client_is_found_by_name_or_number(desk: Desk, run: Running, search: str, found: int) -> None:
    assert client_list(desk, run.company.coach, ListQuery(search=search.strip())).total == found


def test_a_page_past_the_end_shows_the_first(desk: Desk, run: Running) -> None:
    listing = client_list(desk, run.company.coach, ListQuery(page=9))
    assert (listing.page, len(listing.rows)) == (1, 1)


def test_an_ended_voucher_stays_while_it_can_be_recorded_for(desk: Desk, run: Running, clock: SetClock) -> None:
    with opened(desk, run.world.caseworker) as tx:
        end_voucher(tx, *locked_to_end(tx, run.voucher_id), "end", tx.today, "work", role=Role.CASEWORKER)
    coach = run.company.coach
    assert client_list(desk, coach, ListQuery()).total == 1
    assert client_page(desk, coach, run.voucher_id).can_record
    clock.move_to(TODAY + timedelta(days=31))
    assert client_list(desk, coach, ListQuery()).total == 0
    assert client_list(desk, coach, ListQuery("earlier")).total == 1
    assert not client_page(desk, coach, run.voucher_id).can_record
    with opened(desk, run.world.caseworker) as tx:
        close_voucher(tx, *locked_to_end(tx, run.voucher_id), "tail_over")
    assert client_list(desk, coach, ListQuery("earlier")).total == 1


def test_before_the_place_is_confirmed_little_is_told(desk: Desk, run: Running) -> None:
    holder = client(desk, run.world, email="client@example.org")
    voucher_id = granted(desk, run.world, holder).voucher_id
    choice_id = chosen(desk, holder, run.company, voucher_id)
    page = choice_page(desk, run.company.coach, choice_id)
    assert (page.accepted, page.goal, page.address, page.events, page.can_record) == (False, None, None, (), False)
    assert (page.email, page.municipality) == ("client@example.org", "Kuopio")
    assert page.answer_by == date(2026, 11, 18)
    confirm_choice(desk, run.company.coach, ConfirmOrder(choice_id, TODAY))
    page = client_page(desk, run.company.coach, voucher_id)
    assert (page.goal, page.address) == ("Oma suunta löytyy", "Puijonkatu 1, 70100 Kuopio")


def test_a_protected_client_is_reached_through_the_caseworker_first(desk: Desk, run: Running) -> None:
    holder = client(desk, run.world, protected=True, email="hidden@example.org")
    voucher_id = granted(desk, run.world, holder).voucher_id
    choice_id = chosen(desk, holder, run.company, voucher_id)
    page = choice_page(desk, run.company.coach, choice_id)
    assert (page.email, page.municipality, page.address) == (None, None, None)
    assert page.caseworker.name == run.world.caseworker.name
    confirm_choice(desk, run.company.coach, ConfirmOrder(choice_id, TODAY))
    page = client_page(desk, run.company.coach, voucher_id)
    assert (page.email, page.municipality, page.address) == ("hidden@example.org", None, None)


def test_whoever_left_leaves_a_number_only(desk: Desk, run: Running, clock: SetClock) -> None:
    chosen(desk, run.holder, provider(desk, run.world), run.voucher_id)
    coach = run.company.coach
    with pytest.raises(Missing):
        client_page(desk, coach, run.voucher_id)
    (row,) = former_clients(desk, coach)
    assert (row.voucher_id, row.first_day, row.last_day) == (run.voucher_id, START, TODAY)
    assert row.record_by == TODAY + timedelta(days=30)
    form = event_form(desk, coach, run.voucher_id)
    assert (form.former, form.name, form.last_day) == (True, None, TODAY)
    record_event(desk, coach, EventOrder(run.voucher_id, "delivered", TODAY, 100))
    assert [event.name for event in event_list(desk, coach, TODAY).rows] == [None]
    assert work_tasks(desk, coach).former == 1
    clock.move_to(TODAY + timedelta(days=31))
    assert former_clients(desk, coach) == []


def test_a_client_who_comes_back_is_no_former_client(desk: Desk, run: Running) -> None:
    other = provider(desk, run.world)
    chosen(desk, run.holder, other, run.voucher_id)
    chosen(desk, run.holder, run.company, run.voucher_id)
    assert former_clients(desk, run.company.coach) == []
    assert client_page(desk, run.company.coach, run.voucher_id).state == "chosen"


def test_a_preview_is_the_price_and_saves_nothing(desk: Desk, run: Running) -> None:
    price = preview_event(desk, run.company.coach, EventOrder(run.voucher_id, "no_show", TODAY, 250))
    assert (price.amount_cents, price.units_used_hundredths) == (6_625, 250)
    with pytest.raises(Refused, match="too_many_units"):
        preview_event(desk, run.company.coach, EventOrder(run.voucher_id, "delivered", TODAY, 4_100))
    with pytest.raises(Missing):
        preview_event(desk, provider(desk, run.world).coach, EventOrder(run.voucher_id, "delivered", TODAY, 100))
    with opened(desk, run.world.caseworker) as tx:
        assert tx.session.get_one(Voucher, run.voucher_id).units_left_hundredths == 4_000


def test_only_the_company_asks_and_each_organisers_own(desk: Desk, run: Running) -> None:
    for ask in (lambda who: client_list(desk, who, ListQuery()), lambda who: work_tasks(desk, who)):
        with pytest.raises(Forbidden):
            ask(run.world.caseworker)
    elsewhere = world(desk)
    company = provider(desk, elsewhere)
    with pytest.raises(Missing):
        client_page(desk, company.coach, run.voucher_id)
    assert client_list(desk, company.coach, ListQuery()).total == 0


def test_the_tasks_tell_what_waits(desk: Desk, run: Running) -> None:
    manager, coach = run.company.manager, run.company.coach
    record_event(desk, coach, EventOrder(run.voucher_id, "delivered", date(2026, 10, 20), 100))
    now = work_tasks(desk, manager)
    assert now.invoice is not None
    assert (now.invoice.month, now.invoice.lines, now.invoice.total_cents) == (date(2026, 10, 1), 1, 5_300)
    assert (now.clients, now.objections, now.to_mend) == (None, None, 0)
    assert work_tasks(desk, coach).invoice is None
    for _ in range(2):
        holder = client(desk, run.world)
        chosen(desk, holder, run.company, granted(desk, run.world, holder).voucher_id)
    waiting = work_tasks(desk, coach).clients
    assert waiting is not None
    assert (waiting.count, waiting.only_id, waiting.until) == (2, None, date(2026, 11, 18))
