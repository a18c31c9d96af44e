"""Tax facts, credit notes and e-invoices as they were sent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invoicing_settings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("operator", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("reference", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("reference_form", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("payment_days", sa.BigInteger(), server_default=sa.text("30"), nullable=False),
        sa.Column("recipient_name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("recipient_business_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("payer_name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("payer_business_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("payment_days between 1 and 30", name=op.f("ck_invoicing_settings_payment_days")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_invoicing_settings_organiser_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoicing_settings")),
        sa.UniqueConstraint("organiser_id", name=op.f("uq_invoicing_settings_organiser_id")),
    )
    op.create_index(op.f("ix_invoicing_settings_organiser_id"), "invoicing_settings", ["organiser_id"], unique=False)
    op.create_table(
        "provider_vat",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("registered", sa.Boolean(), nullable=False),
        sa.Column("supervised", sa.Boolean(), nullable=True),
        sa.Column("own_control", sa.Boolean(), nullable=True),
        sa.Column("said_by", sa.BigInteger(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_provider_vat_provider_id")),
        sa.ForeignKeyConstraint(["said_by"], ["account.id"], name=op.f("fk_provider_vat_said_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_vat")),
    )
    op.create_index(op.f("ix_provider_vat_provider_id"), "provider_vat", ["provider_id"], unique=False)
    op.create_table(
        "provider_series",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_provider_series_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_series")),
        sa.UniqueConstraint("provider_id", "kind", "year", name=op.f("uq_provider_series_provider_id_kind_year")),
    )
    op.create_table(
        "credit_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("total_cents > 0", name=op.f("ck_credit_note_total")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_credit_note_invoice_id")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_credit_note_made_by")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_credit_note_organiser_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_credit_note_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note")),
        sa.UniqueConstraint("organiser_id", "number", name=op.f("uq_credit_note_organiser_id_number")),
    )
    op.create_index(op.f("ix_credit_note_invoice_id"), "credit_note", ["invoice_id"], unique=False)
    op.create_index(op.f("ix_credit_note_organiser_id"), "credit_note", ["organiser_id"], unique=False)
    op.create_index(op.f("ix_credit_note_provider_id"), "credit_note", ["provider_id"], unique=False)
    op.create_table(
        "package_vat",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("package_id", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.Column("bonus", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("said_by", sa.BigInteger(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "basis in ('taxable', 'social_welfare', 'health_care', 'outside')", name=op.f("ck_package_vat_basis")
        ),
        sa.CheckConstraint("bonus in ('as_service', 'outside')", name=op.f("ck_package_vat_bonus")),
        sa.CheckConstraint("rate in ('general', 'reduced', 'lowest')", name=op.f("ck_package_vat_rate")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_package_vat_organiser_id")),
        sa.ForeignKeyConstraint(["package_id"], ["service_package.id"], name=op.f("fk_package_vat_package_id")),
        sa.ForeignKeyConstraint(["said_by"], ["account.id"], name=op.f("fk_package_vat_said_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_vat")),
    )
    op.create_index(op.f("ix_package_vat_organiser_id"), "package_vat", ["organiser_id"], unique=False)
    op.create_index(op.f("ix_package_vat_package_id"), "package_vat", ["package_id"], unique=False)
    op.create_table(
        "einvoice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("invoice_id", sa.BigInteger(), nullable=False),
        sa.Column("credit_note_id", sa.BigInteger(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("gross_cents", sa.BigInteger(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(kind = 'credit_note') = (credit_note_id is not null)", name=op.f("ck_einvoice_kind")),
        sa.ForeignKeyConstraint(["credit_note_id"], ["credit_note.id"], name=op.f("fk_einvoice_credit_note_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_einvoice_invoice_id")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_einvoice_organiser_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_einvoice_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_einvoice")),
        sa.UniqueConstraint("credit_note_id", name=op.f("uq_einvoice_credit_note_id")),
        sa.UniqueConstraint("organiser_id", "number", name=op.f("uq_einvoice_organiser_id_number")),
    )
    op.create_index(op.f("ix_einvoice_invoice_id"), "einvoice", ["invoice_id"], unique=False)
    op.create_index("ix_einvoice_issued_on", "einvoice", ["organiser_id", "issued_on"], unique=False)
    op.create_index(op.f("ix_einvoice_organiser_id"), "einvoice", ["organiser_id"], unique=False)
    op.create_index(
        "uq_einvoice_invoice",
        "einvoice",
        ["invoice_id"],
        unique=True,
        postgresql_where=sa.text("credit_note_id is null"),
    )
    op.create_table(
        "einvoice_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("einvoice_id", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("writer", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["einvoice_id"], ["einvoice.id"], name=op.f("fk_einvoice_file_einvoice_id")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_einvoice_file_organiser_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_einvoice_file")),
        sa.UniqueConstraint("einvoice_id", "format", name=op.f("uq_einvoice_file_einvoice_id_format")),
    )
    op.create_index(op.f("ix_einvoice_file_organiser_id"), "einvoice_file", ["organiser_id"], unique=False)
    op.create_table(
        "credit_note_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("credit_note_id", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("net_cents", sa.BigInteger(), nullable=False),
        sa.Column("vat_cents", sa.BigInteger(), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount_cents > 0 and amount_cents = net_cents + vat_cents", name=op.f("ck_credit_note_line_parts")
        ),
        sa.ForeignKeyConstraint(
            ["credit_note_id"], ["credit_note.id"], name=op.f("fk_credit_note_line_credit_note_id")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["invoice_line.id"], name=op.f("fk_credit_note_line_line_id")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_credit_note_line_organiser_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note_line")),
        sa.UniqueConstraint("credit_note_id", "line_id", name=op.f("uq_credit_note_line_credit_note_id_line_id")),
    )
    op.create_index(op.f("ix_credit_note_line_credit_note_id"), "credit_note_line", ["credit_note_id"], unique=False)
    op.create_index(op.f("ix_credit_note_line_line_id"), "credit_note_line", ["line_id"], unique=False)
    op.create_index(op.f("ix_credit_note_line_organiser_id"), "credit_note_line", ["organiser_id"], unique=False)
    op.add_column("invoice_line", sa.Column("net_cents", sa.BigInteger(), nullable=True))
    op.add_column("invoice_line", sa.Column("vat_cents", sa.BigInteger(), nullable=True))
    op.add_column("invoice_line", sa.Column("vat_category", sa.Text(), nullable=True))
    op.add_column("invoice_line", sa.Column("vat_basis_points", sa.BigInteger(), nullable=True))
    op.add_column("invoice_line", sa.Column("vat_reason", sa.Text(), nullable=True))
    op.create_check_constraint(op.f("ck_invoice_line_tax"), "invoice_line", "net_cents + vat_cents = amount_cents")
    op.add_column("provider", sa.Column("e_invoice_operator", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("provider", sa.Column("street", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("provider", sa.Column("postcode", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("provider", sa.Column("town", sa.Text(), server_default=sa.text("''"), nullable=False))
    # packages that are sold already go on as taxable until procurement says otherwise
    op.execute(
        "insert into package_vat (organiser_id, package_id, valid_from, basis, rate, bonus, ground, said_at) "
        "select organiser_id, id, date '2013-01-01', 'taxable', 'general', 'as_service', "
        "'Oletus käyttöönotossa, tarkistettava', made_at from service_package"
    )
    # a provider's numbers run on from the highest that any organiser has had
    op.execute(
        "insert into provider_series (provider_id, kind, year, last) "
        "select split_part(series, '/', 2)::bigint, 'invoice', split_part(series, '/', 3)::bigint, max(last) "
        "from counter where series like 'invoice/%' group by 1, 3"
    )
    op.execute('grant select, insert on "provider_series" to valinta_app')
    op.execute('grant update ("last") on "provider_series" to valinta_app')
    op.execute('grant update ("e_invoice_address") on "organiser" to valinta_app')
    op.execute('grant select, insert on "invoicing_settings" to valinta_app')
    op.execute(
        'grant update ("operator", "payer_business_id", "payer_name", "payment_days", "recipient_business_id", "recipient_name", "reference", "reference_form") on "invoicing_settings" to valinta_app'
    )
    op.execute('alter table "invoicing_settings" enable row level security')
    op.execute(
        "create policy own_organiser on \"invoicing_settings\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant update ("e_invoice_operator", "postcode", "street", "town") on "provider" to valinta_app')
    op.execute('grant select, insert on "provider_vat" to valinta_app')
    op.execute(
        'create trigger provider_vat_append_only before update or delete on "provider_vat" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger provider_vat_no_truncate before truncate on "provider_vat" for each statement execute function refuse_change()'
    )
    op.execute('grant select, insert on "credit_note" to valinta_app')
    op.execute(
        'create trigger credit_note_append_only before update or delete on "credit_note" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger credit_note_no_truncate before truncate on "credit_note" for each statement execute function refuse_change()'
    )
    op.execute('alter table "credit_note" enable row level security')
    op.execute(
        "create policy own_organiser on \"credit_note\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "package_vat" to valinta_app')
    op.execute(
        'create trigger package_vat_append_only before update or delete on "package_vat" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger package_vat_no_truncate before truncate on "package_vat" for each statement execute function refuse_change()'
    )
    op.execute('alter table "package_vat" enable row level security')
    op.execute(
        "create policy own_organiser on \"package_vat\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "einvoice" to valinta_app')
    op.execute(
        'create trigger einvoice_append_only before update or delete on "einvoice" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger einvoice_no_truncate before truncate on "einvoice" for each statement execute function refuse_change()'
    )
    op.execute('alter table "einvoice" enable row level security')
    op.execute(
        "create policy own_organiser on \"einvoice\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "einvoice_file" to valinta_app')
    op.execute(
        'create trigger einvoice_file_append_only before update or delete on "einvoice_file" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger einvoice_file_no_truncate before truncate on "einvoice_file" for each statement execute function refuse_change()'
    )
    op.execute('alter table "einvoice_file" enable row level security')
    op.execute(
        "create policy own_organiser on \"einvoice_file\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "credit_note_line" to valinta_app')
    op.execute(
        'create trigger credit_note_line_append_only before update or delete on "credit_note_line" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger credit_note_line_no_truncate before truncate on "credit_note_line" for each statement execute function refuse_change()'
    )
    op.execute('alter table "credit_note_line" enable row level security')
    op.execute(
        "create policy own_organiser on \"credit_note_line\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )


def downgrade() -> None:
    op.execute('revoke update ("e_invoice_address") on "organiser" from valinta_app')
    op.drop_constraint(op.f("ck_invoice_line_tax"), "invoice_line")
    op.drop_column("provider", "town")
    op.drop_column("provider", "postcode")
    op.drop_column("provider", "street")
    op.drop_column("provider", "e_invoice_operator")
    op.drop_column("invoice_line", "vat_reason")
    op.drop_column("invoice_line", "vat_basis_points")
    op.drop_column("invoice_line", "vat_category")
    op.drop_column("invoice_line", "vat_cents")
    op.drop_column("invoice_line", "net_cents")
    op.drop_index(op.f("ix_credit_note_line_organiser_id"), table_name="credit_note_line")
    op.drop_index(op.f("ix_credit_note_line_line_id"), table_name="credit_note_line")
    op.drop_index(op.f("ix_credit_note_line_credit_note_id"), table_name="credit_note_line")
    op.drop_table("credit_note_line")
    op.drop_index(op.f("ix_einvoice_file_organiser_id"), table_name="einvoice_file")
    op.drop_table("einvoice_file")
    op.drop_index("uq_einvoice_invoice", table_name="einvoice", postgresql_where=sa.text("credit_note_id is null"))
    op.drop_index(op.f("ix_einvoice_organiser_id"), table_name="einvoice")
    op.drop_index("ix_einvoice_issued_on", table_name="einvoice")
    op.drop_index(op.f("ix_einvoice_invoice_id"), table_name="einvoice")
    op.drop_table("einvoice")
    op.drop_index(op.f("ix_package_vat_package_id"), table_name="package_vat")
    op.drop_index(op.f("ix_package_vat_organiser_id"), table_name="package_vat")
    op.drop_table("package_vat")
    op.drop_index(op.f("ix_credit_note_provider_id"), table_name="credit_note")
    op.drop_index(op.f("ix_credit_note_organiser_id"), table_name="credit_note")
    op.drop_index(op.f("ix_credit_note_invoice_id"), table_name="credit_note")
    op.drop_table("credit_note")
    op.drop_index(op.f("ix_provider_vat_provider_id"), table_name="provider_vat")
    op.drop_table("provider_vat")
    op.drop_table("provider_series")
    op.drop_index(op.f("ix_invoicing_settings_organiser_id"), table_name="invoicing_settings")
    op.drop_table("invoicing_settings")
