"""A process of its own that works at random until it is killed: python -m tests.concurrency.player FOLDER SEED.

FOLDER holds `play.pickle` (the database's address, the day, the people). What goes wrong is written to `SEED.error`; the
number of things done stands in `SEED.done` after each of them.
"""

import pickle
import sys
import traceback
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from marketplace.clock import SetClock
from marketplace.integrations.bank import IsoBank
from marketplace.integrations.vault import AesVault
from marketplace.models.engine import app_engine
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.seal_audit import seal_audit
from marketplace.web.wording import TemplateWording
from tests.makers import Company, Person, World
from tests.random_walk import Walk


@dataclass
class Play:
    """What a player needs to know; kept in a file."""

    url: str
    day: date
    world: World
    companies: list[Company]
    holders: list[Person]


def desk_of(play: Play) -> Desk:
    vault = AesVault({1: bytes(range(32))}, bytes(32))
    return Desk(app_engine(play.url, pool_size=2), SetClock(play.day), vault, TemplateWording(), bank=IsoBank())


def main(folder: Path, seed: int) -> None:
    play: Play = pickle.loads((folder / "play.pickle").read_bytes())
    walk = Walk(desk_of(play), play.world, play.companies, play.holders, seed)
    steps = 0
    try:
        while True:
            walk.step()
            steps += 1
            (folder / f"{seed}.done").write_text(str(steps))
            if steps % 50 == 0:
                seal_audit(walk.desk, play.world.organiser_id)
    except Exception:
        (folder / f"{seed}.error").write_text(traceback.format_exc())
        raise


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
