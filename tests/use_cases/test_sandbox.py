"""A trial of a draft: asked for once, done by the worker, told without names and without small groups. And the forecast."""

import pytest
from sqlalchemy import select

from marketplace.access.actor import system
from marketplace.clock import SetClock
from marketplace.models.programmes import TermsVersion
from marketplace.use_cases.budget_forecast import budget_forecast, set_warning
from marketplace.use_cases.budget_pages import budget_page
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Forbidden, Missing, Refused
from marketplace.use_cases.replay_voucher import Money
from marketplace.use_cases.sandbox import ask_replay, run_replays
from marketplace.use_cases.sandbox_figures import Figures, Group, folded
from marketplace.use_cases.sandbox_pages import sandbox_page
from tests.makers import World, opened, world
from tests.use_cases.test_replay import draft, lived


def terms_id(desk: Desk, w: World, number: int) -> int:
    with opened(desk, w.procurement) as tx:
        found = select(TermsVersion.id).where(TermsVersion.package_id == w.package_id, TermsVersion.number == number)
        return tx.session.scalars(found).one()


def test_a_trial_from_the_click_to_the_figures(desk: Desk, clock: SetClock) -> None:
    w = lived(desk, clock, others=5).world
    version = terms_id(desk, w, draft(desk, w, price_cents=20_000))
    assert sandbox_page(desk, w.approver, version).state is None
    first = ask_replay(desk, w.procurement, version)
    assert ask_replay(desk, w.procurement, version) == first
    assert sandbox_page(desk, w.approver, version).busy
    assert run_replays(desk, system(w.organiser_id)) == 1
    assert run_replays(desk, system(w.organiser_id)) == 0
    page = sandbox_page(desk, w.auditor, version)
    assert page.figures is not None
    assert (page.state, page.done, page.of) == ("done", 7, 7)
    found = page.figures
    assert (found.vouchers, found.unpriced, len(found.cases)) == (7, 0, 1)
    assert found.after.reserved_service > found.before.reserved_service
    assert found.cases[0].why == ("price",)
    assert (found.cases[0].size, found.cases[0].code) == (None, "T0001")  # one alone with such a provider
    assert [one.vouchers for one in found.tiers] == [7]  # one of tier 3, put together with the others
    assert Figures.from_json(found.to_json()) == found


def test_only_officers_try_and_strangers_see_nothing(desk: Desk, clock: SetClock) -> None:
    w, other = lived(desk, clock).world, world(desk)
    version = terms_id(desk, w, 1)
    with pytest.raises(Forbidden):
        ask_replay(desk, w.caseworker, version)
    for call in (ask_replay, sandbox_page):
        with pytest.raises(Missing):
            call(desk, other.procurement, version)


def group(code: str, vouchers: int) -> Group:
    return Group((code,), vouchers, Money(service=vouchers), Money())


def test_small_groups_cannot_be_found_by_subtraction() -> None:
    told = folded([group("a", 3), group("b", 9), group("c", 20)])
    assert [(one.codes, one.vouchers) for one in told] == [(("a", "b"), 12), (("c",), 20)]
    assert folded([group("a", 2), group("b", 2)]) == ()
    assert [one.vouchers for one in folded([group("a", 3), group("b", 3), group("c", 7)])] == [6, 7]


def test_the_forecast_adds_what_is_expected_to_what_is_used(desk: Desk, clock: SetClock) -> None:
    w = lived(desk, clock).world
    clock.move_to(clock.today().replace(year=2026, month=12, day=1))
    page = budget_forecast(desk, w.finance, w.programme_id, 2026, 3)
    assert page.position.used_cents > 0
    assert page.used_by_month[11] == page.position.used_cents
    assert page.year_end.low >= page.position.used_cents
    assert page.year_end.high <= page.position.used_cents + page.position.reserved_service_cents + 140_000
    assert page.more is not None
    assert page.each_cents is not None
    assert page.more.reserved_cents == 3 * page.each_cents
    with pytest.raises(Missing):
        budget_forecast(desk, world(desk).finance, w.programme_id, 2026)


def test_the_organiser_says_when_to_warn(desk: Desk, clock: SetClock) -> None:
    w = lived(desk, clock).world
    for percent in (0, 101):
        with pytest.raises(Refused, match="percent_odd"):
            set_warning(desk, w.procurement, w.programme_id, 2026, percent)
    assert not budget_page(desk, w.finance, 2026).lines[0].warns
    set_warning(desk, w.procurement, w.programme_id, 2026, 1)
    page = budget_page(desk, w.finance, 2026)
    assert page.lines[0].warning_percent == 1
    assert page.lines[0].warns == (
        page.total.appropriated_cents - page.total.free_cents > page.total.appropriated_cents // 100
    )
