"""Assisted choice: sessions, proposals, codes and signed forms; declared interests with their kind, end and yearly check."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "declared_interest_check",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_declared_interest_check_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_interest_check")),
    )
    op.create_index(
        op.f("ix_declared_interest_check_account_id"), "declared_interest_check", ["account_id"], unique=False
    )
    op.create_table(
        "declared_interest_end",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("interest_id", sa.BigInteger(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["interest_id"], ["declared_interest.id"], name=op.f("fk_declared_interest_end_interest_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_interest_end")),
        sa.UniqueConstraint("interest_id", name=op.f("uq_declared_interest_end_interest_id")),
    )
    op.create_table(
        "assist_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("caseworker_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("list_seq", sa.BigInteger(), nullable=False),
        sa.Column("at_seq", sa.BigInteger(), nullable=False),
        sa.Column("check_code", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(ended_at is null) = (end_reason is null)", name=op.f("ck_assist_session_end_has_reason")),
        sa.CheckConstraint("ends_at > started_at", name=op.f("ck_assist_session_ends_after_start")),
        sa.ForeignKeyConstraint(["caseworker_id"], ["account.id"], name=op.f("fk_assist_session_caseworker_id")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_assist_session_organiser_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_assist_session_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assist_session")),
    )
    op.create_index(op.f("ix_assist_session_organiser_id"), "assist_session", ["organiser_id"], unique=False)
    op.create_index("ix_assist_session_voucher", "assist_session", ["organiser_id", "voucher_id"], unique=False)
    op.create_index(
        "uq_assist_session_one_open",
        "assist_session",
        ["voucher_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "assist_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("assist_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("filters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("units", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["assist_id"], ["assist_session.id"], name=op.f("fk_assist_step_assist_id")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_assist_step_organiser_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assist_step")),
    )
    op.create_index(op.f("ix_assist_step_assist_id"), "assist_step", ["assist_id"], unique=False)
    op.create_index(op.f("ix_assist_step_organiser_id"), "assist_step", ["organiser_id"], unique=False)
    op.create_table(
        "choice_proposal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("assist_id", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("list_seq", sa.BigInteger(), nullable=False),
        sa.Column("at_seq", sa.BigInteger(), nullable=False),
        sa.Column("check_code", sa.Text(), nullable=False),
        sa.Column("filters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(state = 'waiting') = (settled_at is null)", name=op.f("ck_choice_proposal_settled")),
        sa.ForeignKeyConstraint(["assist_id"], ["assist_session.id"], name=op.f("fk_choice_proposal_assist_id")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_choice_proposal_organiser_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f("fk_choice_proposal_proposed_by")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_choice_proposal_provider_id")),
        sa.ForeignKeyConstraint(["voucher_id"], ["voucher.id"], name=op.f("fk_choice_proposal_voucher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choice_proposal")),
    )
    op.create_index(op.f("ix_choice_proposal_organiser_id"), "choice_proposal", ["organiser_id"], unique=False)
    op.create_index(op.f("ix_choice_proposal_voucher_id"), "choice_proposal", ["voucher_id"], unique=False)
    op.create_index(
        "uq_choice_proposal_one_waiting",
        "choice_proposal",
        ["voucher_id"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "confirmation_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries_left", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("way in ('mail', 'text')", name=op.f("ck_confirmation_code_way")),
        sa.CheckConstraint("tries_left >= 0", name=op.f("ck_confirmation_code_tries")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_confirmation_code_made_by")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_confirmation_code_organiser_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["choice_proposal.id"], name=op.f("fk_confirmation_code_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation_code")),
    )
    op.create_index(op.f("ix_confirmation_code_organiser_id"), "confirmation_code", ["organiser_id"], unique=False)
    op.create_index(op.f("ix_confirmation_code_proposal_id"), "confirmation_code", ["proposal_id"], unique=False)
    op.create_table(
        "signed_form",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("choice_id", sa.BigInteger(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("archived_at", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("length(trim(archived_at)) > 0", name=op.f("ck_signed_form_archived")),
        sa.ForeignKeyConstraint(["choice_id"], ["choice.id"], name=op.f("fk_signed_form_choice_id")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_signed_form_organiser_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["choice_proposal.id"], name=op.f("fk_signed_form_proposal_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_signed_form_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_form")),
        sa.UniqueConstraint("choice_id", name=op.f("uq_signed_form_choice_id")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_signed_form_proposal_id")),
    )
    op.create_index(op.f("ix_signed_form_organiser_id"), "signed_form", ["organiser_id"], unique=False)
    op.add_column("choice", sa.Column("assist_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_choice_assist_id"), "choice", "assist_session", ["assist_id"], ["id"])
    op.add_column("declared_interest", sa.Column("provider_id", sa.BigInteger(), nullable=True))
    op.add_column("declared_interest", sa.Column("kind", sa.Text(), server_default=sa.text("'other'"), nullable=False))
    op.add_column("declared_interest", sa.Column("until", sa.Date(), nullable=True))
    op.add_column(
        "declared_interest",
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.create_foreign_key(
        op.f("fk_declared_interest_provider_id"), "declared_interest", "provider", ["provider_id"], ["id"]
    )
    op.execute('grant select, insert on "declared_interest_check" to valinta_app')
    op.execute(
        'create trigger declared_interest_check_append_only before update or delete on "declared_interest_check" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger declared_interest_check_no_truncate before truncate on "declared_interest_check" for each statement execute function refuse_change()'
    )
    op.execute('grant select, insert on "declared_interest_end" to valinta_app')
    op.execute(
        'create trigger declared_interest_end_append_only before update or delete on "declared_interest_end" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger declared_interest_end_no_truncate before truncate on "declared_interest_end" for each statement execute function refuse_change()'
    )
    op.execute('grant select, insert on "assist_session" to valinta_app')
    op.execute('grant update ("end_reason", "ended_at") on "assist_session" to valinta_app')
    op.execute('alter table "assist_session" enable row level security')
    op.execute(
        "create policy own_organiser on \"assist_session\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "assist_step" to valinta_app')
    op.execute(
        'create trigger assist_step_append_only before update or delete on "assist_step" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger assist_step_no_truncate before truncate on "assist_step" for each statement execute function refuse_change()'
    )
    op.execute('alter table "assist_step" enable row level security')
    op.execute(
        "create policy own_organiser on \"assist_step\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "choice_proposal" to valinta_app')
    op.execute('grant update ("settled_at", "state") on "choice_proposal" to valinta_app')
    op.execute('alter table "choice_proposal" enable row level security')
    op.execute(
        "create policy own_organiser on \"choice_proposal\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "confirmation_code" to valinta_app')
    op.execute('grant update ("ended_at", "tries_left") on "confirmation_code" to valinta_app')
    op.execute('alter table "confirmation_code" enable row level security')
    op.execute(
        "create policy own_organiser on \"confirmation_code\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "signed_form" to valinta_app')
    op.execute(
        'create trigger signed_form_append_only before update or delete on "signed_form" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger signed_form_no_truncate before truncate on "signed_form" for each statement execute function refuse_change()'
    )
    op.execute('alter table "signed_form" enable row level security')
    op.execute(
        "create policy own_organiser on \"signed_form\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_declared_interest_provider_id"), "declared_interest", type_="foreignkey")
    op.drop_column("declared_interest", "at")
    op.drop_column("declared_interest", "until")
    op.drop_column("declared_interest", "kind")
    op.drop_column("declared_interest", "provider_id")
    op.drop_constraint(op.f("fk_choice_assist_id"), "choice", type_="foreignkey")
    op.drop_column("choice", "assist_id")
    op.drop_index(op.f("ix_signed_form_organiser_id"), table_name="signed_form")
    op.drop_table("signed_form")
    op.drop_index(op.f("ix_confirmation_code_proposal_id"), table_name="confirmation_code")
    op.drop_index(op.f("ix_confirmation_code_organiser_id"), table_name="confirmation_code")
    op.drop_table("confirmation_code")
    op.drop_index(
        "uq_choice_proposal_one_waiting", table_name="choice_proposal", postgresql_where=sa.text("state = 'waiting'")
    )
    op.drop_index(op.f("ix_choice_proposal_voucher_id"), table_name="choice_proposal")
    op.drop_index(op.f("ix_choice_proposal_organiser_id"), table_name="choice_proposal")
    op.drop_table("choice_proposal")
    op.drop_index(op.f("ix_assist_step_organiser_id"), table_name="assist_step")
    op.drop_index(op.f("ix_assist_step_assist_id"), table_name="assist_step")
    op.drop_table("assist_step")
    op.drop_index(
        "uq_assist_session_one_open", table_name="assist_session", postgresql_where=sa.text("ended_at is null")
    )
    op.drop_index("ix_assist_session_voucher", table_name="assist_session")
    op.drop_index(op.f("ix_assist_session_organiser_id"), table_name="assist_session")
    op.drop_table("assist_session")
    op.drop_table("declared_interest_end")
    op.drop_index(op.f("ix_declared_interest_check_account_id"), table_name="declared_interest_check")
    op.drop_table("declared_interest_check")
