"""valinta demo: everything on one laptop, and nothing left running afterwards."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import click

from marketplace.cli import main
from marketplace.cli.place import Place, configuration, newest_place
from marketplace.cli.seed import build_region
from marketplace.clock import SystemClock
from marketplace.demo.build import Plan
from marketplace.demo.region import CODE
from marketplace.integrations.embedded import EmbeddedServer
from marketplace.use_cases.demo_logins import demo_logins
from marketplace.use_cases.open_demonstration import demonstration_state
from marketplace.web.doors import DOORS

HOST = "127.0.0.1"
PATIENCE = 60  # seconds for the web server to answer


class Stopped(KeyboardInterrupt):
    """Somebody asked the demonstration to end. As an interrupt it also ends a query that is under way in good order."""


@main.command()
@click.option("--reset", is_flag=True, help="Throw the demonstration's data away and build the region anew.")
@click.option("--port", default=8000, show_default=True)
def demo(reset: bool, port: int) -> None:
    """Show the three portals with an invented region, on this machine only. Ctrl-C stops everything."""
    os.environ["VALINTA_DEMO"] = "1"
    os.environ.setdefault("VALINTA_BASE_URL", f"http://{HOST}:{port}")
    _port_is_free(port)
    with _stoppable() as stop:
        where = _start(reset)
        try:
            stop.listen()
            where = _fill(where)
            with _children(where, port) as children:
                _wait_for(port, children)
                _welcome(where, port)
                _watch(children)
        finally:
            stop.be_quiet()
            click.echo("\nStopping ...")
            if where.server is not None:
                where.server.stop()
    click.echo("Stopped. The data is kept; the next start is quick.")


def _port_is_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise click.ClickException(
                f"Port {port} is in use: perhaps a demonstration runs already. Stop it, or choose another: --port 8001"
            ) from None


class Stop:
    """Ctrl-C, TERM, a closed terminal. Nothing is interrupted before `listen`: a half-started database could not be
    stopped."""

    def __init__(self) -> None:
        self._asked = self._listening = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True
        if self._listening:
            self.be_quiet()
            raise Stopped

    def listen(self) -> None:
        self._listening = True
        if self._asked:
            raise Stopped

    def be_quiet(self) -> None:
        """What ends is not ended once more."""
        self._listening = False


@contextmanager
def _stoppable() -> Iterator[Stop]:
    """The demonstration ends in order, whatever it is doing."""
    stop = Stop()
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield stop
    except Stopped:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _start(reset: bool) -> Place:
    """The database, running and of the newest form; empty when the demonstration is to begin anew."""
    config = configuration()
    folder = config.instance / "postgres"
    if reset:
        if not config.embedded:
            raise click.ClickException("--reset is for the embedded database; DATABASE_URL names another one.")
        if folder.exists():
            with suppress(RuntimeError):
                EmbeddedServer(folder).stop()
            shutil.rmtree(folder)
        shutil.rmtree(config.instance / "mail", ignore_errors=True)
    click.echo("Starting the database ...")
    return newest_place()


def _fill(where: Place) -> Place:
    """Builds the region at the first start, and anew where a build was interrupted."""
    with where.at_desk() as desk:
        state = demonstration_state(desk, CODE)
    if state == "half" and where.config.embedded:
        click.echo("The last build was interrupted; beginning anew.")
        where, state = _start(reset=True), "none"
    if state == "none":
        click.echo("Building a small region: 200 clients, 20 providers, 3 months.")
        build_region(where, Plan(clients=200, providers=20, months=3, seed=1, until=SystemClock().today()))
    return where


@contextmanager
def _children(where: Place, port: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The web server and the worker, each in a group of its own so that Ctrl-C reaches only this process."""
    children: list[subprocess.Popen[bytes]] = []
    try:
        serve = ["serve", "--host", HOST, "--port", str(port), "--workers", "2"]
        for words in (serve, ["worker"]):
            log = (where.config.instance / f"{words[0]}.log").open("wb")
            program = [sys.executable, "-c", "from marketplace.cli import main; main()", *words]
            with log:
                children.append(subprocess.Popen(program, stdout=log, stderr=log, start_new_session=True))  # noqa: S603
        yield children
    finally:
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()


def _wait_for(port: int, children: list[subprocess.Popen[bytes]]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection((HOST, port), 1):
            return
        _all_alive(children)
        time.sleep(0.2)
    raise click.ClickException("The web server does not answer; see instance/serve.log")


def _all_alive(children: list[subprocess.Popen[bytes]]) -> None:
    for name, child in zip(("serve", "worker"), children, strict=True):
        if child.poll() is not None:
            raise click.ClickException(f"valinta {name} has stopped; see {Path('instance') / f'{name}.log'}")


def _watch(children: list[subprocess.Popen[bytes]]) -> None:
    while True:
        time.sleep(1)
        _all_alive(children)


def _welcome(where: Place, port: int) -> None:
    base = f"http://{HOST}:{port}"
    click.echo("")
    with where.at_desk() as desk:
        for door, title in zip(DOORS, ("Client", "Provider", "Organiser"), strict=True):
            click.secho(f"{title}: {base}{door.path}/login", bold=True)
            for login in demo_logins(desk, door.roles):
                click.echo(f"  {login.role.value:<18} {login.email}")
    click.echo(f"\nPassword of all of them: {where.config.demo_password}")
    click.echo(f"Public list of providers: {base}/")
    click.echo("Ctrl-C stops everything, the database too.")
