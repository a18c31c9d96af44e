"""The migrations make what the models say, go down to nothing and come up again."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from marketplace.models import metadata
from marketplace.models.engine import owner_engine
from marketplace.models.migrate import alembic_config, downgrade, is_current, upgrade
from tests.conftest import Database, _admin, _url


@pytest.fixture
def empty(server: object) -> Iterator[Engine]:
    """A database without a table."""
    name = f"valinta_empty_{os.getpid()}"
    with _admin(server) as admin:
        admin.execute(psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(name)))
    engine = owner_engine(_url(server, name))
    yield engine
    engine.dispose()
    with _admin(server) as admin:
        admin.execute(psycopg.sql.SQL("drop database {} with (force)").format(psycopg.sql.Identifier(name)))


def fences(connection: Connection) -> dict[str, list[object]]:
    """What alembic does not compare: policies, triggers, the application's rights."""
    questions = {
        "policies": "select tablename, policyname, qual, with_check from pg_policies order by 1, 2",
        "triggers": "select tgrelid::regclass::text, tgname from pg_trigger where not tgisinternal order by 1, 2",
        "rights": "select table_name, privilege_type from information_schema.table_privileges "
        "where grantee = 'valinta_app' order by 1, 2",
        "columns": "select table_name, column_name, privilege_type from information_schema.column_privileges "
        "where grantee = 'valinta_app' and privilege_type = 'UPDATE' order by 1, 2",
    }
    return {name: [tuple(row) for row in connection.execute(text(query))] for name, query in questions.items()}


def test_the_migrations_make_what_the_models_say(shared_database: Database) -> None:
    engine = shared_database.owner()
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
    engine.dispose()
    assert differences == []


def test_up_down_and_up_again(empty: Engine) -> None:
    assert not is_current(empty)
    upgrade(empty)
    assert is_current(empty)
    with empty.connect() as connection:
        first = fences(connection)
    upgrade(empty)  # a second time does nothing
    downgrade(empty, "base")
    left = set(inspect(empty).get_table_names()) - {"alembic_version"}
    assert left == set()
    upgrade(empty)
    with empty.connect() as connection:
        assert fences(connection) == first


def test_the_fences_stand_as_the_tables_are_marked(shared_database: Database) -> None:
    engine = shared_database.owner()
    with engine.connect() as connection:
        found = fences(connection)
    engine.dispose()
    may_change = {(table, column) for table, column, _kind in found["columns"]}
    marked = {(t.name, c) for t in metadata.tables.values() for c in t.info.get("mutable", ())}
    assert may_change == marked
    may_delete = {table for table, kind in found["rights"] if kind == "DELETE"}
    assert may_delete == {t.name for t in metadata.tables.values() if t.info.get("deletable")}


def test_the_history_is_one_line() -> None:
    script = ScriptDirectory.from_config(alembic_config())
    assert len(script.get_heads()) == 1
