"""python -m tests.bench.freeze [SIZE ...]: how long freezing a month takes, beside the bare SQL aggregate of its events.

Each size has a scratch database of its own: one delivery and its invoice line made through the use cases and copied in bulk,
fifty deliveries to an invoice and a voucher, a thousand to a provider. Exit code 1 when a target is missed.
"""

import resource
import sys
import tempfile
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

from sqlalchemy import Engine, Table, Text, UniqueConstraint, text

from marketplace.app import make_desk
from marketplace.clock import SetClock
from marketplace.config import load_config
from marketplace.integrations.embedded import EmbeddedServer
from marketplace.models import metadata
from marketplace.models.engine import owner_engine
from marketplace.models.freezing import month_hash
from marketplace.models.migrate import upgrade
from marketplace.models.months import FrozenMonth
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.freeze_month import freeze_month
from tests.bench.servers import cpu_of
from tests.bench.stage import admin, environment_of
from tests.makers import Running, active_voucher, opened, world
from tests.use_cases.money_story import bill, deliver

SIZES = (10_000, 30_000, 100_000)
OF_INVOICE, OF_PROVIDER = 50, 1000
START, AFTER, LATER = date(2026, 10, 1), date(2026, 11, 16), date(2026, 12, 1)
LARGEST_SECONDS, STEEPEST, MOST_MIB = 120.0, 1.5, 16.0
"""For 100,000 events; how many times as much CPU an event may take in the largest month
as in the smallest (other work on the machine does not count); what Python may hold at a time."""

AGGREGATE = """
select e.provider_id, e.voucher_id, sum(e.quantity_hundredths), sum(e.amount_cents)
from event e left join invoice_line l on l.event_id = e.id and l.state <> 'returned'
where e.organiser_id = :organiser and e.day >= date '2026-10-01' and e.day < date '2026-11-01' and e.state = 'recorded'
group by e.provider_id, e.voucher_id
"""


@dataclass(frozen=True)
class Measured:
    """Seconds by the clock, and of CPU in the database and here; MiB that Python held at most while the month was read
    back; MiB of this process at its largest so far. `next_seconds`: the month after it, in which one delivery in a hundred is
    taken back."""

    events: int
    invoices: int
    seconds: float
    cpu_seconds: float
    aggregate_seconds: float
    next_seconds: float
    held_mib: float
    resident_mib: float

    def line(self) -> str:
        each = self.cpu_seconds / self.events * 1e6
        return (
            f"{self.events:>7} events, {self.invoices:>5} invoices: frozen in {self.seconds:6.2f} s "
            f"(CPU {self.cpu_seconds:.2f} s, {each:.0f} µs an event); bare aggregate {self.aggregate_seconds:.2f} s; "
            f"the next month, 1 % taken back, {self.next_seconds:.2f} s; "
            f"Python held {self.held_mib:.1f} MiB, process {self.resident_mib:.0f} MiB"
        )


@contextmanager
def server() -> Iterator[tuple[EmbeddedServer, Path]]:
    with tempfile.TemporaryDirectory(prefix="valinta-bench-", ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o711)
        made = EmbeddedServer(Path(place) / "data")
        try:
            yield made, Path(place)
        finally:
            made.stop()


def measure(database: EmbeddedServer, events: int) -> Measured:
    """Build a month of so many deliveries in a scratch database, and freeze it."""
    name = f"month_{events}"
    database.ensure_database(name)
    url = database.url(name)
    owner = owner_engine(url)
    upgrade(owner)
    clock = SetClock(date(2026, 10, 5))
    desk = make_desk(load_config(environment_of(url)), url, clock)
    try:
        run = _one(desk, clock)
        fill(owner, events)
        return _timed(desk, owner, clock, run, events)
    finally:
        desk.engine.dispose()
        owner.dispose()
        with admin(database) as connection:
            connection.execute(f'drop database "{name}" with (force)')


def _one(desk: Desk, clock: SetClock) -> Running:
    run = active_voucher(desk, world(desk))
    deliver(desk, run, 100)
    bill(desk, run)
    clock.move_to(AFTER)
    return run


def fill(owner: Engine, events: int) -> None:
    """Copy the one delivery until there are so many, with as many vouchers, invoices and providers as belong to them."""
    invoices, providers = max(events // OF_INVOICE, 1), max(events // OF_PROVIDER, 1)
    of = f"copy / {OF_INVOICE}"
    provider = f"provider_id + ({of}) % {providers}"
    with owner.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        for table, count, instead in (
            ("provider", providers, {}),
            ("voucher", invoices, {}),
            ("invoice", invoices, {"provider_id": f"provider_id + copy % {providers}"}),
            ("event", events, {"voucher_id": f"voucher_id + {of}", "provider_id": provider,
                               "day": "date '2026-10-01' + (copy % 28)::int"}),
            ("invoice_line", events, {"invoice_id": f"invoice_id + {of}", "voucher_id": f"voucher_id + {of}",
                                      "provider_id": provider, "event_id": "event_id + copy",
                                      "number": f"copy % {OF_INVOICE} + 1"}),
        ):  # fmt: skip
            connection.execute(text(_copies(metadata.tables[table], instead)), {"last": count - 1})
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))


def _copies(table: Table, instead: dict[str, str]) -> str:
    """The first row copied, with ids moved along and what must be unique told apart."""
    alone = {column.name for rule in table.constraints if isinstance(rule, UniqueConstraint) for column in rule.columns}
    alone |= {column.name for index in table.indexes if index.unique for column in index.columns}
    alone |= {column.name for column in table.columns if column.unique}
    values = []
    for column in table.columns:
        value = instead.get(column.name, f'"{column.name}"')
        if column.name not in instead and column.primary_key:
            value = "id + copy"
        elif column.name not in instead and column.name in alone and not column.foreign_keys:
            value = f'"{column.name}" || \'-\' || copy' if isinstance(column.type, Text) else f'"{column.name}" + copy'
        values.append(value)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return (
        f'insert into "{table.name}" ({names}) overriding system value select {", ".join(values)} '
        f'from (select * from "{table.name}" order by id limit 1) as one, generate_series(1, :last) as copy'
    )


def _timed(desk: Desk, owner: Engine, clock: SetClock, run: Running, events: int) -> Measured:
    organiser = {"organiser": run.world.organiser_id}
    with owner.connect() as connection:
        begun = perf_counter()
        connection.execute(text(AGGREGATE), organiser).all()
        aggregate = perf_counter() - begun
    with opened(desk, run.world.finance) as tx:  # the pool gives the connection that was used last
        backend = int(tx.session.scalars(text("select pg_backend_pid()")).one())
    begun, worked = perf_counter(), cpu_of(backend) + process_time()
    frozen = freeze_month(desk, run.world.finance, START)
    seconds, worked = perf_counter() - begun, cpu_of(backend) + process_time() - worked
    assert frozen.rows == events
    held = _held(desk, run)
    with owner.begin() as connection:
        invoices = connection.execute(text("select count(*) from invoice")).scalar_one()
        connection.execute(
            text("update event set state = 'reversed', reversed_at = now(), reverse_reason = 'x' where id % 100 = 0")
        )
    clock.move_to(LATER)
    begun = perf_counter()
    taken = freeze_month(desk, run.world.finance, AFTER)
    after = perf_counter() - begun
    assert taken.rows == events // 100
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(events, int(invoices), seconds, worked, aggregate, after, held, resident)


def _held(desk: Desk, run: Running) -> float:
    """MiB that Python holds at most while it reads the month back for its hash, as freezing does."""
    with opened(desk, run.world.finance) as tx:
        month_id = tx.session.query(FrozenMonth.id).scalar()
        tracemalloc.start()
        month_hash(tx.session, month_id, START, "")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak / 1024**2


def missed(measured: list[Measured]) -> list[str]:
    """The targets that were missed, in words."""
    first, last = measured[0], measured[-1]
    found = []
    if last.seconds > LARGEST_SECONDS:
        found.append(f"{last.events} events took {last.seconds:.0f} s; they should take {LARGEST_SECONDS:.0f} s at most")
    steeper = (last.cpu_seconds / last.events) / (first.cpu_seconds / first.events)
    if steeper > STEEPEST:
        found.append(f"an event costs {steeper:.1f} times as much in the largest month as in the smallest")
    if max(one.held_mib for one in measured) > MOST_MIB:
        found.append(f"more than {MOST_MIB:.0f} MiB were held at once")
    return found


def main(arguments: list[str]) -> int:
    sizes = [int(word) for word in arguments] or list(SIZES)
    measured = []
    with server() as (database, _):
        for size in sizes:
            measured.append(measure(database, size))
            print(measured[-1].line(), flush=True)
    faults = missed(measured)
    for fault in faults:
        print(f"MISSED: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
