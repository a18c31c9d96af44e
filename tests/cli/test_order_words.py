"""The words of the order log at the command line: the signed head out and proven, public randomness in."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from marketplace.clock import SystemClock, helsinki_day
from tests.cli.test_installation import ORGANISER, Shell
from tests.conftest import Database
from tests.integrations.test_drand import INFO, a_round


@pytest.fixture
def shell(own_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    made = Shell(own_database, tmp_path_factory.mktemp("instance"))
    assert made.run(*ORGANISER).exit_code == 0
    return made


def test_a_head_is_taken_out_and_proven(shell: Shell, tmp_path: Path) -> None:
    empty = shell.run("export", "head", "--to", str(tmp_path))
    assert (empty.exit_code, list(tmp_path.iterdir())) == (1, [])
    assert "still empty" in empty.output
    worked = shell.run("worker", "--once", VALINTA_DATA_DIR=str(tmp_path / "data"))
    assert worked.exit_code == 0, worked.output
    assert shell.run("export", "head", "--to", str(tmp_path), "--organiser", "nowhere").exit_code == 2
    log, head = tmp_path / "log", tmp_path / "head.json"
    assert shell.run("export", "orders", "--to", str(log)).exit_code == 0
    taken = shell.run("export", "head", "--to", str(head))
    assert taken.exit_code == 0, taken.output
    said = json.loads(head.read_text())
    assert said["organiser"] == "kuopio"
    proven = shell.run("verify", "head", str(head), "--key", said["public_key"].upper(), "--log", str(log))
    assert (proven.exit_code, "the log holds that line" in proven.output) == (0, True)
    assert shell.run("verify", "head", str(head), "--key", "0" * 64).exit_code == 1
    shorter = tmp_path / "shorter"
    shorter.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
    assert shell.run("verify", "head", str(head), "--log", str(shorter)).exit_code == 4
    head.write_text(json.dumps({**said, "seq": said["seq"] + 1}))
    assert shell.run("verify", "head", str(head)).exit_code == 1
    head.write_text("[]")
    assert shell.run("verify", "head", str(head)).exit_code == 2


def test_randomness_that_nobody_asked_for_is_refused(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "rounds.json"
    yesterday = helsinki_day(SystemClock().now() - timedelta(days=1))
    file.write_text(json.dumps([INFO, a_round(yesterday.toordinal())]))
    refused = shell.run("beacon", "import", str(file))
    assert refused.exit_code == 1
    assert "no organiser got public randomness" in refused.output
    assert shell.run("beacon", "import", str(file), "--organiser", "nowhere").exit_code == 2
    file.write_bytes(b"\xff\xfe")
    assert "UTF-8" in shell.run("beacon", "import", str(file)).output
