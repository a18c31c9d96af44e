"""Price rows and multipliers of the terms, classes of need, providers' own prices, relief of the own share.

A version that has one price for everyone keeps it; vouchers that were granted before are read as they were.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OWN = "organiser_id = nullif(current_setting('app.organiser', true), '')::bigint"


def upgrade() -> None:
    op.create_table(
        "need_class",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("package_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("code ~ '^[a-z0-9-]{1,64}$'", name=op.f("ck_need_class_code")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_need_class_made_by")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_need_class_organiser_id")),
        sa.ForeignKeyConstraint(["package_id"], ["service_package.id"], name=op.f("fk_need_class_package_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_class")),
        sa.UniqueConstraint("package_id", "code", name=op.f("uq_need_class_package_id_code")),
    )
    op.create_index(op.f("ix_need_class_organiser_id"), "need_class", ["organiser_id"], unique=False)
    op.create_table(
        "provider_price",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("package_id", sa.BigInteger(), nullable=False),
        sa.Column("need_class", sa.Text(), nullable=True),
        sa.Column("area_id", sa.BigInteger(), nullable=True),
        sa.Column("band", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("price_cents", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("band in ('day', 'evening', 'saturday', 'sunday')", name=op.f("ck_provider_price_band")),
        sa.CheckConstraint("price_cents >= 0", name=op.f("ck_provider_price_not_negative")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_provider_price_area_id")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_provider_price_made_by")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_provider_price_organiser_id")),
        sa.ForeignKeyConstraint(["package_id"], ["service_package.id"], name=op.f("fk_provider_price_package_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_provider_price_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_price")),
    )
    op.create_index(op.f("ix_provider_price_organiser_id"), "provider_price", ["organiser_id"], unique=False)
    op.create_index(
        "ix_provider_price_package", "provider_price", ["organiser_id", "package_id", "provider_id"], unique=False
    )
    op.create_index(
        "uq_provider_price_living",
        "provider_price",
        ["provider_id", "package_id", "need_class", "area_id", "band", "valid_from"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at is null"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "price_multiplier",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("terms_id", sa.BigInteger(), nullable=False),
        sa.Column("need_class", sa.Text(), nullable=True),
        sa.Column("area_id", sa.BigInteger(), nullable=True),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("percent", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("band in ('day', 'evening', 'saturday', 'sunday')", name=op.f("ck_price_multiplier_band")),
        sa.CheckConstraint("percent between 1 and 1000", name=op.f("ck_price_multiplier_percent")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_price_multiplier_area_id")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_price_multiplier_made_by")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_price_multiplier_organiser_id")),
        sa.ForeignKeyConstraint(["terms_id"], ["terms_version.id"], name=op.f("fk_price_multiplier_terms_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_multiplier")),
        sa.UniqueConstraint(
            "terms_id",
            "need_class",
            "area_id",
            "band",
            "valid_from",
            name=op.f("uq_price_multiplier_terms_id_need_class_area_id_band_valid_from"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_price_multiplier_organiser_id"), "price_multiplier", ["organiser_id"], unique=False)
    op.create_index(op.f("ix_price_multiplier_terms_id"), "price_multiplier", ["terms_id"], unique=False)
    op.create_table(
        "price_row",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("terms_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("need_class", sa.Text(), nullable=True),
        sa.Column("area_id", sa.BigInteger(), nullable=True),
        sa.Column("band", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value_cents", sa.BigInteger(), nullable=False),
        sa.Column("cap_cents", sa.BigInteger(), nullable=True),
        sa.Column("cap_percent", sa.BigInteger(), nullable=True),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("band in ('day', 'evening', 'saturday', 'sunday')", name=op.f("ck_price_row_band")),
        sa.CheckConstraint("kind in ('fixed', 'free', 'ceiling', 'markup')", name=op.f("ck_price_row_kind")),
        sa.CheckConstraint(
            "num_nonnulls(cap_cents, cap_percent) = (kind in ('ceiling', 'markup'))::int",
            name=op.f("ck_price_row_caps"),
        ),
        sa.CheckConstraint(
            "value_cents > 0 and cap_cents >= 0 and cap_percent >= 0", name=op.f("ck_price_row_positive")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_price_row_area_id")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_price_row_made_by")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_price_row_organiser_id")),
        sa.ForeignKeyConstraint(["terms_id"], ["terms_version.id"], name=op.f("fk_price_row_terms_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_row")),
        sa.UniqueConstraint(
            "terms_id",
            "unit",
            "need_class",
            "area_id",
            "band",
            "valid_from",
            name=op.f("uq_price_row_terms_id_unit_need_class_area_id_band_valid_from"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_price_row_organiser_id"), "price_row", ["organiser_id"], unique=False)
    op.create_index(op.f("ix_price_row_terms_id"), "price_row", ["terms_id"], unique=False)
    op.create_table(
        "own_share_relief",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("relief_cents", sa.BigInteger(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("reasons <> ''", name=op.f("ck_own_share_relief_reasons")),
        sa.CheckConstraint("relief_cents >= 0", name=op.f("ck_own_share_relief_not_negative")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_own_share_relief_decision_id")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_own_share_relief_made_by")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_own_share_relief_organiser_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_own_share_relief_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_share_relief")),
    )
    op.create_index(op.f("ix_own_share_relief_organiser_id"), "own_share_relief", ["organiser_id"], unique=False)
    op.create_index(op.f("ix_own_share_relief_voucher_id"), "own_share_relief", ["voucher_id"], unique=False)
    op.add_column("choice", sa.Column("prices", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.add_column("event", sa.Column("band", sa.Text(), server_default=sa.text("'day'"), nullable=False))
    op.add_column("event", sa.Column("begins_at", sa.BigInteger(), nullable=True))
    op.add_column("event", sa.Column("own_share_cents", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("need", sa.Column("need_class", sa.Text(), nullable=True))
    op.add_column(
        "service_package", sa.Column("free_by_law", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.add_column(
        "service_package",
        sa.Column(
            "legal_forms_excluded",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
    )
    op.add_column(
        "terms_version", sa.Column("evening_from", sa.BigInteger(), server_default=sa.text("1080"), nullable=False)
    )
    op.alter_column("terms_version", "price_cents", existing_type=sa.BIGINT(), nullable=True)
    op.create_check_constraint("own_share", "event", "own_share_cents >= 0 and begins_at between 0 and 1439")
    op.create_check_constraint("evening", "terms_version", "evening_from between 0 and 1440")
    op.execute("""create function keep_prices_of_published_terms() returns trigger language plpgsql as $$
        begin
            perform from terms_version where id = coalesce(new.terms_id, old.terms_id) and state = 'draft';
            if not found then
                raise exception 'the prices of published terms are never changed' using errcode = 'restrict_violation';
            end if;
            return coalesce(new, old);
        end $$""")
    for table in ("price_row", "price_multiplier"):
        op.execute(
            f"create trigger {table}_of_draft before insert or update or delete on {table} "
            "for each row execute function keep_prices_of_published_terms()"
        )
    op.execute('grant update ("free_by_law", "legal_forms_excluded") on "service_package" to valinta_app')
    op.execute('grant select, insert on "need_class" to valinta_app')
    op.execute(
        "create trigger need_class_append_only before update or delete on need_class "
        "for each row execute function refuse_change()"
    )
    op.execute(
        "create trigger need_class_no_truncate before truncate on need_class "
        "for each statement execute function refuse_change()"
    )
    op.execute('alter table "need_class" enable row level security')
    op.execute(f"create policy own_organiser on need_class using ({OWN}) with check ({OWN})")
    op.execute('grant select, insert on "provider_price" to valinta_app')
    op.execute('grant update ("withdrawn_at") on "provider_price" to valinta_app')
    op.execute('alter table "provider_price" enable row level security')
    op.execute(f"create policy own_organiser on provider_price using ({OWN}) with check ({OWN})")
    op.execute('grant update ("evening_from") on "terms_version" to valinta_app')
    op.execute('grant select, insert on "price_multiplier" to valinta_app')
    op.execute('grant delete on "price_multiplier" to valinta_app')
    op.execute('alter table "price_multiplier" enable row level security')
    op.execute(f"create policy own_organiser on price_multiplier using ({OWN}) with check ({OWN})")
    op.execute('grant select, insert on "price_row" to valinta_app')
    op.execute('grant delete on "price_row" to valinta_app')
    op.execute('alter table "price_row" enable row level security')
    op.execute(f"create policy own_organiser on price_row using ({OWN}) with check ({OWN})")
    op.execute('grant select, insert on "own_share_relief" to valinta_app')
    op.execute(
        "create trigger own_share_relief_append_only before update or delete on own_share_relief "
        "for each row execute function refuse_change()"
    )
    op.execute(
        "create trigger own_share_relief_no_truncate before truncate on own_share_relief "
        "for each statement execute function refuse_change()"
    )
    op.execute('alter table "own_share_relief" enable row level security')
    op.execute(f"create policy own_organiser on own_share_relief using ({OWN}) with check ({OWN})")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_event_own_share"), "event")
    op.drop_constraint(op.f("ck_terms_version_evening"), "terms_version")
    op.alter_column("terms_version", "price_cents", existing_type=sa.BIGINT(), nullable=False)
    op.drop_column("terms_version", "evening_from")
    op.drop_column("service_package", "legal_forms_excluded")
    op.drop_column("service_package", "free_by_law")
    op.drop_column("need", "need_class")
    op.drop_column("event", "own_share_cents")
    op.drop_column("event", "begins_at")
    op.drop_column("event", "band")
    op.drop_column("choice", "prices")
    op.drop_index(op.f("ix_own_share_relief_voucher_id"), table_name="own_share_relief")
    op.drop_index(op.f("ix_own_share_relief_organiser_id"), table_name="own_share_relief")
    op.drop_table("own_share_relief")
    op.drop_index(op.f("ix_price_row_terms_id"), table_name="price_row")
    op.drop_index(op.f("ix_price_row_organiser_id"), table_name="price_row")
    op.drop_table("price_row")
    op.drop_index(op.f("ix_price_multiplier_terms_id"), table_name="price_multiplier")
    op.drop_index(op.f("ix_price_multiplier_organiser_id"), table_name="price_multiplier")
    op.drop_table("price_multiplier")
    op.drop_index(
        "uq_provider_price_living",
        table_name="provider_price",
        postgresql_where=sa.text("withdrawn_at is null"),
        postgresql_nulls_not_distinct=True,
    )
    op.drop_index("ix_provider_price_package", table_name="provider_price")
    op.drop_index(op.f("ix_provider_price_organiser_id"), table_name="provider_price")
    op.drop_table("provider_price")
    op.drop_index(op.f("ix_need_class_organiser_id"), table_name="need_class")
    op.drop_table("need_class")
    op.execute("drop function keep_prices_of_published_terms()")
