"""Frozen months."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "frozen_month",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by", sa.BigInteger(), nullable=True),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("extract(day from month) = 1", name=op.f("ck_frozen_month_first_day")),
        sa.ForeignKeyConstraint(["frozen_by"], ["account.id"], name=op.f("fk_frozen_month_frozen_by")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_frozen_month_organiser_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_month")),
        sa.UniqueConstraint("organiser_id", "month", name=op.f("uq_frozen_month_organiser_id_month")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_frozen_month_organiser_id"), "frozen_month", ["organiser_id"], unique=False)
    op.create_table(
        "month_seal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("month_id", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["month_id"], ["frozen_month.id"], name=op.f("fk_month_seal_month_id")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_month_seal_organiser_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_seal")),
        sa.UniqueConstraint("month_id", name=op.f("uq_month_seal_month_id")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_month_seal_organiser_id"), "month_seal", ["organiser_id"], unique=False)
    op.create_table(
        "frozen_row",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("month_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("milestone_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("quantity_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("budget_year", sa.BigInteger(), nullable=False),
        sa.Column("vat_category", sa.Text(), nullable=True),
        sa.Column("vat_basis_points", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("caused_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("caused_by", sa.BigInteger(), nullable=True),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'take_back') = (amount_cents < 0) and amount_cents <> 0", name=op.f("ck_frozen_row_sign")
        ),
        sa.CheckConstraint("kind in ('original', 'take_back', 'new')", name=op.f("ck_frozen_row_kind")),
        sa.CheckConstraint("(event_id is null) <> (milestone_id is null)", name=op.f("ck_frozen_row_one_source")),
        sa.ForeignKeyConstraint(["caused_by"], ["account.id"], name=op.f("fk_frozen_row_caused_by")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_frozen_row_event_id")),
        sa.ForeignKeyConstraint(["milestone_id"], ["milestone.id"], name=op.f("fk_frozen_row_milestone_id")),
        sa.ForeignKeyConstraint(["month_id"], ["frozen_month.id"], name=op.f("fk_frozen_row_month_id")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_frozen_row_organiser_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_frozen_row_provider_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_frozen_row_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_row")),
        sa.UniqueConstraint("month_id", "number", name=op.f("uq_frozen_row_month_id_number")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_frozen_row_event_id"), "frozen_row", ["event_id"], unique=False)
    op.create_index(op.f("ix_frozen_row_milestone_id"), "frozen_row", ["milestone_id"], unique=False)
    op.create_index(op.f("ix_frozen_row_organiser_id"), "frozen_row", ["organiser_id"], unique=False)
    op.create_index("ix_frozen_row_provider", "frozen_row", ["month_id", "provider_id", "number"], unique=False)
    op.add_column("invoicing_settings", sa.Column("freeze_day", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_invoicing_settings_freeze_day"), "invoicing_settings", "freeze_day between 1 and 28"
    )
    op.execute('grant select, insert on "frozen_month" to valinta_app')
    op.execute(
        'create trigger frozen_month_append_only before update or delete on "frozen_month" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger frozen_month_no_truncate before truncate on "frozen_month" for each statement execute function refuse_change()'
    )
    op.execute('alter table "frozen_month" enable row level security')
    op.execute(
        "create policy own_organiser on \"frozen_month\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant update ("freeze_day") on "invoicing_settings" to valinta_app')
    op.execute('grant select, insert on "month_seal" to valinta_app')
    op.execute(
        'create trigger month_seal_append_only before update or delete on "month_seal" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger month_seal_no_truncate before truncate on "month_seal" for each statement execute function refuse_change()'
    )
    op.execute('alter table "month_seal" enable row level security')
    op.execute(
        "create policy own_organiser on \"month_seal\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "frozen_row" to valinta_app')
    op.execute(
        'create trigger frozen_row_append_only before update or delete on "frozen_row" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger frozen_row_no_truncate before truncate on "frozen_row" for each statement execute function refuse_change()'
    )
    op.execute('alter table "frozen_row" enable row level security')
    op.execute(
        "create policy own_organiser on \"frozen_row\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )


def downgrade() -> None:
    op.drop_column("invoicing_settings", "freeze_day")
    op.drop_index("ix_frozen_row_provider", table_name="frozen_row")
    op.drop_index(op.f("ix_frozen_row_organiser_id"), table_name="frozen_row")
    op.drop_index(op.f("ix_frozen_row_milestone_id"), table_name="frozen_row")
    op.drop_index(op.f("ix_frozen_row_event_id"), table_name="frozen_row")
    op.drop_table("frozen_row")
    op.drop_index(op.f("ix_month_seal_organiser_id"), table_name="month_seal")
    op.drop_table("month_seal")
    op.drop_index(op.f("ix_frozen_month_organiser_id"), table_name="frozen_month")
    op.drop_table("frozen_month")
