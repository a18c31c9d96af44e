"""Trials of terms on past vouchers; the warning limit of a budget."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "replay_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("terms_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done_count", sa.BigInteger(), nullable=False),
        sa.Column("of_count", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (result is not null)", name=op.f("ck_replay_run_result")),
        sa.CheckConstraint("state in ('waiting', 'running', 'done', 'failed')", name=op.f("ck_replay_run_state")),
        sa.CheckConstraint("done_count between 0 and of_count", name=op.f("ck_replay_run_counts")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_replay_run_asked_by")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_replay_run_organiser_id")),
        sa.ForeignKeyConstraint(["terms_id"], ["terms_version.id"], name=op.f("fk_replay_run_terms_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replay_run")),
    )
    op.create_index(op.f("ix_replay_run_organiser_id"), "replay_run", ["organiser_id"], unique=False)
    op.create_index(op.f("ix_replay_run_terms_id"), "replay_run", ["terms_id"], unique=False)
    op.add_column("budget", sa.Column("warning_percent", sa.BigInteger(), server_default=sa.text("90"), nullable=False))
    op.create_check_constraint(op.f("ck_budget_warning_percent"), "budget", "warning_percent between 1 and 100")
    op.execute('grant update ("warning_percent") on "budget" to valinta_app')
    op.execute('grant select, insert on "replay_run" to valinta_app')
    op.execute(
        'grant update ("done_count", "finished_at", "looked_on", "of_count", "result", "state")'
        ' on "replay_run" to valinta_app'
    )
    op.execute('alter table "replay_run" enable row level security')
    op.execute(
        "create policy own_organiser on \"replay_run\""
        " using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
        " with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_budget_warning_percent"), "budget")
    op.drop_column("budget", "warning_percent")
    op.drop_index(op.f("ix_replay_run_terms_id"), table_name="replay_run")
    op.drop_index(op.f("ix_replay_run_organiser_id"), table_name="replay_run")
    op.drop_table("replay_run")
