"""The servers that are measured: gunicorn with two synchronous workers each, and what they take of the machine."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.load import HOST

ROOT = Path(__file__).resolve().parents[2]
WORKERS, WRITERS = 2, 8
TICK = os.sysconf("SC_CLK_TCK")
SERVE = ["-c", "from marketplace.cli import main; main()", "serve", "--workers", str(WORKERS), "--port"]
SERVE_WRITERS = [str(WRITERS) if word == str(WORKERS) else word for word in SERVE]
_GUNICORN = ["-m", "gunicorn", "--no-control-socket", "--timeout", "60", "--workers", str(WORKERS)]
BY_HAND = [*_GUNICORN, "tests.bench.byhand:application", "--bind"]
PLAIN = [*_GUNICORN, "tests.bench.plain:application", "--bind"]


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    process: int
    log: Path

    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-2000:]

    def workers(self) -> list[int]:
        return children(self.process)

    def cpu(self) -> float:
        """Seconds of CPU that its workers have used."""
        return sum(map(cpu_of, self.workers()))

    def memory(self) -> tuple[int, int]:
        """MiB of one worker (the largest): resident, and its proportional share of what is shared."""
        return max(memory_of(worker) for worker in self.workers())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(words: list[str], environment: Mapping[str, str], log: Path) -> Iterator[Server]:
    """A server of ours on a free port. The last word is the one that takes the port (or the address)."""
    port = free_port()
    where = f"{HOST}:{port}" if words[-1] == "--bind" else str(port)
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *words, where], cwd=ROOT, stdout=out, stderr=out, env={**os.environ, **environment}
        )
    try:
        _wait(port, process, log)
        yield Server(port, process.pid, log)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with socket.create_connection((HOST, port), 1):
                if len(children(process.pid)) >= WORKERS:
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"a server did not start:\n{log.read_text()[-2000:]}")


def children(process: int) -> list[int]:
    return [int(number) for number in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def cpu_of(process: int, with_gone: bool = False) -> float:
    """Seconds of CPU that a process has used (and its children that have gone); 0 when it has gone itself."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(ticks) for ticks in fields[11 : 15 if with_gone else 13]) / TICK


def memory_of(process: int) -> tuple[int, int]:
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    found = {name: int(size) for name, size in re.findall(r"^(Rss|Pss):\s+(\d+) kB", text, re.MULTILINE)}
    return found["Rss"] // 1024, found["Pss"] // 1024


def database_cpu(folder: Path) -> float:
    """Seconds of CPU that the database's processes have used."""
    main = int((folder / "postmaster.pid").read_text().splitlines()[0])
    return cpu_of(main, with_gone=True) + sum(map(cpu_of, children(main)))
