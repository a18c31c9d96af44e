"""The database refuses what the rules forbid, also when the program forgets."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from marketplace.models import metadata
from tests.conftest import Database

APPEND_ONLY = sorted(t.name for t in metadata.tables.values() if t.info.get("append_only"))
SHARED = {
    "once": "at",
    "declared_interest": "at",
    "declared_interest_end": "at",
    "declared_interest_check": "at",
    "provider_vat": "said_at",
}
"""Facts that are no organiser's own, each with a column to try."""

TENANT = sorted(
    t.name for t in metadata.tables.values() if "organiser_id" in t.columns and not t.columns["organiser_id"].nullable
)


def refused(engine: Engine, statement: str) -> str:
    with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(text(statement))
    return str(caught.value.orig)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_application_cannot_edit_facts(shared_database: Database, table: str) -> None:
    engine = shared_database.app()
    column = SHARED.get(table, "organiser_id")
    assert "permission denied" in refused(engine, f'update "{table}" set "{column}" = "{column}"')
    assert "permission denied" in refused(engine, f'delete from "{table}"')
    assert "permission denied" in refused(engine, f'truncate "{table}" cascade')
    engine.dispose()


@pytest.mark.parametrize("table", TENANT)
def test_every_organisers_table_is_under_row_security(shared_database: Database, table: str) -> None:
    engine = shared_database.owner()
    with engine.connect() as connection:
        secured = connection.scalar(text("select relrowsecurity from pg_class where relname = :t"), {"t": table})
    engine.dispose()
    assert secured is True
