"""Fairness figures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fairness_figures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("lists", sa.BigInteger(), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("first <= last", name=op.f("ck_fairness_figures_days")),
        sa.CheckConstraint("lists >= 0", name=op.f("ck_fairness_figures_lists")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_fairness_figures_organiser_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fairness_figures")),
        sa.UniqueConstraint("organiser_id", "first", "last", name=op.f("uq_fairness_figures_organiser_id_first_last")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_fairness_figures_organiser_id"), "fairness_figures", ["organiser_id"], unique=False)
    op.create_table(
        "monitoring_grounds",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=True),
        sa.Column("assessment", sa.Text(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("agreement", sa.Text(), nullable=True),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "not open or (assessed_on is not null and agreed_on is not null and length(trim(assessment)) > 0 and length(trim(agreement)) > 0)",
            name=op.f("ck_monitoring_grounds_grounds"),
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_monitoring_grounds_made_by")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_monitoring_grounds_organiser_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring_grounds")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_monitoring_grounds_organiser_id"), "monitoring_grounds", ["organiser_id"], unique=False)
    op.execute('grant select, insert on "fairness_figures" to valinta_app')
    op.execute(
        'create trigger fairness_figures_append_only before update or delete on "fairness_figures" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger fairness_figures_no_truncate before truncate on "fairness_figures" for each statement execute function refuse_change()'
    )
    op.execute('alter table "fairness_figures" enable row level security')
    op.execute(
        "create policy own_organiser on \"fairness_figures\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "monitoring_grounds" to valinta_app')
    op.execute(
        'create trigger monitoring_grounds_append_only before update or delete on "monitoring_grounds" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger monitoring_grounds_no_truncate before truncate on "monitoring_grounds" for each statement execute function refuse_change()'
    )
    op.execute('alter table "monitoring_grounds" enable row level security')
    op.execute(
        "create policy own_organiser on \"monitoring_grounds\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_monitoring_grounds_organiser_id"), table_name="monitoring_grounds")
    op.drop_table("monitoring_grounds")
    op.drop_index(op.f("ix_fairness_figures_organiser_id"), table_name="fairness_figures")
    op.drop_table("fairness_figures")
