"""What `valinta export orders` writes is what both verifiers find clean, with the same counts."""

import base64
import json
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner, Result

from marketplace.cli import main
from marketplace.clock import SetClock, SystemClock
from marketplace.use_cases.amend_voucher import RevokeOrder, revoke_voucher
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.suspend_provider import restore_provider, suspend_provider
from tests import makers
from tests.conftest import Database
from tests.verifier.second import PLACE


def lived(desk: Desk, clock: SetClock) -> None:
    """Three days until today: lists, a suspension and a return, a late provider, and a list in place of a revoked one."""
    clock.move_to(SystemClock().now() - timedelta(days=2))
    w = makers.world(desk)
    companies = [makers.provider(desk, w) for _ in range(4)]
    holders = [makers.client(desk, w) for _ in range(5)]
    vouchers = [makers.granted(desk, w, holder).voucher_id for holder in holders]
    suspend_provider(desk, w.procurement, companies[1].provider_id, "Vakuutus puuttuu.")
    clock.move_to(clock.now() + timedelta(days=1))
    makers.granted(desk, w, makers.client(desk, w))
    restore_provider(desk, w.procurement, companies[1].provider_id, "Vakuutus on saatu.")
    makers.provider(desk, w, group_of=companies[0])
    clock.move_to(clock.now() + timedelta(days=1))
    revoke_voucher(desk, w.caseworker, RevokeOrder(vouchers[0], "Päätös oli virheellinen."))
    makers.granted(desk, w, holders[0])


def test_both_verifiers_find_the_exported_log_clean(
    own_desk: Desk, own_database: Database, clock: SetClock, tmp_path: Path
) -> None:
    lived(own_desk, clock)
    file = tmp_path / "orders.jsonl"
    settings = {
        "DATABASE_URL": own_database.url,
        "DATABASE_OWNER_URL": own_database.url,
        "VALINTA_SECRET_KEY": "x" * 32,
        "VALINTA_DATA_KEYS": f"1:{base64.b64encode(bytes(range(32))).decode()}",
        "VALINTA_INDEX_KEY": base64.b64encode(bytes(32)).decode(),
    }

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, list(words), env=settings)

    written = run("export", "orders", "--to", str(file))
    assert written.exit_code == 0, written.output
    types = Counter(json.loads(line)["type"] for line in file.read_text().splitlines())
    assert (types["list"], types["reissue"]) == (7, 1)
    for first in (run("verify", "orders"), run("verify", "orders", "--log", str(file))):
        assert first.exit_code == 0, first.output
        assert "7 lists" in first.output
    second = subprocess.run([sys.executable, str(PLACE), str(file)], capture_output=True, text=True, check=False)
    assert second.returncode == 0, second.stdout
    for kind, count in (("lists", 7), ("reissues", 1)):
        assert any(kind in line and str(count) in line.split() for line in second.stdout.replace(",", " ").splitlines())
