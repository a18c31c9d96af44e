"""Processes are killed (SIGKILL) at random moments while they work: either the old state or the new, never half of it."""

import os
import pickle
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from marketplace.clock import SetClock
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.seal_audit import seal_audit
from tests.concurrency.at_once import faults
from tests.concurrency.player import Play
from tests.conftest import Database
from tests.makers import World, active_voucher, client, opened, provider, world

ROUNDS = 3
PLAYERS = 3
ROOT = Path(__file__).resolve().parents[2]

HALF_DONE = {
    "a voucher without its decision, its list, its reservation, its first move or its word to the audit": """
        select v.number from voucher v where not (
            exists (select from decision d where d.id = v.decision_id and d.client_id = v.client_id)
            and exists (select from offer_list o where o.voucher_id = v.id and o.list_seq = v.list_seq)
            and exists (select from order_log_line l
                        where l.type = 'list' and (l.line::json ->> 'list_seq')::int = v.list_seq)
            and exists (select from ledger_entry e where e.key = 'grant/' || v.id and e.recipe = 'grant')
            and exists (select from voucher_move m where m.voucher_id = v.id and m.move = 'grant')
            and exists (select from audit_event a where a.action = 'voucher.grant' and a.subject_id = v.id))""",
    "a grant's decision without a voucher": """
        select number from decision d where d.kind = 'voucher_grant'
            and not exists (select from voucher v where v.decision_id = d.id)""",
    "a list without a voucher": """
        select list_seq from offer_list o where not exists (select from voucher v where v.list_seq = o.list_seq)""",
    "a voucher whose last move is not its state": """
        select v.number from voucher v where v.state <> (
            select m.target from voucher_move m where m.voucher_id = v.id order by m.id desc limit 1)""",
    "an event without its booking or its word to the audit": """
        select e.id from event e where not (
            (e.amount_cents = 0 or exists (select from ledger_entry x where x.key = 'event/' || e.id))
            and exists (select from audit_event a where a.action = 'event.record' and a.subject_id = e.id))""",
    "a booking of an event that is not there": """
        select key from ledger_entry x where x.recipe = 'record_event'
            and not exists (select from event e where 'event/' || e.id = x.key)""",
    "an objected event without an open objection, or the other way round": """
        select e.id from event e where (e.state = 'objected') <> exists (
            select from objection o where o.event_id = e.id and o.state in ('open', 'answered'))""",
    "an invoice without lines, or whose numbers have a gap": """
        select i.number from invoice i
        left join invoice_line l on l.invoice_id = i.id
        group by i.id having count(l.id) = 0 or max(l.number) <> count(l.id)""",
    "a line whose last move is not its state": """
        select l.id from invoice_line l where l.state <> (
            select m.target from line_move m where m.line_id = l.id order by m.id desc limit 1)""",
    "a line in a batch without a payment, or the other way round": """
        select l.id from invoice_line l left join payment p on p.id = l.payment_id
        where (l.state in ('in_batch', 'sent', 'paid')) <> coalesce(p.state in ('in_batch', 'sent', 'paid'), false)""",
    "a batch without payments, or with one in another state": """
        select b.number from payment_batch b left join payment p on p.batch_id = b.id group by b.id
        having count(p.id) = 0 or not bool_and(case b.state
            when 'draft' then p.state = 'in_batch' when 'approved' then p.state = 'in_batch'
            when 'cancelled' then p.state = 'cancelled' when 'sent' then p.state in ('sent', 'paid', 'returned')
            when 'acknowledged' then p.state in ('sent', 'paid', 'returned')
            else p.state in ('paid', 'returned') end)""",
    "a gap in a series of numbers": """
        select series from counter c where c.last <> case split_part(series, '/', 1)
            when 'voucher' then (select count(*) from voucher)
            when 'decision' then (select count(*) from decision)
            when 'batch' then (select count(*) from payment_batch)
            when 'invoice' then (select count(*) from invoice i where i.provider_id = split_part(series, '/', 2)::int)
            else c.last end""",
    "two living choices, or a voucher that names a choice which is over": """
        select v.number from voucher v left join choice c on c.id = v.choice_id
        where v.state in ('chosen', 'active') and coalesce(c.state not in ('proposed', 'confirmed'), true)""",
}


def half_done(desk: Desk, w: World) -> list[str]:
    """What only half of a use case could have left behind."""
    with opened(desk, w.auditor) as tx:
        found = [(what, tx.session.execute(text(query)).scalars().all()) for what, query in HALF_DONE.items()]
    return [f"{what}: {rows}" for what, rows in found if rows]


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_nothing_half_done(
    own_database: Database, own_desk: Desk, clock: SetClock, tmp_path: Path
) -> None:
    w = world(own_desk)
    companies = [provider(own_desk, w) for _ in range(3)]
    holders = [client(own_desk, w) for _ in range(25)]
    for holder in holders[:8]:
        active_voucher(own_desk, w, company=companies[holder.client_id % 3], holder=holder)
    clock.move_to(clock.today() + timedelta(days=5))
    play = Play(own_database.url, clock.today(), w, companies, holders)
    (tmp_path / "play.pickle").write_bytes(pickle.dumps(play))
    rng = random.Random(7)
    for round_ in range(ROUNDS):
        seeds = [100 * round_ + number for number in range(PLAYERS)]
        kill_while_working(tmp_path, seeds, rng)
        wait_for_the_database(own_desk)
        assert [
            (tmp_path / f"{seed}.error").read_text() for seed in seeds if (tmp_path / f"{seed}.error").exists()
        ] == []
        assert half_done(own_desk, w) == []
        assert faults(own_desk, w.auditor) == []
    seal_audit(own_desk, w.organiser_id)
    assert faults(own_desk, w.auditor) == []
    steps = sum(int(file.read_text() or 0) for file in tmp_path.glob("*.done"))
    assert steps > ROUNDS * PLAYERS, "the players did not come to work"


def kill_while_working(folder: Path, seeds: list[int], rng: random.Random) -> None:
    """Start the players, wait until each works, and kill each at a moment of its own."""
    players = [
        subprocess.Popen([sys.executable, "-m", "tests.concurrency.player", str(folder), str(seed)], cwd=ROOT,
                         stderr=subprocess.DEVNULL)
        for seed in seeds
    ]  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not all((folder / f"{seed}.done").exists() for seed in seeds) and time.monotonic() < deadline:
            time.sleep(0.05)
        for player in players:
            time.sleep(rng.uniform(0.2, 1.0))
            os.kill(player.pid, signal.SIGKILL)
    finally:
        for player in players:
            player.kill()
            player.wait()


def wait_for_the_database(desk: Desk) -> None:
    """Until it has noticed that its clients are gone and has rolled back what they had begun."""
    for _ in range(100):
        with desk._sessions() as session:
            others = session.scalar(
                text(
                    "select count(*) from pg_stat_activity where datname = current_database() "
                    "and pid <> pg_backend_pid() and state <> 'idle'"
                )
            )
        if not others:
            return
        time.sleep(0.1)
    raise AssertionError("the database still works for a process that is gone")
