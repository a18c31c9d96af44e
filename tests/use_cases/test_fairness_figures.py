"""The figures of equal treatment: worked out from real lists, kept for past days, told with small counts hidden."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import system
from marketplace.clock import SetClock
from marketplace.models.fairness import FairnessFigures, MonitoringGrounds
from marketplace.use_cases.answer_choice import DeclineOrder, decline_choice
from marketplace.use_cases.choice_figures import by_need, channels, made_choices
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.fairness_figures import keep_figures, kept_figures, rolling, work_out
from marketplace.use_cases.fairness_stats import fairness_stats, stored_period
from marketplace.use_cases.monitoring_grounds import OpenOrder, close_results, grounds_page, is_open, open_results
from marketplace.use_cases.order_log import reveal_due
from marketplace.use_cases.prove_list import prove_list
from marketplace.use_cases.refusals import Forbidden, Missing, Refused
from marketplace.web.wording import TemplateWording
from tests import makers


@pytest.fixture
def market(desk: Desk, clock: SetClock) -> makers.World:
    """Twenty-four lists of four providers, two of them sisters; the first eight have been chosen from."""
    w = makers.world(desk)
    companies = [makers.provider(desk, w) for _ in range(3)]
    companies.append(makers.provider(desk, w, group_of=companies[0]))
    for number in range(24):
        holder = makers.client(desk, w)
        voucher_id = makers.granted(desk, w, holder).voucher_id
        if number < 8:
            choice_id = makers.chosen(desk, holder, companies[number % 3], voucher_id)
            if number < 2:
                decline_choice(desk, companies[number % 3].manager, DeclineOrder(choice_id, "no_capacity"))
    clock.move_to(clock.today() + timedelta(days=1))
    return w


def test_figures_of_past_days_are_worked_out_once(desk: Desk, clock: SetClock, market: makers.World) -> None:
    period = rolling(clock.today(), 24)
    with makers.opened(desk, market.auditor) as tx:
        found = kept_figures(tx, period)
        assert found.lists == 24
        assert found.exposure is not None
        assert len(found.exposure.units) == 4
        assert found.exposure.inside
        assert len(found.firsts) == 3
        assert found.position is None
        assert found.effective[0].choices == 8
        assert [one.measure for one in found.effective[0].ranges] == ["shown", "open", "near", "language", "soon"]
        assert found.effective[0].ranges[0].middle == 4
        again = kept_figures(tx, period)
        assert again == found == work_out(tx.session, tx.organiser_id, period)
        assert tx.session.scalar(select(func.count()).select_from(FairnessFigures)) == 1


def test_the_worker_keeps_what_is_missing_and_nothing_twice(desk: Desk, clock: SetClock, market: makers.World) -> None:
    assert keep_figures(desk, system(market.organiser_id)) == 2
    assert keep_figures(desk, system(market.organiser_id)) == 0
    clock.move_to(clock.today() + timedelta(days=20))
    assert keep_figures(desk, system(market.organiser_id)) == 3, "the rolling periods, and the month that is over"
    other = makers.world(desk)
    assert keep_figures(desk, system(other.organiser_id)) == 0


def test_small_counts_are_not_told(desk: Desk, clock: SetClock, market: makers.World) -> None:
    period = rolling(clock.today(), 12)
    with makers.opened(desk, market.procurement) as tx:
        choices = made_choices(tx.session, tx.organiser_id, period)
    assert len(choices) == 8
    table = by_need(choices)
    assert table.columns == ("stands", "declined", "changed_soon", "changed_later", "other")
    assert table.rows[0].name == "direction"
    assert table.rows[0].counts == (None, None, 0, 0, 0)
    assert table.rows[0].total == 8
    assert channels(choices).share == 1.0
    assert channels(choices).kept


def test_the_table_says_each_figure_beside_its_target(desk: Desk, clock: SetClock, market: makers.World) -> None:
    with makers.opened(desk, market.auditor) as tx:
        period = stored_period(tx.session, tx.organiser_id, None, None, clock.today())
        rows = {one.name: one for one in fairness_stats(tx.session, tx.organiser_id, period, clock.today(), tx.vault)}
    assert rows["lists recomputed"].value == "24 of 24, 0 faults"
    assert rows["lists recomputed"].kept
    assert rows["exposure: Gini"].kept
    assert rows["steering by a caseworker"].value.startswith("closed")
    assert rows["own-channel confirmations"].kept is None


def test_results_by_caseworker_are_closed_until_the_grounds_are_recorded(desk: Desk, clock: SetClock) -> None:
    w = makers.world(desk)
    today = clock.today()
    whole = {"assessed_on": today, "assessment": "TSV-12", "agreed_on": today, "agreement": "YT-3"}
    with pytest.raises(Forbidden):
        open_results(desk, w.auditor, OpenOrder(**whole))  # type: ignore[arg-type]
    for wrong, code in (({"assessment": " "}, "grounds_missing"), ({"agreed_on": None}, "grounds_missing"),
                        ({"assessed_on": today + timedelta(days=1)}, "grounds_later")):  # fmt: skip
        with pytest.raises(Refused, match=code):
            open_results(desk, w.administrator, OpenOrder(**{**whole, **wrong}))  # type: ignore[arg-type]
    assert grounds_page(desk, w.administrator).entries == ()
    close_results(desk, w.administrator)
    assert not grounds_page(desk, w.administrator).open
    for _click in range(2):
        open_results(desk, w.administrator, OpenOrder(**whole, once="a" * 32))  # type: ignore[arg-type]
    page = grounds_page(desk, w.administrator)
    assert page.open
    assert len(page.entries) == 1
    close_results(desk, w.administrator)
    with makers.opened(desk, w.administrator) as tx:
        assert not is_open(tx.session, tx.organiser_id)
        assert tx.session.scalar(select(func.count()).select_from(MonitoringGrounds)) == 2


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_list_is_proved_only_after_its_keys_reveal(
    desk: Desk, clock: SetClock, market: makers.World, language: str
) -> None:
    with makers.opened(desk, market.auditor) as tx:
        waiting = prove_list(tx.session, tx.organiser_id, 3)
        page = TemplateWording().proof("list", language, vars(waiting))
        with pytest.raises(Missing):
            prove_list(tx.session, tx.organiser_id, 25)
    assert waiting.told is None
    assert waiting.names == {}
    assert waiting.late_key
    assert waiting.reveal_on == waiting.day + timedelta(days=31)
    assert waiting.order_hash in page
    clock.move_to(waiting.reveal_on)
    with desk.transaction(system(market.organiser_id), Action.RUN_DUE_WORK) as tx:
        reveal_due(tx)
        proof = prove_list(tx.session, tx.organiser_id, 3)
    assert proof.told is not None
    assert proof.told.order_holds
    assert proof.told.commitment == proof.commitment
    assert [place.tier for place in proof.told.places] == [0, 0, 0, 1]
    page = TemplateWording().proof("list", language, vars(proof))
    assert all(name in page for name in proof.names.values())
    assert page.count("\n") < 60, "one page"
