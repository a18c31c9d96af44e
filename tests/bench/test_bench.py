"""The bench's pieces start and agree with each other. Nothing is timed here."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hmac import digest
from pathlib import Path

import pytest

from marketplace.matching.order import placements, seed
from tests.bench import __main__ as bench
from tests.bench import against, draws
from tests.bench.capture import COMMIT, Said
from tests.bench.contest import AT_ONCE, BY_HAND, HOUSE, MANY, SQL, Failed, by_name, contestants, play
from tests.bench.load import get, send
from tests.bench.pages import CLIENTS, EVENT, GRANT, LIST, LONG_LIST, asks_by_hand
from tests.bench.region import SMALL
from tests.bench.replay import literal, pgbench_script, tape
from tests.bench.stage import Stage, staged
from tests.matching.logs import KEY, RANDOMNESS, market


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged(SMALL, times=3, say=lambda _line: None) as made:
        yield made


@pytest.mark.slow
def test_every_contestant_answers_and_the_table_is_printed(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    who = contestants(stage)
    assert list(play(who, 1, 0.1)) == [1]
    assert all(one.rounds[0].count > 0 for one in who)
    lines = bench.report(stage, who, SMALL)
    assert (
        sum(HOUSE in line for line in lines) == 8
    )  # five pages, with many vouchers, with many writers, and the memory
    assert all(isinstance(sentence, str) for sentence in bench.targets(stage, who))
    assert {page for page, way in by_name(who) if way == SQL} == {LIST, LONG_LIST, CLIENTS, EVENT, GRANT, AT_ONCE}


@pytest.mark.slow
def test_many_vouchers_change_no_query(stage: Stage) -> None:
    assert stage.vouchers == (SMALL.vouchers + 2, 3 * (SMALL.vouchers + 2))
    assert stage.page_of_many.queries == stage.pages[LIST].queries
    said = [[step.sql for step in page.tape.steps] for page in (stage.page_of_many, stage.pages[LIST])]
    assert said[0] == said[1]


@pytest.mark.slow
@pytest.mark.parametrize("name", [LIST, LONG_LIST, CLIENTS])
def test_the_page_by_hand_is_much_like_the_page(stage: Stage, name: str) -> None:
    recorded = stage.pages[name]
    answer = send(stage.by_hand.port, asks_by_hand(name, stage.by_hand.port, recorded)(0))
    html = answer.partition(b"\r\n\r\n")[2]
    assert 0.85 < len(html) / len(recorded.answer) < 1.2
    mark = b"<tr>" if name == CLIENTS else b'class="card-plain offer"'
    assert html.count(mark) == recorded.answer.count(mark) > 2


@pytest.mark.slow
def test_nobody_is_served_without_a_session(stage: Stage) -> None:
    assert send(stage.by_hand.port, get(stage.by_hand.port, f"/{LIST}"))[9:12] == b"403"
    assert (
        send(stage.house.port, get(stage.house.port, f"/my/vouchers/{stage.region.voucher_id}/providers"))[9:12]
        == b"303"
    )


def test_a_number_that_came_back_is_taken_from_the_new_answer() -> None:
    said = [
        Said("select set_config('app.organiser', %(o)s, true)", {"o": "40000001"}, rows=[("40000001",)]),
        Said("insert into event (voucher_id, day) values (%(v)s::BIGINT, %(d)s) returning id",
             {"v": 410000001, "d": datetime(2026, 11, 16, 12, tzinfo=UTC)}, columns=("id",), rows=[(460000001,)]),
        Said("select seq from order_log_head", {}, columns=("seq",), rows=[(910000004,)]),
        Said("insert into entry (key, seq, clients, once) values (%(k)s, %(s)s, %(c)s, %(o)s)",
             {"k": "event/460000001/x", "s": 910000005, "c": [410000001, 7], "o": "abc"}),
        Said(COMMIT),
    ]  # fmt: skip
    played = tape(said, {410000001: "voucher"}, key="abc")
    script = pgbench_script(played, {"voucher": (1, 9)})
    assert script.splitlines() == [
        "\\set voucher random(1, 9)",
        "\\set key random(1, 1000000000000000)",
        "BEGIN;",
        "select set_config('app.organiser', '40000001', true);",
        "insert into event (voucher_id, day) values (:voucher::bigint::BIGINT, U&'2026-11-16T12\\003A00\\003A00+00\\003A00') "
        "returning id \\gset a1_",
        "select seq from order_log_head \\gset a2_",
        "insert into entry (key, seq, clients, once) values "
        "(('event/' || ((:a1_id::bigint))::text || '/x'), (:a2_seq::bigint + 1), ARRAY[:voucher::bigint, 7], "
        "('' || (lpad(:key::text, 32, '0'))::text || ''))".replace("(('' ||", "('' ||") + ";",
        "COMMIT;",
    ]  # fmt: skip


def test_literals_hide_colons_from_pgbench() -> None:
    assert literal("it's") == "'it''s'"
    assert literal('{"a":"b\\n"}') == 'U&\'{"a"\\003A"b\\\\n"}\''
    assert literal([True, None, 3, b"\x01"]) == "ARRAY[true, NULL, 3, '\\x01'::bytea]"


def test_the_ways_have_names_of_their_own() -> None:
    assert len({HOUSE, BY_HAND, SQL, MANY}) == 4


def test_the_draws_are_measured_and_judged() -> None:
    found = draws.measure(50, 2, 3, 5, 1)
    assert found.lists == 6
    assert not found.missed()
    assert "6 lists of 5 checked" in found.lines()[1]
    assert replace(found, second_seconds=draws.TARGET_SECONDS).missed()


def test_the_same_hmacs_are_hashed_by_hand() -> None:
    """Sorted by hand, the messages of `draws` are the digests that placed the units."""
    pool = market(50, 35)
    root = seed(KEY, RANDOMNESS, 1, draws.SERVICE)
    made = {digest(root, message, "sha256") for message in draws._messages(50)}
    placed = placements(KEY, RANDOMNESS, 1, draws.SERVICE, pool, [])
    assert {one.digest for one in placed} <= made
    sisters = sum(len([other for other in placed if other.group == one.group]) > 1 for one in placed)
    assert len(made) == len(placed) + sisters


@pytest.mark.slow
def test_a_tree_is_measured_against_a_former_one() -> None:
    said: list[str] = []
    missed = against.compare("HEAD", 1, 0.2, small=True, say=said.append)
    assert sum("queries" in line for line in said) == 2
    assert "of the rate at" in said[-1]
    assert not any("asked" in sentence for sentence in missed), "the same tree asks the same"


def test_a_commit_that_is_none_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="no-such-commit"):
        against._unpack("no-such-commit", tmp_path / "former")
