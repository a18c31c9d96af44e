"""The bank: the account that is paid from, files that go out, statements that come in."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_import",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("imported_by", sa.BigInteger(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["imported_by"], ["account.id"], name=op.f("fk_bank_import_imported_by")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_bank_import_organiser_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_import")),
    )
    op.create_index(op.f("ix_bank_import_organiser_id"), "bank_import", ["organiser_id"], unique=False)
    op.create_table(
        "debtor_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("bic", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_debtor_account_organiser_id")),
        sa.ForeignKeyConstraint(["set_by"], ["account.id"], name=op.f("fk_debtor_account_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debtor_account")),
    )
    op.create_index(op.f("ix_debtor_account_organiser_id"), "debtor_account", ["organiser_id"], unique=False)
    op.create_table(
        "bank_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("payments", sa.BigInteger(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("payments > 0 and total_cents > 0", name=op.f("ck_bank_file_not_empty")),
        sa.ForeignKeyConstraint(["batch_id"], ["payment_batch.id"], name=op.f("fk_bank_file_batch_id")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_bank_file_made_by")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_bank_file_organiser_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_file")),
        sa.UniqueConstraint("batch_id", name=op.f("uq_bank_file_batch_id")),
        sa.UniqueConstraint("organiser_id", "message_id", name=op.f("uq_bank_file_organiser_id_message_id")),
    )
    op.create_index(op.f("ix_bank_file_organiser_id"), "bank_file", ["organiser_id"], unique=False)
    op.create_table(
        "bank_delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state in ('waiting', 'sent', 'failed', 'settled')", name=op.f("ck_bank_delivery_state")),
        sa.ForeignKeyConstraint(["file_id"], ["bank_file.id"], name=op.f("fk_bank_delivery_file_id")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_bank_delivery_organiser_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_delivery")),
        sa.UniqueConstraint("file_id", name=op.f("uq_bank_delivery_file_id")),
        sa.UniqueConstraint("key", name=op.f("uq_bank_delivery_key")),
    )
    op.create_index(op.f("ix_bank_delivery_organiser_id"), "bank_delivery", ["organiser_id"], unique=False)
    op.create_index(
        "ix_bank_delivery_waiting",
        "bank_delivery",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "bank_row",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("servicer_ref", sa.Text(), nullable=False),
        sa.Column("end_to_end", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("out", sa.Boolean(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("other_account", sa.Text(), nullable=False),
        sa.Column("came_back", sa.Boolean(), nullable=False),
        sa.Column("return_code", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why_open", sa.Text(), nullable=True),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("settled_by", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state <> 'not_ours' or (note is not null and settled_by is not null)", name=op.f("ck_bank_row_note")
        ),
        sa.CheckConstraint("state in ('matched', 'open', 'not_ours')", name=op.f("ck_bank_row_state")),
        sa.ForeignKeyConstraint(["import_id"], ["bank_import.id"], name=op.f("fk_bank_row_import_id")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_bank_row_organiser_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_bank_row_payment_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["account.id"], name=op.f("fk_bank_row_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_row")),
        sa.UniqueConstraint(
            "organiser_id", "account", "servicer_ref", "end_to_end", "amount_cents", "out", "place", name="uq_bank_row_once"
        ),
    )
    op.create_index(op.f("ix_bank_row_import_id"), "bank_row", ["import_id"], unique=False)
    op.create_index(
        "ix_bank_row_open", "bank_row", ["organiser_id"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index(op.f("ix_bank_row_organiser_id"), "bank_row", ["organiser_id"], unique=False)
    op.create_index(op.f("ix_bank_row_payment_id"), "bank_row", ["payment_id"], unique=False)
    op.execute('grant select, insert on "bank_import" to valinta_app')
    op.execute(
        'create trigger bank_import_append_only before update or delete on "bank_import" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger bank_import_no_truncate before truncate on "bank_import" for each statement execute function refuse_change()'
    )
    op.execute('alter table "bank_import" enable row level security')
    op.execute(
        "create policy own_organiser on \"bank_import\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "debtor_account" to valinta_app')
    op.execute(
        'create trigger debtor_account_append_only before update or delete on "debtor_account" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger debtor_account_no_truncate before truncate on "debtor_account" for each statement execute function refuse_change()'
    )
    op.execute('alter table "debtor_account" enable row level security')
    op.execute(
        "create policy own_organiser on \"debtor_account\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "bank_file" to valinta_app')
    op.execute(
        'create trigger bank_file_append_only before update or delete on "bank_file" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger bank_file_no_truncate before truncate on "bank_file" for each statement execute function refuse_change()'
    )
    op.execute('alter table "bank_file" enable row level security')
    op.execute(
        "create policy own_organiser on \"bank_file\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "bank_delivery" to valinta_app')
    op.execute(
        'grant update ("attempts", "last_error", "next_at", "note", "sent_at", "state") on "bank_delivery" to valinta_app'
    )
    op.execute('alter table "bank_delivery" enable row level security')
    op.execute(
        "create policy own_organiser on \"bank_delivery\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "bank_row" to valinta_app')
    op.execute('grant update ("note", "payment_id", "settled_at", "settled_by", "state") on "bank_row" to valinta_app')
    op.execute('alter table "bank_row" enable row level security')
    op.execute(
        "create policy own_organiser on \"bank_row\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_bank_row_payment_id"), table_name="bank_row")
    op.drop_index(op.f("ix_bank_row_organiser_id"), table_name="bank_row")
    op.drop_index("ix_bank_row_open", table_name="bank_row", postgresql_where=sa.text("state = 'open'"))
    op.drop_index(op.f("ix_bank_row_import_id"), table_name="bank_row")
    op.drop_table("bank_row")
    op.drop_index("ix_bank_delivery_waiting", table_name="bank_delivery", postgresql_where=sa.text("state = 'waiting'"))
    op.drop_index(op.f("ix_bank_delivery_organiser_id"), table_name="bank_delivery")
    op.drop_table("bank_delivery")
    op.drop_index(op.f("ix_bank_file_organiser_id"), table_name="bank_file")
    op.drop_table("bank_file")
    op.drop_index(op.f("ix_debtor_account_organiser_id"), table_name="debtor_account")
    op.drop_table("debtor_account")
    op.drop_index(op.f("ix_bank_import_organiser_id"), table_name="bank_import")
    op.drop_table("bank_import")
