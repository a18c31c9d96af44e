"""A worker of its own that carries bank files, and dies between putting one and noting it: python -m ... FOLDER DEATHS.

FOLDER holds `play.pickle` (the database's address, the day, the organiser). It kills itself after so many files.
"""

import os
import pickle
import signal
import sys
from pathlib import Path

from marketplace.access.actor import system
from marketplace.clock import SetClock
from marketplace.integrations.bank import IsoBank
from marketplace.integrations.vault import AesVault
from marketplace.models.engine import app_engine
from marketplace.use_cases.deliver_files import deliver_files
from marketplace.use_cases.desk import Desk
from marketplace.web.wording import TemplateWording


class DyingBank(IsoBank):
    """The process is killed when it has put a number of files, before it can note the last one."""

    def __init__(self, folder: Path, last: int) -> None:
        super().__init__(folder)
        self.left = last

    def put(self, name: str, content: bytes) -> str:
        evidence = super().put(name, content)
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return evidence


def main(place: Path, last: int) -> None:
    url, moment, organiser_id, folder = pickle.loads((place / "play.pickle").read_bytes())
    vault = AesVault({1: bytes(range(32))}, bytes(32))
    bank = DyingBank(Path(folder), last)
    desk = Desk(app_engine(url, pool_size=1), SetClock(moment), vault, TemplateWording(), bank=bank)
    deliver_files(desk, system(organiser_id))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
