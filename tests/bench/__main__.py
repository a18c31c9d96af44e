"""python -m tests.bench [--quick | --against COMMIT]: measure, print, and say whether the targets are met.

Exit code 1 when a target is missed, 2 when something could not be measured.
"""

import argparse
import os
import platform
import sys
import time

from tests.bench.against import compare
from tests.bench.contest import (
    AT_ONCE,
    BY_HAND,
    HOUSE,
    MANY,
    PLAIN,
    SQL,
    Contestant,
    Failed,
    by_name,
    contestants,
    play,
    ratio,
    warm_up,
)
from tests.bench.draws import measure
from tests.bench.pages import CLIENTS, EVENT, GRANT, LIST, LONG_LIST
from tests.bench.region import SMALL, Sizes
from tests.bench.servers import WRITERS
from tests.bench.stage import TIMES, Stage, staged

ROUNDS, SECONDS = 5, 2.0
QUARTER, THREE_QUARTERS = 0.25, 0.75


def titles(sizes: Sizes) -> dict[str, str]:
    return {
        "": "Nothing",
        LIST: f"Comparison, {sizes.short_list} providers",
        LONG_LIST: f"Comparison, {sizes.long_list} providers",
        CLIENTS: f"Provider's client list, {sizes.clients_of_one} clients",
        EVENT: "Saving an event",
        GRANT: "Granting a voucher",
        AT_ONCE: f"Granting a voucher, {WRITERS} writers and workers at once",
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round, for development: no targets")
    parser.add_argument("--small", action="store_true", help="a handful of rows: only to see that it runs")
    parser.add_argument("--against", metavar="COMMIT", help="only the comparison page, beside that of a former commit")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float)
    asked = parser.parse_args(arguments)
    sizes = SMALL if asked.small else Sizes()
    rounds = asked.rounds or (1 if asked.quick or asked.small else ROUNDS)
    seconds = asked.seconds or (1.0 if asked.quick or asked.small else SECONDS)
    began = time.monotonic()
    try:
        if asked.against:
            return _verdict(compare(asked.against, rounds, seconds, asked.small), began)
        drawn = measure(100, 2, 5, 6, 1) if asked.small else measure()
        with staged(sizes, 3 if asked.small else TIMES) as stage:
            who = contestants(stage)
            warm_up(who, min(0.5, seconds))
            for done in play(who, rounds, seconds):
                print(f"Round {done} of {rounds} is done ...", flush=True)
            for line in report(stage, who, sizes):
                print(line)
            print("\n".join(drawn.lines()))
            missed = [] if asked.small else targets(stage, who) + drawn.missed()
    except Failed as failed:
        print(f"The bench stopped: {failed}", file=sys.stderr)
        return 2
    return _verdict(missed, began)


def _verdict(missed: list[str], began: float) -> int:
    print(f"\nAll of it took {time.monotonic() - began:.0f} s.")
    for sentence in missed:
        print(f"MISSED: {sentence}")
    return 1 if missed else 0


def report(stage: Stage, who: list[Contestant], sizes: Sizes) -> list[str]:
    """The table, a block a page."""
    names, found = titles(sizes), by_name(who)
    lines = [
        "",
        f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}; gunicorn with 2 synchronous "
        "workers, 4 requests at a time;",
        "logged in, row security, audit and Finnish on; medians of the rounds, ratios are medians of each round's own.",
        "",
        f"{'':<42}{'per s':>8}{'p50 ms':>9}{'p95 ms':>9}{'web CPU':>9}{'db CPU':>9}{'queries':>9}{'of by hand':>12}",
    ]
    page = None
    for one in who:
        if one.page != page:
            page = one.page
            lines.append(names[page])
        lines.append(_line(stage, one, found.get((one.page, BY_HAND))))
    house, writers = stage.house.memory(), ratio(found[AT_ONCE, HOUSE], found[AT_ONCE, SQL])
    lines += [
        "",
        f"CPU in ms a request. A worker of valinta takes {house[0]} MiB ({house[1]} MiB of its own share), by hand "
        f"{stage.by_hand.memory()[0]} MiB, plain Flask {stage.plain.memory()[0]} MiB.",
        f"A voucher decision with its line in the order log, {WRITERS} writers at once, reaches {writers:.2f} of the rate of "
        "bare SQL's same statements.",
        f"Vouchers: {stage.vouchers[0]}, and {stage.vouchers[1]} where there are many. Bytes of the comparison page: "
        f"{len(stage.pages[LIST].answer)}.",
    ]
    return lines


def _line(stage: Stage, one: Contestant, by_hand: Contestant | None) -> str:
    recorded = stage.pages.get(GRANT if one.page == AT_ONCE else one.page, stage.page_of_many)
    queries = "" if one.way == PLAIN else str((stage.page_of_many if one.way == MANY else recorded).queries)
    share = f"{ratio(one, by_hand):.2f}" if by_hand is not None else ""
    web = "" if one.way == SQL else f"{one.median(lambda done: 1000 * done.web_cpu / done.count):.2f}"
    database = one.median(lambda done: 1000 * done.database_cpu / done.count)
    middle, slow = (one.median(lambda done, part=part: done.percentile(part)) for part in (0.5, 0.95))
    return (
        f"  {one.way:<40}{one.median(lambda done: done.rate):>8.0f}{middle:>9.1f}{slow:>9.1f}{web:>9}{database:>9.2f}"
        f"{queries:>9}{share:>12}"
    )


def targets(stage: Stage, who: list[Contestant]) -> list[str]:
    """The targets that are missed, in a sentence each."""
    found = by_name(who)
    house, many, by_hand = found[LIST, HOUSE], found[LIST, MANY], found[LIST, BY_HAND]
    missed = []
    if (share := ratio(house, by_hand)) < QUARTER:
        missed.append(
            f"the comparison page reaches {share:.2f} of the rate of the page by hand; it should reach {QUARTER}."
        )
    if (share := ratio(many, house)) < THREE_QUARTERS:
        missed.append(
            f"with {stage.vouchers[1]} vouchers the comparison page keeps {share:.2f} of its rate; it should keep "
            f"{THREE_QUARTERS}."
        )
    queries = stage.pages[LIST].queries, stage.page_of_many.queries
    if queries[0] != queries[1]:
        missed.append(f"with many vouchers the comparison page asks {queries[1]} queries instead of {queries[0]}.")
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
