"""The folder of files for the bank: once, whole, whatever moment a worker is killed at."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from marketplace.integrations.bank_folder import BankFolder

CONTENT = b"<Document/>" * 1000
ROOT = Path(__file__).resolve().parents[2]


def test_a_file_is_put_once_also_when_the_bank_has_taken_it_away(tmp_path: Path) -> None:
    folder = BankFolder(tmp_path)
    evidence = folder.put("a.xml", CONTENT)
    assert (tmp_path / "a.xml").read_bytes() == CONTENT
    assert folder.put("a.xml", CONTENT) == evidence
    (tmp_path / "a.xml").unlink()
    assert folder.put("a.xml", CONTENT) == evidence
    assert not (tmp_path / "a.xml").exists()
    with pytest.raises(FileExistsError):
        folder.put("a.xml", b"other")


def test_a_strangers_file_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"somebody else's")
    with pytest.raises(FileExistsError):
        BankFolder(tmp_path).put("a.xml", CONTENT)
    assert (tmp_path / "a.xml").read_bytes() == b"somebody else's"


def test_many_at_once_put_one_whole_file(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        evidence = set(pool.map(lambda _n: BankFolder(tmp_path).put("a.xml", CONTENT), range(16)))
    assert len(evidence) == 1
    assert (tmp_path / "a.xml").read_bytes() == CONTENT


KILLED = """
import os, signal, sys
from pathlib import Path
from marketplace.integrations import bank_folder
step, last = 0, int(sys.argv[2])
def dying(real):
    def call(*given):
        global step
        step += 1
        if step == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given)
    return call
os.fsync = dying(os.fsync)
os.replace = dying(os.replace)
bank_folder._write = dying(bank_folder._write)
bank_folder._settle = dying(bank_folder._settle)
Path.replace = dying(Path.replace)
bank_folder.BankFolder(Path(sys.argv[1])).put("a.xml", b"<Document/>" * 1000)
"""


@pytest.mark.parametrize("step", range(1, 10))
def test_a_kill_at_any_step_ends_in_one_whole_file(tmp_path: Path, step: int) -> None:
    """The bank's program takes whatever it finds at once, so a second drop would be a second payment."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(step)], cwd=ROOT, check=False,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})  # fmt: skip
    assert done.returncode in (0, -signal.SIGKILL)
    taken = [path.read_bytes() for path in tmp_path.glob("*.xml")]
    for path in tmp_path.glob("*.xml"):
        path.unlink()
    BankFolder(tmp_path).put("a.xml", CONTENT)
    taken += [path.read_bytes() for path in tmp_path.glob("*.xml")]
    assert taken == [CONTENT]
