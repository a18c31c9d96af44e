"""Questions and notes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ask_thread",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_ask_thread_organiser_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_ask_thread_provider_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_ask_thread_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask_thread")),
        sa.UniqueConstraint("voucher_id", "provider_id", name=op.f("uq_ask_thread_voucher_id_provider_id")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_ask_thread_organiser_id"), "ask_thread", ["organiser_id"], unique=False)
    op.create_index(op.f("ix_ask_thread_provider_id"), "ask_thread", ["provider_id"], unique=False)
    op.create_table(
        "own_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_own_note_organiser_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_own_note_provider_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_own_note_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_note")),
        sa.UniqueConstraint("voucher_id", "provider_id", name=op.f("uq_own_note_voucher_id_provider_id")),
        info={"mutable": frozenset({"at", "sealed"}), "deletable": True},
    )
    op.create_index(op.f("ix_own_note_organiser_id"), "own_note", ["organiser_id"], unique=False)
    op.create_table(
        "ask_message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("times", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("sender in ('client', 'provider')", name=op.f("ck_ask_message_sender")),
        sa.CheckConstraint("length(words) <= 1000", name=op.f("ck_ask_message_words")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_ask_message_account_id")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_ask_message_organiser_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["ask_thread.id"], name=op.f("fk_ask_message_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask_message")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_ask_message_organiser_id"), "ask_message", ["organiser_id"], unique=False)
    op.create_index("ix_ask_message_thread", "ask_message", ["thread_id", "id"], unique=False)
    op.execute('grant select, insert on "ask_thread" to valinta_app')
    op.execute(
        'create trigger ask_thread_append_only before update or delete on "ask_thread" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger ask_thread_no_truncate before truncate on "ask_thread" for each statement execute function refuse_change()'
    )
    op.execute('alter table "ask_thread" enable row level security')
    op.execute(
        "create policy own_organiser on \"ask_thread\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "own_note" to valinta_app')
    op.execute('grant update ("at", "sealed") on "own_note" to valinta_app')
    op.execute('grant delete on "own_note" to valinta_app')
    op.execute('alter table "own_note" enable row level security')
    op.execute(
        "create policy own_organiser on \"own_note\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "ask_message" to valinta_app')
    op.execute(
        'create trigger ask_message_append_only before update or delete on "ask_message" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger ask_message_no_truncate before truncate on "ask_message" for each statement execute function refuse_change()'
    )
    op.execute('alter table "ask_message" enable row level security')
    op.execute(
        "create policy own_organiser on \"ask_message\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )


def downgrade() -> None:
    op.drop_index("ix_ask_message_thread", table_name="ask_message")
    op.drop_index(op.f("ix_ask_message_organiser_id"), table_name="ask_message")
    op.drop_table("ask_message")
    op.drop_index(op.f("ix_own_note_organiser_id"), table_name="own_note")
    op.drop_table("own_note")
    op.drop_index(op.f("ix_ask_thread_provider_id"), table_name="ask_thread")
    op.drop_index(op.f("ix_ask_thread_organiser_id"), table_name="ask_thread")
    op.drop_table("ask_thread")
