"""A query that forgets its filter still sees one organiser's rows; a row for another organiser is refused."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from marketplace.access.actor import system
from marketplace.models import metadata
from marketplace.models.clients import Client
from marketplace.models.decisions import Counter
from marketplace.models.outbox import Message
from marketplace.models.programmes import Area
from marketplace.models.schema import Base
from marketplace.models.trail import AuditEvent
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.desk import Desk
from tests import makers

OWNED = sorted(t.name for t in metadata.tables.values() if t.columns.get("organiser_id") is not None)
TENANT = [name for name in OWNED if not metadata.tables[name].columns["organiser_id"].nullable]


@pytest.fixture
def lives(desk: Desk) -> tuple[makers.Running, makers.Running]:
    """One voucher in use with each of two organisers."""
    return makers.active_voucher(desk), makers.active_voucher(desk)


def refused(desk: Desk, world: makers.World, row: Base) -> None:
    """The database does not take the row from this organiser."""
    with makers.opened(desk, world.administrator) as tx, tx.session.begin_nested():
        tx.session.add(row)
        with pytest.raises(DBAPIError, match="row-level security"):
            tx.session.flush()
        tx.session.expunge_all()


def test_a_query_that_forgets_its_filter_sees_one_organisers_rows(
    desk: Desk, lives: tuple[makers.Running, makers.Running]
) -> None:
    for life in lives:
        with makers.opened(desk, life.world.caseworker) as tx:
            assert tx.session.scalars(select(Voucher.id)).all() == [life.voucher_id]
            assert tx.session.scalars(select(Client.id)).all() == [life.holder.client_id]
            assert set(tx.session.scalars(select(AuditEvent.organiser_id))) <= {life.world.organiser_id, None}


def test_without_an_organiser_nothing_that_is_owned_is_seen(
    desk: Desk, lives: tuple[makers.Running, makers.Running]
) -> None:
    with makers.opened(desk, system(None)) as tx:
        seen = {name: tx.session.scalar(text(f'select count(*) from "{name}"')) for name in TENANT}
    assert {name for name, rows in seen.items() if rows} == set()


def test_another_organisers_row_is_not_found_by_its_id(
    desk: Desk, lives: tuple[makers.Running, makers.Running]
) -> None:
    mine, theirs = lives
    with makers.opened(desk, mine.world.caseworker) as tx:
        assert tx.session.get(Voucher, theirs.voucher_id) is None


def test_a_row_for_another_organiser_is_refused(desk: Desk, lives: tuple[makers.Running, makers.Running]) -> None:
    mine, theirs = lives
    area = Area(organiser_id=theirs.world.organiser_id, code="x", name={"fi": "X"}, municipalities=["X"])
    refused(desk, mine.world, area)
    with makers.opened(desk, theirs.world.procurement) as tx:
        assert "x" not in tx.session.scalars(select(Area.code)).all()


def test_another_organisers_rows_are_not_changed_even_without_a_filter(
    desk: Desk, lives: tuple[makers.Running, makers.Running]
) -> None:
    mine, theirs = lives
    with makers.opened(desk, mine.world.caseworker) as tx:
        tx.session.execute(text("update voucher set valid_to = :day"), {"day": date(2030, 1, 1)})
        tx.session.execute(text("update counter set last = 999"))
    with makers.opened(desk, theirs.world.caseworker) as tx:
        assert tx.session.get_one(Voucher, theirs.voucher_id).valid_to != date(2030, 1, 1)
        assert 999 not in tx.session.scalars(select(Counter.last)).all()


def test_a_row_is_not_given_away_to_another_organiser(desk: Desk, lives: tuple[makers.Running, makers.Running]) -> None:
    mine, theirs = lives
    with pytest.raises(DBAPIError, match="permission denied"), makers.opened(desk, mine.world.caseworker) as tx:
        tx.session.execute(text("update voucher set organiser_id = :o"), {"o": theirs.world.organiser_id})


def test_what_is_nobodys_own_is_shared_and_the_rest_is_not(
    desk: Desk, lives: tuple[makers.Running, makers.Running]
) -> None:
    mine, theirs = lives
    with makers.opened(desk, system(None)) as tx:
        tx.session.add(
            Message(key="shared", channel="mail", recipient="a@example.org", language="fi", subject="s", body="b",
                    made_at=tx.now, next_at=tx.now)
        )  # fmt: skip
    for life in lives:
        with makers.opened(desk, life.world.administrator) as tx:
            assert set(tx.session.scalars(select(Message.organiser_id))) <= {life.world.organiser_id, None}
    now = desk.clock.now()
    wrong = Message(
        organiser_id=theirs.world.organiser_id, key="wrong", channel="mail", recipient="a@example.org", language="fi",
        subject="s", body="b", made_at=now, next_at=now,
    )  # fmt: skip
    refused(desk, mine.world, wrong)


def test_every_table_with_an_organiser_is_kept_apart() -> None:
    """A nullable organiser must say what it means: shared when it is null, or not an organiser's own at all."""
    not_owned = {"membership", "job"}  # a provider's people have none; jobs belong to the worker
    loose = {name for name in OWNED if name not in TENANT and not metadata.tables[name].info.get("organiser_or_shared")}
    assert loose == not_owned


def test_the_application_is_neither_owner_nor_above_row_security(desk: Desk) -> None:
    with desk.looking() as session:
        row = session.execute(
            text("select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user")
        ).one()
        assert tuple(row) == (False, False, False, False)
        owner = session.scalar(text("select tableowner from pg_tables where tablename = 'voucher'"))
        assert owner != session.scalar(text("select current_user"))
