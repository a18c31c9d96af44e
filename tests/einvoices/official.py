"""The official rules, in a process of their own, compiled once a run."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Judge = Callable[[bytes], list[str]]


@pytest.fixture(scope="session")
def official(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    """What UBL 2.1's schema and EN 16931's rules find wrong in a document; an empty list is good."""
    place: Path = tmp_path_factory.mktemp("einvoices") / "document.xml"
    command = [sys.executable, str(Path(__file__).with_name("judge.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        stdin, stdout = process.stdin, process.stdout
        assert stdout.readline() == "ready\n"

        def judge(body: bytes) -> list[str]:
            place.write_bytes(body)
            stdin.write(f"{place}\n")
            stdin.flush()
            found: list[str] = json.loads(stdout.readline())
            return found

        yield judge
        stdin.close()
        process.wait(timeout=30)
