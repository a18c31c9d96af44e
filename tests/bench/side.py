"""One side of a comparison between two commits: run as a program, with the tree to measure on PYTHONPATH.

It builds a region with that tree's own code, serves it, logs a client in, says in one line of JSON where to ask for the
comparison page, and stays until its standard input ends. So it may use only what the older tree has too.
"""

import base64
import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import marketplace
from marketplace.app import make_desk
from marketplace.clock import SetClock, SystemClock
from marketplace.config import load_config
from marketplace.models.engine import owner_engine
from marketplace.models.migrate import upgrade
from tests.bench.load import get
from tests.bench.pages import LIST, address, record, visitors
from tests.bench.region import SMALL, Region, Sizes, build
from tests.bench.servers import SERVE, running


def main(tree: str, url: str, small: bool) -> None:
    if not Path(str(marketplace.__file__)).is_relative_to(tree):
        raise SystemExit(f"the tree {tree} is not the one that was imported: {marketplace.__file__}")
    region = _build(url, SMALL if small else replace(Sizes(), long_list=10, needs=10))
    environment = dict(os.environ)
    page = record(url, environment, region, [LIST])[LIST]
    with (
        tempfile.TemporaryDirectory(prefix="valinta-bench-") as folder,
        running(SERVE, environment, Path(folder) / "server.log") as server,
    ):
        request = get(server.port, address(LIST, region), visitors(server.port, region)[LIST].cookie)
        said = {"port": server.port, "process": server.process, "queries": page.queries}
        print(json.dumps({**said, "request": base64.b64encode(request).decode()}), flush=True)
        sys.stdin.read()


def _build(url: str, sizes: Sizes) -> Region:
    owner, clock = owner_engine(url), SetClock(SystemClock().today())
    upgrade(owner)
    desk = make_desk(load_config(dict(os.environ)), url, clock)
    try:
        return build(desk, owner, clock, sizes)
    finally:
        desk.engine.dispose()
        owner.dispose()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3] == "small")
