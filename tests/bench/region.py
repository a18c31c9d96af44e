"""The region that is measured: one organiser, two lists (40 and 1,000 providers), 200 vouchers, made by use cases."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Engine, text

from marketplace.access.actor import Actor
from marketplace.clock import SetClock, SystemClock
from marketplace.models import metadata
from marketplace.models.people import Account
from marketplace.use_cases.answer_choice import ConfirmOrder, confirm_choice
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.passwords import hash_password
from tests import makers

PASSWORD = "a bench needs no secrets"  # opens a database that lives as long as the bench
EMAILS = {"client": "client@example.org", "client_of_many": "many@example.org", "manager": "manager@example.org",
          "caseworker": "caseworker@example.org"}  # fmt: skip


@dataclass(frozen=True)
class Sizes:
    """How much is built. `needs`: clients whose voucher has not been granted yet, for the grants that are measured."""

    short_list: int = 40
    long_list: int = 1000
    vouchers: int = 200
    clients_of_one: int = 50
    needs: int = 8000


SMALL = Sizes(short_list=5, long_list=12, vouchers=8, clients_of_one=4, needs=800)
"""For a test that the pieces start."""


@dataclass(frozen=True)
class Region:
    """What the measured pages are about. `active`: vouchers in use with one provider, numbered one after the other;
    `needs`: the first and last id."""

    organiser_id: int
    voucher_id: int
    voucher_of_many: int
    active: tuple[int, ...]
    first_day: date
    today: date
    needs: tuple[int, int]

    @property
    def ours(self) -> tuple[int, ...]:
        """The vouchers that the house records events on. The replays have the others: they record without any check."""
        return self.active[: len(self.active) // 2]

    @property
    def first_of_writers(self) -> int:
        """The house's needs are the first half; the grants that are measured at once take the second quarter."""
        return (self.needs[1] - self.needs[0]) // 4

    @property
    def theirs(self) -> tuple[int, ...]:
        return self.active[len(self.active) // 2 :]


def days_of_use(today: date) -> date:
    """When the vouchers began: 60 days ago, but in today's budget year."""
    return max(today - timedelta(days=60), date(today.year, 1, 1))


def build(desk: Desk, owner: Engine, clock: SetClock, sizes: Sizes) -> Region:
    """Build the region up to today; the clock is moved there."""
    today = SystemClock().today()
    start = days_of_use(today)
    _wide_apart(owner)
    clock.move_to(start)
    w = makers.world(desk, budget_cents=100_000_000_000, units_hundredths=100_000, validity_days=180)
    many = replace(w, area_id=w.other_area_id, area_code="muut")
    companies = [makers.provider(desk, w) for _ in range(sizes.short_list)]
    for _ in range(sizes.long_list):
        makers.provider(desk, many)
    active = []
    for number in range(sizes.vouchers):
        company = companies[0 if number < sizes.clients_of_one else 1 + number % (len(companies) - 1)]
        holder = makers.client(desk, w)
        voucher_id = makers.granted(desk, w, holder).voucher_id
        choice_id = makers.chosen(desk, holder, company, voucher_id)
        confirm_choice(desk, company.manager, ConfirmOrder(choice_id, start))
        active.append(voucher_id)
    clock.move_to(today)
    holder, other = makers.client(desk, w), makers.client(desk, w, municipality="Siilinjärvi")
    voucher_id = makers.granted(desk, w, holder).voucher_id
    voucher_of_many = makers.granted(desk, w, other).voucher_id
    people = {"client": holder.actor, "client_of_many": other.actor, "manager": companies[0].manager,
              "caseworker": w.caseworker}  # fmt: skip
    _let_in(owner, people)
    needs = _needs(owner, w.organiser_id, sizes.needs)
    _count_from_afar(owner)
    mine = tuple(active[: sizes.clients_of_one])
    if mine != tuple(range(mine[0], mine[0] + len(mine))):
        raise RuntimeError("the vouchers of one provider are not numbered one after the other")
    return Region(w.organiser_id, voucher_id, voucher_of_many, mine, start, today, needs)


def _wide_apart(owner: Engine) -> None:
    """Every table numbers its rows in a range of its own, so that a recorded number says whose it is (see replay.py)."""
    with owner.begin() as connection:
        for place, table in enumerate(metadata.sorted_tables, start=1):
            for column in table.columns:
                if column.identity is not None:
                    connection.execute(
                        text(f'alter table "{table.name}" alter column "{column.name}" restart with {place}0000001')
                    )


def _count_from_afar(owner: Engine) -> None:
    """The counters too."""
    with owner.begin() as connection:
        connection.execute(
            text("update counter set last = case when series like 'voucher/%' then 600000000 else 610000000 end")
        )
        connection.execute(text("update order_log_head set seq = 910000000, list_seq = 920000000"))


def _let_in(owner: Engine, people: dict[str, Actor]) -> None:
    kept = hash_password(PASSWORD)
    with owner.begin() as connection:
        for name, actor in people.items():
            change = Account.__table__.update().where(Account.id == actor.account_id)
            connection.execute(change.values(email=EMAILS[name], password_hash=kept))


def _needs(owner: Engine, organiser_id: int, count: int) -> tuple[int, int]:
    """Copies of one client with her need: what a grant stands on, without vouchers."""
    with owner.begin() as connection:
        given = {"organiser": organiser_id, "count": count}
        clients = connection.execute(text(f"insert into client ({_names('client')}) {COPY_CLIENT} returning id"), given)
        first = min(row[0] for row in clients)
        needs = connection.execute(
            text(f"insert into need ({_names('need')}) {COPY_NEED} returning id"), {**given, "first": first}
        )
        ids = [row[0] for row in needs]
        connection.execute(text("analyze"))
        return min(ids), max(ids)


def _names(table: str) -> str:
    return ", ".join(column.name for column in metadata.tables[table].columns if column.name != "id")


def _values(table: str, **instead: str) -> str:
    return ", ".join(instead.get(name, name) for name in _names(table).split(", "))


COPY_CLIENT = (
    "select "
    + _values("client", identity_index="sha256(convert_to('need' || copy, 'UTF8'))", last_name="last_name || copy")
    + " from (select * from client where organiser_id = :organiser order by id limit 1) as one, "
    "generate_series(1, :count) as copy"
)
COPY_NEED = (
    "select "
    + _values("need", client_id=":first + copy - 1")
    + " from (select * from need where organiser_id = :organiser order by id limit 1) as one, "
    "generate_series(1, :count) as copy order by copy"
)
