"""The contest: every contestant in turn, round after round, so that all of them meet the same noise."""

import os
import re
import shutil
import statistics
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import make_url

from tests.bench.load import CLIENTS as CLIENTS_AT_ONCE
from tests.bench.load import HOST, Request, get, load
from tests.bench.pages import GRANT, LIST, WHO, Recorded, asks, asks_by_hand
from tests.bench.replay import pgbench_script
from tests.bench.servers import WRITERS, Server, database_cpu
from tests.bench.stage import Stage

TURNS = 4
AT_ONCE = "writers"
"""Not a page of its own: granting a voucher, with as many workers and connections as there are writers."""
HOUSE, BY_HAND, SQL, PLAIN, MANY = "valinta", "by hand", "bare SQL", "plain Flask", "valinta, 100 x vouchers"


@dataclass
class Measured:
    """What one contestant did in one round. Seconds; CPU of the web server's workers and of the database."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    web_cpu: float = 0.0
    database_cpu: float = 0.0

    def add(self, other: "Measured") -> None:
        self.seconds += other.seconds
        self.latencies += other.latencies
        self.web_cpu += other.web_cpu
        self.database_cpu += other.database_cpu

    @property
    def count(self) -> int:
        return len(self.latencies)

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.count / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds in which so large a share was answered."""
        ordered = sorted(self.latencies)
        return ordered[min(int(self.count * share), self.count - 1)] * 1000


@dataclass
class Contestant:
    """Who is measured: a page (of `pages`) done in one way. `rounds`: what it did. `whole`: it cannot stop and go on."""

    page: str
    way: str
    run: Callable[[float], Measured]
    whole: bool = False
    rounds: list[Measured] = field(default_factory=list)

    def median(self, what: Callable[[Measured], float]) -> float:
        return statistics.median(map(what, self.rounds))


class Failed(Exception):
    """A contestant answered with an error: nothing that was measured would mean anything."""


def contestants(stage: Stage) -> list[Contestant]:
    """All of them, those of one page beside each other."""
    plain = get(stage.plain.port, "/")
    house = stage.database.folder
    found = [Contestant("", PLAIN, web(house, stage.plain, lambda _number: plain))]
    for name in WHO:
        recorded = stage.pages[name]
        request = asks(name, stage.house.port, stage.region, stage.visitors[name])
        found.append(Contestant(name, HOUSE, web(house, stage.house, request)))
        if name == LIST:
            same = asks(name, stage.house_of_many.port, stage.region, stage.visitors_of_many[name])
            found.append(Contestant(name, MANY, web(house, stage.house_of_many, same)))
        by_hand = asks_by_hand(name, stage.by_hand.port, recorded)
        found.append(Contestant(name, BY_HAND, web(house, stage.by_hand, by_hand)))
        found.append(Contestant(name, SQL, _pgbench(stage, name, recorded), whole=True))
    ask = asks(GRANT, stage.house_of_writers.port, stage.region, stage.visitors[GRANT], stage.region.first_of_writers)
    bare = _pgbench(stage, GRANT, stage.pages[GRANT], WRITERS)
    found.append(Contestant(AT_ONCE, HOUSE, web(house, stage.house_of_writers, ask, WRITERS)))
    found.append(Contestant(AT_ONCE, SQL, bare, whole=True))
    return found


def play(who: list[Contestant], rounds: int, seconds: float) -> Iterator[int]:
    """Round after round; in each, page after page. Those who do the same page take turns in short slices, forwards and
    then backwards, so that whatever else the machine does hits all of them alike. Gives the rounds done."""
    pages = list(dict.fromkeys(one.page for one in who))
    for done in range(1, rounds + 1):
        for page in pages:
            _take_turns([one for one in who if one.page == page], seconds)
        yield done


def _take_turns(group: list[Contestant], seconds: float) -> None:
    for one in group:
        one.rounds.append(Measured())
    for turn in range(TURNS):
        for one in group if turn % 2 == 0 else reversed(group):
            if not one.whole:
                one.rounds[-1].add(one.run(seconds / TURNS))
            elif turn == TURNS // 2:
                one.rounds[-1].add(one.run(seconds))


def warm_up(who: list[Contestant], seconds: float) -> None:
    """Caches, prepared statements and connections, before anything counts."""
    for contestant in who:
        contestant.run(seconds)


def web(
    database: Path, server: Server, request: Request, clients: int = CLIENTS_AT_ONCE
) -> Callable[[float], Measured]:
    """Asking a server. `database`: the folder of the database whose CPU is counted."""

    def run(seconds: float) -> Measured:
        served, worked = server.cpu(), database_cpu(database)
        done = load(server.port, request, seconds, clients=clients)
        if done.problems or not done.latencies:
            raise Failed(f"{HOST}:{server.port}: {done.problems[:1] or 'no answer'}\n{server.last_words()}")
        spent = server.cpu() - served, database_cpu(database) - worked
        return Measured(done.seconds, done.latencies, *spent)

    return run


def _pgbench(
    stage: Stage, name: str, recorded: Recorded, clients: int = CLIENTS_AT_ONCE
) -> Callable[[float], Measured]:
    script = stage.folder / f"{name}.sql"
    script.write_text(pgbench_script(recorded.tape, recorded.inputs), "utf-8")
    url = make_url(stage.database.url("base"))
    where = {"PGHOST": str(url.query.get("host") or url.host), "PGUSER": str(url.username), "PGDATABASE": "base"}
    if url.port:
        where["PGPORT"] = str(url.port)
    where["PGOPTIONS"] = "-c role=valinta_app -c timezone=UTC"

    def run(seconds: float) -> Measured:
        logs = stage.folder / "pgbench"
        shutil.rmtree(logs, ignore_errors=True)
        logs.mkdir()
        words = [str(stage.database.program("pgbench")), "-n", "-M", "prepared", "-c", str(clients), "-j", "1",
                 "-T", str(max(1, round(seconds))), "-l", "--log-prefix", str(logs / "log"), "-f", str(script)]  # fmt: skip
        before = database_cpu(stage.database.folder)
        done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, **where}, timeout=120)
        if done.returncode:
            raise Failed(f"pgbench, {name}: {done.stderr[-800:]}")
        return _of_pgbench(done.stdout, logs, database_cpu(stage.database.folder) - before)

    return run


def _of_pgbench(said: str, logs: Path, cpu: float) -> Measured:
    rate = re.search(r"tps = ([0-9.]+)", said)
    times = [int(line.split()[2]) / 1e6 for log in logs.iterdir() for line in log.read_text().splitlines()]
    if rate is None or not times:
        raise Failed(f"pgbench said nothing: {said}")
    return Measured(len(times) / float(rate.group(1)), times, 0.0, cpu)


def ratio(of: Contestant, to: Contestant) -> float:
    """How the one's rate stands to the other's: the median of the rounds' own ratios, which share their noise."""
    pairs = zip(of.rounds, to.rounds, strict=True)
    return statistics.median(one.rate / other.rate for one, other in pairs)


def by_name(who: list[Contestant]) -> Mapping[tuple[str, str], Contestant]:
    return {(contestant.page, contestant.way): contestant for contestant in who}
