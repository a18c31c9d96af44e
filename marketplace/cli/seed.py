"""valinta seed: a demonstration region, built and played through the portals' own use cases."""

from datetime import date, datetime

import click

from marketplace.cli import main
from marketplace.cli.place import Place, newest_place
from marketplace.clock import SetClock, SystemClock
from marketplace.demo.build import Plan, Volumes, build
from marketplace.demo.region import CODE
from marketplace.use_cases.open_demonstration import demonstration_state


@main.group()
def seed() -> None:
    """Demonstration data: invented people and companies, marked as such on every page and decision."""


@seed.command("kuopio")
@click.option("--clients", default=1200, show_default=True, type=click.IntRange(1, 20_000))
@click.option("--providers", default=40, show_default=True, type=click.IntRange(2, 1_000))
@click.option("--months", default=6, show_default=True, type=click.IntRange(1, 24))
@click.option("--seed", "number", default=1, show_default=True, help="The same seed gives the same region.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day that is played; today if not given.")
def kuopio(clients: int, providers: int, months: int, number: int, until: datetime | None) -> None:
    """The region of the Kuopio pilot (2012 to 2015): seven municipalities, four service packages."""
    last: date = until.date() if until else SystemClock().today()
    where = newest_place()
    volumes = build_region(where, Plan(clients, providers, months, number, last))
    click.echo(volumes.as_text())


def build_region(where: Place, plan: Plan) -> Volumes:
    """Build a region with a progress bar. A region that is there already stops the command."""
    clock = SetClock(plan.start)
    desk = where.desk(clock)
    if demonstration_state(desk, CODE) != "none":
        raise click.ClickException(f"the organiser '{CODE}' is here already; begin anew with: make demo-reset")
    days = (plan.until - plan.start).days + 1
    with click.progressbar(length=days, label="Playing the months", show_pos=True) as bar:
        return build(desk, clock, plan, where.config.demo_password, lambda: bar.update(1))
