"""The day's public randomness: a lottery by two people, drand by file, and what happens without."""

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.access.actor import Actor, public, system
from marketplace.clock import SetClock, helsinki_moment
from marketplace.integrations.drand import BadRounds, DrandFile
from marketplace.matching.beacon import NO_RANDOMNESS, first_round, lottery_randomness
from marketplace.matching.verify import verify
from marketplace.models.order_rules import LotteryDraw, OrderRule, PublicRandomness
from marketplace.models.trail import OrderLogLine
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.import_beacon import BeaconTaken, import_beacon
from marketplace.use_cases.lottery import DrawOrder, confirm_lottery, enter_lottery, withdraw_lottery
from marketplace.use_cases.order_rule_pages import lottery_page, order_rule_page
from marketplace.use_cases.public_log import public_log
from marketplace.use_cases.public_pages import public_list
from marketplace.use_cases.refusals import Forbidden, Missing, Refused
from marketplace.use_cases.run_due_work import DUTIES, do
from marketplace.use_cases.set_order_rule import RuleOrder, set_order_rule
from marketplace.use_cases.verify_orders import log_bytes
from tests import makers
from tests.conftest import TODAY
from tests.integrations.test_drand import CHAIN, INFO, a_round

NUMBERS = (31, 4, 15, 9, 26, 5, 35)
ANYONE = public(None)


@pytest.fixture
def w(desk: Desk) -> makers.World:
    return makers.world(desk)


def _lottery(desk: Desk, w: makers.World) -> None:
    set_order_rule(desk, w.procurement, RuleOrder("lottery", "Lautakunta päätti.", lottery="lotto"))


def _drand(desk: Desk, w: makers.World) -> None:
    set_order_rule(desk, w.procurement, RuleOrder("drand", "Lautakunta päätti.", chain_info=json.dumps(INFO)))


def _enter(desk: Desk, who: Actor, day: date = TODAY, **values: object) -> int:
    order = {"day": day, "round": 46, "drawn_on": day - timedelta(days=1), "numbers": NUMBERS} | values
    return enter_lottery(desk, who, DrawOrder(**order))  # type: ignore[arg-type]


def _beacons(session: Session, w: makers.World) -> list[dict[str, str]]:
    makers.see(session, w.organiser_id)
    lines = session.scalars(select(OrderLogLine.line).where(OrderLogLine.type == "beacon").order_by(OrderLogLine.seq))
    return [json.loads(line) for line in lines]


def _take(desk: Desk, w: makers.World, text: str) -> BeaconTaken:
    return import_beacon(desk, system(w.organiser_id), lambda chain: DrandFile(text, chain, desk.clock.now()))


def _counts(session: Session, w: makers.World) -> list[int]:
    makers.see(session, w.organiser_id)
    tables = (OrderRule, PublicRandomness, LotteryDraw, OrderLogLine)
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_a_day_without_a_source_is_a_commit_only_day(desk: Desk, session: Session, w: makers.World) -> None:
    makers.provider(desk, w)
    makers.granted(desk, w, makers.client(desk, w))
    assert [line["source"] for line in _beacons(session, w)] == ["none"]
    assert public_log(desk, ANYONE, w.organiser_code).commit_only_days == 1


def test_two_people_bring_a_lottery_in_and_the_list_is_drawn_with_it(
    desk: Desk, session: Session, w: makers.World
) -> None:
    makers.provider(desk, w)
    _lottery(desk, w)
    draw = _enter(desk, w.procurement)
    assert _beacons(session, w) == []  # one person alone changes nothing
    confirm_lottery(desk, w.approver, draw, tuple(reversed(NUMBERS)))
    expected = lottery_randomness("lotto", TODAY - timedelta(days=1), NUMBERS).hex()
    (line,) = _beacons(session, w)
    assert (line["source"], line["round"], line["randomness"]) == ("lottery:lotto", "46", expected)
    makers.granted(desk, w, makers.client(desk, w))
    assert _beacons(session, w) == [line]
    report = verify(log_bytes(session, w.organiser_id), head=None, today=TODAY, strict=True)
    assert (report.exit_code, report.commit_only_days) == (0, 0)
    (shown,) = public_log(desk, ANYONE, w.organiser_code).lotteries
    assert shown.numbers == tuple(sorted(NUMBERS))


def test_a_draw_for_tomorrow_waits_for_its_day(
    desk: Desk, session: Session, w: makers.World, clock: SetClock
) -> None:
    makers.provider(desk, w)
    _lottery(desk, w)
    tomorrow = TODAY + timedelta(days=1)
    confirm_lottery(desk, w.approver, _enter(desk, w.procurement, tomorrow, drawn_on=TODAY), NUMBERS)
    assert _beacons(session, w) == []
    clock.move_to(tomorrow)
    makers.granted(desk, w, makers.client(desk, w))
    assert [line["day"] for line in _beacons(session, w)] == [tomorrow.isoformat()]


def test_four_eyes(desk: Desk, session: Session, w: makers.World) -> None:
    _lottery(desk, w)
    draw = _enter(desk, w.procurement)
    before = _counts(session, w)
    with pytest.raises(Refused, match="own_draw"):
        confirm_lottery(desk, w.procurement, draw, NUMBERS)
    with pytest.raises(Refused, match="numbers_differ"):
        confirm_lottery(desk, w.approver, draw, (*NUMBERS[:-1], 36))
    for stranger in (w.caseworker, w.finance, w.auditor, w.administrator):
        with pytest.raises(Forbidden):
            confirm_lottery(desk, stranger, draw, NUMBERS)
    other = makers.world(desk)
    with pytest.raises(Missing):
        confirm_lottery(desk, other.approver, draw, NUMBERS)
    with pytest.raises(Missing):
        lottery_page(desk, other.approver, draw)
    assert _counts(session, w) == before


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"numbers": (1, 2, 3, 4)}, "numbers_count"),
        ({"numbers": (1, 2, 3, 4, 4)}, "numbers_twice"),
        ({"numbers": (1, 2, 3, 4, 10_000)}, "number_odd"),
        ({"round": 0}, "round_odd"),
        ({"day": TODAY - timedelta(days=1)}, "day_past"),
        ({"day": TODAY + timedelta(days=8)}, "day_too_far"),
        ({"drawn_on": TODAY + timedelta(days=1)}, "draw_after_day"),
        ({"drawn_on": TODAY - timedelta(days=8)}, "draw_too_old"),
    ],
)
def test_what_a_draw_may_not_be(
    desk: Desk, session: Session, w: makers.World, values: dict[str, object], code: str
) -> None:
    _lottery(desk, w)
    before = _counts(session, w)
    with pytest.raises(Refused, match=code):
        _enter(desk, w.procurement, **values)  # type: ignore[arg-type]
    assert _counts(session, w) == before


def test_nobody_can_choose_among_draws(desk: Desk, w: makers.World, clock: SetClock) -> None:
    _lottery(desk, w)
    first = _enter(desk, w.procurement)
    with pytest.raises(Refused, match="draw_entered"):
        _enter(desk, w.procurement)
    withdraw_lottery(desk, w.approver, first)
    with pytest.raises(Refused, match="draw_settled"):
        confirm_lottery(desk, w.approver, first, NUMBERS)
    confirm_lottery(desk, w.approver, _enter(desk, w.procurement), NUMBERS)
    with pytest.raises(Refused, match="day_has_beacon"):
        _enter(desk, w.procurement)
    tomorrow = TODAY + timedelta(days=1)
    with pytest.raises(Refused, match="draw_older_than_used"):
        _enter(desk, w.procurement, tomorrow, drawn_on=TODAY - timedelta(days=2))


def test_after_the_first_list_it_is_too_late(desk: Desk, session: Session, w: makers.World) -> None:
    makers.provider(desk, w)
    _lottery(desk, w)
    draw = _enter(desk, w.procurement)
    makers.granted(desk, w, makers.client(desk, w))
    with pytest.raises(Refused, match="day_has_beacon"):
        confirm_lottery(desk, w.approver, draw, NUMBERS)
    assert [line["randomness"] for line in _beacons(session, w)] == [NO_RANDOMNESS.hex()]


def test_a_look_at_the_public_list_does_not_close_the_day(
    desk: Desk, session: Session, w: makers.World, clock: SetClock
) -> None:
    makers.provider(desk, w)
    first = public_list(desk, ANYONE, w.organiser_code, None, None)
    _lottery(desk, w)
    tomorrow = TODAY + timedelta(days=1)
    clock.move_to(tomorrow)
    again = public_list(desk, ANYONE, w.organiser_code, None, None)
    assert (again.drawn_on, again.today) == (TODAY, tomorrow)
    assert again.cards == first.cards
    confirm_lottery(desk, w.approver, _enter(desk, w.procurement, tomorrow), NUMBERS)
    assert public_list(desk, ANYONE, w.organiser_code, None, None).drawn_on == tomorrow
    assert [line["source"] for line in _beacons(session, w)] == ["none", "lottery:lotto"]


def test_drand_by_file(desk: Desk, session: Session, w: makers.World, clock: SetClock) -> None:
    makers.provider(desk, w)
    _drand(desk, w)
    number = first_round(CHAIN, TODAY)
    clock.move_to(datetime(2026, 11, 16, 1, tzinfo=UTC))
    taken = _take(desk, w, json.dumps([INFO, a_round(number)]))
    assert taken == BeaconTaken((TODAY,), (), False)
    (line,) = _beacons(session, w)
    assert (line["source"], line["round"]) == (CHAIN.source, str(number))
    assert line["signature"] == a_round(number)["signature"]
    assert _take(desk, w, json.dumps(a_round(number))) == BeaconTaken((), (TODAY,), False)
    makers.granted(desk, w, makers.client(desk, w))
    report = verify(log_bytes(session, w.organiser_id), head=None, today=TODAY, strict=True)
    assert (report.exit_code, report.commit_only_days) == (0, 0)


def test_a_bad_file_changes_nothing(desk: Desk, session: Session, w: makers.World, clock: SetClock) -> None:
    with pytest.raises(Refused, match="drand_not_used"):
        _take(desk, w, json.dumps(a_round(1)))
    _drand(desk, w)
    before = _counts(session, w)
    number = first_round(CHAIN, TODAY)
    with pytest.raises(BadRounds):
        _take(desk, w, json.dumps({**a_round(number), "randomness": "11" * 32}))
    with pytest.raises(Refused, match="round_missing"):
        _take(desk, w, json.dumps(a_round(number - 1)))
    assert _counts(session, w) == before
    makers.provider(desk, w)
    makers.granted(desk, w, makers.client(desk, w))
    assert _take(desk, w, json.dumps(a_round(number))).too_late
    assert [line["source"] for line in _beacons(session, w)] == ["none"]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (RuleOrder("dice", "x"), "choice_unknown"),
        (RuleOrder("lottery", "x", lottery="Iso Lotto"), "lottery_code"),
        (RuleOrder("drand", "x"), "chain_missing"),
        (RuleOrder("drand", "x", chain_info="{"), "chain_wrong"),
        (RuleOrder("drand", "x", chain_info="[1]"), "chain_wrong"),
        (RuleOrder("drand", "x", chain_info=json.dumps({**INFO, "period": 3})), "chain_wrong"),
        (RuleOrder("none", "x"), "same_rule"),
        (RuleOrder("lottery", " ", lottery="lotto"), "reasons_missing"),
    ],
)
def test_what_a_rule_may_not_be(
    desk: Desk, session: Session, w: makers.World, order: RuleOrder, code: str
) -> None:
    before = _counts(session, w)
    with pytest.raises(Refused, match=code):
        set_order_rule(desk, w.procurement, order)
    assert _counts(session, w) == before


def test_the_rule_is_kept_with_its_history(desk: Desk, w: makers.World) -> None:
    _drand(desk, w)
    set_order_rule(desk, w.procurement, RuleOrder("none", "Ketju lopetti."))
    page = order_rule_page(desk, w.auditor)
    assert (page.rule.source, page.rule.chain) == ("none", None)
    assert [change.source for change in page.changes] == ["none", "drand"]
    assert not page.can_set


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return helsinki_moment(day, time(hour, minute))


def _ask(desk: Desk, w: makers.World) -> int:
    """The worker's duty; how many days it opened."""
    done = do(next(one for one in DUTIES if one.name == "the day's beacon"), desk, w.organiser_id)
    assert done.error is None
    return done.count


def test_a_quiet_day_is_opened_at_once_where_nothing_is_expected(
    desk: Desk, session: Session, w: makers.World, clock: SetClock
) -> None:
    days = [TODAY + timedelta(days=n) for n in range(3)]
    for day in days:
        clock.move_to(_at(day, 0, 5))
        assert [_ask(desk, w), _ask(desk, w)] == [1, 0]
    assert [line["day"] for line in _beacons(session, w)] == [day.isoformat() for day in days]
    report = verify(log_bytes(session, w.organiser_id), head=None, today=days[-1], strict=False)
    assert (report.exit_code, report.commit_only_days) == (0, 3)


def test_a_quiet_day_waits_for_the_lottery_and_ends_without_it(
    desk: Desk, session: Session, w: makers.World, clock: SetClock
) -> None:
    _lottery(desk, w)
    tomorrow = TODAY + timedelta(days=1)
    clock.move_to(_at(TODAY, 22, 59))
    assert _ask(desk, w) == 0
    confirm_lottery(desk, w.approver, _enter(desk, w.procurement, tomorrow, drawn_on=TODAY), NUMBERS)
    clock.move_to(_at(TODAY, 23))
    assert _ask(desk, w) == 1  # nothing came for today: it ends as none
    clock.move_to(_at(tomorrow, 0, 5))
    assert [_ask(desk, w), _ask(desk, w)] == [1, 0]  # what was brought in yesterday is there: no need to wait
    assert [line["source"] for line in _beacons(session, w)] == ["none", "lottery:lotto"]


def test_a_quiet_day_waits_for_drand(desk: Desk, session: Session, w: makers.World, clock: SetClock) -> None:
    _drand(desk, w)
    clock.move_to(_at(TODAY, 3))
    assert _ask(desk, w) == 0
    assert not _take(desk, w, json.dumps([INFO, a_round(first_round(CHAIN, TODAY))])).too_late
    assert _ask(desk, w) == 0
    assert [line["source"] for line in _beacons(session, w)] == [CHAIN.source]


def test_a_day_that_is_over_is_not_opened_afterwards(
    desk: Desk, session: Session, w: makers.World, clock: SetClock
) -> None:
    _lottery(desk, w)
    assert _ask(desk, w) == 0
    clock.move_to(_at(TODAY + timedelta(days=1), 0, 1))
    assert _ask(desk, w) == 0
    assert _beacons(session, w) == []
