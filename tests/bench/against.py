"""The comparison page of this tree against that of a former commit: both served at once, asked in turns, in one run."""

import base64
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from marketplace.integrations.embedded import EmbeddedServer
from tests.bench.contest import Contestant, Failed, play, ratio, warm_up, web
from tests.bench.pages import LIST
from tests.bench.servers import ROOT, Server
from tests.bench.stage import environment_of

KEEPS = 0.75
"""The rate may not fall below this share of the rate before, and the number of reads stays."""


def compare(
    commit: str, rounds: int, seconds: float, small: bool = False, say: Callable[[str], None] = print
) -> list[str]:
    """Measure, print, and return the sentences about what is missed."""
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="valinta-bench-", ignore_cleanup_errors=True))
        )
        folder.chmod(0o711)  # as root, the database runs as somebody else
        database = EmbeddedServer(folder / "data")
        stack.callback(database.stop)
        name = _unpack(commit, folder / "former")
        who, queries = [], []
        for way, tree in (("now", ROOT), (name, folder / "former")):
            say(f"Building and serving the region, {way} ...")
            database.ensure_database("now" if tree == ROOT else "former")
            url = database.url("now" if tree == ROOT else "former")
            found = stack.enter_context(_side(tree, url, folder / f"{tree.name}.log", small))
            request = base64.b64decode(str(found["request"]))
            server = Server(int(str(found["port"])), int(str(found["process"])), folder / f"{tree.name}.log")
            who.append(Contestant(LIST, way, web(database.folder, server, lambda _number, same=request: same)))
            queries.append(int(str(found["queries"])))
        warm_up(who, min(1.0, seconds))
        for done in play(who, rounds, seconds):
            say(f"Round {done} of {rounds} is done ...")
        now, former = who
        for one, reads in zip(who, queries, strict=True):
            rate, web_cpu = (
                one.median(lambda done: done.rate),
                one.median(lambda done: 1000 * done.web_cpu / done.count),
            )
            say(f"  {one.way:<12}{rate:>8.1f} a second, {web_cpu:.2f} ms of CPU each, {reads} queries")
        share = ratio(now, former)
        say(f"Comparison page: {share:.2f} of the rate at {name} (the median of {rounds} rounds' own ratios).")
    return _missed(share, name, *queries)


def _missed(share: float, name: str, reads: int, reads_before: int) -> list[str]:
    missed = []
    if share < KEEPS:
        missed.append(f"the comparison page reaches {share:.2f} of its rate at {name}; it should keep {KEEPS}.")
    if reads != reads_before:
        missed.append(f"the comparison page asks {reads} queries; at {name} it asked {reads_before}.")
    return missed


def _unpack(commit: str, folder: Path) -> str:
    """The tree of a commit in a folder of its own; returns the commit's short name. Nothing is left in the repository."""
    try:
        named = ["git", "rev-parse", "--short", "--verify", f"{commit}^{{commit}}"]
        name = subprocess.run(named, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
        packed = subprocess.run(["git", "archive", name], cwd=ROOT, check=True, capture_output=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failed(f"the commit {commit} cannot be had: {error}") from error
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return name


@contextmanager
def _side(tree: Path, url: str, log: Path, small: bool) -> Iterator[Mapping[str, object]]:
    """A tree that builds and serves its own region; what it says of itself."""
    words = [sys.executable, str(Path(__file__).with_name("side.py")), str(tree), url, "small" if small else "whole"]
    environment = {**environment_of(url), "PYTHONPATH": str(tree)}
    with log.open("wb") as out:
        process = subprocess.Popen(
            words, cwd=tree, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=out, text=True
        )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        if not said:
            raise Failed(f"{tree} could not be measured:\n{log.read_text(errors='replace')[-2000:]}")
        yield json.loads(said)
    finally:
        process.communicate()  # its standard input ends, and so it stops its server
