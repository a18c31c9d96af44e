"""The first tables, with their fences: grants, append-only triggers and row-level security.

The statements stand in the SQL file beside this one, as they were when this history began; what the models say later
comes by a migration of its own (a test compares the two).
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().connection.cursor().execute(statements)


def downgrade() -> None:
    bind = op.get_bind()
    rows = bind.exec_driver_sql(
        "select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'"
    )
    for (table,) in rows.fetchall():
        op.execute(f'drop table if exists "{table}" cascade')
    op.execute("drop function if exists refuse_change() cascade")
    op.execute("drop function if exists ledger_entry_must_balance() cascade")
